"""Lesson 09, second part: the bound, and what it leaves out.

In the mistakes, m and v are the mean and log-variance of q, and m₀ and C the posterior's mean and covariance.
"""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import variational as key
from gencourse.models.gaussian import LOG_2PI

# ---------------------------------------------------------------------------------------------- sampled_elbo


def _samples(generator: torch.Generator, K: int, B: int, D: int) -> dict[str, Tensor]:
    mean, log_var = torch.randn(B, D, generator=generator), torch.randn(B, D, generator=generator)
    z = mean + (0.5 * log_var).exp() * torch.randn(K, B, D, generator=generator)
    return {"log_joint": 3 * torch.randn(K, B, generator=generator) - 5, "z": z, "mean": mean, "log_var": log_var}


def _log_q(z: Tensor, m: Tensor, v: Tensor) -> Tensor:
    return key.gaussian_log_density(z, m, v)


sampled_elbo = Exercise(
    reference=key.sampled_elbo,
    helpers=(key.gaussian_log_density,),
    title="the ELBO from samples",
    difficulty=2,
    minutes=8,
    question="Write `sampled_elbo(log_joint, z, mean, log_var)`: the ELBO of each x, estimated from K samples, with no"
    " closed form for any term. `log_joint` (K, B) is log p(x, z_k), with all its constants; `z` (K, B, D) "
    "was drawn from q(z | x) = N(mean, diag exp(log_var)), where `mean` and `log_var` = log σ² are (B, D). "
    "The result is (B,), in nats.",
    make_inputs=_samples,
    example=dict(
        log_joint=torch.tensor([[-2.0, -2], [-4, -5]]),
        z=torch.tensor([[[0.0], [1]], [[2], [5]]]),
        mean=torch.tensor([[0.0], [1]]),
        log_var=torch.tensor([[1.0], [4]]).log(),
    ),
    sizes=(dict(K=3, B=2, D=2), dict(K=5, B=4, D=3), dict(K=1, B=3, D=2), dict(K=4, B=1, D=1), dict(K=3, B=3, D=3)),
    differentiable=("log_joint", "mean", "log_var"),
    clauses={
        "where `mean` and `log_var` = log σ² are (B, D)": ALWAYS,
    },
    hints=(
        "The ELBO is the average over q of log p(x, z) − log q(z | x). You have the first; write the "
        "log-density of a diagonal Gaussian for the second.",
        "log q = −½ · Σ ((z − mean)² / exp(log_var) + log_var + log 2π) over the D latents, (K, B). Subtract"
        " it from log_joint and average over the K samples, dimension 0.",
    ),
    mistakes=(
        Mistake(
            lambda j, z, m, v: (j + _log_q(z, m, v)).mean(0),
            "You added log q. The ELBO is the average of log p(x, z) − log q(z | x).",
        ),
        Mistake(
            lambda j, z, m, v: (_log_q(z, m, v) - j).mean(0), "Your result has the wrong sign: that is −ELBO, the loss."
        ),
        Mistake(
            lambda j, z, m, v: j.mean(0),
            "You left out −log q(z | x), the entropy of q: without it the best q is a spike.",
        ),
        Mistake(
            lambda j, z, m, v: (j - _log_q(z, m, v)).logsumexp(0) - math.log(len(j)),
            "That is IWAE-K, the logarithm of the average weight: a tighter bound, but another one. The"
            " ELBO averages the logarithms.",
        ),
        Mistake(lambda j, z, m, v: (j - _log_q(z, m, v)).sum(0), "You summed over the K samples: average them."),
        Mistake(
            lambda j, z, m, v: (j - _log_q(z, m, v)).mean(),
            "You averaged over the data too: each x has its own ELBO, (B,).",
        ),
        Mistake(
            lambda j, z, m, v: (j - _log_q(z, m, v) - 0.5 * z.shape[-1] * LOG_2PI).mean(0),
            "You left the constant log 2π out of log q: ½ · log 2π for each latent. log p(x, z) has its"
            " own constants, so nothing cancels here.",
        ),
        Mistake(
            lambda j, z, m, v: (j + 0.5 * ((z - m) ** 2 / v.exp() + LOG_2PI).sum(-1)).mean(0),
            "You left log_var out of log q. A wider Gaussian is lower everywhere: −½ · log σ² for each latent.",
        ),
        Mistake(
            lambda j, z, m, v: (j - _log_q(z, m, 2 * v)).mean(0),
            "You read log_var as log σ. It is log σ²: the variance is exp(log_var).",
        ),
        Mistake(
            lambda j, z, m, v: (j + 0.5 * ((z - m) ** 2 / v.exp() + v + LOG_2PI).mean(-1)).mean(0),
            "You averaged log q over the latents: independent latents' log-densities add up.",
        ),
        Mistake(
            lambda j, z, m, v: (j - _log_q(z, 0 * m, 0 * v)).mean(0),
            "You subtracted the log-density of a standard normal, the prior. It is q's own that is subtracted.",
        ),
    ),
)

# ----------------------------------------------------------------------------------------------- sampled_kl


def _log_densities(generator: torch.Generator, K: int, B: int) -> dict[str, Tensor]:
    return {
        "log_q": torch.randn(K, B, generator=generator) - 1,
        "log_p": 2 * torch.randn(K, B, generator=generator) - 2,
    }


def _mean_and_error(d: Tensor) -> tuple[Tensor, Tensor]:
    return d.mean(0), d.std(0) / math.sqrt(len(d))


sampled_kl = Exercise(
    reference=key.sampled_kl,
    title="a KL from samples",
    difficulty=1,
    minutes=5,
    question="Write `sampled_kl(log_q, log_p)`: an estimate of KL(q ‖ p) from K samples z_k ~ q, at least 2, for each "
    "of B pairs. `log_q` and `log_p` (K, B) are log q(z_k) and log p(z_k), in nats. Return the estimate and "
    "its standard error, (B,) each; the standard deviation of a sample divides by K − 1.",
    make_inputs=_log_densities,
    example=dict(
        log_q=torch.tensor([[0.0, -1], [-1, -2], [-1, -3]]), log_p=torch.tensor([[-1.0, -2], [-3, -1], [-4, -3]])
    ),
    sizes=(dict(K=3, B=2), dict(K=6, B=4), dict(K=2, B=3), dict(K=5, B=1), dict(K=4, B=4)),
    clauses={
        "at least 2": lambda log_q, log_p: len(log_q) == 2,
    },
    hints=(
        "KL(q ‖ p) is the average, over q, of a difference of two logarithms. The average of K independent "
        "numbers has a standard error: their standard deviation over √K.",
        "`d = log_q - log_p`; the estimate is `d.mean(0)`, its error `d.std(0) / math.sqrt(K)`.",
    ),
    mistakes=(
        Mistake(
            lambda q, p: _mean_and_error(p - q),
            "Your estimate has the wrong sign: KL(q ‖ p) is the average of log q − log p, and never "
            "below 0 but by chance.",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q - p).std(0)),
            "The estimate is right. The error of an average of K numbers is their standard deviation divided by √K.",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q - p).std(0) / len(q)),
            "The estimate is right. Its error falls with √K, not with K.",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q - p).var(0) / len(q)),
            "The estimate is right. You return the variance of the average; the standard error is its root.",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q - p).var(0) / math.sqrt(len(q))),
            "The estimate is right. You divided the variance by √K; it is the standard deviation that "
            "is divided by √K.",
        ),
        Mistake(lambda q, p: ((q - p).sum(0), key.sampled_kl(q, p)[1]), "You summed over the samples: average them."),
        Mistake(
            lambda q, p: ((q.exp() * (q - p)).mean(0), (q.exp() * (q - p)).std(0) / math.sqrt(len(q))),
            "You weighted each sample by q. The samples were drawn from q: that is the weighting already.",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q.std(0) + p.std(0)) / math.sqrt(len(q))),
            "The estimate is right. Its error is that of the differences: take the standard deviation "
            "of log q − log p.",
        ),
        Mistake(
            lambda q, p: ((q - p).mean(), (q - p).std() / math.sqrt(q.numel())),
            "You averaged over the batch too: each x has its own KL, (B,).",
        ),
        Mistake(
            lambda q, p: (key.sampled_kl(q, p)[0], (q - p).std(0, correction=0) / math.sqrt(len(q))),
            "The estimate is right. The standard deviation of a sample divides by K − 1, torch's "
            "default: with K you report too small an error.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------------ gap


def _q_and_posterior(generator: torch.Generator, B: int, D: int) -> dict[str, Tensor]:
    mean, log_var, posterior_mean = torch.randn(3, B, D, generator=generator).unbind(0)
    factor = torch.randn(D, D, generator=generator)
    covariance = factor @ factor.T / D + 0.3 * torch.eye(D)
    return {"mean": mean, "log_var": log_var, "posterior_mean": posterior_mean, "posterior_covariance": covariance}


def _trace(v: Tensor, c: Tensor) -> Tensor:
    return (torch.linalg.inv(c).diagonal() * v.exp()).sum(-1)


def _squared(m: Tensor, m0: Tensor, c: Tensor) -> Tensor:
    return ((m0 - m) @ torch.linalg.inv(c) * (m0 - m)).sum(-1)


def _log_ratio(v: Tensor, c: Tensor) -> Tensor:
    return torch.logdet(c) - v.sum(-1)


def _gap(trace: Tensor, squared: Tensor, log_ratio: Tensor, d: int) -> Tensor:
    return 0.5 * (trace + squared - d + log_ratio)


def _reverse(m: Tensor, v: Tensor, m0: Tensor, c: Tensor) -> Tensor:
    trace = (c.diagonal() / v.exp()).sum(-1)
    squared = ((m0 - m) ** 2 / v.exp()).sum(-1)
    return _gap(trace, squared, v.sum(-1) - torch.logdet(c), m.shape[1])


def _without_correlations(m: Tensor, v: Tensor, m0: Tensor, c: Tensor) -> Tensor:
    return key.gap(m, v, m0, c.diagonal().diag())


gap = Exercise(
    reference=key.gap,
    title="the gap in closed form",
    difficulty=3,
    minutes=12,
    question="Write `gap(mean, log_var, posterior_mean, posterior_covariance)`: what the ELBO is short of log p(x), "
    "KL(q ‖ p) from q = N(mean, diag exp(log_var)) to the posterior. `mean`, `log_var` = log σ² and "
    "`posterior_mean` are (B, D); `posterior_covariance` (D, D) is a full matrix, shared by all x. The result"
    " is (B,), in nats.",
    make_inputs=_q_and_posterior,
    example=dict(
        mean=torch.tensor([[0.0, 0], [0, 0]]),
        log_var=torch.tensor([[0.0, 0], [0, 0]]),
        posterior_mean=torch.tensor([[0.0, 0], [1, 0]]),
        posterior_covariance=torch.tensor([[2.0, 1], [1, 2]]),
    ),
    sizes=(dict(B=2, D=2), dict(B=4, D=3), dict(B=1, D=2), dict(B=3, D=1), dict(B=3, D=3)),
    tolerance=1e-3,
    hints=(
        "Of two Gaussians with covariances S (of q) and C: ½ · (trace(C⁻¹ S) + dᵀ C⁻¹ d − D + log det C − "
        "log det S), with d the difference of the means. S is diagonal here.",
        "`P = torch.linalg.inv(C)`; trace = `(P.diagonal() * log_var.exp()).sum(-1)`; the distance is `((d @"
        " P) * d).sum(-1)`; log det S = `log_var.sum(-1)`, log det C = `torch.logdet(C)`.",
    ),
    mistakes=(
        Mistake(lambda m, v, m0, c: -key.gap(m, v, m0, c), "Your gap is negative: a KL never is. The sign is turned."),
        Mistake(
            _reverse,
            "That is KL(p ‖ q), the other direction. The gap is an average over q, so the posterior's "
            "covariance is the one that is inverted.",
        ),
        Mistake(lambda m, v, m0, c: 2 * key.gap(m, v, m0, c), "You left out the factor ½."),
        Mistake(
            lambda m, v, m0, c: key.gap(m, v, m0, c) + 0.5 * m.shape[1],
            "You forgot −D: for q equal to the posterior the gap must be 0.",
        ),
        Mistake(
            lambda m, v, m0, c: _gap(_trace(v, c), _squared(m, m0, c), -_log_ratio(v, c), m.shape[1]),
            "The logarithm of the determinants' ratio has the wrong sign: log det C − log det S.",
        ),
        Mistake(
            lambda m, v, m0, c: key.gap(m, 2 * v, m0, c),
            "You read log_var as log σ. It is log σ²: q's variances are exp(log_var).",
        ),
        Mistake(
            lambda m, v, m0, c: key.gap(m, v, m0, torch.linalg.inv(c)),
            "You used the covariance where the precision belongs, and the other way round: invert it once.",
        ),
        Mistake(
            _without_correlations,
            "You used only the diagonal of the posterior's covariance. Its correlations are what a "
            "diagonal q cannot follow: invert the whole matrix.",
        ),
        Mistake(
            lambda m, v, m0, c: _gap(_trace(v, c), ((m0 - m) ** 2).sum(-1), _log_ratio(v, c), m.shape[1]),
            "You forgot the posterior's precision in the distance of the means: dᵀ C⁻¹ d.",
        ),
        Mistake(
            lambda m, v, m0, c: _gap(v.exp().sum(-1), _squared(m, m0, c), _log_ratio(v, c), m.shape[1]),
            "You forgot the posterior's precision in the trace: trace(C⁻¹ S).",
        ),
        Mistake(
            lambda m, v, m0, c: key.gap(m, v, m0, c).mean(),
            "You averaged over the batch: each x has its own gap, (B,).",
        ),
        Mistake(
            lambda m, v, m0, c: key.gap(m, v, 0 * m0, torch.eye(m.shape[1], dtype=m.dtype)),
            "That is the KL to the prior N(0, I), which the ELBO already holds. The gap is the KL to the posterior.",
        ),
    ),
)

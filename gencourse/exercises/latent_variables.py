"""Lesson 09, first part: log p(x) from the joint, from samples, and the posterior that would give it at once.

In the mistakes, w, b and s are the weight W, the bias b and σ.
"""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import linear_gaussian, variational
from gencourse.models.gaussian import LOG_2PI

# ------------------------------------------------------------------------------------------------- log_joint


def _model(generator: torch.Generator, P: int, D: int) -> dict[str, Tensor | float]:
    weight, bias = torch.randn(P, D, generator=generator), torch.randn(P, generator=generator)
    return {"weight": weight, "bias": bias, "sigma": 0.4 + float(torch.rand((), generator=generator))}


def _pairs(generator: torch.Generator, B: int, P: int, D: int) -> dict[str, Tensor | float]:
    x, z = torch.randn(B, P, generator=generator), torch.randn(B, D, generator=generator)
    return {"x": x, "z": z, **_model(generator, P, D)}


def _squares(x: Tensor, z: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return (x - z @ w.T - b).square()  # (B, P)


def _prior(z: Tensor) -> Tensor:
    return -0.5 * (z.square() + LOG_2PI).sum(-1)


def _costs(x: Tensor, z: Tensor, w: Tensor, b: Tensor, s: float) -> Tensor:
    """(B, P): −2 log N(x; W z + b, s²) of each number."""
    return _squares(x, z, w, b) / s**2 + LOG_2PI + 2 * math.log(s)


def _prior_costs(z: Tensor, s: float) -> Tensor:
    return z.square() / s**2 + LOG_2PI + 2 * math.log(s)


def _likelihood(x: Tensor, z: Tensor, w: Tensor, b: Tensor, s: float) -> Tensor:
    return -0.5 * _costs(x, z, w, b, s).sum(-1)


log_joint = Exercise(
    reference=linear_gaussian.log_joint,
    title="the joint",
    difficulty=2,
    minutes=8,
    question="Write `log_joint(x, z, weight, bias, sigma)`: log p(x, z) = log p(z) + log p(x | z) of B pairs, for z ~ "
    "N(0, I) and x | z ~ N(W z + b, σ² I). `x` is (B, P) and `z` (B, D); `weight` W is (P, D), `bias` b is "
    "(P,), and `sigma` σ is a number, the standard deviation. The result is (B,), in nats, with all "
    "constants.",
    make_inputs=_pairs,
    example=dict(
        x=torch.tensor([[2.0, 2], [3, 4]]),
        z=torch.tensor([[1.0], [1]]),
        weight=torch.tensor([[1.0], [2]]),
        bias=torch.tensor([1.0, 0]),
        sigma=2.0,
    ),
    sizes=(dict(B=2, P=2, D=1), dict(B=4, P=3, D=2), dict(B=1, P=2, D=3), dict(B=3, P=1, D=1), dict(B=3, P=3, D=3)),
    hints=(
        "Two Gaussian log-densities, one over the D latents and one over the P numbers of x. Independent "
        "dimensions add up. Each dimension costs ½ · (squared distance / variance + log(2π · variance)).",
        "log p(z) = −½ · Σ (z² + log 2π). log p(x | z) = −½ · Σ ((x − (z @ weight.T + bias))² / σ² + log 2π "
        "+ 2 log σ).",
    ),
    mistakes=(
        Mistake(
            lambda x, z, w, b, s: -linear_gaussian.log_joint(x, z, w, b, s),
            "Your result has the wrong sign: it is log p(x, z), not a loss.",
        ),
        Mistake(
            lambda x, z, w, b, s: _likelihood(x, z, w, b, s),
            "That is log p(x | z) alone: the joint has the prior's log p(z) too.",
        ),
        Mistake(lambda x, z, w, b, s: _prior(z) + 0 * x.sum(), "That is log p(z) alone: add log p(x | z)."),
        Mistake(
            lambda x, z, w, b, s: _likelihood(x, z, w, b, s) - _prior(z),
            "You subtracted log p(z). The joint is a product, so its logarithms add.",
        ),
        Mistake(
            lambda x, z, w, b, s: -0.5 * (_squares(x, z, w, b) / s**2).sum(-1) - 0.5 * z.square().sum(-1),
            "You left out the constants: log 2π for each dimension and log σ² for each of x. A ruler "
            "needs them: without them this is no density.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) + _likelihood(x, z, w, b, s) + len(b) * math.log(s),
            "You left out log σ. A Gaussian's density is divided by σ in each dimension: −log σ, P times.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) - 0.5 * (_squares(x, z, w, b) / s**2 + LOG_2PI + math.log(s)).sum(-1),
            "The constant is ½ · log σ², which is log σ: you took half of it.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) + _likelihood(x, z, w, b, math.sqrt(s)),
            "You took sigma for the variance. It is the standard deviation: divide by σ².",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) - 0.5 * (_squares(x, z, w, b) / s + LOG_2PI + 2 * math.log(s)).sum(-1),
            "You divided the squared distance by σ; it is divided by the variance, σ².",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) - 0.5 * _costs(x, z, w, b, s).mean(-1),
            "You averaged over the numbers of x. Log-densities of independent dimensions add up: sum over P.",
        ),
        Mistake(lambda x, z, w, b, s: _prior(z) + _likelihood(x, z, w, 0 * b, s), "You forgot to add the bias b."),
        Mistake(
            lambda x, z, w, b, s: linear_gaussian.log_joint(x, z, w, b, s).sum(),
            "You summed over the batch too: each pair (x, z) has its own, (B,).",
        ),
        Mistake(
            lambda x, z, w, b, s: _likelihood(x, z, w, b, s) - 0.5 * _prior_costs(z, s).sum(-1),
            "You gave the prior the variance σ². It is a standard normal: σ belongs to x alone.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) + _likelihood(x, z, w, b, s) + 0.5 * (len(b) + z.shape[1]) * LOG_2PI,
            "You left out ½ · log 2π, once for each dimension of z and for each number of x.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) + _likelihood(x, z, w, b, s) + (len(b) - 1) * math.log(s),
            "You counted log σ once. It stands in the density of each of the P numbers of x.",
        ),
        Mistake(
            lambda x, z, w, b, s: _prior(z) / z.shape[1] + _likelihood(x, z, w, b, s) / len(b),
            "You averaged over the dimensions of z and of x. Log-densities of independent dimensions add up.",
        ),
    ),
)

# -------------------------------------------------------------------------------------------- prior_estimate


def _draws(generator: torch.Generator, B: int, P: int, K: int, sigma: float = 0.8) -> dict[str, Tensor | float]:
    x, means = torch.randn(B, P, generator=generator), torch.randn(K, P, generator=generator)
    return {"x": x, "means": means, "sigma": sigma}


def _table(x: Tensor, m: Tensor, s: float) -> Tensor:
    """(B, K): log N(x; m_k, s²)."""
    return -0.5 * (((x[:, None] - m) / s).square() + LOG_2PI + 2 * math.log(s)).sum(-1)


prior_estimate = Exercise(
    reference=variational.prior_estimate,
    title="log p(x) from draws of the prior",
    difficulty=2,
    minutes=8,
    question="Write `prior_estimate(x, means, sigma)`: an estimate of log p(x) from K draws of the prior. `means` (K, "
    "P) are the decoded draws f(z_k); `x` is (B, P), and x | z_k ~ N(means_k, σ² I) with the standard "
    "deviation `sigma` σ, a number. Return the logarithm of the average likelihood, (B,), in nats. σ may be "
    "so small that every likelihood is 0 to the computer.",
    make_inputs=_draws,
    example=dict(x=torch.tensor([[0.0], [1]]), means=torch.tensor([[0.0], [2]]), sigma=1.0),
    sizes=(
        dict(B=2, P=2, K=3),
        dict(B=4, P=3, K=5),
        dict(B=1, P=2, K=4),
        dict(B=3, P=1, K=1),
        dict(B=3, P=3, K=3),
        dict(B=2, P=4, K=3, sigma=0.01),
    ),
    clauses={
        "σ may be so small that every likelihood is 0": lambda x, means, sigma: sigma < 0.05,
    },
    hints=(
        "Make a table of log-likelihoods, B × K, by broadcasting: `x[:, None] - means` is (B, K, P). Then "
        "take the logarithm of the average of their exponentials, without leaving logarithms.",
        "log N(x; m, σ² I) = −½ · Σ ((x − m)² / σ² + log 2π + 2 log σ) for the table; then "
        "`torch.logsumexp(table, dim=1) - math.log(K)`.",
    ),
    mistakes=(
        Mistake(
            lambda x, m, s: _table(x, m, s).exp().mean(1).log(),
            "The formula is right, but far from every draw the likelihoods are 0 on a computer and "
            "their logarithm is −∞. Use `torch.logsumexp`, which never leaves logarithms.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).logsumexp(1),
            "You left log K out: it is the average of K likelihoods, not their sum.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).mean(1),
            "You averaged the log-likelihoods. p(x) is the average of the likelihoods: exponentials "
            "first, then the average, then the logarithm.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).exp().mean(1),
            "That is p(x) itself, and it underflows: return its logarithm.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).amax(1) - math.log(len(m)),
            "You kept only the best draw. The others count too: sum over all K.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).logsumexp(0) - math.log(len(x)),
            "You averaged over the data, not over the draws: there is one number for each x, (B,).",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).logsumexp(1) - math.log(len(m)) + 0.5 * x.shape[1] * LOG_2PI,
            "You left out the constant log 2π of the Gaussian: ½ · log 2π for each of the P numbers.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, s).logsumexp(1) - math.log(len(m)) + x.shape[1] * math.log(s),
            "You left out log σ: the Gaussian's density is divided by σ in each of the P dimensions.",
        ),
        Mistake(
            lambda x, m, s: _table(x, m, math.sqrt(s)).logsumexp(1) - math.log(len(m)),
            "You took sigma for the variance: it is the standard deviation.",
        ),
        Mistake(
            lambda x, m, s: (_table(x, m, s) / x.shape[1]).logsumexp(1) - math.log(len(m)),
            "You averaged over the numbers of x: log-likelihoods of independent dimensions add up.",
        ),
        Mistake(
            lambda x, m, s: (_table(x, m, s).logsumexp(1) - math.log(len(m))).mean(),
            "You averaged over the data too: each x has its own estimate, (B,).",
        ),
        Mistake(
            lambda x, m, s: (
                _table(x, m, s).logsumexp(1) - math.log(len(m)) + x.shape[1] * (math.log(s) + 0.5 * LOG_2PI)
            ),
            "You left out the Gaussian's constants: log σ and ½ · log 2π for each of the P numbers.",
        ),
    ),
)

# --------------------------------------------------------------------------------- linear_gaussian_posterior


def _data_and_model(generator: torch.Generator, B: int, P: int, D: int) -> dict[str, Tensor | float]:
    return {"x": torch.randn(B, P, generator=generator), **_model(generator, P, D)}


def _posterior(x: Tensor, w: Tensor, b: Tensor, s: float, ridge: float = 1.0) -> tuple[Tensor, Tensor]:
    covariance = torch.linalg.inv(ridge * torch.eye(w.shape[1]) + w.T @ w / s**2)
    return (x - b) @ w @ covariance / s**2, covariance


def _diagonal(x: Tensor, w: Tensor, b: Tensor, s: float) -> tuple[Tensor, Tensor]:
    mean, covariance = _posterior(x, w, b, s)
    return mean, covariance.diagonal().diag()


linear_gaussian_posterior = Exercise(
    reference=linear_gaussian.linear_gaussian_posterior,
    title="the exact posterior",
    difficulty=3,
    minutes=15,
    question="Write `linear_gaussian_posterior(x, weight, bias, sigma)`: the exact p(z | x) of the linear-Gaussian "
    "model z ~ N(0, I), x | z ~ N(W z + b, σ² I). `x` is (B, P), `weight` W (P, D), `bias` b (P,), and "
    "`sigma` σ a number, the standard deviation. It is a Gaussian: return its mean, (B, D), and its "
    "covariance, (D, D), which all x share.",
    make_inputs=_data_and_model,
    example=dict(x=torch.tensor([[7.0], [1]]), weight=torch.tensor([[2.0, 2]]), bias=torch.tensor([1.0]), sigma=2.0),
    sizes=(dict(B=2, P=3, D=2), dict(B=4, P=5, D=2), dict(B=1, P=4, D=3), dict(B=3, P=3, D=1), dict(B=3, P=5, D=3)),
    tolerance=1e-3,
    hints=(
        "Collect the terms of log p(x, z) that are quadratic in z: −½ zᵀ (I + WᵀW / σ²) z. The matrix in the"
        " middle is the inverse of the covariance. Then look at the terms that are linear in z.",
        "C = (I + WᵀW / σ²)⁻¹, by `torch.linalg.inv`; the mean is C Wᵀ (x − b) / σ². For a batch of rows: "
        "`(x - bias) @ weight @ C / sigma**2`.",
    ),
    mistakes=(
        Mistake(
            lambda x, w, b, s: _posterior(x, w, b, s, ridge=0.0),
            "You left out the prior: its precision I belongs in the sum I + WᵀW / σ². As it stands, "
            "nothing pulls z towards 0.",
        ),
        Mistake(lambda x, w, b, s: _posterior(x, w, 0 * b, s), "You forgot to subtract the bias b from x."),
        Mistake(
            lambda x, w, b, s: (_posterior(x, w, b, s)[0] * s**2, _posterior(x, w, b, s)[1]),
            "The covariance is right, but the mean lacks its factor 1 / σ².",
        ),
        Mistake(
            lambda x, w, b, s: (_posterior(x, w, b, s)[0], torch.linalg.inv(_posterior(x, w, b, s)[1])),
            "The mean is right, but you return the precision: the covariance is its inverse.",
        ),
        Mistake(
            lambda x, w, b, s: _posterior(x, w, b, math.sqrt(s)),
            "You took sigma for the variance. It is the standard deviation: divide by σ².",
        ),
        Mistake(
            lambda x, w, b, s: ((x - b) @ w / s**2, _posterior(x, w, b, s)[1]),
            "The covariance is right, but you forgot to multiply the mean by it.",
        ),
        Mistake(
            lambda x, w, b, s: _posterior(_posterior(x, w, b, s)[0] @ w.T, w, 0 * b, s),
            "Your mean has WᵀW once too often: it is C Wᵀ (x − b) / σ².",
        ),
        Mistake(
            _diagonal,
            "You return only the diagonal of the covariance. The exact posterior's latents are "
            "correlated: explaining one number of x by one latent leaves less for the others.",
        ),
        Mistake(
            lambda x, w, b, s: (_posterior(x, w, b, s)[0], s**2 * _posterior(x, w, b, s)[1]),
            "Your covariance is σ² too large or small: (I + WᵀW / σ²)⁻¹ has σ² inside already.",
        ),
        Mistake(
            lambda x, w, b, s: (_posterior(x, w, b, s)[0].mean(0), _posterior(x, w, b, s)[1]),
            "You averaged the mean over the batch: each x has its own posterior mean, (B, D).",
        ),
    ),
)

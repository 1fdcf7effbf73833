"""Lesson 10, first part: the Gaussian that the encoder says, its KL and a sample of it.

In the mistakes, m and v are the mean and log-variance of q; pm and pv those of the prior.
"""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import vae as key

# ----------------------------------------------------------------------------------------------- gaussian_kl


def _two_gaussians(generator: torch.Generator, B: int, D: int) -> dict[str, Tensor]:
    names = ("mean", "log_var", "prior_mean", "prior_log_var")
    return {name: torch.randn(B, D, generator=generator) for name in names}


def _kl_terms(m: Tensor, v: Tensor, pm: Tensor, pv: Tensor) -> Tensor:
    return 0.5 * (pv - v + ((m - pm) ** 2 + v.exp()) / pv.exp() - 1)  # (B, D)


gaussian_kl = Exercise(
    reference=key.gaussian_kl,
    helpers=(key.gaussian_kl_per_latent,),
    title="the KL of two diagonal Gaussians",
    difficulty=2,
    minutes=8,
    question="Write `gaussian_kl(mean, log_var, prior_mean, prior_log_var)`: KL(q ‖ p) from q = N(mean, exp(log_var)) "
    "to p = N(prior_mean, exp(prior_log_var)), both with diagonal covariances. `mean`, `log_var` = log σ², "
    "`prior_mean` and `prior_log_var` are (B, D). The result is (B,), summed over the D latents, in nats.",
    make_inputs=_two_gaussians,
    example=dict(
        mean=torch.tensor([[1.0, 0], [0, 0]]),
        log_var=torch.tensor([[1.0, 1], [1, 2]]).log(),
        prior_mean=torch.tensor([[0.0, 0], [2, 0]]),
        prior_log_var=torch.tensor([[1.0, 1], [4, 1]]).log(),
    ),
    sizes=(dict(B=2, D=2), dict(B=5, D=3), dict(B=1, D=4), dict(B=4, D=1), dict(B=3, D=3)),
    differentiable=("mean", "log_var"),
    hints=(
        "The latents are independent, so their KLs add up: write the KL of two one-dimensional Gaussians, "
        "then sum over the last dimension. Each consists of a logarithm of the ratio of the variances, that "
        "ratio itself, and a squared distance.",
        "Per latent: ½ · (prior_log_var − log_var + (exp(log_var) + (mean − prior_mean)²) / exp(prior_log_var) − 1).",
    ),
    mistakes=(
        Mistake(
            lambda *a: -key.gaussian_kl(*a), "Your KL has the wrong sign: it is E_q[log q − log p], and never negative."
        ),
        Mistake(
            lambda m, v, pm, pv: key.gaussian_kl(pm, pv, m, v),
            "You computed KL(p ‖ q), the other direction. The ELBO averages over samples of q, so q "
            "comes first, and it is the prior's variance that divides.",
        ),
        Mistake(lambda *a: 2 * key.gaussian_kl(*a), "You left out the factor ½ in front of the sum."),
        Mistake(
            lambda *a: _kl_terms(*a).mean(-1),
            "You averaged over the latents. Independent latents' KLs add up: sum over D, or the KL is D"
            " times too weak against the reconstruction.",
        ),
        Mistake(lambda *a: _kl_terms(*a).sum(), "You summed over the batch as well. Each image has its own KL: (B,)."),
        Mistake(
            lambda *a: _kl_terms(*a).sum(0), "You summed over the batch (dimension 0). Sum over the latents, the last."
        ),
        Mistake(
            lambda *a: _kl_terms(*a).sum(-1).mean(), "You averaged over the batch too: give each image's KL, (B,)."
        ),
        Mistake(
            lambda m, v, pm, pv: key.gaussian_kl(m, 2 * v, pm, 2 * pv),
            "You read log_var as log σ. It is log σ²: the variance is exp(log_var), not exp(2 · log_var).",
        ),
        Mistake(
            lambda m, v, p, w: (w - v + ((m - p) ** 2 + (v / 2).exp()) / (w / 2).exp() - 1).sum(-1) * 0.5,
            "You used standard deviations where variances belong: σ² = exp(log_var), while exp(½ · log_var) is σ.",
        ),
        Mistake(
            lambda m, v, pm, pv: 0.5 * (pv - v + (v - pv).exp() + (m - pm) ** 2 - 1).sum(-1),
            "You forgot to divide the squared distance of the means by the prior's variance.",
        ),
        Mistake(
            lambda m, v, pm, pv: 0.5 * (pv - v + (v - pv).exp() + (m - pm) ** 2 / v.exp() - 1).sum(-1),
            "You divided the squared distance of the means by the variance of q. The prior's variance belongs there.",
        ),
        Mistake(
            lambda m, v, pm, pv: key.gaussian_kl(m, v),
            "That is the KL to a standard normal: prior_mean and prior_log_var are not used.",
        ),
        Mistake(
            lambda m, v, pm, pv: (_kl_terms(m, v, pm, pv) + 0.5).sum(-1),
            "You forgot the −1 in each latent's bracket: for q = p the KL must be 0.",
        ),
        Mistake(
            lambda m, v, pm, pv: (_kl_terms(m, v, pm, pv) + v - pv).sum(-1),
            "The logarithm of the ratio of the variances has the wrong sign: it is prior_log_var − log_var.",
        ),
        Mistake(
            lambda m, v, pm, pv: 0.5 * (pv - v + ((m - pm).abs() + v.exp()) / pv.exp() - 1).sum(-1),
            "The distance of the means enters squared.",
        ),
        Mistake(
            lambda m, v, pm, pv: (_kl_terms(m, v, pm, pv) + 0.5 * (pv - v)).sum(-1),
            "The factor ½ belongs before the whole bracket: before the logarithms, prior_log_var − log_var, too.",
        ),
    ),
)

# -------------------------------------------------------------------------------------------- reparameterise


def _posterior_and_noise(generator: torch.Generator, B: int, D: int) -> dict[str, Tensor]:
    return {name: torch.randn(B, D, generator=generator) for name in ("mean", "log_var", "noise")}


reparameterise = Exercise(
    reference=key.reparameterise,
    title="a reparameterised sample",
    difficulty=1,
    minutes=5,
    question="Write `reparameterise(mean, log_var, noise)`: turn `noise` ~ N(0, I) into a sample of N(mean, "
    "exp(log_var)) through which gradients flow to `mean` and to `log_var` = log σ². All are (B, D), and so "
    "is the result: noise of 0 gives the mean, and more noise a larger number.",
    make_inputs=_posterior_and_noise,
    example=dict(
        mean=torch.tensor([[1.0, 0], [0, 3]]),
        log_var=torch.tensor([[1.0, 1], [4, 4]]).log(),
        noise=torch.tensor([[2.0, -1], [2, -1]]),
    ),
    sizes=(dict(B=2, D=2), dict(B=5, D=3), dict(B=1, D=4), dict(B=4, D=1), dict(B=3, D=3)),
    differentiable=("mean", "log_var"),
    hints=(
        "Shift and stretch: what must a standard normal number be multiplied by, and what must be added to "
        "it, to have the wanted mean and standard deviation?",
        "The standard deviation is the root of the variance: σ = exp(½ · log_var). Then z = mean + σ · noise.",
    ),
    mistakes=(
        Mistake(
            lambda m, v, e: m + v.exp() * e,
            "You multiplied the noise by exp(log_var), the variance. It takes the standard deviation, "
            "exp(½ · log_var).",
        ),
        Mistake(
            lambda m, v, e: m + v * e,
            "You multiplied the noise by log_var itself. The network gives the logarithm of the "
            "variance: σ = exp(½ · log_var).",
        ),
        Mistake(lambda m, v, e: m + v / 2 * e, "½ · log_var is log σ; to get σ, take exp of it."),
        Mistake(lambda m, v, e: m + (-v / 2).exp() * e, "You multiplied by 1/σ: the sign in the exponent is turned."),
        Mistake(
            lambda m, v, e: m + (2 * v).exp() * e,
            "exp(2 · log_var) is the variance squared. The root goes the other way: σ = exp(½ · log_var).",
        ),
        Mistake(
            lambda m, v, e: m - (v / 2).exp() * e,
            "Minus where plus should be. −noise is as normal as noise, so this too is a sample of q; "
            "but we agreed on z = mean + σ · noise.",
        ),
        Mistake(
            lambda m, v, e: m + (v / 2).exp() * e[:1],
            "You used the first row of the noise for the whole batch: each image needs noise of its own.",
        ),
        Mistake(
            lambda m, v, e: m + (v / 2).exp() * e[:, :1],
            "You used the same noise for all latents of an image: each latent needs its own.",
        ),
        Mistake(
            lambda m, v, e: (v / 2).exp() * (m + e), "You stretched the mean too: only the noise is multiplied by σ."
        ),
        Mistake(lambda m, v, e: (v / 2).exp() * e, "You forgot to add the mean."),
        Mistake(lambda m, v, e: m + e, "You forgot the standard deviation: this is a sample of N(mean, I)."),
        Mistake(lambda m, v, e: m + 0 * v, "You return the mean without any noise, so every sample would be the same."),
        Mistake(
            lambda m, v, e: (m + (v / 2).exp() * e).detach(),
            "The sample is right, but no gradient flows through it: `.detach()`, `.data` or "
            "`torch.no_grad()` cut it off from mean and log_var, and the encoder could not learn.",
        ),
        Mistake(
            lambda m, v, e: m + (v / 2).exp().detach() * e,
            "The sample is right, but its gradient reaches only mean: σ was cut off from log_var, so "
            "the encoder could never learn how uncertain to be.",
        ),
        Mistake(
            lambda m, v, e: m.detach() + (v / 2).exp() * e,
            "The sample is right, but its gradient reaches only log_var: mean was cut off.",
        ),
    ),
)

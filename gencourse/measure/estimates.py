"""How far estimates from samples are off, where that is known: those of p(x), and those of the gradient of a bound.

[1] Rainforth et al., Tighter Variational Bounds are Not Necessarily Better, 2018.    signal and noise of a gradient
"""

import math

import torch
from torch import Tensor
from torch.distributions import Normal

from gencourse.models.linear_gaussian import LinearGaussian, log_joint
from gencourse.models.vae import iwae_bound, reparameterise
from gencourse.models.variational import gaussian_log_density
from gencourse.support.checks import between

WIDER = 1.3  # the spread of the q of `weight_variances`, over the posterior's


def weight_variances(x: Tensor, sigma: float) -> dict[str, float]:
    """Var[w] / E[w]² of the importance weights of x under z ~ N(0, I), x = z + σ ε, in closed form.

    The average of K weights, an estimate of p(x), is off by a share of √(this / K).

    Args:
        x: (D,). sigma: σ, above 0.

    Returns:
        Of codes from the "prior", and from "q", the posterior made 1.3 times as wide.
    """
    sigma, x = between("sigma", sigma, 1e-6, 1e6), x.double()
    log_p = Normal(0.0, math.sqrt(1 + sigma**2)).log_prob(x).sum()
    # N(x; z, σ²)² = N(x; z, σ²/2) / (2 σ √π), so that its average over the prior is a Gaussian's density again
    log_square = Normal(0.0, math.sqrt(1 + sigma**2 / 2)).log_prob(x) - math.log(2 * sigma * math.sqrt(math.pi))
    q = (WIDER / math.sqrt(2 - WIDER**-2)) ** len(x)  # the average of (posterior / q)² over q
    return {"prior": float((log_square.sum() - 2 * log_p).exp()) - 1, "q": q - 1}


def gradient_signals(model: LinearGaussian, x: Tensor, n_samples: int, rows: int) -> dict[str, float]:
    """|mean| / standard deviation of the gradient of IWAE-K [1], on average over the numbers that it is taken of.

    q stands near the posterior of x, 0.15 aside and 5 % wider, and the decoder's bias at 0.1.

    Args:
        x: (1, 1, 1, P). n_samples: K. rows: how many independent estimates of the gradient are made.

    Returns:
        Of the gradient with respect to "q's mean" and to the "decoder's bias".
    """
    posterior_mean, covariance = model.posterior(x)
    mean = (posterior_mean + 0.15).repeat(rows, 1).requires_grad_()
    log_var = covariance.diagonal().log().repeat(rows, 1) + 0.1
    bias = torch.full((rows, len(model.bias)), 0.1, requires_grad=True)  # one a row, so that each has its gradient
    z = reparameterise(mean, log_var, torch.randn(n_samples, *mean.shape))
    joint = log_joint(x.flatten(1).expand(rows, -1), z, model.weight, bias, float(model.likelihood.sigma))
    bound = iwae_bound(joint - gaussian_log_density(z, mean, log_var)).sum()
    gradients = torch.autograd.grad(bound, (mean, bias))
    names = ("q's mean", "decoder's bias")
    return {n: float((g.mean(0).abs() / g.std(0)).mean()) for n, g in zip(names, gradients, strict=True)}

"""What samples say about log p(x): estimates, bounds, and the gap between them.

[1] Kingma and Welling, Auto-Encoding Variational Bayes, 2014.    eq. 1 to 3
[2] Cremer, Li and Duvenaud, Inference Suboptimality in Variational Autoencoders, 2018.    the gap and its two parts
"""

import math

import torch
from torch import Tensor

from gencourse.models.gaussian import LOG_2PI


def prior_estimate(x: Tensor, means: Tensor, sigma: float) -> Tensor:
    """log p(x) estimated from draws of the prior: log of the average of N(x; means_k, σ² I) over the K draws.

    Args:
        x: (B, P). means: (K, P), the decoded draws f(z_k), z_k ~ p(z). sigma: σ > 0.

    Returns:
        (B,) nats. exp of it is unbiased for p(x); it is itself too low on average.
    """
    distance = (x[:, None] - means).square().sum(-1)  # (B, K)
    log_likelihood = -0.5 * (distance / sigma**2 + x.shape[1] * (LOG_2PI + 2 * math.log(sigma)))
    return torch.logsumexp(log_likelihood, dim=1) - math.log(len(means))


def gaussian_log_density(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log N(z; mean, diag exp(log_var)), summed over the last dimension, in nats."""
    return -0.5 * ((z - mean) ** 2 / log_var.exp() + log_var + LOG_2PI).sum(-1)


def sampled_elbo(log_joint: Tensor, z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """The ELBO from samples alone: the average of log p(x, z) − log q(z | x) [1, eq. 2].

    Args:
        log_joint: (K, B), log p(x, z_k) in nats.
        z: (K, B, D), drawn from q(z | x) = N(mean, diag exp(log_var)); mean and log_var are (B, D).

    Returns:
        (B,) nats.
    """
    return (log_joint - gaussian_log_density(z, mean, log_var)).mean(0)


def sampled_kl(log_q: Tensor, log_p: Tensor) -> tuple[Tensor, Tensor]:
    """KL(q ‖ p) from samples of q: the average of log q − log p, and the standard error of that average.

    Args:
        log_q, log_p: (K, B), the log-densities of K ≥ 2 samples z_k ~ q, in nats.

    Returns:
        Two tensors (B,), in nats.
    """
    difference = log_q - log_p
    return difference.mean(0), difference.std(0) / math.sqrt(len(difference))


def gap(mean: Tensor, log_var: Tensor, posterior_mean: Tensor, posterior_covariance: Tensor) -> Tensor:
    """KL(q(z | x) ‖ p(z | x)) = log p(x) − ELBO, of a diagonal Gaussian q and a Gaussian posterior [1, eq. 1].

    Args:
        mean, log_var: (B, D), of q. posterior_mean: (B, D). posterior_covariance: (D, D), one for all.

    Returns:
        (B,) nats.
    """
    precision = torch.linalg.inv(posterior_covariance)
    distance = posterior_mean - mean  # (B, D)
    trace = (precision.diagonal() * log_var.exp()).sum(-1)
    squared = ((distance @ precision) * distance).sum(-1)
    log_ratio = torch.logdet(posterior_covariance) - log_var.sum(-1)
    return 0.5 * (trace + squared - mean.shape[-1] + log_ratio)

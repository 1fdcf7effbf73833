"""A latent-variable model whose likelihood and posterior are known: the ruler every bound is held against.

    z ~ N(0, I),   x | z ~ N(W z + b, σ² I)

Tipping and Bishop, Probabilistic Principal Component Analysis, 1999: section 3.1 (likelihood), eq. 8 (posterior).
"""

import math

import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from gencourse.models.gaussian import LOG_2PI
from gencourse.models.likelihoods import Gaussian
from gencourse.models.vae import Elbo, elbo_terms, iwae_bound, log_weight, reparameterise


def log_joint(x: Tensor, z: Tensor, weight: Tensor, bias: Tensor, sigma: float) -> Tensor:
    """log p(x, z) = log N(z; 0, I) + log N(x; W z + b, σ² I), in nats.

    Args:
        x: (B, P). z: (..., B, D). weight: W, (P, D). bias: b, (P,). sigma: σ > 0.

    Returns:
        (..., B).
    """
    distance = (x - z @ weight.T - bias).square().sum(-1) / sigma**2
    log_likelihood = -0.5 * (distance + x.shape[-1] * (LOG_2PI + 2 * math.log(sigma)))
    log_prior = -0.5 * (z.square().sum(-1) + z.shape[-1] * LOG_2PI)
    return log_likelihood + log_prior


def linear_gaussian_posterior(x: Tensor, weight: Tensor, bias: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """p(z | x) = N(C Wᵀ (x − b) / σ², C) with C = (I + WᵀW / σ²)⁻¹ [eq. 8].

    Args:
        x: (B, P). weight: W, (P, D). bias: b, (P,). sigma: σ > 0.

    Returns:
        Its mean (B, D), and its covariance C (D, D), one for all x.
    """
    identity = torch.eye(weight.shape[1], dtype=weight.dtype)
    covariance = torch.linalg.inv(identity + weight.T @ weight / sigma**2)
    return (x - bias) @ weight @ covariance / sigma**2, covariance


class LinearGaussian(nn.Module):
    """Probabilistic PCA with an encoder of one's own choosing: q(z | x) = N(A x + a, diag exp(log_var)).

    Args:
        weight: W, (P, D). bias: b, (P,). sigma: σ > 0.
        images of shape (1, 1, P) are used, so that the VAE's functions apply as they are.
    """

    def __init__(self, weight: Tensor, bias: Tensor, sigma: float):
        super().__init__()
        if weight.dim() != 2 or bias.shape != weight.shape[:1]:
            raise ValueError(f"weight {tuple(weight.shape)}, bias {tuple(bias.shape)}: allowed are (P, D) and (P,)")
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.likelihood = Gaussian(sigma)
        self.encoder = nn.Linear(*weight.shape)
        self.log_var = nn.Parameter(torch.zeros(weight.shape[1]))

    def log_joint(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x, z) of x (B, …) and z (..., B, D): (..., B) nats."""
        return log_joint(x.flatten(1), z, self.weight, self.bias, float(self.likelihood.sigma))

    def log_prob(self, x: Tensor) -> Tensor:
        """Exact log p(x) of N(b, W Wᵀ + σ² I): (B,) nats."""
        covariance = self.weight @ self.weight.T + self.likelihood.sigma**2 * torch.eye(len(self.bias))
        return MultivariateNormal(self.bias, covariance).log_prob(x.flatten(1))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Exact p(z | x): its mean (B, D) and its covariance (D, D), one for all x."""
        return linear_gaussian_posterior(x.flatten(1), self.weight, self.bias, float(self.likelihood.sigma))

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws of x, (n, 1, 1, P)."""
        x = self.decode(torch.randn(n, self.weight.shape[1], generator=generator))
        return x + self.likelihood.sigma * torch.randn(x.shape, generator=generator)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, 1, 1, P) -> mean and log-variance of q(z | x), each (B, D)."""
        mean = self.encoder(x.flatten(1))
        return mean, self.log_var.expand_as(mean)

    def decode(self, z: Tensor) -> Tensor:
        """z (..., D) -> the mean of p(x | z), (..., 1, 1, P)."""
        return (z @ self.weight.T + self.bias)[..., None, None, :]

    def elbo(self, x: Tensor, n_samples: int = 1) -> Elbo:
        """As VAE.elbo."""
        mean, log_var = self.encode(x)
        z = reparameterise(mean, log_var, torch.randn(n_samples, *mean.shape))
        terms = elbo_terms(x, self.decode(z), mean, log_var, self.likelihood.log_prob)
        return Elbo(terms.value.mean(0), terms.reconstruction.mean(0), terms.kl)

    def log_weights(self, x: Tensor, n_samples: int) -> Tensor:
        """(K, B): log p(x, z) − log q(z | x) for z ~ q(z | x), in nats."""
        mean, log_var = self.encode(x)
        z = reparameterise(mean, log_var, torch.randn(n_samples, *mean.shape))
        return log_weight(self.likelihood.log_prob(x, self.decode(z)), z, mean, log_var)

    def iwae(self, x: Tensor, n_samples: int) -> Tensor:
        """IWAE-K: (B,) nats."""
        return iwae_bound(self.log_weights(x, n_samples))

"""A latent-variable model whose likelihood and posterior are known: the ruler every bound is held against.

    z ~ N(0, I),   x | z ~ N(W z + b, σ² I)

Tipping and Bishop, Probabilistic Principal Component Analysis, 1999: section 3.1 (likelihood), eq. 8 (posterior).
"""

import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from gencourse.models.likelihoods import Gaussian
from gencourse.models.vae import Elbo, elbo_terms, iwae_bound, log_weight, reparameterise


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

    def log_prob(self, x: Tensor) -> Tensor:
        """Exact log p(x) of N(b, W Wᵀ + σ² I): (B,) nats."""
        covariance = self.weight @ self.weight.T + self.likelihood.sigma**2 * torch.eye(len(self.bias))
        return MultivariateNormal(self.bias, covariance).log_prob(x.flatten(1))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Exact p(z | x): its mean (B, D) and its covariance (D, D), one for all x."""
        precision = self.weight.T @ self.weight / self.likelihood.sigma**2 + torch.eye(self.weight.shape[1])
        covariance = torch.linalg.inv(precision)
        mean = (x.flatten(1) - self.bias) @ self.weight @ covariance / self.likelihood.sigma**2
        return mean, covariance

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

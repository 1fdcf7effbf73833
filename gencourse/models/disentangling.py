"""The VAE whose bound is pressed where it keeps latents apart: the KL in three parts, one of them weighted more.

    E[KL(q(z | x) ‖ p(z))]  =  I(x; z)  +  KL(q(z) ‖ Π q(z_d))  +  Σ KL(q(z_d) ‖ p(z_d))
                            index-code     total correlation       dimension-wise

β-VAE [2] weighs all three alike. FactorVAE [3] weighs the second more, as here, but has a second network estimate it.

[1] Chen et al., Isolating Sources of Disentanglement in VAEs, 2018.     the three parts, eq. 2; the weights, eq. 4
[2] Higgins et al., β-VAE, 2017.
[3] Kim and Mnih, Disentangling by Factorising, 2018.
"""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from gencourse.models.gaussian import LOG_2PI
from gencourse.models.vae import VAE, gaussian_kl_per_latent, reparameterise
from gencourse.support.checks import at_least, between


class KLParts(NamedTuple):
    """The average KL of a batch from the prior, in three parts that add up to it; numbers, in nats [1, eq. 2]."""

    index_code: Tensor
    total_correlation: Tensor
    dimension_wise: Tensor


def kl_parts(z: Tensor, mean: Tensor, log_var: Tensor, n_images: int) -> KLParts:
    """The three parts from one draw of each cloud in a batch, minibatch-weighted [1, section 3.1 and appendix C.1].

    The batch stands for all n_images: log q(z) ≈ log Σ_j q(z | x_j) − log(n_images · B). The parts are biased, but
    their sum is the plain average of log q(z | x) − log p(z), whatever the batch.

    Args:
        z: (B, D), z_i drawn from q(z | x_i) = N(mean_i, diag exp(log_var_i)); mean and log_var are (B, D).
    """
    squared = (z[:, None] - mean) ** 2 * torch.exp(-log_var)
    log_q = -0.5 * (squared + log_var + LOG_2PI)  # (B, B, D): code i in cloud j
    share = math.log(n_images * len(z))
    log_q_z = log_q.sum(-1).logsumexp(1) - share  # (B,)
    log_product = (log_q.logsumexp(1) - share).sum(-1)  # (B,)
    log_q_z_given_x = log_q.diagonal().sum(0)  # (B,)
    log_prior = -0.5 * (z**2 + LOG_2PI).sum(-1)
    parts = (log_q_z_given_x - log_q_z, log_q_z - log_product, log_product - log_prior)
    return KLParts(*(part.mean() for part in parts))


class TotalCorrelationVAE(VAE):
    """A VAE whose loss adds a weight on the total correlation of its codes to β times the KL [1, eq. 4].

    In the paper's letters α = γ = beta, and its β is beta + total_correlation.

    Args:
        total_correlation: that weight; 0 is a β-VAE.
        n_images: how many images the training set has.
        options: VAE's.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        latent: int = 6,
        *,
        total_correlation: float = 0.0,
        n_images: int = 20_000,
        **options: Any,
    ):
        super().__init__(shape, latent, **options)
        self.total_correlation = between("total_correlation", total_correlation, 0, math.inf)
        self.n_images = at_least("n_images", n_images, 1)
        self.config |= dict(total_correlation=self.total_correlation, n_images=self.n_images)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """−reconstruction + beta · max(KL, free bits) + total_correlation · TC, the batch's average; y is not used."""
        mean, log_var = self.encode(x)
        z = reparameterise(mean, log_var, torch.randn_like(mean))
        reconstruction = self.likelihood.log_prob(x, self.decoder(z)).mean()
        kl_per_latent = gaussian_kl_per_latent(mean, log_var).mean(0)  # (D,)
        charged, kl = kl_per_latent.clamp(min=self.free_bits).sum(), kl_per_latent.sum()
        correlation = kl_parts(z, mean, log_var, self.n_images).total_correlation
        loss = self.beta * charged + self.total_correlation * correlation - reconstruction
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl, "total_correlation": correlation}

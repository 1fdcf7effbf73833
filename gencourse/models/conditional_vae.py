"""The conditional VAE: encoder and decoder both read a condition c, and z is left with what c does not say.

    x, c ── encoder ──> mean, log_var ── z ──┐
                                        c ───┴─ decoder ──> params of p(x | z, c)

[1] Sohn, Lee and Yan, Learning Structured Output Representation using Deep Conditional Generative Models, 2015. eq. 4
"""

from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.likelihoods import make_likelihood, number_or_learned
from gencourse.models.networks import mirrored
from gencourse.models.vae import elbo_terms, reparameterise
from gencourse.support.checks import at_least, between, image_shape, of_shape, widths


class ConditionalVAE(nn.Module):
    """A VAE of x given c, with the prior N(0, I) on z whatever c is [1].

    Args:
        shape: (C, H, W) of an image.
        latent: D, the number of latents. conditions: K, the length of c.
        hidden: widths of the fully connected layers; the decoder mirrors them.
        channels: of the strided convolutions, as in `VAE`.
        sigma: the Gaussian's standard deviation, or "learned".

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        latent: int = 8,
        *,
        conditions: int,
        hidden: tuple[int, ...] = (128,),
        channels: tuple[int, ...] = (32, 32, 32),
        sigma: float | str = 0.1,
        beta: float = 1.0,
    ):
        super().__init__()
        self.shape, self.latent = image_shape(shape), at_least("latent", latent, 1)
        self.conditions, self.beta = at_least("conditions", conditions, 1), between("beta", beta, 0, float("inf"))
        hidden, channels, sigma = (
            widths("hidden", hidden),
            widths("channels", channels),
            number_or_learned("sigma", sigma),
        )
        self.config: dict[str, Any] = dict(
            shape=self.shape,
            latent=self.latent,
            conditions=self.conditions,
            hidden=hidden,
            channels=channels,
            sigma=sigma,
            beta=self.beta,
        )
        self.likelihood = make_likelihood("gaussian", sigma=sigma)
        features = hidden[-1] if hidden else 128
        self.encoder, _ = mirrored(self.shape, self.latent, features, hidden, channels)
        self.posterior = nn.Sequential(
            nn.Linear(features + self.conditions, 128), nn.ReLU(), nn.Linear(128, 2 * self.latent)
        )
        _, self.decoder = mirrored(self.shape, self.latent + self.conditions, 1, hidden, channels)

    def encode(self, x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, C, H, W), c (B, K) -> mean and log-variance of q(z | x, c), each (B, D)."""
        of_shape("x", x, self.shape)
        of_shape("c", c, (self.conditions,))
        features = self.encoder(2 * x - 1).relu()
        mean, log_var = self.posterior(torch.cat([features, c], dim=1)).float().chunk(2, dim=1)
        return mean, log_var

    def decode(self, z: Tensor, c: Tensor) -> Tensor:
        """z (B, D), c (B, K) -> the mean image of p(x | z, c), (B, C, H, W) in [0, 1]."""
        image: Tensor = self.likelihood.mean(self.decoder(torch.cat([z, c], dim=1)).float())
        return image

    def loss(self, x: Tensor, c: Tensor) -> dict[str, Tensor]:
        """−log p(x | z, c) + β · KL(q(z | x, c) ‖ p(z)), in nats, averaged over the batch [1, eq. 4]."""
        mean, log_var = self.encode(x, c)
        z = reparameterise(mean, log_var, torch.randn_like(mean))
        terms = elbo_terms(x, self.decoder(torch.cat([z, c], dim=1)), mean, log_var, self.likelihood.log_prob)
        reconstruction, kl = terms.reconstruction.mean(), terms.kl.mean()
        return {"loss": self.beta * kl - reconstruction, "reconstruction": reconstruction, "kl": kl}

    @torch.no_grad()
    def sample(self, c: Tensor, *, generator: torch.Generator | None = None) -> Tensor:
        """One image for each row of c (B, K): z ~ N(0, I), then the mean of p(x | z, c). (B, C, H, W) in [0, 1]."""
        return self.decode(torch.randn(len(c), self.latent, generator=generator, device=c.device), c)

"""The variational autoencoder: an encoder q(z | x), a decoder p(x | z), and the bound that trains both.

    x ── encoder ──> mean, log_var ── z = mean + std · noise ──> decoder ──> params of p(x | z)

Sums run over pixels and latents, means over the batch; everything is in nats.

[1] Kingma and Welling, Auto-Encoding Variational Bayes, 2014.          the model, eq. 7 and 10
[2] Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016.     `iwae_bound`, eq. 8
[3] Higgins et al., β-VAE, 2017.                                        `beta`, eq. 4
[4] Kingma et al., Improving Variational Inference with Inverse Autoregressive Flow, 2016.   `free_bits`, appendix C.8
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from gencourse.models.likelihoods import bernoulli_log_prob, make_likelihood, number_or_learned
from gencourse.models.networks import mirrored
from gencourse.support.checks import at_least, between, image_shape, of_shape, widths


class Elbo(NamedTuple):
    """The evidence lower bound and its two terms, each (B,), in nats: value = reconstruction − kl."""

    value: Tensor
    reconstruction: Tensor
    kl: Tensor


def gaussian_kl(
    mean: Tensor, log_var: Tensor, prior_mean: Tensor | float = 0.0, prior_log_var: Tensor | float = 0.0
) -> Tensor:
    """KL(q ‖ p) of two diagonal Gaussians, in nats [1, appendix B].

    Args:
        mean, log_var: (..., D), the mean and log-variance of q.
        prior_mean, prior_log_var: those of p, numbers or (..., D); the standard normal if left out.

    Returns:
        (...,), summed over the D latents.
    """
    return gaussian_kl_per_latent(mean, log_var, prior_mean, prior_log_var).sum(dim=-1)


def gaussian_kl_per_latent(
    mean: Tensor, log_var: Tensor, prior_mean: Tensor | float = 0.0, prior_log_var: Tensor | float = 0.0
) -> Tensor:
    """The terms that `gaussian_kl` sums: (..., D), one KL in nats for each latent."""
    log_ratio = log_var - prior_log_var  # log of q's variance over p's
    squared_distance = (mean - prior_mean) ** 2 * torch.exp(-torch.as_tensor(prior_log_var))
    return 0.5 * (log_ratio.exp() + squared_distance - 1 - log_ratio)


def reparameterise(mean: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    """z = mean + σ · noise: a sample of N(mean, exp(log_var)) through which gradients flow [1, section 2.4].

    All arguments and the result have one shape; `noise` is drawn from N(0, I).
    """
    return mean + torch.exp(0.5 * log_var) * noise


def elbo_terms(
    x: Tensor,
    params: Tensor,
    mean: Tensor,
    log_var: Tensor,
    log_prob: Callable[[Tensor, Tensor], Tensor] = bernoulli_log_prob,
) -> Elbo:
    """The ELBO of each image, from what the two networks said [1, eq. 10].

    Args:
        x: (..., B, C, H, W) images.
        params: the decoder's output for one z ~ q(z | x), the same shape: logits for binary pixels.
        mean, log_var: (B, D), the encoder's output.
        log_prob: log p(x | z) of x under params, (..., B) in nats.

    Returns:
        Elbo(value, reconstruction, kl), in nats, summed over pixels and latents.
    """
    reconstruction = log_prob(x, params)  # (..., B)
    kl = gaussian_kl(mean, log_var)  # (B,)
    return Elbo(reconstruction - kl, reconstruction, kl)


def log_weight(log_likelihood: Tensor, z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log p(x | z) + log p(z) − log q(z | x), in nats, for a standard normal prior [2, eq. 8].

    Args:
        log_likelihood: (..., B), log p(x | z).
        z: (..., B, D), drawn from q(z | x) = N(mean, diag exp(log_var)); mean and log_var are (B, D).
    """
    log_prior = -0.5 * (z**2).sum(-1)  # the constants of the two Gaussians cancel
    log_posterior = -0.5 * ((z - mean) ** 2 * torch.exp(-log_var) + log_var).sum(-1)
    return log_likelihood + log_prior - log_posterior


def iwae_bound(log_weights: Tensor) -> Tensor:
    """log of the average importance weight: IWAE-K, a bound on log p(x) that rises with K [2, eq. 8].

    Args:
        log_weights: (K, B), log p(x, z_k) − log q(z_k | x) for K samples z_k ~ q(z | x).

    Returns:
        (B,) in nats.
    """
    return torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))


def traverse(z: Tensor, dim: int, values: Tensor) -> Tensor:
    """Copies of the code z (D,), one for each of values (V,), with coordinate `dim` set to that value: (V, D)."""
    path = z.repeat(len(values), 1)
    path[:, dim] = values
    return path


class VAE(nn.Module):
    """A VAE with a standard normal prior and a diagonal Gaussian posterior [1].

    Args:
        shape: (C, H, W) of an image.
        latent: D, the number of latents.
        hidden: widths of the fully connected layers of the encoder; the decoder mirrors them.
        channels: () for fully connected networks. (32, 64) puts two strided convolutions before the
            encoder's hidden layers, mirrored in the decoder; H and W must be divisible by 2 ** len(channels).
        likelihood: "bernoulli" for binary images, "gaussian" for real ones, "logistic" for grey levels.
        sigma: the Gaussian's standard deviation, or "learned".
        levels: the logistic's number of grey levels.
        beta: the weight of the KL in the training loss [3]. The reported `elbo` always has weight 1.
        free_bits: nats of KL that each latent may use, on the batch's average, before the loss charges for
            them [4]; against collapse.
        activation: "relu", "tanh" or "silu".

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        latent: int = 2,
        *,
        hidden: tuple[int, ...] = (400,),
        channels: tuple[int, ...] = (),
        likelihood: str = "bernoulli",
        sigma: float | str = "learned",
        levels: int = 256,
        beta: float = 1.0,
        free_bits: float = 0.0,
        activation: str = "relu",
    ):
        super().__init__()
        shape, latent = image_shape(shape), at_least("latent", latent, 1)
        hidden, channels = widths("hidden", hidden), widths("channels", channels)
        beta, free_bits = between("beta", beta, 0, math.inf), between("free_bits", free_bits, 0, math.inf)
        sigma, levels = number_or_learned("sigma", sigma), at_least("levels", levels, 2)
        self.config: dict[str, Any] = dict(
            shape=shape,
            latent=latent,
            hidden=hidden,
            channels=channels,
            likelihood=likelihood,
            sigma=sigma,
            levels=levels,
            beta=beta,
            free_bits=free_bits,
            activation=activation,
        )
        self.shape, self.latent, self.beta, self.free_bits = shape, latent, beta, free_bits
        self.likelihood = make_likelihood(likelihood, sigma=sigma, levels=levels)
        self.encoder, self.decoder = mirrored(shape, latent, 2 * latent, hidden, channels, activation)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, C, H, W) -> mean and log-variance of q(z | x), each (B, D)."""
        of_shape("x", x, self.shape)
        mean, log_var = self.encoder(2 * x - 1).float().chunk(2, dim=-1)
        return mean, log_var

    def decode(self, z: Tensor) -> Tensor:
        """z (B, D) -> the mean image of p(x | z), (B, C, H, W) in [0, 1]."""
        return self.likelihood.mean(self.decoder(z).float())

    def elbo(self, x: Tensor, n_samples: int = 1) -> Elbo:
        """A Monte Carlo estimate of the ELBO with n_samples draws of z; the KL is exact. Each field (B,), nats."""
        mean, log_var = self.encode(x)
        z, params = self._sample_posterior(mean, log_var, n_samples)
        terms = elbo_terms(x, params, mean, log_var, self.likelihood.log_prob)
        return Elbo(terms.value.mean(0), terms.reconstruction.mean(0), terms.kl)

    def log_weights(self, x: Tensor, n_samples: int) -> Tensor:
        """(K, B): log p(x | z) + log p(z) − log q(z | x) for K = n_samples draws of z ~ q(z | x), in nats."""
        mean, log_var = self.encode(x)
        z, params = self._sample_posterior(mean, log_var, n_samples)
        return log_weight(self.likelihood.log_prob(x, params), z, mean, log_var)

    def iwae(self, x: Tensor, n_samples: int) -> Tensor:
        """IWAE-K with K = n_samples: (B,) nats, between the ELBO and log p(x) on average [2]."""
        return iwae_bound(self.log_weights(x, n_samples))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −reconstruction + β · max(KL, free bits), averaged over the batch; y is not used."""
        mean, log_var = self.encode(x)
        z, params = self._sample_posterior(mean, log_var, 1)
        reconstruction = self.likelihood.log_prob(x, params).mean()
        kl_per_latent = gaussian_kl_per_latent(mean, log_var).mean(0)  # (D,)
        charged = kl_per_latent.clamp(min=self.free_bits).sum()
        kl = kl_per_latent.sum()
        return {"loss": self.beta * charged - reconstruction, "reconstruction": reconstruction, "kl": kl}

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None, draw_pixels: bool = False) -> Tensor:
        """n images from the model: z ~ N(0, I), then the mean of p(x | z). (n, C, H, W) in [0, 1].

        The mean is what the field's figures show; with draw_pixels each pixel is drawn from p(x | z) too,
        which is a sample of the model in the strict sense.
        """
        device = next(self.parameters()).device
        params = self.decoder(torch.randn(n, self.latent, generator=generator, device=device))
        return self.likelihood.sample(params, generator) if draw_pixels else self.likelihood.mean(params)

    @torch.no_grad()
    def reconstruct(self, x: Tensor) -> Tensor:
        """x -> its code's mean -> the mean image; (B, C, H, W) in [0, 1]."""
        return self.decode(self.encode(x)[0])

    def _sample_posterior(self, mean: Tensor, log_var: Tensor, n_samples: int) -> tuple[Tensor, Tensor]:
        """z ~ q(z | x), (K, B, D), and the decoder's output for it, (K, B, C, H, W)."""
        noise = torch.randn(n_samples, *mean.shape, device=mean.device)
        z = reparameterise(mean, log_var, noise)
        params = self.decoder(z.flatten(0, 1))  # (K·B, C, H, W)
        return z, params.unflatten(0, (n_samples, len(mean)))

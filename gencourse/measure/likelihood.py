"""How likely a model finds images or a text: exact, or as a bound, always with its error and what it was measured on.

[1] Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.data.images import Images
from gencourse.models.vae import gaussian_kl_per_latent
from gencourse.support.checks import at_least


def bits_per_dim(nats: float, n_dims: int) -> float:
    """A negative log-likelihood of nats for an image of n_dims numbers, as bits for each number."""
    if n_dims < 1:
        raise ValueError(f"n_dims={n_dims!r}: allowed is a whole number from 1 up (channels · height · width)")
    return nats / (n_dims * math.log(2))


def held_out_bits(log_probs: Tensor, n_dims: int) -> tuple[Tensor, Tensor]:
    """The mean cost of held-out images in bits per dimension, and the standard error of that mean.

    Args:
        log_probs: (M, N), log p(x) in nats under each of M models, of N ≥ 2 images that they were not fitted to.
        n_dims: how many numbers an image has.

    Returns:
        Means and errors, (M,) each. An error is that of the mean over images: their standard deviation over √N.
    """
    bits = -log_probs / (n_dims * math.log(2))  # (M, N)
    return bits.mean(-1), bits.std(-1) / bits.shape[-1] ** 0.5


@dataclass(frozen=True)
class Bound:
    """A mean log-likelihood, or a bound on it, over a data set; always with what it was measured on.

    value and standard_error are nats an image; the error is that of the mean over the images.
    """

    value: float
    standard_error: float
    kind: str  # "ELBO", "IWAE-5000", "exact"
    n_images: int
    n_dims: int
    data: str

    @property
    def bits_per_dim(self) -> float:
        return bits_per_dim(-self.value, self.n_dims)

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.value:.2f} ± {self.standard_error:.2f} nats = {self.bits_per_dim:.4f} bits/dim "
            f"on {self.n_images} images of {self.data}"
        )


@dataclass(frozen=True)
class Terms:
    """The ELBO's two terms on a data set: nats an image, and the KL of each latent (D,), the most used one first."""

    reconstruction: float
    kl: float
    kl_per_latent: Tensor


@torch.no_grad()
def terms(model: Any, images: Images, *, n_samples: int = 10, seed: int = 0) -> Terms:
    """The mean reconstruction and KL of a VAE on `images`, with n_samples draws of z an image; all images at once.

    A dynamic binarisation is drawn from `seed`. The value of the bound is reconstruction − kl, whatever β the model
    was trained with.
    """
    n_samples = at_least("n_samples", n_samples, 1)
    at_least("len(images)", len(images), 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        x = images.batch(slice(None))
        reconstruction = model.elbo(x, n_samples=n_samples).reconstruction.mean()
    kl = gaussian_kl_per_latent(*model.encode(x)).mean(0)  # (D,)
    return Terms(float(reconstruction), float(kl.sum()), kl.sort(descending=True).values)


@torch.no_grad()
def bound(
    model: Any, images: Images, *, n_samples: int = 0, seed: int = 0, chunk: int = 1_000, progress: bool = False
) -> Bound:
    """The ELBO (n_samples=0, one draw of z an image) or IWAE-K (n_samples=K) of `model` on `images` [1].

    In float32 and evaluation mode. A dynamic binarisation is drawn once, from `seed`. The importance samples
    are taken `chunk` decoder outputs at a time, so that memory does not grow with K.

    Returns:
        A Bound whose kind says "ELBO" or "IWAE-K".
    """
    from tqdm.auto import tqdm

    n_samples, chunk = at_least("n_samples", n_samples, 0), at_least("chunk", chunk, 1)
    at_least("len(images)", len(images), 1)
    device = next(model.parameters()).device
    was_training, images = model.training, images.to(device)
    model.eval()
    step = max(1, chunk // max(1, n_samples))
    values = []
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        everything = images.batch(slice(None))  # one binarisation, the same for every n_samples
        for i in tqdm(range(0, len(images), step), disable=not progress, desc="IWAE" if n_samples else "ELBO"):
            x = everything[i : i + step]
            values.append(_iwae_in_chunks(model, x, n_samples, chunk) if n_samples else model.elbo(x).value)
    model.train(was_training)
    per_image = torch.cat(values).double()
    kind = f"IWAE-{n_samples}" if n_samples else "ELBO"
    return _bound(per_image, kind, images, getattr(getattr(model, "likelihood", None), "name", "") == "gaussian")


@torch.no_grad()
def exact(model: Any, images: Images, *, batch_size: int = 1_000, seed: int = 0, density: bool = False) -> Bound:
    """The mean of `model.log_prob` over `images`; a dynamic binarisation is drawn once, from `seed`.

    Args:
        density: whether log_prob is the logarithm of a density over real numbers and not of a mass; it is then said.

    Returns:
        A Bound whose kind says "exact".
    """
    at_least("len(images)", len(images), 1)
    everything = images.batch(slice(None), generator=torch.Generator().manual_seed(seed))
    values = [model.log_prob(everything[i : i + batch_size]) for i in range(0, len(images), batch_size)]
    return _bound(torch.cat(values).double(), "exact", images, density)


@torch.no_grad()
def bits_per_token(model: Any, x: Tensor, context: int = 64, batch_size: int = 100) -> tuple[float, float]:
    """The exact cost of a held-out text in bits a token, and the standard error of that mean over stretches of text.

    The text is cut into windows of 2 · context that overlap by half, and in each the second half is counted. So each
    token but the first few is counted once, and every model has at least `context` tokens before it to look at.

    Args:
        model: has `token_log_probs`. x: (N,) tokens, N ≥ 3 · context.

    Raises:
        ValueError: on a text that is too short.
    """
    if len(x) < 3 * at_least("context", context, 1):
        raise ValueError(f"x has {len(x)} tokens, context={context}: allowed are {3 * context} tokens or more")
    windows = x.unfold(0, 2 * context, context)
    counted = [model.token_log_probs(part)[:, context:] for part in windows.split(batch_size)]
    bits = -torch.cat(counted).double().mean(1) / math.log(2)  # of each window
    return float(bits.mean()), float(bits.std() / len(bits) ** 0.5)


def _bound(per_image: Tensor, kind: str, images: Images, density: bool) -> Bound:
    """The mean of per_image (N,), its error, and what it was measured on; a density is told from a mass."""
    error = float(per_image.std() / len(per_image) ** 0.5) if len(per_image) > 1 else math.nan
    card = images.card
    pixels = f"{card.levels} grey levels" if card.binarisation == "grey" else f"{card.binarisation} binarisation"
    data = f"{card.name} {card.split}, {pixels}{', as a density' if density else ''}"
    return Bound(float(per_image.mean()), error, kind, len(per_image), math.prod(images.shape), data)


def _iwae_in_chunks(model: Any, x: Tensor, n_samples: int, chunk: int) -> Tensor:
    """IWAE-K of x (B, C, H, W), K split so that at most `chunk` images are decoded at once; (B,) nats."""
    each = max(1, chunk // len(x))
    sums = [
        torch.logsumexp(model.log_weights(x, min(each, n_samples - done)), dim=0) for done in range(0, n_samples, each)
    ]
    return torch.logsumexp(torch.stack(sums), dim=0) - math.log(n_samples)

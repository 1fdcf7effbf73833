"""Every figure the course reports: likelihood bounds with their errors, and how latents line up with factors.

[1] Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016.
[2] Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in VAEs, 2018.   MIG, eq. 6
[3] Locatello et al., Challenging Common Assumptions in the Unsupervised Learning of Disentangled
    Representations, 2019.   20 bins for each latent
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.data.images import Images


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
        return (f"{self.kind} {self.value:.2f} ± {self.standard_error:.2f} nats = {self.bits_per_dim:.4f} bits/dim "
                f"on {self.n_images} images of {self.data}")  # fmt: skip


@torch.no_grad()
def likelihood(
    model: Any, images: Images, *, n_samples: int = 0, seed: int = 0, chunk: int = 1_000, progress: bool = False
) -> Bound:
    """The ELBO (n_samples=0, one draw of z an image) or IWAE-K (n_samples=K) of `model` on `images` [1].

    In float32 and evaluation mode. A dynamic binarisation is drawn once, from `seed`. The importance samples
    are taken `chunk` decoder outputs at a time, so that memory does not grow with K.

    Returns:
        A Bound whose kind says "ELBO" or "IWAE-K".
    """
    from tqdm.auto import tqdm

    if n_samples < 0 or len(images) == 0:
        raise ValueError(f"n_samples={n_samples}, {len(images)} images: allowed are 0 (ELBO) or more, and 1 or more")
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
    if len(images) == 0:
        raise ValueError("0 images: allowed are 1 or more")
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
    if len(x) < 3 * context:
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


@torch.no_grad()
def log_joint_on_grid(model: Any, x: Tensor, extent: float = 5.0, points: int = 300) -> tuple[Tensor, Tensor]:
    """log p(x, z) of every image at points × points codes z of a model with two latents and a standard normal prior.

    Args:
        x: (B, C, H, W). extent: the grid reaches from −extent to extent in both latents.

    Returns:
        The axis (points,), and (B, points, points) in nats: rows are z₂, columns z₁.

    Raises:
        ValueError: on a model with another number of latents.
    """
    if model.latent != 2:
        raise ValueError(f"model.latent={model.latent}: allowed is 2; a grid over more latents has too many points")
    axis = torch.linspace(-extent, extent, points)
    z = torch.cartesian_prod(axis, axis).flip(1)  # z₁ runs fastest
    parts = [model.likelihood.log_prob(x, model.decoder(part)[:, None]) for part in z.split(500)]  # (500, B) each
    log_prior = -0.5 * z.square().sum(1) - math.log(2 * math.pi)
    return axis, (torch.cat(parts) + log_prior[:, None]).T.unflatten(1, (points, points))


@torch.no_grad()
def codes(model: Any, images: Images, batch_size: int = 500) -> tuple[Tensor, Tensor]:
    """The encoder's mean and log-variance of every image, (N, D) each."""
    device = next(model.parameters()).device
    images = images.to(device)
    parts = [model.encode(images.batch(slice(i, i + batch_size))) for i in range(0, len(images), batch_size)]
    mean, log_var = zip(*parts, strict=True)
    return torch.cat(mean).cpu(), torch.cat(log_var).cpu()


def mutual_information(codes: Tensor, factors: Tensor, n_bins: int = 20) -> Tensor:
    """I(z_j; v_k) of every latent with every factor, in nats, from counts [2, 3].

    Args:
        codes: (N, D) real codes, each latent cut into n_bins bins of equal width.
        factors: (N, F) whole numbers.

    Returns:
        (D, F). The plug-in estimate: about (bins − 1)(values − 1) / 2N too high when truly independent.
    """
    if len(codes) != len(factors) or codes.dim() != 2 or factors.dim() != 2:
        raise ValueError(f"codes {tuple(codes.shape)}, factors {tuple(factors.shape)}: allowed are (N, D) and (N, F)")
    binned = _bins(codes, n_bins)
    return torch.stack([torch.stack([_information(z, v) for v in factors.T]) for z in binned.T])


def _bins(codes: Tensor, n_bins: int) -> Tensor:
    low, high = codes.min(0).values, codes.max(0).values
    return ((codes - low) / (high - low).clamp(min=1e-12) * n_bins).long().clamp(0, n_bins - 1)


def _information(a: Tensor, b: Tensor) -> Tensor:
    """I(a; b) in nats of two columns of whole numbers."""
    joint = torch.zeros(int(a.max()) + 1, int(b.max()) + 1, dtype=torch.float64)
    joint.index_put_((a, b), torch.ones((), dtype=torch.float64), accumulate=True)
    return _entropy(joint.sum(0)) + _entropy(joint.sum(1)) - _entropy(joint.flatten())


def _entropy(counts: Tensor) -> Tensor:
    p = counts[counts > 0] / counts.sum()
    return -(p * p.log()).sum()


def mig(codes: Tensor, factors: Tensor, n_bins: int = 20) -> tuple[float, Tensor]:
    """The mutual information gap [2, eq. 6], and its parts.

    For each factor: the information of its best latent less that of the second best, over the factor's entropy.
    1 when each factor has a latent of its own, 0 when two latents share it equally. It does not ask that a
    latent hold one factor only.

    Returns:
        The mean over the factors that vary, and the gap of each factor, (F,) (NaN where a factor is constant).
    """
    if codes.shape[1] < 2:
        raise ValueError(f"codes {tuple(codes.shape)}: the gap needs at least 2 latents")
    information = mutual_information(codes, factors, n_bins)
    entropy = torch.stack([_entropy(torch.bincount(v).double()) for v in factors.T])
    best = information.topk(2, dim=0).values
    gaps = torch.where(entropy > 0, (best[0] - best[1]) / entropy, torch.nan)
    return float(gaps.nanmean()), gaps

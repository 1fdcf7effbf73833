"""What a model's latents hold: its codes, how they fill the prior and line up with known factors, and p(x, z) over a
plane of codes.

[1] Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in VAEs, 2018.   MIG, eq. 6
[2] Locatello et al., Challenging Common Assumptions in the Unsupervised Learning of Disentangled
    Representations, 2019.   20 bins for each latent
[3] Hoffman and Johnson, ELBO Surgery, 2016.   the aggregate posterior, and its distance from the prior
"""

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal

from gencourse.data.images import Images
from gencourse.support.checks import at_least


@torch.no_grad()
def codes(model: Any, images: Images, batch_size: int = 500) -> tuple[Tensor, Tensor]:
    """The encoder's mean and log-variance of every image, (N, D) each."""
    device = next(model.parameters()).device
    images = images.to(device)
    parts = [model.encode(images.batch(slice(i, i + batch_size))) for i in range(0, len(images), batch_size)]
    mean, log_var = zip(*parts, strict=True)
    return torch.cat(mean).cpu(), torch.cat(log_var).cpu()


def log_aggregate_posterior(z: Tensor, mean: Tensor, log_var: Tensor, chunk: int = 1_000) -> Tensor:
    """log q(z) of all images' clouds together, q(z) = 1/N Σ q(z | xₙ), in nats [3].

    Args:
        z: (M, D), where it is asked. mean, log_var: (N, D), of each image's cloud.
        chunk: how many of the M are computed at once.

    Returns:
        (M,). Its mean over draws of the clouds, less that of log p(z), is KL(q(z) ‖ p(z)).
    """
    clouds = Normal(mean, torch.exp(0.5 * log_var))
    parts = [clouds.log_prob(part[:, None]).sum(-1).logsumexp(-1) for part in z.split(at_least("chunk", chunk, 1))]
    return torch.cat(parts) - math.log(len(mean))


def mutual_information(codes: Tensor, factors: Tensor, n_bins: int = 20) -> Tensor:
    """I(z_j; v_k) of every latent with every factor, in nats, from counts [1, 2].

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
    """The mutual information gap [1, eq. 6], and its parts.

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


def log_aggregate_on_grid(
    mean: Tensor, log_var: Tensor, extent: float = 4.0, points: int = 121
) -> tuple[Tensor, Tensor]:
    """`log_aggregate_posterior` at points × points codes from −extent to extent in both of two latents.

    Returns:
        The axis (points,), and (points, points) in nats: rows are z₂, columns z₁.

    Raises:
        ValueError: on clouds of another number of latents.
    """
    axis, z = _plane(mean.shape[1], extent, points)
    return axis, log_aggregate_posterior(z, mean, log_var).view(points, points)


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
    axis, z = _plane(model.latent, extent, points)
    parts = [model.likelihood.log_prob(x, model.decoder(part)[:, None]) for part in z.split(500)]  # (500, B) each
    log_prior = -0.5 * z.square().sum(1) - math.log(2 * math.pi)
    return axis, (torch.cat(parts) + log_prior[:, None]).T.unflatten(1, (points, points))


def _plane(latent: int, extent: float, points: int) -> tuple[Tensor, Tensor]:
    """An axis (points,), and the codes (points², 2) of a plane; z₁ runs fastest."""
    if latent != 2:
        raise ValueError(f"latent={latent}: allowed is 2; a grid over more latents has too many points")
    axis = torch.linspace(-extent, extent, points)
    return axis, torch.cartesian_prod(axis, axis).flip(1)

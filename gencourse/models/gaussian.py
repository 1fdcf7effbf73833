"""Gaussians, with a variance for each number or with any covariance.

[1] Bishop, Pattern Recognition and Machine Learning, 2006.     section 2.3, and maximum likelihood in 2.3.4
"""

import math
from typing import Self

import torch
from torch import Tensor, nn

from gencourse.models.density import Density
from gencourse.support.checks import positive

LOG_2PI = math.log(2 * math.pi)


def diagonal_gaussian_log_prob(x: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """log N(x; mean, diag exp(log_scale)²) in nats, summed over the last dimension.

    Args:
        x: (..., D). mean, log_scale: (D,), or anything that broadcasts; log_scale is the logarithm of the
            standard deviation.
    """
    standardised = (x - mean) * torch.exp(-log_scale)
    return (-0.5 * (standardised**2 + LOG_2PI) - log_scale).sum(dim=-1)


class DiagonalGaussian(Density):
    """N(mean, diag exp(log_scale)²).

    Args:
        shape: of one x; a number D for vectors.
        floor: the least standard deviation that `fit_` gives, so that a pixel that never changes keeps a density.
    """

    def __init__(self, shape: int | tuple[int, ...], *, floor: float = 1e-3):
        super().__init__(shape)
        self.floor = positive("floor", floor)
        self.mean = nn.Parameter(torch.zeros(math.prod(self.shape)))
        self.log_scale = nn.Parameter(torch.zeros(math.prod(self.shape)))

    def log_prob(self, x: Tensor) -> Tensor:
        return diagonal_gaussian_log_prob(self.flat(x), self.mean, self.log_scale)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(n, len(self.mean), generator=generator)
        return (self.mean + self.log_scale.exp() * noise).view(n, *self.shape)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        mean, centred, share = _moments(self.flat(x), weights)
        variance = (share[:, None] * centred**2).sum(0)
        self.mean.copy_(mean)
        self.log_scale.copy_(0.5 * variance.clamp(min=self.floor**2).log())
        return self


class FullGaussian(Density):
    """N(mean, L Lᵀ) with any covariance: L is lower triangular, with the exponential of `raw`'s diagonal on its own.

    Args:
        shape: of one x; a number D for vectors.
        floor: the least standard deviation, in any direction, that `fit_` gives.
    """

    def __init__(self, shape: int | tuple[int, ...], *, floor: float = 1e-3):
        super().__init__(shape)
        self.floor = positive("floor", floor)
        d = math.prod(self.shape)
        self.mean, self.raw = nn.Parameter(torch.zeros(d)), nn.Parameter(torch.zeros(d, d))

    @property
    def cholesky(self) -> Tensor:
        """L, (D, D)."""
        return self.raw.tril(-1) + torch.diag_embed(self.raw.diagonal().exp())

    @property
    def covariance(self) -> Tensor:
        return self.cholesky @ self.cholesky.T

    def log_prob(self, x: Tensor) -> Tensor:
        centred = self.flat(x) - self.mean  # (B, D)
        standardised = torch.linalg.solve_triangular(self.cholesky, centred.T, upper=False)  # L⁻¹(x − mean), (D, B)
        log_volume = self.raw.diagonal().sum()  # log det L
        return -0.5 * (standardised**2 + LOG_2PI).sum(0) - log_volume

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(n, len(self.mean), generator=generator)
        return (self.mean + noise @ self.cholesky.T).view(n, *self.shape)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Mean and covariance of x; eigenvalues below floor² are raised to it, which is the constrained maximum."""
        mean, centred, share = _moments(self.flat(x), weights)
        values, vectors = torch.linalg.eigh((share[:, None] * centred).T @ centred)
        covariance = vectors * values.clamp(min=self.floor**2) @ vectors.T
        lower = torch.linalg.cholesky(covariance)
        self.mean.copy_(mean)
        self.raw.copy_(lower.tril(-1) + torch.diag_embed(lower.diagonal().log()))
        return self


def _moments(flat: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,) of x (N, D), x less its mean, and each x's share (N,) of the weight, in double precision."""
    flat = flat.double()
    share = torch.full((len(flat),), 1 / len(flat), dtype=torch.float64) if weights is None else weights.double()
    share = share / share.sum()
    mean = share @ flat
    return mean, flat - mean, share

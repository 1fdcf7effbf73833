"""Kernel densities: a bump on every data point, and nothing to learn but the width.

[1] Bishop, Pattern Recognition and Machine Learning, 2006.     section 2.5.1
"""

import math
from typing import Self

import torch
from torch import Tensor

from gencourse.models.density import Density
from gencourse.models.gaussian import LOG_2PI
from gencourse.support.checks import positive


class KernelDensity(Density):
    """A Gaussian of one width on every data point: (1/N) Σ_i N(x; x_i, bandwidth² I) [1, eq. 2.250].

    Args:
        shape: of one x; a number D for vectors.
        bandwidth: the standard deviation, in units of x.
    """

    def __init__(self, shape: int | tuple[int, ...], bandwidth: float):
        super().__init__(shape)
        self.bandwidth = positive("bandwidth", bandwidth)
        self.register_buffer("centres", torch.zeros(1, math.prod(self.shape)))

    def log_kernels(self, x: Tensor) -> Tensor:
        """log N(x; x_i, bandwidth² I) for each data point x_i, (B, N)."""
        return self._between(self.flat(x), self.centres)

    def log_prob(self, x: Tensor) -> Tensor:
        return torch.logsumexp(self.log_kernels(x), dim=1) - math.log(len(self.centres))

    def responsibilities(self, x: Tensor) -> Tensor:
        """p(i | x), (B, N): which data point x came from; near ones more, in proportion to their kernels at x."""
        return self.log_kernels(x).softmax(1)

    def leave_one_out(self) -> Tensor:
        """log p(x_i) of each data point under the kernels on the *others*, (N,): what to choose a bandwidth by."""
        kernels = self._between(self.centres, self.centres).fill_diagonal_(-math.inf)
        return torch.logsumexp(kernels, dim=1) - math.log(len(self.centres) - 1)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        which = torch.randint(len(self.centres), (n,), generator=generator)
        noise = torch.randn(n, self.centres.shape[1], generator=generator)
        return (self.centres[which] + self.bandwidth * noise).view(n, *self.shape)

    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Remember x; the bandwidth stays."""
        if weights is not None:
            raise ValueError("weights: a kernel density counts each point once; leave them out")
        self.centres = self.flat(x).detach().clone()
        return self

    def _between(self, flat: Tensor, centres: Tensor) -> Tensor:
        exactly = "donot_use_mm_for_euclid_dist"  # the quicker way loses the digits of small distances
        squared = torch.cdist(flat, centres, compute_mode=exactly) ** 2 / self.bandwidth**2
        return -0.5 * squared - flat.shape[1] * (0.5 * LOG_2PI + math.log(self.bandwidth))

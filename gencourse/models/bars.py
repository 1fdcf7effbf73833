"""Bars that share a mass of one: over whole numbers, or over the bins of an interval."""

import math
from typing import Self

import torch
from torch import Tensor, nn

from gencourse.models.density import Density, log_normalise
from gencourse.support.checks import at_least, between, indices


class Categorical(Density):
    """A bar for each of the whole numbers 0 … n − 1; the bars share a mass of one.

    Args:
        n: the number of values x can take; x is a LongTensor (B,).
    """

    def __init__(self, n: int):
        super().__init__(at_least("n", n, 1))
        self.n, self.shape = self.shape[0], ()
        self.logits = nn.Parameter(torch.zeros(self.n))

    def log_prob(self, x: Tensor) -> Tensor:
        indices("x", x, self.n)
        return log_normalise(self.logits)[x]

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        return torch.multinomial(self.logits.softmax(0), n, replacement=True, generator=generator)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None, *, pseudo_count: float = 0.0) -> Self:
        """The shares of the values in x, each value counted `pseudo_count` times more than it occurs."""
        indices("x", x, self.n)
        counts = torch.bincount(x, weights, minlength=self.n).double() + pseudo_count
        self.logits.copy_(torch.log(counts / counts.sum()))
        return self


class Histogram(Density):
    """Bars over an interval of the real line: a mass for each bin, spread evenly over the bin's width.

    Outside [low, high] the density is zero, and its logarithm −∞.
    """

    def __init__(self, low: float, high: float, bins: int):
        super().__init__(at_least("bins", bins, 1))
        low, high = between("low", low, -math.inf, math.inf), between("high", high, -math.inf, math.inf)
        if not low < high:
            raise ValueError(f"low={low!r}, high={high!r}: allowed is low < high")
        self.bins, self.shape, self.low, self.high = self.shape[0], (1,), low, high
        self.bars = Categorical(self.bins)

    def log_prob(self, x: Tensor) -> Tensor:
        position = (self.flat(x)[:, 0] - self.low) / (self.high - self.low)  # (B,), 0 … 1 inside
        mass = self.bars.log_prob(self._bin(position))
        density = mass - math.log((self.high - self.low) / self.bins)
        return density.masked_fill((position < 0) | (position > 1), -math.inf)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        within = torch.rand(n, generator=generator)
        position = (self.bars.sample(n, generator=generator) + within) / self.bins
        return (self.low + (self.high - self.low) * position)[:, None]

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None, *, pseudo_count: float = 0.0) -> Self:
        """The share of x in each bin; those outside [low, high] go to the outermost bins."""
        position = (self.flat(x)[:, 0] - self.low) / (self.high - self.low)
        self.bars.fit_(self._bin(position), weights, pseudo_count=pseudo_count)
        return self

    def _bin(self, position: Tensor) -> Tensor:
        return (position * self.bins).long().clamp(0, self.bins - 1)

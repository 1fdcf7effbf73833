"""Mixtures: several densities, each with its weight, fitted by EM.

[1] Bishop, Pattern Recognition and Machine Learning, 2006.     mixtures and EM, section 9.2
[2] Dempster, Laird and Rubin, Maximum Likelihood from Incomplete Data via the EM Algorithm, 1977.
"""

import math
from collections.abc import Sequence
from typing import Self

import torch
from torch import Tensor, nn

from gencourse.models.density import Density, log_normalise


def mixture_log_prob(log_weights: Tensor, log_components: Tensor) -> Tensor:
    """log Σ_k π_k p_k(x) without leaving the logarithms [1, eq. 9.7].

    Args:
        log_weights: (K,), log π_k. log_components: (B, K), log p_k(x).

    Returns:
        (B,) in nats.
    """
    return torch.logsumexp(log_weights + log_components, dim=-1)


class Mixture(Density):
    """Σ_k π_k p_k(x): several densities of one shape, each with its weight [1, section 9.2].

        Mixture([FullGaussian(2) for _ in range(3)])

    A fresh mixture of equals stays one of equals: `init_` tells its components apart before `em_step` or gradients.
    """

    def __init__(self, components: Sequence[Density]):
        if not components or any(c.shape != components[0].shape for c in components):
            raise ValueError(
                f"components of shapes {[c.shape for c in components]}: allowed is one or more of one shape"
            )
        super().__init__(1)
        self.shape = components[0].shape
        self.components: Sequence[Density] = nn.ModuleList(components)  # type: ignore[assignment]
        self.logits = nn.Parameter(torch.zeros(len(components)))

    @property
    def weights(self) -> Tensor:
        """π, (K,)."""
        return self.logits.softmax(0)

    def log_joint(self, x: Tensor) -> Tensor:
        """log π_k + log p_k(x), (B, K)."""
        return log_normalise(self.logits) + self._log_components(x)

    def log_prob(self, x: Tensor) -> Tensor:
        return mixture_log_prob(log_normalise(self.logits), self._log_components(x))

    def responsibilities(self, x: Tensor) -> Tensor:
        """p(k | x), (B, K): which component x came from [1, eq. 9.13]."""
        return self.log_joint(x).softmax(-1)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        which = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        draws = torch.stack([c.sample(n, generator=generator) for c in self.components])  # (K, n, *shape)
        return draws[which, torch.arange(n)]

    @torch.no_grad()
    def init_(self, x: Tensor, *, generator: torch.Generator | None = None) -> Self:
        """K data points chosen at random, far ones more often; each component is fitted to the x nearest to its point.

        The choice is that of k-means++: the next point with probability in proportion to its squared distance.
        """
        flat = x.flatten(1).double()
        chosen = [int(torch.randint(len(x), (1,), generator=generator))]
        distance = torch.full((len(x),), math.inf, dtype=torch.float64)
        for _ in self.components[1:]:
            distance = torch.minimum(distance, ((flat - flat[chosen[-1]]) ** 2).sum(1))
            chosen.append(int(torch.multinomial(distance, 1, generator=generator)))
        nearest = torch.cdist(flat, flat[chosen]).argmin(1)
        self._maximise(x, nn.functional.one_hot(nearest, len(chosen)).double())
        return self

    @torch.no_grad()
    def em_step(self, x: Tensor, weights: Tensor | None = None) -> float:
        """One step of EM [2]: responsibilities, then each component refitted to its share of the data.

        Returns:
            The mean log-likelihood in nats *before* the step; it never falls from one step to the next.
        """
        log_joint = self.log_joint(x)
        share = torch.full((len(x),), 1 / len(x)) if weights is None else weights / weights.sum()
        before = float((share * torch.logsumexp(log_joint, -1)).sum())
        self._maximise(x, log_joint.softmax(-1).double() * share[:, None])
        return before

    def fit_(
        self, x: Tensor, weights: Tensor | None = None, *, steps: int = 50, generator: torch.Generator | None = None
    ) -> Self:
        """`init_`, then `steps` steps of EM: a local maximum, and another one for another generator."""
        self.init_(x, generator=generator)
        for _ in range(steps):
            self.em_step(x, weights)
        return self

    def _log_components(self, x: Tensor) -> Tensor:
        return torch.stack([c.log_prob(x) for c in self.components], dim=-1)  # (B, K)

    def _maximise(self, x: Tensor, responsibilities: Tensor) -> None:
        """The M step: weights and components of maximum likelihood for responsibilities (N, K)."""
        total = responsibilities.sum(0)
        self.logits.copy_(torch.log(total / total.sum()))
        for component, share in zip(self.components, responsibilities.T, strict=True):
            if share.sum() > 0:  # a component that nothing belongs to stays where it is, with no weight
                component.fit_(x, share)

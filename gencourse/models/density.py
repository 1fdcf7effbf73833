"""Densities small enough to look into: each can be evaluated, sampled, fitted in closed form, and trained by gradient.

Every class has `log_prob(x) -> (B,)` in nats, exact and normalised; `sample(n)`; `fit_(x)`, which sets the parameters
to those of maximum likelihood (in place, hence the underscore) and returns the model; and `loss(x)` for gradients.
Parameters are unconstrained (logits, logarithms of scales), so that a gradient step can never leave the densities.

    bars · gaussian · kernel_density        a density each
    mixture · class_conditional             several of them in one
"""

from collections.abc import Sequence
from typing import Self

import torch
from torch import Tensor, nn

from gencourse.support.checks import of_shape, widths


def log_normalise(scores: Tensor, dim: int = -1) -> Tensor:
    """Any scores -> log-probabilities that sum to one along `dim`: each score less the logarithm of their total mass.

    The largest score is taken out first, so that no exponential overflows.
    """
    shifted = scores - scores.amax(dim, keepdim=True)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()


class Density(nn.Module):
    """What all densities share: the shape of one x, and the training loss."""

    def __init__(self, shape: int | tuple[int, ...]):
        super().__init__()
        self.shape = widths("shape", shape if isinstance(shape, Sequence) else (shape,))

    def log_prob(self, x: Tensor) -> Tensor:
        """x (B, *shape) -> (B,), the exact log-density (or log-mass) in nats."""
        raise NotImplementedError

    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, *shape)."""
        raise NotImplementedError

    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Set the parameters to those of maximum likelihood for x (N, *shape), each x counted `weights` (N,) times."""
        raise NotImplementedError

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x), averaged over the batch; y is not used."""
        return {"loss": -self.log_prob(x).mean()}

    def flat(self, x: Tensor) -> Tensor:
        """x (B, *shape) -> (B, D), one row each.

        Raises:
            ValueError: on another shape.
        """
        of_shape("x", x, self.shape)
        return x.flatten(1)

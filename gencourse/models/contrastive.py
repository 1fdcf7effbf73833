"""Contrastive learning: two views of one image attract, all other views repel.

[1] Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, 2020.    eq. 1, algorithm 1
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def nt_xent(first: Tensor, second: Tensor, temperature: float = 0.5) -> Tensor:
    """The normalised, temperature-scaled cross-entropy of two views of a batch, in nats [1, eq. 1].

    Each of the 2N views must pick its partner among the 2N − 1 other views, by cosine similarity / temperature.

    Args:
        first, second: (N, D), row i of both from image i; they need not be normalised.
        temperature: what divides the cosines; a small one lets the nearest negatives take most of the gradient.

    Returns:
        The mean over the 2N views, a scalar.

    Raises:
        ValueError: on views of different shapes, or a temperature that is not finite and above 0.
    """
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError(f"first={tuple(first.shape)}, second={tuple(second.shape)}: allowed are two alike (N, D)")
    if not (math.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature={temperature!r}: allowed is a finite number above 0")
    n = len(first)
    z = F.normalize(torch.cat([first, second]).float(), dim=1)  # (2N, D)
    similarity = (z @ z.T / temperature).fill_diagonal_(-math.inf)  # (2N, 2N); no view is its own negative
    partner = torch.arange(2 * n, device=z.device).roll(n)  # i and i + N are views of one image
    return F.cross_entropy(similarity, partner)

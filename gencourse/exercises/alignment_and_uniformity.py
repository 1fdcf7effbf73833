"""Lesson 02, second part: near each other, and far apart."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import contrastive as key

# -------------------------------------------------------------------------------------------------- alignment


def _pairs(generator: torch.Generator, N: int, D: int) -> dict[str, Tensor]:
    first = 2 * torch.randn(N, D, generator=generator)
    return {"first": first, "second": first + torch.randn(N, D, generator=generator)}


alignment = Exercise(
    reference=key.alignment,
    title="near each other",
    difficulty=1,
    minutes=5,
    question="Write `alignment(first, second)`: scale each row of `first` and `second`, both (N, D), to length 1; "
    "then take the squared distance between row i of the one and row i of the other, the two views of "
    "image i. The result is the mean over the N images, a scalar.",
    example={"first": torch.tensor([[3.0, 4.0], [1.0, 0.0]]), "second": torch.tensor([[1.0, 0.0], [0.0, 2.0]])},
    make_inputs=_pairs,
    sizes=(dict(N=4, D=3), dict(N=3, D=3), dict(N=1, D=5)),
    hints=(
        "Bring both onto the sphere first. Then: a sum over which dimension, a mean over which?",
        "`(F.normalize(first, dim=1) - F.normalize(second, dim=1)).square().sum(1).mean()`",
    ),
    mistakes=(
        Mistake(
            lambda first, second: (first - second).square().sum(1).mean(),
            "The views are not on the sphere: scale each row to length 1 first.",
        ),
        Mistake(
            lambda first, second: (F.normalize(first, dim=1) - F.normalize(second, dim=1)).square().mean(),
            "You took the mean over the D coordinates too. A squared distance is their *sum*.",
        ),
        Mistake(
            lambda first, second: (F.normalize(first, dim=1) - F.normalize(second, dim=1)).norm(dim=1).mean(),
            "That is the distance, not its square.",
        ),
        Mistake(
            lambda first, second: F.cosine_similarity(first, second, dim=1).mean(),
            "That is the mean cosine, which is large when views agree. The squared distance is 2 − 2 · cosine.",
        ),
        Mistake(
            lambda first, second: (F.normalize(first, dim=1) - F.normalize(second, dim=1)).square().sum(),
            "That is the sum over images. Take their mean.",
        ),
        Mistake(
            lambda first, second: (F.normalize(first, dim=0) - F.normalize(second, dim=0)).square().sum(1).mean(),
            "You scaled along the batch: normalise each row, `dim=1`.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------- uniformity


def _points(generator: torch.Generator, N: int, D: int, t: float) -> dict[str, Any]:
    return {"z": torch.randn(N, D, generator=generator) + 0.3, "t": t}


def _square_distances(z: Tensor) -> Tensor:
    z = F.normalize(z, dim=1)
    return (z[:, None] - z[None]).square().sum(-1)  # (N, N), with the zeros of each point to itself


uniformity = Exercise(
    reference=key.uniformity,
    title="far apart",
    difficulty=2,
    minutes=5,
    question="Write `uniformity(z, t)`: scale each row of `z` (N, D), with N ≥ 2, to length 1; then take the "
    "mean of exp(−`t` · d²) over all pairs of two different rows, d being their distance. The result is the natural "
    "logarithm of that mean, a scalar.",
    example={"z": torch.tensor([[1.0, 0.0], [0.0, 2.0], [-3.0, 0.0]]), "t": 0.5},
    make_inputs=_points,
    sizes=(dict(N=4, D=3, t=2.0), dict(N=2, D=1, t=1.0), dict(N=6, D=4, t=0.5)),
    hints=(
        "Normalise the rows. `torch.pdist` gives the distance of each pair once, and no point to itself.",
        "`torch.pdist(F.normalize(z, dim=1)).square().mul(-t).exp().mean().log()`",
    ),
    mistakes=(
        Mistake(
            lambda z, t: _square_distances(z).mul(-t).exp().mean().log(),
            "Each point is paired with itself too: those distances are 0, and hide how the others lie.",
        ),
        Mistake(
            lambda z, t: torch.pdist(F.normalize(z, dim=1)).mul(-t).exp().mean().log(),
            "You took the distance, not its square.",
        ),
        Mistake(
            lambda z, t: torch.pdist(F.normalize(z, dim=1)).square().mul(-t).exp().mean(), "The logarithm is missing."
        ),
        Mistake(
            lambda z, t: torch.pdist(z).square().mul(-t).exp().mean().log(),
            "The points are not on the sphere: far out, everything is spread. Normalise each row.",
        ),
        Mistake(
            lambda z, t: torch.pdist(F.normalize(z, dim=1)).square().mul(-t).mean(),
            "That is the mean of the exponents. First the exponential, then the mean, then the logarithm: near "
            "pairs must count most.",
        ),
        Mistake(
            lambda z, t: torch.pdist(F.normalize(z, dim=1)).square().mul(t).exp().mean().log(),
            "The sign is turned: *near* pairs are what uniformity punishes.",
        ),
    ),
)

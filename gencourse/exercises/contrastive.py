"""Lesson 02, first part: a change that is each image's own, cosines, NT-Xent, and who gets the gradient."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.data import augment
from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import contrastive as key

# ------------------------------------------------------------------------------------------ adjust_brightness


def _images(generator: torch.Generator, B: int, C: int, H: int) -> dict[str, Tensor]:
    return {"x": torch.rand(B, C, H, H, generator=generator), "factor": 0.4 + 1.4 * torch.rand(B, generator=generator)}


adjust_brightness = Exercise(
    reference=augment.adjust_brightness,
    title="a change that is each image's own",
    difficulty=1,
    minutes=5,
    question="Write `adjust_brightness(x, factor)`: multiply each image of `x` (B, C, H, W), values in [0, 1], by "
    "its own number of `factor` (B,), which is above 0. What becomes brighter than 1 is 1. The result is "
    "(B, C, H, W).",
    example={"x": torch.tensor([[[[0.25, 0.5]]], [[[0.25, 0.5]]]]), "factor": torch.tensor([3.0, 0.5])},
    make_inputs=_images,
    sizes=(dict(B=4, C=3, H=4), dict(B=3, C=3, H=3), dict(B=1, C=1, H=2)),
    clauses={
        "by its own number of `factor`": lambda x, factor: len(factor.unique()) > 1,
        "What becomes brighter than 1 is 1": lambda x, factor: (factor.view(-1, 1, 1, 1) * x > 1).any(),
    },
    hints=(
        "Broadcasting lines dimensions up from the right. Where must the B of `factor` stand, to meet the B of `x`?",
        "`(factor.view(-1, 1, 1, 1) * x).clamp(0, 1)`",
    ),
    mistakes=(
        Mistake(
            lambda x, factor: (factor[0] * x).clamp(0, 1),
            "You gave all images the factor of the first. Two copies of an image must be able to come out "
            "different: reshape `factor` to (B, 1, 1, 1).",
        ),
        Mistake(
            lambda x, factor: factor.view(-1, 1, 1, 1) * x,
            "Some values are above 1: no pixel can be brighter than white. Clamp.",
        ),
        Mistake(
            lambda x, factor: (factor.view(-1, 1, 1, 1) + x).clamp(0, 1),
            "You added the factor. Brightness multiplies: black stays black.",
        ),
        Mistake(
            lambda x, factor: (factor.mean() * x).clamp(0, 1),
            "You took the mean of the factors: then the whole batch changes alike.",
        ),
        Mistake(
            lambda x, factor: (x / factor.view(-1, 1, 1, 1)).clamp(0, 1),
            "You divided: a factor above 1 should make an image brighter.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------------------- cosines


def _two_sets(generator: torch.Generator, A: int, B: int, D: int) -> dict[str, Tensor]:
    return {"a": 2 * torch.randn(A, D, generator=generator), "b": 2 * torch.randn(B, D, generator=generator)}


cosines = Exercise(
    reference=key.cosines,
    title="all cosines at once",
    difficulty=1,
    minutes=5,
    question="Write `cosines(a, b)`: the cosine of the angle between each row of `a` (A, D) and each row of `b` "
    "(B, D). Rows may have any length but 0. The result is (A, B): a row for each row of `a`.",
    example={"a": torch.tensor([[3.0, 4.0], [1.0, 0.0]]), "b": torch.tensor([[1.0, 0.0], [0.0, 2.0], [-6.0, -8.0]])},
    make_inputs=_two_sets,
    sizes=(dict(A=3, B=4, D=5), dict(A=3, B=3, D=3), dict(A=1, B=2, D=4)),
    differentiable=("a", "b"),
    clauses={
        "Rows may have any length but 0": ALWAYS,
    },
    hints=(
        "The cosine is the inner product of two vectors of length 1. Which dimension must be scaled to length 1, and "
        "what gives all pairs of inner products at once?",
        "`F.normalize(a, dim=1) @ F.normalize(b, dim=1).T`",
    ),
    mistakes=(
        Mistake(
            lambda a, b: a @ b.T,
            "Those are inner products: they grow with the vectors' lengths. Divide each row by its length first.",
        ),
        Mistake(
            lambda a, b: F.normalize(a, dim=0) @ F.normalize(b, dim=0).T,
            "You scaled along the batch: each *column* has length 1. Normalise each row, `dim=1`.",
        ),
        Mistake(lambda a, b: F.normalize(a, dim=1) @ b.T, "You normalised `a` alone."),
        Mistake(
            lambda a, b: a @ b.T / (a.square().sum(1, keepdim=True) * b.square().sum(1)),
            "You divided by the squared lengths. The length is the root of the sum of squares.",
        ),
        Mistake(
            lambda a, b: F.normalize(b, dim=1) @ F.normalize(a, dim=1).T,
            "That is (B, A), the transposed: a row for each vector of `a`, please.",
        ),
        Mistake(
            lambda a, b: a @ b.T / (a.norm() * b.norm()),
            "You divided by the lengths of the whole matrices. Each row has a length of its own.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------------------- nt_xent


def _views(generator: torch.Generator, N: int, D: int, temperature: float) -> dict[str, Any]:
    first = torch.randn(N, D, generator=generator)
    second = 1.5 * first + torch.randn(N, D, generator=generator)
    return {"first": first, "second": second, "temperature": temperature}


def _xent(
    first: Tensor,
    second: Tensor,
    temperature: float,
    *,
    normal: bool = True,
    mask: bool = True,
    divide: bool = True,
    shift: int | None = None,
    reduction: str = "mean",
    others: float = -1e9,
) -> Tensor:
    """NT-Xent with one of its parts left out or wrong."""
    z, n = torch.cat([first, second]), len(first)
    z = F.normalize(z, dim=1) if normal else z
    s = z @ z.T / temperature if divide else z @ z.T * temperature
    s = s.masked_fill(torch.eye(2 * n, dtype=torch.bool), others) if mask else s
    return F.cross_entropy(s, torch.arange(2 * n).roll(n if shift is None else shift), reduction=reduction)


def _all_scores(first: Tensor, second: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """(2N, 2N), −∞ on the diagonal, and where each view's partner stands."""
    z, n = F.normalize(torch.cat([first, second]), dim=1), len(first)
    return (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf), torch.arange(2 * n).roll(
        n
    )


def _without_partner(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    s, partner = _all_scores(first, second, temperature)
    chosen = s.gather(1, partner[:, None])
    return (s.scatter(1, partner[:, None], -math.inf).logsumexp(1) - chosen[:, 0]).mean()


def _first_half(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    s, partner = _all_scores(first, second, temperature)
    return F.cross_entropy(s[: len(first)], partner[: len(first)])


def _side_by_side(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    s, partner = _all_scores(first, second, temperature)
    return F.cross_entropy(s, torch.arange(len(partner)) ^ 1)


def _both_ways(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    s, own = key.cosines(first, second) / temperature, torch.arange(len(first))
    return (F.cross_entropy(s, own) + F.cross_entropy(s.T, own)) / 2


nt_xent = Exercise(
    reference=key.nt_xent,
    title="NT-Xent",
    difficulty=3,
    minutes=15,
    question="Write `nt_xent(first, second, temperature)`: the loss of SimCLR, a scalar in nats. Row i of `first` "
    "and row i of `second`, both (N, D), are the two views of image i; none is of length 1 yet. Each "
    "of the 2N views must pick its partner, the other view of its image, among the 2N − 1 other views, "
    "with the scores cosine / `temperature`. The result is the mean of the 2N cross-entropies.",
    example={
        "first": torch.tensor([[1.0, 0.0], [0.0, 2.0]]),
        "second": torch.tensor([[3.0, 4.0], [0.0, 1.0]]),
        "temperature": 0.2,
    },
    make_inputs=_views,
    sizes=(
        dict(N=4, D=6, temperature=0.5),
        dict(N=3, D=3, temperature=0.2),
        dict(N=1, D=4, temperature=0.7),
        dict(N=5, D=4, temperature=2.0),
    ),
    differentiable=("first", "second"),
    hints=(
        "Put all views into one (2N, D), normalise, and take all cosines. It is a classification: for row i, which "
        "column is the right class, and which may not be chosen at all?",
        "With z of all views, s = z @ z.T / temperature and −∞ on its diagonal: "
        "`F.cross_entropy(s, torch.arange(2 * n).roll(n))`",
    ),
    mistakes=(
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, mask=False),
            "Each view is among its own candidates, with cosine 1: nothing can win against that. Take the diagonal "
            "out of the denominator.",
        ),
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, normal=False),
            "The vectors are not normalised: the loss can be lowered by making them longer.",
        ),
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, divide=False),
            "You multiplied by the temperature. It divides: a small temperature sharpens.",
        ),
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, shift=1),
            "The positives stand in the wrong place: the partner of view i is view i + N, half-way round.",
        ),
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, reduction="sum"),
            "That is the sum over the 2N views. The loss is their mean.",
        ),
        Mistake(
            lambda first, second, temperature: F.cross_entropy(
                key.cosines(first, second) / temperature, torch.arange(len(first))
            ),
            "Each view of `first` is compared with those of `second` alone: N − 1 negatives instead of 2N − 2, and "
            "half the views are never asked.",
        ),
        Mistake(lambda first, second, temperature: _xent(first, second, 1.0), "The temperature is not used."),
        Mistake(
            lambda first, second, temperature: _xent(first, second, temperature, others=0.0),
            "You gave each view the score 0 with itself. exp(0) = 1 still counts in the sum: −∞ takes it out.",
        ),
        Mistake(
            lambda first, second, temperature: _without_partner(first, second, temperature),
            "The partner is missing from the sum in the denominator: it is one of the 2N − 1 candidates, so that the "
            "cross-entropy cannot fall below 0.",
        ),
        Mistake(
            lambda first, second, temperature: _first_half(first, second, temperature),
            "Only the views of `first` look for their partners. Those of `second` do so too: 2N cross-entropies.",
        ),
        Mistake(
            lambda first, second, temperature: _side_by_side(first, second, temperature),
            "You took neighbours, 2i and 2i + 1, for partners, but the views stand one side after the other: the "
            "partner of view i is view i + N.",
        ),
        Mistake(
            lambda first, second, temperature: _both_ways(first, second, temperature),
            "Each view chooses among the other side's views alone, N candidates, as CLIP does. Here the other views of "
            "its own side compete too: 2N − 1.",
        ),
    ),
)

# -------------------------------------------------------------------------------------------- negative_shares


def _negatives(generator: torch.Generator, B: int, K: int, temperature: float) -> dict[str, Any]:
    return {"cosine": 2 * torch.rand(B, K, generator=generator) - 1, "temperature": temperature}


negative_shares = Exercise(
    reference=key.negative_shares,
    title="who is pushed",
    difficulty=2,
    minutes=5,
    question="Write `negative_shares(cosine, temperature)`: `cosine` (B, K) holds the cosines of B anchors with K "
    "negatives each, and an anchor's loss is NT-Xent with this `temperature`. The push on a negative is "
    "the derivative of its anchor's loss with respect to its cosine. Return each negative's share of the "
    "push on all K negatives of its anchor, (B, K): rows sum to 1.",
    example={"cosine": torch.tensor([[0.5, 0.0], [-0.5, 0.5]]), "temperature": 0.5},
    make_inputs=_negatives,
    sizes=(dict(B=3, K=4, temperature=0.5), dict(B=3, K=3, temperature=0.1), dict(B=1, K=5, temperature=2.0)),
    hints=(
        "In the derivative of log Σ exp(sₖ) each sₖ gets the weight exp(sₖ) / Σ exp(s). What is that function called?",
        "`(cosine / temperature).softmax(1)`",
    ),
    mistakes=(
        Mistake(lambda cosine, temperature: cosine.softmax(1), "The temperature is not used."),
        Mistake(
            lambda cosine, temperature: (cosine * temperature).softmax(1),
            "You multiplied by the temperature: a small one would spread the push evenly. It divides.",
        ),
        Mistake(
            lambda cosine, temperature: (cosine / temperature).softmax(0),
            "The columns sum to 1: you shared among the anchors. Each anchor shares among its negatives, `dim=1`.",
        ),
        Mistake(
            lambda cosine, temperature: (-cosine / temperature).softmax(1),
            "The sign is turned: the *nearest* negatives are pushed most.",
        ),
        Mistake(
            lambda cosine, temperature: (cosine / temperature).exp(),
            "Those are the weights before they are shared: divide by their sum.",
        ),
        Mistake(
            lambda cosine, temperature: (cosine + 1) / (cosine + 1).sum(1, keepdim=True),
            "A softmax has exponentials: the shares are not proportional to the cosines.",
        ),
    ),
)

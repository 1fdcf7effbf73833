"""Lesson 06, second part: which tokens may be drawn when a model writes.

In the mistakes, g are logits.
"""

import math
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import sequence as key

# ------------------------------------------------------------------------------------------------- keep_top_p


def _logits(generator: torch.Generator, n: int, V: int, p: float) -> dict[str, Any]:
    return {"logits": 1.5 * torch.randn(n, V, generator=generator), "p": p}


def _nucleus(g: Tensor, p: float, shift: int = 0, reverse: bool = False) -> Tensor:
    """keep_top_p that keeps `shift` tokens more or fewer, or begins with the unlikely ones."""
    ordered, order = g.softmax(-1).sort(descending=not reverse)
    count = (ordered.cumsum(-1) - ordered < p).sum(-1, keepdim=True) + shift
    keep = torch.arange(g.shape[-1]) < count
    return g.masked_fill(~keep.gather(-1, order.argsort(-1)), -math.inf)


keep_top_p = Exercise(
    reference=key.keep_top_p,
    title="the nucleus",
    difficulty=3,
    minutes=12,
    question="Write `keep_top_p(logits, p)`: the `logits` (n, V) in which only the nucleus of each row stays, the "
    "fewest tokens whose probabilities together reach `p`, above 0 and below 1, taken from the likeliest "
    "down. All others become −∞, and what stays keeps its logit and its place.",
    make_inputs=_logits,
    example=dict(logits=torch.tensor([[2.0, 5, 3], [1, 8, 1]]).log(), p=0.6),
    sizes=(dict(n=3, V=6, p=0.6), dict(n=2, V=9, p=0.9), dict(n=1, V=5, p=0.05)),
    clauses={
        "the fewest tokens whose probabilities together reach `p`": lambda logits, p: (
            logits.softmax(-1).amax(-1) >= p
        ).any(),
    },
    hints=(
        "Sort the probabilities, likeliest first, and add them up. A token stays if the sum *before* it has not "
        "reached p yet. Then carry the answer back to the tokens' own places.",
        "`ordered, order = logits.softmax(-1).sort(descending=True)`, `beyond = ordered.cumsum(-1) - ordered >= p`, "
        "and `beyond.gather(-1, order.argsort(-1))` is in the tokens' own order.",
    ),
    mistakes=(
        Mistake(
            lambda g, p: _nucleus(g, p, -1),
            "You drop the token that reaches p: the nucleus stops short of it, and for a small p nothing is left.",
        ),
        Mistake(lambda g, p: _nucleus(g, p, 1), "You keep one token too many: the sum before it had reached p."),
        Mistake(
            lambda g, p: g.masked_fill(g.softmax(-1) < p, -math.inf),
            "You compare each probability with p. It is their running sum, from the likeliest down, that counts.",
        ),
        Mistake(lambda g, p: _nucleus(g, p, reverse=True), "You began with the unlikeliest: sort in descending order."),
        Mistake(
            lambda g, p: g.masked_fill(
                (lambda s: s.cumsum(-1) - s >= p)(g.softmax(-1).sort(descending=True)[0]), -math.inf
            ),
            "Your mask is in sorted order but laid over the tokens in their own: carry it back with the inverse of "
            "the permutation.",
        ),
        Mistake(
            lambda g, p: key.keep_top_p(g, p).softmax(-1), "Give back logits, not probabilities: the draw comes later."
        ),
    ),
)

# ------------------------------------------------------------------------------------------------- keep_top_k


def _logits_and_k(generator: torch.Generator, n: int, V: int, k: int) -> dict[str, Any]:
    return {"logits": 1.5 * torch.randn(n, V, generator=generator), "k": k}


keep_top_k = Exercise(
    reference=key.keep_top_k,
    title="the k likeliest",
    difficulty=1,
    minutes=6,
    question="Write `keep_top_k(logits, k)`: the `logits` (n, V), no two of a row alike, in which the `k` largest "
    "of each row stay as they are, at their places, and all others become −∞. k is at least 1 and may be larger "
    "than V.",
    make_inputs=_logits_and_k,
    example=dict(logits=torch.tensor([[1.0, 3, 2], [5, 0, 4]]), k=2),
    sizes=(dict(n=3, V=6, k=2), dict(n=2, V=4, k=1), dict(n=1, V=3, k=9)),
    clauses={
        "no two of a row alike": ALWAYS,
        "k is at least 1": lambda logits, k: k == 1,
        "may be larger than V": lambda logits, k: k > logits.shape[1],
    },
    hints=(
        "`topk` gives the k largest values of each row, in order; the last of them is the threshold.",
        "`smallest = logits.topk(min(k, V)).values[:, -1:]`, then `masked_fill(logits < smallest, -math.inf)`.",
    ),
    mistakes=(
        Mistake(
            lambda g, k: g.masked_fill(g < g.topk(min(k + 1, g.shape[-1])).values[:, -1:], -math.inf),
            "You keep one too many, k + 1.",
        ),
        Mistake(
            lambda g, k: g.masked_fill(g <= g.topk(min(k, g.shape[-1])).values[:, -1:], -math.inf),
            "You drop the k-th largest itself: only what lies *below* it goes.",
        ),
        Mistake(
            lambda g, k: g.masked_fill(g < g.topk(min(k, g.shape[-1])).values[:, -1:], 0.0),
            "A logit of 0 is not impossible: it is e⁰, as likely as many others. Use −∞.",
        ),
        Mistake(
            lambda g, k: g.masked_fill(g < g.flatten().topk(min(k, g.numel())).values[-1], -math.inf),
            "You took the k largest of the whole batch. Each row keeps k of its own.",
        ),
        Mistake(
            lambda g, k: g.masked_fill(g > -(-g).topk(min(k, g.shape[-1])).values[:, -1:], -math.inf),
            "You kept the k smallest.",
        ),
    ),
)

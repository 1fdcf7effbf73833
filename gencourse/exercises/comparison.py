"""Lesson 11, first part: what may be said of two models."""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.measure import comparison as key

# -------------------------------------------------------------------------------------------- paired_difference


def _models(generator: torch.Generator, M: int, N: int) -> dict[str, Tensor]:
    """Images differ by far more than the models do."""
    image = -20 + 6 * torch.randn(N, generator=generator)
    a, b = (image + torch.randn(rows, N, generator=generator) for rows in (M, 1))
    return {"a": a + 0.7, "b": b[0]}


def _error(d: Tensor) -> Tensor:
    return d.std(-1) / d.shape[-1] ** 0.5


paired_difference = Exercise(
    reference=key.paired_difference,
    title="a paired difference",
    difficulty=1,
    minutes=6,
    question="Write `paired_difference(a, b)`: by how many nats an image M models are better than another on the same "
    "N test images, at least 2. `a` (M, N) is log p(x) of each image under the M models, `b` (N,) under the "
    "other. Return the mean differences and their standard errors, (M,) each, with standard deviations that "
    "divide by N − 1.",
    make_inputs=_models,
    example=dict(a=torch.tensor([[-19.0, -8, -27], [-21, -9, -30]]), b=torch.tensor([-20.0, -10, -30])),
    sizes=(dict(M=1, N=2), dict(M=2, N=3), dict(M=3, N=3), dict(M=2, N=20), dict(M=4, N=300)),
    clauses={
        "at least 2": lambda a, b: len(b) == 2,
    },
    hints=(
        "Some images are hard for all models. What is left of that when you subtract image by image, before "
        "anything is averaged?",
        "`d = a - b`, (M, N); return `d.mean(1)` and `d.std(1) / d.shape[1] ** 0.5`.",
    ),
    mistakes=(
        Mistake(
            lambda a, b: ((a - b).mean(1), (_error(a) ** 2 + _error(b) ** 2).sqrt()),
            "You added the two models' own errors, as if they had seen different images. On the same images "
            "subtract first: what makes an image hard for both cancels, and the error shrinks.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(1), _error(a) + _error(b)),
            "You added the two errors themselves. Not even independent errors add like that, and these are "
            "paired: take the difference image by image, and then its error.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(1), (a - b).std(1)),
            "That is how far single images differ. The error of their mean is smaller by √N.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(1), (a - b).std(1) / len(b)),
            "You divided by N. The error of a mean of N images falls with √N only.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(1), (a - b).var(1) / len(b)),
            "You return the variance of the mean. Its root is the standard error.",
        ),
        Mistake(
            lambda a, b: ((b - a).mean(1), _error(a - b)),
            "The sign is turned: a log-likelihood is better when it is higher, so it is a − b.",
        ),
        Mistake(
            lambda a, b: ((a - b).sum(1), _error(a - b) * len(b)),
            "You summed over the images. Figures are for one image: take the mean.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(1), (a - b).std(1, correction=0) / len(b) ** 0.5),
            "Your standard deviation divides by N. The mean was estimated from the same images, so it is N − 1.",
        ),
        Mistake(
            lambda a, b: ((a - b).abs().mean(1), _error((a - b).abs())),
            "You took absolute values first. Where the other model is better, the difference must count against "
            "this one.",
        ),
        Mistake(
            lambda a, b: ((a - b).mean(), _error((a - b).flatten())),
            "You averaged over the models too. Each of the M has a difference and an error of its own: (M,).",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ surely_better


def _reports(generator: torch.Generator, M: int) -> dict[str, Tensor]:
    """Whole numbers, so that there are ties; of every kind at least one where there is room."""
    reported = -torch.randint(15, 15 + M + 1, (M,), generator=generator).float()
    exact = torch.rand(M, generator=generator) < 0.5
    if M > 3:
        reported[:4], exact[:4] = (
            torch.tensor([-18.0, -17.0, -17.0, -16.0]),
            torch.tensor([False, True, True, False]),
        )
    return {"reported": reported, "exact": exact}


def _higher(r: Tensor) -> Tensor:
    return r[:, None] > r


surely_better = Exercise(
    reference=key.surely_better,
    title="what is sure",
    difficulty=2,
    minutes=8,
    question="Write `surely_better(reported, exact)`: which of M models surely has the higher log p(x). `reported` "
    "(M,) holds their nats on the same images; `exact` (M,) is true where that is log p(x) itself, and false "
    "where it is a lower bound on it. Return truth values (M, M): row i, column j says whether model i is "
    "surely better than model j, and of equal numbers neither is.",
    make_inputs=_reports,
    example=dict(reported=torch.tensor([-18.0, -16, -15]), exact=torch.tensor([True, False, True])),
    sizes=(dict(M=2), dict(M=4), dict(M=5), dict(M=1), dict(M=7)),
    clauses={
        "true where that is log p(x) itself, and false where it is a lower bound on it": lambda reported, exact: (
            len(exact.unique()) == 2
        ),
        "says whether model i is surely better than model j": ALWAYS,
        "of equal numbers neither is": lambda reported, exact: len(reported.unique()) < len(reported),
    },
    hints=(
        "A bound's model has at least the reported number, and perhaps far more. Whose number must be exact for "
        "“i beats j” "
        "to be sure, that of i or that of j?",
        "`reported[:, None] > reported[None, :]`, and column j must be exact: `& exact[None, :]`.",
    ),
    mistakes=(
        Mistake(
            lambda r, e: _higher(r),
            "You compared the numbers alone. A model that reports a bound may be better than its number: it "
            "cannot surely lose.",
        ),
        Mistake(
            lambda r, e: _higher(r) & e[:, None],
            "You asked that the winner's number be exact. The winner's may be a bound, it is then better still; "
            "it is the "
            "loser that may have more than it reports.",
        ),
        Mistake(
            lambda r, e: _higher(r) & e[:, None] & e[None, :],
            "You compare only models that are both exact. One more statement is allowed: a bound that lies above "
            "an exact "
            "number surely beats it.",
        ),
        Mistake(
            lambda r, e: (_higher(r) & e[None, :]).T,
            "Rows and columns are swapped: row i is the model that wins.",
        ),
        Mistake(
            lambda r, e: (r[:, None] >= r) & e[None, :],
            "Equal numbers do not make one of two better (and no model beats itself): it is >, not ≥.",
        ),
        Mistake(
            lambda r, e: (r[:, None] < r) & e[None, :],
            "You took lower for better, as if these were losses: a log-likelihood is better when it is higher.",
        ),
        Mistake(
            lambda r, e: _higher(r) & ~e[None, :],
            "You kept the pairs in which the loser reports a bound: those are just the ones that are not sure.",
        ),
        Mistake(
            lambda r, e: _higher(r) & (e[:, None] | e[None, :]),
            "You asked that one of the two be exact. It must be the loser's number: an exact number above a "
            "bound says nothing.",
        ),
    ),
)

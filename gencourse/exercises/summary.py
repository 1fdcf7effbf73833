"""Lesson 11: what may be said of two models, which number to report, and what samples will cost."""

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

# ----------------------------------------------------------------------------------------- chosen_on_validation


def _candidates(generator: torch.Generator, M: int, N: int, K: int, votes: bool = False) -> dict[str, Tensor]:
    """Three models differ: the best on validation, the best on test, and (M > 2) the best on all images together.

    With `votes` the second best on validation is the best on all of its images but one.
    """
    means = torch.full((M, 2), -20.0)
    means[1], means[0], means[-1] = (torch.tensor(pair) for pair in ([-17.0, -19.0], [-16.0, -26.0], [-27.0, -15.0]))
    means[2 : M - 1] = -30.0  # the worst on either
    means = means[torch.randperm(M, generator=generator)]
    validation, test = (0.3 * torch.randn(M, count, generator=generator) for count in (N, K))
    validation, test = validation + means[:, :1], test + means[:, 1:]
    if votes:
        best, second = means[:, 0].argsort(descending=True)[:2]
        validation[second] = validation[best] + 0.5
        validation[second, -1] -= 30
    return {"validation": validation, "test": test}


chosen_on_validation = Exercise(
    reference=key.chosen_on_validation,
    title="choose, and report",
    difficulty=1,
    minutes=6,
    question="Write `chosen_on_validation(validation, test)`: choose one of M models as one should, by its mean, and "
    "report it. `validation` (M, N) and `test` (M, K) are log p(x) in nats of N and of K images under each. "
    "Return two tensors of shape (): the number of the model chosen, a whole number from 0, and its mean in "
    "nats an image, on images that had no part in the choice.",
    make_inputs=_candidates,
    example=dict(
        validation=torch.tensor([[-20.0, -22], [-18, -18]]), test=torch.tensor([[-19.0, -19, -19], [-20, -21, -22]])
    ),
    sizes=(
        dict(M=2, N=3, K=4),
        dict(M=3, N=3, K=3),
        dict(M=5, N=8, K=6),
        dict(M=4, N=1, K=2),
        dict(M=3, N=5, K=3, votes=True),
    ),
    clauses={
        "by its mean": lambda validation, test: validation.mean(1).argmax() != validation.argmax(0).mode().values,
    },
    hints=(
        "Two sets, two jobs: by one of them you choose, by the other you report. Which one must not have been "
        "looked at "
        "before?",
        "`best = validation.mean(1).argmax()`, and then `test[best].mean()`.",
    ),
    mistakes=(
        Mistake(
            lambda v, t: (t.mean(1).argmax(), t.mean(1).max()),
            "You chose on the test images. The best of several noisy numbers is too good on average, and nothing "
            "is left to "
            "find that out with.",
        ),
        Mistake(
            lambda v, t: (v.mean(1).argmax(), v.mean(1).max()),
            "The choice is right. But you report the number by which you chose, and it is too good on average: "
            "report the "
            "chosen model's test images.",
        ),
        Mistake(
            lambda v, t: (v.mean(1).argmax(), t.mean(1).max()),
            "The choice is right, but the number is that of whichever model is best on the test images. Report "
            "the model that you chose.",
        ),
        Mistake(
            lambda v, t: (v.mean(1).argmin(), t[v.mean(1).argmin()].mean()),
            "You chose the smallest. These are log-likelihoods and not losses: higher is better.",
        ),
        Mistake(
            lambda v, t: (torch.cat([v, t], 1).mean(1).argmax(), t[torch.cat([v, t], 1).mean(1).argmax()].mean()),
            "You chose by both sets together, so the test images have had a part in the choice.",
        ),
        Mistake(
            lambda v, t: (v.mean(1).argmax(), torch.cat([v, t], 1)[v.mean(1).argmax()].mean()),
            "The choice is right, but the number is over both sets: the validation images made the model look "
            "good, so leave them out.",
        ),
        Mistake(
            lambda v, t: (v.mean(1).argmax(), t[v.mean(1).argmax()].sum()),
            "The choice is right. You summed over the test images: figures are for one image, so take the mean.",
        ),
        Mistake(
            lambda v, t: (v.amax(1).argmax(), t[v.amax(1).argmax()].mean()),
            "You chose the model with the best single image. One image says little: the mean over all of them chooses.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------- drawing_time


def _stopwatch(generator: torch.Generator, K: int, Q: int) -> dict[str, Tensor]:
    counts = 1 + torch.randperm(12 * K, generator=generator)[:K].float()
    start, each = 0.5 + torch.rand(2, generator=generator)
    noise = 1 + 0.1 * torch.rand(K, generator=generator)
    n = torch.randint(200, 500, (Q,), generator=generator).float()
    return {"counts": counts, "seconds": (3 * start + 0.05 * each * counts) * noise, "n": n}


def _slope(c: Tensor, s: Tensor) -> Tensor:
    return ((c - c.mean()) * (s - s.mean())).sum() / ((c - c.mean()) ** 2).sum()


def _power_law(c: Tensor, s: Tensor, n: Tensor) -> Tensor:
    return key.drawing_time(c.log(), s.log(), n.log()).exp()


drawing_time = Exercise(
    reference=key.drawing_time,
    title="what many samples will cost",
    difficulty=2,
    minutes=8,
    question="Write `drawing_time(counts, seconds, n)`: drawing `counts` (K,) images at once, not all alike, took "
    "`seconds` (K,). A batch costs something whatever its size, and something for each image: fit seconds = "
    "a + b · count by least squares, and return the seconds that batches of `n` (Q,) images will take, (Q,).",
    make_inputs=_stopwatch,
    example=dict(counts=torch.tensor([1.0, 2, 3]), seconds=torch.tensor([3.0, 6, 6]), n=torch.tensor([4.0, 10])),
    sizes=(dict(K=2, Q=1), dict(K=3, Q=2), dict(K=4, Q=4), dict(K=8, Q=3)),
    hints=(
        "The line of least squares passes through the point of means. Its slope is the covariance of counts and "
        "seconds "
        "over the variance of counts.",
        "With `c = counts - counts.mean()`, the slope is `(c * (seconds - seconds.mean())).sum() / (c ** "
        "2).sum()`; from "
        "the mean of the seconds go `n - counts.mean()` steps of it.",
    ),
    mistakes=(
        Mistake(
            lambda c, s, n: s[-1] / c[-1] * n,
            "You took the last batch's seconds an image for all. What a batch costs whatever its size would then "
            "be paid for each image anew.",
        ),
        Mistake(
            lambda c, s, n: (s / c).mean() * n,
            "You averaged the seconds an image. They hold a share of the cost that does not grow with the batch: "
            "fit a line.",
        ),
        Mistake(
            lambda c, s, n: (c * s).sum() / (c * c).sum() * n,
            "Your line passes through zero seconds for zero images. A batch costs something whatever its size: "
            "the line needs an intercept.",
        ),
        Mistake(
            lambda c, s, n: _slope(c, s) * n,
            "You have the slope, the seconds that one more image costs. The intercept is missing.",
        ),
        Mistake(
            lambda c, s, n: s.mean() + _slope(c, s) * n,
            "The line goes through the point of means: from the mean of the seconds it is n − counts.mean() "
            "steps, not n.",
        ),
        Mistake(
            lambda c, s, n: s.mean() + _slope(s, c) * (n - c.mean()),
            "Your slope is counts for a second: divide the covariance by the variance of the counts.",
        ),
        Mistake(
            _power_law,
            "You fitted a power law, a line in logarithms. It knows no cost that stays: fit the seconds themselves.",
        ),
    ),
)

"""Lesson 11, second part: which number to report, and what samples will cost."""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.measure import comparison as key

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

"""Lesson 04, second part: judging a detector, a classifier that may decline, and several answers to one question."""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.measure import detection as key
from gencourse.measure import samples
from gencourse.models import implicit

# ------------------------------------------------------------------------------------------------------- auroc


def _two_sets(generator: torch.Generator, N: int, M: int) -> dict[str, Tensor]:
    """Whole numbers, so that there are ties."""
    inside = torch.randint(1, 6, (N,), generator=generator).float()
    outside = torch.randint(0, 5, (M,), generator=generator).float()
    inside[0] = outside[0]
    return {"inside": inside, "outside": outside}


def _beats(a: Tensor, b: Tensor) -> Tensor:
    return (a[:, None] > b).float()  # (N, M)


def _ties(a: Tensor, b: Tensor) -> Tensor:
    return (a[:, None] == b).float()


auroc = Exercise(
    reference=key.auroc,
    title="AUROC by its meaning",
    difficulty=2,
    minutes=8,
    question="Write `auroc(inside, outside)`: of all N · M pairs of one score from `inside` (N,) and one from "
    "`outside` (M,), the share in which the score from `inside` is the higher one. A pair of equal scores "
    "counts one half. The result is a scalar.",
    example={"inside": torch.tensor([1.0, 3.0]), "outside": torch.tensor([0.0, 1.0, 2.0])},
    make_inputs=_two_sets,
    sizes=(dict(N=2, M=3), dict(N=4, M=3), dict(N=3, M=6), dict(N=1, M=4), dict(N=12, M=9)),
    clauses={
        "A pair of equal scores counts one half": lambda inside, outside: (inside[:, None] == outside).any(),
    },
    hints=(
        "There are N · M pairs. How do you get a table (N, M) of all differences from two vectors?",
        "`difference = inside[:, None] - outside[None, :]`; the share of pairs above 0, and half the share at 0.",
    ),
    mistakes=(
        Mistake(
            lambda a, b: _beats(a, b).mean(),
            "You counted ties as losses. They count one half, or a score that is the same for all would get 0.",
        ),
        Mistake(
            lambda a, b: (_beats(a, b) + _ties(a, b)).mean(),
            "You counted ties as wins. They count one half, or a score that is the same for all would be perfect.",
        ),
        Mistake(
            lambda a, b: key.auroc(b, a),
            "You counted the pairs in which `outside` scores higher: 1 less what is wanted. What is inside should win.",
        ),
        Mistake(
            lambda a, b: (_beats(a, b) + 0.5 * _ties(a, b)).sum(),
            "You counted the pairs: divide by how many there are, N · M.",
        ),
        Mistake(
            lambda a, b: ((a[: len(b)] > b[: len(a)]).float() + 0.5 * (a[: len(b)] == b[: len(a)])).mean(),
            "You compared the scores in the order in which they come: compare every one with every other.",
        ),
        Mistake(
            lambda a, b: (a[:, None] - b).mean(),
            "You averaged the differences. Only the order of the scores counts, and not how far they are apart.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------- accuracy_at_coverage


def _answers(generator: torch.Generator, N: int) -> dict[str, Tensor]:
    correct = torch.randint(0, 2, (N,), generator=generator)
    correct[0] = 1
    return {"confidence": torch.rand(N, generator=generator), "correct": correct}


def _curve(c: Tensor, r: Tensor) -> tuple[Tensor, Tensor]:
    return key.accuracy_at_coverage(c, r)


def _count(c: Tensor) -> Tensor:
    return torch.arange(1, len(c) + 1)


accuracy_at_coverage = Exercise(
    reference=key.accuracy_at_coverage,
    title="accuracy against coverage",
    difficulty=2,
    minutes=10,
    question="Write `accuracy_at_coverage(confidence, correct)`: `confidence` (N,) holds a score of each of N "
    "inputs, no two alike, and `correct` (N,) a 1 if its answer is right and a 0 if not. Entry i, from 0, "
    "answers the i + 1 most confident inputs only. Return the coverage (N,), their share of all N, and "
    "then the accuracy (N,), the share of them that are right.",
    example={"confidence": torch.tensor([0.5, 0.75, 0.25, 1.0]), "correct": torch.tensor([0, 1, 1, 1])},
    make_inputs=_answers,
    sizes=(dict(N=3), dict(N=1), dict(N=4), dict(N=9), dict(N=20)),
    clauses={
        "no two alike": ALWAYS,
        "a 1 if its answer is right and a 0 if not": lambda confidence, correct: len(correct.unique()) == 2,
    },
    hints=(
        "Sort by confidence, the most confident first, and bring `correct` into that order. How many of the first i "
        "are correct?",
        "`correct[confidence.argsort(descending=True)].float().cumsum(0)` counts them; divide by 1, 2, … N.",
    ),
    mistakes=(
        Mistake(
            lambda c, r: _curve(-c, r),
            "You answer the least confident inputs first: sort with `descending=True`.",
        ),
        Mistake(
            lambda c, r: (_count(c) / len(c), r.float().cumsum(0) / _count(c)),
            "You did not bring `correct` into the order of the confidence.",
        ),
        Mistake(
            lambda c, r: (_count(c) / len(c), _curve(c, r)[1] * _count(c) / len(c)),
            "You divided by N everywhere: the accuracy is among those that are answered, 1, 2, … N.",
        ),
        Mistake(
            lambda c, r: (_count(c) / len(c), _curve(c, r)[1] * _count(c)),
            "You gave the number of correct answers: divide it by how many are answered.",
        ),
        Mistake(
            lambda c, r: ((_count(c) - 1) / len(c), _curve(c, r)[1]),
            "Your coverage starts at 0: the first entry belongs to the one most confident input, 1/N.",
        ),
        Mistake(
            lambda c, r: (_curve(c, r)[1], _curve(c, r)[0]),
            "Both are right, in another order: return coverage, then accuracy.",
        ),
        Mistake(
            lambda c, r: (_curve(c, r)[0], 1 - _curve(c, r)[1]),
            "You gave the share of wrong answers, which is called the risk: 1 less the accuracy.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------------- best_of_k


def _guesses(generator: torch.Generator, B: int, K: int, D: int) -> dict[str, Tensor]:
    shapes = {"samples": (B, K, D), "truth": (B, D)}
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def _squares(s: Tensor, t: Tensor) -> Tensor:
    return (s - t[:, None]) ** 2  # (B, K, D)


best_of_k = Exercise(
    reference=samples.best_of_k,
    title="the best of k",
    difficulty=2,
    minutes=8,
    question="Write `best_of_k(samples, truth)`: `samples` (B, K, D) holds K answers to each of B questions, and "
    "`truth` (B, D) the right ones. An answer's error is the mean over its D numbers of the squared "
    "difference from the truth. Return the error of each question's best answer, (B,).",
    example={
        "samples": torch.tensor([[[0.0, 0.0], [1.0, 3.0]], [[2.0, 2.0], [0.0, 2.0]]]),
        "truth": torch.tensor([[1.0, 1.0], [0.0, 0.0]]),
    },
    make_inputs=_guesses,
    sizes=(dict(B=2, K=2, D=2), dict(B=3, K=4, D=2), dict(B=1, K=3, D=4), dict(B=3, K=3, D=3), dict(B=2, K=1, D=3)),
    hints=(
        "First give each of the K answers an error of its own, (B, K). An answer is judged as a whole.",
        "`((samples - truth[:, None]) ** 2).mean(2)` are the errors; take the least of each row.",
    ),
    mistakes=(
        Mistake(
            lambda s, t: _squares(s, t).min(1).values.mean(1),
            "You took the best answer for each number separately and so pasted one together from pieces of many: "
            "average over D first, then take the least.",
        ),
        Mistake(lambda s, t: _squares(s, t).mean((1, 2)), "You averaged over the answers: take the best one's error."),
        Mistake(
            lambda s, t: ((s.mean(1) - t) ** 2).mean(1),
            "That is the error of the average answer: the very blur that best-of-k does not ask for.",
        ),
        Mistake(
            lambda s, t: _squares(s, t).sum(2).min(1).values,
            "You summed over the D numbers: the mean squared error is wanted.",
        ),
        Mistake(lambda s, t: _squares(s, t).mean(2).max(1).values, "You took the worst answer instead of the best."),
        Mistake(
            lambda s, t: _squares(s, t).mean(2).min(1).values.sqrt(),
            "You took the root: the mean of the squares is wanted.",
        ),
        Mistake(
            lambda s, t: _squares(s, t).mean(2).min(1).values.mean(),
            "You averaged over the questions too: each has its own best answer.",
        ),
        Mistake(
            lambda s, t: (s - t[:, None]).abs().mean(2).min(1).values,
            "You took absolute differences: the mean of their squares is wanted.",
        ),
        Mistake(
            lambda s, t: _squares(s, t).mean(2).argmin(1),
            "That is the number of the best answer. Asked for is its error.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------------- noisy


def _clean(generator: torch.Generator, B: int, D: int) -> dict[str, Tensor]:
    inputs = {name: torch.randn(B, D, generator=generator) for name in ("x", "noise")}
    return inputs | {"alpha_bar": 0.05 + 0.9 * torch.rand(B, generator=generator)}


noisy = Exercise(
    reference=implicit.noisy,
    title="one noising step",
    difficulty=1,
    minutes=5,
    question="Write `noisy(x, noise, alpha_bar)`: mix each row of `x` (B, D) with the same row of `noise` (B, D), "
    "by one factor above 0 for each. The factors are such that, where both are independent and have "
    "variance 1, the mixture has variance 1 too, of which a share `alpha_bar` (B,), a number between 0 "
    "and 1 for each row, is x's and the rest the noise's. The result is (B, D).",
    example={
        "x": torch.tensor([[1.0, 0.0], [2.0, 1.0]]),
        "noise": torch.tensor([[0.0, 1.0], [1.0, -1.0]]),
        "alpha_bar": torch.tensor([0.36, 0.64]),
    },
    make_inputs=_clean,
    sizes=(dict(B=2, D=2), dict(B=1, D=3), dict(B=4, D=2), dict(B=3, D=3)),
    clauses={
        "where both are independent and have variance 1": ALWAYS,
    },
    hints=(
        "Multiplying a random number by a multiplies its variance by a². Which factor gives the variance alpha_bar?",
        "√ᾱ · x + √(1 − ᾱ) · noise, where ᾱ needs a second dimension: `alpha_bar[:, None]`.",
    ),
    mistakes=(
        Mistake(
            lambda x, e, a: a[:, None] * x + (1 - a[:, None]) * e,
            "You mixed by ᾱ itself: variances go with the square of a factor, so take the roots of ᾱ and 1 − ᾱ.",
        ),
        Mistake(
            lambda x, e, a: implicit.noisy(e, x, a),
            "You swapped the two: ᾱ is the share of x that is left, so at ᾱ = 1 there is no noise.",
        ),
        Mistake(
            lambda x, e, a: x + (1 - a[:, None]).sqrt() * e,
            "You left x as it is. Its variance must shrink by ᾱ, or the variance grows with every step.",
        ),
        Mistake(
            lambda x, e, a: a[:, None].sqrt() * x + e,
            "You left the noise as it is: its share of the variance is 1 − ᾱ.",
        ),
        Mistake(
            lambda x, e, a: a[:, None].sqrt() * x + (1 - a[:, None].sqrt()) * e,
            "You took 1 − √ᾱ for the noise. The variances must add up to 1, so it is √(1 − ᾱ).",
        ),
        Mistake(
            lambda x, e, a: a[:, None].sqrt() * x + (1 - a[:, None]) * e,
            "You forgot the root of 1 − ᾱ: variances go with the square of a factor.",
        ),
        Mistake(
            lambda x, e, a: a[:, None].sqrt() * x - (1 - a[:, None]).sqrt() * e,
            "You subtracted the noise. It looks just as random, but a network that predicts the noise learns its sign.",
        ),
    ),
)

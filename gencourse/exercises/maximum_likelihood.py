"""Lesson 05, first part: likelihoods of coins and Gaussians, their maximum, and their slope."""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import maximum_likelihood as key

# ---------------------------------------------------------------------------------------- coin_log_likelihood


def _flips_and_coins(generator: torch.Generator, N: int, K: int) -> dict[str, Tensor]:
    p = 0.05 + 0.9 * torch.rand(K, generator=generator)
    flips = torch.bernoulli(torch.full((N,), 0.7), generator=generator)
    flips[0] = 1  # heads at least once
    return {"flips": flips, "p": p}


def _coin_product(f: Tensor, p: Tensor) -> Tensor:
    return torch.where(f[:, None] > 0, p, 1 - p).prod(0).log()


coin_log_likelihood = Exercise(
    reference=key.coin_log_likelihood,
    title="the log-likelihood of coin flips",
    difficulty=1,
    minutes=5,
    question="Write `coin_log_likelihood(flips, p)`: the logarithm of the probability of N independent flips, in the "
    "order in which they fell, under each of K coins. `flips` (N,) is 1 for heads and 0 for tails; `p` (K,) "
    "is each coin's probability of heads, above 0 and below 1. The result is (K,), in nats, and right for "
    "50,000 flips too.",
    make_inputs=_flips_and_coins,
    example=dict(flips=torch.tensor([1.0, 1, 0, 1]), p=torch.tensor([0.5, 0.75])),
    sizes=(dict(N=3, K=2), dict(N=1, K=1), dict(N=6, K=4), dict(N=4, K=4), dict(N=50_000, K=2)),
    differentiable=("p",),
    clauses={
        "right for 50,000 flips too": lambda flips, p: len(flips) == 50_000,
    },
    hints=(
        "Independent events multiply, so their logarithms add. A head adds log p, a tail adds log(1 − p); it is "
        "enough to know how many there are of each.",
        "heads = flips.sum(); tails = len(flips) − heads; the answer is heads · log p + tails · log(1 − p). Take the "
        "logarithms first: the product itself would be 0 to the computer.",
    ),
    mistakes=(
        Mistake(
            _coin_product,
            "Right for a few flips, but for many the product of the probabilities is too small for any "
            "floating-point number: it becomes 0, and its logarithm −∞. Take logarithms first, then add.",
        ),
        Mistake(
            lambda f, p: key.coin_log_likelihood(f, p) / len(f),
            "You averaged over the flips. The likelihood is of all of them together: a sum of logarithms.",
        ),
        Mistake(
            lambda f, p: key.coin_log_likelihood(1 - f, p),
            "You exchanged heads and tails: where the flip is 1 its probability is p.",
        ),
        Mistake(
            lambda f, p: f.sum() * p.log(),
            "You left out the tails: each has the probability 1 − p, and adds log(1 − p).",
        ),
        Mistake(
            lambda f, p: -key.coin_log_likelihood(f, p),
            "You changed the sign. A logarithm of a probability is never above 0; its negative is a loss.",
        ),
        Mistake(
            lambda f, p: key.coin_log_likelihood(f, p) / math.log(2),
            "You used the logarithm with base 2, which gives bits; nats belong to the natural logarithm.",
        ),
        Mistake(
            lambda f, p: torch.where(f[:, None] > 0, p, 1 - p).sum(0),
            "You added the probabilities. Independent probabilities multiply; it is their logarithms that add.",
        ),
        Mistake(
            lambda f, p: torch.where(f[:, None] > 0, p, 1 - p).log(),
            "You give each flip's log-probability, (N, K). Add them up over the flips, to (K,).",
        ),
        Mistake(
            lambda f, p: (
                key.coin_log_likelihood(f, p)
                + torch.lgamma(torch.tensor(len(f) + 1.0))
                - torch.lgamma(f.sum() + 1)
                - torch.lgamma(len(f) - f.sum() + 1)
            ),
            "You gave the binomial's log-probability of the *number* of heads. The sequence is known, so there is "
            "no choice to count. (The constant moves no maximum.)",
        ),
    ),
)

# ----------------------------------------------------------------------------------------------- gaussian_mle


def _points(generator: torch.Generator, N: int) -> dict[str, Tensor]:
    return {"x": 3 + 2 * torch.randn(N, generator=generator)}


def _mean_and(x: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
    return x.mean(), variance


gaussian_mle = Exercise(
    reference=key.gaussian_mle,
    title="the closed form of a Gaussian",
    difficulty=1,
    minutes=5,
    question="Write `gaussian_mle(x)`: the mean and the variance of the Gaussian under which the numbers `x` (N,) are "
    "most likely, also where N is 1. Return (mean, variance), a tensor of one number each, of shape ().",
    make_inputs=_points,
    example=dict(x=torch.tensor([1.0, 2, 3, 6])),
    sizes=(dict(N=3), dict(N=2), dict(N=1), dict(N=7), dict(N=20)),
    clauses={
        "also where N is 1": lambda x: len(x) == 1,
    },
    hints=(
        "Set the two slopes of Σ log N(x; mean, variance) to 0. The first gives the mean; the second says that the "
        "standardised squares must average exactly 1.",
        "The variance is the mean of (x − mean)². Divided by N, not by N − 1: `x.var()` divides by N − 1.",
    ),
    mistakes=(
        Mistake(
            lambda x: _mean_and(x, x.var()),
            "You divided by N − 1, as `x.var()` does. That is the unbiased estimate; the likelihood is highest at "
            "the mean of the squares, divided by N: `x.var(correction=0)`.",
        ),
        Mistake(
            lambda x: _mean_and(x, ((x - x.mean()) ** 2).mean().sqrt()),
            "You gave the standard deviation. Asked for is its square, the variance.",
        ),
        Mistake(
            lambda x: _mean_and(x, x.std()),
            "You gave `x.std()`: a standard deviation, and with N − 1. Asked for is the variance, with N.",
        ),
        Mistake(
            lambda x: _mean_and(x, (x**2).mean()),
            "You forgot to take the mean away before squaring: that is the variance about 0.",
        ),
        Mistake(
            lambda x: _mean_and(x, ((x - x.mean()) ** 2).sum()),
            "You added the squared distances and forgot to divide by N.",
        ),
        Mistake(
            lambda x: _mean_and(x, (x - x.mean()).abs().mean()),
            "You averaged the distances from the mean; the variance averages their squares.",
        ),
        Mistake(
            lambda x: _mean_and(x, ((x - x.mean()) ** 2).mean().log()),
            "You gave the logarithm of the variance. Asked for is the variance itself.",
        ),
        Mistake(
            lambda x: (x.median(), ((x - x.mean()) ** 2).mean()),
            "Your centre is the median. That is the maximum of another density, Laplace's; a Gaussian's is the mean.",
        ),
        Mistake(
            lambda x: (((x - x.mean()) ** 2).mean(), x.mean()),
            "Both are right, in another order: return (mean, variance).",
        ),
    ),
)

# --------------------------------------------------------------------------------------------- gaussian_score


def _points_and_gaussians(generator: torch.Generator, N: int, K: int) -> dict[str, Tensor]:
    return {
        "x": 1 + torch.randn(N, generator=generator),
        "mean": torch.randn(K, generator=generator),
        "log_scale": 0.5 * torch.randn(K, generator=generator),
    }


def _standardised(x: Tensor, m: Tensor, s: Tensor) -> Tensor:
    return (x[:, None] - m) / s.exp()  # (N, K)


gaussian_score = Exercise(
    reference=key.gaussian_score,
    title="the score of a Gaussian",
    difficulty=2,
    minutes=8,
    question="Write `gaussian_score(x, mean, log_scale)`: the slopes of the log-likelihood Σ log N(x; mean, σ²), a sum"
    " over the numbers `x` (N,), for each of K Gaussians; `mean` and `log_scale` = log σ are (K,). Return "
    "two, (K,) each: the slope with respect to mean and the slope with respect to log_scale.",
    make_inputs=_points_and_gaussians,
    example=dict(x=torch.tensor([1.0, 3]), mean=torch.tensor([0.0, 1]), log_scale=torch.tensor([1.0, 2]).log()),
    sizes=(dict(N=2, K=2), dict(N=1, K=1), dict(N=5, K=3), dict(N=3, K=3), dict(N=6, K=1)),
    hints=(
        "One point's log-density is −½ · ((x − mean)/σ)² − log σ − ½ log 2π. Differentiate that by mean, and by log σ; "
        "for the second, remember that the derivative of σ with respect to log σ is σ.",
        "By mean: Σ (x − mean)/σ². By log σ: Σ (((x − mean)/σ)² − 1).",
    ),
    mistakes=(
        Mistake(
            lambda x, m, s: tuple(g / len(x) for g in key.gaussian_score(x, m, s)),
            "You averaged over the points. The slope of a sum is the sum of the slopes.",
        ),
        Mistake(
            lambda x, m, s: tuple(-g for g in key.gaussian_score(x, m, s)),
            "Both signs are turned: that is the slope of the loss, which descent goes down. The likelihood is climbed.",
        ),
        Mistake(
            lambda x, m, s: (_standardised(x, m, s).sum(0), key.gaussian_score(x, m, s)[1]),
            "Your slope by mean divides by σ once. The square in the exponent is divided by σ², and so is its "
            "derivative.",
        ),
        Mistake(
            lambda x, m, s: ((x[:, None] - m).sum(0), key.gaussian_score(x, m, s)[1]),
            "Your slope by mean is not divided by σ²: a narrow Gaussian is steeper than a wide one.",
        ),
        Mistake(
            lambda x, m, s: (key.gaussian_score(x, m, s)[0], key.gaussian_score(x, m, s)[1] / s.exp()),
            "Your second slope is with respect to σ. Asked for is the one with respect to log σ: multiply by σ.",
        ),
        Mistake(
            lambda x, m, s: (key.gaussian_score(x, m, s)[0], (_standardised(x, m, s) ** 2).sum(0)),
            "Your second slope lacks the −1 of each point, which comes from −log σ. Without it, wider would always "
            "seem better.",
        ),
        Mistake(
            lambda x, m, s: (key.gaussian_score(x, m, s)[0], 0.5 * key.gaussian_score(x, m, s)[1]),
            "Your second slope is half of what it should be: that is the slope by the log-*variance*.",
        ),
        Mistake(
            lambda x, m, s: ((x[:, None] - m).div(s.exp()).div(s.exp()), _standardised(x, m, s) ** 2 - 1),
            "You give each point's slopes, (N, K). Add them up over the points.",
        ),
        Mistake(
            lambda x, m, s: tuple(reversed(key.gaussian_score(x, m, s))),
            "Both are right, in another order: first the slope by mean, then by log_scale.",
        ),
    ),
)

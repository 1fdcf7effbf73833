"""Lesson 04, first part: densities that compete for a mass of one, and Bayes' rule between them.

In the mistakes, s are scores; m and c a mean and log-scales; w are log-weights (or a log-prior), p log-densities.
"""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import class_conditional, density, gaussian, mixture

# ----------------------------------------------------------------------------------------------- log_normalise


def _scores(generator: torch.Generator, B: int, K: int, height: float = 0.0, spread: float = 0.0) -> dict[str, Tensor]:
    """Rows at the heights `height`, −`height`, `height` …; in each, −`spread`, `spread`, −`spread` … apart."""
    heights = height * (1 - 2 * (torch.arange(B) % 2))[:, None]
    return {"scores": heights + spread * (2 * (torch.arange(K) % 2) - 1) + 2 * torch.randn(B, K, generator=generator)}


log_normalise = Exercise(
    reference=density.log_normalise,
    title="scores into log-probabilities",
    difficulty=2,
    minutes=10,
    question="Write `log_normalise(scores)`: in each row of `scores` (B, K), any real numbers, entry k has the "
    "probability exp(score k) divided by the sum of the row's exponentials. Return the natural logarithms "
    "of these probabilities, (B, K). Scores may be in the thousands.",
    example={"scores": torch.tensor([[0.0, 1.0], [1000.0, 1000.0]])},
    make_inputs=_scores,
    sizes=(
        dict(B=2, K=2),
        dict(B=3, K=3),
        dict(B=1, K=4),
        dict(B=3, K=1),
        dict(B=2, K=3, height=2000),
        dict(B=3, K=4, spread=2000),
    ),
    differentiable=("scores",),
    clauses={
        "Scores may be in the thousands": lambda scores: (scores.abs() > 1000).any(),
    },
    hints=(
        "p is exp(score) over the sum of the row's exponentials. Take the logarithm of that by hand before you write "
        "code. What does exp(1000) give on a computer, and what changes if each score of a row is lowered by the same?",
        "`shifted = scores - scores.amax(1, keepdim=True)`; then subtract the logarithm of the row's sum of "
        "`shifted.exp()`. `torch.logsumexp` does both.",
    ),
    mistakes=(
        Mistake(lambda s: s.softmax(1), "You gave the probabilities themselves: their logarithms are wanted."),
        Mistake(
            lambda s: s - s.exp().sum(1, keepdim=True).log(),
            "Your formula is right, but exp(1000) is infinite on a computer: take each row's largest score out first, "
            "or use `torch.logsumexp`.",
        ),
        Mistake(
            lambda s: (s.exp() / s.exp().sum(1, keepdim=True)).log(),
            "You divided exponentials and took the logarithm afterwards. For large scores that is infinity over "
            "infinity: stay in the logarithms, and take each row's largest score out first.",
        ),
        Mistake(
            lambda s: s.log_softmax(0),
            "You normalised over the rows (dimension 0): the K values of one row compete with each other.",
        ),
        Mistake(
            lambda s: s - s.flatten().logsumexp(0),
            "You normalised over the whole table, as if all rows shared one mass. Each row has its own.",
        ),
        Mistake(
            lambda s: s - s.amax(1, keepdim=True),
            "You took out the largest score, and that was the first half: the logarithm of the sum is still missing.",
        ),
        Mistake(
            lambda s: s - s.sum(1, keepdim=True),
            "You subtracted the sum of the scores. It is their exponentials that are added, and the sum's logarithm "
            "that is subtracted.",
        ),
        Mistake(
            lambda s: s - s.logsumexp(1, keepdim=True) + math.log(s.shape[1]),
            "You divided by the average of the exponentials instead of their sum: your rows sum to K.",
        ),
        Mistake(
            lambda s: (s.softmax(1) + 1e-9).log(),
            "Right for moderate scores, but the small number that you added is larger than the probability of a score "
            "far below the others: stay in the logarithms, score − logsumexp.",
        ),
    ),
)

# ---------------------------------------------------------------------------------- diagonal_gaussian_log_prob


def _points(generator: torch.Generator, B: int, D: int) -> dict[str, Tensor]:
    shapes = {"x": (B, D), "mean": (D,), "log_scale": (D,)}
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def _terms(x: Tensor, m: Tensor, c: Tensor) -> Tensor:
    return -0.5 * (((x - m) / c.exp()) ** 2 + gaussian.LOG_2PI) - c  # (B, D)


diagonal_gaussian_log_prob = Exercise(
    reference=gaussian.diagonal_gaussian_log_prob,
    title="a Gaussian with many dimensions",
    difficulty=2,
    minutes=10,
    question="Write `diagonal_gaussian_log_prob(x, mean, log_scale)`: the log-density, in nats, of each row of `x` "
    "(B, D) under a Gaussian whose D dimensions are independent. `mean` (D,) holds their means and "
    "`log_scale` (D,) their log σ. The result is (B,), with all constants.",
    example={
        "x": torch.tensor([[0.0, 0.0], [1.0, 2.0]]),
        "mean": torch.zeros(2),
        "log_scale": torch.tensor([1.0, 2.0]).log(),
    },
    make_inputs=_points,
    sizes=(dict(B=2, D=2), dict(B=1, D=3), dict(B=4, D=1), dict(B=3, D=3), dict(B=2, D=200)),
    differentiable=("mean", "log_scale"),
    hints=(
        "The dimensions are independent, so their log-densities add up. Take the logarithm of the bell curve "
        "exp(−(x − mean)² / 2σ²) / (σ √2π), factor by factor.",
        "Per dimension: −½ · ((x − mean) / σ)² − log_scale − ½ · log 2π, with σ = exp(log_scale).",
    ),
    mistakes=(
        Mistake(
            lambda x, m, c: (-0.5 * ((x - m) / c.exp()) ** 2 - c).sum(1),
            "You left out −½ log 2π in each dimension: without it the density does not integrate to 1.",
        ),
        Mistake(
            lambda x, m, c: (-0.5 * (((x - m) / c.exp()) ** 2 + gaussian.LOG_2PI)).sum(1),
            "You left out −log σ. A wider bell is a lower one, or its area would not be 1; without this term the "
            "best σ is infinite.",
        ),
        Mistake(
            lambda x, m, c: (_terms(x, m, c) + 2 * c).sum(1),
            "You added log σ instead of subtracting it: σ stands under the fraction bar, a wider bell is a lower one.",
        ),
        Mistake(
            lambda x, m, c: _terms(x, m, c / 2).sum(1),
            "You read log_scale as log σ²: here it is log σ, and the variance is exp(2 · log_scale).",
        ),
        Mistake(
            lambda x, m, c: (-(((x - m) / c.exp()) ** 2) - c - 0.5 * gaussian.LOG_2PI).sum(1),
            "You left out the ½ before the squared distance.",
        ),
        Mistake(
            lambda x, m, c: (-0.5 * ((x - m) ** 2 / c.exp() + gaussian.LOG_2PI) - c).sum(1),
            "You divided the squared distance by σ: divide by σ², or square after dividing.",
        ),
        Mistake(
            lambda x, m, c: _terms(x, m, c).mean(1),
            "You averaged over the dimensions: the log-densities of independent numbers add up.",
        ),
        Mistake(
            lambda x, m, c: _terms(x, m, c).sum(), "You summed over the batch too: each x has its own log-density."
        ),
        Mistake(
            lambda x, m, c: -_terms(x, m, c).sum(1),
            "That is the negative log-density, a loss. log p(x) is its negative.",
        ),
        Mistake(
            lambda x, m, c: _terms(x, m, c).sum(1).exp(),
            "That is the density itself: its logarithm is wanted, which neither overflows nor vanishes.",
        ),
        Mistake(
            lambda x, m, s: -0.5 * ((x - m) / s.exp()).square().sum(1) - s.sum() - 0.5 * math.log(2 * math.pi),
            "You counted ½ log 2π once. It stands in the density of each of the D dimensions.",
        ),
    ),
)

# -------------------------------------------------------------------------------------------- mixture_log_prob


def _components(generator: torch.Generator, B: int, K: int, depth: float = 0.0) -> dict[str, Tensor]:
    log_weights = torch.randn(K, generator=generator).log_softmax(0)
    depths = depth * torch.arange(1, B + 1)[:, None]  # each row deeper than the one before
    return {"log_weights": log_weights, "log_components": 2 * torch.randn(B, K, generator=generator) - depths}


mixture_log_prob = Exercise(
    reference=mixture.mixture_log_prob,
    title="a mixture, in the logarithms",
    difficulty=2,
    minutes=5,
    question="Write `mixture_log_prob(log_weights, log_components)`: log Σₖ πₖ pₖ(x), in nats, of each of B inputs "
    "x. `log_weights` (K,) holds the log πₖ, and `log_components` (B, K) the log pₖ(x), which may well be "
    "−2000 for an image. The result is (B,).",
    example={
        "log_weights": torch.tensor([0.25, 0.75]).log(),
        "log_components": torch.tensor([[0.0, -1.0], [-200.0, -201.0]]),
    },
    make_inputs=_components,
    sizes=(dict(B=2, K=2), dict(B=1, K=3), dict(B=4, K=1), dict(B=3, K=3), dict(B=2, K=3, depth=2000)),
    differentiable=("log_weights", "log_components"),
    clauses={
        "which may well be −2000 for an image": lambda log_weights, log_components: (log_components < -1000).any(),
    },
    hints=(
        "A product becomes a sum in the logarithms: what is log(π_k p_k(x))? Then the logarithm of a sum of "
        "exponentials is left.",
        "`torch.logsumexp(log_weights + log_components, dim=1)`: it takes the largest term out first.",
    ),
    mistakes=(
        Mistake(
            lambda w, p: (w.exp() * p.exp()).sum(1).log(),
            "Your formula is right, but exp(−2000) is 0 on a computer, and log 0 is −∞: use `torch.logsumexp`.",
        ),
        Mistake(
            lambda w, p: (w.exp() * p).sum(1),
            "You averaged the log-densities. The mixture adds densities: the logarithm comes after the sum.",
        ),
        Mistake(
            lambda w, p: (w + p).amax(1),
            "You took the best component alone: the others contribute too; without them the mass falls short of 1.",
        ),
        Mistake(lambda w, p: p.logsumexp(1), "You left out the weights, so that your density integrates to K."),
        Mistake(
            lambda w, p: p.logsumexp(1) - math.log(p.shape[1]),
            "You gave every component the weight 1/K: use the weights that are given.",
        ),
        Mistake(lambda w, p: (w + p).sum(1), "You added logarithms, which multiplies the components: they are added."),
        Mistake(lambda w, p: (w + p).logsumexp(0), "You summed over the batch (dimension 0): sum over the components."),
        Mistake(
            lambda w, p: (w.exp() + p).logsumexp(1),
            "You added the weights themselves to log-densities: add their logarithms, as they come.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------- bayes_posterior


def _classes(generator: torch.Generator, B: int, K: int, depth: float = 0.0) -> dict[str, Tensor]:
    log_likelihood = 2 * torch.randn(B, K, generator=generator) - depth
    return {"log_likelihood": log_likelihood, "log_prior": (1.5 * torch.randn(K, generator=generator)).log_softmax(0)}


bayes_posterior = Exercise(
    reference=class_conditional.bayes_posterior,
    helpers=(density.log_normalise,),
    title="a posterior from likelihoods",
    difficulty=2,
    minutes=5,
    question="Write `bayes_posterior(log_likelihood, log_prior)`: log p(y | x), in nats, of B inputs x and K "
    "labels y. `log_likelihood` (B, K) holds log p(x | y), which may well be −2000 for an image, and "
    "`log_prior` (K,) holds log p(y). The result is (B, K).",
    example={
        "log_likelihood": torch.tensor([[0.0, 0.0], [-200.0, -201.0]]),
        "log_prior": torch.tensor([0.25, 0.75]).log(),
    },
    make_inputs=_classes,
    sizes=(dict(B=2, K=2), dict(B=3, K=3), dict(B=1, K=4), dict(B=4, K=2), dict(B=2, K=3, depth=2000)),
    clauses={
        "which may well be −2000 for an image": lambda log_likelihood, log_prior: (log_likelihood < -1000).any(),
    },
    hints=(
        "Bayes' rule: p(y | x) = p(x | y) p(y) / p(x), and p(x) is the sum of the numerator over all labels. So the "
        "labels of one x share a mass of 1.",
        "Add log_prior to log_likelihood, then normalise each row in the logarithms: "
        "`joint - joint.logsumexp(1, keepdim=True)`.",
    ),
    mistakes=(
        Mistake(
            lambda p, w: p.log_softmax(1),
            "You left out the prior: a label that is rare needs a larger likelihood to win.",
        ),
        Mistake(
            lambda p, w: p + w,
            "That is log p(x, y), the numerator. Divide by p(x): each row must sum to 1 once it is exponentiated.",
        ),
        Mistake(
            lambda p, w: (p + w).log_softmax(0),
            "You normalised over the inputs (dimension 0): in p(y | x) the labels of one x compete, and the x do not.",
        ),
        Mistake(lambda p, w: (p + w).softmax(1), "You gave p(y | x) itself: its logarithm is wanted."),
        Mistake(
            lambda p, w: (p.exp() * w.exp() / (p.exp() * w.exp()).sum(1, keepdim=True)).log(),
            "Your formula is right, but exp(−2000) is 0 on a computer, and 0 / 0 is no number: stay in the logarithms.",
        ),
        Mistake(
            lambda p, w: (p + w.exp()).log_softmax(1),
            "You added the prior's probabilities to log-likelihoods: add its logarithm, as it comes.",
        ),
        Mistake(lambda p, w: (p - w).log_softmax(1), "You divided by the prior: Bayes' rule multiplies by it."),
    ),
)

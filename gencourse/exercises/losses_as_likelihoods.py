"""Lesson 05, last part: the losses of networks as likelihoods."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import maximum_likelihood as key

# -------------------------------------------------------------------------------------------- categorical_nll


def _logits_and_labels(generator: torch.Generator, B: int, K: int, scale: float = 2.0) -> dict[str, Tensor]:
    return {
        "logits": scale * torch.randn(B, K, generator=generator),
        "y": torch.randint(K, (B,), generator=generator),
    }


def _picked(log_prob: Tensor, y: Tensor) -> Tensor:
    return log_prob[torch.arange(len(y)), y]


def _clamped(s: Tensor, y: Tensor) -> Tensor:
    return -_picked(s.softmax(-1) + 1e-8, y).log().mean()


categorical_nll = Exercise(
    reference=key.categorical_nll,
    title="cross-entropy from logits",
    difficulty=2,
    minutes=8,
    question="Write `categorical_nll(logits, y)`: the cross-entropy loss. `logits` (B, K) is what a network says, any "
    "real numbers, thousands among them; `y` (B,) are the right classes, whole numbers from 0 to K − 1. "
    "Return one number, −log p(y) averaged over the batch, in nats.",
    make_inputs=_logits_and_labels,
    example=dict(logits=torch.tensor([[1.0, 1], [1, 3]]).log(), y=torch.tensor([0, 1])),
    sizes=(
        dict(B=2, K=3),
        dict(B=1, K=2),
        dict(B=4, K=4),
        dict(B=3, K=5),
        dict(B=6, K=1),
        dict(B=4, K=4, scale=5000.0),
    ),
    differentiable=("logits",),
    clauses={
        "thousands among them": lambda logits, y: (logits.abs() > 1000).any(),
    },
    hints=(
        "log softmax is logit − log Σ exp(logit). Only the right class's log-probability counts, one in each row.",
        "log_prob = logits − logits.logsumexp(-1, keepdim=True); pick log_prob[torch.arange(B), y]; minus their mean.",
    ),
    mistakes=(
        Mistake(
            lambda s, y: -_picked(s.softmax(-1).log(), y).mean(),
            "Right for moderate logits, but for large ones the softmax rounds to 0 and its logarithm is −∞. Stay "
            "with logarithms: logit − logsumexp.",
        ),
        Mistake(
            _clamped,
            "Right for moderate logits, but the small number you added inside the logarithm hides how wrong a sure "
            "answer is, and lets no gradient through there. Use logit − logsumexp.",
        ),
        Mistake(
            lambda s, y: F.cross_entropy(s.softmax(-1), y),
            "You took the softmax twice: `F.cross_entropy` asks for logits and was given probabilities.",
        ),
        Mistake(
            lambda s, y: -_picked(s.log_softmax(0), y).mean(),
            "Your softmax runs over the batch (dimension 0). The classes compete, so it belongs to the last.",
        ),
        Mistake(lambda s, y: -_picked(s.log_softmax(-1), y).sum(), "You summed over the batch; asked for is the mean."),
        Mistake(
            lambda s, y: -_picked(s.log_softmax(-1), y).sum() / s.numel(),
            "You averaged over the classes as well. Only one class of each row is right: divide by B alone.",
        ),
        Mistake(
            lambda s, y: -s.log_softmax(-1).mean(),
            "You averaged the log-probabilities of all classes; only the right one's counts, `log_prob[i, y[i]]`.",
        ),
        Mistake(
            lambda s, y: _picked(s.log_softmax(-1), y).mean(),
            "That is the log-likelihood. The loss, which is minimised, is its negative.",
        ),
        Mistake(
            lambda s, y: -_picked(s, y).mean(),
            "You used the logits as if they were log-probabilities. They must be normalised: take away logsumexp.",
        ),
        Mistake(
            lambda s, y: F.cross_entropy(s, y) / math.log(2), "You gave bits; nats belong to the natural logarithm."
        ),
        Mistake(
            lambda s, y: -_picked(s.softmax(-1), y).mean(),
            "You forgot the logarithm: that is minus the mean probability.",
        ),
    ),
)

# ----------------------------------------------------------------------------------------------- gaussian_nll


def _squared_errors(generator: torch.Generator, B: int, D: int, sigma: float) -> dict[str, Tensor | float | int]:
    return {"squared_error": D * (0.5 + torch.rand(B, generator=generator)), "sigma": sigma, "n_dims": D}


_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)

gaussian_nll = Exercise(
    reference=key.gaussian_nll,
    title="from squared error to nats",
    difficulty=1,
    minutes=5,
    question="Write `gaussian_nll(squared_error, sigma, n_dims)`: −log N(y; prediction, σ² I) in nats, with nothing "
    "left out. `squared_error` (B,) is the squared distance of each y from its prediction, summed over the "
    "`n_dims` numbers of y; `sigma` is σ, one number. The result is (B,).",
    make_inputs=_squared_errors,
    example=dict(squared_error=torch.tensor([0.0, 8]), sigma=2.0, n_dims=2),
    sizes=(dict(B=2, D=3, sigma=0.5), dict(B=1, D=1, sigma=2.0), dict(B=3, D=64, sigma=0.3), dict(B=4, D=4, sigma=1.5)),
    differentiable=("squared_error",),
    hints=(
        "Write −log of one number's density, (1/(σ√(2π))) · exp(−(y − prediction)²/(2σ²)). Then add up n_dims of them: "
        "what is there once, and what is there n_dims times?",
        "squared_error/(2σ²) + n_dims · (log σ + ½ log 2π).",
    ),
    mistakes=(
        Mistake(
            lambda e, s, d: e,
            "That is the squared error itself. It orders the predictions as the likelihood does, but it is no "
            "log-density: divide by 2σ² and add the constant.",
        ),
        Mistake(
            lambda e, s, d: e / (2 * s**2),
            "You left out the constant, n_dims · (log σ + ½ log 2π). It moves no prediction, but it is part of the "
            "likelihood, and σ cannot be fitted without it.",
        ),
        Mistake(
            lambda e, s, d: e / s**2 + d * (math.log(s) + _HALF_LOG_2PI), "The ½ before the squared error is missing."
        ),
        Mistake(lambda e, s, d: e / (2 * s) + d * (math.log(s) + _HALF_LOG_2PI), "You divided by σ where σ² belongs."),
        Mistake(
            lambda e, s, d: e / (2 * s**2) + math.log(s) + _HALF_LOG_2PI,
            "You added the constant once. Each of the n_dims numbers has a density of its own, with its constant.",
        ),
        Mistake(
            lambda e, s, d: e / (2 * s**2) + d * (2 * math.log(s) + _HALF_LOG_2PI),
            "Your log σ is doubled: it is log σ, or ½ log σ², for each number.",
        ),
        Mistake(lambda e, s, d: e / (2 * s**2) + d * math.log(s), "You left out ½ log 2π for each number."),
        Mistake(
            lambda e, s, d: e / (2 * s**2) - d * math.log(s) + d * _HALF_LOG_2PI,
            "log σ has the wrong sign: a wide Gaussian is low, so its −log is high.",
        ),
        Mistake(lambda e, s, d: -key.gaussian_nll(e, s, d), "That is the log-likelihood; asked for is its negative."),
        Mistake(
            lambda e, s, d: key.gaussian_nll(e, s, d) / d,
            "You averaged over the n_dims numbers. Independent numbers' log-densities add up.",
        ),
        Mistake(
            lambda e, s, d: key.gaussian_nll(e, s, d).mean(), "You averaged over the batch: each y has its own, (B,)."
        ),
        Mistake(
            lambda e, s, d: e / (2 * s**2) + math.log(s) + d * _HALF_LOG_2PI,
            "You counted log σ once. It stands in the density of each of the n_dims numbers.",
        ),
    ),
)

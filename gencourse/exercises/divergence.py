"""Lesson 05, third part: how far a model is from the data, as a KL divergence and in held-out bits with their error."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.measure import likelihood
from gencourse.models import maximum_likelihood as key

# --------------------------------------------------------------------------------------------- categorical_kl


def _two_categoricals(
    generator: torch.Generator, B: int, K: int, zeros: bool = False, impossible: bool = False
) -> dict[str, Tensor]:
    p, q = torch.rand(2, B, K, generator=generator)
    if zeros:  # p has zeros where q has none, and in the last column both have
        p[:, 0] = p[:, -1] = q[:, -1] = 0
    if impossible:  # the first q holds for impossible what p does not
        q[0, 0] = 0
    return {"p": p / p.sum(1, keepdim=True), "q": q / q.sum(1, keepdim=True)}


def _kl_with(p: Tensor, q: Tensor, epsilon: float) -> Tensor:
    return (p * ((p + epsilon) / (q + epsilon)).log()).sum(-1)


categorical_kl = Exercise(
    reference=key.categorical_kl,
    title="KL, with its zeros",
    difficulty=2,
    minutes=8,
    question="Write `categorical_kl(p, q)`: KL(p ‖ q) = Σ p log(p/q) for each of B pairs of categoricals over K "
    "values. `p` and `q` are (B, K), and each row sums to 1; where an entry of p is 0 its term is 0, whatever"
    " q is there; where q alone is 0 the KL is infinite. The result is (B,), in nats.",
    make_inputs=_two_categoricals,
    example=dict(p=torch.tensor([[0.5, 0.5], [1, 0]]), q=torch.tensor([[0.25, 0.75], [0.5, 0.5]])),
    sizes=(
        dict(B=2, K=3),
        dict(B=1, K=2),
        dict(B=4, K=2),
        dict(B=3, K=3),
        dict(B=2, K=5, zeros=True),
        dict(B=2, K=3, impossible=True),
    ),
    clauses={
        "where an entry of p is 0 its term is 0": lambda p, q: (p == 0).any(),
        "whatever q is there": lambda p, q: ((p == 0) & (q == 0)).any(),
        "where q alone is 0 the KL is infinite": lambda p, q: ((q == 0) & (p > 0)).any(),
    },
    hints=(
        "log(p/q) is log p − log q, and p says how much each value counts. What does the computer make of 0 · log 0, "
        "and what should it be?",
        "`torch.xlogy(p, q)` is p · log q, and 0 wherever p is 0. The answer is (xlogy(p, p) − xlogy(p, q)).sum(-1).",
    ),
    mistakes=(
        Mistake(
            lambda p, q: (p * (p / q).log()).sum(-1),
            "Right where no entry is 0, but 0 · log 0 is NaN to the computer. Its limit is 0: use `torch.xlogy`, "
            "or leave out the entries where p is 0.",
        ),
        Mistake(
            lambda p, q: key.categorical_kl(q, p),
            "You computed KL(q ‖ p), the other direction: the average is taken under p, the first.",
        ),
        Mistake(
            lambda p, q: key.categorical_kl(p, q) / math.log(2),
            "You used the logarithm with base 2, which gives bits; nats belong to the natural logarithm.",
        ),
        Mistake(
            lambda p, q: -key.categorical_kl(p, q),
            "You changed the sign: KL is the mean of log p − log q under p, and never negative.",
        ),
        Mistake(
            lambda p, q: -torch.xlogy(p, q).sum(-1),
            "That is the cross-entropy, −Σ p log q. Take the entropy of p away from it: for q = p the KL is 0.",
        ),
        Mistake(
            lambda p, q: (torch.xlogy(p, p) - torch.xlogy(p, q)).mean(-1),
            "You averaged over the K values. p already says how much each counts: sum.",
        ),
        Mistake(
            lambda p, q: key.categorical_kl(p, q).mean(), "You averaged over the pairs: each pair has its own KL, (B,)."
        ),
        Mistake(
            lambda p, q: F.kl_div(q.log(), p, reduction="batchmean"),
            '`F.kl_div` with reduction="batchmean" averages over the pairs; each has its own. Sum over the last '
            "dimension only.",
        ),
        Mistake(
            lambda p, q: (torch.xlogy(p, p) - torch.xlogy(p, q)).abs().sum(-1),
            "You took absolute values. Single terms may be negative; only their sum may not.",
        ),
        Mistake(
            lambda p, q: 0.5 * (key.categorical_kl(p, (p + q) / 2) + key.categorical_kl(q, (p + q) / 2)),
            "That is the Jensen–Shannon divergence, which is symmetric. Asked for is KL(p ‖ q).",
        ),
        Mistake(
            lambda p, q: _kl_with(p, q, 1e-2),
            "You added a small number to p and q. Where they are not 0 it makes the answer wrong; treat the zeros "
            "of p as what they are.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------- held_out_bits


def _log_probs(generator: torch.Generator, M: int, N: int, D: int) -> dict[str, Tensor | int]:
    return {"log_probs": -20 - 5 * torch.randn(M, N, generator=generator), "n_dims": D}


def _bits(n: Tensor, d: int) -> Tensor:
    return -n / (d * math.log(2))  # (M, N)


def _mean_and(n: Tensor, d: int, error: Tensor) -> tuple[Tensor, Tensor]:
    return _bits(n, d).mean(-1), error


held_out_bits = Exercise(
    reference=likelihood.held_out_bits,
    title="bits per dimension, with their error",
    difficulty=2,
    minutes=8,
    question="Write `held_out_bits(log_probs, n_dims)`: what held-out images cost on average, in bits per dimension, "
    "and the standard error of that average. `log_probs` (M, N) is log p(x) in nats of N images, at least 2, "
    "under each of M models; an image has `n_dims` numbers. Standard deviations over the images divide by N −"
    " 1. Return (mean, error), (M,) each; a likelier image costs less.",
    make_inputs=_log_probs,
    example=dict(log_probs=-4 * math.log(2) * torch.tensor([[1.0, 2, 3], [2, 2, 2]]), n_dims=4),
    sizes=(dict(M=1, N=3, D=4), dict(M=2, N=2, D=1), dict(M=2, N=6, D=64), dict(M=3, N=3, D=10)),
    tolerance=1e-5,
    clauses={
        "at least 2": lambda log_probs, n_dims: log_probs.shape[1] == 2,
    },
    hints=(
        "Turn each image's nats into bits per dimension first, with a minus for a cost. Then: how far do single images "
        "lie from their mean, and how much of that is left in the mean of N?",
        "bits = −log_probs/(n_dims · ln 2); return bits.mean(-1) and bits.std(-1)/√N, where N = bits.shape[-1].",
    ),
    mistakes=(
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).std(-1)),
            "Your error is the standard deviation of single images. The mean of N is surer by √N: divide.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).std(-1) / n.shape[-1]),
            "You divided the standard deviation by N. Its square, the variance, falls like 1/N; the error itself "
            "like 1/√N.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).var(-1) / n.shape[-1]),
            "You gave the variance of the mean; its error is the square root of that.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).std(-1, correction=0) / n.shape[-1] ** 0.5),
            "Your standard deviation divides by N. Here the mean was taken from the same N images, which makes the "
            "distances too small: divide by N − 1, as `std()` does.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).std(-1) / (n.shape[-1] * d) ** 0.5),
            "You divided by √(N · n_dims), as if every pixel were an independent measurement. The images are "
            "independent; the pixels of one image are not.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, n.std(-1) / n.shape[-1] ** 0.5),
            "Your error is still in nats an image: turn it into bits per dimension, as the mean.",
        ),
        Mistake(
            lambda n, d: _mean_and(n, d, _bits(n, d).std(-1) / n.shape[0] ** 0.5),
            "You divided by the root of the number of models, `len(log_probs)`. Count the images: "
            "`log_probs.shape[-1]`.",
        ),
        Mistake(
            lambda n, d: (-_bits(n, d).mean(-1), likelihood.held_out_bits(n, d)[1]),
            "Your mean has the wrong sign: a cost is −log p.",
        ),
        Mistake(
            lambda n, d: tuple(v * math.log(2) for v in likelihood.held_out_bits(n, d)),
            "Your numbers are nats per dimension: divide by ln 2 to have bits.",
        ),
        Mistake(
            lambda n, d: tuple(v * d for v in likelihood.held_out_bits(n, d)),
            "Your numbers are bits for a whole image: divide by n_dims.",
        ),
        Mistake(
            lambda n, d: (_bits(n, d).mean(), _bits(n, d).std() / n.numel() ** 0.5),
            "You took all models together; each has its own mean and error, (M,).",
        ),
    ),
)

"""Lesson 10, last part: the tighter bound, and a walk through the latents."""

import math
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import vae as key

# ------------------------------------------------------------------------------------------------ iwae_bound


def _log_weights(
    generator: torch.Generator, K: int, B: int, level: float = 0.0, spread: float = 0.0
) -> dict[str, Tensor]:
    images = level + spread * torch.arange(B)  # one level an image: that of log p(x)
    return {"log_weights": images + 2 * torch.randn(K, B, generator=generator)}


iwae_bound = Exercise(
    reference=key.iwae_bound,
    title="the importance-weighted bound",
    difficulty=2,
    minutes=6,
    question="Write `iwae_bound(log_weights)`: the logarithm of the average importance weight of each image. "
    "`log_weights` (K, B) holds log p(x, z_k) − log q(z_k | x) of K samples of each of B images; it may lie "
    "thousands of nats below or above 0, and thousands apart from image to image. The result is (B,), in "
    "nats.",
    make_inputs=_log_weights,
    example=dict(log_weights=torch.tensor([[0.0, -2000], [math.log(3), -2000]])),
    sizes=(
        dict(K=3, B=2),
        dict(K=5, B=3),
        dict(K=1, B=3),
        dict(K=4, B=1),
        dict(K=3, B=3),
        dict(K=3, B=2, level=-2000.0),
        dict(K=4, B=2, level=2000.0),
        dict(K=3, B=2, level=-3000.0, spread=2000.0),
    ),
    differentiable=("log_weights",),
    clauses={
        "it may lie thousands of nats below or above 0": lambda log_weights: (log_weights.abs() > 1000).all(),
        "thousands apart from image to image": lambda log_weights: (
            log_weights.amax(0).max() - log_weights.amax(0).min() > 1000
        ),
    },
    hints=(
        "The average of the weights is (1/K) · Σ exp(log_weight). exp(−2000) is 0 on a computer, so its "
        "logarithm must be taken without ever computing it: torch has a function for exactly that.",
        "log of an average = log of the sum − log K: `torch.logsumexp(log_weights, dim=0)`, minus log K.",
    ),
    mistakes=(
        Mistake(
            lambda w: w.logsumexp(0),
            "You left log K out: it is the average weight, so subtract log K from the log of the sum. "
            "As it stands the bound would exceed log p(x) the more samples you take.",
        ),
        Mistake(
            lambda w: w.logsumexp(0) + math.log(len(w)), "You added log K: dividing by K means subtracting its log."
        ),
        Mistake(
            lambda w: w.logsumexp(0) / len(w),
            "You divided the logarithm by K. To divide inside a logarithm, subtract log K outside.",
        ),
        Mistake(
            lambda w: w.mean(0),
            "You averaged the logarithms: that is the ELBO with K samples. IWAE takes the logarithm of "
            "the average, which is never less (Jensen's inequality).",
        ),
        Mistake(
            lambda w: w.sum(0),
            "You summed the logarithms, which multiplies the weights. Average the weights themselves, "
            "then take the logarithm.",
        ),
        Mistake(
            lambda w: w.exp().mean(0).log(),
            "The formula is right, but exp over- or underflows: exp(−2000) is 0 and exp(2000) is ∞. "
            "Take the largest log-weight out first, or use `torch.logsumexp`.",
        ),
        Mistake(
            lambda w: w.exp().mean(0),
            "That is the average weight. The bound is its logarithm, and exp of thousands of nats over-"
            " or underflows: use `torch.logsumexp`.",
        ),
        Mistake(
            lambda w: (w - w.amax()).exp().mean(0).log() + w.amax(),
            "You took out the largest log-weight of the whole batch; an image whose weights are far "
            "below it underflows to log 0. Take each image's own largest, over K.",
        ),
        Mistake(
            lambda w: (w - w.amax(0)).exp().mean(0).log(),
            "You took out the largest log-weight and did not add it back after the logarithm.",
        ),
        Mistake(
            lambda w: w.logsumexp(1) - math.log(w.shape[1]),
            "You averaged over the images (dimension 1). The samples are dimension 0.",
        ),
        Mistake(
            lambda w: w.logsumexp(0) - math.log(w.shape[1]),
            "You subtracted log B. The average runs over the K samples: subtract log K, K = log_weights.shape[0].",
        ),
        Mistake(
            lambda w: w.amax(0),
            "You kept only the best sample. Its weight dominates the average, but the bound is the average of all K.",
        ),
        Mistake(
            lambda w: (w.logsumexp(0) - math.log(len(w))).mean(),
            "You averaged over the batch too: each image has its own bound, (B,).",
        ),
        Mistake(
            lambda w: w.logsumexp((0, 1)) - math.log(w.numel()),
            "You averaged the weights of all images together: keep the images apart, average over dimension 0 only.",
        ),
        Mistake(lambda w: math.log(len(w)) - w.logsumexp(0), "Your bound has the wrong sign: that would be the loss."),
    ),
)

# -------------------------------------------------------------------------------------------------- traverse


def _code_and_values(generator: torch.Generator, D: int, V: int, dim: int) -> dict[str, Any]:
    z = torch.randn(D, generator=generator)
    return {"z": z, "dim": dim, "values": torch.randn(V, generator=generator)}


def _walk(z: Tensor, dim: int, values: Tensor) -> list[Tensor]:
    rows = []
    for value in values:  # changes z itself, over and over
        z[dim] = value
        rows.append(z)
    return rows


def _walk_with_copies(z: Tensor, dim: int, values: Tensor) -> Tensor:
    return torch.stack([_walk(z, dim, value[None])[0].clone() for value in values])


def _one_hot(z: Tensor, dim: int) -> Tensor:
    return (torch.arange(len(z)) == dim).float()


traverse = Exercise(
    reference=key.traverse,
    title="a walk along one latent",
    difficulty=1,
    minutes=5,
    question="Write `traverse(z, dim, values)`: copies of the code `z` (D,), one for each of `values` (V,), in which "
    "coordinate number `dim`, counted from 0, is set to that value and the others are as they were. The "
    "result is (V, D); z itself must not change.",
    make_inputs=_code_and_values,
    example=dict(z=torch.tensor([1.0, 2, 3]), dim=1, values=torch.tensor([-1.0, 0, 5])),
    sizes=(
        dict(D=3, V=2, dim=1),
        dict(D=4, V=5, dim=2),
        dict(D=2, V=3, dim=0),
        dict(D=3, V=1, dim=2),
        dict(D=1, V=3, dim=0),
        dict(D=3, V=3, dim=2),
    ),
    hints=(
        "Make V copies of z, one under the other, with memory of their own; then write all the values into one column.",
        "`path = z.repeat(len(values), 1)`, then `path[:, dim] = values`.",
    ),
    mistakes=(
        Mistake(
            lambda z, d, u: torch.stack(_walk(z, d, u)),
            "All your rows are the last one: they are one and the same tensor z, changed over and over."
            " Copy it for each value (`z.clone()`).",
        ),
        Mistake(
            _walk_with_copies,
            "The path is right, but z itself was changed on the way: your caller's code is now another "
            "one. Write into a copy.",
        ),
        Mistake(
            lambda z, d, u: z + u[:, None] * _one_hot(z, d),
            "You added the value to the coordinate. A traversal sets it, so that the axis of the "
            "picture is the latent's own scale.",
        ),
        Mistake(
            lambda z, d, u: z * (1 + (u[:, None] - 1) * _one_hot(z, d)),
            "You multiplied the coordinate by the value: set it to the value.",
        ),
        Mistake(
            lambda z, d, u: key.traverse(z, d - 1, u),
            "You changed the coordinate before `dim`: they are counted from 0.",
        ),
        Mistake(lambda z, d, u: key.traverse(z, (d + 1) % len(z), u), "You changed the coordinate after `dim`."),
        Mistake(lambda z, d, u: key.traverse(z, 0, u), "You always change coordinate 0: use `dim`."),
        Mistake(lambda z, d, u: key.traverse(z, len(z) - 1, u), "You always change the last coordinate: use `dim`."),
        Mistake(lambda z, d, u: key.traverse(z, d, u).T, "Rows and columns are exchanged: one row a value, (V, D)."),
        Mistake(
            lambda z, d, u: u[:, None] * _one_hot(z, d),
            "You set the other coordinates to 0. They keep z's values: the walk starts from this "
            "image's code, not from the origin.",
        ),
        Mistake(
            lambda z, d, u: u[:, None].repeat(1, len(z)), "You set every coordinate to the value: only `dim` changes."
        ),
        Mistake(lambda z, d, u: z.repeat(len(u), 1), "All your rows are z itself: write the values into column `dim`."),
        Mistake(lambda z, d, u: key.traverse(z, d, u)[:, None], "There is a dimension too many: the result is (V, D)."),
    ),
)

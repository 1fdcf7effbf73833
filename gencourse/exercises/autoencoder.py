"""Lesson 08, first and last part: what an autoencoder minimises, and new codes for its decoder.

In the mistakes, x and r are an image and its reconstruction; z are codes and e is noise.
"""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import autoencoder as key

# ---------------------------------------------------------------------------------------------- squared_error


def _pairs(generator: torch.Generator, B: int, C: int, H: int) -> dict[str, Tensor]:
    return {name: torch.randn(B, C, H, H, generator=generator) for name in ("x", "reconstruction")}


squared_error = Exercise(
    reference=key.squared_error,
    title="the error of each image",
    difficulty=1,
    minutes=4,
    question="Write `squared_error(x, reconstruction)`: the squared distance between each image and its "
    "reconstruction, summed over channels and pixels. `x` and `reconstruction` are (B, C, H, W); the result "
    "is (B,).",
    make_inputs=_pairs,
    example=dict(x=torch.tensor([[[[3.0, 0]]], [[[1, 1]]]]), reconstruction=torch.tensor([[[[0.0, 4]]], [[[1, 0]]]])),
    sizes=(dict(B=2, C=1, H=2), dict(B=3, C=2, H=3), dict(B=1, C=3, H=2), dict(B=4, C=1, H=1), dict(B=3, C=1, H=3)),
    differentiable=("reconstruction",),
    hints=(
        "Subtract, square, and add up everything that belongs to one image. Only the batch dimension stays.",
        "`(x - reconstruction) ** 2` is (B, C, H, W); `.flatten(1)` makes it (B, C·H·W), and `.sum(dim=1)` ends it.",
    ),
    mistakes=(
        Mistake(
            lambda x, r: (x - r).square().flatten(1).mean(1),
            "You averaged over the pixels. Sum them: the course counts all pixels of an image, so that errors can "
            "be set beside other costs of the same image.",
        ),
        Mistake(
            lambda x, r: (x - r).square().mean(),
            "You averaged over everything, the batch too (`F.mse_loss` does): each image has its own error, "
            "summed over its pixels.",
        ),
        Mistake(
            lambda x, r: (x - r).square().sum(), "You summed over the batch too: each image has its own error, (B,)."
        ),
        Mistake(
            lambda x, r: (x - r).square().flatten(1).sum(1).mean(),
            "That is the loss of a whole batch. Here each image keeps its own error: leave out the last mean.",
        ),
        Mistake(
            lambda x, r: (x - r).square(),
            "You have the error of each pixel. Sum over channels and pixels: one number an image.",
        ),
        Mistake(
            lambda x, r: (x - r).abs().flatten(1).sum(1),
            "You summed absolute differences. Square them: a few large errors then count for more than many small "
            "ones, and PCA minimises the same thing.",
        ),
        Mistake(
            lambda x, r: (x - r).flatten(1).norm(dim=1),
            "You took the square root: that is the distance. Its square is what is minimised.",
        ),
        Mistake(
            lambda x, r: (x - r).flatten(1).sum(1) ** 2,
            "You summed first and squared then: errors of opposite sign cancel. Square each pixel's first.",
        ),
        Mistake(lambda x, r: (x - r).flatten(1).sum(1), "You forgot the square: errors of opposite sign cancel."),
        Mistake(
            lambda x, r: 0.5 * (x - r).square().flatten(1).sum(1),
            "There is a factor ½ too many. It is common in proofs; here the error is the plain sum.",
        ),
        Mistake(
            lambda x, r: x.square().flatten(1).sum(1) - r.square().flatten(1).sum(1),
            "That is the difference of the squares. Subtract first, square then.",
        ),
        Mistake(lambda x, r: (x - r).square().sum(dim=(-2, -1)), "You left the channels apart: sum over C as well."),
        Mistake(
            lambda x, r: (x - r.detach()).square().flatten(1).sum(1),
            "The values are right, but no gradient reaches the reconstruction: nothing could be trained. Leave out "
            "`.detach()`.",
        ),
    ),
)


# ------------------------------------------------------------------------------------------------ sample_like


def _codes(generator: torch.Generator, N: int, n: int, D: int) -> dict[str, Tensor]:
    """Codes with a mean that is not zero, and latents that go together."""
    mix = torch.randn(D, D, generator=generator) + 1.5 * torch.eye(D)
    codes = torch.randn(N, D, generator=generator) @ mix.T + 2 + torch.randn(D, generator=generator)
    return {"codes": codes, "noise": torch.randn(n, D, generator=generator)}


def _fit(z: Tensor) -> tuple[Tensor, Tensor]:
    return z.mean(0), torch.cov(z.T, correction=0).reshape(z.shape[1], z.shape[1])


def _factor(covariance: Tensor) -> Tensor:
    return torch.linalg.cholesky(covariance)


def _with(z: Tensor, e: Tensor, covariance: Tensor) -> Tensor:
    return z.mean(0) + e @ _factor(covariance).T


def _root(covariance: Tensor) -> Tensor:
    """The symmetric square root."""
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.sqrt() @ vectors.T


sample_like = Exercise(
    reference=key.sample_like,
    title="codes like these",
    difficulty=2,
    minutes=10,
    question="Write `sample_like(codes, noise)`: fit a Gaussian to the `codes` (N, D), more rows than latents, by "
    "maximum likelihood: their mean, and their covariance divided by N. Then turn each row of `noise` (n, D),"
    " drawn from N(0, I), into a draw from it: mean + L · noise, with L the lower Cholesky factor of the "
    "covariance. The result is (n, D).",
    make_inputs=_codes,
    example=dict(codes=torch.tensor([[3.0, 2], [3, 0], [-1, 0], [-1, -2]]), noise=torch.tensor([[1.0, 0], [0, 1]])),
    sizes=(dict(N=5, n=2, D=2), dict(N=9, n=1, D=3), dict(N=4, n=3, D=1), dict(N=12, n=4, D=4), dict(N=8, n=3, D=3)),
    hints=(
        "If noise has covariance I, then L · noise has covariance L Lᵀ. So you need an L with L Lᵀ = covariance, as "
        "σ · noise has variance σ². For a batch of rows, L · noise is `noise @ L.T`.",
        "`mean = codes.mean(0)`, `centred = codes - mean`, `covariance = centred.T @ centred / len(codes)`, "
        "`L = torch.linalg.cholesky(covariance)`; the answer is `mean + noise @ L.T`.",
    ),
    mistakes=(
        Mistake(
            lambda z, e: e @ _factor(_fit(z)[1]).T,
            "You forgot the mean: your draws lie around 0, and the codes do not.",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e @ _factor(_fit(z)[1]),
            "Your factor is transposed. Rows of noise are multiplied from the right: `noise @ L.T`. With L itself "
            "the covariance comes out as LᵀL.",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e @ _fit(z)[1],
            "You multiplied by the covariance itself, a variance where a standard deviation belongs. Multiply by "
            "its Cholesky factor.",
        ),
        Mistake(
            lambda z, e: _with(z, e, _fit(z)[1] * len(z) / (len(z) - 1)),
            "You divided by N − 1, as `torch.cov` does by default. Maximum likelihood divides by N (`correction=0`).",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e @ _factor(_fit(z)[1] * len(z)).T,
            "You did not divide by N: your draws are √N times too far out.",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e * z.std(0, correction=0),
            "You gave each latent its own standard deviation, and so forgot that latents go together: the "
            "covariance has entries off the diagonal.",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e * z.var(0, correction=0),
            "You scaled by the variances: standard deviations are their square roots. And latents go together: the "
            "whole covariance is needed.",
        ),
        Mistake(
            lambda z, e: _with(z, e, z.T @ z / len(z)),
            "You did not subtract the mean before the covariance: how far the codes lie from 0 was taken for "
            "their spread.",
        ),
        Mistake(
            lambda z, e: z.mean(0) + e @ _root(_fit(z)[1]),
            "The distribution is right: the symmetric square root has the right covariance too. But the same noise "
            "then gives other draws; take `torch.linalg.cholesky`, so that answers can be compared.",
        ),
        Mistake(
            lambda z, e: z.mean() + e @ _factor(_fit(z)[1]).T,
            "You took one mean over all latents: `codes.mean(0)` has one for each.",
        ),
        Mistake(lambda z, e: z.mean(0) + e, "You added the noise as it is: it needs the codes' covariance first."),
    ),
)

"""Lesson 00: a first exercise, small enough to show how the checking works."""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.measure import likelihood as key


def _nats_of_images(generator: torch.Generator, n_images: int, n_dims: int) -> dict[str, Tensor | int]:
    return {"nats": 40 + 60 * torch.rand(n_images, generator=generator), "n_dims": n_dims}


bits_per_dim = Exercise(
    reference=key.bits_per_dim,
    title="nats into bits per dimension",
    difficulty=1,
    minutes=3,
    question="Write `bits_per_dim(nats, n_dims)`: `nats` (N,) holds what each of N images costs, in nats, and an "
    "image is made of `n_dims` numbers. Return what each of its numbers costs on average, in bits, (N,). "
    "A bit is ln 2 nats.",
    example={"nats": math.log(2) * torch.tensor([4.0, 10.0]), "n_dims": 4},
    make_inputs=_nats_of_images,
    sizes=(dict(n_images=2, n_dims=64), dict(n_images=1, n_dims=784), dict(n_images=3, n_dims=3072)),
    hints=(
        "A bit is ln 2 ≈ 0.69 nats, the cost of a fair coin. So are there more bits than nats, or fewer?",
        "Divide twice: by `math.log(2)` for bits, by `n_dims` for each dimension.",
    ),
    mistakes=(
        Mistake(lambda n, d: n / d, "You gave nats per dimension: divide by ln 2 as well to have bits."),
        Mistake(lambda n, d: n / math.log(2), "You gave bits for the whole image: divide by n_dims as well."),
        Mistake(
            lambda n, d: n * math.log(2) / d,
            "You multiplied by ln 2. A nat is the larger unit, 1.44 bits, so the number of bits is larger: divide.",
        ),
        Mistake(
            lambda n, d: n / (d * math.log10(2)),
            "You used the logarithm with base 10; nats belong to the natural logarithm, `math.log`.",
        ),
        Mistake(lambda n, d: -n / (d * math.log(2)), "You changed the sign: the cost is positive and stays so."),
    ),
)

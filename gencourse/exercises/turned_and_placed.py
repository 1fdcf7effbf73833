"""Lesson 01, first part: questions about turns and places.

In the mistakes, q are quarter turns, t and s the top and left of a patch.
"""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import pretext as key

# ------------------------------------------------------------------------------------------- rotate_quarters


def _to_turn(generator: torch.Generator, B: int, H: int) -> dict[str, Tensor]:
    quarters = (torch.arange(B) + torch.randint(4, (1,), generator=generator)) % 4  # all four where B allows
    return {"x": torch.rand(B, 2, H, H, generator=generator), "quarters": quarters}


rotate_quarters = Exercise(
    reference=key.rotate_quarters,
    title="turn a batch",
    difficulty=2,
    minutes=10,
    question="Write `rotate_quarters(x, quarters)`: turn each image of `x` (B, C, H, H) anticlockwise by its own "
    "number of quarter turns. `quarters` (B,) holds whole numbers from 0 to 3. The result is (B, C, H, "
    "H).",
    example={
        "x": torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]]]),
        "quarters": torch.tensor([1, 2]),
    },
    make_inputs=_to_turn,
    sizes=(dict(B=4, H=2), dict(B=6, H=3), dict(B=1, H=4), dict(B=5, H=5)),
    clauses={
        "by its own number of quarter turns": lambda x, quarters: len(quarters.unique()) > 1,
        "whole numbers from 0 to 3": lambda x, quarters: len(quarters.unique()) == 4,
    },
    hints=(
        "`torch.rot90(x, k, (2, 3))` turns a whole batch by k quarters. Each image needs a k of its own: make all four "
        "turned batches, then take from each image the one asked for.",
        "`torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)])[quarters, torch.arange(len(x))]`.",
    ),
    mistakes=(
        Mistake(
            lambda x, q: key.rotate_quarters(x, -q % 4),
            "You turned clockwise: the labels 1 and 3 are exchanged. `torch.rot90` over (2, 3) turns anticlockwise.",
        ),
        Mistake(
            lambda x, q: torch.rot90(x, int(q[0]), (2, 3)),
            "You turned the whole batch by the first image's quarters: each image has its own.",
        ),
        Mistake(lambda x, q: x, "You return the images as they were: nothing was turned."),
        Mistake(
            lambda x, q: torch.where((q == 2)[:, None, None, None], x.flip(2), key.rotate_quarters(x, q)),
            "Half a turn is no mirror image: upside down AND left to right, `x.flip((2, 3))`.",
        ),
        Mistake(
            lambda x, q: torch.where((q % 2 == 1)[:, None, None, None], x.transpose(2, 3), key.rotate_quarters(x, q)),
            "Exchanging height and width mirrors the image at its diagonal. A quarter turn is that and a flip.",
        ),
        Mistake(
            lambda x, q: torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)])[q, 0],
            "You turned the first image each time: pair the quarters with `torch.arange(len(x))`.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- crop_patches


def _to_crop(generator: torch.Generator, B: int, H: int, W: int, size: int) -> dict[str, object]:
    return {
        "x": torch.rand(B, 2, H, W, generator=generator),
        "top": torch.randperm(H - size + 1, generator=generator)[:B],
        "left": torch.randperm(W - size + 1, generator=generator)[:B],
        "size": size,
    }


crop_patches = Exercise(
    reference=key.crop_patches,
    title="cut a patch out of each image",
    difficulty=2,
    minutes=8,
    question="Write `crop_patches(x, top, left, size)`: cut a square of `size` by `size` pixels out of each image "
    "of `x` (B, C, H, W), each at a place of its own. `top` (B,) and `left` (B,) hold the row and the "
    "column, counted from 0, of its upper left pixel; all squares lie inside. The result is (B, C, size, "
    "size).",
    example={
        "x": torch.arange(9.0).expand(2, 9).view(2, 1, 3, 3),
        "top": torch.tensor([0, 1]),
        "left": torch.tensor([1, 0]),
        "size": 2,
    },
    make_inputs=_to_crop,
    sizes=(
        dict(B=2, H=5, W=5, size=2),
        dict(B=3, H=8, W=8, size=3),
        dict(B=1, H=6, W=7, size=2),
        dict(B=4, H=9, W=9, size=4),
        dict(B=1, H=5, W=5, size=2),
    ),
    clauses={
        "each at a place of its own": lambda x, top, left, size: len(top.unique()) > 1 and len(left.unique()) > 1,
    },
    hints=(
        "A loop over the images and `torch.stack` will do: `image[:, t : t + size, s : s + size]`.",
        "`torch.stack([image[:, t : t + size, s : s + size] for image, t, s in zip(x, top, left)])`.",
    ),
    mistakes=(
        Mistake(
            lambda x, t, s, n: key.crop_patches(x, s, t, n), "You exchanged top and left: rows come before columns."
        ),
        Mistake(
            lambda x, t, s, n: x[:, :, t[0] : t[0] + n, s[0] : s[0] + n],
            "You cut every image at the first image's place: each has its own.",
        ),
        Mistake(lambda x, t, s, n: x[:, :, :n, :n], "You cut at (0, 0): top and left are not used."),
        Mistake(
            lambda x, t, s, n: key.crop_patches(x, t, s, n - 1),
            "Your patches are a pixel too small: from top up to, but without, top + size.",
        ),
        Mistake(lambda x, t, s, n: key.crop_patches(x, t, t, n), "You used top for the columns too: that is left."),
        Mistake(
            lambda x, t, s, n: key.crop_patches(x, (t - n // 2).clamp(min=0), (s - n // 2).clamp(min=0), n),
            "You took (top, left) as the patch's middle: it is its upper left pixel.",
        ),
    ),
)

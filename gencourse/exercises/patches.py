"""Lesson 07, last part: images as tiles."""

from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import patches

# -------------------------------------------------------------------------------------- patchify, unpatchify


def _images(generator: torch.Generator, B: int, C: int, h: int, w: int, size: int) -> dict[str, Any]:
    return {"x": torch.randn(B, C, h * size, w * size, generator=generator), "size": size}


def _six(x: Tensor, size: int) -> Tensor:
    return x.unflatten(3, (-1, size)).unflatten(2, (-1, size))  # (B, C, h, size, w, size)


def _flat(x: Tensor, size: int, *order: int) -> Tensor:
    return _six(x, size).permute(0, *order).flatten(4).flatten(1, 3)


patchify = Exercise(
    reference=patches.patchify,
    title="cut into tiles",
    difficulty=3,
    minutes=12,
    question="Write `patchify(x, size)`: the images `x` (B, C, H, W) cut into tiles of `size` × `size` pixels of one "
    "channel, (B, L, size · size); size divides H and W. The tiles come in raster order, and at each place "
    "one for each channel, C after one another; in a tile the pixels come row by row.",
    make_inputs=_images,
    example=dict(x=torch.tensor([[[[1.0, 2, 3, 4], [5, 6, 7, 8]], [[11, 12, 13, 14], [15, 16, 17, 18]]]]), size=2),
    sizes=(
        dict(B=2, C=1, h=2, w=3, size=2),
        dict(B=1, C=3, h=2, w=2, size=2),
        dict(B=2, C=2, h=3, w=2, size=3),
        dict(B=1, C=2, h=3, w=4, size=2),
    ),
    hints=(
        "Split the height into (H / size, size) and the width likewise: six dimensions, (B, C, h, i, w, j). "
        "Which order "
        "should they have, from the slowest to the fastest?",
        "After the split, `permute(0, 2, 4, 1, 3, 5)`: place (h, w), channel, then the pixel (i, j) in the tile. Then "
        "flatten the three in the middle, and the last two.",
    ),
    mistakes=(
        Mistake(
            lambda x, p: x.reshape(len(x), -1, p * p),
            "A reshape alone cuts rows into pieces: the pixels of a tile are not neighbours in memory. "
            "Split height "
            "and width first, then permute.",
        ),
        Mistake(
            lambda x, p: _flat(x, p, 4, 2, 1, 3, 5),
            "Your tiles go down the columns: raster order goes along each row of tiles.",
        ),
        Mistake(
            lambda x, p: _flat(x, p, 2, 4, 1, 5, 3),
            "The pixels in your tiles come column by column: row by row is asked for.",
        ),
        Mistake(
            lambda x, p: _flat(x, p, 1, 2, 4, 3, 5),
            "Your channels come one whole image after the other. At each place the channels follow one another, as "
            "red, green and blue do in a pixel.",
        ),
        Mistake(
            lambda x, p: _six(x, p).permute(0, 2, 4, 3, 5, 1).reshape(len(x), -1, p * p),
            "You mixed the channels in a tile: a tile holds the pixels of one channel.",
        ),
        Mistake(
            lambda x, p: _six(x, p).permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2),
            "You joined the channels into one tile, (B, L / C, C · size · size): each channel has its own tile.",
        ),
        Mistake(
            lambda x, p: patches.patchify(x, p).transpose(1, 2),
            "The last two dimensions are exchanged: tiles first, then the pixels in a tile.",
        ),
        Mistake(lambda x, p: patches.patchify(x, p).flip(1), "Your sequence begins at the lower right: reverse it."),
    ),
)


def _tiles(generator: torch.Generator, B: int, C: int, h: int, w: int, size: int) -> dict[str, Any]:
    tiles = torch.randn(B, h * w * C, size * size, generator=generator)
    return {"tiles": tiles, "shape": (C, h * size, w * size)}


def _together(tiles: Tensor, shape: tuple[int, int, int], first: tuple[str, ...], order: tuple[int, ...]) -> Tensor:
    """Split into dimensions named by `first`, permuted, and joined to (B, C, H, W)."""
    c, height, width = shape
    size = int(tiles.shape[-1] ** 0.5)
    sizes = {"h": height // size, "w": width // size, "c": c}
    return tiles.view(len(tiles), *(sizes[name] for name in first), size, size).permute(*order).reshape(-1, *shape)


unpatchify = Exercise(
    reference=patches.unpatchify,
    title="put together again",
    difficulty=3,
    minutes=10,
    question="Write `unpatchify(tiles, shape)`: what `patchify` cut, put together again. `tiles` is (B, L, size · "
    "size) and `shape` is (C, H, W); the result is (B, C, H, W). The tiles come in raster order, and at each "
    "place one for each channel, C after one another; in a tile the pixels come row by row.",
    make_inputs=_tiles,
    example=dict(
        tiles=torch.tensor([[[1.0, 2, 5, 6], [11, 12, 15, 16], [3, 4, 7, 8], [13, 14, 17, 18]]]), shape=(2, 2, 4)
    ),
    sizes=(
        dict(B=2, C=1, h=2, w=3, size=2),
        dict(B=1, C=3, h=2, w=4, size=2),
        dict(B=2, C=2, h=3, w=2, size=3),
        dict(B=1, C=2, h=3, w=4, size=2),
    ),
    hints=(
        "Do what `patchify` does backwards: first split the sequence into (h, w, C) and a tile into (size, size).",
        "After the split there are (B, h, w, C, i, j): `permute(0, 3, 1, 4, 2, 5)`, then join (h, i) and (w, j).",
    ),
    mistakes=(
        Mistake(
            lambda t, s: t.reshape(-1, *s),
            "A reshape alone lays the tiles out one after another, as if each were a piece of a row. Split, "
            "permute, "
            "then join.",
        ),
        Mistake(
            lambda t, s: _together(t, s, ("w", "h", "c"), (0, 3, 2, 4, 1, 5)),
            "You took the tiles for columns of tiles: they come row by row.",
        ),
        Mistake(
            lambda t, s: _together(t, s, ("h", "w", "c"), (0, 3, 1, 5, 2, 4)),
            "Your tiles are mirrored at their diagonal: their pixels come row by row.",
        ),
        Mistake(
            lambda t, s: _together(t, s, ("c", "h", "w"), (0, 1, 2, 4, 3, 5)),
            "You took the channels for one whole image after the other: at each place they follow one another.",
        ),
        Mistake(
            lambda t, s: _together(t, s, ("h", "w", "c"), (0, 3, 1, 2, 4, 5)),
            "You joined the dimensions in the wrong order: a row of the image runs through the same row (i) of all "
            "tiles beside one another, so i comes before w.",
        ),
        Mistake(
            lambda t, s: patches.unpatchify(t.flip(1), s),
            "You began at the lower right: the first tile is the upper left one.",
        ),
        Mistake(
            lambda t, s: patches.unpatchify(t, s).flatten(1),
            "The image is right but flat: give it the shape (B, C, H, W).",
        ),
        Mistake(
            lambda t, s: patches.unpatchify(t, s).permute(0, 2, 3, 1),
            "Your channels are last: images here are (B, C, H, W).",
        ),
    ),
)

"""Lesson 07, second part: from logits to nats and to a drawn level, and images as tiles.

In the mistakes, k are levels and s logits.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import patches
from gencourse.models import pixels as key

# -------------------------------------------------------------------------------------------- level_log_prob


def _levels_and_logits(generator: torch.Generator, B: int, D: int, K: int, scale: float = 2.0) -> dict[str, Tensor]:
    levels = torch.randint(max(2, K), (B, D), generator=generator)
    return {"k": levels, "logits": scale * torch.randn(B, D, K, generator=generator)}


def _as_softmax(s: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(s), s], -1) if s.shape[-1] == 1 else s


def _gather(log_p: Tensor, k: Tensor) -> Tensor:
    return log_p.gather(-1, k[..., None])[..., 0]


level_log_prob = Exercise(
    reference=key.level_log_prob,
    title="what one sub-pixel costs",
    difficulty=2,
    minutes=10,
    question="Write `level_log_prob(k, logits)`: log p(k) of each of D sub-pixels of B images, in nats. `k` (B, D) "
    "holds levels, whole numbers from 0; `logits` is (B, D, K), one logit a level, or K = 1 for the two "
    "levels 0 and 1: then it is the logit of level 1 against level 0. The result is (B, D). Logits may lie "
    "hundreds of thousands apart.",
    make_inputs=_levels_and_logits,
    example=dict(k=torch.tensor([[2, 0]]), logits=torch.tensor([[[1.0, 1, 2], [1, 1, 2]]]).log()),
    sizes=(
        dict(B=2, D=3, K=1),
        dict(B=3, D=2, K=4),
        dict(B=1, D=4, K=3),
        dict(B=2, D=3, K=5, scale=3e5),
        dict(B=2, D=4, K=1, scale=3e5),
    ),
    differentiable=("logits",),
    clauses={
        "or K = 1 for the two levels 0 and 1": lambda k, logits: logits.shape[-1] == 1,
        "Logits may lie hundreds of thousands apart": lambda k, logits: (logits.abs() > 100_000).any(),
    },
    hints=(
        "With K logits: the softmax's logarithm at the level that occurred. With a single one: level 1 has probability "
        "sigmoid(logit), level 0 the rest; a softmax over the two logits (0, logit) says the same.",
        "`logits.log_softmax(-1).gather(-1, k[..., None])[..., 0]`; for K = 1, `k * logit - F.softplus(logit)`.",
    ),
    mistakes=(
        Mistake(lambda k, s: -key.level_log_prob(k, s), "That is the loss: log p(k) is its negative."),
        Mistake(
            lambda k, s: _gather(_as_softmax(s), k),
            "You took the logit itself: subtract the logsumexp of the logits, so that the levels' masses sum to 1.",
        ),
        Mistake(lambda k, s: _gather(_as_softmax(s).softmax(-1), k), "That is p(k): take its logarithm."),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).softmax(-1).log(), k),
            "The formula is right, but a probability that rounds to 0 has the logarithm −∞: use `log_softmax`, or "
            "`softplus` for two levels.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).flip(-1).log_softmax(-1), k),
            "Your levels run backwards: logit i belongs to level i, and a single logit to level 1.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).log_softmax(0), k),
            "You normalised over the batch. The levels are the last dimension.",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s).sum(-1),
            "You summed over the sub-pixels. That gives log p(x); asked for is each factor, (B, D).",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s)[..., None], "There is a dimension too many: the result is (B, D)."
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s) / torch.tensor(2.0).log(),
            "That is in bits: leave the logarithm natural, in nats.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).log_softmax(1), k),
            "You normalised over the sub-pixels. The levels compete with each other, in the last dimension.",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(1 - k if s.shape[-1] == 1 else k, s),
            "With several levels it is right. A single logit is that of level 1 against level 0; you took it the other "
            "way round.",
        ),
        Mistake(
            lambda k, s: k * F.logsigmoid(s[..., 0]) if s.shape[-1] == 1 else key.level_log_prob(k, s),
            "With a single logit, level 0 has a probability too, 1 − sigmoid(logit): its logarithm is not 0.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ draw_level


def _logits_and_noise(
    generator: torch.Generator, n: int, K: int, temperature: float, ties: bool = False
) -> dict[str, Any]:
    if ties:  # equal levels, where u falls on the border of two, and a first level that is never drawn
        logits = torch.zeros(5, 4)
        logits[4, 0] = -1000.0
        return {"logits": logits, "u": torch.tensor([0.0, 0.25, 0.5, 0.75, 0.0]), "temperature": temperature}
    logits = 1.5 * torch.randn(n, K, generator=generator)
    return {"logits": logits, "u": torch.rand(n, generator=generator), "temperature": temperature}


def _climb(p: Tensor, u: Tensor) -> Tensor:
    return (u[:, None] >= p.cumsum(-1)[:, :-1]).sum(-1)


draw_level = Exercise(
    reference=key.draw_level,
    title="draw a level",
    difficulty=2,
    minutes=10,
    question="Write `draw_level(logits, u, temperature)`: the level that a uniform number picks. Divide the `logits` "
    "by the `temperature`, a number above 0; then climb the cumulated probabilities, level 0 first, until "
    "they exceed `u`. `logits` is (n, K), one logit a level, or K = 1: the logit of level 1 against level 0. "
    "`u` is (n,) in [0, 1); the result is (n,), whole numbers (int64).",
    make_inputs=_logits_and_noise,
    example=dict(
        logits=torch.tensor([[1.0, 1, 2], [1, 1, 2], [1, 1, 2]]).log(), u=torch.tensor([0.1, 0.2, 0.4]), temperature=0.5
    ),
    sizes=(
        dict(n=60, K=1, temperature=1.0),
        dict(n=60, K=4, temperature=1.0),
        dict(n=80, K=5, temperature=0.4),
        dict(n=80, K=1, temperature=2.5),
        dict(n=80, K=3, temperature=2.0),
        dict(n=5, K=4, temperature=1.0, ties=True),
    ),
    clauses={
        "until they exceed `u`": lambda logits, u, temperature: (u == 0.25).any(),
        "or K = 1": lambda logits, u, temperature: logits.shape[-1] == 1,
    },
    hints=(
        "The level is the number of cumulated probabilities that u has reached. With one logit, put a 0 in "
        "front of it.",
        "`p = (logits / temperature).softmax(-1)`, then `(u[:, None] >= p.cumsum(-1)[:, :-1]).sum(-1)`.",
    ),
    mistakes=(
        Mistake(lambda s, u, t: key.draw_level(s, u, 1.0), "You left the temperature out."),
        Mistake(
            lambda s, u, t: key.draw_level(s, u, 1 / t),
            "You multiplied by the temperature: divide by it, so that a low temperature sharpens.",
        ),
        Mistake(
            lambda s, u, t: _climb((_as_softmax(s).softmax(-1) / t).clamp(max=1), u),
            "You divided the probabilities by the temperature: divide the logits, and take the softmax of those.",
        ),
        Mistake(
            lambda s, u, t: _as_softmax(s).argmax(-1),
            "You took the likeliest level: that draws nothing, and every image would be the same.",
        ),
        Mistake(
            lambda s, u, t: _climb(_as_softmax(s / t).softmax(-1), 1 - u),
            "You climbed from the top: with 1 − u in place of u, or from the last level down. It is as random, but "
            "the same u must give the same level in every implementation.",
        ),
        Mistake(lambda s, u, t: key.draw_level(s, u, t) + 1, "Your levels are one too high: they are counted from 0."),
        Mistake(
            lambda s, u, t: (u[:, None] >= _as_softmax(s / t).softmax(-1)).sum(-1),
            "You compared u with the probabilities themselves: cumulate them first.",
        ),
        Mistake(
            lambda s, u, t: key.draw_level(s, u[:1].expand(len(u)), t),
            "You used one uniform number for all: each row has its own.",
        ),
        Mistake(
            lambda s, u, t: key.draw_level(s, u, t).float(),
            "The levels are right but real numbers: a level is a whole number (int64).",
        ),
    ),
)

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

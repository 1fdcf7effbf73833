"""Captions of sprites: six words, each of which a sprite's factors decide, and any of which may be left out.

    "a large red heart, low on the left, on blue"

A caption is a row of six numbers, one for each of WORDS; 0 leaves the word out, k is its k-th value. Words are bands of
factors: two neighbouring hues may share a word, and what a word leaves open (the rotation, the exact place) is free.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from gencourse.data.sprites import FACTORS, SHAPES
from gencourse.support.checks import between

COLOURS = ("red", "yellow", "green", "turquoise", "blue", "purple")
# For each value of a factor with ten hues, from red over green and blue to magenta, which colour word it has.
_HUES = (0, 0, 1, 2, 2, 3, 3, 4, 5, 5)
WORDS: dict[str, tuple[str, ...]] = {
    "size": ("small", "large"),
    "colour": COLOURS,
    "shape": SHAPES,
    "height": ("high", "in the middle", "low"),
    "side": ("left", "centre", "right"),
    "ground": COLOURS,
}
BANDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "size": ("scale", (0, 0, 0, 1, 1, 1)),
    "colour": ("hue", _HUES),
    "shape": ("shape", (0, 1, 2, 3)),
    "height": ("y", (0,) * 5 + (1,) * 6 + (2,) * 5),
    "side": ("x", (0,) * 5 + (1,) * 6 + (2,) * 5),
    "ground": ("background", _HUES),
}


def captions(factors: Tensor) -> Tensor:
    """The whole captions of whole-numbered factors (N, 7), (N, 6)."""
    names = list(FACTORS)
    rows = [torch.tensor(band)[factors[:, names.index(name)]] + 1 for name, band in BANDS.values()]
    return torch.stack(rows, dim=1)


def caption(words: Mapping[str, str]) -> Tensor:
    """The caption (6,) that has these words, such as {"shape": "heart", "colour": "red"}, and no others.

    Raises:
        ValueError: on a slot or a word that is not in WORDS.
    """
    for slot, word in words.items():
        if slot not in WORDS or word not in WORDS[slot]:
            allowed = ", ".join(WORDS.get(slot, WORDS))
            raise ValueError(f"{slot}={word!r}: allowed are {allowed}")
    return torch.tensor([WORDS[slot].index(words[slot]) + 1 if slot in words else 0 for slot in WORDS])


def in_words(row: Tensor | Sequence[int]) -> str:
    """A caption (6,) as a reader says it."""
    said = {slot: WORDS[slot][int(k) - 1] for slot, k in zip(WORDS, row, strict=True) if k}
    noun = " ".join([*(said[slot] for slot in ("size", "colour") if slot in said), said.get("shape", "shape")])
    places = " ".join(said[slot] for slot in ("height", "side") if slot in said)
    ground = f"on {said['ground']}" if "ground" in said else ""
    return ", ".join(["a " + noun, *filter(None, [places, ground])])


def leave_out(words: Tensor, each: float, whole: float, noise: Tensor) -> Tensor:
    """Captions (N, 6) with some words set to 0: what makes a model that can do without them.

    Args:
        words: (N, W). each: the chance of a word to be left out. whole: that of a caption to lose all its words.
        noise: (N, W + 1), uniform on [0, 1): a word goes where its own number is below `each`, and all words of a row
            go where the last number is below `whole`.

    Raises:
        ValueError: on a chance beyond 0 to 1, or noise of another shape.
    """
    each, whole = between("each", each, 0, 1), between("whole", whole, 0, 1)
    if noise.shape != (len(words), words.shape[1] + 1):
        raise ValueError(f"noise={tuple(noise.shape)}: allowed is {(len(words), words.shape[1] + 1)}")
    gone = (noise[:, :-1] < each) | (noise[:, -1:] < whole)
    return words.masked_fill(gone, 0)


def obeyed(asked: Tensor, seen: Tensor) -> Tensor:
    """The share of the asked words that pictures show, one number for each picture, (N,).

    Args:
        asked: (N, W) captions, each with a word at least; 0 asks nothing. seen: (N, W), read off the pictures.
    """
    said = asked > 0
    return ((asked == seen) & said).sum(1) / said.sum(1)


def one_hot(words: Tensor) -> Tensor:
    """Captions (N, 6) -> (N, 24): a 1 for each word that is said, for a network to read."""
    parts = [
        torch.nn.functional.one_hot(words[:, k], len(values) + 1)[:, 1:] for k, values in enumerate(WORDS.values())
    ]
    return torch.cat(parts, dim=1).float()


N_WORDS = sum(map(len, WORDS.values()))

"""Emoji: one thing drawn in up to five styles, 32×32 RGB on mid-grey, with Unicode's groups, names and keywords.

Split by emoji and never by picture: an emoji of the test set is unseen in every style. data/emoji/make.py tells how the
pictures came about, and how emoji that hardly differ were kept together.
"""

import io
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gencourse.data.images import Card, Images
from gencourse.data.shipped import read
from gencourse.support.checks import did_you_mean

SIZE = 32
MD5 = "f73c518e1b65fa9fe222a31f163d1da9"  # of emoji.tsv
FACTORS = ("emoji", "style", "subgroup")


class Style(NamedTuple):
    """Who drew one of the five styles, under which licence, and the checksum of its sheet."""

    source: str
    licence: str
    md5: str


STYLES = {
    "noto": Style("Noto Emoji (Google)", "Apache 2.0", "9634afde0f0ee275abe1575615f61525"),
    "twemoji": Style("Twemoji (Twitter and contributors)", "CC BY 4.0", "c62ee2efc41d3265fd76c5e1e33a8b56"),
    "fluent-emoji": Style("Fluent UI Emoji (Microsoft)", "MIT", "4f4f4b8bb4a743ec7e06424dbba99788"),
    "fluent-emoji-flat": Style("Fluent UI Emoji (Microsoft)", "MIT", "5a766e8a45f1ab57e131bb26711fb78f"),
    "noto-v1": Style("Noto Emoji (Google)", "Apache 2.0", "121410ad221d3f55c7f7c7b6883d2e2c"),
}


class Emoji(NamedTuple):
    """One emoji: a row of the table, whose number is the factor "emoji" of its drawings."""

    hex: str  # its code points, such as "1f600" or "1f3f4-200d-2620-fe0f"
    name: str
    group: str
    subgroup: str
    split: str  # "train", "validation" or "test"
    styles: tuple[str, ...]  # those that it is drawn in
    keywords: tuple[str, ...]


@cache
def table() -> tuple[Emoji, ...]:
    """All 1,905 emoji, in Unicode's order: `table()[k].name` is the name of a picture whose factor "emoji" is k.

    Raises:
        DamagedData: when the file is missing or damaged.
    """
    lines = read("emoji", "emoji.tsv", MD5).decode().splitlines()[1:]
    return tuple(
        Emoji(code, name, group, subgroup, split, tuple(styles.split()), tuple(keywords.split("|")))
        for code, name, group, subgroup, split, styles, keywords in (line.split("\t") for line in lines)
    )


def groups() -> tuple[str, ...]:
    """The names of Unicode's 9 groups: the classes."""
    return tuple(dict.fromkeys(emoji.group for emoji in table()))


def subgroups() -> tuple[str, ...]:
    """The names of Unicode's 98 subgroups: what the factor "subgroup" counts."""
    return tuple(dict.fromkeys(emoji.subgroup for emoji in table()))


def load(split: str, styles: Sequence[str] = tuple(STYLES)) -> Images:
    """The drawings of a split's emoji, in one fixed shuffle: 1,285 emoji are train, 200 validation, 420 test.

    Args:
        split: "train", "validation", "train+validation" or "test".
        styles: names of `STYLES`; by default all five.

    Returns:
        Images with x uint8 (N, 3, 32, 32) and the group in y; factors (N, 3) are the emoji, an index into `table()`,
        the style, into `STYLES`, and the subgroup, into `subgroups()`.

    Raises:
        ValueError: on a style that is not there, or none.
        DamagedData: when a file is missing or damaged.
    """
    chosen = _chosen(styles)
    drawings = [_drawings(name, split.split("+")) for name in chosen]
    x, emoji, style = (torch.cat(parts) for parts in zip(*drawings, strict=True))
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    x, emoji, style = x[order], emoji[order], style[order]
    group, subgroup = _places("group", groups()), _places("subgroup", subgroups())
    factors = torch.stack([emoji, style, subgroup[emoji]], dim=1)
    return Images(x, group[emoji], _card(split, chosen), factors, factor_names=FACTORS, class_names=groups())


def _chosen(styles: Sequence[str]) -> list[str]:
    """The styles asked for, each once, in the order of STYLES."""
    allowed = f"allowed are one or more of {', '.join(map(repr, STYLES))}, such as styles=('noto', 'twemoji')"
    if isinstance(styles, str) or not isinstance(styles, Sequence) or not styles:
        raise ValueError(f"styles={styles!r}: {allowed}")
    if unknown := [style for style in styles if style not in STYLES]:
        raise ValueError(f"styles={tuple(styles)!r}: {allowed}{did_you_mean(unknown[0], STYLES)}")
    return [style for style in STYLES if style in styles]


def _drawings(style: str, splits: list[str]) -> tuple[Tensor, Tensor, Tensor]:
    """A style's pictures (N, 3, 32, 32) of the emoji of these splits; of each, which emoji and which style it is (N,).

    A sheet holds the emoji that the style has, in the order of the table, row by row.
    """
    from PIL import Image  # which the other data sets do without

    content = read("emoji", f"{style}.webp", STYLES[style].md5)
    sheet = torch.from_numpy(np.array(Image.open(io.BytesIO(content)).convert("RGB")))
    height, width = sheet.shape[0] // SIZE, sheet.shape[1] // SIZE
    tiles = sheet.view(height, SIZE, width, SIZE, 3).permute(0, 2, 4, 1, 3)  # (rows, columns, 3, 32, 32)
    drawn = [k for k, emoji in enumerate(table()) if style in emoji.styles]
    place = torch.tensor([i for i, k in enumerate(drawn) if table()[k].split in splits])
    number = torch.full_like(place, list(STYLES).index(style))
    return tiles[place // width, place % width], torch.tensor(drawn)[place], number


def _places(field: str, names: tuple[str, ...]) -> Tensor:
    """For each emoji of the table, the place of its group or subgroup among the names, (1905,)."""
    place = {name: i for i, name in enumerate(names)}
    return torch.tensor([place[getattr(emoji, field)] for emoji in table()])


def _card(split: str, styles: list[str]) -> Card:
    """Names those who drew the styles, and the licence of each."""
    sources = dict.fromkeys(STYLES[style].source for style in styles)
    licences = ", ".join(f"{style}: {STYLES[style].licence}" for style in styles)
    source = f"{', '.join(sources)}, rendered on mid-grey"
    return Card("emoji", split, (3, SIZE, SIZE), 256, "grey", source, licences)

"""How the sheets and emoji.tsv were made, and how the emoji were parted.

python data/emoji/make.py ARRAYS.npz, with NumPy and Pillow, from arrays of pictures that were rendered before:

    x         (N, 32, 32, 3) uint8, the pictures
    emoji     (N,) which emoji: an index into names, hex and keywords (words joined by |), in Unicode's order
    style     (N,) an index into styles
    group, subgroup  (N,) indices into groups, subgroups

The arrays came from the SVGs of the npm packages @iconify-json/noto, twemoji, fluent-emoji, fluent-emoji-flat and
noto-v1: rendered by resvg at 96×96, the premultiplied pixels averaged to 32×32, laid on mid-grey (128). Names and
keywords are those of the npm package emojibase-data, in English; order, groups and subgroups are those of
emoji-datasource-google.

The script that rendered them is not here. Another one, with resvg-js 2.6.2 and noto 1.2.9, gave 1,617 of noto's 1,644
pictures to within one grey level; 13 differed by more than four. So nothing here begins with the packages. From the
arrays, sheets and table can be made again; from what is shipped, the split.

Emoji are parted, never pictures; and emoji that hardly differ go together, as a family:

- those that differ only by who is shown: person, man or woman (cook, man cook, woman cook; all families);
- those that some style draws alike: a root mean squared difference below NEAR grey levels (the flags of Norway and of
  Svalbard).

In each group, families in a random order fill the group's share of the 420 test emoji, then of the 200 for validation.
"""

import hashlib
import random
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
COLUMNS = 40  # pictures in a row of a sheet
NEAR = 6.0
SIZES = {"test": 420, "validation": 200}


def stem(code: str) -> str:
    """The hexadecimal digits of an emoji without who is shown: a man, a woman or a child, and the signs for these."""
    code = re.sub("-(200d-264[02]|fe0f)", "", code)
    return re.sub("1f468|1f469|1f9d1|1f466|1f467|1f9d2", "person", code)


def alike(x: np.ndarray) -> np.ndarray:
    """The pairs (P, 2) of pictures x (N, 32, 32, 3) whose root mean squared difference is below NEAR."""
    flat = x.reshape(len(x), -1).astype(np.float32) - 128
    squares = (flat**2).sum(1)
    distance = (squares[:, None] + squares - 2 * flat @ flat.T) / flat.shape[1]
    return np.argwhere(np.triu(distance < NEAR**2, k=1))


def families(codes: list[str], sheets: list[tuple[np.ndarray, np.ndarray]]) -> list[list[int]]:
    """The emoji 0 … len(codes) − 1, those together that hardly differ.

    Args:
        codes: their hexadecimal digits.
        sheets: for each style, its pictures (N, 32, 32, 3) and which emoji they are of (N,).
    """
    head = list(range(len(codes)))

    def find(k: int) -> int:
        while head[k] != k:
            k = head[k]
        return k

    def join(a: int, b: int) -> None:
        first, other = sorted((find(a), find(b)))
        head[other] = first

    seen: dict[str, int] = {}
    for k, code in enumerate(codes):
        join(k, seen.setdefault(stem(code), k))
    for x, emoji in sheets:
        for a, b in alike(x):
            join(int(emoji[a]), int(emoji[b]))
    found = defaultdict(list)
    for k in range(len(codes)):
        found[find(k)].append(k)
    return list(found.values())


def parted(groups: list[str], found: list[list[int]]) -> list[str]:
    """The split of each emoji: "train", "validation" or "test". A family counts in the group of its first emoji."""
    split = ["train"] * len(groups)
    by_group = defaultdict(list)
    for family in found:
        by_group[groups[family[0]]].append(family)
    room = {part: shares([sum(map(len, f)) for f in by_group.values()], size) for part, size in SIZES.items()}
    for g, members in enumerate(by_group.values()):
        random.Random(g).shuffle(members)
        for family in members:
            part = next((part for part in SIZES if room[part][g] >= len(family)), "train")
            if part != "train":
                room[part][g] -= len(family)
            for k in family:
                split[k] = part
    return split


def shares(counts: list[int], total: int) -> list[int]:
    """`total` in whole numbers in proportion to `counts`: the largest remainders are rounded up."""
    exact = [total * count / sum(counts) for count in counts]
    up = sorted(range(len(counts)), key=lambda i: int(exact[i]) - exact[i])[: total - sum(map(int, exact))]
    return [int(value) + (i in up) for i, value in enumerate(exact)]


def sheet(x: np.ndarray) -> Image.Image:
    """Pictures (N, 32, 32, 3), row by row; the last row is filled up with grey."""
    rows = -(-len(x) // COLUMNS)
    full = np.full((rows * COLUMNS, 32, 32, 3), 128, np.uint8)
    full[: len(x)] = x
    tiles = full.reshape(rows, COLUMNS, 32, 32, 3).swapaxes(1, 2)
    return Image.fromarray(tiles.reshape(rows * 32, COLUMNS * 32, 3))


def make(arrays: dict[str, np.ndarray]) -> None:
    emoji, style, styles = arrays["emoji"], arrays["style"], arrays["styles"].tolist()
    drawn, first, emoji = np.unique(emoji, return_index=True, return_inverse=True)  # those with a picture alone
    codes = arrays["hex"][drawn].tolist()
    groups = arrays["groups"][arrays["group"][first]].tolist()
    subgroups = arrays["subgroups"][arrays["subgroup"][first]].tolist()
    sheets = [(arrays["x"][style == s], emoji[style == s]) for s in range(len(styles))]
    split = parted(groups, families(codes, sheets))
    in_styles = [
        " ".join(name for name, (_, of) in zip(styles, sheets, strict=True) if k in of) for k in range(len(codes))
    ]
    names, keywords = arrays["names"][drawn].tolist(), arrays["keywords"][drawn].tolist()
    lines = ["hex\tname\tgroup\tsubgroup\tsplit\tstyles\tkeywords"]
    lines += map("\t".join, zip(codes, names, groups, subgroups, split, in_styles, keywords, strict=True))
    (HERE / "emoji.tsv").write_bytes(("\n".join(lines) + "\n").encode())
    for name, (x, of) in zip(styles, sheets, strict=True):
        sheet(x[np.argsort(of)]).save(HERE / f"{name}.webp", lossless=True, quality=100, method=6)


if __name__ == "__main__":
    with np.load(sys.argv[1], allow_pickle=False) as stored:
        make(dict(stored))
    for path in [HERE / "emoji.tsv", *sorted(HERE.glob("*.webp"))]:
        content = path.read_bytes()
        print(f"{path.name}: {len(content):,} bytes, MD5 {hashlib.md5(content).hexdigest()}")

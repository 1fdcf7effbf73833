"""One's own pictures, in a folder for each class, as a data set.

    PATH/CLASS/…                              a hash of a file's bytes says its split: of ten files eight, one and one
    PATH/train/CLASS/… and PATH/test/CLASS/…  as they lie; validation is PATH/validation/CLASS, or a tenth of train

The split of a picture depends on its bytes alone: two copies of a file are never parted, and a picture that is added
moves no other. Which files there are, and which number a class has, is the answer of torchvision's ImageFolder.
"""

import hashlib
import os
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from gencourse.data.images import Card, Images
from gencourse.support import places
from gencourse.support.checks import at_least, did_you_mean, one_of

# which tenths of all hashes are a split's
TENTHS = {"test": {0}, "validation": {1}, "train": {*range(2, 10)}, "train+validation": {*range(1, 10)}}
EVERY = {*range(10)}
LARGE = 65_536  # bytes of a file from which on threads help; over smaller ones they only wait for each other
NAMED = 8  # odd files that are named; more are counted


def folder(path: str | Path, split: str = "train", *, size: int = 32, grey: bool = False) -> Images:
    """A split of the pictures in a folder, in the order of their hashes, which is as good as shuffled.

    How a picture becomes a square is said at `picture.pixels`. A file that is no picture, is damaged or hidden, or lies
    in no class folder, is named in a printed line (with the split that it would have been in) and passed over.

    Args:
        path: the folder. split: "train", "validation", "train+validation" or "test".
        size: height and width of the images, in pixels. grey: one channel instead of three.

    Returns:
        Images with x uint8 (N, C, size, size), and in y the place of each one's class among `class_names`.

    Raises:
        ValueError: on another split or size; when the folder is not there, is empty or flat, or has no picture for
            this split.
    """
    one_of("split", split, tuple(TENTHS))
    at_least("size", size, 1)
    found = survey(path)
    files = [file for part, tenths in found.sources(split) for file in _files(part, list(found.classes), tenths)]
    read = partial(_read, size=size, grey=grey)
    with ThreadPoolExecutor() as pool:
        large = [file for file in files if file.n_bytes >= LARGE]
        small = [file for file in files if file.n_bytes < LARGE]
        results = [*chain(map(read, small), pool.map(read, large))]
    _name([result for result in results if isinstance(result, str)], found.root)
    pictures = sorted((result for result in results if isinstance(result, _Picture)), key=lambda p: (p.digest, p.path))
    if not pictures:
        raise ValueError(
            f"{found.root} has no picture for the split {split!r}; put in more pictures, or part them yourself, into "
            "train/CLASS and test/CLASS"
        )
    x = torch.from_numpy(np.stack([picture.pixels for picture in pictures])).permute(0, 3, 1, 2).contiguous()
    y = torch.tensor([picture.label for picture in pictures])
    card = Card(found.root.name, split, (x.shape[1], size, size), 256, "grey", str(found.root), "yours")
    return Images(x, y, card, class_names=tuple(found.classes))


@dataclass(frozen=True)
class Survey:
    """What lies in a folder: its parts, "" for the whole or "train", "test" and perhaps "validation"; and how many
    files, hidden ones aside, each class has (in train, where there is one)."""

    root: Path
    parts: dict[str, Path]
    classes: dict[str, int]

    def sources(self, split: str) -> list[tuple[Path, set[int]]]:
        """The parts that a split is taken from, each with the tenths of its files that belong to it."""
        if "" in self.parts:
            return [(self.root, TENTHS[split])]
        if split == "test" or "validation" in self.parts:
            return [(self.parts[name], EVERY) for name in split.split("+")]
        return [(self.parts["train"], TENTHS[split] | (TENTHS["test"] if "train" in split else set()))]


def survey(path: str | Path) -> Survey:
    """Look at a folder, and open no picture.

    Raises:
        ValueError: when it is not there, is empty or flat (pictures, but no class folders), or is parted in a way that
            is not understood.
    """
    root = places.absolute(path)
    if not root.is_dir():
        raise ValueError(f"{root} " + ("is not a folder" if root.exists() else places.not_there(root)))
    top = _folders(root)
    parted = any(name in top and _folders(root / name) for name in ("train", "test"))
    parts = {name: root / name for name in top} if parted else {"": root}
    if parted and not {"train", "test"} <= {*top} <= {"train", "validation", "test"}:
        raise ValueError(
            f"{root} holds {', '.join(f'{name}/' for name in top)}: allowed are train/ and test/ and, if you like, "
            "validation/; rename them, or move the class folders to one place"
        )
    first = parts.get("train", root)
    classes = {name: n for name in _folders(first) if (n := _count(first / name))}
    if not classes:
        what = "holds files, but none in a class folder" if _count(root) else "is empty"
        raise ValueError(f"{root} {what}; put pictures into a folder for each class: {root / 'CLASS' / 'picture.jpg'}")
    for part in parts.values():
        for name in _folders(part):
            if name not in classes and _count(part / name):
                raise ValueError(f"{part} has the class {name!r}, and {first} has not{did_you_mean(name, classes)}")
    return Survey(root, parts, classes)


class _File(NamedTuple):
    path: str
    label: int  # -1 in no class folder
    tenths: Collection[int]  # of all hashes: the split that is read
    n_bytes: int
    hidden: bool


class _Picture(NamedTuple):
    path: str
    label: int
    digest: bytes
    pixels: np.ndarray  # (H, W, C)


def _files(part: Path, classes: list[str], tenths: Collection[int]) -> Iterator[_File]:
    """All files of the classes, as torchvision lists them, and those that lie beside the class folders."""
    from torchvision.datasets.folder import make_dataset

    index = {name: k for k, name in enumerate(classes)}
    samples = make_dataset(str(part), index, is_valid_file=lambda path: True, allow_empty=True)
    loose = [(entry.path, -1) for entry in os.scandir(part) if not entry.is_dir()]
    for path, label in samples + loose:
        try:
            n_bytes = os.path.getsize(path)
        except OSError:  # a link that leads nowhere, which reading it will say
            n_bytes = 0
        yield _File(path, label, tenths, n_bytes, f"{os.sep}." in path[len(str(part)) :])


def _read(file: _File, size: int, grey: bool) -> _Picture | str | None:
    """The picture in a file; a word on a file that has none; or None where the file is of another split."""
    from gencourse.data.picture import NotAPicture, pixels  # and with it Pillow, which the other data sets do without

    try:
        with open(file.path, "rb", buffering=0) as opened:
            content = opened.read()
    except OSError as error:
        return f"{file.path} ({error.strerror})"
    digest = hashlib.sha256(content).digest()
    if int.from_bytes(digest) % 10 not in file.tenths:
        return None
    if file.hidden or file.label < 0:
        return f"{file.path} ({'hidden' if file.hidden else 'in no class folder'})"
    try:
        return _Picture(file.path, file.label, digest, pixels(content, size, grey))
    except NotAPicture as error:
        return f"{file.path} ({error})"


def _name(odd: list[str], root: Path) -> None:
    """Say which files were passed over: the first few by name, and how many there are."""
    if odd:
        names = [word.removeprefix(f"{root}{os.sep}") for word in sorted(odd)]
        more = f" and {len(odd) - NAMED:,} more" if len(odd) > NAMED else ""
        print(f"{root.name}: {len(odd):,} passed over: {', '.join(names[:NAMED])}{more}")


def _folders(folder: Path) -> list[str]:
    """The names of the folders in one, sorted, hidden ones left out."""
    return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith("."))


def _count(folder: Path) -> int:
    """How many files lie anywhere below a folder, hidden ones and those in hidden folders left out."""
    here = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
    return sum(_count(Path(entry.path)) if entry.is_dir() else 1 for entry in here)

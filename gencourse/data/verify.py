"""What belongs to a downloaded data set, and whether it is whole.

Three things are compared: the size that the header of an idx file announces; the checksum that is published, where
one is (CIFAR-10); else the checksum that was written beside the files when they were fetched and unpacked.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from gencourse.support.checks import did_you_mean
from gencourse.support.files import write_text

IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")
# Where torchvision's classes look below their root, and the files that they read there. Written out so that looking
# whether a data set is here needs no torchvision, whose import takes seconds.
LAYOUT = {
    "fashion_mnist": ("FashionMNIST/raw", IDX),
    "cifar10": ("cifar-10-batches-py", BATCHES),
}
CHECKSUMS = "gencourse-checksums.json"


def known(name: str) -> str:
    """`name`, if it is a data set that is downloaded.

    Raises:
        ValueError: when it is not.
    """
    if name in LAYOUT:
        return name
    hint = did_you_mean(name, LAYOUT)
    raise ValueError(f"data set {name!r} is not downloaded; allowed are {', '.join(LAYOUT)}{hint}")


def source(name: str) -> Any:
    """torchvision's class for the data set, which knows where its files are and their checksums."""
    known(name)
    from torchvision import datasets

    return {"fashion_mnist": datasets.FashionMNIST, "cifar10": datasets.CIFAR10}[name]


def paths(name: str, root: Path) -> list[Path]:
    """The files that loading reads, whether they are there or not."""
    folder, files = LAYOUT[known(name)]
    return [root / folder / file for file in files]


def seems_whole(name: str, root: Path) -> bool:
    """Whether all files are there, none empty, and idx files as long as they say; takes no time."""
    return all(path.is_file() and path.stat().st_size and _right_size(path) for path in paths(name, root))


def problems(name: str, root: Path, strict: bool = False) -> dict[str, str]:
    """What is wrong with the data set's files under `root`, by file name; reads them all (0.1 s for Fashion-MNIST).

    Args:
        strict: a file for which no checksum is known is wrong too.
    """
    noted, published = noted_md5(paths(name, root)[0].parent), published_md5(name)
    found = {}
    for path in paths(name, root):
        expected = published.get(path.name) or (noted or {}).get(path.name)
        if not path.is_file():
            found[path.name] = f"{path} is missing"
        elif not _right_size(path):
            found[path.name] = f"{path} is damaged: it is not as long as its header says"
        elif expected is None and (strict or noted is not None):
            found[path.name] = f"{path} is not to be trusted: {CHECKSUMS} beside it lacks its checksum"
        elif expected is not None and md5(path) != expected:
            found[path.name] = f"{path} is damaged: its checksum differs, so it is cut short or changed"
    return found


def damage(name: str, root: Path) -> str | None:
    """The first of `problems`, or None when the data set is whole."""
    return next(iter(problems(name, root).values()), None)


def published_md5(name: str) -> dict[str, str]:
    """The checksums of unpacked files that do not come from this machine; Fashion-MNIST has none."""
    if name != "cifar10":
        return {}
    cls = source(name)
    return dict([*cls.train_list, *cls.test_list, (cls.meta["filename"], cls.meta["md5"])])


def noted_md5(folder: Path) -> dict[str, str] | None:
    """The checksums written when the files of `folder` were fetched; None without them, {} when they are spoilt."""
    try:
        noted = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:  # not JSON, not UTF-8
        return {}
    return noted if isinstance(noted, dict) else {}


def note_md5(path: Path, checksum: str) -> None:
    """Write the checksum of a file that was just fetched beside it."""
    noted = {**(noted_md5(path.parent) or {}), path.name: checksum}
    write_text(path.with_name(CHECKSUMS), json.dumps(noted, indent=1))


def md5(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _right_size(path: Path) -> bool:
    """Whether an idx file of bytes is as long as its header says; True for other files."""
    if not path.name.endswith("-ubyte"):
        return True
    with open(path, "rb") as file:
        head = file.read(4)
        if len(head) < 4 or head[:3] != b"\0\0\x08":  # two zeros, then the type: unsigned bytes
            return False
        size = 1
        for _ in range(head[3]):
            size *= int.from_bytes(file.read(4), "big")
    return path.stat().st_size == 4 + 4 * head[3] + size

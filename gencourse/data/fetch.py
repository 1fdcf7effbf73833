"""Files from elsewhere: found, checked, and fetched when they are missing or damaged.

A file is downloaded under a temporary name, compared with the checksum that torchvision's class gives, and only
then renamed. After unpacking, the checksums of the unpacked files are kept beside them and compared at each use.
"""

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

REPOSITORY_DATA = Path(__file__).resolve().parents[2] / "data"
CHECKSUMS = "gencourse-checksums.json"
# The unpacked files of MNIST, for copies that were not fetched from here.
MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


class DataNotFound(RuntimeError):
    """A data set is not here and cannot be downloaded; the message says the ways on."""


def source(name: str) -> Any:
    """torchvision's class for the data set, which knows where its files are and their checksums.

    Raises:
        ValueError: when `name` is not one of torchvision's sets of the course.
    """
    from torchvision import datasets

    classes = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST, "cifar10": datasets.CIFAR10}
    if name not in classes:
        raise ValueError(f"data set {name!r} is not downloaded; allowed are {', '.join(classes)}")
    return classes[name]


def roots() -> list[Path]:
    """Where data sets are looked for: GENCOURSE_DATA, if set, then the repository's data/."""
    wish = os.environ.get("GENCOURSE_DATA")
    return [*([Path(wish)] if wish else []), REPOSITORY_DATA]


def available(name: str) -> bool:
    """Whether undamaged files of the data set are at hand."""
    return any(not damage(name, root) for root in roots())


def find(name: str) -> Path:
    """The folder (torchvision's `root`) that holds the data set, fetched into it if need be.

    Raises:
        DataNotFound: when it is neither here nor to be downloaded.
    """
    for root in roots():
        problem = damage(name, root)
        if not problem:
            return root
        if _folder(name, root).exists():
            print(f"{name} in {root} is damaged ({problem}); fetching it again")
    return fetch(name)


def damage(name: str, root: Path) -> str | None:
    """What is wrong with the data set's files under `root`: the first that is missing or not as it should be."""
    folder = _folder(name, root)
    known = json.loads((folder / CHECKSUMS).read_text()) if (folder / CHECKSUMS).exists() else {}
    for file in _unpacked(name):
        path = folder / file
        if not path.exists():
            return f"{path} is missing"
        expected = known.get(file) or (MNIST_MD5 if name == "mnist" else _cifar_md5(name)).get(file)
        if expected and hashlib.md5(path.read_bytes()).hexdigest() != expected:
            return f"the checksum of {path} differs: it is cut short or changed"
        if not expected and not _whole_idx(path):
            return f"{path} is cut short"
    return None


def fetch(name: str, progress: bool = True) -> Path:
    """Download the data set into GENCOURSE_DATA if it can be written, else into the repository's data/.

    Files that are there and whole are kept.

    Returns:
        The folder that holds it.

    Raises:
        ValueError: on a name that is not downloaded.
        DataNotFound: when no mirror gave a whole file.
    """
    source(name)
    root = next((root for root in roots() if os.access(_existing(root), os.W_OK)), REPOSITORY_DATA)
    if not damage(name, root):
        return root
    folder = _folder(name, root)
    folder.mkdir(parents=True, exist_ok=True)
    for file, md5, urls in _archives(name):
        archive = _download(name, file, md5, urls, folder, progress)
        _unpack(archive, folder)
        archive.unlink()
    sums = {file: hashlib.md5((folder / file).read_bytes()).hexdigest() for file in _unpacked(name)}
    temporary = folder / (CHECKSUMS + ".part")
    temporary.write_text(json.dumps(sums, indent=1))
    temporary.replace(folder / CHECKSUMS)
    return root


def _download(name: str, file: str, md5: str, urls: list[str], folder: Path, progress: bool) -> Path:
    """The archive `file`, whole, from the first of `urls` that gives it."""
    from tqdm.auto import tqdm

    problems = []
    for url in urls:
        part = folder / (file + ".part")
        try:
            with urllib.request.urlopen(url, timeout=30) as answer, open(part, "wb") as out:
                size = int(answer.headers.get("Content-Length") or 0) or None
                bar = tqdm(total=size, unit="B", unit_scale=True, desc=file, disable=not progress)
                with bar:
                    while block := answer.read(1 << 16):
                        out.write(block)
                        bar.update(len(block))
            if hashlib.md5(part.read_bytes()).hexdigest() != md5:
                raise OSError("the file arrived cut short or changed (its MD5 differs)")
            return part.replace(folder / file)
        except OSError as error:  # URLError and a broken connection are OSErrors too
            problems.append(f"{url}: {error}")
        finally:
            part.unlink(missing_ok=True)
    looked = " and ".join(str(root) for root in roots())
    raise DataNotFound(
        f"{name} is not here: looked for {file.removesuffix('.gz')} under {looked}, then tried to download it:\n  "
        + "\n  ".join(problems)
        + f"\nThree ways on: set GENCOURSE_DATA to a folder that holds {name} in torchvision's layout; "
        f"run `gencourse fetch {name}` where there is a network; or use a data set that needs none, "
        "dataset='digits' or 'sprites'."
    )


def _unpack(archive: Path, folder: Path) -> None:
    if archive.suffixes[-2:] == [".tar", ".gz"]:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        return
    target = archive.with_suffix("")
    part = target.with_name(target.name + ".part")
    with gzip.open(archive) as packed, open(part, "wb") as out:
        shutil.copyfileobj(packed, out)
    part.replace(target)


def _folder(name: str, root: Path) -> Path:
    """Where torchvision's class looks below its root."""
    return root if name == "cifar10" else root / source(name).__name__ / "raw"


def _archives(name: str) -> list[tuple[str, str, list[str]]]:
    """(file, MD5, where to get it) of what is downloaded."""
    cls = source(name)
    if name == "cifar10":
        return [(cls.filename, cls.tgz_md5, [cls.url])]
    return [(file, md5, [mirror + file for mirror in cls.mirrors]) for file, md5 in cls.resources]


def _unpacked(name: str) -> list[str]:
    """The files that loading reads, below `_folder`."""
    if name == "cifar10":
        return list(_cifar_md5(name))
    return [file.removesuffix(".gz") for file, _ in source(name).resources]


def _cifar_md5(name: str) -> dict[str, str]:
    if name != "cifar10":
        return {}
    cls = source(name)
    files = [*cls.train_list, *cls.test_list, (cls.meta["filename"], cls.meta["md5"])]
    return {f"{cls.base_folder}/{file}": md5 for file, md5 in files}


def _whole_idx(path: Path) -> bool:
    """Whether an idx file is as long as its header says."""
    with open(path, "rb") as file:
        head = file.read(4)
        if len(head) < 4 or head[:2] != b"\0\0":
            return False
        size = 1
        for _ in range(head[3]):
            size *= int.from_bytes(file.read(4), "big")
    return path.stat().st_size == 4 + 4 * head[3] + size


def _existing(path: Path) -> Path:
    """`path`, or the nearest folder above it that exists."""
    return path if path.exists() else _existing(path.parent)

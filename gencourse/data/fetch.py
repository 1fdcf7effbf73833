"""Files from elsewhere: found, checked, and fetched when they are missing or damaged.

A file is downloaded into a temporary folder beside its place, compared with the checksum that torchvision's class
gives, unpacked there, and only then moved to its place: what is interrupted leaves nothing half done.
"""

import contextlib
import gzip
import http.client
import os
import shutil
import tarfile
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from gencourse.data import shipped
from gencourse.data.verify import LAYOUT, damage, known, md5, note_md5, paths, problems, seems_whole, source
from gencourse.support import places


class DataNotFound(RuntimeError):
    """A data set is not here and cannot be downloaded; the message says the ways on."""


class _Damaged(Exception):
    """A download arrived, but not as it should be."""


def available(name: str) -> bool:
    """Whether the data set's files are at hand, by their presence and size; `find` also compares checksums.

    Raises:
        ValueError: on a name that is not downloaded.
    """
    return any(seems_whole(name, root) for root in places.data_roots())


def find(name: str) -> Path:
    """The folder (torchvision's `root`) that holds the data set, checked; fetched if it is nowhere whole.

    Raises:
        ValueError: on a name that is not downloaded.
        DataNotFound: when it is neither here nor to be downloaded.
    """
    for root in places.data_roots():
        problem = damage(name, root)
        if not problem:
            return root
        if any(path.exists() for path in paths(name, root)):
            print(f"{name}: {problem}; not used")
    return fetch(name)


def fetch(name: str, folder: str | Path | None = None, progress: bool = True) -> Path:
    """Download what is missing or damaged of a data set; files that are whole are kept.

    Args:
        name: "fashion_mnist" or "cifar10"; of a data set that is shipped it says that there is nothing to fetch.
        folder: torchvision's `root`; by default GENCOURSE_DATA if it can be written, else the repository's data/.
        progress: show a bar for each file.

    Returns:
        The folder that holds it.

    Raises:
        ValueError: on a name that is not downloaded.
        DataNotFound: when no mirror gave a whole file, or the folder cannot be written.
    """
    if name in shipped.SHIPPED:
        print(f"{name} is shipped with the course: there is nothing to fetch")
        return shipped.folder(name)
    root = _destination(name) if folder is None else Path(folder).expanduser()
    if not problems(name, root):
        return root
    target = root / LAYOUT[name][0]
    try:
        target.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        with TemporaryDirectory(dir=target, suffix=".part") as temporary:
            _fetch_into(name, root, Path(temporary), progress)
    except OSError as error:
        raise DataNotFound(_ways_on(name, f"Writing it under {root} failed: {error}", root)) from error
    finally:
        with contextlib.suppress(OSError):  # leave no empty folders behind; the first with files in it ends this
            for empty in [target, *target.parents][: len(target.relative_to(root).parts)]:
                empty.rmdir()
    return root


def _fetch_into(name: str, root: Path, temporary: Path, progress: bool) -> None:
    """Put every file that is missing, damaged or unchecked under `root` in its place, by way of `temporary`."""
    wrong = problems(name, root, strict=True)
    places = {path.name: path for path in paths(name, root)}
    for archive, checksum, urls in _archives(name):
        wanted = [file for file in wrong if name == "cifar10" or archive == file + ".gz"]
        for file in wanted:
            if places[file].exists():
                print(f"{name}: {wrong[file]}; fetching it again")
        if not wanted:
            continue
        packed = _download(name, root, temporary / archive, checksum, urls, progress)
        _unpack(packed, wanted, temporary)
        for file in wanted:
            note_md5(places[file], md5(temporary / file))
            (temporary / file).replace(places[file])
        packed.unlink()


def _download(name: str, root: Path, to: Path, checksum: str, urls: list[str], progress: bool) -> Path:
    """The archive, whole, from the first of `urls` that gives it; each that gives a damaged one is asked twice."""
    failures = []
    for url in urls:
        for _ in range(2):
            try:
                _get(url, to, progress)
                if md5(to) != checksum:
                    raise _Damaged("the file arrived changed (its MD5 differs)")
                return to
            except _Damaged as error:
                print(f"{name}: {url}: {error}; fetching it again")
                failures.append(f"{url}: {error}")
            except (OSError, http.client.HTTPException) as error:  # URLError and a broken connection are OSErrors
                failures.append(f"{url}: {error or type(error).__name__}")
                break
    raise DataNotFound(_ways_on(name, f"Downloading {to.name} failed:\n  " + "\n  ".join(failures), root))


def _get(url: str, to: Path, progress: bool) -> None:
    from tqdm.auto import tqdm

    request = urllib.request.Request(url, headers={"User-Agent": "gencourse"})
    with urllib.request.urlopen(request, timeout=30) as answer, open(to, "wb") as out:
        size = int(answer.headers.get("Content-Length") or 0)
        with tqdm(total=size or None, unit="B", unit_scale=True, desc=to.name, disable=not progress) as bar:
            while block := answer.read(1 << 16):
                out.write(block)
                bar.update(len(block))
    if size and to.stat().st_size != size:
        raise _Damaged(f"the file arrived cut short ({to.stat().st_size:,} of {size:,} bytes)")


def _unpack(archive: Path, files: list[str], to: Path) -> None:
    """The wanted files out of a .tar.gz, in whatever folder they are there, or the one file of a .gz."""
    if not archive.name.endswith(".tar.gz"):
        with gzip.open(archive) as packed, open(to / files[0], "wb") as out:
            shutil.copyfileobj(packed, out)
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if Path(member.name).name in files else None
            if file is not None:
                with file, open(to / Path(member.name).name, "wb") as out:
                    shutil.copyfileobj(file, out)


def _archives(name: str) -> list[tuple[str, str, list[str]]]:
    """(file, MD5, where to get it) of what is downloaded."""
    cls = source(name)
    if name == "cifar10":
        return [(cls.filename, cls.tgz_md5, [cls.url])]
    return [(file, checksum, [mirror + file for mirror in cls.mirrors]) for file, checksum in cls.resources]


def _destination(name: str) -> Path:
    """The first of `places.data_roots` in which the data set's files can be written."""
    folder = LAYOUT[known(name)][0]
    return next((root for root in places.data_roots() if os.access(_existing(root / folder), os.W_OK)), places.DATA)


def _existing(path: Path) -> Path:
    """`path`, or the nearest folder above it that exists."""
    return path if path.exists() or path == path.parent else _existing(path.parent)


def _sweep(folder: Path) -> None:
    """Remove what a fetch that was killed left behind: temporary folders more than a day old."""
    for left in folder.glob("*.part"):
        if left.is_dir() and time.time() - left.stat().st_mtime > 86_400:
            shutil.rmtree(left, ignore_errors=True)


def _ways_on(name: str, failure: str, root: Path) -> str:
    """The one message of DataNotFound: what was looked for, where, what is there but damaged, what went
    wrong, and three ways on."""
    folder, files = LAYOUT[name]
    roots = list(dict.fromkeys([root, *places.data_roots()]))
    found = [damage(name, root) for root in roots if any(path.exists() for path in paths(name, root))]
    unusable = "".join(f"Found but not used: {problem}. " for problem in found if problem)
    unset = "" if os.environ.get("GENCOURSE_DATA") else " (GENCOURSE_DATA is not set)"
    return (
        f"{name} is not here. Looked for {folder}/{files[0]} and {len(files) - 1} more files under "
        f"{' and '.join(map(str, roots))}{unset}. {unusable}{failure}\n"
        f"Three ways on: set GENCOURSE_DATA to a folder that holds {name} in torchvision's layout; "
        f"run `gencourse fetch {name}` where there is a network; or use a data set that needs none, "
        "dataset='mnist', 'digits' or 'sprites'."
    )

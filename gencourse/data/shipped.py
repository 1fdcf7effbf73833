"""Files that come with the course: read whole, and compared with their checksums."""

import gzip
import hashlib
import zlib
from pathlib import Path

from gencourse.support import places

SHIPPED = ("emoji", "mnist", "text")


class DamagedData(RuntimeError):
    """A file that comes with the course is missing or changed; the message says which, and the way on."""


def folder(name: str) -> Path:
    """Where the files of a shipped data set lie."""
    return places.DATA / name


def read(name: str, file: str, md5: str) -> bytes:
    """The content of a file of a shipped data set, unpacked if it is a .gz.

    Args:
        name: the data set, one of `SHIPPED`.
        file: the file's name in its folder.
        md5: the checksum of the content, in hexadecimal digits.

    Raises:
        DamagedData: when the file is missing, cannot be read or unpacked, or holds something else.
    """
    path = folder(name) / file
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:  # not there; cut short; changed
        raise DamagedData(_way_on(path, str(error))) from error
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise DamagedData(_way_on(path, "its MD5 differs"))
    return content


def _way_on(path: Path, problem: str) -> str:
    state = "damaged" if path.exists() else "missing"
    return (
        f"{path} is {state} ({problem}). It comes with the course: `git checkout -- {path.name}` in its folder brings "
        "it back, or without a checkout `pip install --force-reinstall gencourse`."
    )

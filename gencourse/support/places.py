"""Where things lie: what is shipped with the course, and what the reader makes.

One rule for all ways to have the course: what is shipped lies in ROOT, which is the repository of a checkout or an
editable install, and a folder inside the package in a plain install. What the reader makes or downloads lies in
`home()`, whichever way the course came; nothing is ever written beside the package of a plain install.
"""

import contextlib
import os
from pathlib import Path

from platformdirs import user_data_path

from gencourse.support.checks import did_you_mean

PACKAGE = Path(__file__).resolve().parents[1]
IS_INSTALLED = (PACKAGE / "_shipped").is_dir()  # as a wheel; pyproject.toml says what is put there
ROOT = PACKAGE / "_shipped" if IS_INSTALLED else PACKAGE.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
PRETRAINED = DATA / "pretrained"
JUPYTER = ROOT / "jupyter"
NOTES_BESIDE = "gencourse-notes.json"  # beside a lesson that was handed out, so that it is handed in with it
OWN = "folder:"  # what the name of a data set begins with that is a folder of the reader's own


def home() -> Path:
    """The reader's own folder: GENCOURSE_HOME, or where the system keeps the data of a user's programs.

    Raises:
        FileNotFoundError: where the system knows no such place, as in a container whose user has no home.
    """
    if wish := os.environ.get("GENCOURSE_HOME"):
        return expanded(wish)
    try:
        place = user_data_path("gencourse", appauthor=False)
    except RuntimeError:  # of platformdirs, which older versions do not raise
        place = Path("~")
    if not place.is_absolute():
        raise FileNotFoundError("this user has no home folder: set GENCOURSE_HOME to a folder for notes and downloads")
    return place


def notes() -> Path:
    """The reader's own notes: GENCOURSE_PROGRESS, or those beside a lesson that was handed out, or in `home()`."""
    if wish := os.environ.get("GENCOURSE_PROGRESS"):
        return expanded(wish)
    beside = Path(NOTES_BESIDE).absolute()
    return beside if beside.exists() else home() / "progress.json"


def data_roots() -> list[Path]:
    """Where data sets are looked for: GENCOURSE_DATA, if set, then data/ in `home()`, then the repository's data/.

    They are downloaded to the first of them that can be written.
    """
    wish = os.environ.get("GENCOURSE_DATA")
    roots = [expanded(wish)] if wish else []
    with contextlib.suppress(FileNotFoundError):  # no home folder is one place less to look at
        roots.append(home() / "data")
    return [*roots, *([] if IS_INSTALLED else [DATA])]


def made() -> Path:
    """Where weights and tables that are made again are written: data/ of a checkout, else `home()`."""
    return home() if IS_INSTALLED else DATA


def table() -> str:
    """What lies where, a line each."""
    rows = {
        "lessons": NOTEBOOKS,
        "shipped data": DATA,
        "your folder": home(),
        "your notes": notes(),
        "downloads": data_roots()[0],
        "weights and tables that you make again": made(),
    }
    return "\n".join(f"{name:<40}{path}" for name, path in rows.items())


def expanded(path: str | Path) -> Path:
    """`path` with `~` as the home folder, which a shell leaves alone in `--to=~/runs` and Python in any path."""
    return Path(os.path.expanduser(path))


def absolute(path: str | Path) -> Path:
    """`path` from the root; a relative one begins where this process stands."""
    return Path(os.path.abspath(expanded(path)))


def not_there(path: Path) -> str:
    """The end of a sentence about an absolute path that is not there: how far it leads, and the nearest name there."""
    reached = next(parent for parent in path.parents if os.path.exists(parent))
    missing, known = path.relative_to(reached).parts[0], []
    with contextlib.suppress(OSError):  # a file, or a folder that may not be looked into
        known = os.listdir(reached)
    return f"is not there: {reached} has no {missing!r}{did_you_mean(missing, known)}"

"""Where things lie: what is shipped with the course, and what the reader makes.

In a checkout and in an editable install the package lies beside notebooks, data and jupyter.
"""

import contextlib
import os
from pathlib import Path

from gencourse.support.checks import did_you_mean

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
PRETRAINED = DATA / "pretrained"
OWN = "folder:"  # what the name of a data set begins with that is a folder of the reader's own


def data_roots() -> list[Path]:
    """Where data sets are looked for, in order: GENCOURSE_DATA, if set, then the repository's data/."""
    wish = os.environ.get("GENCOURSE_DATA")
    return [*([expanded(wish)] if wish else []), DATA]


def notes() -> Path:
    """The reader's own file of notes: GENCOURSE_PROGRESS, or .gencourse/progress.json in the reader's home."""
    return expanded(os.environ.get("GENCOURSE_PROGRESS") or Path.home() / ".gencourse" / "progress.json")


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

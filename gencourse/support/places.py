"""Where things lie: what is shipped with the course, and what the reader makes.

One rule for all ways to have the course: what is shipped lies in ROOT, which is the repository of a checkout or an
editable install, and a folder inside the package in a plain install. What the reader makes or downloads lies in
`home()`, whichever way the course came; nothing is ever written beside the package of a plain install.
"""

import os
from pathlib import Path

from platformdirs import user_data_path

PACKAGE = Path(__file__).resolve().parents[1]
IS_INSTALLED = (PACKAGE / "_shipped").is_dir()  # as a wheel; pyproject.toml says what is put there
ROOT = PACKAGE / "_shipped" if IS_INSTALLED else PACKAGE.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
PRETRAINED = DATA / "pretrained"
JUPYTER = ROOT / "jupyter"


def home() -> Path:
    """The reader's own folder: GENCOURSE_HOME, or where the system keeps the data of a user's programs."""
    wish = os.environ.get("GENCOURSE_HOME")
    return Path(wish).expanduser() if wish else user_data_path("gencourse", appauthor=False)


def notes() -> Path:
    """The reader's own notes: GENCOURSE_PROGRESS, or progress.json in `home()`."""
    wish = os.environ.get("GENCOURSE_PROGRESS")
    return Path(wish).expanduser() if wish else home() / "progress.json"


def data_roots() -> list[Path]:
    """Where data sets are looked for: GENCOURSE_DATA, if set, then data/ in `home()`, then the repository's data/.

    They are downloaded to the first of them that can be written.
    """
    wish = os.environ.get("GENCOURSE_DATA")
    return [*([Path(wish).expanduser()] if wish else []), home() / "data", *([] if IS_INSTALLED else [DATA])]


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

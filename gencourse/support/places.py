"""Where things lie: what is shipped with the course, and what the reader makes.

In a checkout and in an editable install the package lies beside notebooks, data and jupyter.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
PRETRAINED = DATA / "pretrained"


def data_roots() -> list[Path]:
    """Where data sets are looked for, in order: GENCOURSE_DATA, if set, then the repository's data/."""
    wish = os.environ.get("GENCOURSE_DATA")
    return [*([Path(wish).expanduser()] if wish else []), DATA]


def notes() -> Path:
    """The reader's own file of notes: GENCOURSE_PROGRESS, or .gencourse/progress.json in the reader's home."""
    return Path(os.environ.get("GENCOURSE_PROGRESS") or Path.home() / ".gencourse" / "progress.json")

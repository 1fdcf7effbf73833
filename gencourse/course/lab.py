"""gencourse lab: the reader's own copies of the lessons, and JupyterLab on them.

The copies hold no outputs, so that what stands under a cell is the reader's own. A small file among them,
`.gencourse.json`, holds what each copy was when it was given: a copy that is still so can be replaced by a newer
version, any other is the reader's.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gencourse
from gencourse.course.lessons import LESSONS, Spec
from gencourse.course.questions import VARIABLE, encode
from gencourse.support import places
from gencourse.support.files import write_text

FOLDER = Path("gencourse-lessons")
GIVEN = ".gencourse.json"


def lay_out(folder: Path, *, update: bool = False, say: Callable[[str], None] = print) -> None:
    """Put a copy of every lesson into `folder`; no file that the reader changed, or made, is written over.

    Args:
        update: bring newer versions: in place of a copy that the reader left as it was, beside one that was changed.

    Raises:
        FileExistsError: when `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; name a folder, which is made if it is not there")
    given, newer = _given(folder), []
    for lesson in LESSONS:
        path, text = folder / f"{lesson.name}.ipynb", clean_copy(lesson)
        if not path.exists():
            write_text(path, text)
        elif given.get(lesson.name) == _digest(text):
            continue  # this version was given before, whatever the reader made of it
        elif not update:
            newer.append(lesson.name)
            continue
        elif given.get(lesson.name) == _digest(path.read_text(encoding="utf-8")):
            write_text(path, text)
            say(f"{path}: replaced by the newer version; you had not changed it")
        else:
            beside = path.with_name(f"{lesson.name}-{gencourse.__version__}.ipynb")
            write_text(beside, text)
            say(f"{path}: yours is kept; the newer version is {beside.name}")
        given[lesson.name] = _digest(text)
    write_text(folder / GIVEN, json.dumps(given, indent=1) + "\n")
    if newer:
        say(f"newer than in {folder}: {', '.join(newer)}; `gencourse lab --update` brings them")


def clean_copy(lesson: Spec) -> str:
    """The lesson's notebook without outputs, as text."""
    notebook = json.loads(lesson.path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def lab(
    folder: Path = FOLDER,
    *,
    update: bool = False,
    teacher: bool = False,
    quizzes: Path | None = None,
    arguments: Sequence[str] = (),
) -> int:
    """Lay the lessons out in `folder` and run JupyterLab on them, with the course's configuration, until it is closed.

    Args:
        teacher: show nbgrader's buttons and menus, which only confuse those who learn.
        quizzes: a teacher's own questions, as docs/exercises.md tells.
        arguments: passed on to JupyterLab, such as --no-browser.

    Returns:
        JupyterLab's exit status.

    Raises:
        FileNotFoundError: when there are no such quizzes.
        ValueError: on a fault in them.
    """
    environment = dict(os.environ)
    if quizzes:
        encode(quizzes)  # raises on a fault in it
        environment[VARIABLE] = str(quizzes.resolve())
    lay_out(folder, update=update)
    command = [sys.executable, "-m", "jupyterlab", *options(folder, teacher), *arguments]
    return _become(command, environment)


def _become(command: list[str], environment: dict[str, str]) -> int:
    """Run the command in place of this process, so that whoever stops or kills this stops that; Windows cannot."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def options(folder: Path, teacher: bool = False) -> list[str]:
    """What JupyterLab is told: the course's configuration, and to open on the first lesson, printed address and all."""
    return [
        f"--config={places.JUPYTER / ('teacher.py' if teacher else 'jupyter_server_config.py')}",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{LESSONS[0].name}.ipynb",
    ]


def _given(folder: Path) -> dict[str, Any]:
    """The digest of each lesson's copy when it was given."""
    try:
        found = json.loads((folder / GIVEN).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

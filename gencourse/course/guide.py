"""Which cell to run first: what is said below a NameError, when a cell was run before the one that makes the name."""

import dis
import json
import re
from typing import Any

from gencourse.course.lessons import LESSONS
from gencourse.support.shell import shell

BEGIN = re.compile(r"""gencourse\.begin\(\s*["']([^"']+)["']""")


def watch() -> None:
    """From now on, say it. The error itself stays as it is, for whoever runs notebooks headless."""
    if running := shell():
        running.events.register("post_run_cell", say_which_cell)  # IPython takes the same function once


def say_which_cell(result: Any) -> None:
    """Below a NameError, print the beginning of the lesson's cell that makes the name; else nothing."""
    error, cell = result.error_in_exec, result.info.raw_cell
    if not isinstance(error, NameError):
        return
    begun = [match[1] for run in [*shell().user_ns.get("In", []), cell] for match in BEGIN.finditer(run)]
    if begun and (maker := cell_that_makes(str(error.name), begun[-1], cell)):
        first = next(line for line in maker.splitlines() if line and not line.startswith("#"))
        print(
            f"`{error.name}` is made by the cell that begins with\n\n    {first.split('  # ')[0]}\n\n"
            "Run that cell first. Run → Run All Above Selected Cell runs all that stand above this one."
        )


def cell_that_makes(name: str, lesson: str, cell: str) -> str:
    """The source of the last cell before `cell` that makes `name`, in the lesson as it ships; "" if there is none.

    For a cell that is not the lesson's, it is the first that makes the name.
    """
    path = next((spec.path for spec in LESSONS if lesson in (spec.name, spec.name[:2])), None)
    if path is None or not path.exists():
        return ""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    sources = ["".join(c["source"]).strip() for c in notebook["cells"] if c["cell_type"] == "code"]
    own = cell.strip() in sources
    before = sources[: sources.index(cell.strip())] if own else sources
    makers = [source for source in before if name in names_made(source)]
    return makers[-1 if own else 0] if makers else ""


def names_made(source: str) -> set[str]:
    """The names that a cell leaves behind: what it assigns, imports and defines; none if it is not all Python."""
    try:
        code = compile(source, "cell", "exec")
    except SyntaxError:  # a reader's cell, half written or with a magic
        return set()
    return {str(step.argval) for step in dis.get_instructions(code) if step.opname in ("STORE_NAME", "STORE_GLOBAL")}

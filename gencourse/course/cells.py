"""How much code a lesson shows: the lines that are the lesson, since what draws lives in figures/.

`python -m gencourse.course.cells` prints the table.
"""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gencourse.course.lessons import LESSONS, Spec

LONGEST, MEDIAN = 25, 8  # lines that a code cell may have, and how many half of them have at most
SHARE = 0.65  # of the lines that a lesson had before its drawing left the cells
BEFORE = {
    "00": 49,
    "01": 235,
    "02": 300,
    "03": 351,
    "04": 596,
    "05": 607,
    "06": 348,
    "07": 564,
    "08": 475,
    "09": 490,
    "10": 371,
    "11": 453,
}
TREATED: tuple[str, ...] = ("00", "02", "05", "09", "10")  # the lessons whose drawing has left
# The cells that teach what a lesson did not teach before: they are as short as the others, and counted apart.
ADDED = {
    "00": ("predict-bent-coins", "review"),
    "02": (
        *("predict-nearest-negative", "cell-29", "sorted-by-class", "reveal-nearest-negative"),
        *("grown-blocks", "which-groups", "pairs-of-styles", "taught-by-styles"),
        *("predict-memory-of-a-step", "cell-42"),
        *("predict-bound-by-candidates", "bound-in-the-open"),
        *("predict-what-h-keeps", "cell-45", "reveal-what-h-keeps"),
    ),
    "09": ("predict-decoder", "reveal-decoder", "em-in-the-open", "quiz-decoder"),
}


@dataclass(frozen=True)
class Lines:
    """Lines of code, blank ones not counted: of all cells, of the longest one, and of the middle one."""

    total: int
    longest: int
    median: float


def lines_of(cells: Iterable[Any]) -> Lines:
    """How long a notebook's code cells are.

    Raises:
        ValueError: when none of the cells is code.
    """
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    if not sources:
        raise ValueError("there is no code cell among these")
    counts = [sum(bool(line.strip()) for line in source.splitlines()) for source in sources]
    return Lines(sum(counts), max(counts), statistics.median(counts))


def lines_in(lesson: Spec) -> Lines:
    """How long the code cells of a lesson are."""
    return lines_of(_cells(lesson))


def added_in(lesson: Spec) -> int:
    """How many lines of code a lesson has in cells that teach what it did not teach before."""
    added = ADDED.get(lesson.name[:2], ())
    return lines_of(cell for cell in _cells(lesson) if cell["id"] in added).total if added else 0


def _cells(lesson: Spec) -> list[Any]:
    return json.loads(lesson.path.read_text(encoding="utf-8"))["cells"]


def table() -> str:
    """All lessons with their lines of code, and beside the total what it was before their drawing left the cells."""
    rows = ["lesson   before     now          added   longest   median"]
    for lesson in LESSONS:
        number, lines = lesson.name[:2], lines_in(lesson)
        added = added_in(lesson)
        share = f"{(lines.total - added) / BEFORE[number]:.0%}"
        note = "" if number in TREATED else "   still as it was"
        rows.append(
            f"{number:<6} {BEFORE[number]:>8} {lines.total - added:>7} {share:>6} {added:>7} {lines.longest:>9}"
            f" {lines.median:>8g}{note}"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())

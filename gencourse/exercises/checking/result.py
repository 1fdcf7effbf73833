"""What a check finds, and how it is shown."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from gencourse.exercises.checking import render

OUTCOMES = ("right", "wrong", "raised", "not attempted")


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation, called like the reference, and what to tell the reader who has written it."""

    function: Callable
    explanation: str


class NotRight(AssertionError):
    """What fails a cell under grading. In a notebook it shows its explanation only, and not the way to it."""

    def _render_traceback_(self) -> list[str]:
        return [f"AssertionError: {self}"]


class Result:
    """What `check` found: true if the answer is right.

    Attributes:
        outcome: "right", "wrong", "raised" or "not attempted".
        explanation: what the reader is told.
        mistake: the known mistake that was recognised, if any.
        share: of the trials, from 0 to 1. A trial counts 1 if all is right; ½ if its values are, but a gradient is not
            or an argument was changed in place; otherwise 0.
        points: the exercise's points if right, otherwise 0.
    """

    def __init__(self, box: render.Box, points: float = 0, mistake: Mistake | None = None, share: float = 0):
        self.box, self.points, self.mistake, self.share = box, points, mistake, share
        self.outcome, self.explanation = box.kind, box.text
        self._shown_in: int | None = None

    def __bool__(self) -> bool:
        return self.outcome == "right"

    def __repr__(self) -> str:
        return f"{self.box.name}: {self.outcome}"

    def show(self) -> None:
        self._shown_in = render.execution_count()
        render.show(self.box.bundle())

    def _ipython_display_(self) -> None:
        # `check` has displayed it already: as its cell's last value it must not appear twice.
        if self._shown_in != render.execution_count():
            self.show()


def grading() -> bool:
    """Whether nbgrader (autograde or validate) or GENCOURSE_GRADING=1 asks for failing cells."""
    switch = os.environ.get("GENCOURSE_GRADING", "")
    return bool(os.environ.get("NBGRADER_EXECUTION")) or switch not in ("", "0")

"""grade(): the marks of an answer, by the share of the checks that it passes.

nbgrader runs the graded cells that `gencourse handout` writes: a cell's value is its marks, and a cell that raises,
runs out of time, or writes to stderr gets none.
"""

import contextlib
import io
import math
from collections.abc import Sequence
from typing import Any

from gencourse import exercises
from gencourse.exercises.checking.bounds import SECONDS
from gencourse.exercises.checking.exercise import Exercise
from gencourse.exercises.checking.result import NotRight, grading
from gencourse.support.shell import shell


def grade(name: str, function: Any, *, points: float = 1, seeds: Sequence[int] = (0,)) -> float:
    """Marks for the reader's answer to the exercise `name`, from 0 to `points`; the answer is a function or its name.

    Each seed draws the exercise's random inputs anew. On each of them an answer counts 1 if it is right, ½ if its
    values are right but a gradient is not, or an argument was changed in place, and otherwise 0. The first thing that
    went wrong is shown, with its explanation.

    Raises:
        NotRight: an AssertionError with the explanation, when nothing was right; under grading only, so that
            elsewhere *Run All* goes on past an exercise that is still to be done.
        ValueError: when there are no seeds.
    """
    if not seeds:
        raise ValueError("seeds=(): give at least one, the checks draw their inputs from it")
    exercise: Exercise = getattr(exercises, name)
    if isinstance(function, str):
        function = _named(function, exercise)
    # A warning in the reader's code, of PyTorch's for instance, would cost all marks: see has_failed in nbgrader.
    with contextlib.redirect_stderr(io.StringIO()):
        results = [exercise.judge(function, seed, _seconds() / len(seeds)) for seed in seeds]
    wrong = [result for result in results if not result]
    share = sum(result.share for result in results) / len(results)
    shown = (wrong or results)[0]
    shown.show()
    if grading() and not share:
        raise NotRight(shown.box.plain())
    marks = round(float(points) * share, 2)
    print(f"Marks: {marks:g} of {points:g}; {share:.0%} of the checks passed.")
    return marks


def _named(name: str, exercise: Exercise) -> Any:
    """The function of that name in the notebook.

    Raises:
        NotRight: when there is none; under grading only. Elsewhere it counts as not attempted.
    """
    running = shell()
    if running and name in running.user_ns:
        return running.user_ns[name]
    arguments = ", ".join(exercise.trials()[0])
    if grading():
        raise NotRight(
            f"There is no `{name}` here. Its cell was deleted, or stopped at an error, or the function has another "
            f"name: the marks are for `def {name}({arguments}):`."
        )
    return None


def _seconds() -> float:
    return SECONDS if grading() else math.inf

"""An exercise: a question whose answer is a function of this package, checked by what the answer does.

A check calls the reader's function and the package's on the same random inputs and compares values,
gradients, shapes and types. A wrong answer is then compared with the exercise's known mistakes, each a wrong
implementation with its explanation, so that the reader is told what went wrong and not only that it did.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch

from gencourse.exercises.checking import render
from gencourse.exercises.checking.answer import NotAttempted, call
from gencourse.exercises.checking.bounds import SECONDS
from gencourse.exercises.checking.card import Card
from gencourse.exercises.checking.judging import Judge
from gencourse.exercises.checking.recognise import Known
from gencourse.exercises.checking.result import Mistake, NotRight, Result, grading
from gencourse.support.notes import note_solved


def ALWAYS(*_: Any) -> bool:
    """Of a clause that every trial asks."""
    return True


@dataclass(frozen=True, eq=False, repr=False)
class Exercise:
    """A function for the reader to write.

    Args:
        reference: the package's own function: the answer key, and the solution that is shown.
        question: what to write, in a sentence or two; `code` in backticks, formulas in Unicode. Shapes, units and
            conventions are said here: whatever a trial asks for, and nothing that the lesson has not yet explained.
        title: what the function does, in a few words, for a headline.
        difficulty: 1, a line that one sees; 2, a thought first; 3, several thoughts that must fit together.
        minutes: about how long a reader takes who has understood the section.
        example: arguments by name, small enough to work through on paper; the answer is the reference's own. Where
            there is none, it is the first trial.
        make_inputs: `make_inputs(generator, **size)` gives the arguments by name, in the order of the call.
        clauses: what the question says of special inputs, each a phrase that stands in it, with a function of the
            arguments that is true of a trial that asks it. ALWAYS, where every trial does. An answer that fails on
            exactly these trials is told so.
        hints: at least two, from a nudge to nearly the answer.
        mistakes: the known wrong answers.
        sizes: one set of keyword arguments for `make_inputs` a trial. Let some be small (the smallest
            that fails is shown), some have unequal sizes, and some a size of 1, to catch wrong broadcasting.
        differentiable: names of the inputs with respect to which gradients are compared.
        helpers: functions that the reference calls and a reader of the solution wants to see too.
        tolerance: how far numbers may lie apart, relative for large ones and absolute for small ones.
        points: what a right answer is worth in grading.

    Raises:
        ValueError: if there are fewer than two hints, no sizes, a difficulty that is not 1 to 3, or the tolerance is
            not above 0.
    """

    reference: Callable
    question: str
    make_inputs: Callable[..., dict[str, Any]]
    hints: Sequence[str]
    title: str = ""
    difficulty: int = 1
    minutes: int = 5
    example: Mapping[str, Any] = field(default_factory=dict)
    clauses: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()
    sizes: Sequence[Mapping[str, Any]] = ({},) * 4
    differentiable: Sequence[str] = ()
    helpers: Sequence[Callable] = ()
    tolerance: float = 1e-4
    points: float = 1

    def __post_init__(self) -> None:
        if isinstance(self.hints, str) or len(self.hints) < 2:
            raise ValueError(f"hints={self.hints!r}: give at least two, from a nudge to nearly the answer")
        if not self.sizes:
            raise ValueError("sizes=(): give at least one set of keyword arguments for make_inputs")
        if self.difficulty not in (1, 2, 3):
            raise ValueError(f"difficulty={self.difficulty!r}: allowed are 1, 2 and 3")
        if not self.tolerance > 0:
            raise ValueError(f"tolerance={self.tolerance!r}: allowed is a number above 0")

    @property
    def name(self) -> str:
        return str(self.reference.__name__)

    def check(self, function: Any = None, *, seed: int = 0) -> Result:
        """Check the reader's function, display what was found, and return it.

        The inputs are drawn from `seed`, so that a reader who tries again meets the same example again. The
        global random number generators are left as they were.

        Raises:
            NotRight: an AssertionError, under grading only, on every outcome but "right".
        """
        result = self.judge(function, seed, SECONDS if grading() else math.inf)
        result.show()
        if result and not grading():
            note_solved(self.name)
        if grading() and not result:
            raise NotRight(result.box.plain())
        return result

    def hint(self, number: int = 1) -> None:
        """Display a hint; the first one tells least.

        Raises:
            ValueError: if there is no such hint.
        """
        if number not in range(1, len(self.hints) + 1):
            raise ValueError(f"number={number!r}: {self.name} has the hints 1 to {len(self.hints)}")
        more = f"Next: `{self.name}.hint({number + 1})`." if number < len(self.hints) else ""
        note = f" {number} of {len(self.hints)}"
        render.show(render.Box("hint", self.name, self.hints[number - 1], note=note, footer=more).bundle())

    def solution(self) -> None:
        """Display the source of the package's own function."""
        module = self.reference.__module__
        functions = (self.reference, *self.helpers)
        code = "\n\n\n".join(inspect.getsource(function).rstrip() for function in functions)
        intro = f"The package's own `{self.name}`, in `{module.replace('.', '/')}.py`"
        markdown = f"**Solution.** {intro}:\n\n```python\n{code}\n```"
        render.show({"text/plain": f"{intro}:\n\n{code}", "text/markdown": markdown})

    def trials(self, seed: int = 0) -> list[dict[str, Any]]:
        """The inputs of each trial, by name."""
        generator = torch.Generator().manual_seed(seed)
        trials = [self.make_inputs(generator, **size) for size in self.sizes]
        if not set(self.differentiable) <= set(trials[0]):
            raise ValueError(f"differentiable={self.differentiable!r}: the inputs are {', '.join(trials[0])}")
        return trials

    @property
    def card(self) -> Card:
        """The question as it stands in the lesson, in the hand-out, in docs and in boxes."""
        inputs = self.example or self.trials()[0]
        answer = call(self.reference, inputs, self.differentiable)
        return Card(self.name, self.title or self.name, self.difficulty, self.minutes, self.question, inputs, answer)

    def __repr__(self) -> str:
        return self._box().plain()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._box().bundle()

    def _box(self) -> render.Box:
        footer = f"`{self.name}.check(your_function)` · {self._help()}"
        return render.Box("question", self.name, self.question, self.card.rows, footer)

    def _help(self) -> str:
        hints = [f"`{self.name}.hint({n})`" for n in range(1, len(self.hints) + 1)]
        return f"Hints: {', '.join(hints)} · Solution: `{self.name}.solution()`"

    def judge(self, function: Any, seed: int = 0, seconds: float = math.inf) -> Result:
        """What `check` finds, neither shown nor kept, on inputs drawn from `seed`, in at most so many seconds."""
        try:
            if function is None or function is ...:
                raise NotAttempted
            return Judge(self.name, lambda: _known(self, seed), self.points, self._help()).result(function, seconds)
        except NotAttempted:
            hint = f"Your function returns nothing yet. If you have written it: is the `return` missing? {self._help()}"
            return Result(render.Box("not attempted", self.name, self.question, self.card.rows, hint))


@lru_cache(maxsize=256)
def _known(exercise: Exercise, seed: int) -> Known:
    trials = exercise.trials(seed)
    more = lambda: [inputs for other in (1, 2) for inputs in exercise.trials(seed + other)]  # noqa: E731
    return Known(
        exercise.reference,
        exercise.mistakes,
        trials,
        exercise.differentiable,
        exercise.tolerance,
        exercise.clauses,
        more,
    )

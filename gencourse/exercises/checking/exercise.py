"""An exercise: a question whose answer is a function of this package, checked by what the answer does.

A check calls the reader's function and the package's on the same random inputs and compares values,
gradients, shapes and types. A wrong answer is then compared with the exercise's known mistakes, each a wrong
implementation with its explanation, so that the reader is told what went wrong and not only that it did.
"""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from gencourse.exercises.checking import feedback, render
from gencourse.exercises.checking.card import Card
from gencourse.exercises.checking.difference import (
    ASPECTS,
    Answer,
    Difference,
    NotAttempted,
    alike,
    as_asked,
    call,
    difference,
)
from gencourse.exercises.checking.families import variants
from gencourse.exercises.checking.patterns import relation, tells_something
from gencourse.exercises.checking.sandbox import own_line, raised_by_hand, sandbox
from gencourse.support.notes import note_solved

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
        points: the exercise's points if right, otherwise 0.
    """

    def __init__(self, box: render.Box, points: float = 0, mistake: Mistake | None = None):
        self.box, self.points, self.mistake = box, points, mistake
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
        result = self.judge(function, seed)
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

    def judge(self, function: Any, seed: int = 0) -> Result:
        """What `check` finds, neither shown nor kept, on inputs drawn from `seed`."""
        if function is None or function is ...:
            return self._not_attempted()
        if not callable(function):
            return Result(feedback.not_a_function(self.name, function))
        with sandbox():
            trials = self.trials(seed)
            if complaint := feedback.signature(function, list(trials[0])):
                return Result(render.Box("raised", self.name, complaint))
            answers: dict[int, Answer] = {}
            errors: dict[int, Exception] = {}
            for i, inputs in enumerate(trials):
                try:
                    answers[i] = call(function, inputs, self.differentiable)
                except NotAttempted:
                    return self._not_attempted()
                except Exception as error:  # whatever the reader's code raises is shown to the reader
                    if isinstance(error, NotImplementedError) and raised_by_hand(error):
                        return self._not_attempted()
                    errors[i] = error
            others = self._compare(function, [trials[i] for i in answers], list(answers.values())) if answers else None
            if not errors:
                assert others is not None
                return others
            first = min(errors)
            box = feedback.raised(
                self.name, errors[first], own_line(errors[first]), trials[first], self._help(), others
            )
            return Result(box, mistake=others.mistake if others else None)

    def _not_attempted(self) -> Result:
        hint = f"Your function returns nothing yet. If you have written it: is the `return` missing? {self._help()}"
        return Result(render.Box("not attempted", self.name, self.question, self.card.rows, hint))

    def _compare(self, function: Callable, trials: list[dict[str, Any]], answers: list[Answer]) -> Result:
        keys = [call(self.reference, inputs, self.differentiable) for inputs in trials]
        answers = [as_asked(answer, key) for answer, key in zip(answers, keys, strict=True)]
        found = [difference(a, k, self.tolerance) for a, k in zip(answers, keys, strict=True)]
        failing = {i: d for i, d in enumerate(found) if d}
        if not failing:
            box = feedback.right(self.name, self.reference, len(trials), self.differentiable)
            return Result(box, self.points)
        first = min(failing.values(), key=lambda d: ASPECTS.index(d.aspect))
        if mistake := self._recognise(trials, answers, keys, first):
            return Result(feedback.mistaken(self.name, mistake.explanation, self._help()), mistake=mistake)
        again = [
            as_asked(call(function, inputs, self.differentiable), k) for inputs, k in zip(trials, keys, strict=True)
        ]
        if any(difference(b, a, self.tolerance) for a, b in zip(answers, again, strict=True)):
            return Result(feedback.random_answer(self.name, list(trials[0]), self._help()))
        same = [i for i, d in failing.items() if (d.aspect, d.name) == (first.aspect, first.name)]
        examples = feedback.Examples(trials, answers, keys, same)
        return Result(feedback.unexplained(self.name, first, examples, self._help(), self.tolerance))

    def _recognise(
        self, trials: list[dict[str, Any]], answers: list[Answer], keys: list[Answer], first: Difference
    ) -> Mistake | None:
        """The mistake that does on every trial what the reader's function does.

        First the exercise's own ones, then those that any exercise can meet, then both together; where two of those fit
        equally well, both are told, and where more do, they explain nothing. A wrong value is
        compared by values alone; right values with a wrong gradient by their gradients too. Where one output of several
        is wrong, a mistake that gives that output explains it.
        """
        upto = first.aspect if first.aspect in ("gradient", "mutation") else "value"
        with_respect_to = self.differentiable if upto != "value" else ()

        def does_the_same(function: Callable, in_part: bool = False) -> bool:
            for inputs, answer, key in zip(trials, answers, keys, strict=True):
                try:
                    theirs = as_asked(call(function, inputs, with_respect_to), key)
                except Exception:  # a variant that cannot be computed on these inputs explains nothing
                    return False
                if not difference(answer, theirs, self.tolerance, upto):
                    continue
                if not in_part or not alike(answer, theirs, first.name, self.tolerance):
                    return False
            return True

        for in_part in (False, True) if upto == "value" and len(keys[0].outputs) > 1 else (False,):
            for mistake in self.mistakes:
                if does_the_same(mistake.function, in_part):
                    return mistake
        if first.aspect not in ("value", "shape", "structure"):
            return None
        outputs = [value for answer in answers for value in answer.outputs.values()]
        if first.aspect == "value":
            pairs = feedback.Examples(trials, answers, keys, []).outputs(first.name)
            if relation(pairs, self.tolerance):
                return None
            outputs = [given for given, _ in pairs]
        if not tells_something(outputs):
            return None
        alone = [variant for variant in variants(self.reference, trials[0]) if does_the_same(variant[0])]
        if alone:
            words = list(dict.fromkeys(explanation for _, explanation in alone))
            return Mistake(alone[0][0], " Or: ".join(words)) if len(words) < 3 else None
        for mistake in self.mistakes:
            for both, added in variants(mistake.function, trials[0]):
                if does_the_same(both):
                    return Mistake(both, f"Two things. {mistake.explanation} And: {added}")
        return None


def grading() -> bool:
    """Whether nbgrader (autograde or validate) or GENCOURSE_GRADING=1 asks for failing cells."""
    switch = os.environ.get("GENCOURSE_GRADING", "")
    return bool(os.environ.get("NBGRADER_EXECUTION")) or switch not in ("", "0")

"""Recognising a mistake: what does on every trial what the reader's function does.

First the exercise's own mistakes, then those that any exercise can meet, then one of each together. All of them, and
what they make of each trial, are kept: the next wrong answer to the same exercise costs only the comparison.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import torch

from gencourse.exercises.checking.answer import Answer, as_asked, call
from gencourse.exercises.checking.difference import Difference, alike, difference, explained_where_finite, number
from gencourse.exercises.checking.families import Reading, readings_of, variants
from gencourse.exercises.checking.patterns import relations, tells_something
from gencourse.exercises.checking.result import Mistake

Glimpse = list[list[float]]
SOME = 5  # numbers that a mistake must explain, where it explains the finite ones alone
AT_MOST = 2  # explanations that fit equally well are told, each of them; more explain nothing


class Known:
    """The trials of one exercise, with their right answers and its mistakes.

    Args:
        reference: the answer key.
        listed: the exercise's own mistakes.
        trials: the inputs of each trial, by name.
        differentiable: names of the inputs with respect to which gradients are compared.
        tolerance: how far numbers may lie apart.
        clauses: phrases of the question, and of which trials they are true.
        more: gives trials of other seeds.
    """

    def __init__(
        self,
        reference: Callable,
        listed: Sequence[Mistake],
        trials: Sequence[Mapping[str, Any]],
        differentiable: Sequence[str],
        tolerance: float,
        clauses: Mapping[str, Callable[..., Any]],
        more: Callable[[], Sequence[Mapping[str, Any]]],
    ):
        self.reference, self.listed, self.trials = reference, listed, trials
        self.differentiable, self.tolerance, self.clauses, self.more = differentiable, tolerance, clauses, more
        self._made: dict[tuple[Callable, int, bool], tuple[Answer | None, Glimpse]] = {}

    @cached_property
    def keys(self) -> list[Answer]:
        """The right answer to each trial."""
        return [call(self.reference, inputs, self.differentiable) for inputs in self.trials]

    @cached_property
    def asked(self) -> dict[str, list[bool]]:
        """Which trials ask which clause of the question."""
        return {
            phrase: [bool(holds(*inputs.values())) for inputs in self.trials] for phrase, holds in self.clauses.items()
        }

    @cached_property
    def families(self) -> list[Mistake]:
        """Mistakes that any exercise can meet, without those that are none in this one."""
        found = [Mistake(*variant) for variant in variants(self.reference, self.trials[0], self._readings)]
        return [mistake for mistake in found if not self._is_right(mistake)]

    @cached_property
    def pairs(self) -> list[Mistake]:
        """Each of the exercise's own mistakes together with one that any exercise can meet."""
        return [
            Mistake(function, f"Two things. {mistake.explanation} And: {words}")
            for mistake in self.listed
            for function, words in variants(mistake.function, self.trials[0], self._readings, common=True)
        ]

    @cached_property
    def _readings(self) -> list[Reading]:
        return readings_of(self.trials[0])

    @cached_property
    def wide(self) -> "Known":
        """These trials and as many of other seeds: what fits all of them is no chance of a few."""
        trials = [*self.trials, *self.more()]
        return Known(self.reference, self.listed, trials, self.differentiable, self.tolerance, self.clauses, lambda: [])

    def listed_mistake(self, answers: Mapping[int, Answer], first: Difference) -> Mistake | None:
        """The exercise's own mistake in `answers`, by their trial's number; `first` is the most telling difference.

        Wrong values are compared by values alone; right values with a wrong gradient by their gradients too. Where one
        output of several is wrong, a mistake that gives that output explains it.
        """
        upto = first.aspect if first.aspect in ("gradient", "mutation") else "value"
        if listed := self.fitting(self.listed, answers, upto):
            return listed[0]
        several = upto == "value" and len(self.keys[0].outputs) > 1
        if several and (listed := self.fitting(self.listed, answers, upto, first.name)):
            said = _all_said(listed)
            return said and Mistake(said.function, f"In `{first.name}`: {said.explanation}")
        return None

    def listed_where_finite(self, answers: Mapping[int, Answer], first: Difference) -> Mistake | None:
        """The exercise's own mistake that gives the same wrong numbers wherever they are finite, SOME at least: in a
        spelling that meets ∞ or NaN at other places."""
        if first.aspect != "value":
            return None
        for mistake in self.listed:
            explained = 0
            for i, answer in answers.items():
                theirs, _ = self._of(mistake, i, False)
                if theirs is None:
                    break
                count = explained_where_finite(answer, theirs, self.keys[i], self.tolerance)
                if count is None:
                    break
                explained += count
            else:
                if explained >= SOME:
                    return mistake
        return None

    def mistake_of_a_family(
        self, answers: Mapping[int, Answer], first: Difference, wide: "Known", more: Mapping[int, Answer]
    ) -> Mistake | None:
        """One that any exercise can meet, alone or with a listed one, and that fits the answers to `wide` too."""
        if first.aspect not in ("value", "shape", "structure"):
            return None
        outputs = [value for answer in answers.values() for value in answer.outputs.values()]
        related: list[str] = []
        if first.aspect == "value":
            place = list(self.keys[0].outputs).index(first.name)
            outputs = [list(answer.outputs.values())[place] for answer in answers.values()]
            rights = [self.keys[i].outputs[first.name] for i in answers]
            related = relations(list(zip(outputs, rights, strict=True)), self.tolerance)
        if not tells_something(outputs):
            return None
        alone = wide.fitting(self.fitting(self.families, answers, "value"), more, "value")
        if related:
            return _all_said(alone, related) if alone else None
        if alone:
            return _all_said(alone)
        pairs = wide.fitting(self.fitting(self.pairs, answers, "value"), more, "value")
        return pairs[0] if pairs else None

    def fitting(
        self, mistakes: Iterable[Mistake], answers: Mapping[int, Answer], upto: str, part: str = ""
    ) -> list[Mistake]:
        """Those that give `answers`, or where `part` is an output's name at least that output of them."""
        places = [list(self.keys[0].outputs).index(part)] if part else range(len(self.keys[0].outputs))
        glimpses = {i: _glimpse(answer) for i, answer in answers.items()}

        def same(mistake: Mistake, i: int) -> bool:
            theirs, glimpse = self._of(mistake, i, upto != "value")
            if theirs is None or not _may_be(glimpses[i], glimpse, places, self.tolerance):
                return False
            if part:
                return alike(answers[i], theirs, part, self.tolerance)
            return not difference(answers[i], theirs, self.tolerance, upto)

        return [mistake for mistake in mistakes if all(same(mistake, i) for i in answers)]

    def _of(self, mistake: Mistake, i: int, with_gradients: bool) -> tuple[Answer | None, Glimpse]:
        """What a mistake makes of trial i; None where it cannot be computed, which explains nothing."""
        asked = mistake.function, i, with_gradients
        if asked not in self._made:
            # The sandbox's mode would look at each operation, which takes twice the time; and of what mistakes do the
            # reader has written nothing.
            try:
                with torch.DisableTorchFunction(), warnings.catch_warnings(action="ignore"):
                    made = call(mistake.function, self.trials[i], self.differentiable if with_gradients else ())
                made = as_asked(made, self.keys[i])
                self._made[asked] = made, _glimpse(made)
            except Exception:
                self._made[asked] = None, []
        return self._made[asked]

    def _is_right(self, mistake: Mistake) -> bool:
        for i, key in enumerate(self.keys):
            theirs, _ = self._of(mistake, i, False)
            if theirs is None or difference(theirs, key, self.tolerance, "value"):
                return False
        return True


def _all_said(mistakes: Sequence[Mistake], related: Sequence[str] = ()) -> Mistake | None:
    """One that says all that fit equally well; none where too many do."""
    words = list(dict.fromkeys([*related, *(mistake.explanation for mistake in mistakes)]))
    return Mistake(mistakes[0].function, " Or: ".join(words)) if len(words) <= AT_MOST else None


def _glimpse(answer: Answer) -> Glimpse:
    """The first few numbers of each output, enough to tell most answers apart at once."""
    numbers = [number(value) for value in answer.outputs.values()]
    return [[] if v is None or v.is_complex() else v.flatten()[:4].tolist() for v in numbers]


def _may_be(one: Glimpse, other: Glimpse, places: Iterable[int], tolerance: float) -> bool:
    if len(one) != len(other):
        return False
    return all(len(one[k]) == len(other[k]) and all(map(partial(_close, tolerance), one[k], other[k])) for k in places)


def _close(tolerance: float, a: float, b: float) -> bool:
    return abs(a - b) <= tolerance * (1 + abs(b)) or a == b or (a != a and b != b)

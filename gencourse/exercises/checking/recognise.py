"""Recognising a mistake: what does on every trial what the reader's function does.

First the exercise's own mistakes, then those that any exercise can meet, then one of each together. All of them, and
what they make of each trial, are kept: the next wrong answer to the same exercise costs only the comparison.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from gencourse.exercises.checking.difference import Answer, Difference, alike, as_asked, call, difference
from gencourse.exercises.checking.families import variants
from gencourse.exercises.checking.patterns import relations, tells_something
from gencourse.exercises.checking.result import Mistake

AT_MOST = 2  # explanations that fit equally well are told, each of them; more explain nothing


class Known:
    """The trials of one exercise, with their right answers and its mistakes.

    Args:
        reference: the answer key.
        listed: the exercise's own mistakes.
        trials: the inputs of each trial, by name.
        differentiable: names of the inputs with respect to which gradients are compared.
        tolerance: how far numbers may lie apart.
    """

    def __init__(
        self,
        reference: Callable,
        listed: Sequence[Mistake],
        trials: Sequence[Mapping[str, Any]],
        differentiable: Sequence[str],
        tolerance: float,
    ):
        self.reference, self.listed, self.trials = reference, listed, trials
        self.differentiable, self.tolerance = differentiable, tolerance
        self._made: dict[tuple[Callable, int, bool], Answer | None] = {}

    @cached_property
    def keys(self) -> list[Answer]:
        """The right answer to each trial."""
        return [call(self.reference, inputs, self.differentiable) for inputs in self.trials]

    @cached_property
    def families(self) -> list[Mistake]:
        """Mistakes that any exercise can meet, without those that are none in this one."""
        found = [Mistake(function, words) for function, words in variants(self.reference, self.trials[0])]
        return [mistake for mistake in found if not self._is_right(mistake)]

    @cached_property
    def pairs(self) -> list[Mistake]:
        """Each of the exercise's own mistakes together with one that any exercise can meet."""
        return [
            Mistake(function, f"Two things. {mistake.explanation} And: {words}")
            for mistake in self.listed
            for function, words in variants(mistake.function, self.trials[0])
        ]

    def explanation(self, answers: Mapping[int, Answer], first: Difference) -> Mistake | None:
        """The mistake in `answers`, by the number of their trial, of which `first` is the most telling difference.

        Wrong values are compared by values alone; right values with a wrong gradient by their gradients too. Where one
        output of several is wrong, a mistake that gives that output explains it.
        """
        upto = first.aspect if first.aspect in ("gradient", "mutation") else "value"
        if listed := self._alike(self.listed, answers, upto):
            return listed[0]
        several = upto == "value" and len(self.keys[0].outputs) > 1
        if several and (listed := self._alike(self.listed, answers, upto, first.name)):
            return _all_said(listed)
        if first.aspect not in ("value", "shape", "structure"):
            return None
        return self._of_a_family(answers, first)

    def _of_a_family(self, answers: Mapping[int, Answer], first: Difference) -> Mistake | None:
        outputs = [value for answer in answers.values() for value in answer.outputs.values()]
        related: list[str] = []
        if first.aspect == "value":
            place = list(self.keys[0].outputs).index(first.name)
            outputs = [list(answer.outputs.values())[place] for answer in answers.values()]
            rights = [self.keys[i].outputs[first.name] for i in answers]
            related = relations(list(zip(outputs, rights, strict=True)), self.tolerance)
        if not tells_something(outputs):
            return None
        alone = self._alike(self.families, answers, "value")
        if related:
            return _all_said(alone, related) if alone else None
        if alone:
            return _all_said(alone)
        pair = self._alike(self.pairs, answers, "value", most=1)
        return pair[0] if pair else None

    def _alike(
        self, mistakes: Iterable[Mistake], answers: Mapping[int, Answer], upto: str, part: str = "", most: int = 99
    ) -> list[Mistake]:
        """Those that give `answers`, or where `part` is an output's name at least that output of them."""
        found: list[Mistake] = []
        for mistake in mistakes:
            if len(found) < most and all(self._same(mistake, i, answer, upto, part) for i, answer in answers.items()):
                found.append(mistake)
        return found

    def _same(self, mistake: Mistake, i: int, answer: Answer, upto: str, part: str) -> bool:
        theirs = self._of(mistake, i, upto != "value")
        if theirs is None:
            return False
        if part:
            return alike(answer, theirs, part, self.tolerance)
        return not difference(answer, theirs, self.tolerance, upto)

    def _of(self, mistake: Mistake, i: int, with_gradients: bool) -> Answer | None:
        """What a mistake makes of trial i; None where it cannot be computed, which explains nothing."""
        asked = mistake.function, i, with_gradients
        if asked not in self._made:
            try:
                made = call(mistake.function, self.trials[i], self.differentiable if with_gradients else ())
                self._made[asked] = as_asked(made, self.keys[i])
            except Exception:
                self._made[asked] = None
        return self._made[asked]

    def _is_right(self, mistake: Mistake) -> bool:
        for i, key in enumerate(self.keys):
            theirs = self._of(mistake, i, False)
            if theirs is None or difference(theirs, key, self.tolerance, "value"):
                return False
        return True


def _all_said(mistakes: Sequence[Mistake], related: Sequence[str] = ()) -> Mistake | None:
    """One that says all that fit equally well; none where too many do."""
    words = list(dict.fromkeys([*related, *(mistake.explanation for mistake in mistakes)]))
    return Mistake(mistakes[0].function, " Or: ".join(words)) if len(words) <= AT_MOST else None

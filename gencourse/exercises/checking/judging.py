"""Judging a reader's function: call it on every trial, compare, and say what was found."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gencourse.exercises.checking import feedback
from gencourse.exercises.checking.answer import Answer, NotAttempted, as_asked, call
from gencourse.exercises.checking.bounds import TooLong, bounds
from gencourse.exercises.checking.difference import ASPECTS, Difference, difference
from gencourse.exercises.checking.recognise import Known
from gencourse.exercises.checking.result import Result
from gencourse.exercises.checking.returned import Refused
from gencourse.exercises.checking.sandbox import raised_by_hand, sandbox
from gencourse.exercises.checking.where import which_inputs

SLOW = 1.0  # seconds for all trials; an answer that takes longer is not asked about more of them


@dataclass(frozen=True)
class Judge:
    """What judges the answers to one exercise.

    Args:
        name: the exercise's.
        known: gives its trials, right answers and mistakes; called in the sandbox.
        points: what a right answer is worth.
        help: the sentence on hints and solution below what is told.
    """

    name: str
    known: Callable[[], Known]
    points: float
    help: str

    def result(self, function: object, seconds: float) -> Result:
        """What is found about `function` in at most so many seconds.

        Raises:
            NotAttempted: if it returned nothing, or raised NotImplementedError itself.
        """
        if not callable(function):
            return Result(feedback.not_a_function(self.name, function))
        with sandbox():
            known = self.known()
            try:
                with bounds(seconds):
                    return self._result(function, known)
            except TooLong as error:
                return Result(feedback.too_long(self.name, error, seconds, self.help))
            except Refused as refused:
                return Result(feedback.refused(self.name, str(refused), self.help))

    def _result(self, function: Callable, known: Known) -> Result:
        if complaint := feedback.signature(function, list(known.trials[0])):
            return Result(feedback.other_arguments(self.name, complaint))
        errors: dict[int, BaseException] = {}
        began = time.monotonic()
        answers = dict(self._answers(function, known, errors))
        slow = time.monotonic() - began > SLOW
        others = self._compared(function, known, answers, slow) if answers else None
        if not errors and others is not None:
            return others
        i = min(errors)
        where = which_inputs(known.trials, list(errors), known.asked)
        box = feedback.raised(self.name, errors[i], known.trials[i], self.help, where, others)
        if others is None:
            return Result(box)
        return Result(box, mistake=others.mistake, share=others.share * len(answers) / len(known.trials))

    def _answers(
        self, function: Callable, known: Known, errors: dict[int, BaseException]
    ) -> Iterator[tuple[int, Answer]]:
        """What the function makes of each trial, by its number; where it raises, the error is put down."""
        for i, inputs in enumerate(known.trials):
            try:
                yield i, as_asked(call(function, inputs, known.differentiable), known.keys[i])
            except (NotAttempted, Refused):
                raise
            except (Exception, SystemExit) as error:  # whatever the reader's code raises is shown to the reader
                if isinstance(error, NotImplementedError) and raised_by_hand(error):
                    raise NotAttempted from error
                errors[i] = error

    def _compared(self, function: Callable, known: Known, answers: dict[int, Answer], slow: bool) -> Result:
        """What is found about `answers`, by the number of their trial."""
        found = {i: difference(answer, known.keys[i], known.tolerance) for i, answer in answers.items()}
        failing = {i: d for i, d in found.items() if d}
        share = sum(map(_credit, found.values())) / len(found)
        if not failing:
            box = feedback.right(self.name, known.reference, len(answers), known.differentiable)
            return Result(box, self.points, share=share)
        first = min(failing.values(), key=lambda d: ASPECTS.index(d.aspect))
        if mistake := known.listed_mistake(answers, first):
            return Result(feedback.mistaken(self.name, mistake.explanation, self.help), 0, mistake, share)
        wrong = {i: answers[i] for i in failing}
        if len(wrong) > 1 and (mistake := known.listed_mistake(wrong, first)):
            words = feedback.on_some(mistake.explanation, len(wrong), len(answers))
            return Result(feedback.mistaken(self.name, words, self.help), 0, mistake, share)
        if mistake := known.listed_where_finite(answers, first):
            return Result(feedback.mistaken(self.name, mistake.explanation, self.help), 0, mistake, share)
        if self._draws(function, known, answers):
            return Result(feedback.random_answer(self.name, list(known.trials[0]), self.help), share=share)
        wide = known if slow else known.wide
        more = answers if slow else dict(self._answers(function, wide, {}))
        if mistake := known.mistake_of_a_family(answers, first, wide, more):
            return Result(feedback.mistaken(self.name, mistake.explanation, self.help), 0, mistake, share)
        examples, others = _examples(known, answers, first), _examples(wide, more, first)
        return Result(feedback.unexplained(self.name, first, examples, others, self.help), share=share)

    def _draws(self, function: Callable, known: Known, answers: dict[int, Answer]) -> bool:
        """Whether it answers otherwise when it is asked again."""
        try:
            again = {i: as_asked(call(function, known.trials[i], known.differentiable), known.keys[i]) for i in answers}
        except Exception:  # it remembers that it was called: so much is not told apart
            return False
        return any(difference(again[i], answer, known.tolerance) for i, answer in answers.items())


def _examples(known: Known, answers: dict[int, Answer], first: Difference) -> feedback.Examples:
    places = list(answers)
    found = [difference(answers[i], known.keys[i], known.tolerance) for i in places]
    failing = [place for place, d in enumerate(found) if d and (d.aspect, d.name) == (first.aspect, first.name)]
    asked = {phrase: [holds[i] for i in places] for phrase, holds in known.asked.items()}
    trials, keys = [known.trials[i] for i in places], [known.keys[i] for i in places]
    return feedback.Examples(trials, list(answers.values()), keys, failing, asked, known.tolerance)


def _credit(found: Difference | None) -> float:
    if found is None:
        return 1.0
    return 0.5 if found.aspect in ("gradient", "mutation") else 0.0

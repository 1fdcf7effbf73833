"""An answer to an exercise, and the two decorators that put it into the pool.

The answers were written from the cards alone, before anyone looked at what a check does with them; so they say how good
the checks are for answers that nobody tuned them to. Keep it so: mend a check for what it misses, not an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a student wrote: `words` say what the mistake is, or how a right answer goes about it."""

    exercise: str
    function: Callable
    words: str
    is_right: bool


ANSWERS: list[Answer] = []


def right(exercise: str, way: str) -> Callable[[Callable], Callable]:
    """Put a right answer to `exercise` into the pool; `way` says how it goes about it."""
    return _register(exercise, way, is_right=True)


def wrong(exercise: str, mistake: str) -> Callable[[Callable], Callable]:
    """Put a wrong answer to `exercise` into the pool; `mistake` says in a teacher's words what is wrong."""
    return _register(exercise, mistake, is_right=False)


def _register(exercise: str, words: str, is_right: bool) -> Callable[[Callable], Callable]:
    def register(function: Callable) -> Callable:
        ANSWERS.append(Answer(exercise, function, words, is_right))
        return function

    return register

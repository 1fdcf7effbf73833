"""What a lesson may be run with, and the check of it: papermill lets unknown names and wrong types through."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gencourse.support.checks import did_you_mean


class ParameterError(ValueError):
    """One or more parameters of a lesson are not allowed; the message names each of them."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type is that of `default`; numbers have a range, words a list of choices."""

    default: int | float | str
    help: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()

    def problem(self, value: Any) -> str | None:
        """What is wrong with `value`, as the end of a sentence, or None."""
        kind = type(self.default)
        accepted = (int, float) if kind is float else (kind,)
        if isinstance(value, bool) or not isinstance(value, accepted):
            return f"is a {type(value).__name__}; allowed is {self.allowed}"
        if self.choices and value not in self.choices:
            return f"is not known; allowed is {self.allowed}{did_you_mean(value, self.choices)}"
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            return f"is out of range; allowed is {self.allowed}"
        return None

    @property
    def allowed(self) -> str:
        if self.choices:
            return "one of " + ", ".join(map(repr, self.choices))
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        return f"{kind} from {self.low:,.10g} " + (f"to {self.high:,.10g}" if math.isfinite(self.high) else "up")


def check(lesson: str, allowed: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The lesson's parameters: those given, and the defaults of the rest.

    Raises:
        ParameterError: naming every unknown name, wrong type and value out of range at once.
    """
    problems = []
    for name, value in given.items():
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            problems.append(f"{name} is not a parameter of {lesson}; allowed are {known}{did_you_mean(name, allowed)}")
        elif problem := allowed[name].problem(value):
            problems.append(f"{name}={value!r} {problem}")
    if problems:
        raise ParameterError("\n".join(problems))
    return {name: given.get(name, parameter.default) for name, parameter in allowed.items()}


def read(word: str) -> Any:
    """What a word of a command line means: a number if it reads as one, else the word."""
    try:
        return json.loads(word)
    except json.JSONDecodeError:
        return word

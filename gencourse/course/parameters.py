"""What a lesson may be run with, and the check of it: papermill lets unknown names and wrong types through."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gencourse.support.checks import did_you_mean
from gencourse.support.places import OWN, absolute, not_there


class ParameterError(ValueError):
    """One or more parameters of a lesson are not allowed; the message names each of them."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type is that of `default`; numbers have a range, words may have a list of choices."""

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

    def settled(self, value: Any) -> Any:
        """An allowed value as the lesson takes it."""
        return value

    @property
    def allowed(self) -> str:
        if self.choices:
            return "one of " + ", ".join(map(repr, self.choices))
        if isinstance(self.default, str):
            return "a word"
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        return f"{kind} from {self.low:,.10g} " + (f"to {self.high:,.10g}" if math.isfinite(self.high) else "up")


@dataclass(frozen=True)
class FilePath(Parameter):
    """The path of a file of the reader's, or "" for none. It begins where the reader stands, and is kept absolute: a
    notebook that is run stands elsewhere."""

    def problem(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return f"is a {type(value).__name__}; allowed is {self.allowed}"
        path = absolute(value)
        if value and not path.is_file():
            return "is a folder" if path.is_dir() else not_there(path)
        return None

    def settled(self, value: str) -> str:
        return str(absolute(value)) if value else value

    @property
    def allowed(self) -> str:
        return "the path of a file, such as text.txt or ./5"


@dataclass(frozen=True)
class ImageSet(Parameter):
    """The images of a lesson: one of `choices`, or "folder:PATH" for the reader's own, where the lesson takes those.

    Args:
        classes: how many classes one's own images need; 0 where they are refused.
        refusal: why they are refused.
    """

    classes: int = 0
    refusal: str = ""

    def problem(self, value: Any) -> str | None:
        if not (isinstance(value, str) and value.startswith(OWN)):
            return super().problem(value)
        if not self.classes:
            return f"is refused: {self.refusal}; lessons 01, 02, 03, 08 and 10 take pictures of your own"
        return _of_own(value.removeprefix(OWN), self.classes)

    def settled(self, value: str) -> str:
        return f"{OWN}{absolute(value.removeprefix(OWN))}" if value.startswith(OWN) else value

    @property
    def allowed(self) -> str:
        return super().allowed + (f", or {OWN}PATH, a folder of your own pictures" if self.classes else "")


# Files of one's own that a lesson needs: in all, as batches are of 128 and a tenth of the files are for testing; and in
# each class, as there are probes with five labels a class.
LEAST, LEAST_OF_A_CLASS = 300, 20


def _of_own(path: str, classes: int) -> str | None:
    """What is wrong with a folder of the reader's own pictures, as the end of a sentence, or None."""
    from gencourse.data.folder import survey  # and with it torch, which the command does without

    if not path:
        return f"names no folder; write {OWN}PATH"
    try:
        found = survey(path).classes
    except ValueError as error:
        return f"will not do: {error}"
    if len(found) < classes:
        return (
            f"has one class, {', '.join(found)}; this lesson tells classes apart, and needs {classes} or more folders"
        )
    if (n := sum(found.values())) < LEAST:
        return f"has {n} files; a lesson needs {LEAST} or more"
    least = min(found, key=lambda name: found[name])
    if found[least] < LEAST_OF_A_CLASS:
        return f"has {found[least]} files in {least}; a lesson needs {LEAST_OF_A_CLASS} in each class"
    return None


def check(lesson: str, allowed: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The lesson's parameters: those given, as the lesson takes them, and the defaults of the rest.

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
    return {name: parameter.settled(given.get(name, parameter.default)) for name, parameter in allowed.items()}

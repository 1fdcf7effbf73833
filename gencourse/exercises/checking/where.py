"""Where an answer fails: exactly on which inputs, and at which entries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.difference import number


def which_inputs(
    trials: Sequence[Mapping[str, Any]], failing: Sequence[int], asked: Mapping[str, Sequence[bool]]
) -> str:
    """A sentence, if one property of the inputs parts the trials that fail from those that do not, or two do.

    What the question itself says of special inputs, `asked`, comes before what may be said of any. Where more than two
    fit, the trials are too few to say which it is, and nothing is said.
    """
    wanted = [i in set(failing) for i in range(len(trials))]
    if all(wanted) or not any(wanted):
        return ""
    said = [
        f"It fails exactly on the inputs that ask this of the question: “{phrase}”."
        for phrase, holds in asked.items()
        if list(holds) == wanted
    ]
    for words, held in _properties(trials).items() if not said else ():
        if len({_form(trial) for trial, holds in zip(trials, held, strict=True) if holds}) < 2:
            continue  # of one form of input alone, much else may be so
        if held == wanted:
            said.append(f"It fails exactly on the inputs where {words}.")
        elif [not holds for holds in held] == wanted:
            said.append(f"It is right only on the inputs where {words}.")
    return f" {' Or: '.join(said)}" if 0 < len(said) < 3 else ""


def _form(trial: Mapping[str, Any]) -> tuple[Any, ...]:
    """The shapes of the inputs, and those that have none themselves."""
    return tuple(tuple(v.shape) if isinstance(v, Tensor) else v for v in trial.values())


def _properties(trials: Sequence[Mapping[str, Any]]) -> dict[str, list[bool]]:
    """What may be said of inputs, in words, and of which trials it holds.

    Only what is a case of its own is said: a size of 1, a 0, an infinity. That a size is 4, or equal to another, or a
    temperature 0.2, parts the trials by chance.
    """
    found: dict[str, list[bool]] = {}
    seen: set[tuple[int, ...]] = set()
    for name, value in trials[0].items():
        values = [trial[name] for trial in trials]
        if isinstance(value, Tensor):
            for axis in range(value.dim()):
                sizes = tuple(v.shape[axis] for v in values)
                if sizes not in seen:  # else it is the size of another axis too, which stands for both
                    found[f"axis {axis} of `{name}` has size 1"] = [size == 1 for size in sizes]
                seen.add(sizes)
            for words, holds in OF_NUMBERS.items() if value.is_floating_point() else ():
                found[f"`{name}` has {words}"] = [bool(holds(v.detach().double())) for v in values]
        elif isinstance(value, bool | str):
            for level in sorted(set(values)):
                found[f"`{name}` is {level}"] = [v == level for v in values]
        elif isinstance(value, int):
            for level in (0, 1):
                found[f"`{name}` is {level}"] = [v == level for v in values]
    return found


OF_NUMBERS: dict[str, Callable[[Tensor], Any]] = {
    "a 0 in it": lambda v: (v == 0).any(),
    "an infinity in it": lambda v: v.isinf().any(),
    "numbers beyond 100": lambda v: (v.abs() > 100).any(),
    "equal entries": lambda v: len(v.unique()) < v.numel(),
}


def wrong_entries(got: Any, expected: Any, tolerance: float) -> Tensor | None:
    """Where numbers differ, as truth values of their shape; None if they are no numbers of one shape."""
    g, e = number(got), number(expected)
    if g is None or e is None or g.shape != e.shape or g.is_complex() or not g.numel():
        return None
    return ~torch.isclose(g, e, rtol=tolerance, atol=tolerance, equal_nan=True)


def first_entry(wrong: Tensor) -> tuple[int, ...]:
    """The index of the first wrong entry."""
    return tuple(int(i) for i in wrong.nonzero()[0])


def which_entries(wrongs: Sequence[Tensor], rights: Sequence[Tensor]) -> str:
    """A sentence, if on every failing trial the same part of the answer is wrong, and no other, or either of two.

    On trials of a single size a row or a column is wrong by chance.
    """
    said = [
        words
        for words, part in (CASES | PLACES if len({wrong.shape for wrong in wrongs}) > 1 else CASES).items()
        if all(_is_part(wrong, part(right)) for wrong, right in zip(wrongs, rights, strict=True))
    ]
    return f" Wrong are exactly the entries {', or: '.join(said)}." if 0 < len(said) < 3 else ""


def _is_part(wrong: Tensor, part: Tensor | None) -> bool:
    return part is not None and bool(part.any()) and not bool(part.all()) and bool((wrong == part).all())


def _at(axis: int, place: int) -> Callable[[Tensor], Tensor | None]:
    def part(right: Tensor) -> Tensor | None:
        if right.dim() <= (axis if axis >= 0 else -axis - 1):
            return None
        chosen = torch.zeros(right.shape, dtype=torch.bool)
        chosen.select(axis, place).fill_(True)
        return chosen

    return part


def _triangle(shift: int, upper: bool) -> Callable[[Tensor], Tensor | None]:
    def part(right: Tensor) -> Tensor | None:
        if right.dim() < 2 or right.shape[-1] != right.shape[-2]:
            return None
        ones = torch.ones(right.shape, dtype=torch.bool)
        return ones.triu(shift) if upper else ones.tril(shift)

    return part


def _diagonal(right: Tensor) -> Tensor | None:
    upper, lower = _triangle(0, True)(right), _triangle(0, False)(right)
    return None if upper is None or lower is None else upper & lower


CASES: dict[str, Callable[[Tensor], Tensor | None]] = {
    "that should be 0": lambda right: right == 0,
    "that should be −∞": lambda right: torch.isneginf(right),
    "that should be ∞": lambda right: torch.isposinf(right),
    "on the diagonal": _diagonal,
    "above the diagonal": _triangle(1, True),
    "below the diagonal": _triangle(-1, False),
}
PLACES: dict[str, Callable[[Tensor], Tensor | None]] = {
    "of the first row": _at(0, 0),
    "of the last row": _at(0, -1),
    "of the first column": _at(-1, 0),
    "of the last column": _at(-1, -1),
}

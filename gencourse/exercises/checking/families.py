"""Mistakes that any exercise can meet, made from the right answer itself: arguments exchanged, or read otherwise.

An answer that does on every trial what such a variant does is told which it is. Variants that give the right answer
(a symmetric function's exchanged arguments) explain nothing, as a right answer is never asked about.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

Variant = tuple[Callable[..., Any], str]


def variants(function: Callable, inputs: Mapping[str, Any]) -> Iterator[Variant]:
    """Functions called like `function`, and what to tell the reader who has written one; `inputs` are one trial's."""
    names = list(inputs)
    yield from _exchanged(function, inputs, names)
    for k, name in enumerate(names):
        yield from _misread(function, k, name, inputs[name])
    yield from _shaped(function)


def _exchanged(function: Callable, inputs: Mapping[str, Any], names: list[str]) -> Iterator[Variant]:
    for i, j in combinations(range(len(names)), 2):
        a, b = inputs[names[i]], inputs[names[j]]
        if isinstance(a, Tensor) != isinstance(b, Tensor) or isinstance(a, str) or isinstance(b, str):
            continue

        def exchanged(*arguments: Any, i: int = i, j: int = j) -> Any:
            given = list(arguments)
            given[i], given[j] = given[j], given[i]
            return function(*given)

        yield exchanged, f"You exchanged `{names[i]}` and `{names[j]}`."


def _misread(function: Callable, k: int, name: str, value: Any) -> Iterator[Variant]:
    """One argument taken for something else."""
    for words, change in READINGS.items():
        if not _fits(change, value):
            continue

        def misread(*arguments: Any, k: int = k, change: Callable = change) -> Any:
            given = list(arguments)
            given[k] = change(given[k])
            return function(*given)

        yield misread, words.format(name)


def _fits(change: Callable, value: Any) -> bool:
    """Whether `value` can be changed so, into something of the same kind."""
    if isinstance(value, bool | str) or not isinstance(value, Tensor | int | float):
        return False
    if isinstance(value, Tensor) and not value.is_floating_point():
        return False
    try:
        made = change(value)
    except (TypeError, ValueError, RuntimeError, IndexError, ZeroDivisionError, OverflowError):
        return False
    return isinstance(made, Tensor) == isinstance(value, Tensor) and not isinstance(made, complex)


def _power(power: float) -> Callable[[Any], Any]:
    return lambda value: value**power


def _of_both(of_tensor: Callable[[Tensor], Tensor]) -> Callable[[Any], Any]:
    """Of a tensor, or of a number."""

    def change(value: Any) -> Any:
        return of_tensor(value) if isinstance(value, Tensor) else float(of_tensor(torch.tensor(float(value))))

    return change


def _only_tensors(of_tensor: Callable[[Tensor], Tensor]) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if not isinstance(value, Tensor):
            raise TypeError
        return of_tensor(value)

    return change


READINGS: dict[str, Callable[[Any], Any]] = {
    "You used the square of `{0}` where `{0}` itself is meant.": _power(2),
    "You used the square root of `{0}` where `{0}` itself is meant.": _of_both(torch.sqrt),
    "You used exp({0}) where `{0}` itself is meant.": _of_both(torch.exp),
    "You used log({0}) where `{0}` itself is meant.": _of_both(torch.log),
    "You used 1/{0} where `{0}` is meant: multiplied in place of divided, or the other way round.": _power(-1),
    "You used `{0}` with the wrong sign.": lambda value: -value,
    "You used half of `{0}`, as of a variance for a standard deviation in logarithms.": lambda value: value / 2,
    "You used twice `{0}`, as of a standard deviation for a variance in logarithms.": lambda value: value * 2,
    "You left `{0}` out: it is as if it were 1.": _of_both(torch.ones_like),
    "You left `{0}` out: it is as if it were 0.": _of_both(torch.zeros_like),
    "You took 1 − {0} for `{0}`.": lambda value: 1 - value,
    "You normalised `{0}` to length 1, which is not asked for.": _only_tensors(
        lambda value: torch.nn.functional.normalize(value, dim=-1)
    ),
    "You took `{0}` for logits: you passed it through a softmax first.": _only_tensors(lambda value: value.softmax(-1)),
    "You passed `{0}` through a sigmoid first.": _only_tensors(torch.sigmoid),
    "You read the last axis of `{0}` from its end.": _only_tensors(lambda value: value.flip(-1)),
    "You read the first axis of `{0}` from its end.": _only_tensors(lambda value: value.flip(0)),
}


def _shaped(function: Callable) -> Iterator[Variant]:
    """The right answer, reduced or rearranged afterwards."""
    for words, change in SHAPINGS.items():

        def shaped(*arguments: Any, change: Callable = change) -> Any:
            return change(function(*arguments))

        yield shaped, words


SHAPINGS: dict[str, Callable[[Any], Any]] = {
    "You summed over everything: the numbers are right, and each is wanted by itself.": lambda out: out.sum(),
    "You averaged over everything: the numbers are right, and each is wanted by itself.": lambda out: out.mean(),
    "You summed over the first axis of the answer.": lambda out: out.sum(0),
    "You averaged over the first axis of the answer.": lambda out: out.mean(0),
    "You summed over the last axis of the answer.": lambda out: out.sum(-1),
    "You averaged over the last axis of the answer.": lambda out: out.mean(-1),
    "You exchanged the two outputs.": lambda out: (
        tuple(reversed(out)) if isinstance(out, tuple) and len(out) == 2 else None
    ),
    "The answer is right but for its sign, and cut off at 0.": lambda out: (-out).clamp(min=0),
    "You cut the answer off at 0: negative numbers are right ones here.": lambda out: out.clamp(min=0),
    "You rounded the answer.": lambda out: out.round(),
    "You normalised the rows of the answer once more.": lambda out: out / out.sum(-1, keepdim=True),
}

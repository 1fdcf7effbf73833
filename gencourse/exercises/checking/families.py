"""Mistakes that any exercise can meet, made from the right answer itself: arguments exchanged, or read otherwise.

An answer that does on every trial what such a variant does is told which it is. Variants that give the right answer
(a symmetric function's exchanged arguments) explain nothing, as a right answer is never asked about.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.difference import close
from gencourse.exercises.checking.readings import (
    OF_REALS,
    OF_STEPS,
    OF_TENSORS,
    OF_TRUTH,
    OF_WHOLE,
    Change,
    of_answer,
    of_scale,
)

Variant = tuple[Callable[..., Any], str]


@dataclass(frozen=True)
class Reading:
    """The argument at `place` taken for something else; `seldom` is one that is not met beside another mistake."""

    place: int
    words: str
    change: Change
    seldom: bool


UNFIT = (TypeError, ValueError, RuntimeError, IndexError, ZeroDivisionError, OverflowError)


def variants(
    function: Callable, inputs: Mapping[str, Any], readings: Iterable[Reading], *, common: bool = False
) -> Iterator[Variant]:
    """Functions called like `function`, and what to tell the reader who has written one; `inputs` are one trial's.

    With `common` those alone that are met beside another mistake, and that are soon computed.
    """
    yield from _exchanged(function, inputs, list(inputs))
    for reading in readings:
        if not (common and reading.seldom):
            yield partial(_misread, function, reading), reading.words
    yield from _shaped(function, inputs)
    if not common:
        yield from _beside(function, inputs)
        yield from _turned(function, inputs)
        yield from _one_by_one(function, inputs)


def readings_of(inputs: Mapping[str, Any]) -> list[Reading]:
    """What each argument can be taken for; of several readings that make the same of its value, the first."""
    found: list[Reading] = []
    for k, (name, value) in enumerate(inputs.items()):
        made: list[Any] = [value]
        for words, change in _changes(name, value).items():
            try:
                new = change(value)
            except UNFIT:
                continue
            if isinstance(new, Tensor) != isinstance(value, Tensor) or isinstance(new, complex):
                continue
            if not any(close(new, old, 1e-6) for old in made):
                found.append(Reading(k, words.format(name), change, words in OF_TENSORS or words in OF_WHOLE))
                made.append(new)
    return found


def _changes(name: str, value: Any) -> dict[str, Change]:
    if isinstance(value, bool | int):
        return OF_TRUTH if isinstance(value, bool) else OF_WHOLE | OF_REALS
    if isinstance(value, float):
        return of_scale(name) | OF_REALS
    if not isinstance(value, Tensor):
        return {}
    if value.is_floating_point():
        return of_scale(name) | OF_REALS | OF_TENSORS
    return (OF_TRUTH if value.dtype == torch.bool else OF_WHOLE) | OF_TENSORS


def _misread(function: Callable, reading: Reading, *arguments: Any) -> Any:
    given = list(arguments)
    given[reading.place] = reading.change(given[reading.place])
    return function(*given)


def _exchanged(function: Callable, inputs: Mapping[str, Any], names: list[str]) -> Iterator[Variant]:
    for i, j in combinations(range(len(names)), 2):
        a, b = inputs[names[i]], inputs[names[j]]
        if isinstance(a, Tensor) != isinstance(b, Tensor) or isinstance(a, str) or isinstance(b, str):
            continue

        def exchanged(*arguments: Any, i: int = i, j: int = j) -> Any:
            given = list(arguments)
            given[i], given[j] = given[j], given[i]
            return function(*given)

        def both(*arguments: Any, other: Callable = exchanged) -> Any:
            return (function(*arguments) + other(*arguments)) / 2

        yield exchanged, f"You exchanged `{names[i]}` and `{names[j]}`."
        if isinstance(a, Tensor) and isinstance(b, Tensor) and a.shape == b.shape:
            words = f"You averaged both directions: `{names[i]}` and `{names[j]}` are exchanged in one of them."
            yield both, words


def _turned(function: Callable, inputs: Mapping[str, Any]) -> Iterator[Variant]:
    """Two axes exchanged in all inputs that have them, and exchanged back in the answer: work along the wrong axis."""
    most = max((value.dim() for value in inputs.values() if isinstance(value, Tensor)), default=0)
    for i, j in combinations(range(min(most, 4)), 2):

        def exchange(value: Any, i: int = i, j: int = j) -> Any:
            return value.transpose(i, j).contiguous() if isinstance(value, Tensor) and value.dim() > j else value

        def turned(*arguments: Any, exchange: Callable = exchange) -> Any:
            return exchange(function(*map(exchange, arguments)))

        yield turned, f"You worked along the wrong axis: axes {i} and {j} have changed places."


def _one_by_one(function: Callable, inputs: Mapping[str, Any]) -> Iterator[Variant]:
    """Where one number comes of a batch: a number of each row, and then their mean or sum."""
    tensors = [value for value in inputs.values() if isinstance(value, Tensor) and value.dim()]
    if len({len(value) for value in tensors}) != 1:
        return
    for done, change in (("averaged", torch.mean), ("summed", torch.sum)):

        def rows(*arguments: Any, change: Callable = change) -> Any:
            size = next(len(value) for value in arguments if isinstance(value, Tensor) and value.dim())
            found = [
                function(*(v[i : i + 1] if isinstance(v, Tensor) and v.dim() else v for v in arguments))
                for i in range(size)
            ]
            if found[0].dim():
                raise ValueError("the answer keeps its rows")
            return change(torch.stack(found))

        yield rows, f"You took each row of the inputs by itself and {done} what came: that counts all rows the same."


def _beside(function: Callable, inputs: Mapping[str, Any]) -> Iterator[Variant]:
    """Where the answer is one of the inputs after a step: the step alone, or taken the other way."""
    for k, (name, value) in enumerate(inputs.items()):
        for words, change in OF_STEPS.items() if isinstance(value, Tensor) and value.is_floating_point() else ():

            def stepped(*arguments: Any, k: int = k, change: Callable = change) -> Any:
                out = function(*arguments)
                if out.shape != arguments[k].shape:
                    raise ValueError("no step from this input")
                return change(arguments[k], out)

            yield stepped, words.format(name)


def _shaped(function: Callable, inputs: Mapping[str, Any]) -> Iterator[Variant]:
    """The right answer, reduced or rearranged afterwards."""
    most = max((value.dim() for value in inputs.values() if isinstance(value, Tensor)), default=0)
    for words, change in of_answer(min(most, 4)).items():

        def shaped(*arguments: Any, change: Callable = change) -> Any:
            return change(function(*arguments))

        yield shaped, words

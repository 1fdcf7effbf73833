"""What the reader is told: each outcome of a check as a box."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.difference import Answer, Difference, close, describe, number
from gencourse.exercises.checking.render import Box, shape, short

SMALL = 24  # numbers; inputs with more are shown by their shapes


def right(name: str, reference: Callable, n_trials: int, differentiable: Sequence[str]) -> Box:
    what = "values and gradients agree" if differentiable else "values agree"
    text = f"On {n_trials} random inputs {what} with `{reference.__module__}.{reference.__name__}`."
    return Box("right", name, text, footer=f"To compare notes: `{name}.solution()`")


def mistaken(name: str, explanation: str, footer: str) -> Box:
    return Box("wrong", name, explanation, footer=footer)


def not_a_function(name: str, value: Any) -> Box:
    text = (
        f"`check` takes your function itself and calls it; it was given {describe(value)}. "
        f"Write `{name}.check(my_function)`, with no parentheses after `my_function`."
    )
    return Box("wrong", name, text)


def random_answer(name: str, inputs: Sequence[str], footer: str) -> Box:
    text = (
        "Called twice with the same arguments, your function gives two answers: it draws random numbers of "
        f"its own. All that it needs is in its arguments: {_listed(inputs)}."
    )
    return Box("wrong", name, text, footer=footer)


def signature(function: Callable, names: Sequence[str]) -> str | None:
    """A complaint if `function` cannot be called with these arguments by position."""
    try:
        wanted = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions do not tell their signature
        return None
    try:
        wanted.bind(*names)
    except TypeError:
        return f"Your function takes `{wanted}`; it is called with {_listed(names)}, in this order."
    return None


def raised(name: str, error: Exception, line: tuple[int, str] | None, inputs: Mapping[str, Any], footer: str) -> Box:
    if line is None:
        text = "No line of yours raised it: it came from a library, or from the gradient of your result."
        where: tuple[tuple[str, str], ...] = ()
    else:
        text = f"Your function stopped in line {line[0]}."
        where = ((f"line {line[0]}", line[1]),) if line[1] else ()
    message = str(error).strip().splitlines() or [""]
    rows = (*where, (type(error).__name__, message[0][:300]), ("called with", _shapes(inputs)))
    return Box("raised", name, text, rows, footer)


@dataclass(frozen=True)
class Examples:
    """Every trial's inputs, the reader's answer and the right one, and which trials failed."""

    trials: Sequence[Mapping[str, Any]]
    answers: Sequence[Answer]
    keys: Sequence[Answer]
    failing: Sequence[int]

    def outputs(self, name: str) -> list[tuple[Any, Any]]:
        """(got, expected) of the output called `name`, for every trial."""
        place = list(self.keys[0].outputs).index(name)
        return [
            (list(a.outputs.values())[place], k.outputs[name]) for a, k in zip(self.answers, self.keys, strict=True)
        ]


def unexplained(name: str, first: Difference, examples: Examples, footer: str, tolerance: float) -> Box:
    """A wrong answer that no known mistake explains: the smallest failing example, and its pattern if any."""
    numbers = first.aspect in ("value", "gradient")
    where = min(examples.failing, key=lambda i: _count(examples.trials[i]) if numbers else i)
    text, total, wrong = first.message, len(examples.trials), len(examples.failing)
    if first.aspect == "value":
        text += _pattern(examples.outputs(first.name), tolerance)
    if wrong < total:
        text += f" It is so on {wrong} of {total} inputs, this one among them:"
    return Box("wrong", name, text, tuple(_example(first, examples, where)), footer)


def _example(first: Difference, examples: Examples, where: int) -> list[tuple[str, str]]:
    """Rows: the inputs, what was expected, what came."""
    inputs = examples.trials[where]
    if first.aspect not in ("value", "gradient"):
        return [("called with", _shapes(inputs))]
    rows = [(n, short(v) if _count(inputs) <= SMALL else _summary(v)) for n, v in inputs.items()]
    if first.aspect == "gradient":
        answer, key = examples.answers[where], examples.keys[where]
        g, e = answer.gradients[first.name], key.gradients[first.name]
        label = f"your gradient of {first.name}"
    else:
        g, e = examples.outputs(first.name)[where]
        label = f"your {first.name or 'answer'}"
    return [*rows, ("expected", short(e)), (label, "none" if g is None else short(g))]


def _pattern(pairs: Sequence[tuple[Any, Any]], tolerance: float) -> str:
    """A sentence, if the wrong numbers stand in one simple relation to the right ones; otherwise nothing."""
    numbers = [(number(g), number(e)) for g, e in pairs]
    if any(g is None or e is None or g.shape != e.shape for g, e in numbers):
        return ""
    g = torch.cat([a.flatten() for a, _ in numbers if a is not None])
    e = torch.cat([b.flatten() for _, b in numbers if b is not None])
    both = torch.cat([g, e])
    if len(g) < 3 or both.is_complex() or not bool(torch.isfinite(both).all()):
        return ""
    ratio, gap = float((g * e).sum() / (e * e).sum().clamp(min=1e-12)), float((g - e).median())
    if close(g, -e, tolerance):
        return " It has the wrong sign everywhere."
    if close(g, ratio * e, tolerance) and abs(ratio) > tolerance:
        return f" Everywhere it is {ratio:.4g} times what it should be."
    if close(g, e + gap, tolerance):
        return f" Everywhere it is too {'large' if gap > 0 else 'small'} by {abs(gap):.4g}."
    return ""


def _count(inputs: Mapping[str, Any]) -> int:
    return sum(v.numel() if isinstance(v, Tensor) else 1 for v in inputs.values())


def _summary(value: Any) -> str:
    if not isinstance(value, Tensor) or not value.numel():
        return shape(value)
    low, high = short(value.min().double()), short(value.max().double())
    return f"shape {tuple(value.shape)}, from {low} to {high}"


def _shapes(inputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} {shape(v)}" for n, v in inputs.items())


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{n}`" for n in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]

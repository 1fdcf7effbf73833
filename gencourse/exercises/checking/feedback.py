"""What the reader is told: each outcome of a check as a box."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.answer import Answer
from gencourse.exercises.checking.difference import Difference, close, number
from gencourse.exercises.checking.patterns import pattern
from gencourse.exercises.checking.render import Box, shape, short
from gencourse.exercises.checking.returned import described
from gencourse.exercises.checking.sandbox import own_line
from gencourse.exercises.checking.where import first_entry, which_entries, which_inputs, wrong_entries

SMALL = 24  # numbers; inputs with more are shown by their shapes


def right(name: str, reference: Callable, n_trials: int, differentiable: Sequence[str]) -> Box:
    what = "values and gradients agree" if differentiable else "values agree"
    text = f"On {n_trials} random inputs {what} with `{reference.__module__}.{reference.__name__}`."
    return Box("right", name, text, footer=f"To compare notes: `{name}.solution()`")


def mistaken(name: str, explanation: str, footer: str) -> Box:
    return Box("wrong", name, explanation, footer=footer)


def on_some(explanation: str, wrong: int, total: int) -> str:
    """The explanation of a mistake that is made on some inputs only, as where a special case is caught."""
    return f"{explanation} It is so on {wrong} of {total} inputs; on the others your answer is right."


def not_a_function(name: str, value: Any) -> Box:
    text = (
        f"`check` takes your function itself and calls it; it was given {described(value)}. "
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


def raised(
    name: str,
    error: BaseException,
    inputs: Mapping[str, Any],
    footer: str,
    which: str,
    others: Any = None,
) -> Box:
    """Where the reader's function stopped, on which inputs, and what was found on the `others`."""
    where, rows = _stopped(error)
    text = (
        f"Your function stopped in {where}."
        if where
        else ("No line of yours raised it: it came from a library, or from the gradient of your result.")
    )
    text += which
    if others is not None:
        text += " On all other inputs it is right." if others else f" On the other inputs: {others.explanation}"
    message = str(error).strip().splitlines() or [""]
    rows = (*rows, (type(error).__name__, message[0][:300]), ("called with", _shapes(inputs)))
    return Box("raised", name, text, rows, footer)


def too_long(name: str, error: BaseException, seconds: float, footer: str) -> Box:
    """That the function did not come to an end."""
    where, rows = _stopped(error)
    at = f" It was in {where}." if where else ""
    text = f"After {seconds:g} seconds your function had not come to an end on all inputs.{at} Does a loop never end?"
    return Box("raised", name, text, rows, footer)


def refused(name: str, message: str, footer: str) -> Box:
    return Box("wrong", name, message, footer=footer)


def other_arguments(name: str, complaint: str) -> Box:
    return Box("raised", name, complaint)


def _stopped(error: BaseException) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where the reader's own code was, and that line as a row; nothing where no line of it was."""
    line = own_line(error)
    if line is None:
        return "", ()
    return f"line {line[0]}", ((f"line {line[0]}", line[1]),) if line[1] else ()


@dataclass(frozen=True)
class Examples:
    """Every trial's inputs, the reader's answer and the right one, which trials failed, and which ask what."""

    trials: Sequence[Mapping[str, Any]]
    answers: Sequence[Answer]
    keys: Sequence[Answer]
    failing: Sequence[int]
    asked: Mapping[str, Sequence[bool]]
    tolerance: float

    def outputs(self, name: str) -> list[tuple[Any, Any]]:
        """(got, expected) of the output called `name`, for every trial."""
        place = list(self.keys[0].outputs).index(name)
        return [
            (list(a.outputs.values())[place], k.outputs[name]) for a, k in zip(self.answers, self.keys, strict=True)
        ]


def unexplained(name: str, first: Difference, examples: Examples, wide: Examples, footer: str) -> Box:
    """A wrong answer that no known mistake explains: how it stands to the right one, and where it fails.

    What is said of all inputs holds on those of `wide` too.
    """
    numbers = first.aspect in ("value", "gradient")
    where = min(examples.failing, key=lambda i: _count(examples.trials[i]) if numbers else i)
    text, total, wrong = first.message, len(examples.trials), len(examples.failing)
    said = ""
    if first.aspect == "value":
        right = [output for output in wide.keys[0].outputs if _is_right(wide, output)]
        if right:
            text += f" {_listed(right)} {'is' if len(right) == 1 else 'are'} right."
        others = [output for output in wide.keys[0].outputs if output not in (first.name, *right)]
        said = _relation(wide, first.name) or next(
            (f" Of `{output}`:{words}" for output in others if (words := _relation(wide, output))), ""
        )
    text += said or which_inputs(wide.trials, wide.failing, wide.asked)
    if wrong < total:
        text += f" It is so on {wrong} of {total} inputs, this one among them:"
    return Box("wrong", name, text, tuple(_example(first, examples, where)), footer)


def _is_right(examples: Examples, output: str) -> bool:
    return all(close(g, e, examples.tolerance) for g, e in examples.outputs(output))


def _relation(examples: Examples, output: str) -> str:
    """How one output stands to the right one, or which entries of it are wrong."""
    pairs = examples.outputs(output)
    if said := pattern(pairs, examples.trials, examples.tolerance):
        return said
    compared = [(wrong_entries(g, e, examples.tolerance), number(e)) for g, e in pairs]
    known = [(w, e) for w, e in compared if w is not None and e is not None]
    failing = [(w, e) for w, e in known if bool(w.any())]
    if len(known) < len(pairs) or not failing:
        return ""
    return which_entries([w for w, _ in failing], [e for _, e in failing])


def _example(first: Difference, examples: Examples, where: int) -> list[tuple[str, str]]:
    """Rows: the inputs, what was expected, what came, and the first entry that differs."""
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
    rows += [("expected", short(e)), (label, "none" if g is None else short(g))]
    wrong = None if g is None else wrong_entries(g, e, examples.tolerance)
    if wrong is not None and wrong.dim() and bool(wrong.any()):
        at = first_entry(wrong)
        place = ", ".join(map(str, at))
        rows.append(
            (f"at [{place}]", f"expected {short(torch.as_tensor(e)[at])}, yours {short(torch.as_tensor(g)[at])}")
        )
    return rows


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

"""How two answers differ: values, gradients, shapes, types; no source text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.answer import Answer
from gencourse.exercises.checking.returned import described

# What can differ, in the order in which it is told: there is no use in explaining a gradient to someone whose
# answer has the wrong shape.
ASPECTS = ("structure", "type", "shape", "dtype", "value", "gradient", "mutation")


@dataclass(frozen=True)
class Difference:
    """The first aspect in which two answers differ, the output or input concerned, and a sentence."""

    aspect: str
    name: str
    message: str


def difference(got: Answer, expected: Answer, tolerance: float, upto: str = ASPECTS[-1]) -> Difference | None:
    """The first difference between two answers, looking at the aspects up to and including `upto`."""
    aspects = ASPECTS[: ASPECTS.index(upto) + 1]
    if found := _structure(got.outputs, expected.outputs):
        return found
    pairs = [(n, g, e) for g, (n, e) in zip(got.outputs.values(), expected.outputs.items(), strict=True)]
    for name, g, e in pairs:
        if found := _kind(name, g, e):
            return found
    for name, g, e in pairs:
        if "value" in aspects and not close(g, e, tolerance):
            return Difference("value", name, _value_message(name, g, e))
    for name, g in got.gradients.items() if "gradient" in aspects else ():
        if found := _gradient(name, g, expected.gradients[name], tolerance):
            return found
    if "mutation" in aspects and got.changed != expected.changed:
        names = " and ".join(f"`{name}`" for name in got.changed) or "nothing"
        message = f"Your function changes {names} in place. The caller may still need it: work on a `.clone()`."
        return Difference("mutation", names, message)
    return None


def alike(got: Answer, expected: Answer, name: str, tolerance: float) -> bool:
    """Whether the output `name` is the same in both, whatever the others are."""
    if name not in expected.outputs or len(got.outputs) != len(expected.outputs):
        return False
    place = list(expected.outputs).index(name)
    return close(list(got.outputs.values())[place], expected.outputs[name], tolerance)


def explained_where_finite(got: Answer, theirs: Answer, key: Answer, tolerance: float) -> int | None:
    """How many wrong numbers of `got` are those of `theirs`; None unless all its finite wrong ones are, and no finite
    number of the one contradicts a finite number of the other."""
    if not len(got.outputs) == len(theirs.outputs) == len(key.outputs):
        return None
    explained = 0
    for values in zip(got.outputs.values(), theirs.outputs.values(), key.outputs.values(), strict=True):
        g, t, k = map(number, values)
        if g is None or t is None or k is None or not g.shape == t.shape == k.shape:
            return None
        wrong = g.isfinite() & ~torch.isclose(g, k, tolerance, tolerance)
        same = torch.isclose(g, t, tolerance, tolerance)
        if bool((wrong & ~same).any()) or bool((g.isfinite() & t.isfinite() & ~same).any()):
            return None
        explained += int(wrong.sum())
    return explained


def close(got: Any, expected: Any, tolerance: float) -> bool:
    """Equal up to `tolerance`, relative for large numbers and absolute for small ones; NaN equals NaN."""
    g, e = number(got), number(expected)
    if g is None or e is None:
        return bool(got == expected)
    return (
        g.shape == e.shape
        and g.dtype == e.dtype
        and torch.allclose(g, e, rtol=tolerance, atol=tolerance, equal_nan=True)
    )


def number(value: Any) -> Tensor | None:
    """A tensor, array or number as a double-precision tensor on the CPU; None for anything else."""
    if not isinstance(value, Tensor):
        if not isinstance(value, bool | int | float | complex) and not hasattr(value, "__array__"):
            return None
        value = torch.as_tensor(value)
    return value.detach().cpu().to(torch.complex128 if value.is_complex() else torch.float64)


def _structure(got: Mapping[str, Any], expected: Mapping[str, Any]) -> Difference | None:
    keys = [name for name in expected if "[" in name]
    if len(got) == len(expected) and ("" in got) == ("" in expected) and all(key in got for key in keys):
        return None
    asked = described(expected[""]) if "" in expected else f"{len(expected)} outputs: {', '.join(expected)}"
    given = described(got[""]) if "" in got else f"{len(got)} outputs"
    return Difference("structure", "", f"Your function returns {given}. Asked for: {asked}.")


def _kind(name: str, got: Any, expected: Any) -> Difference | None:
    """Tensor for tensor, number for number, and the same shape. Any floating precision will do."""
    subject = f"`{name}`" if name else "Your answer"
    if isinstance(expected, Tensor) and not isinstance(got, Tensor):
        advice = "Stay in torch: `.item()`, `.numpy()` and Python's `math` leave it and its gradients."
        message = f"{subject} is {described(got)}. Asked for: {described(expected)}. {advice}"
        return Difference("type", name, message)
    g, e = number(got), number(expected)
    if (g is None) != (e is None):
        return Difference("type", name, f"{subject} is {described(got)}. Asked for: {described(expected)}.")
    if g is None or e is None:
        return None
    if g.shape != e.shape:
        message = f"{subject} has the shape {tuple(g.shape)}. Asked for: {tuple(e.shape)}."
        return Difference("shape", name, message)
    if isinstance(expected, Tensor) and _family(got) != _family(expected):
        wanted = f"{_family(expected)} ({expected.dtype})"
        return Difference("dtype", name, f"{subject} holds {_family(got)} ({got.dtype}). Asked for: {wanted}.")
    return None


def _family(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return "truth values"
    if tensor.is_complex():
        return "complex numbers"
    return "real numbers" if tensor.is_floating_point() else "whole numbers"


def _value_message(name: str, got: Any, expected: Any) -> str:
    """That the numbers are wrong; advice on NaN and infinities only where the right answer has none anywhere."""
    subject = f"`{name}`" if name else "Your answer"
    g, e = number(got), number(expected)
    if g is not None and e is not None and not bool(e.isnan().any()) and bool(g.isnan().any()):
        if bool(e.isinf().any()):
            return f"{subject} has NaN in it (not a number), as of ∞ − ∞ or 0·∞."
        return (
            f"{subject} has NaN in it (not a number). It comes from 0·∞, ∞ − ∞, 0/0, or a root or logarithm "
            "of a negative number: look for an `exp` that overflows, or a `log` of something rounded to 0."
        )
    if g is not None and e is not None and not bool(e.isinf().any()) and bool(g.isinf().any()):
        return f"{subject} is infinite: look for an `exp` that overflows, a `log` of 0, or a division by 0."
    if g is not None and e is not None and g.shape == e.shape and bool((g.isinf() != e.isinf()).any()):
        return (
            f"The shape is right, but {subject[0].lower() + subject[1:]} is infinite in other places than it should be."
        )
    return f"The shape is right, but {subject[0].lower() + subject[1:]} is not."


def _gradient(name: str, got: Tensor | None, expected: Tensor | None, tolerance: float) -> Difference | None:
    """None counts as zero: a gradient that is zero everywhere need not flow."""
    if got is None and expected is None:
        return None
    g = torch.zeros_like(expected) if got is None and expected is not None else got
    e = torch.zeros_like(got) if expected is None and got is not None else expected
    if close(g, e, tolerance):
        return None
    if got is None:
        message = (
            f"The values are right, but no gradient flows back to `{name}`, and nothing could learn from it: "
            "`.detach()`, `.data`, `.item()`, `torch.tensor(…)` and `torch.no_grad()` cut the graph."
        )
    elif bool(got.isnan().any()):
        message = (
            f"The values are right, but the gradient with respect to `{name}` is NaN: somewhere inside, 0 is "
            "multiplied by an infinite slope."
        )
    elif e is not None and not bool(e.any()):
        message = f"The values are right, but a gradient flows into `{name}`, and none should: `detach()` it."
    else:
        message = f"The values are right, but the gradient with respect to `{name}` is not."
    return Difference("gradient", name, message)

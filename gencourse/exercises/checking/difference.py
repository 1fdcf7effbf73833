"""Calling an answer, and telling how two answers differ: values, gradients, shapes, types; no source text."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gencourse.exercises.checking.returned import described, flatten

# What can differ, in the order in which it is told: there is no use in explaining a gradient to someone whose
# answer has the wrong shape.
ASPECTS = ("structure", "type", "shape", "dtype", "value", "gradient", "mutation")
_NOTHING = (None, Ellipsis, NotImplemented)


class NotAttempted(Exception):
    """The function returned nothing, or raised NotImplementedError itself."""


@dataclass(frozen=True)
class Answer:
    """What a function made of one set of inputs.

    Attributes:
        raw: what it returned.
        outputs: the same by name; a single output has the name "".
        gradients: for each differentiable input, the gradient of a fixed random projection of the outputs, or
            None where none flows.
        changed: names of the inputs that it changed in place.
    """

    raw: Any
    outputs: dict[str, Any]
    gradients: dict[str, Tensor | None]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """The first aspect in which two answers differ, the output or input concerned, and a sentence."""

    aspect: str
    name: str
    message: str


def call(function: Callable, inputs: Mapping[str, Any], differentiable: Sequence[str] = ()) -> Answer:
    """Call `function` on copies of `inputs`, by position, and differentiate its outputs.

    Raises:
        NotAttempted: if it returned None, `...` or NotImplemented.
        Refused: if it returned what cannot be compared.
    """
    sources = {name: inputs[name].detach().clone().requires_grad_() for name in differentiable}
    # The function gets a copy of the leaf: a change in place is then detected below, instead of ending in
    # autograd's error about leaf variables.
    arguments = {name: sources[name].clone() if name in sources else _copy(v) for name, v in inputs.items()}
    raw = function(*arguments.values())
    outputs = flatten(raw)
    if all(any(value is nothing for nothing in _NOTHING) for value in outputs.values()):
        raise NotAttempted
    tensors = [(n, v) for n, v in arguments.items() if isinstance(v, Tensor)]
    changed = tuple(name for name, value in tensors if not torch.equal(value.detach(), inputs[name]))
    return Answer(raw, outputs, _gradients(outputs, sources), changed)


def as_asked(got: Answer, expected: Answer) -> Answer:
    """Where no gradient is compared: NumPy's arrays, Python's numbers and lists as the tensors that are asked for."""
    if expected.gradients:
        return got
    outputs = got.outputs
    if "" in expected.outputs and "" not in outputs and isinstance(got.raw, list):
        outputs = {"": _as_tensor(got.raw, expected.outputs[""])}
    if len(outputs) != len(expected.outputs):
        return got
    pairs = zip(outputs.items(), expected.outputs.values(), strict=True)
    return replace(got, outputs={name: _as_tensor(value, asked) for (name, value), asked in pairs})


def _as_tensor(value: Any, asked: Any) -> Any:
    """`value` as a tensor, if a tensor is asked for and it can be one; else as it is."""
    if not isinstance(asked, Tensor) or isinstance(value, Tensor):
        return value
    try:
        made = torch.as_tensor(np.asarray(value))
    except (TypeError, ValueError):
        return value
    if asked.is_floating_point() and made.dtype in WHOLE:
        made = made.double()  # as 0 for 0.0
    return made


WHOLE = (torch.int64, torch.int32)


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


def _copy(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    return value.clone_state() if isinstance(value, torch.Generator) else copy.deepcopy(value)


def _gradients(outputs: Mapping[str, Any], sources: Mapping[str, Tensor]) -> dict[str, Tensor | None]:
    """d Σ ⟨output, direction⟩ / d input: a random direction tells two Jacobians apart in one pass."""
    if not sources:
        return {}
    directions = torch.Generator().manual_seed(2013)
    total = torch.zeros((), dtype=torch.float64)
    for value in outputs.values():
        if isinstance(value, Tensor) and value.is_floating_point():
            direction = torch.randn(value.shape, generator=directions, dtype=torch.float64)
            total = total + (value.cpu().double() * direction).sum()
    if not total.requires_grad:
        return dict.fromkeys(sources)
    gradients = torch.autograd.grad(total, list(sources.values()), allow_unused=True)
    return dict(zip(sources, gradients, strict=True))


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
    else:
        message = f"The values are right, but the gradient with respect to `{name}` is not."
    return Difference("gradient", name, message)

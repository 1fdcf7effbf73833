"""Calling an answer: what a function makes of one set of inputs, its gradients, and what it changed."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gencourse.exercises.checking.returned import flatten

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

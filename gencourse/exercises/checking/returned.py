"""What a reader's function returned, as named values that can be compared without running more of the reader's code.

Tensors, NumPy's arrays, numbers and short texts pass, and tuples, lists and dicts of them. Anything else could lie of
its length or equality, never end, or fill the memory when it is compared: it is refused, with words that say what came.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

MOST_NUMBERS = 10**7  # in one tensor or array
MOST_PARTS = 10**5  # values in tuples, lists and dicts, all together
MOST_LETTERS = 1000
DEEPEST = 8
KNOWN = "A check compares tensors, NumPy arrays and numbers, and tuples, lists and dicts of them."


class Refused(Exception):
    """What came is of no kind, or of no size, that can be compared; the message says what it is."""


def flatten(output: Any) -> dict[str, Any]:
    """Nested tuples, lists and dicts as one dict: {"value": …, "kl": …}, {"output 1": …} or {"": …}.

    Raises:
        Refused: if something in it cannot be compared safely.
    """
    found: dict[str, Any] = {}
    for name, value in _leaves(output, "", 0):
        if len(found) == MOST_PARTS:
            raise Refused(f"Your function returns more than {MOST_PARTS:,} values in {_kind(output)}.")
        found[name] = value
    return found


def described(value: Any) -> str:
    """In words: a tensor of shape (3, 2), a float, a list."""
    if issubclass(type(value), Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    return f"a NumPy array of shape {value.shape}" if issubclass(type(value), np.ndarray) else _kind(value)


def _leaves(output: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    parts = _parts(output)
    if parts is None:
        yield name, _leaf(output)
        return
    if depth == DEEPEST:
        raise Refused(f"Your function returns {_kind(output)} in which others lie, more than {DEEPEST} deep.")
    for part, value in parts:
        yield from _leaves(value, f"{name} {part}".strip(), depth + 1)


def _parts(output: Any) -> Iterator[tuple[str, Any]] | None:
    """The named parts of a tuple, a list or a dict, read by Python's own methods; None for anything else."""
    kind = type(output)
    if issubclass(kind, dict):
        keys = list(dict.keys(output))
        if not all(type(key) in (str, int) for key in keys):
            raise Refused("Your function returns a dict whose keys are neither texts nor whole numbers.")
        return ((f"[{key!r}]", dict.__getitem__(output, key)) for key in sorted(keys, key=str))
    if not issubclass(kind, tuple | list):
        return None
    values = tuple.__iter__(output) if issubclass(kind, tuple) else list.__iter__(output)
    fields = getattr(kind, "_fields", None)
    if type(fields) is tuple and all(type(field) is str for field in fields) and len(fields) == tuple.__len__(output):
        return zip(fields, values, strict=True)
    return ((f"output {i + 1}", value) for i, value in enumerate(values))


def _leaf(value: Any) -> Any:
    """`value` itself, or what it is to Python, torch and NumPy, without the methods of a class of the reader's own."""
    kind = type(value)
    if issubclass(kind, Tensor):
        return _tensor(value)
    if hasattr(kind, "__array__") and not issubclass(kind, np.generic):
        return _array(np.asarray(value))
    if kind is int and value.bit_length() > 63:
        return _long(value)
    if kind is str and len(value) > MOST_LETTERS:
        raise Refused(f"Your function returns a text of {len(value):,} characters. {KNOWN}")
    if value is None or value is Ellipsis or value is NotImplemented or issubclass(kind, np.generic):
        return value
    if kind in (bool, int, float, complex, str):
        return value
    raise Refused(f"Your function returns {_kind(value)}. {KNOWN}")


def _tensor(value: Tensor) -> Tensor:
    if type(value) not in (Tensor, torch.nn.Parameter):
        with torch.DisableTorchFunctionSubclass():
            value = value.as_subclass(Tensor)
    if value.layout != torch.strided or value.is_meta or value.is_quantized or value.is_nested:
        raise Refused("Your function returns a tensor that is sparse, quantised, nested or without numbers.")
    if value.numel() > MOST_NUMBERS:
        raise Refused(f"Your function returns {described(value)}: {value.numel():,} numbers are too many to compare.")
    return value


def _array(value: np.ndarray) -> np.ndarray:
    if value.dtype.kind not in "biufc":
        raise Refused(f"Your function returns an array of no numbers ({str(value.dtype)[:40]}). {KNOWN}")
    if value.size > MOST_NUMBERS:
        raise Refused(f"Your function returns {described(value)}: {value.size:,} numbers are too many to compare.")
    return value


def _long(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Refused(f"Your function returns a whole number of {value.bit_length():,} bits.") from None


def _kind(value: Any) -> str:
    kind = type.__dict__["__name__"].__get__(type(value))[:40]
    return f"an {kind}" if kind[0].lower() in "aeiou" else f"a {kind}"

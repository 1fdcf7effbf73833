"""Checks of arguments: each returns the value if it is allowed, else raises a ValueError that names the argument.

NumPy's numbers are as welcome as Python's, and come back as Python's, so that what is kept of them is plain JSON.
"""

import difflib
import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any


def at_least(name: str, value: Any, low: int, at_most: float = math.inf) -> int:
    """`value`, if it is a whole number from `low` up, or to `at_most`.

    Raises:
        ValueError: if not, naming the argument.
    """
    number = _whole(value)
    if number is None or not low <= number <= at_most:
        upwards = "up" if at_most == math.inf else f"to {at_most:,}"
        raise ValueError(f"{name}={value!r}: allowed is a whole number from {low} {upwards}")
    return number


def positive(name: str, value: Any) -> float:
    """`value`, if it is a finite number above 0.

    Raises:
        ValueError: if not, naming the argument.
    """
    number = _real(value)
    if not 0 < number < math.inf:
        raise ValueError(f"{name}={value!r}: allowed is a finite number above 0")
    return number


def between(name: str, value: Any, low: float, high: float) -> float:
    """`value`, if it is a finite number from `low` to `high`, both included; either may be infinite.

    Raises:
        ValueError: if not, naming the argument.
    """
    number = _real(value)
    if not (low <= number <= high and math.isfinite(number)):
        upwards = f"number from {low:g} to {high:g}" if high < math.inf else f"finite number from {low:g} up"
        raise ValueError(f"{name}={value!r}: allowed is a {'finite number' if low == -math.inf else upwards}")
    return number


def as_temperature(name: str, value: Any) -> float:
    """`value`, if logits can be divided by it: a finite number above 0, and not so small that float32 overflows.

    Raises:
        ValueError: if not, naming the argument.
    """
    number = positive(name, value)
    if number < 1e-30:
        raise ValueError(f"{name}={value!r}: allowed is 1e-30 or more; all that little picks the likeliest each time")
    return number


def unit_interval(name: str, x: Any) -> None:
    """Refuse a tensor with values outside [0, 1], but for rounding, or NaN; a batch of MNIST takes some 20 µs.

    Raises:
        ValueError: naming the argument and how far its values reach.
    """
    low, high = (float(end) for end in x.aminmax()) if x.numel() else (0.0, 0.0)
    if not (low >= -1e-4 and high <= 1 + 1e-4):
        raise ValueError(f"{name} reaches from {low:.4g} to {high:.4g}: allowed are values in [0, 1]")


def indices(name: str, x: Any, n: int) -> None:
    """Refuse a tensor of anything but whole numbers 0 … n − 1: labels of n classes, tokens of a vocabulary of n.

    Raises:
        ValueError: naming the argument, and its type or how far its values reach.
    """
    if x.is_floating_point():
        raise ValueError(f"{name} {tuple(x.shape)} of {x.dtype}: allowed are whole numbers")
    low, high = (int(end) for end in x.aminmax()) if x.numel() else (0, 0)
    if not 0 <= low <= high < n:
        raise ValueError(f"{name} reaches from {low} to {high}: allowed are whole numbers from 0 to {n - 1}")


def one_of(name: str, value: Any, allowed: Sequence[str]) -> str:
    """`value`, if it is one of the words allowed.

    Raises:
        ValueError: if not, naming the argument and the nearest word.
    """
    if value not in allowed:
        words = ", ".join(map(repr, allowed))
        raise ValueError(f"{name}={value!r}: allowed are {words}{did_you_mean(value, allowed)}")
    return str(value)


def widths(name: str, values: Any) -> tuple[int, ...]:
    """`values`, if they are the widths of layers: none or more, each a whole number from 1 up.

    Raises:
        ValueError: if not, naming the argument.
    """
    numbers = _wholes(values)
    if numbers is None or min(numbers, default=1) < 1:
        raise ValueError(f"{name}={values!r}: allowed is a tuple of whole numbers from 1 up")
    return numbers


def image_shape(shape: Any) -> tuple[int, int, int]:
    """`shape`, if it is (channels, height, width).

    Raises:
        ValueError: if not.
    """
    match _wholes(shape):
        case (channels, height, width) if min(channels, height, width) >= 1:
            return channels, height, width
    raise ValueError(f"shape={shape!r}: allowed is (channels, height, width), each at least 1")


def of_shape(name: str, x: Any, shape: tuple[int, ...]) -> None:
    """Refuse a tensor that is not a batch of this shape, (B, *shape).

    Raises:
        ValueError: naming the argument and its shape.
    """
    if x.shape[1:] != shape:
        raise ValueError(f"{name} {tuple(x.shape)}: allowed is (B, {', '.join(map(str, shape))})")


def did_you_mean(word: Any, known: Iterable[str]) -> str:
    """The end of a sentence that offers the nearest known word, or nothing."""
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _whole(value: Any) -> int | None:
    """A whole number of Python, NumPy or torch as an int; None for anything else, and for truth values."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def _wholes(values: Any) -> tuple[int, ...] | None:
    """Several whole numbers as a tuple; None where anything else is among them."""
    try:
        numbers = tuple(_whole(value) for value in values)
    except TypeError:  # a single number, say, which cannot be walked through
        return None
    return None if None in numbers else numbers  # type: ignore[return-value]


def _real(value: Any) -> float:
    """A real number of Python, NumPy or torch as a float; NaN, which no range holds, for anything else."""
    try:
        return math.nan if isinstance(value, str | bytes | bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan

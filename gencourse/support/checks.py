"""Checks of arguments: each returns the value if it is allowed, else raises a ValueError that names the argument."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


def at_least(name: str, value: Any, low: int) -> int:
    """`value`, if it is a whole number from `low` up.

    Raises:
        ValueError: if not, naming the argument.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        raise ValueError(f"{name}={value!r}: allowed is a whole number from {low} up")
    return value


def one_of(name: str, value: Any, allowed: Sequence[str]) -> str:
    """`value`, if it is one of the words allowed.

    Raises:
        ValueError: if not, naming the argument and the nearest word.
    """
    if value not in allowed:
        words = ", ".join(map(repr, allowed))
        raise ValueError(f"{name}={value!r}: allowed are {words}{did_you_mean(value, allowed)}")
    return str(value)


def image_shape(shape: Any) -> tuple[int, int, int]:
    """`shape`, if it is (channels, height, width).

    Raises:
        ValueError: if not.
    """
    if len(shape) != 3 or not all(isinstance(n, int) and n >= 1 for n in shape):
        raise ValueError(f"shape={shape!r}: allowed is (channels, height, width), each at least 1")
    return tuple(shape)


def did_you_mean(word: Any, known: Iterable[str]) -> str:
    """The end of a sentence that offers the nearest known word, or nothing."""
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""

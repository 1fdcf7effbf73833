"""In what simple relation wrong numbers stand to the right ones: a factor, a constant, another function of them.

A factor or a constant that changes from trial to trial is named by what changes with it: a size, or an argument.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.difference import close, number
from gencourse.exercises.checking.quantities import known_as, name_of

LEAST = 3  # numbers, over all trials, below which a relation may be chance


def relations(pairs: Sequence[tuple[Any, Any]], tolerance: float) -> list[str]:
    """Those of RELATIONS, in words, in which (given, right) of one output stand on every trial."""
    known = _known(pairs)
    return [words for words, holds in RELATIONS.items() if known and all(holds(g, e, tolerance) for g, e in known)]


def pattern(pairs: Sequence[tuple[Any, Any]], trials: Sequence[Mapping[str, Any]], tolerance: float) -> str:
    """A sentence about (given, right) of one output: a relation, a factor or a constant; nothing if none holds."""
    if related := relations(pairs, tolerance):
        return " " + " Or: ".join(related)
    known = _known(pairs)
    finite = [_finite(g, e) for g, e in known]
    said = ""
    if known and all(len(g) for g, _ in finite):
        said = _factor(finite, trials, tolerance) or _constant(finite, trials, tolerance) or _by_row(known, tolerance)
    return said or (_in_order(known, tolerance) if known else "")


def tells_something(values: Sequence[Any]) -> bool:
    """Whether numbers vary enough, over all trials, that another function can be told from theirs by chance."""
    numbers = [v.flatten() for v in map(number, values) if v is not None and not v.is_complex()]
    flat = torch.cat(numbers) if numbers else torch.zeros(0)
    return bool(torch.isfinite(flat).double().mean() > 0.5) and len(flat[torch.isfinite(flat)].unique()) >= LEAST


def _known(pairs: Sequence[tuple[Any, Any]]) -> list[tuple[Tensor, Tensor]]:
    """(given, right) as real numbers of one shape on every trial, and enough of them; else none."""
    known = [(g, e) for g, e in ((number(g), number(e)) for g, e in pairs) if g is not None and e is not None]
    if len(known) < len(pairs) or any(g.shape != e.shape or g.is_complex() or e.is_complex() for g, e in known):
        return []
    return known if sum(e.numel() for _, e in known) >= LEAST else []


def _same(change: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor, float], bool]:
    def relation(g: Tensor, e: Tensor, tolerance: float) -> bool:
        changed = change(e)
        return changed.shape == g.shape and bool(torch.isfinite(e).any()) and close(g, changed, tolerance)

    return relation


def _along(change: Callable[[Tensor, int], Tensor]) -> Callable[[Tensor, Tensor, float], bool]:
    """`change` along some axis of more than one entry."""
    return lambda g, e, tolerance: any(
        close(g, change(e, axis), tolerance) for axis in range(e.dim()) if e.shape[axis] > 1
    )


RELATIONS: dict[str, Callable[[Tensor, Tensor, float], bool]] = {
    "It has the wrong sign everywhere.": _same(torch.neg),
    "It is the exponential of what it should be.": _same(torch.exp),
    "It is the logarithm of what it should be.": _same(torch.log),
    "It is the square of what it should be.": _same(torch.square),
    "It is the square root of what it should be.": _same(torch.sqrt),
    "It is 1 divided by what it should be.": _same(torch.reciprocal),
    "It is 1 less what it should be.": _same(lambda e: 1 - e),
    "It has rows for columns: transpose it.": lambda g, e, t: e.dim() > 1 and close(g, e.transpose(-1, -2), t),
    "It has the right numbers in the reverse order.": _along(lambda e, axis: e.flip(axis)),
    "It has the right numbers one place further on.": _along(lambda e, axis: e.roll(1, axis)),
    "It has the right numbers one place too early.": _along(lambda e, axis: e.roll(-1, axis)),
}


def _finite(g: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """The entries at which both are finite, flat."""
    both = torch.isfinite(g) & torch.isfinite(e)
    return g[both], e[both]


def _factor(pairs: list[tuple[Tensor, Tensor]], trials: Sequence[Mapping[str, Any]], tolerance: float) -> str:
    factors = []
    for g, e in pairs:
        factor = float((g * e).sum() / (e * e).sum().clamp(min=1e-300))
        if abs(factor) < tolerance or not close(g, factor * e, tolerance):
            return ""
        factors.append(factor)
    if _alike([1.0, *factors], tolerance):
        return ""  # the finite numbers are right
    if _alike(factors, tolerance):
        return f" Everywhere it is {factors[0]:.4g}{known_as(factors[0])} times what it should be."
    name = name_of(factors, trials, tolerance)
    return f" It is {name} times what it should be." if name else ""


def _constant(pairs: list[tuple[Tensor, Tensor]], trials: Sequence[Mapping[str, Any]], tolerance: float) -> str:
    gaps = []
    for g, e in pairs:
        gap = float((g - e).median())
        if not close(g, e + gap, tolerance):
            return ""
        gaps.append(gap)
    if all(abs(gap) < tolerance for gap in gaps):
        return ""  # the finite numbers are right
    if _alike(gaps, tolerance):
        return f" Everywhere it is too {'large' if gaps[0] > 0 else 'small'} by {abs(gaps[0]):.4g}{known_as(gaps[0])}."
    sign = 1 if gaps[0] > 0 else -1
    name = name_of([sign * gap for gap in gaps], trials, tolerance)
    return f" It is too {'large' if sign > 0 else 'small'} by {name}." if name else ""


def _by_row(pairs: list[tuple[Tensor, Tensor]], tolerance: float) -> str:
    """A factor or a constant of each row's own: a normalisation left out, or done along the other axis."""
    if any(e.dim() < 2 for _, e in pairs) or not all(bool(torch.isfinite(torch.stack([g, e])).all()) for g, e in pairs):
        return ""
    if not any(len(e) > 1 and e.shape[-1] > 1 and not close(g, e, tolerance) for g, e in pairs):
        return ""
    if all(close(g - e, (g - e)[..., :1].expand_as(e), tolerance) for g, e in pairs):
        return " Each row is off by a constant of its own."
    ratios = [(g / e) for g, e in pairs if bool((e != 0).all())]
    if len(ratios) == len(pairs) and all(close(r, r[..., :1].expand_as(r), tolerance) for r in ratios):
        return " Each row is off by a factor of its own."
    return ""


def _alike(values: list[float], tolerance: float) -> bool:
    return all(math.isclose(value, values[0], rel_tol=10 * tolerance, abs_tol=tolerance) for value in values)


def _in_order(pairs: list[tuple[Tensor, Tensor]], tolerance: float) -> str:
    """The right numbers elsewhere: in their own row, or anywhere. Of two numbers alone any answer has some of each."""
    if any(e.isnan().any() or g.isnan().any() for g, e in pairs) or all(len(e.unique()) < LEAST for _, e in pairs):
        return ""
    if any(len(e.unique()) < LEAST and not close(g, e, tolerance) for g, e in pairs):
        return ""
    if all(e.dim() and close(g.sort(-1).values, e.sort(-1).values, tolerance) for g, e in pairs):
        return " Each row has the right numbers, but not at their places."
    if all(close(g.flatten().sort().values, e.flatten().sort().values, tolerance) for g, e in pairs):
        return " It has the right numbers, but not at their places."
    return ""

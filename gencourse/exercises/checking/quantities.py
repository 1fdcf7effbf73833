"""Numbers by name: a size or an argument of the trials, a simple function of one, or a constant."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor


def known_as(value: float) -> str:
    """= log 2, for a number that has a name."""
    return next((f" = {name}" for name, known in NAMED.items() if math.isclose(abs(value), known, rel_tol=1e-4)), "")


NAMED = {
    "log 2": math.log(2),
    "1/log 2": 1 / math.log(2),
    "½ · log 2π": 0.5 * math.log(2 * math.pi),
    "log 2π": math.log(2 * math.pi),
    "2π": 2 * math.pi,
    "√(2π)": math.sqrt(2 * math.pi),
    "1/√(2π)": 1 / math.sqrt(2 * math.pi),
    "√2": math.sqrt(2),
    "1/√2": 1 / math.sqrt(2),
    "log 10": math.log(10),
}


def name_of(values: list[float], trials: Sequence[Mapping[str, Any]], tolerance: float) -> str:
    """What has these values on these trials: a size or an argument, or a simple function of one; or either of two."""
    found: dict[tuple[float, ...], str] = {}
    for subject, known in _quantities(trials).items():
        for form, function in FORMS.items():
            try:
                said = [function(x) for x in known]
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            if all(
                math.isclose(v, s, rel_tol=10 * tolerance, abs_tol=tolerance) for v, s in zip(values, said, strict=True)
            ):
                found.setdefault(tuple(known), form.format(subject))
    kept = [words for known, words in found.items() if not _inverse_is_shorter(known, words, found)]
    return " or ".join(kept) if len(kept) < 3 else ""


def _inverse_is_shorter(known: tuple[float, ...], words: str, found: Mapping[tuple[float, ...], str]) -> bool:
    """Whether the same is said with the inverse of this quantity in fewer words: b/a, and not 1/(a/b)."""
    return any(
        len(other) < len(words)
        and all(math.isclose(a * b, 1, rel_tol=1e-9) for a, b in zip(known, values, strict=True))
        for values, other in found.items()
    )


FORMS: dict[str, Callable[[float], float]] = {
    "{0}": lambda n: n,
    "1/{0}": lambda n: 1 / n,
    "({0})²": lambda n: n * n,
    "1/({0})²": lambda n: 1 / (n * n),
    "√({0})": lambda n: math.sqrt(n),
    "1/√({0})": lambda n: 1 / math.sqrt(n),
    "log({0})": lambda n: math.log(n),
    "−log({0})": lambda n: -math.log(n),
    "({0} − 1)": lambda n: n - 1,
    "({0} − 1)/({0})": lambda n: (n - 1) / n,
    "({0})/({0} − 1)": lambda n: n / (n - 1),
    "({0} + 1)": lambda n: n + 1,
    "({0}) · ({0} − 1)": lambda n: n * (n - 1),
    "({0}) · ({0} − 1)/2": lambda n: n * (n - 1) / 2,
    "log(({0}) · ({0} − 1)/2)": lambda n: math.log(n * (n - 1) / 2),
    "half of {0}": lambda n: n / 2,
    "2/({0})": lambda n: 2 / n,
    "½·log(2π) · {0}": lambda n: 0.5 * math.log(2 * math.pi) * n,
}


def _quantities(trials: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Sizes and numbers of the inputs that change from trial to trial, in words, with their values."""
    found: dict[str, list[float]] = {}
    for name, value in trials[0].items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            found[f"`{name}`"] = [float(trial[name]) for trial in trials]
        elif isinstance(value, Tensor):
            for axis in range(value.dim()):
                sizes = [float(trial[name].shape[axis]) for trial in trials if trial[name].dim() > axis]
                found[f"the size of axis {axis} of `{name}`"] = sizes
            if value.dim() == 0:
                found[f"`{name}`"] = [float(trial[name]) for trial in trials]
            else:
                found[f"the number of entries of `{name}`"] = [float(trial[name].numel()) for trial in trials]
                found[f"the entries of one row of `{name}`"] = [
                    float(trial[name].numel() / max(len(trial[name]), 1)) for trial in trials
                ]
    full = {words: values for words, values in found.items() if len(values) == len(trials)}
    products = {
        f"{a} · {b}": [x * y for x, y in zip(full[a], full[b], strict=True)]
        for a in full
        for b in full
        if a < b and "entries" not in a + b
    }
    ratios = {
        f"({a})/({b})": [x / y for x, y in zip(full[a], full[b], strict=True)]
        for a in full
        for b in full
        if a != b and "entries" not in a + b and all(full[b])
    }
    sums = {
        f"({a} + {b})": [x + y for x, y in zip(full[a], full[b], strict=True)]
        for a in full
        for b in full
        if a < b and "entries" not in a + b
    }
    return {words: values for words, values in (full | products | ratios | sums).items() if len(set(values)) > 1}

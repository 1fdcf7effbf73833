"""Evidence: what an experiment's runs came to, a row a run, with what is claimed of them.

    evidence = load("simclr-batch")
    evidence.means("accuracy", by="batch_size")
    evidence.difference("accuracy", "batch_size", 512, 32)

A difference is claimed beyond the 95 % interval of Student's t over the seeds, paired by seed.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gencourse.support import places
from gencourse.support.checks import did_you_mean
from gencourse.support.files import whole
from gencourse.support.words import read, written

Row = dict[str, Any]
ABOUT = (
    "seconds",
    "cpu_seconds",
    "threads",
    "processor",
    "gencourse",
    "torch",
    "code",
    "day",
)  # of a run, in every row
WORDS = ("processor", "gencourse", "torch", "code", "day")  # of these, cells that look like numbers are none
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """A mean difference of paired runs, and the half width of its 95 % interval."""

    mean: float
    half_width: float
    pairs: int
    words: str  # what was subtracted from what

    @property
    def is_found(self) -> bool:
        """Whether the interval leaves 0 out."""
        return abs(self.mean) > self.half_width

    def __str__(self) -> str:
        found = "a difference" if self.is_found else "no difference found"
        return f"{self.words}: {self.mean:+.3g} ± {self.half_width:.2g} ({self.pairs} seeds, 95 %): {found}"


@dataclass(frozen=True)
class Evidence:
    """The rows of one experiment: parameters, `seed`, numbers, and about the run (ABOUT)."""

    name: str
    table: pd.DataFrame

    def where(self, **values: Any) -> "Evidence":
        """The rows that have these values, one or a list of them for each column.

        Raises:
            ValueError: on a column that is not there, or when no row is left.
        """
        table = self.table
        for column, value in values.items():
            self._has(column)
            table = table[table[column].isin(value if isinstance(value, list | tuple) else [value])]
        if table.empty:
            raise ValueError(f"{self.name} has no row where {_said(values)}")
        return Evidence(self.name, table)

    def tuned(self, over: str, by: str | list[str], on: str) -> "Evidence":
        """For each value of `by`, the rows whose value of `over` has the best mean `on`, a validation figure."""
        for column in (over, on, *_listed(by)):
            self._has(column)
        means = self.table.groupby([*_listed(by), over])[on].mean().reset_index()
        best = means.loc[means.groupby(by)[on].idxmax(), [*_listed(by), over]]
        return Evidence(self.name, self.table.merge(best))

    def means(self, number: str, by: str | list[str]) -> pd.DataFrame:
        """By each value of `by`: the mean over seeds, the half width of its 95 % interval, and how many seeds."""
        for column in (number, *_listed(by)):
            self._has(column)
        groups = self.table.groupby(by, sort=False)[number]
        return pd.DataFrame(
            {"mean": groups.mean(), "half_width": groups.apply(half_width), "seeds": groups.size()}
        ).sort_index()

    def curves(self, numbers: Sequence[str], by: str) -> dict[Any, list[tuple[float, float]]]:
        """For each value of `by`, the mean and the half width of its 95 % interval of each of the `numbers`."""
        found = [self.means(number, by) for number in numbers]
        return {value: [tuple(each.loc[value, ["mean", "half_width"]]) for each in found] for value in found[0].index}

    def difference(self, number: str, column: str, a: Any, b: Any) -> Difference:
        """`number` where `column` is `a`, minus where it is `b`, in runs of equal seeds.

        Raises:
            ValueError: when there are fewer than two pairs, or several rows of one seed.
        """
        self._has(number)
        sides = [self.where(**{column: value}).table.set_index("seed")[number] for value in (a, b)]
        for value, side in zip((a, b), sides, strict=True):
            if side.index.has_duplicates:
                raise ValueError(
                    f"{self.name} has several rows of a seed with {column} = {value!r}: choose by where(…) or tuned(…)"
                )
        pairs = (sides[0] - sides[1]).dropna()
        if len(pairs) < 2:
            raise ValueError(
                f"{self.name} has {len(pairs)} pairs of runs with equal seeds: a difference needs 2 or more"
            )
        return Difference(float(pairs.mean()), half_width(pairs), len(pairs), f"{number}, {column} {a} − {b}")

    def __str__(self) -> str:
        """Its numbers, seeds, hours, and the command that makes it again."""
        hours = self.table["seconds"].sum() / 3600
        return (
            f"experiment {self.name}: {len(self.table)} runs, {self.table['seed'].nunique()} seeds, {hours:.1f} hours; "
            f"again by: gencourse experiment {self.name}"
        )

    def _has(self, column: str) -> None:
        if column not in self.table:
            known = [str(name) for name in self.table if name not in ABOUT]
            raise ValueError(
                f"{self.name} has no {column!r}; allowed are {', '.join(known)}{did_you_mean(column, known)}"
            )


def half_width(values: Iterable[float]) -> float:
    """Half the width of the 95 % interval of a mean, by Student's t: 4.3 standard errors of three values, 2.8 of five.

    NaN for fewer than two.
    """
    from scipy.special import stdtrit

    x = np.asarray(list(values), dtype=float)
    if len(x) < 2:
        return float("nan")
    quantile = float(stdtrit(len(x) - 1, (1 + CONFIDENCE) / 2))
    return quantile * float(x.std(ddof=1)) / len(x) ** 0.5


def load(name: str) -> Evidence:
    """The evidence that ships, joined with the reader's own.

    Raises:
        ValueError: when there is none, saying how it is made.
    """
    rows = rows_of(name)
    if not rows:
        known = sorted(path.stem for path in (places.DATA / "evidence").glob("*.csv"))
        raise ValueError(
            f"there is no evidence of {name!r} yet: gencourse experiment {name} makes it{did_you_mean(name, known)}"
        )
    return Evidence(name, pd.DataFrame(rows))


def path_of(name: str) -> Path:
    """Where the rows that are made here are written."""
    return places.made() / "evidence" / f"{name}.csv"


def rows_of(name: str) -> list[Row]:
    """The rows that ship and those made here, in that order, each setting and seed once, the reader's before ours."""
    rows = [*read_rows(places.DATA / "evidence" / f"{name}.csv"), *read_rows(path_of(name))]
    return list({_key(row): row for row in rows}.values())


def read_rows(path: Path) -> list[Row]:
    """The rows of a table, none where there is no file; a cell that is empty is left out of its row."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return [{name: cell if name in WORDS else read(cell) for name, cell in row.items() if cell} for row in rows]


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write the table, whole or not at all: parameters, seed and numbers first, then what is about the runs."""
    columns = list(dict.fromkeys(name for row in rows for name in row if name not in ABOUT))
    with whole(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*columns, *ABOUT], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: written(value) for name, value in row.items()} for row in rows)


def same_run(row: Row, setting: Mapping[str, Any], seed: int) -> bool:
    """Whether a row is of that setting and seed."""
    return row.get("seed") == seed and all(name in row and row[name] == value for name, value in setting.items())


def _key(row: Row) -> tuple[Any, ...]:
    """What stands before the seed, which are the parameters, and the seed."""
    names = list(row)
    return tuple((name, row[name]) for name in names[: names.index("seed") + 1])


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _said(values: Mapping[str, Any]) -> str:
    return " and ".join(f"{name} is {value!r}" for name, value in values.items())

"""Pages of the evidence: an experiment's question, its means with their intervals, a plot, the command, the code."""

import base64
import inspect
import math
from typing import Any

import pandas as pd

from gencourse import figures
from gencourse.experiments.evidence import ABOUT, Evidence, load
from gencourse.experiments.experiment import Experiment, catalogue
from gencourse.figures.evidence import standings
from gencourse.publish.parts import Parts
from gencourse.publish.repository import evidence_names

MOST = 40  # settings that are drawn


def pages(parts: Parts) -> dict[str, tuple[str, str]]:
    """Each page's text and what it is about, by its name."""
    made, rows = {}, []
    known = catalogue()
    for name in evidence_names():
        experiment = known.get(name)
        about = experiment.question if experiment else f"The runs of {name}."
        made[f"evidence/{name}"] = (_page(load(name), experiment, about, parts), about)
        rows.append(f"- [{name}]({name}.md): {about}")
    tree = "\n".join(["```{toctree}", ":hidden:", "", *evidence_names(), "```"])
    words = (
        "What the lessons claim beyond their minute was measured over three seeds or more, once, and is kept with the "
        "command that measures it again. Means are given with the half width of the 95 % interval of Student's t over "
        "seeds. Of a table with fewer seeds nothing is claimed yet."
    )
    return made | {"evidence/index": (f"# Evidence\n\n{words}\n\n{chr(10).join(rows)}\n\n{tree}\n", words)}


def _page(evidence: Evidence, experiment: Experiment | None, about: str, parts: Parts) -> str:
    settings, numbers = _columns(evidence)
    lines = [f"# {evidence.name}", "", about, "", f"{evidence}", ""]
    if len(evidence.means(numbers[0], settings)) <= MOST:
        lines += ["## Drawn", "", _plot(evidence, settings, numbers[0], parts), ""]
    lines += ["## In numbers", "", _table(evidence, settings, numbers), "", "## How it was asked", ""]
    lines += ["```sh", f"gencourse experiment {evidence.name}", "```", ""]
    if experiment:
        lines += ["```python", inspect.getsource(experiment.function).rstrip(), "```", ""]
    return "\n".join(lines)


def _columns(evidence: Evidence) -> tuple[list[str], list[str]]:
    """The parameters that the runs differ in, and the numbers that came out: what stands before and after the seed."""
    names = [str(name) for name in evidence.table if name not in ABOUT]
    place = names.index("seed")
    differing = [name for name in names[:place] if evidence.table[name].nunique(dropna=False) > 1]
    return differing or names[:1], names[place + 1 :]


def _said(key: Any, settings: list[str]) -> str:
    values = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {value}" for name, value in zip(settings, values, strict=True))


def _plot(evidence: Evidence, settings: list[str], number: str, parts: Parts) -> str:
    """The means of the first number, a line a setting."""
    means = _means(evidence, number, settings)
    names = [_said(key, settings) for key in means.index]
    words = number.replace("_", " ")
    fig = standings(names, list(means["mean"]), list(means["half_width"]), f"{words}, with 95 % intervals")
    alt = f"{words} by {' and '.join(settings)}; the numbers stand in the table below"
    shown = figures.to_png(fig, alt)
    picture = parts.picture(base64.b64encode(shown.data).decode())
    return f'<img class="gc-figure" src="../_static/{picture}" alt="{alt}" width="{shown.width}" loading="lazy">'


def _means(evidence: Evidence, number: str, settings: list[str]) -> pd.DataFrame:
    return evidence.means(number, settings if len(settings) > 1 else settings[0])


def _number(mean: float, half_width: float) -> str:
    """A mean and the half width of its interval, which a single seed does not have."""
    return f"{mean:.3g}" if math.isnan(half_width) else f"{mean:.3g} ± {half_width:.2g}"


def _table(evidence: Evidence, settings: list[str], numbers: list[str]) -> str:
    """Each setting's means, with their half widths."""
    columns = {number: _means(evidence, number, settings) for number in numbers}
    head = [*settings, *(number.replace("_", " ") for number in numbers), "seeds"]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    first = columns[numbers[0]]
    for key in first.index:
        values = [str(value) for value in (key if isinstance(key, tuple) else (key,))]
        cells = [_number(*means.loc[key, ["mean", "half_width"]]) for means in columns.values()]
        lines.append(f"| {' | '.join([*values, *cells, str(first.loc[key, 'seeds'])])} |")
    return "\n".join(lines)

"""Evidence drawn: means over seeds with half widths of 95 % intervals, and the reader's own point among them."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from gencourse.figures.style import INK, MODEL, SOFT, figure, line, points
from gencourse.figures.words import end_labels, label_points

Series = tuple[Sequence[float], Sequence[float], Sequence[float]]  # where, mean, half width


def intervals(
    series: Mapping[str, Series],
    xlabel: str,
    ylabel: str,
    *,
    chance: float | None = None,
    here: tuple[float, float] | None = None,
    log: bool = False,
) -> Figure:
    """Means against a parameter, a line for each series with its intervals as bars; its name stands at its end.

    Args:
        chance: what guessing gives, as a line.
        here: the point (parameter, number) of the cell that the reader just ran.
        log: the parameter on a logarithmic axis, with its values as ticks.
    """
    fig, ax = figure(5.5, 3.2)
    for k, (name, (where, mean, half)) in enumerate(series.items()):
        ax.errorbar(where, mean, yerr=half, label=name, capsize=3, capthick=1.4, linewidth=1.4, **points(k) | line(k))
    if log:
        ticks = sorted({x for where, *_ in series.values() for x in where})
        ax.set_xscale("log")
        ax.set_xticks(ticks, [f"{x:g}" for x in ticks])
        ax.minorticks_off()
    if chance is not None:
        ax.axhline(chance, color=SOFT, linewidth=1, linestyle=":")
        ax.annotate("chance", (0, chance), (2, 3), ("axes fraction", "data"), "offset points", color=SOFT, fontsize=9)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if here:
        ax.plot(*here, marker="*", markersize=13, color=INK, linestyle="none", zorder=5)
        label_points(ax, [(*here, "your run", INK)])
    if len(series) > 1:
        end_labels(ax)
    return fig


def standings(
    names: Sequence[str],
    means: Sequence[float],
    half_widths: Sequence[float],
    xlabel: str,
    *,
    chance: float | None = None,
    here: Mapping[str, float] | None = None,
) -> Figure:
    """One line for each name: its mean as a point, its interval as a bar, and the number written; the first on top.

    Args:
        chance: what guessing gives, as a line.
        here: what the reader's own run gave, by name, as a star.
    """
    fig, ax = figure(6, 0.9 + 0.36 * len(names))
    rows = range(len(names))
    ax.errorbar(means, rows, xerr=half_widths, fmt="o", markersize=6, capsize=3, color=MODEL["color"])
    for row, mean, half in zip(rows, means, half_widths, strict=True):
        said = f"{mean:.1f} ± {half:.1f}" if half == half else f"{mean:.1f}"
        ax.annotate(said, (1, row), (6, 0), ("axes fraction", "data"), "offset points", va="center", fontsize=9)
    for name, value in (here or {}).items():
        row = list(names).index(name)
        ax.plot(value, row, marker="*", markersize=13, color=INK, linestyle="none", zorder=5)
        ax.annotate("your run", (value, row), (0, 9), textcoords="offset points", ha="center", color=INK, fontsize=9)
    if chance is not None:
        ax.axvline(chance, color=SOFT, linewidth=1, linestyle=":")
        ax.annotate("chance", (chance, 1), (3, 2), ("data", "axes fraction"), "offset points", color=SOFT, fontsize=9)
    ax.set_yticks(rows, names)
    ax.set(xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
    ax.grid(axis="y", visible=False)
    return fig

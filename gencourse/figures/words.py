"""Words beside what they name, kept apart: at a line's end, at its top, beside a point."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from gencourse.figures.style import DPI, STYLE

SIZE = 8.5
GAP = 1.25 * SIZE  # from one word's middle to the next one's, in points


def end_labels(ax: Any, lines: Sequence[Any] | None = None) -> list[Any]:
    """Each line's label as a word at the line's right end, in its colour, instead of a legend; returns the texts.

    Words that would meet are moved apart, up and down, and joined to their line's end by a hair. Call it last: where
    the words go depends on the axes' limits and scales.

    Args:
        lines: those to name; else all of `ax` that were drawn with a `label`.

    Raises:
        ValueError: when no line has a label.
    """
    named = _named(ax, lines)
    ends = [_last_point(ax, line) for line in named]
    texts = [
        ax.annotate(
            line.get_label(),
            end,
            (7, 0),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            fontsize=SIZE,
            annotation_clip=False,
        )
        for line, end in zip(named, ends, strict=True)
    ]
    ax.figure.draw_without_rendering()  # settles the layout, with room for the words
    heights = ax.transData.transform(ends)[:, 1] * 72 / ax.figure.dpi
    for text, end, line, height, place in zip(texts, ends, named, heights, _apart(heights), strict=True):
        text.set_position((7, place - height))
        if abs(place - height) > 2:
            text.set_position((14, place - height))
            hair = dict(arrowstyle="-", color=line.get_color(), linewidth=0.6, shrinkA=1, shrinkB=2, relpos=(0, 0.5))
            ax.annotate(
                "", end, (13, place - height), textcoords="offset points", arrowprops=hair, annotation_clip=False
            )
    return texts


def top_labels(ax: Any, lines: Sequence[Any] | None = None) -> None:
    """Each line's label beside the line's highest point, in its colour: for densities, which all end at 0.

    Args and errors as in `end_labels`; call it last, too.
    """
    tops = []
    for line in _named(ax, lines):
        x, y = _points(ax, line)
        top = int(np.argmax(y))
        tops.append((float(x[top]), float(y[top]), str(line.get_label()), line.get_color()))
    label_points(ax, tops)


def label_points(ax: Any, points: Sequence[tuple[float, float, str, str]]) -> None:
    """A name beside each point, given as (x, y, name, colour), where it covers no other name and no other point.

    Call it last: where names find room depends on the axes' limits.
    """
    ax.figure.draw_without_rendering()  # settles the layout
    spots = [ax.transData.transform((x, y)) for x, y, _, _ in points]
    near = 4 * ax.figure.dpi / 72
    taken = [Bbox.from_bounds(a - near, b - near, 2 * near, 2 * near) for a, b in spots]
    beside = [(7, 3, "left"), (7, -10, "left"), (-7, 3, "right"), (-7, -10, "right"), (7, 15, "left"), (7, -22, "left")]
    for (x, y, name, colour), own in zip(points, list(taken), strict=True):
        for right, up, side in beside:
            text = ax.annotate(
                name, (x, y), (right, up), textcoords="offset points", ha=side, color=colour, fontsize=SIZE
            )
            box = text.get_window_extent()
            if not any(box.overlaps(other) for other in taken if other is not own):
                break
            text.remove()
        else:
            text = ax.annotate(name, (x, y), (7, 3), textcoords="offset points", color=colour, fontsize=SIZE)
            box = text.get_window_extent()
        taken.append(box)


def text_size(words: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """Width and height in points of words of a size in points."""
    with mpl.rc_context(STYLE):
        box = Figure(dpi=DPI).text(0, 0, words, fontsize=size, weight=weight).get_window_extent()
    return (box.width * 72 / DPI, box.height * 72 / DPI) if words else (0.0, 0.0)


def _named(ax: Any, lines: Sequence[Any] | None) -> list[Any]:
    found = [line for line in (ax.lines if lines is None else lines) if not str(line.get_label()).startswith("_")]
    if not found:
        raise ValueError("no line has a label: draw with ax.plot(x, y, label=NAME)")
    return found


def _points(ax: Any, line: Any) -> tuple[np.ndarray, np.ndarray]:
    """The line's finite points that are within the axes' limits from left to right."""
    x, y = (np.asarray(values, dtype=float) for values in line.get_data())
    low, high = sorted(ax.get_xlim())
    inside = np.isfinite(x) & np.isfinite(y) & (x >= low) & (x <= high)
    if line.get_transform() != ax.transData:  # axhline and its kind span the axes
        return np.array([high, high]), np.array([y[-1], y[-1]])
    if not inside.any():
        raise ValueError(f"the line {line.get_label()!r} has no point within the axes: set the limits first")
    return x[inside], y[inside]


def _last_point(ax: Any, line: Any) -> tuple[float, float]:
    x, y = _points(ax, line)
    last = int(np.argmax(x))
    low, high = sorted(ax.get_ylim())
    return float(x[last]), float(np.clip(y[last], low, high))


def _apart(heights: np.ndarray) -> np.ndarray:
    """The heights moved as little as may be so that neighbours are at least GAP apart."""
    groups: list[list[int]] = []  # of words that touch; each is centred on its own heights
    for k in np.argsort(heights, kind="stable"):
        groups.append([int(k)])
        while len(groups) > 1 and _span(heights, groups[-1])[0] - _span(heights, groups[-2])[1] < GAP:
            last = groups.pop()
            groups[-1] += last
    placed = np.empty(len(heights))
    for group in groups:
        placed[group] = np.linspace(*_span(heights, group), len(group))
    return placed


def _span(heights: np.ndarray, group: list[int]) -> tuple[float, float]:
    middle, half = float(heights[group].mean()), GAP * (len(group) - 1) / 2
    return middle - half, middle + half

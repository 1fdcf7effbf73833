"""Words beside what they name, kept apart: at a line's end, at its top, beside a point."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from gencourse.figures.style import DPI, STYLE

SIZE = 9.0
GAP = 1.25 * SIZE  # from one word's middle to the next one's, in points
# Where a name may stand beside its point, the best first: so many points to the right, above, and by which of its ends.
BESIDE = [
    (7, 3, "left"),
    (7, -10, "left"),
    (-7, 3, "right"),
    (-7, -10, "right"),
    (7, 15, "left"),
    (7, -22, "left"),
    (0, 8, "center"),
    (0, -16, "center"),
    (-7, 15, "right"),
    (-7, -22, "right"),
]


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
    ends = [_last_point(ax, line) for line, _ in named]
    look: Any = dict(textcoords="offset points", annotation_clip=False)
    texts = [
        ax.annotate(label, end, (7, 0), va="center", color=line.get_color(), fontsize=SIZE, **look)
        for (line, label), end in zip(named, ends, strict=True)
    ]
    ax.figure.draw_without_rendering()  # settles the layout, with room for the words
    heights = ax.transData.transform(ends)[:, 1] * 72 / ax.figure.dpi
    for text, end, height, place in zip(texts, ends, heights, _apart(heights), strict=True):
        moved = abs(place - height) > 2
        text.set_position((14 if moved else 7, place - height))
        if moved:
            hair = dict(arrowstyle="-", color=text.get_color(), linewidth=0.6, shrinkA=1, shrinkB=2, relpos=(0, 0.5))
            ax.annotate("", end, (13, place - height), arrowprops=hair, **look)
    return texts


def top_labels(ax: Any, lines: Sequence[Any] | None = None) -> None:
    """Each line's label beside the line's highest point, in its colour: for densities, which all end at 0.

    Args and errors as in `end_labels`; call it last, too.
    """
    tops = []
    for line, label in _named(ax, lines):
        x, y = _points(ax, line)
        top = int(np.argmax(y))
        tops.append((float(x[top]), float(y[top]), label, line.get_color()))
    label_points(ax, tops)


def label_points(ax: Any, points: Sequence[tuple[float, float, str, str]]) -> None:
    """A name beside each point, given as (x, y, name, colour), where it covers no other name and no other point.

    Of the places that are free the first is taken that no line runs through, if there is one. Call it last: where
    names find room depends on the axes' limits.
    """
    ax.figure.draw_without_rendering()  # settles the layout
    spots = [ax.transData.transform((x, y)) for x, y, _, _ in points]
    near = 4 * ax.figure.dpi / 72
    taken = [Bbox.from_bounds(a - near, b - near, 2 * near, 2 * near) for a, b in spots]
    paths = [line.get_transform().transform_path(line.get_path()) for line in ax.lines]
    for (x, y, name, colour), own in zip(points, list(taken), strict=True):
        text = ax.annotate(name, (x, y), (0, 0), textcoords="offset points", color=colour, fontsize=SIZE)

        def cost(place: tuple[float, float, str], text: Any = text, own: Bbox = own) -> tuple[int, int]:
            """How many names, points and edges of the figure it meets here, and how many lines."""
            box = _move(text, place)
            outside = not (ax.figure.bbox.contains(*box.min) and ax.figure.bbox.contains(*box.max))
            met = sum(box.overlaps(other) for other in taken if other is not own)
            return met + outside, sum(path.intersects_bbox(box, filled=False) for path in paths)

        taken.append(_move(text, min(BESIDE, key=cost)))


def _move(text: Any, place: tuple[float, float, str]) -> Bbox:
    """Put a word so many points to the right of its point and above it, by its left, right or middle; its new box."""
    right, up, side = place
    text.set_position((right, up))
    text.set_horizontalalignment(side)
    box: Bbox = text.get_window_extent()
    return box


def text_size(words: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """Width and height in points of words of a size in points."""
    with mpl.rc_context(STYLE):
        box = Figure(dpi=DPI).text(0, 0, words, fontsize=size, weight=weight).get_window_extent()
    return (box.width * 72 / DPI, box.height * 72 / DPI) if words else (0.0, 0.0)


def _named(ax: Any, lines: Sequence[Any] | None) -> list[tuple[Any, str]]:
    """The lines that have a label, and it; that of `ax.errorbar` belongs to its line."""
    bars = {bar.lines[0]: str(bar.get_label()) for bar in ax.containers if isinstance(bar, ErrorbarContainer)}
    labels = [(line, bars.get(line, str(line.get_label()))) for line in (ax.lines if lines is None else lines)]
    found = [(line, label) for line, label in labels if not label.startswith("_")]
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

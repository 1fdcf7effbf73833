"""The look of the course's figures: its colours, what stands for data, model and truth, and `figure`, which makes one.

A figure stands on a plate of its own, since no grey reads at 4.5 : 1 on a white page and on JupyterLab's dark one too.
docs/figures.md says why and shows how.
"""

from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

SCREEN = 84  # pixels of the page for an inch of a figure
DPI = 2 * SCREEN  # pixels of the stored picture: two for one of the page, sharp on dense screens

# Greys without a tint, so that a sheet of grey images is grey throughout and stored as such.
PLATE = "#f5f5f5"
INK, SOFT = "#262626", "#595959"  # words and axes; numbers at the ticks and what is said in passing
FRAME, GRID = "#b0b0b0", "#e5e5e5"
# All as light as each other: words at 4.5 : 1 on the plate, lines at 3 : 1 on a dark page, where widgets use them too.
COLOURS = ["#1870c2", "#b3520e", "#0b7f4f", "#bd388f", "#8c6904", "#7358da", "#cd3436", "#11798c", "#67750c", "#8d6650"]
DASHES = ["-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (4, 1.5, 1, 1.5, 1, 1.5))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "<", ">", "*"]

# One look throughout the course: what was observed, what a model says of it, and what is so.
DATA: Any = dict(color=SOFT, linestyle="none", marker="o", markersize=3.5, alpha=0.8, markeredgewidth=0)
MODEL: Any = dict(color=COLOURS[0], linestyle="-", linewidth=2)
TRUTH: Any = dict(color=INK, linestyle=(0, (4, 2)), linewidth=1.3)


def line(k: int) -> Any:
    """The look of the k-th of several lines, from 0: a colour and a dash, so that neither alone must tell them apart.

    `ax.plot(x, y, label=name, **line(k))`; some more of `plot`'s options: `**line(k) | dict(linewidth=1)`.
    """
    return dict(color=COLOURS[k % len(COLOURS)], linestyle=DASHES[k % len(DASHES)])


def points(k: int) -> Any:
    """The look of the k-th of several clouds of points, from 0: a colour and a marker; `ax.plot(x, y, **points(k))`."""
    return dict(color=COLOURS[k % len(COLOURS)], marker=MARKERS[k % len(MARKERS)], linestyle="none", markeredgewidth=0)


def quantity(name: str, unit: str = "", better: str = "") -> str:
    """What an axis shows, for its label or title: `quantity("test loss", "nats", "lower")` is "test loss (nats) ↓".

    Args:
        better: "higher" or "lower" where one of them is better.
    """
    arrows = {"": "", "higher": " ↑", "lower": " ↓"}
    if better not in arrows:
        raise ValueError(f"better={better!r}: allowed are 'higher', 'lower' and ''")
    return name + (f" ({unit})" if unit else "") + arrows[better]


def contrast(one: Any, other: Any) -> float:
    """The contrast of two colours as WCAG 2 measures it, from 1 to 21; words want 4.5, lines and marks 3."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def words_on(ground: Any) -> str:
    """Black or white, whichever reads better on a ground of this colour: always at 4.5 : 1 at least."""
    return "black" if contrast("black", ground) > contrast("white", ground) else "white"


def _luminance(colour: Any) -> float:
    shares = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in to_rgb(colour)]
    return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]


def use_style() -> None:
    """Set matplotlib's defaults to the course's; figures drawn with pyplot by the reader then match."""
    mpl.rcParams.update(STYLE)


def figure(
    width: float = 7.5, height: float = 3.0, columns: int = 1, rows: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """A Figure of width × height inches and its axes, in the course's style; one Axes alone is not in an array."""
    size = (round(width * SCREEN) / SCREEN, round(height * SCREEN) / SCREEN)  # whole pixels of the page
    with mpl.rc_context(STYLE):
        fig = Figure(figsize=size, dpi=DPI, layout="constrained")
        return fig, fig.subplots(rows, columns, **options)


STYLE: Any = {
    "figure.facecolor": PLATE,
    "figure.dpi": SCREEN,
    "figure.constrained_layout.w_pad": 0.09,
    "figure.constrained_layout.h_pad": 0.09,
    "axes.facecolor": PLATE,
    "savefig.facecolor": PLATE,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": FRAME,
    "axes.linewidth": 0.8,
    "xtick.color": FRAME,
    "ytick.color": FRAME,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": cycler(color=COLOURS),
    # A legend that must be: on a piece of the plate, so that no line runs through its words.
    "legend.fontsize": 9,
    "legend.facecolor": PLATE,
    "legend.edgecolor": PLATE,
    "legend.framealpha": 0.85,
    "legend.handlelength": 2.4,  # long enough to tell the dashes
    "image.interpolation": "nearest",
}

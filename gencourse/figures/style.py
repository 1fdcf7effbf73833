"""The look of the course's figures. `figure` makes one, `show` puts it on the page with its alt text.

Backgrounds are transparent and text is mid-grey, so that one picture reads on a light page and on a dark one.
"""

import io
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

INK = "#7d8590"  # contrast of at least 3.9 : 1 on white and on JupyterLab's dark grey
COLOURS = ["#3b8fd4", "#e8743b", "#2fa37c", "#c9569c", "#c79a1b", "#7a6fd0", "#d6505a", "#4aa7b5", "#8a9a3c", "#a9745a"]
DPI = 108


def use_style() -> None:
    """Set matplotlib's defaults to the course's; figures drawn with pyplot by the reader then match."""
    mpl.rcParams.update(_STYLE)


_STYLE: Any = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": INK,
    "grid.alpha": 0.2,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": cycler(color=COLOURS),
    "figure.dpi": 72,
}


def figure(
    width: float = 7.5, height: float = 3.0, columns: int = 1, rows: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """A Figure of width × height inches and its axes, in the course's style; one Axes alone is not in an array."""
    with mpl.rc_context(_STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, alt: str) -> None:
    """Put `fig` on the page, with `alt` for readers who cannot see it."""
    from IPython.display import display

    display(to_png(fig, alt))


def to_png(fig: Figure, alt: str) -> Any:
    """`fig` as an IPython Image, sharp on dense screens."""
    from IPython.display import Image

    buffer = io.BytesIO()
    with mpl.rc_context(_STYLE):
        fig.savefig(buffer, format="png", dpi=DPI)
    return Image(buffer.getvalue(), alt=alt, width=int(fig.get_figwidth() * 72))


def bare(ax: Any) -> None:
    """Take ticks, grid and frame off: what is in `ax` is a picture."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set_visible(False)

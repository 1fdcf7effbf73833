"""The course's figures. Each function returns a matplotlib Figure; `show` puts it on the page with its alt text.

Backgrounds are transparent and text is mid-grey, so that one picture reads on a light page and on a dark one.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import torch
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from torch import Tensor

if TYPE_CHECKING:
    from gencourse.train import History

INK = "#7d8590"  # contrast of at least 3.9 : 1 on white and on JupyterLab's dark grey
COLOURS = ["#3b8fd4", "#e8743b", "#2fa37c", "#c9569c", "#c79a1b", "#7a6fd0", "#d6505a", "#4aa7b5", "#8a9a3c", "#a9745a"]
DPI = 108


def use_style() -> None:
    """Set matplotlib's defaults to the course's; figures drawn with pyplot by the reader then match."""
    mpl.rcParams.update(_STYLE)


_STYLE: Any = {
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none", "legend.frameon": False,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.titlecolor": INK, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.labelsize": 9.5, "xtick.labelsize": 8.5, "ytick.labelsize": 8.5, "legend.fontsize": 8.5, "font.size": 9.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": INK, "grid.alpha": 0.2,
    "grid.linewidth": 0.6, "lines.linewidth": 1.8, "axes.prop_cycle": cycler(color=COLOURS), "figure.dpi": 72,
}  # fmt: skip


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


def loss_curve(history: "History") -> Figure:
    """The loss against the step, faint as it came and bold as a moving average, and what the loss is made of."""
    parts = [name for name in history.metrics if name != "loss"]
    fig, axes = figure(7.5, 2.4, columns=1 + len(parts), squeeze=False)
    for ax, name, colour in zip(axes[0], ["loss", *parts], COLOURS, strict=False):
        values = np.array(history.metrics[name])
        ax.plot(history.steps, values, color=colour, alpha=0.3, linewidth=1)
        ax.plot(history.steps, _smooth(values), color=colour)
        if name == "loss" and history.validation:
            ax.plot(*zip(*history.validation, strict=True), color=INK, marker=".", label="validation")
            ax.legend()
        ax.set(title=f"{name} (nats)", xlabel="step")
        low, high = np.percentile(values, [0, 95])
        if high > low:
            ax.set_ylim(low - 0.05 * (high - low), high + 0.15 * (high - low))
    return fig


def _smooth(values: np.ndarray) -> np.ndarray:
    """An exponential moving average that starts without bias."""
    smooth, weight, out = 0.0, 0.0, []
    for value in values:
        smooth, weight = 0.9 * smooth + 0.1 * value, 0.9 * weight + 0.1
        out.append(smooth / weight)
    return np.array(out)


def tile(images: Tensor, columns: int, gap: int = 1) -> np.ndarray:
    """(N, C, H, W) in [0, 1] -> one picture (rows·H, columns·W, 3 or 4) with gaps that are transparent."""
    n, c, h, w = images.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * (h + gap) - gap, columns * (w + gap) - gap, 4))
    for i, image in enumerate(images.detach().cpu().float().clamp(0, 1)):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + gap)
        sheet[top : top + h, left : left + w, :3] = image.expand(3, h, w).permute(1, 2, 0).numpy()
        sheet[top : top + h, left : left + w, 3] = 1
    return sheet


def image_rows(rows: dict[str, Tensor], width: float = 7.5) -> Figure:
    """Rows of images, each with its name at the left; every row (N, C, H, W) in [0, 1]."""
    n = max(len(row) for row in rows.values())
    fig, axes = figure(width, (width - 1.2) / n * len(rows) * 1.06, rows=len(rows), squeeze=False)
    for ax, (name, images) in zip(axes[:, 0], rows.items(), strict=True):
        ax.imshow(tile(images, n, gap=max(1, images.shape[-1] // 14)), interpolation="nearest")
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        _bare(ax)
    fig.set_layout_engine("constrained", rect=(0.015, 0, 0.98, 1))  # else a long name's first letter is cut
    return fig


def image_grid(images: Tensor, columns: int, width: float = 4.0, title: str = "") -> Figure:
    """Images (N, C, H, W) in [0, 1] as one sheet, left to right and top to bottom."""
    sheet = tile(images, columns)
    fig, ax = figure(width, width * sheet.shape[0] / sheet.shape[1] + (0.3 if title else 0))
    ax.imshow(sheet, interpolation="nearest")
    ax.set_title(title)
    _bare(ax)
    return fig


def code_scatter(
    ax: Any, codes: Tensor, labels: Tensor, names: Sequence[str] | None = None, *, prior: bool = True
) -> None:
    """The first two latents of codes (N, D), coloured by label, with the prior's circles of radius 1 and 2 if any."""
    for label in labels.unique().tolist():
        chosen = codes[labels == label]
        name = names[label] if names else str(label)
        ax.scatter(chosen[:, 0], chosen[:, 1], s=7, alpha=0.75, linewidths=0, label=name, color=COLOURS[label % 10])
    angle = torch.linspace(0, 2 * torch.pi, 200)
    for radius in (1, 2) if prior else ():
        ax.plot(radius * angle.cos(), radius * angle.sin(), color=INK, linewidth=0.9, linestyle="--")
    ax.set(aspect="equal", xlabel="$z_1$", ylabel="$z_2$")
    ax.legend(markerscale=2, handletextpad=0, loc="center left", bbox_to_anchor=(1, 0.5), borderaxespad=0.2)


def matrix(ax: Any, values: Tensor, rows: Sequence[str], columns: Sequence[str], decimals: int = 2) -> None:
    """A matrix as coloured cells with its numbers written in them."""
    ax.imshow(values, cmap="viridis", aspect="auto", vmin=0)
    top = float(values.max())
    for i in range(len(rows)):
        for j in range(len(columns)):
            colour = "black" if values[i, j] > 0.6 * top else "white"
            ax.text(j, i, f"{values[i, j]:.{decimals}f}", ha="center", va="center", color=colour, fontsize=7.5)
    ax.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
    ax.set_yticks(range(len(rows)), rows)
    ax.grid(False)


def label_points(ax: Any, points: Sequence[tuple[float, float, str, str]]) -> None:
    """A name beside each point, given as (x, y, name, colour), where it covers no other name and no other point.

    Call it last: where names find room depends on the axes' limits.
    """
    ax.figure.draw_without_rendering()  # settles the layout
    spots = [ax.transData.transform((x, y)) for x, y, _, _ in points]
    taken = [Bbox.from_bounds(a - 4, b - 4, 8, 8) for a, b in spots]
    beside = [(7, 3, "left"), (7, -10, "left"), (-7, 3, "right"), (-7, -10, "right"), (7, 15, "left"), (7, -22, "left")]
    for (x, y, name, colour), own in zip(points, list(taken), strict=True):
        for right, up, side in beside:
            text = ax.annotate(
                name, (x, y), (right, up), textcoords="offset points", ha=side, color=colour, fontsize=8.5
            )
            box = text.get_window_extent()
            if not any(box.overlaps(other) for other in taken if other is not own):
                break
            text.remove()
        else:
            text = ax.annotate(name, (x, y), (7, 3), textcoords="offset points", color=colour, fontsize=8.5)
            box = text.get_window_extent()
        taken.append(box)


def _bare(ax: Any) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set_visible(False)

"""Charts that several lessons draw: a loss curve, codes in a plane, a matrix, names beside points."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from torch import Tensor

from gencourse.figures.style import COLOURS, INK, figure


class Curves(Protocol):
    """What `loss_curve` draws; a `History` is one."""

    steps: list[int]
    metrics: dict[str, list[float]]
    validation: list[tuple[int, float]]


def loss_curve(history: Curves) -> Figure:
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

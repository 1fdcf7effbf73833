"""Charts that several lessons draw: a loss curve, codes in a plane, a matrix."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from torch import Tensor

from gencourse.figures.style import COLOURS, INK, MARKERS, PLATE, TRUTH, figure, quantity, words_on
from gencourse.figures.words import end_labels

# What a metric of this name is measured in, and which way is better; a loss may be anything.
KNOWN = {
    "loss": ("", "lower"),
    "kl": ("nats", ""),
    "entropy": ("nats", ""),
    "bits": ("bits", "lower"),
    "bits_per_dim": ("bits", "lower"),
    "accuracy": ("", "higher"),
}


class Curves(Protocol):
    """What `loss_curve` draws; a `History` is one."""

    steps: list[int]
    metrics: dict[str, list[float]]
    validation: list[tuple[int, float]]


def loss_curve(history: Curves, units: Mapping[str, str] | None = None) -> Figure:
    """The loss against the step, faint as it came and bold as a moving average, and what the loss is made of.

    Args:
        units: of the metrics by their names, `{"loss": "nats"}`; those of a KL divergence and of bits are known.
    """
    parts = [name for name in history.metrics if name != "loss"]
    fig, axes = figure((4.8, 6.6, 7.5)[min(len(parts), 2)], 2.5, columns=1 + len(parts), squeeze=False)
    for ax, name, colour in zip(axes[0], ["loss", *parts], COLOURS, strict=False):
        values = np.array(history.metrics[name])
        unit, better = KNOWN.get(name, ("", ""))
        ax.plot(history.steps, values, color=colour, alpha=0.3, linewidth=1)
        ax.plot(history.steps, _smooth(values), color=colour, label="training")
        title = quantity(name.replace("_", " "), (units or {}).get(name, unit), better)
        ax.set(title=title, xlabel="step")
        low, high = np.percentile(values, [0, 95])
        if high > low:
            ax.set_ylim(low - 0.05 * (high - low), high + 0.15 * (high - low))
        if name == "loss" and history.validation:
            ax.plot(*zip(*history.validation, strict=True), color=INK, linestyle="--", marker="o", markersize=3.5)
            ax.lines[-1].set_label("validation")
            end_labels(ax)
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
    """The first two latents of codes (N, D), coloured by label, with the prior's circles of radius 1 and 2 if any.

    Each label has a colour and a marker, and its name stands in the middle of its codes.
    """
    for label in labels.unique().tolist():
        chosen = codes[labels == label].detach().cpu()
        colour, marker = COLOURS[label % len(COLOURS)], MARKERS[label % len(MARKERS)]
        ax.scatter(chosen[:, 0], chosen[:, 1], s=9, alpha=0.55, linewidths=0, color=colour, marker=marker)
        x, y = chosen[:, :2].median(0).values.tolist()
        name = names[label] if names else str(label)
        halo = [withStroke(linewidth=2.5, foreground=PLATE)]
        ax.text(
            x, y, name, color=colour, weight="bold", fontsize=10, ha="center", va="center", path_effects=halo, zorder=5
        )
    angle = torch.linspace(0, 2 * torch.pi, 200)
    for radius in (1, 2) if prior else ():
        ax.plot(radius * angle.cos(), radius * angle.sin(), **TRUTH | dict(linewidth=0.9))
    ax.set(aspect="equal", xlabel="$z_1$", ylabel="$z_2$")


def matrix(
    ax: Any,
    values: Tensor,
    rows: Sequence[str],
    columns: Sequence[str],
    decimals: int = 2,
    highest: float | None = None,
) -> None:
    """A matrix as coloured cells with its numbers written in them; `highest` is where the colours end, else its own."""
    shown = ax.imshow(values, cmap="viridis", aspect="auto", vmin=0, vmax=highest)
    for i in range(len(rows)):
        for j in range(len(columns)):
            colour = words_on(shown.to_rgba(float(values[i, j])))
            ax.text(j, i, f"{values[i, j]:.{decimals}f}", ha="center", va="center", color=colour, fontsize=9)
    ax.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)

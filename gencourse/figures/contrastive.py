"""Lesson 02's drawings: a loss beside chance, labels needed, similarities sorted by class, the push, and a bound."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.style import INK, SOFT, TRUTH, figure, line, points, quantity
from gencourse.figures.words import end_labels, label_points


def training(steps: Sequence[int], losses: Sequence[float], chance: float) -> Figure:
    """The loss of training batches in nats against the step, beside that of a choice at random."""
    fig, ax = figure(5.4, 2.4)
    ax.plot(steps, losses, label="the network", **line(0))
    ax.axhline(chance, label="choosing at random", **TRUTH)
    ax.set(xlabel="step", title=quantity("NT-Xent", "nats", "lower"))
    end_labels(ax)
    return fig


def label_curves(
    per_class: Sequence[int | None], curves: Mapping[str, Sequence[tuple[float, float]]], chance: float
) -> Figure:
    """Test accuracy in % against the number of labels a class, None being all of them.

    Args:
        curves: by name, for each number the mean accuracy and the length of its bar to each side, from 0 to 1.
        chance: what guessing gives, from 0 to 1.
    """
    fig, ax = figure(6.6, 3.0)
    for k, (name, found) in enumerate(curves.items()):
        means, spreads = ([100 * value for value in values] for values in zip(*found, strict=True))
        ax.errorbar(range(len(per_class)), means, spreads, label=name, capsize=3, markersize=4, **points(k) | line(k))
    ax.axhline(100 * chance, color=SOFT, linewidth=1, linestyle=":", label="chance")
    ax.set_xticks(range(len(per_class)), [str(n or "all") for n in per_class])
    ax.set(xlabel="labels a class", ylim=(0, 105), title=quantity("linear probe", "% of test images", "higher"))
    end_labels(ax)
    return fig


def similarities(panels: Mapping[str, Tensor], sizes: Sequence[int], names: Sequence[str]) -> Figure:
    """Matrices of cosines side by side, whose rows and columns are sorted by class.

    Args:
        panels: by title, cosines (V, V).
        sizes: how many of the V views each class has, in the order of the rows.
        names: of the classes; where they are more than six they stand on the left panel alone.
    """
    fig, axes = figure(7.4, 3.7, columns=len(panels), sharey=True)
    ends = torch.tensor([0, *sizes]).cumsum(0)
    middles = ((ends[1:] + ends[:-1] - 1) / 2).tolist()
    for ax, (title, cosine) in zip(axes, panels.items(), strict=True):
        drawn = ax.imshow(cosine, vmin=-1, vmax=1, cmap="RdBu", rasterized=True)
        for end in ends[1:-1].tolist():
            ax.axhline(end - 0.5, color=INK, linewidth=0.6)
            ax.axvline(end - 0.5, color=INK, linewidth=0.6)
        ax.set_xticks(middles, names if len(names) <= 6 else [""] * len(names))
        ax.set_yticks(middles, names)
        ax.tick_params(length=0)
        ax.grid(False)
        ax.set_title(title)
    fig.colorbar(drawn, ax=axes, shrink=0.8, label="cosine").outline.set_visible(False)
    return fig


def push(shares: Mapping[float, Tensor]) -> Figure:
    """The share of the push in % that each negative gets, (K,) with the nearest first, for each temperature."""
    fig, ax = figure(5.8, 3.5)
    for k, (temperature, share) in enumerate(shares.items()):
        ax.plot(range(1, len(share) + 1), 100 * share, label=f"τ = {temperature:g}", **line(k))
    alike = ax.axhline(100 / len(share), color=SOFT, linewidth=1, linestyle=":", label="all alike")
    ax.set(xscale="log", yscale="log", xlim=(1, len(share)), ylim=(0.01, 100))
    ax.set(xlabel="negatives, the nearest first", title="share of the push (%)")
    ax.set_xticks(ticks := [n for n in (1, 3, 10, 30, 100) if n <= len(share)], [str(n) for n in ticks])
    ax.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    ax.minorticks_off()
    end_labels(ax, [alike])
    label_points(
        ax, [(1, float(100 * share[0]), f"τ = {t:g}", line(k)["color"]) for k, (t, share) in enumerate(shares.items())]
    )
    return fig


def bound(ks: Sequence[int], values: Sequence[float], truth: float) -> Figure:
    """log K minus InfoNCE in nats against the number K of candidates, under log K and under the mutual information."""
    fig, ax = figure(5.8, 2.9)
    ax.plot(ks, torch.tensor(ks).log(), label="log K", **line(1) | dict(linewidth=1.4))
    ax.axhline(truth, label="mutual information", **TRUTH)
    ax.plot(ks, values, marker="o", markersize=4, label="log K − loss", **line(0))
    ax.set_xscale("log", base=2)
    ax.set_xticks(ks, [f"{k}" for k in ks])
    ax.minorticks_off()
    ax.set(xlabel="K, candidates to choose among", ylim=(0, None), title="a bound (nats)")
    end_labels(ax)
    return fig

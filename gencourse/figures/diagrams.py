"""Drawings of networks, their numbers read off the model itself."""

from collections.abc import Sequence
from typing import Any

import torch
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torch import nn

from gencourse.figures.style import COLOURS, INK, figure


def layers(network: nn.Sequential, x: torch.Tensor) -> list[tuple[str, str]]:
    """(what a layer is, the shape it gives for one image) for each layer of a Sequential that has weights."""
    rows = []
    with torch.no_grad():
        for layer in network:
            x = layer(x)
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                rows.append((type(layer).__name__, "×".join(map(str, x.shape[1:]))))
    return rows


def vae_diagram(model: Any) -> Figure:
    """x → encoder → mean and log-variance → z → decoder → p(x | z), with the shape of every tensor for one image."""
    device = next(model.parameters()).device
    fig, ax = figure(8.2, 3.1)
    shape, latent = "×".join(map(str, model.shape)), str(model.latent)
    encoder = layers(model.encoder, torch.zeros(1, *model.shape, device=device))
    decoder = layers(model.decoder, torch.zeros(1, model.latent, device=device))
    _box(ax, 0, 1, 1.05, 1, "$x$", shape, INK)
    _network(ax, 1.5, 2.2, "encoder", encoder, COLOURS[0])
    _box(ax, 4.25, 1.75, 1.3, 0.9, r"mean $\mu$", latent, COLOURS[0])
    _box(ax, 4.25, 0.35, 1.3, 0.9, r"$\log\,\sigma^2$", latent, COLOURS[0])
    _box(ax, 6.25, 1, 1.3, 1, r"$z=\mu+\sigma\varepsilon$", latent, COLOURS[1])
    _box(ax, 6.25, -0.6, 1.3, 0.8, r"$\varepsilon\sim\mathcal{N}(0,I)$", latent, COLOURS[4])
    _network(ax, 8.05, 2.6, "decoder", decoder, COLOURS[2])
    _box(ax, 11.15, 1, 1.25, 1, "$p(x\\mid z)$", shape, COLOURS[2])
    for start, end in [
        ((1.05, 1.5), (1.5, 1.5)),
        ((3.7, 1.7), (4.25, 2.2)),
        ((3.7, 1.3), (4.25, 0.8)),
        ((5.55, 2.2), (6.25, 1.7)),
        ((5.55, 0.8), (6.25, 1.3)),
        ((6.9, 0.2), (6.9, 1.0)),
        ((7.55, 1.5), (8.05, 1.5)),
        ((10.65, 1.5), (11.15, 1.5)),
    ]:
        ax.annotate("", end, start, arrowprops=dict(arrowstyle="-|>", color=INK, linewidth=1.3))
    ax.text(4.9, 2.95, "$q(z\\mid x)$, a cloud of codes", ha="center", color=INK, fontsize=9)
    ax.set(xlim=(-0.1, 12.5), ylim=(-0.8, 3.3))
    ax.axis("off")
    return fig


def autoencoder_diagram(model: Any) -> Figure:
    """x → encoder → z → decoder → x̂, with the shape of every tensor for one image."""
    device = next(model.parameters()).device
    fig, ax = figure(7.6, 2.2)
    shape, latent = "×".join(map(str, model.shape)), str(model.latent)
    encoder = layers(model.encoder, torch.zeros(1, *model.shape, device=device))
    decoder = layers(model.decoder, torch.zeros(1, model.latent, device=device))
    _box(ax, 0, 1, 1.05, 1, "$x$", shape, INK)
    _network(ax, 1.6, 2.4, "encoder", encoder, COLOURS[0])
    _box(ax, 4.55, 1.1, 0.9, 0.8, "$z$", latent, COLOURS[1])
    _network(ax, 6.0, 2.6, "decoder", decoder, COLOURS[2])
    _box(ax, 9.15, 1, 1.05, 1, r"$\hat{x}$", shape, COLOURS[2])
    for start, end in [(1.05, 1.6), (4.0, 4.55), (5.45, 6.0), (8.6, 9.15)]:
        ax.annotate("", (end, 1.5), (start, 1.5), arrowprops=dict(arrowstyle="-|>", color=INK, linewidth=1.3))
    ax.set(xlim=(-0.1, 10.3), ylim=(0.1, 2.9))
    ax.axis("off")
    return fig


def pretext_diagram() -> Figure:
    """Above, an encoder and a head learn a made-up question; below, the encoder is kept under a new classifier."""
    fig, ax = figure(7.8, 2.7)
    arrow = dict(arrowstyle="-|>", color=INK, linewidth=1.3)
    rows = (
        (2.2, "image", "no label", "spoilt image", "how is known", "head", "thrown away", "how was it spoilt?"),
        (0.2, "image", "few labels", "", "", "classifier", "new", "what is in it?"),
    )
    for bottom, image, labels, spoilt, known, head, fate, answer in rows:
        _box(ax, 0, bottom, 1.5, 1, image, labels, INK)
        if spoilt:
            _box(ax, 2.1, bottom, 1.9, 1, spoilt, known, COLOURS[1])
        _box(ax, 4.6, bottom, 1.7, 1, "encoder", "trained" if spoilt else "kept", COLOURS[0])
        _box(ax, 6.9, bottom, 1.6, 1, head, fate, COLOURS[4 if spoilt else 2])
        ax.text(9.1, bottom + 0.5, answer, va="center", color=INK, fontsize=9.5)
        stops = [(1.5, 2.1), (4.0, 4.6), (6.3, 6.9), (8.5, 9.05)] if spoilt else [(1.5, 4.6), (6.3, 6.9), (8.5, 9.05)]
        for start, end in stops:
            ax.annotate("", (end, bottom + 0.5), (start, bottom + 0.5), arrowprops=arrow)
    ax.annotate("", (5.45, 1.2), (5.45, 2.2), arrowprops=arrow)
    ax.set(xlim=(-0.1, 11.4), ylim=(0.1, 3.3))
    ax.axis("off")
    return fig


def family_tree(leaves: Sequence[tuple[str, str, str]]) -> Figure:
    """The tree of generative models, downwards, with leaves beside their branch; branches without leaves are left out.

    Args:
        leaves: (path, name, note) each; a path is its branches with a comma between them, "explicit, tractable", and
            one that is alone, as "no density", stands beside the tree.
    """
    paths = list(dict.fromkeys(path for path, _, _ in leaves))
    kinds = list(dict.fromkeys(path.split(", ")[0] for path in paths))
    leaves = sorted(leaves, key=lambda leaf: (kinds.index(leaf[0].split(", ")[0]), paths.index(leaf[0])))
    rows = dict(enumerate(leaf[0] for leaf in leaves))  # leaves are at y = 0, −1, −2 …
    height = {path: -_middle([y for y, other in rows.items() if other.startswith(path)]) for path in [*kinds, *paths]}
    inside = [height[path] for path in kinds if any(other.startswith(f"{path}, ") for other in paths)]
    fig, ax = figure(8.4, 0.31 * len(leaves) + 0.4)
    _node(ax, -0.2, _middle(inside), 2.2, "generative model", INK)
    for path in kinds if inside else ():
        if height[path] in inside:
            _node(ax, 2.6, height[path], 1.2, path, INK)
            _branch(ax, (2.0, _middle(inside)), (2.6, height[path]))
    for path, colour in zip(paths, COLOURS, strict=False):
        kind, _, way = path.partition(", ")
        _node(ax, 4.4, height[path], 1.6, way or kind, colour)
        if way:
            _branch(ax, (3.8, height[kind]), (4.4, height[path]))
        for y in (-y for y, other in rows.items() if other == path):
            _branch(ax, (6.0, height[path]), (6.6, y))
            ax.text(6.7, y, leaves[-y][1], va="center", color=colour, fontsize=9, weight="bold")
            ax.text(9.35, y, leaves[-y][2], va="center", color=INK, fontsize=9)
    ax.set(xlim=(-0.3, 12.2), ylim=(-len(leaves) + 0.4, 0.6))
    ax.axis("off")
    return fig


def _middle(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2


def _node(ax: Any, left: float, y: float, width: float, words: str, colour: str) -> None:
    _frame(ax, left, y - 0.36, width, 0.72, colour)
    ax.text(left + width / 2, y, words, ha="center", va="center", color=INK, fontsize=9)


def _branch(ax: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    middle = (start[0] + end[0]) / 2
    ax.plot(
        [start[0], middle, middle, end[0]], [start[1], start[1], end[1], end[1]], color=INK, linewidth=1.1, alpha=0.7
    )


def _box(ax: Any, left: float, bottom: float, width: float, height: float, title: str, shape: str, colour: str) -> None:
    _frame(ax, left, bottom, width, height, colour)
    middle = left + width / 2
    ax.text(middle, bottom + 0.62 * height, title, ha="center", va="center", color=INK, fontsize=9.5)
    ax.text(middle, bottom + 0.25 * height, shape, ha="center", va="center", color=colour, fontsize=8.5)


def _network(ax: Any, left: float, width: float, name: str, rows: list[tuple[str, str]], colour: str) -> None:
    height = 0.42 * len(rows) + 0.5
    bottom = 1.5 - height / 2
    _frame(ax, left, bottom, width, height, colour)
    ax.text(left + width / 2, bottom + height - 0.24, name, ha="center", va="center", color=INK, weight="bold")
    for i, (kind, shape) in enumerate(rows):
        y = bottom + height - 0.62 - 0.42 * i
        ax.text(left + 0.12, y, kind, va="center", color=INK, fontsize=7)
        ax.text(left + width - 0.12, y, shape, ha="right", va="center", color=colour, fontsize=7)


def _frame(ax: Any, left: float, bottom: float, width: float, height: float, colour: str) -> None:
    style: Any = dict(
        boxstyle="round,pad=0,rounding_size=0.12", edgecolor=colour, facecolor=colour + "22", linewidth=1.4
    )
    ax.add_patch(FancyBboxPatch((left, bottom), width, height, **style))

"""Drawings of networks, their numbers read off the model itself. One unit is one point, and a box fits its words."""

import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import torch
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Bbox
from torch import nn

from gencourse.figures.style import COLOURS, DPI, INK, PLATE, SCREEN, SOFT, STYLE
from gencourse.figures.words import text_size

TITLE, NOTE = 10.0, 9.0  # sizes of the words in a box
PAD, LINE, BETWEEN = 8.0, 14.0, 24.0  # around words, from one line to the next, and from box to box


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
    fig, ax = _canvas()
    encoder, decoder, shape, latent = _parts(model)
    x = _box(ax, 0, 0, "$x$", shape, INK)
    first = _network(ax, x.x1 + BETWEEN, 0, "encoder", encoder, COLOURS[0])
    mean = _box(ax, first.x1 + BETWEEN, 28, r"mean $\mu$", latent, COLOURS[0])
    spread = _box(ax, first.x1 + BETWEEN, -28, r"$\log\,\sigma^2$", latent, COLOURS[0], mean.width)
    z = _box(ax, mean.x1 + BETWEEN, 0, r"$z=\mu+\sigma\varepsilon$", latent, COLOURS[1])
    noise = _box(ax, z.x0, -66, r"$\varepsilon\sim\mathcal{N}(0,I)$", latent, COLOURS[4], z.width)
    second = _network(ax, max(z.x1, noise.x1) + BETWEEN, 0, "decoder", decoder, COLOURS[2])
    out = _box(ax, second.x1 + BETWEEN, 0, r"$p(x\mid z)$", shape, COLOURS[2])
    for one, other in ((x, first), (first, mean), (first, spread), (mean, z), (spread, z), (z, second), (second, out)):
        _arrow(ax, one, other)
    ax.annotate("", (_middle(z.intervalx), z.y0), (_middle(z.intervalx), noise.y1), arrowprops=ARROW)
    words = r"$q(z\mid x)$, a cloud of codes"
    above = ax.text(_middle(mean.intervalx), mean.y1 + 14, words, ha="center", va="center", fontsize=NOTE)
    above.set_color(INK)
    return _fit(fig, ax, out.x1, min(noise.y0, first.y0, second.y0), max(mean.y1 + 22, first.y1, second.y1))


def autoencoder_diagram(model: Any) -> Figure:
    """x → encoder → z → decoder → x̂, with the shape of every tensor for one image."""
    fig, ax = _canvas()
    encoder, decoder, shape, latent = _parts(model)
    x = _box(ax, 0, 0, "$x$", shape, INK)
    first = _network(ax, x.x1 + BETWEEN, 0, "encoder", encoder, COLOURS[0])
    z = _box(ax, first.x1 + BETWEEN, 0, "$z$", latent, COLOURS[1])
    second = _network(ax, z.x1 + BETWEEN, 0, "decoder", decoder, COLOURS[2])
    out = _box(ax, second.x1 + BETWEEN, 0, r"$\hat{x}$", shape, COLOURS[2])
    for one, other in ((x, first), (first, z), (z, second), (second, out)):
        _arrow(ax, one, other)
    return _fit(fig, ax, out.x1, min(first.y0, second.y0), max(first.y1, second.y1))


def pretext_diagram() -> Figure:
    """Above, an encoder and a head learn a made-up question; below, the encoder is kept under a new classifier."""
    fig, ax = _canvas()
    wide = {
        kind: max(_wide(words, TITLE if k % 2 == 0 else NOTE) for k, words in enumerate(pair)) + 2 * PAD
        for kind, pair in (
            ("image", ("image", "few labels")),
            ("spoilt", ("spoilt image", "how is known")),
            ("encoder", ("encoder", "trained")),
            ("head", ("classifier", "thrown away")),
        )
    }
    left = dict(zip(wide, _lefts(list(wide.values())), strict=True))
    end = left["head"] + wide["head"] + BETWEEN
    rows = (
        (72, "no label", True, "trained", "head", "thrown away", COLOURS[4], "how was it spoilt?"),
        (0, "few labels", False, "kept", "classifier", "new", COLOURS[2], "what is in it?"),
    )
    encoders = []
    for y, labels, spoilt, state, head, fate, colour, answer in rows:
        row = [_box(ax, left["image"], y, "image", labels, INK, wide["image"])]
        if spoilt:
            row.append(_box(ax, left["spoilt"], y, "spoilt image", "how is known", COLOURS[1], wide["spoilt"]))
        row.append(_box(ax, left["encoder"], y, "encoder", state, COLOURS[0], wide["encoder"]))
        encoders.append(row[-1])
        row.append(_box(ax, left["head"], y, head, fate, colour, wide["head"]))
        ax.text(end + 4, y, answer, va="center", color=INK, fontsize=TITLE)
        for one, other in zip(row, [*row[1:], Bbox.from_extents(end, y, end, y)], strict=True):
            _arrow(ax, one, other)
    above, below = encoders
    ax.annotate("", (_middle(below.intervalx), below.y1), (_middle(above.intervalx), above.y0), arrowprops=ARROW)
    return _fit(fig, ax, end + 4 + max(_wide(row[-1], TITLE) for row in rows), below.y0, above.y1)


def family_tree(leaves: Sequence[tuple[str, str, str]]) -> Figure:
    """The tree of generative models, downwards, with leaves beside their branch; branches without leaves are left out.

    Args:
        leaves: (path, name, note) each; a path is its branches with a comma between them, "explicit, tractable", and
            one that is alone, as "no density", stands beside the tree.
    """
    paths = list(dict.fromkeys(path for path, _, _ in leaves))
    kinds = list(dict.fromkeys(path.split(", ")[0] for path in paths))
    leaves = sorted(leaves, key=lambda leaf: (kinds.index(leaf[0].split(", ")[0]), paths.index(leaf[0])))
    rows = {-ROW * k: leaf[0] for k, leaf in enumerate(leaves)}  # the height of each leaf, and where it hangs
    height = {path: _middle([y for y, other in rows.items() if other.startswith(path)]) for path in [*kinds, *paths]}
    inside = [path for path in kinds if any(other.startswith(f"{path}, ") for other in paths)]
    root = [_wide("generative model", TITLE) + 2 * PAD] if inside else []
    columns = [
        *root,
        *([max(_wide(kind, TITLE) for kind in inside) + 2 * PAD] if inside else []),
        max(_wide(path.partition(", ")[2] or path, TITLE) for path in paths) + 2 * PAD,
        max(_wide(name, TITLE, "bold") for _, name, _ in leaves),
        max(_wide(note, NOTE) for _, _, note in leaves),
    ]
    lefts = _lefts(columns)
    fig, ax = _canvas()
    if inside:
        top = _middle([height[path] for path in inside])
        start = _node(ax, lefts[0], top, columns[0], "generative model", INK)
        branches = {kind: _node(ax, lefts[1], height[kind], columns[1], kind, INK) for kind in inside}
        for branch in branches.values():
            _branch(ax, start, branch)
    for path, colour in zip(paths, COLOURS, strict=False):
        kind, _, way = path.partition(", ")
        node = _node(ax, lefts[-3], height[path], columns[-3], way or kind, colour)
        if way:
            _branch(ax, branches[kind], node)
        for y, (_, name, note) in zip(rows, leaves, strict=True):
            if rows[y] == path:
                _branch(ax, node, Bbox.from_extents(lefts[-2] - 4, y, lefts[-2] - 4, y))
                ax.text(lefts[-2], y, name, va="center", color=colour, fontsize=TITLE, weight="bold")
                ax.text(lefts[-1], y, note, va="center", color=INK, fontsize=NOTE)
    return _fit(fig, ax, lefts[-1] + columns[-1], min(rows) - ROW / 2, ROW / 2)


ROW = 23.0  # from one leaf of the tree to the next
ARROW: Any = dict(arrowstyle="-|>", color=SOFT, linewidth=1.2, shrinkA=1, shrinkB=1, mutation_scale=10)


def _parts(model: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]], str, str]:
    """The layers of encoder and decoder, and the shapes of an image and of its code in words."""
    device = next(model.parameters()).device
    encoder = layers(model.encoder, torch.zeros(1, *model.shape, device=device))
    decoder = layers(model.decoder, torch.zeros(1, model.latent, device=device))
    return encoder, decoder, "×".join(map(str, model.shape)), str(model.latent)


def _canvas() -> tuple[Figure, Any]:
    """A Figure that is one Axes without edges; `_fit` gives it its size once everything is drawn."""
    with mpl.rc_context(STYLE):
        fig = Figure(dpi=DPI)
        ax = fig.add_axes((0, 0, 1, 1))
    ax.axis("off")
    return fig, ax


def _fit(fig: Figure, ax: Any, right: float, bottom: float, top: float) -> Figure:
    """Make `fig` as large as the drawing from 0 to `right` and from `bottom` to `top`, one unit a point."""
    width, height = (math.ceil((size + 2 * PAD) * SCREEN / 72) / SCREEN for size in (right, top - bottom))
    fig.set_size_inches(width, height)
    ax.set(xlim=(-PAD, width * 72 - PAD), ylim=(bottom - PAD, bottom - PAD + height * 72))
    return fig


def _wide(words: str, size: float, weight: str = "normal") -> float:
    return text_size(words, size, weight)[0]


def _lefts(widths: Sequence[float]) -> list[float]:
    """Where boxes of these widths begin, side by side."""
    return [sum(widths[:k]) + BETWEEN * k for k in range(len(widths))]


def _middle(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2


def _box(ax: Any, left: float, y: float, title: str, note: str, colour: str, width: float = 0.0) -> Bbox:
    """A frame at the height y around a title and a note below it, at least `width` wide."""
    width = max(width, _wide(title, TITLE) + 2 * PAD, _wide(note, NOTE) + 2 * PAD)
    box = _frame(ax, Bbox.from_bounds(left, y - LINE - 6, width, 2 * LINE + 12), colour)
    middle = left + width / 2
    ax.text(middle, y + LINE / 2, title, ha="center", va="center", color=INK, fontsize=TITLE)
    ax.text(middle, y - LINE / 2 - 1, note, ha="center", va="center", color=SOFT, fontsize=NOTE)
    return box


def _network(ax: Any, left: float, y: float, name: str, rows: list[tuple[str, str]], colour: str) -> Bbox:
    """A frame around a network's name and its layers, each with the shape that it gives."""
    kinds = max(_wide(kind, NOTE) for kind, _ in rows)
    width = max(kinds + 10 + max(_wide(shape, NOTE) for _, shape in rows), _wide(name, TITLE, "bold")) + 2 * PAD
    height = LINE * len(rows) + LINE + 14
    box = _frame(ax, Bbox.from_bounds(left, y - height / 2, width, height), colour)
    ax.text(left + width / 2, box.y1 - 13, name, ha="center", va="center", color=INK, fontsize=TITLE, weight="bold")
    for k, (kind, shape) in enumerate(rows):
        at = box.y1 - 15 - LINE * (k + 1)
        ax.text(left + PAD, at, kind, va="center", color=INK, fontsize=NOTE)
        ax.text(box.x1 - PAD, at, shape, ha="right", va="center", color=SOFT, fontsize=NOTE)
    return box


def _node(ax: Any, left: float, y: float, width: float, words: str, colour: str) -> Bbox:
    box = _frame(ax, Bbox.from_bounds(left, y - 9.5, width, 19), colour)
    ax.text(left + width / 2, y, words, ha="center", va="center", color=INK, fontsize=TITLE)
    return box


def _arrow(ax: Any, one: Bbox, other: Bbox) -> None:
    """From the right of `one` to the middle of the left of `other`, level where it can be."""
    start, end = _middle(one.intervaly), _middle(other.intervaly)
    within = sorted((max(one.y0 + 8, min(one.y1 - 8, end)), start), key=lambda y: abs(y - end))
    ax.annotate("", (other.x0, end), (one.x1, within[0]), arrowprops=ARROW)


def _branch(ax: Any, one: Bbox, other: Bbox) -> None:
    start, end = _middle(one.intervaly), _middle(other.intervaly)
    turn = (one.x1 + other.x0) / 2
    ax.plot([one.x1, turn, turn, other.x0], [start, start, end, end], color=SOFT, linewidth=1)


def _frame(ax: Any, box: Bbox, colour: str) -> Bbox:
    face = [0.93 * plate + 0.07 * own for plate, own in zip(to_rgb(PLATE), to_rgb(colour), strict=True)]
    style: Any = dict(boxstyle="round,pad=0,rounding_size=5", edgecolor=colour, facecolor=face, linewidth=1.2)
    ax.add_patch(FancyBboxPatch((box.x0, box.y0), box.width, box.height, **style))
    return box

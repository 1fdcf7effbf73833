"""Bars that share a mass of one: drag one up and those it competes with sink."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, figure
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget, to_bytes

MODES = ("p(x)", "p(y | x)", "p(x | y)")


class Competition(Widget):
    """One table of p(x, y) for a few inputs x and labels y, in three views: p(x), p(y | x) and p(x | y).

    Each view groups the bars that compete. A bar that is dragged, or moved by the arrow keys, takes its mass from the
    others of its group in proportion. The view's other factor stays: p(y | x) in the first, p(x) in the second and
    p(y) in the third.

    Args:
        images: a picture of each input, (X, C, H, W) in [0, 1], grey or RGB.
        joint: p(x, y), (X, Y), every entry above 0; it is divided by its sum.
        x_names, y_names: a short name for each input and for each label; their numbers if left out.
        mode: the view at the start: "p(x)", "p(y | x)" or "p(x | y)".

    Attributes:
        joint: the table, row after row.
        mode: the number of the view, from 0.

    Raises:
        ValueError: on a table that is not (X, Y) or not positive, names of another number, or an unknown mode.
    """

    _esm = bundle("competition")
    link = ("mode", "joint")

    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    joint = traitlets.List(traitlets.Float()).tag(sync=True)
    x_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    y_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    mode = traitlets.Int(0, min=0, max=2).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        images: Tensor,
        joint: Tensor,
        *,
        x_names: Sequence[str] | None = None,
        y_names: Sequence[str] | None = None,
        mode: str = "p(x)",
    ):
        if images.dim() != 4 or images.shape[1] not in (1, 3):
            raise ValueError(f"images {tuple(images.shape)}: allowed is (X, C, H, W) with 1 or 3 channels")
        if joint.dim() != 2 or len(joint) != len(images) or not bool((joint > 0).all()):
            raise ValueError(f"joint {tuple(joint.shape)}: allowed is ({len(images)}, Y), every entry above 0")
        if mode not in MODES:
            raise ValueError(f"mode={mode!r}: allowed are {', '.join(map(repr, MODES))}")
        names = [
            _names(name, given, count)
            for name, given, count in zip(("x_names", "y_names"), (x_names, y_names), joint.shape, strict=True)
        ]
        super().__init__(
            images=to_bytes(images),
            shape=list(images.shape[1:]),
            joint=(joint / joint.sum()).flatten().tolist(),
            x_names=names[0],
            y_names=names[1],
            mode=MODES.index(mode),
            colours=COLOURS,
        )

    @property
    def table(self) -> np.ndarray:
        """p(x, y) as it stands, (X, Y)."""
        return np.array(self.joint).reshape(len(self.x_names), len(self.y_names))

    def label(self) -> str:
        table = self.table
        shares = ", ".join(f"{name} {p:.2f}" for name, p in zip(self.x_names, table.sum(1), strict=True))
        return (
            f"p(x), p(y | x) and p(x | y) of {len(self.x_names)} inputs and {len(self.y_names)} labels; p(x): {shares}"
        )

    def _figure(self) -> Any:
        table = self.table
        (n_x, n_y), step = table.shape, 1.0
        fig, axes = figure(8.4, 2.4, columns=3, width_ratios=[n_x, n_x * (n_y + 1), n_y * (n_x + 1)], sharey=True)
        axes[0].bar(range(n_x), table.sum(1), 0.7, color=COLOURS[0])
        axes[0].set_xticks(range(n_x), self.x_names)
        for group, row in enumerate(table / table.sum(1, keepdims=True)):
            axes[1].bar(group * (n_y + step) + np.arange(n_y), row, 0.7, color=COLOURS[1 : n_y + 1])
        axes[1].set_xticks(np.arange(n_x) * (n_y + step) + (n_y - 1) / 2, self.x_names)
        for group, (column, colour) in enumerate(zip((table / table.sum(0)).T, COLOURS[1:], strict=False)):
            axes[2].bar(group * (n_x + step) + np.arange(n_x), column, 0.7, color=colour)
        axes[2].set_xticks(np.concatenate([g * (n_x + step) + np.arange(n_x) for g in range(n_y)]), self.x_names * n_y)
        for ax, title in zip(axes, MODES, strict=True):
            ax.set(title=title, ylim=(0, 1))
            ax.grid(False, axis="x")
        for label, colour in zip(self.y_names, COLOURS[1:], strict=False):
            axes[2].bar(0, 0, color=colour, label=f"y = {label}")
        axes[2].legend(loc="upper right")
        return fig


def _names(argument: str, given: Sequence[str] | None, count: int) -> list[str]:
    names = [str(k + 1) for k in range(count)] if given is None else [str(name) for name in given]
    if len(names) != count:
        raise ValueError(f"{argument}={names!r}: allowed are {count} names")
    return names

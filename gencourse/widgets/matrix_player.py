"""Watch a matrix of cosines grow blocks: the views of many images, sorted by class, at moments of a training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from gencourse.figures import INK, figure
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures
from gencourse.widgets.shared.widget import Widget, to_bytes

MOST_VIEWS, MOST_MOMENTS = 128, 12
NAMES = ("partner", "own class", "other classes", "false nearest")


class MatrixPlayer(Widget):
    """Cosines of 2N views, whose rows are sorted by class; a slider moves through the moments of a training.

    Rows 2k and 2k + 1 are the two views of image k, each other's partners; all others are a view's negatives. A row is
    chosen by clicking, or by the up and down keys: it shows the view, its partner, and its nearest negatives.

    Args:
        moments: by name, in the order of the training, cosines (2N, 2N), N from 2 to 64; 1 to 12 moments.
        images: (2N, C, H, W) in [0, 1], the views.
        classes: (2N,), the class of each view, whose rows stand together.
        names: of the classes.

    Attributes:
        moment: from 0. row: the anchor.

    Raises:
        ValueError: on another shape, a cosine beyond ±1, too many moments, or classes that are not sorted.
    """

    _esm = bundle("matrix_player")
    link = ("moment", "row")

    size = traitlets.Int().tag(sync=True)
    moments = traitlets.List(traitlets.Unicode()).tag(sync=True)
    similarity = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    classes = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    moment = traitlets.Int(0, min=0).tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, moments: Mapping[str, Tensor], images: Tensor, classes: Tensor, names: Sequence[str]):
        if not 1 <= len(moments) <= MOST_MOMENTS:
            raise ValueError(f"{len(moments)} moments: allowed are 1 to {MOST_MOMENTS}")
        views = len(classes)
        for name, cosines in moments.items():
            _check(name, cosines, views)
        if (classes.diff() < 0).any():
            raise ValueError("classes: allowed are rising numbers, so that the views of a class stand together")
        if not 0 <= int(classes.min()) <= int(classes.max()) < len(names):
            raise ValueError(f"classes from {classes.min()} to {classes.max()}: there are {len(names)} names")
        images = check_pictures("images", images, n=views)
        bytes_of = to_bytes((torch.stack([cosines.detach().cpu() for cosines in moments.values()]) + 1) / 2)
        self._cosines = torch.frombuffer(bytearray(bytes_of), dtype=torch.uint8).view(-1, views, views) / 127.5 - 1
        super().__init__(
            size=views,
            moments=list(moments),
            similarity=bytes_of,
            images=to_bytes(images),
            shape=list(images.shape[1:]),
            classes=classes.tolist(),
            names=list(names),
            moment=len(moments) - 1,
        )

    def numbers(self) -> dict[str, float]:
        """At this moment: mean cosines with partners and with negatives of the own and of other classes, and the share
        of views whose nearest negative is of their own class; of cosines rounded to 1/128, as the page has them."""
        cosines, classes = self._cosines[self.moment], torch.tensor(self.classes)
        rows = torch.arange(self.size)
        mates = classes[:, None] == classes
        own = torch.eye(self.size, dtype=torch.bool)
        own[rows, rows ^ 1] = True
        nearest = cosines.masked_fill(own, -2).argmax(1)
        found = (cosines[rows, rows ^ 1], cosines[mates & ~own], cosines[~mates], mates[rows, nearest].float())
        return {name: float(values.mean()) for name, values in zip(NAMES, found, strict=True)}

    def label(self) -> str:
        of = self.numbers()
        return (
            f"cosines of {self.size} views sorted by class, {self.moments[self.moment]}: {of['partner']:.2f} with the "
            f"partner, {of['own class']:.2f} with others of the class, {of['other classes']:.2f} with other classes"
        )

    @traitlets.validate("moment", "row")
    def _exists(self, proposal: Any) -> int:
        most = len(self.moments) if proposal["trait"].name == "moment" else self.size
        if not 0 <= proposal["value"] < most:
            raise traitlets.TraitError(f"{proposal['trait'].name}={proposal['value']}: allowed are 0 to {most - 1}")
        return int(proposal["value"])

    def _figure(self) -> Any:
        shown = sorted({0, len(self.moments) // 2, len(self.moments) - 1})
        fig, axes = figure(2.6 * len(shown) + 0.6, 3.0, columns=len(shown), sharey=True, squeeze=False)
        ends = np.flatnonzero(np.diff(self.classes)) + 0.5
        for ax, k in zip(axes.flat, shown, strict=True):
            drawn = ax.imshow(self._cosines[k], vmin=-1, vmax=1, cmap="RdBu", rasterized=True)
            for end in ends:
                ax.axhline(end, color=INK, linewidth=0.5)
                ax.axvline(end, color=INK, linewidth=0.5)
            ax.set(title=self.moments[k], xticks=[], yticks=[])
            ax.grid(False)
        fig.colorbar(drawn, ax=axes, shrink=0.8, label="cosine").outline.set_visible(False)
        return fig


def _check(name: str, cosines: Tensor, views: int) -> None:
    """Raise a ValueError unless these are the cosines of so many views."""
    if cosines.shape != (views, views) or views % 2 or not 4 <= views <= MOST_VIEWS:
        raise ValueError(
            f"moments[{name!r}]={tuple(cosines.shape)} with {views} classes: allowed is (2N, 2N) with N from 2 to "
            f"{MOST_VIEWS // 2}, and a class for each view"
        )
    if not (cosines.abs() <= 1 + 1e-4).all():
        raise ValueError(f"moments[{name!r}]: allowed are cosines, from −1 to 1; normalise the rows first")

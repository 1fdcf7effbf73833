"""Who attracts and who repels whom: the 2N × 2N matrix of a contrastive batch, and what temperature does to it."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from matplotlib.patches import Rectangle
from torch import Tensor

from gencourse.figures import COLOURS, INK, figure
from gencourse.support.checks import between
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures
from gencourse.widgets.shared.widget import Widget, floats, to_bytes

MOST = 32  # images, each in two views
NEGATIVES = 5  # shown beside an anchor


class SimilarityMatrix(Widget):
    """The similarities of 2N views, each row softmaxed at a temperature that the reader moves.

    A row is one anchor: its positive is outlined, its similarity with itself is masked. Clicking a row, or the up and
    down keys, shows the anchor, its positive, and the negatives that take most of the gradient. The gradient of the
    row's NT-Xent loss by a negative's similarity is p / temperature, so that shares are shares of p.

    Args:
        similarity: (2N, 2N) cosines, N from 2 to 32; rows i and i + N are two views of one image.
        images: (2N, C, H, W) in [0, 1], the views.
        labels: a name or number for each view, or for each of the N images.
        temperature: at the start, from 0.05 to 2.

    Attributes:
        temperature: as the slider was moved. row: the anchor. shown: "probabilities" or "cosines".

    Raises:
        ValueError: on another shape, a cosine beyond ±1, or a temperature out of range.
    """

    _esm = bundle("similarity_matrix")
    link = ("temperature", "row", "shown")

    size = traitlets.Int().tag(sync=True)
    similarity = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    temperature = traitlets.Float(min=0.05, max=2.0).tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)
    shown = traitlets.Enum(("probabilities", "cosines"), default_value="probabilities").tag(sync=True)

    def __init__(
        self,
        similarity: Tensor,
        images: Tensor | None = None,
        labels: Sequence[Any] | Tensor | None = None,
        temperature: float = 0.5,
    ):
        views = len(similarity)
        if similarity.shape != (views, views) or views % 2 or not 4 <= views <= 2 * MOST:
            raise ValueError(f"similarity={tuple(similarity.shape)}: allowed is (2N, 2N) with N from 2 to {MOST}")
        if not (similarity.abs() <= 1 + 1e-4).all():
            raise ValueError("similarity: allowed are cosines, from −1 to 1; normalise the rows first")
        temperature = between("temperature", temperature, 0.05, 2)
        self._cosines = similarity.detach().cpu().double()
        traits: dict[str, Any] = {"labels": _names(labels, views)}
        if images is not None:
            self._images = check_pictures("images", images, n=views)
            traits |= {"images": to_bytes(self._images), "shape": list(images.shape[1:])}
        super().__init__(size=views, similarity=floats(similarity.cpu()), temperature=temperature, **traits)

    def probabilities(self) -> Tensor:
        """(2N, 2N): each row's softmax of cosine / temperature over the other views."""
        own = torch.eye(self.size, dtype=torch.bool)
        return (self._cosines / self.temperature).masked_fill(own, -torch.inf).softmax(1)

    def losses(self) -> Tensor:
        """(2N,): NT-Xent of each row, in nats; their mean is the batch's."""
        rows = torch.arange(self.size)
        return -self.probabilities()[rows, (rows + self.size // 2) % self.size].log()

    def label(self) -> str:
        losses = self.losses()
        return (
            f"{self.shown} of {self.size} views at temperature {self.temperature:.2f}: NT-Xent "
            f"{losses.mean():.2f} nats, row {self.row + 1} {losses[self.row]:.2f}"
        )

    @traitlets.validate("row")
    def _is_a_row(self, proposal: Any) -> int:
        if not 0 <= proposal["value"] < self.size:
            raise traitlets.TraitError(f"row={proposal['value']}: allowed are 0 to {self.size - 1}")
        return int(proposal["value"])

    def _figure(self) -> Any:
        fig, (plane, bars) = figure(7.2, 3.6, columns=2, width_ratios=[1.2, 1])
        p = self.probabilities()
        values = p if self.shown == "probabilities" else self._cosines.clone().fill_diagonal_(torch.nan)
        limits = (
            {"cmap": "Blues", "vmin": 0} if self.shown == "probabilities" else {"cmap": "RdBu", "vmin": -1, "vmax": 1}
        )
        picture = plane.imshow(values, interpolation="nearest", **limits)
        for k in range(self.size):
            partner = (k + self.size // 2) % self.size
            plane.add_patch(_square(partner, k, COLOURS[2]))
        plane.axhspan(self.row - 0.5, self.row + 0.5, fill=False, edgecolor=COLOURS[1], linewidth=1.6)
        plane.set(xlabel="view", ylabel="anchor", title=f"{self.shown}, temperature {self.temperature:.2f}")
        plane.grid(False)
        plane.locator_params(integer=True)
        fig.colorbar(picture, ax=plane, shrink=0.75).outline.set_visible(False)
        negatives = p[self.row].clone()
        negatives[(self.row + self.size // 2) % self.size] = 0
        share, index = (negatives / negatives.sum()).topk(min(NEGATIVES, self.size - 2))
        bars.barh(range(len(index)), share, color=COLOURS[0])
        bars.set_yticks(
            range(len(index)), [f"view {int(k) + 1} {self.labels[k] if self.labels else ''}" for k in index]
        )
        bars.invert_yaxis()
        bars.tick_params(axis="y", colors=INK)
        bars.set(xlim=(0, 1), xlabel="share of the negatives' gradient", title=f"anchor {self.row + 1}")
        return fig


def _square(column: int, row: int, colour: str) -> Any:
    return Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=colour, linewidth=1.2)


def _names(labels: Sequence[Any] | Tensor | None, views: int) -> list[str]:
    """A name for each view; N labels count for both views."""
    if labels is None:
        return []
    names = [str(label) for label in (labels.tolist() if isinstance(labels, Tensor) else labels)]
    if len(names) not in (views, views // 2):
        raise ValueError(f"len(labels)={len(names)}: allowed is {views}, or {views // 2} for both views")
    return names if len(names) == views else names * 2

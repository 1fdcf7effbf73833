"""Where a network puts images: a map in two dimensions, to be explored point by point."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, INK, MARKERS, figure
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures, sprite_sheet
from gencourse.widgets.shared.widget import Widget, floats

MOST = 600  # images
COLUMNS = 25  # of the sprite sheet
SHEET = 150_000  # bytes of it at most, so that the whole widget stays under 250 kB
NEIGHBOURS = 5


class EmbeddingMap(Widget):
    """Points coloured by class; pointing at one shows its image and its nearest neighbours on the map.

    With several maps of the same images, as before and after training, the points move from one to the other. Each map
    is centred and scaled to fill the plane, alike in both directions.

    Args:
        points: (N, 2), or a dict of a map's name to such points, N up to 600.
        images: (N, C, H, W) in [0, 1].
        labels: (N,), the class of each.
        label_names: what the classes are called; their numbers if left out.
        title: stands above the map.

    Attributes:
        shown: the number of the map. chosen: the number of the point.

    Raises:
        ValueError: on points, images or labels that do not fit each other.
    """

    _esm = bundle("embedding_map")
    link = ("shown", "chosen")

    maps = traitlets.Bytes().tag(sync=True)
    map_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sheet = traitlets.Bytes().tag(sync=True)
    tile = traitlets.List(traitlets.Int()).tag(sync=True)
    columns = traitlets.Int(COLUMNS).tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    shown = traitlets.Int(0, min=0).tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(
        self,
        points: Tensor | dict[str, Tensor],
        images: Tensor,
        labels: Tensor | Sequence[int],
        label_names: Sequence[str] | None = None,
        title: str = "",
    ):
        pictures = check_pictures("images", images, most=MOST)
        classes = [int(label) for label in labels]
        if len(classes) != len(pictures):
            raise ValueError(f"len(labels)={len(classes)}: allowed is {len(pictures)}, one for each image")
        names = [str(k) for k in range(max(classes) + 1)] if label_names is None else [str(n) for n in label_names]
        if min(classes) < 0 or max(classes) >= len(names):
            raise ValueError(
                f"label_names={names!r}: labels reach from {min(classes)} to {max(classes)}, so give "
                "a name for each from 0 up"
            )
        maps = points if isinstance(points, dict) else {"": points}
        self._maps = torch.stack([_fill_plane(name, p, len(pictures)) for name, p in maps.items()])
        sheet, height, width = sprite_sheet(pictures, COLUMNS, SHEET)
        super().__init__(
            maps=floats(self._maps),
            map_names=list(maps),
            sheet=sheet,
            tile=[height, width],
            labels=classes,
            names=names,
            colours=COLOURS,
            title=title,
        )

    def neighbours(self, index: int) -> list[int]:
        """The nearest points on the map that is shown, the nearest first."""
        points = self._maps[self.shown]
        distance = (points - points[index]).square().sum(1)
        distance[index] = torch.inf
        return distance.argsort(stable=True)[: min(NEIGHBOURS, len(points) - 1)].tolist()

    def label(self) -> str:
        name = f" {self.map_names[self.shown]}:" if self.map_names[self.shown] else ""
        return (
            f"map of {len(self.labels)} images:{name} image {self.chosen + 1}, {self.names[self.labels[self.chosen]]}"
        )

    @traitlets.validate("shown", "chosen")
    def _exists(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = len(self._maps) if name == "shown" else self._maps.shape[1]
        if not 0 <= value < count:
            raise traitlets.TraitError(f"{name}={value}: allowed are 0 to {count - 1}")
        return int(value)

    def _figure(self) -> Any:
        count = min(3, len(self._maps))
        fig, axes = figure(max(3.9, 2.6 * count + 1), 3.0, columns=count, squeeze=False)
        labels = torch.tensor(self.labels)
        for ax, points, name in zip(axes[0], self._maps, self.map_names, strict=False):
            for label in labels.unique().tolist():
                at = points[labels == label]
                look = dict(color=COLOURS[label % 10], marker=MARKERS[label % 10], label=self.names[label])
                ax.scatter(*at.T, s=11, alpha=0.8, linewidths=0, **look)
            ax.plot(*points[self.chosen], "o", markersize=9, markerfacecolor="none", markeredgecolor=INK)
            ax.set(
                aspect="equal", xticks=[], yticks=[], title=name or self.title, xlim=(-1.05, 1.05), ylim=(-1.05, 1.05)
            )
        axes[0, -1].legend(markerscale=2, handletextpad=0, loc="center left", bbox_to_anchor=(1, 0.5))
        return fig


def _fill_plane(name: str, points: Tensor, n: int) -> Tensor:
    """Points (N, 2) moved and scaled so that the wider direction reaches from −1 to 1."""
    where = f"points[{name!r}]" if name else "points"
    if tuple(points.shape) != (n, 2) or not torch.isfinite(points).all():
        raise ValueError(f"{where}={tuple(points.shape)}: allowed are {n} finite points ({n}, 2), one for each image")
    points = points.detach().cpu().float()
    low, high = points.amin(0), points.amax(0)
    return (points - (low + high) / 2) / ((high - low).max() / 2).clamp(min=1e-12)

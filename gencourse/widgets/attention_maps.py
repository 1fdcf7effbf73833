"""Where does a vision transformer look? Its class token's attention, laid over the image."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.figures import figure, pixels
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures
from gencourse.widgets.shared.widget import Widget, floats, to_bytes

MOST, MOST_HEADS, MOST_MODELS = 32, 12, 4


class AttentionMaps(Widget):
    """An image, and over it the attention of one head or of all heads' mean; several models stand side by side.

    Each map is coloured up to its own largest value, and the readout says over how many patches it spreads: the
    exponential of the entropy of the map, normalised to sum to 1. Even attention spreads over all patches.

    Args:
        images: (N, 1 or 3, H, W) in [0, 1], N up to 32.
        attention: (N, heads, h, w), not negative, as `VisionTransformer.attention` gives; or a dict of up to 4 names,
            such as "before" and "after" training, to such. Up to 12 heads.
        names: what the images show, one for each.

    Attributes:
        chosen: the image. head: from 0, or −1 for the mean of the heads. strength: of the overlay, from 0 to 1.

    Raises:
        ValueError: on sizes that do not fit each other, or attention that is negative or nothing at all.
    """

    _esm = bundle("attention_maps")
    link = ("chosen", "head", "strength")

    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    attention = traitlets.Bytes().tag(sync=True)
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    models = traitlets.List(traitlets.Unicode()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)
    head = traitlets.Int(-1, min=-1).tag(sync=True)
    strength = traitlets.Float(0.6, min=0.0, max=1.0).tag(sync=True)

    def __init__(self, images: Tensor, attention: Tensor | dict[str, Tensor], names: Sequence[Any] | None = None):
        self._images = check_pictures("images", images, most=MOST)
        by_model = attention if isinstance(attention, dict) else {"": attention}
        if not 1 <= len(by_model) <= MOST_MODELS:
            raise ValueError(f"attention={list(by_model)}: allowed are 1 to {MOST_MODELS} names")
        for name, maps in by_model.items():
            _check(name, maps, len(self._images), next(iter(by_model.values())))
        if names is not None and len(names) != len(self._images):
            raise ValueError(f"len(names)={len(names)}: allowed is {len(self._images)}, one for each image")
        self._attention = torch.stack(
            [maps.detach().cpu().float() for maps in by_model.values()]
        )  # (M, N, heads, h, w)
        super().__init__(
            images=to_bytes(self._images),
            shape=list(self._images.shape[1:]),
            attention=floats(self._attention),
            size=list(self._attention.shape),
            models=list(by_model),
            names=[str(name) for name in names or []],
        )

    def maps(self) -> Tensor:
        """(M, h, w): each model's map of the chosen image, of the chosen head or of the heads' mean."""
        heads = self._attention[:, self.chosen]
        return heads.mean(1) if self.head < 0 else heads[:, self.head]

    def spread(self) -> list[float]:
        """Over how many patches each model's map spreads: exp of its entropy, from 1 to h · w."""
        p = self.maps().flatten(1)
        return torch.special.entr(p / p.sum(1, keepdim=True)).sum(1).exp().tolist()

    def label(self) -> str:
        head = "the mean of the heads" if self.head < 0 else f"head {self.head + 1}"
        name = f" ({self.names[self.chosen]})" if self.names else ""
        spreads = [f"{model} {count:.1f}".strip() for model, count in zip(self.models, self.spread(), strict=True)]
        return (
            f"attention of {head} to image {self.chosen + 1}{name}, spread over "
            f"{', '.join(spreads)} of {self.size[3] * self.size[4]} patches"
        )

    @traitlets.validate("chosen", "head")
    def _exists(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = self._attention.shape[1 if name == "chosen" else 2]
        if value >= count:
            raise traitlets.TraitError(f"{name}={value}: allowed is up to {count - 1}")
        return int(value)

    def _figure(self) -> Any:
        fig, axes = figure(2.2 * (1 + len(self.models)), 2.4, columns=1 + len(self.models))
        image = self._images[self.chosen]
        titles = [f"image {self.chosen + 1}"] + [
            f"{model} {'mean' if self.head < 0 else f'head {self.head + 1}'}".strip() for model in self.models
        ]
        for k, (ax, title) in enumerate(zip(axes, titles, strict=True)):
            pixels(ax, image)
            if k:
                height, width = image.shape[1:]
                ax.imshow(
                    self.maps()[k - 1],
                    cmap="inferno",
                    alpha=self.strength,
                    vmin=0,
                    interpolation="nearest",
                    extent=(-0.5, width - 0.5, height - 0.5, -0.5),
                )
            ax.set_title(title)
        return fig


def _check(name: str, maps: Tensor, n: int, first: Tensor) -> None:
    """Raise a ValueError unless maps are (n, heads, h, w) as the first model's, and possible values."""
    where = f"attention[{name!r}]" if name else "attention"
    if maps.ndim != 4 or maps.shape != first.shape or len(maps) != n or not 1 <= maps.shape[1] <= MOST_HEADS:
        raise ValueError(
            f"{where}={tuple(maps.shape)}: allowed is ({n}, heads, h, w) with up to {MOST_HEADS} heads, "
            "alike for all names"
        )
    if not (torch.isfinite(maps).all() and maps.min() >= 0 and (maps.flatten(2).sum(2) > 0).all()):
        raise ValueError(f"{where}: allowed are finite weights from 0 up, not all 0 in a map")

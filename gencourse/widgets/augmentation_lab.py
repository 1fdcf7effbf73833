"""Choose how strongly views of an image are changed, and say where it is no longer the same thing."""

from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.data.augment import Augment
from gencourse.figures import image_rows
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures
from gencourse.widgets.shared.widget import Widget, to_bytes

MOST = 8  # images
BANDS = 5  # of the overall strength, each with its own tally
LIMITS = {
    "crop": (1.0, 0.05),
    "flip": (0.0, 0.5),
    "rotate": (0.0, 180.0),
    "jitter": (0.0, 1.0),
    "hue": (0.0, 0.5),
    "grey": (0.0, 1.0),
    "blur": (0.0, 1.0),
}


class AugmentationLab(Widget):
    """Pairs of random views of one image, drawn in the page by the formulas of gencourse.data.augment.

    Seven sliders set what `Augment` takes. The views keep their random numbers while a slider moves, so that they
    change with it. The reader says of each first pair whether it still shows the same thing; yes and no are counted in
    five bands of the overall strength, the mean of how far the sliders stand from "unchanged".

    Args:
        images: (N, 3, H, W) in [0, 1], N up to 8.

    Attributes:
        chosen: the image. strength: the sliders' values, as `Augment` takes them ("crop" is its least share).
        seed: of the views in the page. tallies: [yes, no] for each band.

    Raises:
        ValueError: on images of another kind.
    """

    _esm = bundle("augmentation_lab")
    link = ("strength", "chosen", "seed")

    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    limits = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)
    strength = traitlets.Dict().tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    tallies: Any = traitlets.List().tag(sync=True)

    def __init__(self, images: Tensor):
        self._images = check_pictures("images", images, most=MOST)
        if images.shape[1] != 3:
            raise ValueError(f"images={tuple(images.shape)}: allowed are RGB images (N, 3, H, W)")
        start = dict(crop=0.3, flip=0.5, rotate=0.0, jitter=0.4, hue=0.1, grey=0.2, blur=0.0)
        super().__init__(
            images=to_bytes(self._images),
            shape=list(images.shape[1:]),
            strength=start,
            tallies=[[0, 0]] * BANDS,
            limits={name: list(ends) for name, ends in LIMITS.items()},
        )

    def augment(self) -> Augment:
        """The module that draws such views: for training with what the reader chose."""
        return Augment(self.shape[-1], **(self.strength | {"crop": (self.strength["crop"], 1.0)}))

    def overall(self) -> float:
        """How far the sliders stand from "unchanged", from 0 to 1, averaged."""
        return sum((self.strength[name] - low) / (high - low) for name, (low, high) in LIMITS.items()) / len(LIMITS)

    def label(self) -> str:
        values = ", ".join(f"{name} {value:g}" for name, value in self.strength.items())
        return f"random views of image {self.chosen + 1}: {values}"

    @traitlets.validate("strength")
    def _is_within_limits(self, proposal: Any) -> dict[str, float]:
        strength: dict[str, float] = proposal["value"]
        if strength.keys() != LIMITS.keys():
            raise traitlets.TraitError(f"strength={strength!r}: allowed are values for {', '.join(LIMITS)}")
        for name, ends in LIMITS.items():
            if not min(ends) <= strength[name] <= max(ends):
                raise traitlets.TraitError(
                    f"strength[{name!r}]={strength[name]!r}: allowed is {min(ends)} to {max(ends)}"
                )
        return strength

    @traitlets.validate("chosen")
    def _is_an_image(self, proposal: Any) -> int:
        if not 0 <= proposal["value"] < len(self._images):
            raise traitlets.TraitError(f"chosen={proposal['value']}: allowed are 0 to {len(self._images) - 1}")
        return int(proposal["value"])

    def _figure(self) -> Any:
        generator = torch.Generator().manual_seed(self.seed)
        same = self._images[self.chosen].expand(7, -1, -1, -1)
        first, second = (self.augment()(same, generator) for _ in range(2))
        return image_rows({"image": same[:1], "view 1": first, "view 2": second})

"""Walk from one image to another through the space of codes."""

from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.data.images import Images
from gencourse.figures import image_rows
from gencourse.support.checks import at_least
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import DecoderWidget, batch_of, check_images, floats, spread, to_bytes

PATHS = ("linear", "spherical")
FRAMES = 9


def interpolate(start: Tensor, end: Tensor, t: Tensor, path: str = "linear") -> Tensor:
    """The codes at t (T,) on the way from start (D,), t = 0, to end (D,), t = 1: (T, D).

    "linear" is the straight line. It comes nearer to the origin than samples of N(0, I) in many dimensions are, so
    "spherical" turns from one direction to the other instead [White, Sampling Generative Networks, 2016];
    codes in one line with the origin have no turn between them and get the straight line.

    Raises:
        ValueError: on another path.
    """
    if path not in PATHS:
        raise ValueError(f"path={path!r}: allowed are {', '.join(map(repr, PATHS))}")
    t = t[:, None]  # (T, 1)
    lengths = start.norm() * end.norm()
    angle = torch.acos((start @ end / lengths.clamp(min=1e-12)).clamp(-1, 1))
    if path == "linear" or lengths < 1e-12 or angle.sin() < 1e-4:
        return (1 - t) * start + t * end
    return (((1 - t) * angle).sin() * start + (t * angle).sin() * end) / angle.sin()


class Interpolation(DecoderWidget):
    """Choose two images, and slide along the path between their codes.

    Args:
        model: a VAE with 1 to 64 latents, grey or RGB.
        images: at least two, of the model's shape; a gallery of them is shown, one of each class in turn.
        thumbnails: the size of the gallery.

    Attributes:
        start, end: the chosen images' places in the gallery, from 0.
        t: from 0, at start, to 1, at end.
        path: "linear" or "spherical"; see `interpolate`.

    Raises:
        ValueError: on fewer than two images, images of another shape or a bad number of thumbnails.
    """

    _esm = bundle("interpolation")
    link = ("start", "end", "t", "path")

    thumbnails = traitlets.Bytes().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    start = traitlets.Int(0).tag(sync=True)
    end = traitlets.Int(1).tag(sync=True)
    t = traitlets.Float(0.5, min=0, max=1).tag(sync=True)
    path = traitlets.Enum(PATHS, "linear").tag(sync=True)
    frames = traitlets.Int(FRAMES).tag(sync=True)

    def __init__(self, model: Any, images: Images, *, thumbnails: int = 12):
        if images is None:
            raise ValueError("images=None: give at least two images of the model's shape")
        thumbnails = at_least("thumbnails", thumbnails, 2, at_most=60)
        super().__init__(model)
        check_images(model, images, least=2)
        chosen = spread(images, thumbnails)
        x = batch_of(images, chosen)
        codes, _ = self.encode(x)
        self._codes = codes
        self.thumbnails, self.codes, self.labels = to_bytes(x), floats(codes), images.y[chosen].tolist()
        self._follow()
        self.observe(self._follow, ["start", "end", "t", "path"])

    def label(self) -> str:
        start, end = self.labels[self.start], self.labels[self.end]
        return f"{self.path} path from an image of class {start} to one of class {end}, decoded at t = {self.t:.2f}"

    def along(self, t: Tensor) -> Tensor:
        """The codes at t (T,) on the chosen path: (T, D)."""
        return interpolate(self._codes[self.start], self._codes[self.end], t, self.path)

    def _follow(self, change: Any = None) -> None:
        self.z = self.along(torch.tensor([self.t]))[0].tolist()

    @traitlets.validate("start", "end")
    def _is_in_gallery(self, proposal: Any) -> int:
        value: int = proposal["value"]
        if value not in range(len(self.labels)):
            raise traitlets.TraitError(f"{proposal['trait'].name}={value}: allowed are 0 to {len(self.labels) - 1}")
        return value

    def _figure(self) -> Any:
        """Both paths between the chosen images, one above the other."""
        t, ends = torch.linspace(0, 1, FRAMES), (self._codes[self.start], self._codes[self.end])
        return image_rows({path: self.decode(interpolate(*ends, t, path)) for path in PATHS}, width=7.0)

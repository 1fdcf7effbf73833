"""An image written pixel by pixel in the page, from a beginning that the reader draws."""

import copy
from typing import Any

import torch
import traitlets
from matplotlib.patches import Rectangle
from torch import Tensor

from gencourse.figures import COLOURS, figure, pixels
from gencourse.models.made import MADE
from gencourse.models.pixels import level_log_prob
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget


class PixelPlayer(Widget):
    """A MADE that writes an image in the page: play, step, draw the top rows oneself, and see what it makes of them.

    Args:
        model: a `MADE` of images with one channel, without classes and mixtures; its weights are copied as float16.
        image: (1, H, W) or (H, W) in [0, 1], what is drawn at the start; only its top rows count.
        kept: how many rows of it are the reader's; the model writes those below.
        temperature: what the logits are divided by before a level is drawn. seed: of the draws.

    Attributes:
        levels_of: the level of each pixel in raster order. next: the pixel that is asked about; H·W when all are done.

    Raises:
        ValueError: on another model, or an image of another size.
    """

    _esm = bundle("pixel_player")
    link = ("temperature", "seed")

    size = traitlets.List(traitlets.Int()).tag(sync=True)  # height, width
    levels = traitlets.Int().tag(sync=True)
    hidden = traitlets.List(traitlets.Int()).tag(sync=True)
    direct = traitlets.Bool().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    levels_of = traitlets.List(traitlets.Int()).tag(sync=True)
    next = traitlets.Int(0).tag(sync=True)
    kept = traitlets.Int(0, min=0).tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=2.0).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    def __init__(self, model: MADE, image: Tensor | None = None, *, kept: int = 0, **traits: Any):
        if not isinstance(model, MADE) or model.shape[0] != 1 or model.classes or model.mixtures:
            raise ValueError("model: allowed is a MADE of images with one channel, with classes=0 and mixtures=0")
        _, height, width = model.shape
        image = torch.zeros(height, width) if image is None else image.reshape(image.shape[-2:])
        if image.shape != (height, width):
            raise ValueError(f"image {tuple(image.shape)}: allowed is the model's size, {height} × {width}")
        if not 0 <= kept <= height:
            raise ValueError(f"kept={kept!r}: allowed is 0 to {height} rows")
        levels = (image * (model.levels - 1)).round().long()
        levels[kept:] = 0
        self._model = copy.deepcopy(model).eval().cpu().float()
        super().__init__(
            size=[height, width],
            levels=model.levels,
            hidden=list(model.config["hidden"]),
            direct=model.config["direct"],
            weights=self._export(),
            levels_of=levels.flatten().tolist(),
            kept=kept,
            next=kept * width,
            **traits,
        )

    @torch.no_grad()
    def probabilities(self) -> Tensor:
        """(levels,): of each level of the next pixel, with the weights the page has; zeros when all is done."""
        height, width = self.size
        if self.next >= height * width:
            return torch.zeros(self.levels)
        logits = self._model.logits(self._image())[0, 0, self.next // width, self.next % width] / self.temperature
        return torch.cat([torch.zeros(1), logits]).softmax(0) if self.levels == 2 else logits.softmax(0)

    @torch.no_grad()
    def log_prob(self) -> float:
        """log p of the pixels before the next one, in nats, at temperature 1."""
        x = self._image()
        each = level_log_prob((x * (self.levels - 1)).round().long(), self._model.logits(x)).flatten()
        return float(each[: self.next].sum())

    def label(self) -> str:
        height, width = self.size
        return f"An image of {height}×{width} pixels, {self.next} of them written"

    def _image(self) -> Tensor:
        return torch.tensor(self.levels_of).view(1, 1, *self.size) / (self.levels - 1)

    def _export(self) -> bytes:
        """Masked layers as float16, each with its bias; the first has a row for each pixel, the direct one is last."""
        direct = self._model.direct
        parts = []
        for i, layer in enumerate([*self._model.layers, *([] if direct is None else [direct])]):
            layer.weight.data = (layer.weight * layer.mask).half().float()
            parts.append(layer.weight.T if i == 0 else layer.weight)
            if layer.bias is not None:
                layer.bias.data = layer.bias.half().float()
                parts.append(layer.bias)
        return b"".join(part.detach().contiguous().half().numpy().astype("<f2").tobytes() for part in parts)

    def _figure(self) -> Any:
        fig, (left, right) = figure(6.4, 2.9, columns=2)
        pixels(left, self._image()[0, 0])
        height, width = self.size
        if self.next < height * width:
            corner = (self.next % width - 0.5, self.next // width - 0.5)
            left.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=2))
        left.axhline(self.kept - 0.5, color=COLOURS[0], linewidth=1.5)
        right.bar(range(self.levels), self.probabilities(), color=COLOURS[0])
        right.set(ylim=(0, 1), xlabel="level of the next pixel", ylabel="probability")
        if self.levels == 2:
            right.set_xticks((0, 1), ("black", "white"))
        return fig

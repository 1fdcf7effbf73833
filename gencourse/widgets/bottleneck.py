"""One image through several bottlenecks at once: what each width of the code keeps of it."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from gencourse.data.images import Images
from gencourse.figures import figure, pixels
from gencourse.support.checks import at_least
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.decoder import export_decoder
from gencourse.widgets.shared.widget import MOST_LATENTS, Widget, batch_of, check_images, floats, spread

MEASURED = 1000  # images whose codes set the range of the sliders
ROWS = 3  # images in the still


class Bottleneck(Widget):
    """An image beside its reconstructions through codes of several lengths, with the squared error under each.

    A click on a reconstruction opens its code: a slider for each of the first eight numbers, from the least to the
    largest value that the images' codes have there. All decoders run in the page.

    Args:
        models: autoencoders for images of one shape, grey or RGB, the narrowest first; each code 1 to 64 long.
        images: of the models' shape. The sliders' ranges come from up to 1000 of them.
        thumbnails: how many images to choose from, one of each class in turn.
        picked: which model's code is open at first; the first with at least four latents if left out.

    Attributes:
        image: the number of the chosen thumbnail, from 0.
        picked: the number of the model whose code is open, from 0.
        z: that code as the sliders have it; empty while it is the image's own.

    Raises:
        ValueError: on no models, models or images of different shapes, or a number out of range.
        TypeError: on a decoder with a layer that the page cannot run, naming it.
    """

    _esm = bundle("bottleneck")
    link = ("image", "picked", "z")
    _css = Widget._css + style("bottleneck")

    programs = traitlets.List(traitlets.Dict()).tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    ranges = traitlets.Bytes().tag(sync=True)
    image = traitlets.Int(0).tag(sync=True)
    picked = traitlets.Int(0).tag(sync=True)
    z = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, models: Sequence[Any], images: Images, *, thumbnails: int = 12, picked: int | None = None):
        thumbnails = at_least("thumbnails", thumbnails, 1, at_most=60)
        _check_models(models)
        for model in models:
            check_images(model, images)
        self._models = [copy.deepcopy(model).eval().cpu().float() for model in models]
        self.latents = [model.latent for model in models]
        if picked is None:
            picked = next((k for k, latent in enumerate(self.latents) if latent >= 4), 0)
        programs, weights = _programs(self._models)
        chosen = spread(images, thumbnails)
        self._x = batch_of(images, chosen)
        everything = batch_of(images, range(min(MEASURED, len(images))))
        codes = [self.encode(k, everything) for k in range(len(models))]
        super().__init__(
            programs=programs,
            weights=weights,
            images=floats(self._x),
            labels=images.y[chosen].tolist(),
            codes=b"".join(floats(self.encode(k, self._x)) for k in range(len(models))),
            ranges=b"".join(floats(torch.stack([z.amin(0), z.amax(0)])) for z in codes),
            picked=picked,
        )

    @torch.no_grad()
    def encode(self, model: int, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> its codes (B, D) by the model of that number."""
        z: Tensor = self._models[model].encode(x)
        return z

    @torch.no_grad()
    def decode(self, model: int, z: Tensor) -> Tensor:
        """z (B, D) -> (B, C, H, W), any real numbers, by the model of that number."""
        image: Tensor = self._models[model].decode(z)
        return image

    def errors(self, image: int) -> list[float]:
        """The squared error of a thumbnail's reconstruction by each model, summed over pixels."""
        x = self._x[image : image + 1]
        return [float((x - self.decode(k, self.encode(k, x))).square().sum()) for k in range(len(self._models))]

    def label(self) -> str:
        widths = ", ".join(map(str, self.latents))
        return f"image {self.image + 1} of {len(self.labels)} and its reconstructions from codes of {widths} numbers"

    def _figure(self) -> Any:
        shown = [(self.image + k) % len(self.labels) for k in range(min(ROWS, len(self.labels)))]
        columns = 1 + len(self._models)
        fig, axes = figure(7.5, 1.35 * len(shown) + 0.2, rows=len(shown), columns=columns, squeeze=False)
        for row, image in zip(axes, shown, strict=True):
            x = self._x[image : image + 1]
            pictures = [x, *(self.decode(k, self.encode(k, x)) for k in range(len(self._models)))]
            notes = ["", *(f"{error:.2f}" for error in self.errors(image))]
            for ax, picture, note in zip(row, pictures, notes, strict=True):
                pixels(ax, picture[0].clamp(0, 1))
                ax.set_xlabel(note)
        for ax, name in zip(axes[0], ["image", *(f"z of {n}" for n in self.latents)], strict=True):
            ax.set_title(name, loc="center")
        axes[-1][0].set_xlabel("squared error:")
        return fig

    @traitlets.validate("image")
    def _is_a_thumbnail(self, proposal: Any) -> int:
        return _within("image", proposal["value"], len(self._x), "thumbnails")

    @traitlets.validate("picked")
    def _is_a_model(self, proposal: Any) -> int:
        return _within("picked", proposal["value"], len(self._models), "models")

    @traitlets.validate("z")
    def _is_a_code(self, proposal: Any) -> list[float]:
        z: list[float] = proposal["value"]
        if z and (len(z) != self.latents[self.picked] or not np.isfinite(z).all()):
            raise traitlets.TraitError(
                f"z={z!r}: allowed are {self.latents[self.picked]} finite numbers, or none for the image's own code"
            )
        return z


def _within(name: str, value: int, count: int, what: str) -> int:
    if not 0 <= value < count:
        raise traitlets.TraitError(f"{name}={value!r}: allowed is 0 to {count - 1}, there are {count} {what}")
    return value


def _check_models(models: Sequence[Any]) -> None:
    if not models:
        raise ValueError("models=[]: give at least one autoencoder")
    for k, model in enumerate(models):
        if missing := [name for name in ("encode", "decoder", "shape", "latent") if not hasattr(model, name)]:
            raise ValueError(
                f"models[{k}]={type(model).__name__} has no {', '.join(missing)}: give models such as "
                "gencourse.models.autoencoder.Autoencoder"
            )
        if tuple(model.shape) != tuple(models[0].shape) or model.shape[0] not in (1, 3):
            raise ValueError(f"models[{k}].shape={model.shape}: allowed is one shape for all, with 1 or 3 channels")
        if not 1 <= model.latent <= MOST_LATENTS:
            raise ValueError(f"models[{k}].latent={model.latent}: allowed are 1 to {MOST_LATENTS}")


def _programs(models: Sequence[Any]) -> tuple[list[dict[str, Any]], bytes]:
    """Each decoder as a program that says how many of the bytes are its own, and all their weights."""
    programs, blobs = [], []
    for model in models:
        program, weights = export_decoder(model.decoder, "none", model.shape)
        programs.append(program | {"latent": model.latent, "bytes": len(weights)})
        blobs.append(weights)
    return programs, b"".join(blobs)

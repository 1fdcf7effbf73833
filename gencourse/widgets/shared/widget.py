"""What the widgets share: a still picture, a stable name, and for decoders in the page a copy of the model.

All state is in traits, so a page with the traits' values and no kernel is as alive as one with a kernel.
"""

import base64
import copy
import io
from collections.abc import Sequence
from typing import Any, ClassVar

import anywidget
import matplotlib
import numpy as np
import torch
import traitlets
from PIL import Image
from torch import Tensor

from gencourse.data.images import Images
from gencourse.figures import DPI, SCREEN, to_png, use_style
from gencourse.support.remade import made, shown
from gencourse.widgets.shared.bundle import style
from gencourse.widgets.shared.decoder import export_decoder

MOST_LATENTS = 64


class Widget(anywidget.AnyWidget):
    """The base of the course's widgets. A subclass has `_esm = bundle(NAME)`, `link`, `label` and `_figure`.

    Args:
        traits: values of the subclass's traits.

    Attributes:
        link: the traits that the hand sets, in the order in which a link to a state of the site tells them.
    """

    link: ClassVar[tuple[str, ...]] = ()
    _css = style("shared/widgets", "shared/plane", "shared/views")

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        made(self)

    def still(self) -> Image.Image:
        """The widget as one picture, for pages that show no widgets."""
        with matplotlib.rc_context():  # the reader's own settings come back afterwards
            use_style()
            return Image.open(io.BytesIO(to_png(self._figure(), self.label()).data))

    def label(self) -> str:
        """What the widget shows, in words."""
        raise NotImplementedError

    def page_sources(self) -> tuple[str, str]:
        """The module and the style that the page runs, as host.js's `mount` takes them."""
        state = self.get_state({"_esm", "_css"})
        return state["_esm"], state["_css"]

    def page_state(self) -> dict[str, Any]:
        """The traits that the page reads, for JSON, bytes as {"base64": …}: what host.js's `mount` takes."""
        ours = [cls for cls in type(self).__mro__ if issubclass(cls, Widget)]
        names = {name for cls in ours for name in cls.class_own_traits(sync=True) if not name.startswith("_")}
        return {name: _for_json(getattr(self, name)) for name in sorted(names)}

    def _figure(self) -> Any:
        """The still, as a matplotlib Figure."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label()})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the still and its label for pages that show no widgets."""
        shown(self)
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        picture, buffer = self.still(), io.BytesIO()
        picture.save(buffer, format="png", optimize=True)
        data["image/png"] = base64.b64encode(buffer.getvalue()).decode()
        data["text/plain"] = repr(self)
        size = {
            "width": picture.width * SCREEN // DPI,
            "height": picture.height * SCREEN // DPI,
        }  # sharp on dense screens
        return data, {**metadata, "image/png": {**size, "alt": self.label()}}


class DecoderWidget(Widget):
    """A widget with a model's decoder in it, and the code z that is being shown.

    The weights are those at construction: a widget made before training goes on shows the model as it was.

    Args:
        model: has `decoder`, `likelihood.name`, `shape` and `latent`, as `VAE` does, and `encode` where images are
            given. It is copied; its device, precision and mode stay as they are.
        traits: values of the subclass's traits.

    Raises:
        ValueError: on a model the page cannot show: another number of channels than 1 or 3, too many latents.
        TypeError: on a decoder with a layer that the page cannot run, naming it.
    """

    program = traitlets.Dict().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    z = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, model: Any, **traits: Any):
        check_model(model)
        program, weights = export_decoder(model.decoder, model.likelihood.name, model.shape)
        self._model = copy.deepcopy(model).eval().cpu().float()
        super().__init__(program=program, weights=weights, **{"z": [0.0] * model.latent} | traits)

    @torch.no_grad()
    def decode(self, z: Tensor) -> Tensor:
        """z (B, D) -> (B, C, H, W) in [0, 1], by torch and with the weights the widget shows."""
        image: Tensor = self._model.likelihood.mean(self._model.decoder(z.float()).float())
        return image

    @torch.no_grad()
    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, C, H, W) -> mean and log-variance of q(z | x), each (B, D)."""
        mean, log_var = self._model.encode(x.cpu().float())
        return mean, log_var

    @traitlets.validate("z")
    def _is_a_code(self, proposal: Any) -> list[float]:
        z: list[float] = proposal["value"]
        if len(z) != self._model.latent or not np.isfinite(z).all():
            raise traitlets.TraitError(f"z={z!r}: allowed are {self._model.latent} finite numbers, one for each latent")
        return z


def check_model(model: Any) -> None:
    """Raise a ValueError if the page cannot show what `model` decodes."""
    missing = [name for name in ("decoder", "likelihood", "shape", "latent") if not hasattr(model, name)]
    if missing:
        raise ValueError(
            f"model={type(model).__name__} has no {', '.join(missing)}: give a model such as gencourse.models.vae.VAE"
        )
    if model.shape[0] not in (1, 3):
        raise ValueError(f"model.shape={model.shape}: allowed are 1 channel (grey) or 3 (RGB)")
    if not 1 <= model.latent <= MOST_LATENTS:
        raise ValueError(f"model.latent={model.latent}: allowed are 1 to {MOST_LATENTS} latents")


def check_images(model: Any, images: Images, least: int = 1) -> None:
    """Raise a ValueError unless there are at least `least` images of the model's shape."""
    if not (hasattr(images, "batch") and hasattr(images, "y")):
        raise ValueError(f"images={type(images).__name__}: give the Images that gencourse.data.load returns")
    if tuple(images.shape) != tuple(model.shape):
        raise ValueError(
            f"images of shape {tuple(images.shape)}, but the model's shape is {tuple(model.shape)}: "
            "give the data set that the model was trained on"
        )
    if len(images) < least:
        raise ValueError(f"len(images)={len(images)}: allowed is {least} or more")


def batch_of(images: Images, index: Sequence[int] | Tensor) -> Tensor:
    """The images at `index` in [0, 1], on the CPU; dynamic binarisation is drawn alike each time."""
    return images.to("cpu").batch(torch.as_tensor(index), generator=torch.Generator().manual_seed(0))


def spread(images: Images, count: int) -> list[int]:
    """Indices of at most `count` of the first 5000 images, one of each class in turn: the same few each time."""
    seen: dict[int, int] = {}
    rounds = []
    for index, label in enumerate(images.y[:5000].tolist()):
        rounds.append((seen.setdefault(label, 0), label, index))
        seen[label] += 1
    return [index for _, _, index in sorted(rounds)[:count]]


def to_bytes(x: Tensor) -> bytes:
    """Images in [0, 1], (N, C, H, W) -> one byte a value."""
    return (x.clamp(0, 1) * 255).round().to(torch.uint8).contiguous().numpy().tobytes()


def floats(x: Tensor) -> bytes:
    """Any tensor as float32 bytes, little-endian as every browser's Float32Array."""
    return x.detach().float().contiguous().numpy().astype("<f4").tobytes()


def _for_json(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value

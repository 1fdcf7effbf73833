"""One slider for each latent: see what each of them holds."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.data.images import Images
from gencourse.figures import image_rows
from gencourse.measure.latents import mutual_information
from gencourse.models.vae import gaussian_kl_per_latent, traverse
from gencourse.support.checks import at_least
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.widget import DecoderWidget, Widget, batch_of, check_images, floats, spread, to_bytes

MEASURED = 1000  # images over which the KL of each latent is averaged
SHOWN = 6  # latents whose traversals the still shows
READINGS = {  # the words by which a sprite's factor is known, when somebody names a slider
    "shape": ("shape", "form", "figure"),
    "hue": ("hue", "colour", "color"),
    "background": ("background", "ground", "backdrop"),
    "scale": ("scale", "size", "big", "large", "small", "bigger", "smaller"),
    "rotation": ("rotation", "rotate", "turn", "angle", "tilt", "direction"),
    "x": ("x", "left", "right", "horizontal", "sideways"),
    "y": ("y", "up", "down", "top", "bottom", "vertical", "height"),
}


class LatentSliders(DecoderWidget):
    """A slider for each latent and the image they decode to.

    With images the sliders are sorted by the latents' mean KL(q(z_d | x) ‖ p(z_d)), in nats, written beside each:
    a latent with none is not used by the model, and its slider does nothing. A click on a thumbnail starts
    from that image's mean code. Small pictures beside a slider show what its two ends decode to.

    Args:
        model: a VAE with 1 to 64 latents, grey or RGB.
        images: of the model's shape. The KL is averaged over up to 1000 of them.
        names: what the latents are called, in the model's order; z₁, z₂, … if left out.
        thumbnails: how many images to start from, one of each class in turn.
        naming: the reader names the sliders, reveals what each latent tells of each factor of the images, and may turn
            the axes. It opens on the first thumbnail.

    Attributes:
        given: the names typed, in the model's order. revealed, turned: which of the two buttons was pressed.
        z: the latents, in the model's order, also set by the sliders.
        order: the latents from the first slider to the last, counted from 0.
        kl: the latents' mean KL in nats, in the model's order; empty without images.

    Raises:
        ValueError: on more than 64 latents, images of another shape, a name missing or a bad number of thumbnails, or
            on sliders to be named by images without factors.
    """

    _esm = bundle("latent_sliders")
    _css = Widget._css + style("latent_sliders")
    link = ("z",)

    extent = traitlets.Float(3.0).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    kl = traitlets.List(traitlets.Float()).tag(sync=True)
    thumbnails = traitlets.Bytes().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    naming = traitlets.Bool().tag(sync=True)
    given = traitlets.List(traitlets.Unicode()).tag(sync=True)
    revealed = traitlets.Bool().tag(sync=True)
    turned = traitlets.Bool().tag(sync=True)
    factors = traitlets.List(traitlets.Unicode()).tag(sync=True)
    readings = traitlets.Dict().tag(sync=True)
    axes = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    shares = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    turned_shares = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)

    def __init__(
        self,
        model: Any,
        images: "Images | None" = None,
        names: Sequence[str] | None = None,
        *,
        thumbnails: int = 12,
        naming: bool = False,
    ):
        thumbnails = at_least("thumbnails", thumbnails, 1, at_most=60)
        if names is not None and len(names) != getattr(model, "latent", None):
            raise ValueError(f"names={list(names)!r}: give {getattr(model, 'latent', None)} names, one for each latent")
        super().__init__(model, names=list(names or []))
        self.order = list(range(model.latent))
        if images is not None:
            check_images(model, images)
            self._measure(images)
            self._add_thumbnails(images, thumbnails)
        if naming:
            self._add_factors(images)

    def label(self) -> str:
        sorted_by = ", sorted by their KL" if self.kl else ""
        return f"the image decoded from {len(self.z)} latents, a slider for each{sorted_by}"

    def _measure(self, images: Images) -> None:
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:MEASURED]
        kl = gaussian_kl_per_latent(*self.encode(batch_of(images, chosen))).mean(0)  # (D,)
        self.kl = kl.tolist()
        self.order = kl.argsort(descending=True, stable=True).tolist()

    def _add_thumbnails(self, images: Images, count: int) -> None:
        chosen = spread(images, count)
        x = batch_of(images, chosen)
        codes, _ = self.encode(x)
        self._start = codes[0].tolist()
        self.extent = max(3.0, math.ceil(float(codes.abs().max())))  # so that no thumbnail's code is off the scale
        self.thumbnails, self.codes, self.labels = to_bytes(x), floats(codes), images.y[chosen].tolist()

    def _add_factors(self, images: "Images | None") -> None:
        """What each latent tells of each factor, as a share of its entropy, along the model's axes and turned ones."""
        if images is None or images.factors is None:
            raise ValueError("naming=True: allowed with images whose factors are known, such as sprites")
        varies = [k for k, v in enumerate(images.factors.T) if len(v.unique()) > 1]
        factors, (mean, _) = images.factors[:, varies], self.encode(batch_of(images, torch.arange(len(images))))
        entropy = mutual_information(factors.float(), factors, n_bins=50).diagonal()
        axes = torch.linalg.qr(torch.randn(2 * mean.shape[1:], generator=torch.Generator().manual_seed(0)))[0]
        self.factors = [images.factor_names[k] for k in varies]
        self.readings = {name: list(READINGS.get(name, (name,))) for name in self.factors}
        self.shares = (mutual_information(mean, factors) / entropy).tolist()
        self.turned_shares = (mutual_information(mean @ axes.T, factors) / entropy).tolist()
        self.axes, self.given = axes.tolist(), [""] * mean.shape[1]
        self.z, self.naming = self._start, True

    def _figure(self) -> Any:
        """What the sliders would show: a row of decoded images for each of the first latents, from −3 to 3."""
        z, values = torch.tensor(self.z), torch.linspace(-3, 3, 9)
        rows = {}
        for d in self.order[:SHOWN]:
            nats = f"  {self.kl[d]:.2f} nats" if self.kl else ""
            name = self.names[d] if self.names else f"$z_{{{d + 1}}}$"
            rows[f"{name}{nats}"] = self.decode(traverse(z, d, values))
        return image_rows(rows, width=6.5, note="each latent from −3 to 3, the others as they are")

"""Drag over the plane of a model with two latents and see what each point decodes to."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.data.images import Images
from gencourse.figures import COLOURS, code_scatter, figure, pixels
from gencourse.support.checks import at_least, between
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import DecoderWidget, batch_of, check_images, floats


class LatentPad(DecoderWidget):
    """The plane of two latents: drag, or use the arrow keys, and the decoded image follows.

    Behind the handle lie the encoded means of labelled images (the aggregate posterior), coloured by class, and
    the prior's circles of radius 1 and 2, inside which 39 % and 86 % of its mass lie.

    Args:
        model: a VAE with two latents.
        images: of the model's shape, to be encoded; nothing is drawn behind if left out.
        n: how many of them, chosen at random but alike each time.
        extent: the plane reaches from −extent to extent; codes beyond are not drawn.
        names: what the classes are called; their numbers if left out.
        covered: the images are laid on the plane by a button, once it has been looked at without them.

    Attributes:
        z: the two latents, also set by dragging. laid: whether the images lie on the plane.

    Raises:
        ValueError: on another number of latents than two, images of another shape, n or extent out of range, or
            nothing to cover.
    """

    _esm = bundle("latent_pad")
    link = ("z",)

    extent = traitlets.Float().tag(sync=True)
    covered = traitlets.Bool().tag(sync=True)
    laid = traitlets.Bool().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        model: Any,
        images: "Images | None" = None,
        n: int = 1000,
        extent: float = 3.0,
        *,
        names: Sequence[str] | None = None,
        covered: bool = False,
    ):
        if getattr(model, "latent", None) != 2:
            raise ValueError(
                f"model.latent={getattr(model, 'latent', None)!r}: LatentPad shows models with 2 latents; "
                "LatentSliders shows any number"
            )
        n, extent = at_least("n", n, 1, at_most=20_000), between("extent", extent, 0.01, 100)
        if covered and images is None:
            raise ValueError("covered=True: allowed with images, which a button then lays on the plane")
        super().__init__(model, extent=extent, colours=COLOURS, covered=covered, laid=not covered)
        if images is not None:
            check_images(model, images)
            self._add_codes(images, n, names)

    def label(self) -> str:
        behind = f", over the codes of {len(self.labels)} images" if self.labels and self.laid else ""
        return "the image decoded at z = ({:.2f}, {:.2f})".format(*self.z) + behind

    def _add_codes(self, images: Images, n: int, names: Sequence[str] | None) -> None:
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:n].sort().values
        labels = images.y[chosen].tolist()
        if names is None:
            names = [str(label) for label in range(max(labels) + 1)]
        if max(labels) >= len(names):
            raise ValueError(
                f"names={list(names)!r}: the images have the class {max(labels)}, so give at least "
                f"{max(labels) + 1} names"
            )
        self._codes, _ = self.encode(batch_of(images, chosen))
        self.codes, self.labels, self.names = floats(self._codes), labels, list(names)

    def _figure(self) -> Any:
        fig, (plane, picture) = figure(7.0, 3.3, columns=2, width_ratios=[1.25, 1])
        if self.labels and self.laid:
            code_scatter(plane, self._codes, torch.tensor(self.labels), self.names)
        else:
            plane.set(aspect="equal", xlabel="$z_1$", ylabel="$z_2$")
        plane.plot(*self.z, "o", markersize=9, markerfacecolor="white", markeredgecolor="black", clip_on=False)
        plane.set(xlim=(-self.extent, self.extent), ylim=(-self.extent, self.extent))
        pixels(picture, self.decode(torch.tensor([self.z]))[0])
        picture.set_title("decoded at z = ({:.2f}, {:.2f})".format(*self.z))
        return fig

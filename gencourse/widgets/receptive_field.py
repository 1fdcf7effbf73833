"""What a masked network sees: choose a pixel, a network and its depth."""

from typing import Any

import torch
import traitlets
from matplotlib.colors import to_rgb
from torch import Tensor

from gencourse.figures import COLOURS, figure, pixels
from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.models.pixelrnn import PixelRNN
from gencourse.models.pixels import receptive_field
from gencourse.support.checks import at_least
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

NETWORKS = ("PixelCNN", "Gated PixelCNN", "PixelRNN")
DEEPEST = 12
WORDS = ("seen", "before, not seen", "later", "asked about")
LATER = "#7d8590"  # a grey that is seen on a white page and on a dark one


class ReceptiveField(Widget):
    """An image on which a pixel is chosen; coloured is what the network's answer for it depends on.

    The page follows every path of dependence through the masks. `seen` asks the gradients of a real network.

    Args:
        size: the image's height and width, from 5 to 21.
        network: "PixelCNN", "Gated PixelCNN" or "PixelRNN", with row LSTMs.
        layers: how many; the first of a PixelCNN has mask A, and the row LSTMs follow a convolution with mask A.
        kernel: 3 or 5, the width of every kernel.

    Attributes:
        network, layers, kernel, row, column: as they stand.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    _esm = bundle("receptive_field")
    link = ("network", "layers", "kernel", "row", "column")

    size = traitlets.Int().tag(sync=True)
    network = traitlets.Enum(NETWORKS).tag(sync=True)
    layers = traitlets.Int().tag(sync=True)
    kernel = traitlets.Enum((3, 5)).tag(sync=True)
    row = traitlets.Int().tag(sync=True)
    column = traitlets.Int().tag(sync=True)
    networks = traitlets.List(traitlets.Unicode(), list(NETWORKS)).tag(sync=True)
    deepest = traitlets.Int(DEEPEST).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, size: int = 13, *, network: str = "PixelCNN", layers: int = 3, kernel: int = 3):
        size, layers = at_least("size", size, 5, at_most=21), at_least("layers", layers, 1, at_most=DEEPEST)
        if network not in NETWORKS:
            raise ValueError(f"network={network!r}: allowed are {', '.join(map(repr, NETWORKS))}")
        if kernel not in (3, 5):
            raise ValueError(f"kernel={kernel!r}: allowed are 3 and 5")
        super().__init__(
            size=size,
            network=network,
            layers=layers,
            kernel=kernel,
            row=2 * size // 3,
            column=size // 2,
            colours=[COLOURS[0], COLOURS[6], LATER, COLOURS[4]],
        )

    def seen(self) -> Tensor:
        """Which pixels the answer depends on, (size, size) truth values, by the gradients of an untrained network."""
        generator = torch.Generator().manual_seed(0)
        with torch.random.fork_rng([]):
            torch.manual_seed(0)
            return receptive_field(self._build(), self.row, self.column, generator=generator)[0] > 0

    def _build(self) -> Any:
        sizes: Any = dict(shape=(1, self.size, self.size), channels=16, kernel=self.kernel, first_kernel=self.kernel)
        if self.network == "PixelRNN":
            return PixelRNN(layers=self.layers, **sizes).double()
        if self.network == "Gated PixelCNN":
            return GatedPixelCNN(layers=self.layers, **sizes).double()
        network = PixelCNN(layers=max(1, self.layers - 1), **sizes).double()
        network.layers = network.layers[: self.layers - 1]  # the first layer alone is a network too
        return network

    def _before(self) -> Tensor:
        return torch.arange(self.size**2).view(self.size, self.size) < self.row * self.size + self.column

    def label(self) -> str:
        seen, before = int(self.seen().sum()), int(self._before().sum())
        place = f"row {self.row + 1}, column {self.column + 1}"
        return (
            f"{self.network}, {self.layers} layers, kernel {self.kernel}×{self.kernel}: for the pixel in {place}, "
            f"{seen} of {before} pixels before it are seen"
        )

    def _figure(self) -> Any:
        picture = torch.zeros(self.size, self.size, 3)
        seen, missed, later, here = (torch.tensor(to_rgb(colour)) for colour in self.colours)
        picture[:] = later
        picture[self._before()] = missed
        picture[self.seen()] = seen
        picture[self.row, self.column] = here
        fig, ax = figure(4.9, 3.6)
        pixels(ax, picture.permute(2, 0, 1))
        ax.set_anchor("W")
        ax.set_title(f"{self.network}, {self.layers} layers")
        for k, (word, colour) in enumerate(zip(WORDS, self.colours, strict=True)):
            at = dict(transform=ax.transAxes, va="center", fontsize=9)
            ax.text(1.05, 0.95 - 0.08 * k, "■", color=colour, **at)
            ax.text(1.11, 0.95 - 0.08 * k, word, **at)
        return fig

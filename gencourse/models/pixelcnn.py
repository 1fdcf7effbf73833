"""PixelCNN: convolutions whose kernels see only what comes before; plain [1], and gated in two stacks [2].

A plain masked kernel, stacked, never reaches some pixels up to the right: the blind spot. The gated model splits the
past in two. A vertical stack sees the rows above, whole; a horizontal stack sees the row's left part and, through
the vertical one, everything above. Nothing is left out.

[1] van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016.     masks A and B, section 3.4
[2] van den Oord et al., Conditional Image Generation with PixelCNN Decoders, 2016.        eq. 2, 3, figures 1 and 2
"""

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.masked_convolution import MaskedConv2d, MaskedModel
from gencourse.models.pixel_sampling import GatedSteps, PlainSteps
from gencourse.models.pixels import Step


class PixelCNN(MaskedModel):
    """Masked convolutions with residual connections [1]; it has a blind spot.

    Args:
        layers: how many layers of mask B follow the first, of mask A.
        options: channels, kernel, first_kernel, levels, classes and mixtures of a `MaskedModel`.
    """

    def __init__(self, shape: tuple[int, int, int] = (1, 28, 28), *, layers: int = 6, **options: int):
        super().__init__(shape, layers=layers, **options)
        self.first = MaskedConv2d(self.first_mask)
        self.layers: Any = nn.ModuleList(MaskedConv2d(self.mask) for _ in range(layers))
        self.label = self.class_embedding(self.channels)

    def features(self, x: Tensor, y: Tensor | None = None) -> list[Tensor]:
        """What each layer adds up to, (B, channels, H, W) each; the last one goes to the head."""
        h = [self.first(2 * x - 1) + self.class_map(self.label, y)]
        for layer in self.layers:
            h.append(h[-1] + layer(h[-1].relu()))
        return h

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        return self.head(self.features(x, y)[-1])

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        return PlainSteps(self, x, y)


class GatedLayer(nn.Module):
    """One layer of both stacks [2, figure 2].

    The vertical convolution sees the rows r − reach … r of its input; as the model's input is shifted one row down,
    these are rows above. The horizontal one sees the columns c − reach … c of the row.

    Args:
        mask: (channels, inputs, k, k), of which the horizontal stack takes the row's left part.
        centre: (channels, channels), which of its features may feed which at one pixel.
        residual: whether the horizontal stack adds its input.
    """

    def __init__(self, mask: Tensor, centre: Tensor, residual: bool):
        super().__init__()
        channels, inputs, size, _ = mask.shape
        reach = size // 2
        row = mask[:, :, reach : reach + 1, : reach + 1]  # (channels, inputs, 1, reach + 1)
        self.reach, self.residual = reach, residual
        self.vertical = nn.Conv2d(inputs, 2 * channels, (reach + 1, size), padding=(0, reach))
        self.across = nn.Conv2d(2 * channels, 2 * channels, 1)
        self.horizontal = MaskedConv2d(row.repeat(2, 1, 1, 1))  # tanh's features, then the sigmoid's
        self.out = MaskedConv2d(centre[..., None, None])

    @staticmethod
    def gate(features: Tensor) -> Tensor:
        """(B, 2·channels, …) -> (B, channels, …): tanh of the first half times the sigmoid of the second [2, eq. 2]."""
        a, b = features.chunk(2, dim=1)
        return (
            a.clone().tanh() * b.clone().sigmoid()
        )  # copies, as tanh is 4 times slower on every other block of memory

    def forward(self, v: Tensor, h: Tensor, label: Tensor | float) -> tuple[Tensor, Tensor]:
        above = self.vertical(F.pad(v, (0, 0, self.reach, 0)))  # (B, 2·channels, H, W)
        left = self.horizontal(F.pad(h, (self.reach, 0, 0, 0)))
        both = left + self.across(above)
        out = self.out(self.gate(both if isinstance(label, float) else both + label))
        return self.gate(above), out + h if self.residual else out


class GatedPixelCNN(MaskedModel):
    """Two stacks of gated convolutions, with no blind spot [2].

    Args:
        layers: how many layers, the first of mask A among them.
        options: channels of each stack, kernel, first_kernel, levels, classes and mixtures of a `MaskedModel`.
    """

    def __init__(self, shape: tuple[int, int, int] = (1, 28, 28), *, layers: int = 7, **options: int):
        super().__init__(shape, layers=layers, **options)
        first = GatedLayer(self.first_mask, self.centre, residual=False)
        rest = (GatedLayer(self.mask, self.centre, residual=True) for _ in range(layers - 1))
        self.layers: Any = nn.ModuleList([first, *rest])
        labels = layers if self.classes else 0
        self.labels: Any = nn.ModuleList(nn.Embedding(self.classes, 2 * self.channels) for _ in range(labels))

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        h = 2 * x - 1
        v = F.pad(h, (0, 0, 1, 0))[:, :, :-1]  # one row down: a row sees those above it
        for layer, label in zip(self.layers, self.labels or [None] * len(self.layers), strict=True):
            v, h = layer(v, h, self.class_map(label, y))
        return self.head(h)

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        return GatedSteps(self, x, y)

"""PixelCNN: convolutions whose kernels see only what comes before; plain [1], and gated in two stacks [2].

A plain masked kernel, stacked, never reaches some pixels up to the right: the blind spot. The gated model splits the
past in two. A vertical stack sees the rows above, whole; a horizontal stack sees the row's left part and, through
the vertical one, everything above. Nothing is left out.

[1] van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016.     masks A and B, section 3.4
[2] van den Oord et al., Conditional Image Generation with PixelCNN Decoders, 2016.        eq. 2, 3, figures 1 and 2
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.masked_convolution import MaskedConv2d, MaskedModel, PaddedImage, PixelHead, causal_mask
from gencourse.models.pixels import Step


def gate(features: Tensor, dim: int = 1) -> Tensor:
    """tanh of the first half of the features times the sigmoid of the second half [2, eq. 2]."""
    a, b = features.chunk(2, dim)
    return a.clone().tanh() * b.clone().sigmoid()  # copies, as tanh is 4 times slower on every other block of memory


class PixelCNN(MaskedModel):
    """Masked convolutions with residual connections [1]; it has a blind spot.

    Args:
        shape: (C, H, W) of an image.
        channels: features of each layer, a multiple of C.
        layers: how many layers of mask B follow the first, of mask A.
        kernel, first_kernel: odd sizes of the kernels.
        levels: values a sub-pixel takes.
        classes: how many classes the model is conditioned on; 0 for none.
        mixtures: components of a discretised mixture of logistics; 0 for a softmax over the levels.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        *,
        channels: int = 32,
        layers: int = 6,
        kernel: int = 3,
        first_kernel: int = 7,
        levels: int = 2,
        classes: int = 0,
        mixtures: int = 0,
    ):
        super().__init__(
            shape,
            channels=channels,
            layers=layers,
            kernel=kernel,
            first_kernel=first_kernel,
            levels=levels,
            classes=classes,
            mixtures=mixtures,
        )
        self.first = MaskedConv2d(causal_mask(first_kernel, self.first_centre))
        self.layers: Any = nn.ModuleList(MaskedConv2d(causal_mask(kernel, self.centre)) for _ in range(layers))
        self.label = self._embedding(channels)

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        return self.head(self._features(x, y)[-1])

    def _features(self, x: Tensor, y: Tensor | None) -> list[Tensor]:
        """What each layer adds up to, (B, channels, H, W) each, the last one goes to the head."""
        label = self._label(self.label, y)
        h = [self.first(2 * x - 1) + (label[..., None, None] if isinstance(label, Tensor) else label)]
        for layer in self.layers:
            h.append(h[-1] + layer(h[-1].relu()))
        return h

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        """Only the features at the pixel at hand are computed, from those of its neighbours that come before it."""
        label, image, head = self._label(self.label, y), PaddedImage(x, self.first.reach), PixelHead(self)
        # Right above the first row to draw; below it, each feature is replaced in its turn, before it is read.
        features = [h.relu() for h in self._features(x, y)[:-1]]
        reaches = [layer.reach for layer in self.layers]
        seen = [F.pad(h, (reach, reach, reach, 0)) for h, reach in zip(features, reaches, strict=True)]
        first, *weights = [layer.kept[:, :, : layer.reach + 1].flatten(1).T for layer in [self.first, *self.layers]]

        def step(r: int, c: int, s: int) -> Tensor:
            h = torch.addmm(self.first.bias, image.window(r, c), first) + label
            for layer, past, weight in zip(self.layers, seen, weights, strict=True):
                past[:, :, r + layer.reach, c + layer.reach] = h.relu()
                window = past[:, :, r : r + layer.reach + 1, c : c + 2 * layer.reach + 1].flatten(1)
                h = h + torch.addmm(layer.bias, window, weight)
            return head(h, s)

        return step


class _GatedLayer(nn.Module):
    """One layer of both stacks [2, figure 2].

    The vertical convolution sees the rows r − reach … r of its input; as the model's input is shifted one row down,
    these are rows above. The horizontal one sees the columns c − reach … c of the row.
    """

    def __init__(self, size: int, first: Tensor, centre: Tensor, residual: bool):
        super().__init__()
        channels, inputs = first.shape
        reach = size // 2
        row = causal_mask(size, first)[:, :, reach : reach + 1, : reach + 1]  # (channels, inputs, 1, reach + 1)
        self.reach, self.residual = reach, residual
        self.vertical = nn.Conv2d(inputs, 2 * channels, (reach + 1, size), padding=(0, reach))
        self.across = nn.Conv2d(2 * channels, 2 * channels, 1)
        self.horizontal = MaskedConv2d(row.repeat(2, 1, 1, 1))  # tanh's features, then the sigmoid's
        self.out = MaskedConv2d(centre[..., None, None])

    def forward(self, v: Tensor, h: Tensor, label: Tensor | float) -> tuple[Tensor, Tensor]:
        above = self.vertical(F.pad(v, (0, 0, self.reach, 0)))  # (B, 2·channels, H, W)
        left = self.horizontal(F.pad(h, (self.reach, 0, 0, 0)))
        both = left + self.across(above)
        out = self.out(gate(both if isinstance(label, float) else both + label))
        return gate(above), out + h if self.residual else out


class GatedPixelCNN(MaskedModel):
    """Two stacks of gated convolutions, with no blind spot [2].

    Args:
        shape: (C, H, W) of an image.
        channels: features of each stack, a multiple of C.
        layers: how many layers, the first of mask A among them.
        kernel, first_kernel: odd sizes of the kernels.
        levels: values a sub-pixel takes.
        classes: how many classes the model is conditioned on; 0 for none.
        mixtures: components of a discretised mixture of logistics; 0 for a softmax over the levels.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        *,
        channels: int = 32,
        layers: int = 7,
        kernel: int = 3,
        first_kernel: int = 7,
        levels: int = 2,
        classes: int = 0,
        mixtures: int = 0,
    ):
        super().__init__(
            shape,
            channels=channels,
            layers=layers,
            kernel=kernel,
            first_kernel=first_kernel,
            levels=levels,
            classes=classes,
            mixtures=mixtures,
        )
        first = _GatedLayer(first_kernel, self.first_centre, self.centre, residual=False)
        rest = (_GatedLayer(kernel, self.centre, self.centre, residual=True) for _ in range(layers - 1))
        self.layers: Any = nn.ModuleList([first, *rest])
        self.labels: Any = nn.ModuleList(nn.Embedding(classes, 2 * channels) for _ in range(layers if classes else 0))

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        h = 2 * x - 1
        v = F.pad(h, (0, 0, 1, 0))[:, :, :-1]  # one row down: a row sees those above it
        for i, layer in enumerate(self.layers):
            label = self._label(self.labels[i] if self.classes else None, y)
            v, h = layer(v, h, label[..., None, None] if isinstance(label, Tensor) else label)
        return self.head(h)

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        """The vertical stack is computed once a row, the horizontal one only at the pixel at hand."""
        rows = _Rows(self, x, y)
        columns = _Columns(self, x)

        def step(r: int, c: int, s: int) -> Tensor:
            if c == 0 and s == 0:
                columns.begin(rows.advance_to(r))
            return columns.at(r, c, s)

        return step


class _Rows:
    """The vertical stack, row by row: what it tells the horizontal one."""

    def __init__(self, model: GatedPixelCNN, x: Tensor, y: Tensor | None):
        self.model, self.x, self.done = model, x, 0
        self.labels = [model._label(model.labels[i] if model.classes else None, y) for i in range(len(model.layers))]
        n, _, height, width = x.shape
        self.inputs = [
            x.new_zeros(n, layer.vertical.in_channels, height + layer.reach, width) for layer in model.layers
        ]

    def advance_to(self, r: int) -> list[Tensor]:
        """The rows up to r, of which those before r are drawn. Returns (W, n, 2·channels) for each layer at row r."""
        for row in range(self.done, r + 1):
            told = self._row(row)
        self.done = r + 1
        return told

    def _row(self, r: int) -> list[Tensor]:
        told = []
        v = 2 * self.x[:, :, r - 1 : r] - 1 if r else torch.zeros_like(self.x[:, :, :1])
        for layer, seen, label in zip(self.model.layers, self.inputs, self.labels, strict=True):
            seen[:, :, r + layer.reach] = v[:, :, 0]
            above = layer.vertical(seen[:, :, r : r + layer.reach + 1])  # (n, 2·channels, 1, W)
            told.append(layer.across(above)[:, :, 0].permute(2, 0, 1) + label)
            v = gate(above)
        return told


class _Columns:
    """The horizontal stack, pixel by pixel, along one row."""

    def __init__(self, model: GatedPixelCNN, x: Tensor):
        self.x, self.layers = x, list(model.layers)
        n, width, lefts = len(x), x.shape[-1], [layer.horizontal for layer in self.layers]
        self.seen = [x.new_zeros(n, width + layer.reach, layer.horizontal.in_channels) for layer in self.layers]
        self.weights = [left.kept[:, :, 0].permute(2, 1, 0).flatten(0, 1) for left in lefts]
        self.biases = [left.bias for left in lefts]
        self.outs = [(layer.out.kept.flatten(1).T.contiguous(), layer.out.bias) for layer in self.layers]
        self.head = PixelHead(model)

    def begin(self, told: list[Tensor]) -> None:
        """A new row, with what the vertical stack says about it."""
        self.told = [above + bias for above, bias in zip(told, self.biases, strict=True)]

    def at(self, r: int, c: int, s: int) -> Tensor:
        """(n, K) logits of sub-pixel s."""
        if c and s == 0:  # the last sub-pixel to the left was drawn after that column's last step
            self.seen[0][:, c - 1 + self.layers[0].reach] = 2 * self.x[:, :, r, c - 1] - 1
        h = 2 * self.x[:, :, r, c] - 1
        for layer, seen, weight, told, (out, bias) in zip(
            self.layers, self.seen, self.weights, self.told, self.outs, strict=True
        ):
            seen[:, c + layer.reach] = h
            window = seen[:, c : c + layer.reach + 1].flatten(1)  # (n, (reach + 1)·inputs)
            new = torch.addmm(bias, gate(torch.addmm(told[c], window, weight)), out)
            h = new + h if layer.residual else new
        return self.head(h, s)

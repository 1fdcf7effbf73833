"""Sampling with what was already computed: masked convolutions of an image that is drawn pixel by pixel.

Evaluating the whole image again for each sub-pixel gives the same samples. Here the past is read in three parts: what
the rows above say, once a row, for all its columns; what the pixels to the left say, once a pixel, where that can be
said for all layers together; and what the pixel says itself, layer after layer.

A sampler is a `Step`: asked without gradients for one sub-pixel after another, while the caller fills in x. The models
that it reads stand in `pixelcnn` and `pixelrnn`.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.models.masked_convolution import MaskedConv2d


class PlainSteps:
    """The plain PixelCNN, whose layers all have kernels of one size: the past is asked for all of them at once."""

    def __init__(self, model: Any, x: Tensor, y: Tensor | None):
        n, _, height, width = x.shape
        self.model, self.x, self.y, self.begun = model, x, y, False
        self.first, self.head = FirstLayer(model.first, x, model.class_features(model.label, y)), PixelHead(model)
        kept = torch.stack([layer.kept for layer in model.layers])  # (layers, channels, channels, k, k)
        self.reach = reach = kept.shape[-1] // 2
        self.above = kept[:, :, :, :reach].flatten(0, 1)  # one convolution for all layers, a group each
        self.left = kept[:, :, :, reach, :reach].permute(0, 3, 2, 1).flatten(1, 2)  # (layers, reach·channels, channels)
        self.own = kept[:, :, :, reach, reach].transpose(1, 2).contiguous().unbind()
        self.biases = torch.cat([layer.bias for layer in model.layers])
        # What each layer is given, after the ReLU and with zeros around: in the rows above, and in this one.
        self.rows = x.new_zeros(n, len(self.biases), reach + height, width + 2 * reach)
        self.row = x.new_zeros(reach + width, len(kept), n, model.channels)
        self.cells = [column.unbind() for column in self.row[reach:].unbind()]

    def __call__(self, r: int, c: int, s: int) -> Tensor:
        if c == s == 0:
            self._begin(r)
        left = self.row[c : c + self.reach].permute(1, 2, 0, 3).flatten(2)  # (layers, n, reach·channels)
        told = torch.baddbmm(self.told[c], left, self.left).unbind()
        h = self.first(r, c, s)
        for before, here, own in zip(told, self.cells[c], self.own, strict=True):
            torch.clamp_min(h, 0, out=here)
            h.add_(before).addmm_(here, own)
        return self.head(h, s)

    def _begin(self, r: int) -> None:
        """Put the row above to the others, or all of them at the start, and ask them what they say about row r."""
        reach, layers = self.reach, len(self.own)
        if self.begun:
            self.rows[:, :, reach + r - 1, reach:-reach] = self.row[reach:].permute(2, 1, 3, 0).flatten(1, 2)
        elif r:
            features = self.model.features(self.x[:, :, :r], self.y)[:-1]
            self.rows[:, :, reach : reach + r, reach:-reach] = torch.cat(features, dim=1).relu()
        told = F.conv2d(self.rows[:, :, r : r + reach], self.above, self.biases, groups=layers)
        told = told[:, :, 0].unflatten(1, (layers, -1))  # (n, layers, channels, W)
        self.told = told.permute(3, 1, 0, 2).contiguous()
        self.first.begin(r)
        self.begun = True


class GatedSteps:
    """The gated PixelCNN: the vertical stack once a row, the horizontal one at the pixel at hand."""

    def __init__(self, model: Any, x: Tensor, y: Tensor | None):
        self.rows, self.columns = _VerticalStack(model, x, y), _HorizontalStack(model, x)

    def __call__(self, r: int, c: int, s: int) -> Tensor:
        if c == s == 0:
            self.columns.begin(self.rows.advance_to(r))
        return self.columns.at(r, c, s)


class _VerticalStack:
    """Row by row: what it tells the horizontal stack."""

    def __init__(self, model: Any, x: Tensor, y: Tensor | None):
        self.layers, self.x, self.done = list(model.layers), x, 0
        self.labels = [model.class_features(label, y) for label in model.labels or [None] * len(self.layers)]
        n, _, height, width = x.shape
        self.inputs = [x.new_zeros(n, layer.vertical.in_channels, height + layer.reach, width) for layer in self.layers]

    def advance_to(self, r: int) -> list[Tensor]:
        """The rows up to r, of which those before r are drawn. Returns (W, n, 2·channels) for each layer at row r."""
        for row in range(self.done, r + 1):
            told = self._row(row)
        self.done = r + 1
        return told

    def _row(self, r: int) -> list[Tensor]:
        told = []
        v = 2 * self.x[:, :, r - 1 : r] - 1 if r else torch.zeros_like(self.x[:, :, :1])
        for layer, seen, label in zip(self.layers, self.inputs, self.labels, strict=True):
            seen[:, :, r + layer.reach] = v[:, :, 0]
            above = layer.vertical(seen[:, :, r : r + layer.reach + 1])  # (n, 2·channels, 1, W)
            told.append(layer.across(above)[:, :, 0].permute(2, 0, 1) + label)
            v = layer.gate(above)
        return told


class _HorizontalStack:
    """Pixel by pixel, along one row."""

    def __init__(self, model: Any, x: Tensor):
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
            new = torch.addmm(bias, layer.gate(torch.addmm(told[c], window, weight)), out)
            h = new + h if layer.residual else new
        return self.head(h, s)


class RowLSTMSteps:
    """The PixelRNN: of the rows above, only the LSTMs' last states are kept; in the row, one column at a time."""

    def __init__(self, model: Any, x: Tensor, y: Tensor | None):
        self.first, self.head = FirstLayer(model.first, x, model.class_features(model.label, y)), PixelHead(model)
        self.layers = [_LSTMRow(layer, x) for layer in model.layers]
        (self.channels, _, self.width), self.done = model.shape, 0

    def __call__(self, r: int, c: int, s: int) -> Tensor:
        if c == s == 0:
            self._advance_to(r)
        return self.head(self._features(r, c, s), s)

    def _advance_to(self, r: int) -> None:
        """One row on; more than one at the start, if rows are there to be read."""
        for row in range(self.done, r + 1):
            self.first.begin(row)
            for layer in self.layers:
                layer.begin()
            if row < r:
                for c in range(self.width):
                    self._features(row, c, self.channels - 1)
        self.done = r + 1

    def _features(self, r: int, c: int, s: int) -> Tensor:
        h = self.first(r, c, s)
        for layer in self.layers:
            h = h + layer.column(h, c)
        return h


class _LSTMRow:
    """A row LSTM at work on one row, column by column."""

    def __init__(self, layer: Any, x: Tensor):
        n, width, features = len(x), x.shape[-1], layer.from_row.in_channels
        self.layer, self.reach = layer, layer.reach
        self.weight = layer.from_row.kept[:, :, 0].permute(2, 1, 0).flatten(0, 1)  # ((reach + 1)·n, 4·n)
        self.seen = x.new_zeros(n, width + layer.reach, features)
        self.h, self.cell = x.new_zeros(2, n, features, width).unbind()

    def begin(self) -> None:
        """The row that was at work becomes the one above."""
        self.above, self.cell_above = self.layer.from_state(self.h), self.cell.clone()

    def column(self, x: Tensor, c: int) -> Tensor:
        """The hidden state (n, features) of column c from the layer's input there."""
        self.seen[:, c + self.reach] = x
        left = torch.addmm(self.layer.from_row.bias, self.seen[:, c : c + self.reach + 1].flatten(1), self.weight)
        self.h[..., c], self.cell[..., c] = self.layer.step(left + self.above[..., c], self.cell_above[..., c])
        return self.h[..., c]


class FirstLayer:
    """The masked convolution that reads the image: the rows above once a row, then the row's left part."""

    def __init__(self, layer: MaskedConv2d, x: Tensor, label: Tensor | float):
        self.x, self.reach, self.label, self.bias = x, layer.reach, label, layer.bias
        self.above = layer.kept[:, :, : layer.reach]
        self.weight = layer.kept[:, :, layer.reach, : layer.reach + 1].permute(2, 1, 0).flatten(0, 1)
        self.row = x.new_zeros(len(x), layer.reach + x.shape[-1], x.shape[1])

    def begin(self, r: int) -> None:
        """A new row, above which all is drawn."""
        known, reach = 2 * self.x[:, :, max(0, r - self.reach) : r] - 1, self.reach
        rows = F.pad(known, (reach, reach, reach - known.shape[2], 0))
        self.told = F.conv2d(rows, self.above, self.bias)[:, :, 0].permute(2, 0, 1) + self.label  # (W, n, channels)

    def __call__(self, r: int, c: int, s: int) -> Tensor:
        """(n, channels) features of the pixel; those that sub-pixel s may not see yet mean nothing."""
        if c or s:
            new = c if s else c - 1  # the last sub-pixel to the left was drawn after that column's last step
            self.row[:, self.reach + new] = 2 * self.x[:, :, r, new] - 1
        return torch.addmm(self.told[c], self.row[:, c : c + self.reach + 1].flatten(1), self.weight)


class PixelHead:
    """The head of a `MaskedModel` for one pixel and one sub-pixel, as two matrix products."""

    def __init__(self, model: Any):
        mix, answer, split = model.mix, model.answer, (model.shape[0], model.n_outputs)
        self.as_logits = model.as_logits
        self.mix: Any = (mix.kept.flatten(1), mix.bias)
        weights, biases = answer.kept.flatten(1).unflatten(0, split), answer.bias.unflatten(0, split)
        self.answers = list(zip(weights, biases, strict=True))

    def __call__(self, h: Tensor, s: int) -> Tensor:
        """Features (n, channels) -> (n, K) logits of sub-pixel s."""
        return self.as_logits(F.linear(F.linear(h.relu(), *self.mix).relu(), *self.answers[s]))

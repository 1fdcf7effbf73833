"""PixelRNN with row LSTMs: an image read from top to bottom, a whole row at each step [1].

Why the row LSTM and not the diagonal one: a row is computed in one step, by one-dimensional convolutions and with no
skewing of the image, and while sampling its past is one remembered row. The price is its view: the state above reaches
one column further to each side with every row, so a pixel sees a triangle above it and not the whole past.

[1] van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016.     section 3.1, eq. 3
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.masked_convolution import MaskedConv2d, MaskedModel, PaddedImage, PixelHead, causal_mask
from gencourse.models.pixels import Step


def lstm_step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """The new hidden state and cell from the gates (B, 4·n, …) and the old cell (B, n, …) [1, eq. 3]."""
    output, forget, take, content = gates.chunk(4, dim=1)
    cell = forget.sigmoid() * cell + take.sigmoid() * content.tanh()
    return output.sigmoid() * cell.tanh(), cell


class RowLSTM(nn.Module):
    """One layer: from the row itself what lies to the left (masked), from the state of the row above its neighbourhood.

    Args:
        size: the odd width of both one-dimensional kernels.
        centre: (n, n), which features of a pixel may feed which at that pixel.
    """

    def __init__(self, size: int, centre: Tensor):
        super().__init__()
        reach = size // 2
        row = causal_mask(size, centre)[:, :, reach : reach + 1, : reach + 1]  # (n, n, 1, reach + 1)
        self.reach = reach
        self.from_row = MaskedConv2d(row.repeat(4, 1, 1, 1))  # one for each gate
        self.from_state = nn.Conv1d(len(centre), 4 * len(centre), size, padding=reach, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, n, H, W) -> (B, n, H, W), with the input added: the residual connection."""
        left = self.from_row(F.pad(x, (self.reach, 0, 0, 0)))  # all rows at once
        h = cell = torch.zeros_like(x[:, :, 0])
        rows = []
        for r in range(x.shape[2]):
            h, cell = lstm_step(left[:, :, r] + self.from_state(h), cell)  # all columns at once
            rows.append(h)
        return x + torch.stack(rows, dim=2)


class PixelRNN(MaskedModel):
    """A masked convolution, then row LSTMs, then a 1×1 head.

    Args:
        shape: (C, H, W) of an image.
        channels: features of each layer, a multiple of C.
        layers: how many row LSTMs.
        kernel: the odd width of their kernels. first_kernel: that of the masked convolution before them.
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
        layers: int = 2,
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
        self.layers: Any = nn.ModuleList(RowLSTM(kernel, self.centre) for _ in range(layers))
        self.label = self._embedding(channels)

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        label = self._label(self.label, y)
        h = self.first(2 * x - 1) + (label[..., None, None] if isinstance(label, Tensor) else label)
        for layer in self.layers:
            h = layer(h)
        return self.head(h)

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        """Of the rows above, only the LSTMs' last states are kept; in the row, one column is computed at a time."""
        label, image, head = self._label(self.label, y), PaddedImage(x, self.first.reach), PixelHead(self)
        first = self.first.kept[:, :, : self.first.reach + 1].flatten(1).T
        rows = [_Row(layer, x) for layer in self.layers]
        begun = -1

        def column(r: int, c: int) -> Tensor:
            h = torch.addmm(self.first.bias, image.window(r, c), first) + label
            for row in rows:
                h = h + row.column(h, c)
            return h

        def step(r: int, c: int, s: int) -> Tensor:
            nonlocal begun
            while begun < r:  # one row on; more than one at the start, if a prefix is there to be read
                begun += 1
                for row in rows:
                    row.begin()
                if begun < r:
                    for known in range(x.shape[-1]):
                        column(begun, known)
            return head(column(r, c), s)

        return step


class _Row:
    """A row LSTM at work on one row, column by column."""

    def __init__(self, layer: RowLSTM, x: Tensor):
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
        self.h[..., c], self.cell[..., c] = lstm_step(left + self.above[..., c], self.cell_above[..., c])
        return self.h[..., c]

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

from gencourse.models.masked_convolution import MaskedConv2d, MaskedModel
from gencourse.models.pixel_sampling import RowLSTMSteps
from gencourse.models.pixels import Step


class RowLSTM(nn.Module):
    """One layer: from the row itself what lies to the left (masked), from the state of the row above its neighbourhood.

    Args:
        mask: (n, n, k, k), of which the row's left part is taken; k is the width of both one-dimensional kernels.
    """

    def __init__(self, mask: Tensor):
        super().__init__()
        n, _, size, _ = mask.shape
        self.reach = reach = size // 2
        row = mask[:, :, reach : reach + 1, : reach + 1]  # (n, n, 1, reach + 1)
        self.from_row = MaskedConv2d(row.repeat(4, 1, 1, 1))  # one for each gate
        self.from_state = nn.Conv1d(n, 4 * n, size, padding=reach, bias=False)

    @staticmethod
    def step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """The new hidden state and cell from the gates (B, 4·n, …) and the old cell (B, n, …) [1, eq. 3]."""
        output, forget, take, content = gates.chunk(4, dim=1)
        cell = forget.sigmoid() * cell + take.sigmoid() * content.tanh()
        return output.sigmoid() * cell.tanh(), cell

    def forward(self, x: Tensor) -> Tensor:
        """x (B, n, H, W) -> (B, n, H, W), with the input added: the residual connection."""
        left = self.from_row(F.pad(x, (self.reach, 0, 0, 0)))  # all rows at once
        h = cell = torch.zeros_like(x[:, :, 0])
        rows = []
        for r in range(x.shape[2]):
            h, cell = self.step(left[:, :, r] + self.from_state(h), cell)  # all columns at once
            rows.append(h)
        return x + torch.stack(rows, dim=2)


class PixelRNN(MaskedModel):
    """A masked convolution, then row LSTMs, then a 1×1 head.

    Args:
        layers: how many row LSTMs.
        options: channels, kernel (the LSTMs' width), first_kernel, levels, classes and mixtures of a `MaskedModel`.
    """

    def __init__(self, shape: tuple[int, int, int] = (1, 28, 28), *, layers: int = 2, **options: int):
        super().__init__(shape, layers=layers, **options)
        self.first = MaskedConv2d(self.first_mask)
        self.layers: Any = nn.ModuleList(RowLSTM(self.mask) for _ in range(layers))
        self.label = self.class_embedding(self.channels)

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        h = self.first(2 * x - 1) + self.class_map(self.label, y)
        for layer in self.layers:
            h = layer(h)
        return self.head(h)

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        return RowLSTMSteps(self, x, y)

"""MADE: an autoencoder whose masks make it autoregressive [1].

Each unit gets a degree. Sub-pixel i of the sequence has degree i = 1 … D, a hidden unit a degree m in 1 … D − 1: it
may see the sub-pixels 1 … m and no others. A connection is kept where the degree does not fall, and the output for
sub-pixel i listens only to hidden units of degree below i. Follow any path from x_j to output i: j < i.

[1] Germain, Gregor, Murray and Larochelle, MADE: Masked Autoencoder for Distribution Estimation, 2015.
    eq. 8 and 9, and 10 for the direct connections
"""

import itertools
import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.pixels import PixelModel, Step
from gencourse.support.checks import widths


def made_mask(before: Tensor, after: Tensor, last: bool) -> Tensor:
    """The mask between two layers of a MADE, from the degrees of their units [1, eq. 8 and 9].

    Args:
        before: (I,), whole numbers. after: (O,).
        last: whether the second layer is the output, whose unit i must not hear of sub-pixel i itself.

    Returns:
        (O, I), 1.0 where a connection is kept: degree after ≥ degree before, and > in the last layer.
    """
    keep = after[:, None] > before if last else after[:, None] >= before
    return keep.float()


class MaskedLinear(nn.Linear):
    """A linear layer that keeps only the connections of a mask (out, in)."""

    mask: Tensor

    def __init__(self, mask: Tensor, bias: bool = True):
        super().__init__(mask.shape[1], mask.shape[0], bias)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.mask, self.bias)


class MADE(PixelModel):
    """A masked autoencoder over the sub-pixels in raster order, with ReLUs.

    Args:
        shape: (C, H, W) of an image.
        hidden: widths of the hidden layers.
        direct: whether each output also hears the earlier sub-pixels themselves [1, eq. 10]. Of H hidden units only
            about H / D see the sub-pixel just before, which tells most.
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
        hidden: tuple[int, ...] = (500,),
        direct: bool = False,
        levels: int = 2,
        classes: int = 0,
        mixtures: int = 0,
    ):
        super().__init__(shape, levels, classes, mixtures)
        hidden = widths("hidden", hidden)
        if not hidden:
            raise ValueError("hidden=(): allowed is a tuple of at least one width")
        self.config |= dict(hidden=hidden, direct=bool(direct))
        dims = math.prod(self.shape)
        inputs = torch.arange(1, dims + 1)
        degrees = [inputs, *(_spread(width, dims) for width in hidden)]
        layers = [MaskedLinear(made_mask(before, after, False)) for before, after in itertools.pairwise(degrees)]
        outputs = inputs.repeat_interleave(self.n_outputs)
        self.layers: Any = nn.ModuleList([*layers, MaskedLinear(made_mask(degrees[-1], outputs, True))])
        self.direct = MaskedLinear(made_mask(inputs, outputs, True), bias=False) if direct else None
        self.label = self.class_embedding(hidden[0])

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        sequence = _sequence(x)
        h = self.layers[0](sequence) + self.class_features(self.label, y)
        for layer in self.layers[1:]:
            h = layer(h.relu())
        if self.direct is not None:
            h = h + self.direct(sequence)
        channels, height, width = self.shape
        return h.view(-1, height, width, channels, self.n_outputs).permute(0, 3, 1, 2, 4)

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        """A new sub-pixel adds one column to the first layer, and only its successor's rows of the last are read."""
        first, *middle, last = self.layers
        columns = (first.weight * first.mask).T.contiguous()  # (D, hidden)
        rows = (last.weight * last.mask).unflatten(0, (-1, self.n_outputs))  # (D, K, hidden)
        biases = last.bias.unflatten(0, (-1, self.n_outputs))
        inner = [(layer.weight * layer.mask, layer.bias) for layer in middle]
        direct = None if self.direct is None else (self.direct.weight * self.direct.mask).unflatten(0, biases.shape)
        channels, _, width = self.shape
        total = first(_sequence(x)) + self.class_features(
            self.label, y
        )  # (n, hidden); what is not drawn yet counts as 0
        previous: list[tuple[int, int, int]] = []

        def step(r: int, c: int, s: int) -> Tensor:
            i = (r * width + c) * channels + s
            if previous:  # it has been drawn since: from −1, the network's word for level 0, to its value
                row, column, sub = previous.pop()
                total.addcmul_(2 * x[:, sub, row, column, None], columns[i - 1])
            previous.append((r, c, s))
            h = total.relu()
            for weight, bias in inner:
                h = F.linear(h, weight, bias).relu()
            output = F.linear(h, rows[i], biases[i])
            if direct is not None:
                output = output + F.linear(_sequence(x), direct[i])
            return self.as_logits(output)

        return step


def _spread(width: int, dims: int) -> Tensor:
    """Degrees of `width` hidden units, spread evenly over 1 … D − 1."""
    highest = max(1, dims - 1)
    return (torch.arange(width) * highest).div(width, rounding_mode="floor") + 1


def _sequence(x: Tensor) -> Tensor:
    """(B, C, H, W) in [0, 1] -> (B, H·W·C) in [−1, 1], in raster order."""
    return 2 * x.permute(0, 2, 3, 1).flatten(1) - 1

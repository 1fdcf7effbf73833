"""Convolutions that see only what comes before: masks A and B, sub-pixels included, and a frame for models of them.

[1] van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016.     masks, section 3.4, figure 2
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.pixels import PixelModel
from gencourse.support.checks import at_least


def subpixel_mask(before: Tensor, after: Tensor, kind: str) -> Tensor:
    """Which features of a pixel may feed which at the same pixel [1, figure 2, right].

    Args:
        before: (I,), the sub-pixel (0 red, 1 green, 2 blue) that each input feature belongs to. after: (O,).
        kind: "A" on the image itself, where green sees red only; "B" on features, where green sees red and green.

    Returns:
        (O, I), 1.0 where a connection is kept.
    """
    keep = before < after[:, None] if kind == "A" else before <= after[:, None]
    return keep.float()


def causal_mask(size: int, centre: Tensor) -> Tensor:
    """The mask of a size × size kernel: rows above, the row's left part, and at the centre what `centre` keeps [1].

    Args:
        size: odd. centre: (O, I), as `subpixel_mask` gives it.

    Returns:
        (O, I, size, size), 1.0 where a weight is kept.
    """
    mask = torch.zeros(*centre.shape, size, size)
    middle = size // 2
    mask[..., :middle, :] = 1
    mask[..., middle, :middle] = 1
    mask[..., middle, middle] = centre
    return mask


def compose_kernels(first: Tensor, second: Tensor) -> Tensor:
    """The one kernel that does what two do, one after the other; of two masks, it counts paths to each offset.

    Args:
        first: (k, k). second: (m, m); both odd, applied as convolutions are in networks (centred, not flipped).

    Returns:
        (k + m − 1, k + m − 1).
    """
    return F.conv2d(first[None, None], second.flip(0, 1)[None, None], padding=len(second) - 1)[0, 0]


class MaskedConv2d(nn.Conv2d):
    """A convolution that keeps only the weights of a mask (O, I, h, w).

    A square kernel is centred on its pixel, with zeros around the image; of another shape, it adds none.
    """

    mask: Tensor
    bias: nn.Parameter

    def __init__(self, mask: Tensor):
        outputs, inputs, height, width = mask.shape
        self.reach = height // 2
        super().__init__(inputs, outputs, (height, width), padding=self.reach)
        self.register_buffer("mask", mask, persistent=False)

    @property
    def kept(self) -> Tensor:
        """The weights that count; the others are zero here."""
        kept = self.weight * self.mask
        # Of one input channel, a product forgets that the weights are channels_last, and all that follows slows down.
        return kept.as_strided(kept.shape, self.weight.stride())

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.kept, self.bias, padding=self.reach)


class MaskedModel(PixelModel):
    """An exact model of convolutions: features dealt out evenly to the sub-pixels, and a head of two 1×1 layers.

    A subclass is told `first_mask` (channels, C, first_kernel, first_kernel), of kind A, for the layer that reads the
    image, `mask` (channels, channels, kernel, kernel), of kind B, for the others, and the `centre` of the latter.

    Args:
        shape: (C, H, W) of an image.
        layers: how many; a subclass says which it counts.
        channels: features of each layer, a multiple of C.
        kernel, first_kernel: odd sizes of the kernels; the second is that of the layer that reads the image.
        levels: values a sub-pixel takes.
        classes: how many classes the model is conditioned on; 0 for none.
        mixtures: components of a discretised mixture of logistics; 0 for a softmax over the levels.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        *,
        layers: int,
        channels: int = 32,
        kernel: int = 3,
        first_kernel: int = 7,
        levels: int = 2,
        classes: int = 0,
        mixtures: int = 0,
    ):
        super().__init__(shape, levels, classes, mixtures)
        subs = self.shape[0]
        channels, layers = at_least("channels", channels, 1), at_least("layers", layers, 1)
        if channels % subs:
            raise ValueError(
                f"channels={channels!r}: allowed is a multiple of the image's {subs} channels, so that "
                "each sub-pixel has as many features"
            )
        kernel, first_kernel = at_least("kernel", kernel, 3), at_least("first_kernel", first_kernel, 3)
        for name, size in (("kernel", kernel), ("first_kernel", first_kernel)):
            if size % 2 == 0:
                raise ValueError(f"{name}={size!r}: allowed is an odd number from 3 up")
        self.config |= dict(channels=channels, layers=layers, kernel=kernel, first_kernel=first_kernel)
        image, inner = torch.arange(subs), torch.arange(subs).repeat_interleave(channels // subs)
        outputs = image.repeat_interleave(self.n_outputs)
        self.channels, self.centre = channels, subpixel_mask(inner, inner, "B")
        self.first_mask = causal_mask(first_kernel, subpixel_mask(image, inner, "A"))
        self.mask = causal_mask(kernel, self.centre)
        self.mix = MaskedConv2d(self.centre[..., None, None])
        self.answer = MaskedConv2d(subpixel_mask(inner, outputs, "B")[..., None, None])

    def head(self, h: Tensor) -> Tensor:
        """Features (B, channels, H, W) -> outputs (B, C, H, W, n_outputs)."""
        out = self.answer(self.mix(h.relu()).relu())
        return out.unflatten(1, (self.shape[0], self.n_outputs)).permute(0, 1, 3, 4, 2)

    def class_map(self, embedding: nn.Embedding | None, y: Tensor | None) -> Tensor | float:
        """`class_features`, the same for all pixels: (B, width, 1, 1), or 0 in a model without classes."""
        features = self.class_features(embedding, y)
        return features[..., None, None] if isinstance(features, Tensor) else features

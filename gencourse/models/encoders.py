"""Encoders: an image in, a vector of features out. What self-supervised learning trains, and keeps.

All take images in [0, 1] and say by `n_features` how long their vectors are.

[1] He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2016.
[2] Dosovitskiy et al., An Image is Worth 16×16 Words, 2021.
[3] Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, 2020.   appendix B.9: the stem
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.support.checks import at_least, image_shape, widths


class ConvEncoder(nn.Module):
    """A few convolutions, each with batch normalisation and half the resolution, and the mean over what is left.

    Args:
        shape: (C, H, W) of an image; other heights and widths work too.
        channels: features of each layer; the last is n_features.
    """

    def __init__(self, shape: tuple[int, int, int] = (3, 32, 32), *, channels: tuple[int, ...] = (32, 64, 128)):
        super().__init__()
        before, layers = image_shape(shape)[0], []
        for width in widths("channels", channels):
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            before = width
        layers += [nn.Conv2d(before, before, 3, padding=1, bias=False), nn.BatchNorm2d(before), nn.ReLU()]
        self.layers, self.n_features = nn.Sequential(*layers), before

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> (B, n_features)."""
        return self.layers(2 * x - 1).mean((2, 3))


class ViTEncoder(nn.Module):
    """A small vision transformer: patches as words, and a class token whose vector is the answer [2].

    Args:
        shape: (C, H, W) of an image. Images of other sizes work too: the positions are interpolated.
        patch: the side of a patch; width: of the vectors, a multiple of heads; depth, heads: of the transformer.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        patch: int = 4,
        width: int = 96,
        depth: int = 4,
        heads: int = 4,
    ):
        super().__init__()
        channels, height, columns = image_shape(shape)
        patch, width = at_least("patch", patch, 1), at_least("width", width, 1)
        depth, heads = at_least("depth", depth, 1), at_least("heads", heads, 1)
        if height % patch or columns % patch:
            raise ValueError(f"patch={patch!r}: allowed is a divisor of height and width, {height} and {columns}")
        if width % heads:
            raise ValueError(f"width={width!r}: allowed is a multiple of heads={heads!r}")
        self.n_features, self.patch = width, patch
        self.embed = nn.Conv2d(channels, width, patch, stride=patch)
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.places = nn.Parameter(0.02 * torch.randn(1, width, height // patch, columns // patch))
        self.blocks: Any = nn.ModuleList(_Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> the class token's vector, (B, width)."""
        h = self._words(x)
        for block in self.blocks:
            h = block(h)[0]
        return self.norm(h[:, 0])

    @torch.no_grad()
    def attention(self, x: Tensor) -> Tensor:
        """How much the class token looks at each patch, in the last block: (B, heads, H/patch, W/patch)."""
        h, weights = self._words(x), torch.empty(0)
        for block in self.blocks:
            h, weights = block(h)
        return weights[:, :, 0, 1:].unflatten(2, (x.shape[2] // self.patch, x.shape[3] // self.patch))

    def _words(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> (B, 1 + patches, width): the class token, and each patch at its place."""
        h = self.embed(2 * x - 1)
        places: Tensor = self.places
        if h.shape[-2:] != places.shape[-2:]:
            places = F.interpolate(places, h.shape[-2:], mode="bicubic", align_corners=False)
        return torch.cat([self.token.expand(len(x), -1, -1), (h + places).flatten(2).mT], dim=1)


class _Block(nn.Module):
    """Attention, then an MLP, each added to what it was given."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """h (B, T, width) -> the same shape, and the weights (B, heads, T, T)."""
        q, k, v = self.qkv(self.norm1(h)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        weights = (q @ k.mT * q.shape[-1] ** -0.5).softmax(-1)
        h = h + self.out((weights @ v).transpose(1, 2).flatten(2))
        return h + self.mlp(self.norm2(h)), weights


def resnet18(shape: tuple[int, int, int] = (3, 32, 32)) -> nn.Module:
    """torchvision's ResNet-18 [1] for small images: a 3×3 stem of stride 1, no max-pool, no classifier [3]."""
    from torchvision.models import resnet18 as published

    network: Any = published()
    network.conv1 = nn.Conv2d(image_shape(shape)[0], 64, 3, padding=1, bias=False)
    network.maxpool, network.fc = nn.Identity(), nn.Identity()
    network.n_features = 512
    return network


ENCODERS: dict[str, Any] = {"conv": ConvEncoder, "vit": ViTEncoder, "resnet18": resnet18}


def build_encoder(name: str, shape: tuple[int, int, int]) -> Any:
    """The encoder called "conv", "vit" or "resnet18", for images of that shape.

    Raises:
        ValueError: on another name.
    """
    if name not in ENCODERS:
        raise ValueError(f"encoder={name!r}: allowed are {', '.join(map(repr, ENCODERS))}")
    return ENCODERS[name](shape)

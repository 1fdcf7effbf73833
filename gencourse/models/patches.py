"""Images as sequences of tokens: a token is a pixel, or a whole tile of pixels.

A tile of 2 × 2 binary pixels takes 16 values: one token of 16 kinds. Nothing is lost, so the likelihood of the
sequence is that of the image, exact, and the sequence is four times shorter.

[1] Chen et al., Generative Pretraining from Pixels, 2020 (Image GPT).     pixels as tokens of a transformer
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.pixels import to_levels
from gencourse.models.transformer import Transformer
from gencourse.support.checks import at_least, image_shape, of_shape, unit_interval


def patchify(x: Tensor, size: int) -> Tensor:
    """An image cut into tiles, in raster order: (B, C, H, W) -> (B, H/size · W/size · C, size · size).

    At each place the channels follow one another, as R, G, B do; a tile's pixels come row by row.
    """
    tiles = x.unflatten(3, (-1, size)).unflatten(2, (-1, size))  # (B, C, H/size, size, W/size, size)
    return tiles.permute(0, 2, 4, 1, 3, 5).flatten(4).flatten(1, 3)


def unpatchify(tiles: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """What `patchify` cut, put together again: (B, L, size · size) -> (B, C, H, W) for shape = (C, H, W)."""
    channels, height, width = shape
    size = int(tiles.shape[-1] ** 0.5)
    places = tiles.unflatten(2, (size, size)).unflatten(1, (height // size, width // size, channels))
    return places.permute(0, 3, 1, 4, 2, 5).flatten(4).flatten(2, 3)  # (B, C, H, W)


def pack(tiles: Tensor, levels: int) -> Tensor:
    """Tiles (..., N) of whole numbers 0 … levels − 1 -> tokens (...), the number whose digits they are."""
    return (tiles * _powers(tiles.shape[-1], levels, tiles.device)).sum(-1)


def unpack(tokens: Tensor, n: int, levels: int) -> Tensor:
    """Tokens (...) -> their n digits, the pixels (..., n), 0 … levels − 1."""
    return tokens[..., None].div(_powers(n, levels, tokens.device), rounding_mode="floor") % levels


def _powers(n: int, levels: int, device: torch.device) -> Tensor:
    return levels ** torch.arange(n - 1, -1, -1, device=device)  # the first digit counts most


class PatchTransformer(nn.Module):
    """A causal transformer over the tiles of an image, in raster order; tiles of one pixel are its sub-pixels [1].

    Args:
        shape: (C, H, W) of an image, H and W multiples of the tile's side.
        patch: the side of a tile in pixels.
        width, layers, heads: of the transformer.
        levels: values a sub-pixel takes; a tile is one of levels ** (patch · patch) tokens.
        classes: how many classes the model is conditioned on; 0 for none.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        *,
        patch: int = 2,
        width: int = 128,
        layers: int = 4,
        heads: int = 4,
        levels: int = 2,
        classes: int = 0,
    ):
        super().__init__()
        self.shape, patch, levels = image_shape(shape), at_least("patch", patch, 1), at_least("levels", levels, 2)
        channels, height, width_ = self.shape
        if height % patch or width_ % patch:
            raise ValueError(f"patch={patch!r}: allowed is a divisor of height and width, {height} and {width_}")
        if (vocab := levels ** (patch * patch)) > 65_536:
            raise ValueError(f"patch={patch!r}, levels={levels!r}: {vocab:,} kinds of tiles; allowed are 65,536")
        columns = width_ // patch * channels
        self.sequence = Transformer(
            vocab,
            length=height // patch * columns,
            width=width,
            layers=layers,
            heads=heads,
            classes=classes,
            grid=columns,
        )
        of_transformer = {name: self.sequence.config[name] for name in ("width", "layers", "heads", "classes")}
        self.config: dict[str, Any] = dict(shape=self.shape, patch=patch, levels=levels, **of_transformer)
        self.patch, self.levels, self.classes = patch, levels, self.sequence.classes

    @property
    def calls(self) -> int:
        """How many questions sampling one image asks, one after another: the length of the sequence."""
        return self.sequence.length

    def tokens(self, x: Tensor) -> Tensor:
        """Images (B, C, H, W) in [0, 1] -> tokens (B, L)."""
        of_shape("x", x, self.shape)
        return pack(patchify(to_levels(x, self.levels), self.patch), self.levels)

    def image(self, tokens: Tensor) -> Tensor:
        """Tokens (B, L) -> the images they stand for, (B, C, H, W) in [0, 1]."""
        tiles = unpack(tokens, self.patch**2, self.levels)
        return unpatchify(tiles, self.shape).float() / (self.levels - 1)

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """The exact log p(x), or log p(x | y) of a conditional model: (B,) nats."""
        return self.sequence.log_prob(self.tokens(x), y)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x), averaged over the batch; also as bits per dimension."""
        nats = -self.log_prob(x, y).mean()
        return {"loss": nats, "bits_per_dim": nats.detach() / (math.prod(self.shape) * math.log(2))}

    @torch.no_grad()
    def sample(
        self, n: int, *, generator: torch.Generator | None = None, prefix: Tensor | None = None, **options: Any
    ) -> Tensor:
        """n images, drawn tile by tile: (n, C, H, W) in [0, 1].

        Args:
            prefix: (C, h, W) or (n, C, h, W), the top rows, which are kept; h is a multiple of the tile's side.
            options: y, temperature, top_k, top_p and cached, as in `SequenceModel.sample`.
        """
        start = None if prefix is None else self._rows(prefix)
        return self.image(self.sequence.sample(n, self.calls, generator=generator, prefix=start, **options))

    def _rows(self, prefix: Tensor) -> Tensor:
        """The tokens (1 or n, L) of the top rows."""
        channels, height, width = self.shape
        rows = prefix.shape[-2] if prefix.dim() in (3, 4) else -1
        if not 0 <= rows <= height or rows % self.patch or prefix.shape[-3:] != (channels, rows, width):
            raise ValueError(
                f"prefix {tuple(prefix.shape)}: allowed are the top rows, ({channels}, h ≤ {height}, "
                f"{width}), h a multiple of {self.patch}, or n times that"
            )
        unit_interval("prefix", prefix)
        tiles = patchify(to_levels(prefix.view(-1, channels, rows, width), self.levels), self.patch)
        return pack(tiles, self.levels)

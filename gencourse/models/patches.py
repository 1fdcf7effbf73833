"""Images as sequences of tokens: a token is a pixel, or a whole tile of pixels.

A tile of 2 × 2 binary pixels takes 16 values: one token of 16 kinds. Nothing is lost, so the likelihood of the
sequence is that of the image, exact, and the sequence is four times shorter.

[1] Chen et al., Generative Pretraining from Pixels, 2020 (Image GPT).     pixels as tokens of a transformer
"""

import torch
from torch import Tensor


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

"""Pictures that a widget takes along: checked, and named in an error where they cannot be shown."""

import io
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from gencourse.figures import tile


def check_pictures(name: str, x: Any, n: int | None = None, most: int | None = None) -> Tensor:
    """`x` on the CPU as float32 (N, C, H, W) in [0, 1], or a ValueError that names it.

    Args:
        n: how many there must be. most: how many there may be.
    """
    if not (isinstance(x, Tensor) and x.ndim == 4 and x.shape[1] in (1, 3) and x.is_floating_point()):
        shown = tuple(x.shape) if isinstance(x, Tensor) else type(x).__name__
        raise ValueError(f"{name}={shown}: give a floating-point tensor (N, C, H, W) with 1 or 3 channels")
    if n is not None and len(x) != n:
        raise ValueError(f"len({name})={len(x)}: allowed is {n}, one for each")
    if len(x) < 1 or (most is not None and len(x) > most):
        raise ValueError(f"len({name})={len(x)}: allowed are 1 to {most}")
    x = x.detach().cpu().float()
    if not (torch.isfinite(x).all() and x.min() >= -1e-4 and x.max() <= 1 + 1e-4):
        raise ValueError(f"{name} reaches from {x.min():.3g} to {x.max():.3g}: allowed are values in [0, 1]")
    return x.clamp(0, 1)


def sprite_sheet(x: Tensor, columns: int, limit: int) -> tuple[bytes, int, int]:
    """Images (N, C, H, W) in [0, 1] side by side in one PNG: its bytes, and the height and width of one image in it.

    Where the PNG would be larger than `limit` bytes it gets a palette of 256 colours, and then images half as large,
    until it fits.
    """
    height, width = x.shape[-2:]
    for colours in (0, 256, 256, 256):
        sheet = _png(tile(x, columns, gap=0)[..., :3], colours)
        if len(sheet) <= limit:
            break
        if colours:
            height, width = max(1, height // 2), max(1, width // 2)
            x = torch.nn.functional.interpolate(x, (height, width), mode="area")
    else:
        sheet = _png(tile(x, columns, gap=0)[..., :3], 256)
    return sheet, height, width


def _png(sheet: Any, colours: int) -> bytes:
    picture = Image.fromarray((sheet * 255).round().astype("uint8"))
    buffer = io.BytesIO()
    (picture.quantize(colours) if colours else picture).save(buffer, format="png", optimize=True)
    return buffer.getvalue()

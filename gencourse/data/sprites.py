"""Sprites: images drawn from seven known factors, so that what a latent has learned can be checked.

One coloured shape on a coloured ground, 32×32 RGB, drawn from signed distances with a smooth edge: the distance
of a pixel's centre to the outline, in pixels, says how much of the pixel is covered.
After dSprites (Matthey et al., 2017) and 3D Shapes (Burgess and Kim, 2018); drawn here, nothing is downloaded.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from gencourse.data.images import Card, Images
from gencourse.support.checks import at_least, one_of

SIZE = 32
SHAPES = ("square", "triangle", "heart", "flag")
# How many values each factor takes. Rotation runs over a quarter turn, after which the square looks as before; the
# triangle looks the same only after a third of a turn, the heart and the flag after a whole one. Hues run from red to
# magenta and stop short of red again.
FACTORS = {"shape": len(SHAPES), "hue": 10, "background": 10, "scale": 6, "rotation": 12, "x": 16, "y": 16}

# How `Augment` may change a sprite: its colour and its direction are not what makes it the shape it is.
VIEWS = dict(hue=0.5, rotate=45.0)


def factor_values(factors: Tensor) -> Tensor:
    """Whole-numbered factors (N, 7) -> real values (N, 7): shape index, hues in [0, 0.8], scale as a fraction of half
    the image, rotation in radians, x and y in [−0.43, 0.43] (x to the right, y downwards)."""
    shape, hue, background, scale, rotation, x, y = factors.float().unbind(-1)
    return torch.stack(
        [
            shape,
            0.8 * hue / (FACTORS["hue"] - 1),
            0.8 * background / (FACTORS["background"] - 1),
            0.3 + 0.24 * scale / (FACTORS["scale"] - 1),
            0.5 * math.pi * rotation / FACTORS["rotation"],
            0.86 * x / (FACTORS["x"] - 1) - 0.43,
            0.86 * y / (FACTORS["y"] - 1) - 0.43,
        ],
        dim=-1,
    )


def render(factors: Tensor, chunk: int = 200) -> Tensor:
    """Draw the sprites of whole-numbered factors (N, 7): uint8 (N, 3, 32, 32).

    Raises:
        ValueError: when a factor is outside its range in FACTORS, or not of a whole-numbered dtype.
    """
    sizes = torch.tensor(list(FACTORS.values()))
    shaped = factors.dim() == 2 and factors.shape[1] == len(sizes) and not factors.is_floating_point()
    if not shaped or ((factors < 0) | (factors >= sizes)).any():
        raise ValueError(
            f"factors {tuple(factors.shape)} of {factors.dtype}: allowed are (N, 7) whole numbers from 0 to below "
            f"{FACTORS}, as a LongTensor"
        )
    return torch.cat([_render(part) for part in factors.split(chunk)]) if len(factors) else _render(factors)


def load(split: str, n: int = 20_000, seed: int = 0, held: Mapping[str, int] | None = None) -> Images:
    """n sprites with factors drawn evenly and independently; each split has a seed of its own derived from `seed`.

    Args:
        held: factors by name that keep one value, such as {"rotation": 0}; the others are drawn as without it.

    Raises:
        ValueError: when n or seed is not a whole number in its range, or `held` names no factor or no value of it.
    """
    n, seed = at_least("n", n, 1), at_least("seed", seed, 0, at_most=2**32 - 1)
    streams = {"train": 0, "validation": 1, "test": 2}
    generator = torch.Generator().manual_seed(3 * seed + streams[split])
    factors = torch.stack([torch.randint(k, (n,), generator=generator) for k in FACTORS.values()], dim=1)
    for name, value in (held or {}).items():
        factors[:, tuple(FACTORS).index(one_of("held", name, tuple(FACTORS)))] = value
    card = Card("sprites", split, (3, SIZE, SIZE), 256, "grey", "drawn by gencourse.data.sprites", "MIT")
    return Images(render(factors), factors[:, 0].clone(), card, factors, factor_values(factors), tuple(FACTORS))


def _render(factors: Tensor) -> Tensor:
    shape, hue, background, scale, rotation, x, y = factor_values(factors)[..., None, None].unbind(1)  # (N, 1, 1) each
    centres = (torch.arange(SIZE) + 0.5) * 2 / SIZE - 1  # pixel centres in [−1, 1]
    u, v = centres[None, None, :] - x, centres[None, :, None] - y  # (N, 1, W), (N, H, 1)
    cos, sin = rotation.cos() / scale, rotation.sin() / scale
    u, v = u * cos + v * sin, v * cos - u * sin  # in the sprite's own frame, (N, H, W)
    distance = torch.empty_like(u)
    for index, outline in enumerate((_square, _triangle, _heart, _flag)):
        chosen = factors[:, 0] == index
        distance[chosen] = outline(u[chosen], v[chosen])
    covered = (0.5 - distance * scale * SIZE / 2).clamp(0, 1)[:, None]  # (N, 1, H, W)
    front = _rgb(hue, saturation=0.72, value=0.98)
    back = _rgb(background, saturation=0.5, value=0.42)
    return ((covered * front + (1 - covered) * back) * 255).round().to(torch.uint8)


def _rgb(hue: Tensor, saturation: float, value: float) -> Tensor:
    """Hue (N, 1, 1) in [0, 1) -> RGB (N, 3, 1, 1) in [0, 1]."""
    offsets = torch.tensor([5.0, 3.0, 1.0])[:, None, None]
    k = (offsets + 6 * hue[:, None]) % 6
    return value * (1 - saturation * torch.minimum(k, 4 - k).clamp(0, 1))


# Signed distances, negative inside, to outlines that fit in the unit circle; the flag's outer corner alone reaches
# 1.16, so that at the largest scale and the outermost positions it may lose less than a pixel.


def _box(u: Tensor, v: Tensor, half_width: float, half_height: float) -> Tensor:
    a, b = u.abs() - half_width, v.abs() - half_height
    return torch.hypot(a.clamp(min=0), b.clamp(min=0)) + torch.maximum(a, b).clamp(max=0)


def _square(u: Tensor, v: Tensor) -> Tensor:
    return _box(u, v, 0.7, 0.7)


def _triangle(u: Tensor, v: Tensor) -> Tensor:
    """Equilateral, one corner up: the largest distance to its three sides, exact inside and at the edges."""
    return torch.stack([v - 0.5, 0.866 * u - 0.5 * v - 0.5, -0.866 * u - 0.5 * v - 0.5]).amax(0)


def _heart(u: Tensor, v: Tensor) -> Tensor:
    """A square standing on a corner, and a disc on each of its two upper sides."""
    side = 0.92
    tip = 0.95
    a, b = (u + (tip - v)) * 0.7071, (-u + (tip - v)) * 0.7071  # along the two lower sides, from the tip
    square = _box(a - side / 2, b - side / 2, side / 2, side / 2)
    left = torch.hypot(a - side, b - side / 2) - side / 2
    right = torch.hypot(a - side / 2, b - side) - side / 2
    return torch.minimum(square, torch.minimum(left, right))


def _flag(u: Tensor, v: Tensor) -> Tensor:
    """A pole with a banner at its upper right."""
    return torch.minimum(_box(u + 0.45, v, 0.14, 0.88), _box(u - 0.15, v + 0.45, 0.6, 0.43))

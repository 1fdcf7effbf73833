"""Every exact model of images, small, for the tests that all of them must pass."""

from collections.abc import Callable
from typing import Any

import torch

from gencourse.models.made import MADE
from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.models.pixelrnn import PixelRNN
from gencourse.models.pixels import PixelModel

MODELS: dict[str, Callable[..., Any]] = {
    "MADE": lambda **k: MADE(hidden=(20, 15), **k),
    "PixelCNN": lambda **k: PixelCNN(channels=6, layers=2, first_kernel=5, **k),
    "GatedPixelCNN": lambda **k: GatedPixelCNN(channels=6, layers=3, first_kernel=5, **k),
    "MADE, direct": lambda **k: MADE(hidden=(20, 15), direct=True, **k),
    "MADE, logistics": lambda **k: MADE(hidden=(20,), mixtures=2, **k),
    "GatedPixelCNN, logistics": lambda **k: GatedPixelCNN(channels=6, layers=2, first_kernel=5, mixtures=3, **k),
    "PixelRNN": lambda **k: PixelRNN(channels=6, layers=2, first_kernel=5, **k),
}


def build(name: str, shape: tuple[int, int, int], levels: int = 2, classes: int = 0, seed: int = 0) -> PixelModel:
    """A random model in float64, far from uniform, so that mistakes show."""
    torch.manual_seed(seed)
    model = MODELS[name](shape=shape, levels=levels, classes=classes).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    return model


def all_images(shape: tuple[int, int, int], levels: int = 2) -> torch.Tensor:
    """Every image of that shape, (levels ** (C·H·W), C, H, W) in [0, 1]."""
    size = shape[0] * shape[1] * shape[2]
    values = torch.arange(levels, dtype=torch.float64) / (levels - 1)
    return torch.cartesian_prod(*[values] * size).view(-1, *shape)


def order(shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """The sub-pixels (s, r, c) as they come in raster order."""
    channels, height, width = shape
    return [(s, r, c) for r in range(height) for c in range(width) for s in range(channels)]

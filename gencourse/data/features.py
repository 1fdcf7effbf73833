"""A few numbers taken from images, where a lesson needs less than an image."""

import torch
import torch.nn.functional as F
from torch import Tensor


def ink_width(x: Tensor) -> Tensor:
    """How wide the ink is: the standard deviation of the column over each image's ink, in pixels.

    Args:
        x: (N, C, H, W), ink from 0 up.

    Returns:
        (N,).

    Raises:
        ValueError: when an image has no ink.
    """
    ink = x.sum(dim=(1, 2))  # (N, W), ink in each column
    total = ink.sum(1, keepdim=True)
    if (total <= 0).any():
        raise ValueError(
            f"x: {int((total <= 0).sum())} of {len(x)} images have no ink, so it has no width; leave them out"
        )
    share, column = ink / total, torch.arange(ink.shape[1])
    centre = (share * column).sum(1, keepdim=True)
    return (share * (column - centre) ** 2).sum(1).sqrt()


def with_neighbours(level: Tensor) -> tuple[Tensor, Tensor]:
    """Every pixel, and the four beside it that come before it when one reads from left to right, line by line.

    Args:
        level: (N, H, W), whole numbers.

    Returns:
        The neighbours at the left, above, above left and above right (N·H·W, 4), 0 outside the image; and the pixels
        themselves (N·H·W,).
    """
    height, width = level.shape[1:]
    padded = F.pad(level, (1, 1, 1, 0))
    left, above = padded[:, 1:, :width], padded[:, :height, 1 : width + 1]
    above_left, above_right = padded[:, :height, :width], padded[:, :height, 2:]
    return torch.stack([left, above, above_left, above_right], dim=-1).flatten(0, 2), level.flatten()

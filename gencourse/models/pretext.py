"""Pretext tasks: made-up questions whose answers are free, (images, a draw) -> (input, target).

    x ── spoil it, remember how ──> input, target

What learns to answer them stands in `pretext_models`.

[1] Doersch, Gupta and Efros, Unsupervised Visual Representation Learning by Context Prediction, 2015.   section 3
[2] He et al., Masked Autoencoders Are Scalable Vision Learners, 2022.   the loss on hidden patches alone
[3] Zhang, Isola and Efros, Colorful Image Colorization, 2016.   colours as classes
"""

import math

import torch
from torch import Tensor

# (down, right) of the eight neighbours of the middle cell in a 3 × 3 grid, in reading order
NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


def rotate_quarters(x: Tensor, quarters: Tensor) -> Tensor:
    """Turn each square image (B, C, H, H) by quarters (B,), 0 to 3, of a full turn anticlockwise, pixel for pixel."""
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(f"x={tuple(x.shape)}: allowed are square images, (B, C, H, H)")
    turned = torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)])  # (4, B, C, H, H)
    return turned[quarters, torch.arange(len(x), device=x.device)]


def crop_patches(x: Tensor, top: Tensor, left: Tensor, size: int) -> Tensor:
    """Cut the square of side `size` at (top, left), each (B,), out of each image (B, C, H, W): (B, C, size, size)."""
    step = torch.arange(size, device=x.device)
    rows = (top[:, None] + step)[:, None, :, None]  # (B, 1, size, 1)
    columns = (left[:, None] + step)[:, None, None, :]
    image = torch.arange(len(x), device=x.device)[:, None, None, None]
    channel = torch.arange(x.shape[1], device=x.device)[None, :, None, None]
    return x[image, channel, rows, columns]


def patch_pairs(
    x: Tensor, position: Tensor, size: int, gap: int = 0, jitter: int = 0, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """The middle patch of each image, and the neighbour at `position` [1, section 3].

    With gap 0 and jitter 0 the patches touch, and a line that runs on from one into the other answers the question
    without a look at what is drawn: a shortcut. A gap takes the touching edges away, jitter the exact distance.

    Args:
        x: (B, C, H, W). position: (B,), 0 to 7, an index into NEIGHBOURS. size: of a patch, in pixels.
        gap: pixels between the patches. jitter: each patch moves by up to this many pixels either way, in both axes.

    Returns:
        Both (B, C, size, size).

    Raises:
        ValueError: when three patches, their gaps and the jitter do not fit into the image.
    """
    height, width = x.shape[-2:]
    if 3 * size + 2 * gap + 2 * jitter > min(height, width):
        raise ValueError(
            f"size={size!r}, gap={gap!r}, jitter={jitter!r}: allowed is 3·size + 2·gap + 2·jitter of at most "
            f"{min(height, width)} pixels"
        )
    place = getattr(generator, "device", x.device)
    moved = torch.randint(-jitter, jitter + 1, (2, 2, len(x)), generator=generator, device=place).to(x.device)
    way = torch.tensor(NEIGHBOURS, device=x.device)[position].T * (size + gap)  # (2, B): down, right
    middle = torch.tensor([(height - size) // 2, (width - size) // 2], device=x.device)[:, None]
    first, second = middle + moved[0], middle + way + moved[1]  # (2, B) each: top and left
    return crop_patches(x, first[0], first[1], size), crop_patches(x, second[0], second[1], size)


def hidden_patches(scores: Tensor, share: float) -> Tensor:
    """Choose the patches with the smallest scores: the same number, round(share · patches), in each image.

    Args:
        scores: (B, rows, columns), one number for each patch; random ones make a random choice [2].

    Returns:
        bool (B, rows, columns), true where a patch is to be hidden.
    """
    flat = scores.flatten(1)
    chosen = flat.argsort(1)[:, : round(share * flat.shape[1])]
    return torch.zeros_like(flat, dtype=torch.bool).scatter(1, chosen, True).view_as(scores)


def hide_patches(
    x: Tensor, patch: int, share: float, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Paint a share of each image's patches grey, chosen anew for each image [2].

    Returns:
        The images with grey (0.5) holes, (B, C, H, W), and where they are, bool (B, 1, H, W).
    """
    place = getattr(generator, "device", x.device)
    cells = len(x), x.shape[-2] // patch, x.shape[-1] // patch
    hidden = hidden_patches(torch.rand(cells, generator=generator, device=place).to(x.device), share)
    hidden = hidden.repeat_interleave(patch, 1).repeat_interleave(patch, 2)[:, None]
    return torch.where(hidden, 0.5, x), hidden


def masked_mse(guess: Tensor, x: Tensor, hidden: Tensor) -> Tensor:
    """The mean squared error over the hidden pixels alone, all images and channels; hidden is bool (B, 1, H, W) [2]."""
    weight = hidden.expand_as(x).to(x.dtype)
    return ((guess - x).square() * weight).sum() / weight.sum()


def hue_bins(x: Tensor, bins: int, least: float = 0.1) -> tuple[Tensor, Tensor]:
    """The hue of each pixel as a class, and whether it has one: pixels near grey have no hue worth asking for [3].

    Args:
        x: (B, 3, H, W) in [0, 1]. bins: the colour circle is cut into so many, the first from red on.
        least: the chroma (largest less smallest channel) from which on a pixel counts as coloured.

    Returns:
        Integers 0 to bins − 1 and bool, both (B, H, W).
    """
    red, green, blue = x.unbind(1)
    # the angle of the colour seen along the grey axis: red at 0, green at a third, blue at two thirds of a turn
    angle = torch.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue) / (2 * math.pi) % 1
    return (angle * bins).long().clamp(max=bins - 1), x.amax(1) - x.amin(1) >= least

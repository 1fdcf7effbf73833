"""Printed characters, drawn here: the size of a data set's images, and of no class that it has."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.support.checks import between

FINE = 256  # pixels of the large picture that is shrunk


def printed(characters: str, shape: tuple[int, int, int], margin: float = 0.1) -> Tensor:
    """One white-on-black image for each of `characters`, in bold print: (N, C, H, W) in [0, 1].

    Args:
        shape: (C, H, W) of an image.
        margin: the share of the height that stays dark at the top, and at the bottom; a character is as tall as that
            allows, and never wider than it is tall.

    Raises:
        ValueError: on a character that leaves no ink, such as a space; on a margin that leaves no room.
    """
    margin = between("margin", margin, 0, 0.49)
    channels, height, width = shape
    images = []
    for character in characters:
        ink = _cropped(_large(character), character)
        tall = max(1, round((1 - 2 * margin) * FINE))
        wide = min(round(ink.shape[1] * tall / ink.shape[0]), tall)
        ink = F.interpolate(ink[None, None], (tall, wide), mode="area")[0, 0]
        canvas = torch.zeros(FINE, FINE)
        top, left = (FINE - tall) // 2, (FINE - wide) // 2
        canvas[top : top + tall, left : left + wide] = ink
        images.append(F.interpolate(canvas[None, None], (height, width), mode="area")[0])
    return torch.stack(images).clamp(0, 1).expand(-1, channels, -1, -1).clone()


def _large(character: str) -> Tensor:
    """The character's ink, (FINE, FINE) in [0, 1], in the font that comes with matplotlib, whatever style is set."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1), dpi=FINE, facecolor="white")
    figure.text(
        0.5,
        0.5,
        character,
        ha="center",
        va="center",
        fontsize=50,
        fontweight="bold",
        family="DejaVu Sans",
        color="black",
    )
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return 1 - torch.frombuffer(bytearray(canvas.buffer_rgba()), dtype=torch.uint8).view(FINE, FINE, 4)[..., 0] / 255


def _cropped(ink: Tensor, character: str) -> Tensor:
    rows, columns = (ink.amax(1) > 0.5).nonzero(), (ink.amax(0) > 0.5).nonzero()
    if not len(rows):
        raise ValueError(f"characters: {character!r} leaves no ink; allowed are characters that can be seen")
    return ink[int(rows[0]) : int(rows[-1]) + 1, int(columns[0]) : int(columns[-1]) + 1]

"""A figure as it is stored and shown: a PNG with its alt text, small where it is drawn, whole where it is of pixels."""

import io
from typing import Any

import matplotlib as mpl
from matplotlib.collections import QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from gencourse.figures.sheets import whole_pixels
from gencourse.figures.style import DPI, SCREEN, STYLE

PALETTE = 128  # colours of a drawing: a third of its bytes, and with 64 lines turn grey


def show(fig: Figure, alt: str) -> None:
    """Put `fig` on the page, with `alt` for readers who cannot see it."""
    from IPython.display import display

    display(to_png(fig, alt))


def to_png(fig: Figure, alt: str) -> Any:
    """`fig` as an IPython Image, sharp on dense screens.

    Drawings, which have few colours, are stored with a palette. A figure with an image, a mesh or contours in it has
    greys and gradients that a palette would step, and keeps all its colours.
    """
    from IPython.display import Image as Shown

    whole_pixels(fig)
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        fig.savefig(buffer, format="png", dpi=DPI)
    picture = _smaller(Image.open(buffer).convert("RGB"), fig)
    stored = io.BytesIO()
    picture.save(stored, format="png", optimize=True)
    return Shown(stored.getvalue(), alt=alt, width=picture.width * SCREEN // DPI)


def _smaller(picture: Image.Image, fig: Figure) -> Image.Image:
    """The picture with a palette if `fig` is a drawing, and as one channel where all of it is grey."""
    if not _has_gradients(fig):
        return picture.quantize(PALETTE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    red, *others = picture.split()
    return picture if any(ImageChops.difference(red, other).getbbox() for other in others) else red


def _has_gradients(fig: Figure) -> bool:
    return any(
        ax.images or any(isinstance(artist, QuadMesh | ContourSet) for artist in ax.collections) for ax in fig.axes
    )

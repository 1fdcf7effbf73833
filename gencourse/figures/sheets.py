"""Pictures of pixels: enlarged by whole numbers, so that none is blurred, and with a thin frame."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from torch import Tensor

from gencourse.figures.style import DPI, FRAME, PLATE, STYLE
from gencourse.figures.words import text_size

PIXELS = "pixels"  # marks an image that `whole_pixels` looks after
WIDEST = 8.6  # inches of a sheet, however large its images
EDGE = 2  # pixels of the stored picture for a frame's line: one of the page
MARGIN = 14


def tile(images: Tensor, columns: int, gap: int = 1) -> np.ndarray:
    """(N, C, H, W) in [0, 1] -> one picture (rows·H, columns·W, 3 or 4) with gaps that are transparent."""
    n, c, h, w = images.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * (h + gap) - gap, columns * (w + gap) - gap, 4))
    for i, image in enumerate(images.detach().cpu().float().clamp(0, 1)):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + gap)
        sheet[top : top + h, left : left + w, :3] = image.expand(3, h, w).permute(1, 2, 0).numpy()
        sheet[top : top + h, left : left + w, 3] = 1
    return sheet


def pixels(ax: Any, image: Any, **options: Any) -> Any:
    """Show an image in `ax`, framed and without ticks; `to_png` enlarges it by a whole number, as far as `ax` has room.

    Args:
        image: (C, H, W) in [0, 1] as the course's tensors are, or (H, W), (H, W, 3) or (H, W, 4) as matplotlib's.
        options: of `ax.imshow`, such as `cmap`; without it, one channel is shown from black, 0, to white, 1.

    Returns:
        What `ax.imshow` gives, for a colour bar.
    """
    if isinstance(image, Tensor):
        image = image.detach().cpu().float()
        if image.ndim == 3 and image.shape[0] in (1, 3):
            image = image.permute(1, 2, 0)
        image = image.numpy()
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim == 3:
        image = image.clip(0, 1)
    elif "cmap" not in options:
        options = dict(cmap="gray", vmin=0, vmax=1) | options
    shown = ax.imshow(image, **options | dict(interpolation="nearest", gid=PIXELS))
    bare(ax)
    ax.spines[:].set(visible=True, color=FRAME, linewidth=0.9)
    return shown


def bare(ax: Any) -> None:
    """Take ticks, grid and frame off: what is in `ax` is a picture."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set_visible(False)


def whole_pixels(fig: Figure) -> None:
    """Settle the layout and then shrink what `pixels` drew, so that each pixel is a whole number of the picture's."""
    framed = [ax for ax in fig.axes if any(image.get_gid() == PIXELS for image in ax.images)]
    if not framed:
        return
    fig.set_dpi(DPI)
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    for ax in framed:
        box = ax.get_window_extent()
        width, height = (abs(high - low) for low, high in (ax.get_xlim(), ax.get_ylim()))
        scale = _even(min(box.width / width, box.height / height))
        if scale:
            left = round((box.x0 + box.x1 - scale * width) / 2)
            top = round((box.y0 + box.y1 + scale * height) / 2)
            whole = Bbox.from_bounds(left, top - scale * height, scale * width, scale * height)
            ax.set_position(whole.transformed(fig.transFigure.inverted()))


def _even(scale: float) -> int:
    """The whole number below, and even where it can be: the page then shows each pixel whole as well."""
    whole = int(scale + 1e-6)
    return whole - whole % 2 if whole > 1 else whole


def image_rows(rows: dict[str, Tensor], width: float = 7.5) -> Figure:
    """Rows of images, each with its name at the left; every row (N, C, H, W) in [0, 1].

    Args:
        width: in inches, about: the images are enlarged by the whole number that comes nearest to it.
    """
    n = max(len(row) for row in rows.values())
    names = [[size * DPI / 72 for size in text_size(name, 9.5)] for name in rows]  # in pixels, as all here
    left = MARGIN + max((int(w) for w, _ in names), default=0) + 12
    sheets = [
        _mount(images, n, _scale(images, n, width * DPI - left - MARGIN, WIDEST * DPI - left - MARGIN))
        for images in rows.values()
    ]
    heights = [max(sheet.shape[0], int(h)) for sheet, (_, h) in zip(sheets, names, strict=True)]
    gap = max(8, int(0.08 * min(sheet.shape[0] for sheet in sheets)))
    total = 2 * MARGIN + sum(heights) + gap * (len(sheets) - 1)
    fig = _blank(left + max(sheet.shape[1] for sheet in sheets) + MARGIN, total)
    top = MARGIN
    for name, sheet, height in zip(rows, sheets, heights, strict=True):
        middle = top + height / 2
        _place(fig, sheet, left, round(middle - sheet.shape[0] / 2))
        high = fig.get_figheight() * DPI
        fig.text((left - 12) / (fig.get_figwidth() * DPI), 1 - middle / high, name, ha="right", va="center")
        top += height + gap
    return fig


def image_grid(images: Tensor, columns: int, width: float = 4.0, title: str = "") -> Figure:
    """Images (N, C, H, W) in [0, 1] as one sheet, left to right and top to bottom.

    Args:
        width: in inches, about: the images are enlarged by the whole number that comes nearest to it.
    """
    room = width * DPI - 2 * MARGIN
    sheet = _mount(images, columns, _scale(images, columns, room, WIDEST * DPI - 2 * MARGIN))
    above = MARGIN + (44 if title else 0)
    fig = _blank(
        max(sheet.shape[1], int(text_size(title, 10, "bold")[0] * DPI / 72)) + 2 * MARGIN,
        above + sheet.shape[0] + MARGIN,
    )
    _place(fig, sheet, MARGIN, above)
    if title:
        x, y = MARGIN / (fig.get_figwidth() * DPI), 1 - 16 / (fig.get_figheight() * DPI)
        fig.text(x, y, title, va="top", weight="bold", fontsize=10)
    return fig


def _scale(images: Tensor, columns: int, room: float, most: float) -> int:
    """By how much to enlarge, an even number: what comes nearest to `room`, and not beyond `most` if that can be."""
    width = images.shape[-1]
    choices = [k for k in range(2, 66, 2) if columns * (k * width + 2 * EDGE + _gap(k, width)) <= most] or [2]
    return min(choices, key=lambda k: abs(columns * (k * width + 2 * EDGE + _gap(k, width)) - room))


def _gap(scale: int, width: int) -> int:
    return max(4, 2 * round(0.02 * scale * width))


def _mount(images: Tensor, columns: int, scale: int) -> np.ndarray:
    """The images enlarged, each in its frame, on the plate: (rows, columns, 3), one entry a pixel of the picture."""
    n, _, h, w = images.shape
    gap, high, wide = _gap(scale, w), scale * h + 2 * EDGE, scale * w + 2 * EDGE
    sheet = np.tile(to_rgb(PLATE), (-(-n // columns) * (high + gap) - gap, columns * (wide + gap) - gap, 1))
    for i, image in enumerate(images.detach().cpu().float().clamp(0, 1)):
        top, left = (i // columns) * (high + gap), (i % columns) * (wide + gap)
        sheet[top : top + high, left : left + wide] = to_rgb(FRAME)
        large = image.expand(3, h, w).permute(1, 2, 0).numpy().repeat(scale, 0).repeat(scale, 1)
        sheet[top + EDGE : top + high - EDGE, left + EDGE : left + wide - EDGE] = large
    return sheet


def _blank(width: int, height: int) -> Figure:
    """A Figure of so many pixels, and of whole ones of the page."""
    with mpl.rc_context(STYLE):
        return Figure(figsize=((width + width % 2) / DPI, (height + height % 2) / DPI), dpi=DPI)


def _place(fig: Figure, sheet: np.ndarray, left: int, top: int) -> None:
    """The sheet in `fig`, its upper left corner so many pixels from the figure's, not scaled at all."""
    width, height = round(fig.get_figwidth() * DPI), round(fig.get_figheight() * DPI)
    rows, columns = sheet.shape[:2]
    ax = fig.add_axes((left / width, 1 - (top + rows) / height, columns / width, rows / height))
    ax.imshow(sheet, interpolation="nearest", aspect="auto", gid=PIXELS)
    bare(ax)

"""Pictures of pixels: enlarged by whole numbers, so that none is blurred, and with a thin frame."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from torch import Tensor

from gencourse.figures.style import DPI, FRAME, PLATE, SOFT, STYLE
from gencourse.figures.words import text_size

PIXELS = "pixels"  # marks an image that `whole_pixels` looks after
WIDEST = 8.6  # inches of a sheet, however large its images
EDGE = 2  # pixels of the stored picture for a frame's line: one of the page
MARGIN, GAP, HEADING = 14, 14, 38  # at the edges, between a sheet and its words, and for a line above or below


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
    line = EDGE * 72 / DPI
    ax.spines[:].set(visible=True, color=FRAME, linewidth=line, position=("outward", line / 2))  # around, not over
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


def image_rows(
    rows: Mapping[str, Tensor],
    width: float = 7.5,
    *,
    beside: Sequence[str] = (),
    title: str = "",
    note: str = "",
) -> Figure:
    """Rows of images, each with its name at the left; every row (N, C, H, W) in [0, 1].

    Args:
        width: in inches, about: the images are enlarged by the whole number that comes nearest to it.
        beside: what is said of each row at its right, such as its number of nats.
        title, note: words above and below.

    Raises:
        ValueError: when `beside` has more or fewer words than there are rows.
    """
    if beside and len(beside) != len(rows):
        raise ValueError(f"len(beside)={len(beside)}: allowed is {len(rows)}, one for each row")
    n = max(len(images) for images in rows.values())
    names, right = list(rows), list(beside) or [""] * len(rows)
    left, after = (MARGIN + _widest(words, 10) for words in (names, right))
    room, most = width * DPI - left - after, WIDEST * DPI - left - after
    sheets = [_mount(images, n, _scale(images, n, room, most)) for images in rows.values()]
    heights = [
        max(len(sheet), *(_high(words, 10) for words in pair))
        for sheet, *pair in zip(sheets, names, right, strict=True)
    ]
    gap, top = max(8, min(map(len, sheets)) // 12), MARGIN + (HEADING if title else 0)
    total = top + sum(heights) + gap * (len(sheets) - 1) + (HEADING if note else 0) + MARGIN
    widest = max(sheet.shape[1] for sheet in sheets)
    fig = _blank(max(left + widest + after, _widest([title], 10.5, "bold") + 2 * MARGIN), total)
    _write(fig, MARGIN, MARGIN, title, va="top", weight="bold", fontsize=10.5)
    for name, sheet, said, height in zip(names, sheets, right, heights, strict=True):
        middle = top + height // 2
        _place(fig, sheet, left, middle - len(sheet) // 2)
        _write(fig, left - GAP, middle, name, ha="right", va="center")
        _write(fig, left + widest + GAP, middle, said, va="center")
        top += height + gap
    _write(fig, left, total - MARGIN, note, va="bottom", color=SOFT, fontsize=9)
    return fig


def image_grid(images: Tensor, columns: int, width: float = 4.0, title: str = "") -> Figure:
    """Images (N, C, H, W) in [0, 1] as one sheet, left to right and top to bottom.

    Args:
        width: in inches, about: the images are enlarged by the whole number that comes nearest to it.
    """
    sheet = _mount(images, columns, _scale(images, columns, width * DPI - 2 * MARGIN, WIDEST * DPI - 2 * MARGIN))
    top = MARGIN + (HEADING if title else 0)
    fig = _blank(max(sheet.shape[1], _widest([title], 10.5, "bold")) + 2 * MARGIN, top + len(sheet) + MARGIN)
    _place(fig, sheet, MARGIN, top)
    _write(fig, MARGIN, MARGIN, title, va="top", weight="bold", fontsize=10.5)
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


def _write(fig: Figure, left: int, top: int, words: str, **options: Any) -> None:
    """Words in `fig`, so many pixels from its upper left corner."""
    if words:
        width, height = fig.get_figwidth() * DPI, fig.get_figheight() * DPI
        with mpl.rc_context(STYLE):
            fig.text(left / width, 1 - top / height, words, **options)


def _widest(words: Sequence[str], size: float, weight: str = "normal") -> int:
    """The width of the longest of these words in pixels, with a gap where there are any."""
    widest = max((text_size(each, size, weight)[0] for each in words), default=0)
    return math.ceil(widest * DPI / 72) + GAP if widest else 0


def _high(words: str, size: float) -> int:
    return math.ceil(text_size(words, size)[1] * DPI / 72)

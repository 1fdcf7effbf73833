"""Pictures of pixels: sheets and rows of images, enlarged without blur."""

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.style import bare, figure


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


def image_rows(rows: dict[str, Tensor], width: float = 7.5) -> Figure:
    """Rows of images, each with its name at the left; every row (N, C, H, W) in [0, 1]."""
    n = max(len(row) for row in rows.values())
    fig, axes = figure(width, (width - 1.2) / n * len(rows) * 1.06, rows=len(rows), squeeze=False)
    for ax, (name, images) in zip(axes[:, 0], rows.items(), strict=True):
        ax.imshow(tile(images, n, gap=max(1, images.shape[-1] // 14)), interpolation="nearest")
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        bare(ax)
    fig.set_layout_engine("constrained", rect=(0.015, 0, 0.98, 1))  # else a long name's first letter is cut
    return fig


def image_grid(images: Tensor, columns: int, width: float = 4.0, title: str = "") -> Figure:
    """Images (N, C, H, W) in [0, 1] as one sheet, left to right and top to bottom."""
    sheet = tile(images, columns)
    fig, ax = figure(width, width * sheet.shape[0] / sheet.shape[1] + (0.3 if title else 0))
    ax.imshow(sheet, interpolation="nearest")
    ax.set_title(title)
    bare(ax)
    return fig

"""Pictures of the arrays that they are given, as matplotlib Figures, and the course's style.

Here live the style, words beside lines and points, sheets of images, charts that several lessons draw, and diagrams.
What draws one widget's still stands in that widget; what measures stands in `measure`. It may import `support` alone:
a figure knows no data set, no model and no trainer.
"""

from gencourse.figures.charts import code_scatter, loss_curve, matrix
from gencourse.figures.evidence import intervals, standings
from gencourse.figures.page import show, to_png
from gencourse.figures.sheets import bare, image_grid, image_rows, pixels, tile
from gencourse.figures.style import (
    COLOURS,
    DASHES,
    DATA,
    DPI,
    INK,
    MARKERS,
    MODEL,
    PLATE,
    SCREEN,
    SOFT,
    TRUTH,
    contrast,
    figure,
    line,
    points,
    quantity,
    use_style,
    words_on,
)
from gencourse.figures.words import end_labels, label_points, top_labels

__all__ = [
    "COLOURS",
    "DASHES",
    "DATA",
    "DPI",
    "INK",
    "MARKERS",
    "MODEL",
    "PLATE",
    "SCREEN",
    "SOFT",
    "TRUTH",
    "bare",
    "code_scatter",
    "contrast",
    "end_labels",
    "figure",
    "image_grid",
    "image_rows",
    "intervals",
    "label_points",
    "line",
    "loss_curve",
    "matrix",
    "pixels",
    "points",
    "quantity",
    "show",
    "standings",
    "tile",
    "to_png",
    "top_labels",
    "use_style",
    "words_on",
]

"""Pictures of the arrays that they are given, as matplotlib Figures, and the course's style.

Here live the style, sheets of images, charts that several lessons draw, and diagrams. What draws one widget's still
stands in that widget; what measures stands in `measure`. It may import `support` alone: a figure knows no data set, no
model and no trainer.
"""

from gencourse.figures.charts import code_scatter, label_points, loss_curve, matrix
from gencourse.figures.sheets import image_grid, image_rows, tile
from gencourse.figures.style import COLOURS, DPI, INK, figure, show, to_png, use_style

__all__ = [
    "COLOURS",
    "DPI",
    "INK",
    "code_scatter",
    "figure",
    "image_grid",
    "image_rows",
    "label_points",
    "loss_curve",
    "matrix",
    "show",
    "tile",
    "to_png",
    "use_style",
]

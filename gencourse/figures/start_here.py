"""Lesson 00's drawings: digits as coin flips, and what each of a digit's pixels costs."""

import math

from matplotlib.figure import Figure
from torch import Tensor

from gencourse.figures.charts import matrix
from gencourse.figures.sheets import image_rows, pixels
from gencourse.figures.style import figure, quantity


def coin_flips(grey: Tensor, flips: Tensor) -> Figure:
    """Images in grey above the same with a coin flipped for each pixel, (N, 1, H, W) in [0, 1] both."""
    return image_rows({"digits": grey, "as coin flips": flips})


def bent_coins(ink: Tensor, log_prob: Tensor) -> Figure:
    """How often each pixel is inked, and how many bits its coin costs.

    Args:
        ink: (1, H, W), between 0 and 1.
        log_prob: (N, 1, H, W), the logarithm of each pixel's probability in N images, in nats.
    """
    fig, (often, cost) = figure(6.6, 3.4, columns=2)
    pixels(often, ink)
    often.set(title="how often a pixel is inked")
    bits = -log_prob.mean(dim=(0, 1)) / math.log(2)  # (H, W)
    matrix(cost, bits, [""] * bits.shape[0], [""] * bits.shape[1], decimals=1, highest=1.0)
    cost.set(title=quantity("what it costs", "bits", "lower"), aspect="equal")
    return fig

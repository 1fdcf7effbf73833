"""A density on the line made of bells: move one, widen it, give it more weight; the area stays one."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from gencourse.figures import COLOURS, INK, figure
from gencourse.support.checks import between
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

SCALES = (0.35, 3.0)
EXTENT = 5.0


class Bumps(Widget):
    """A mixture of Gaussians whose bells are dragged: sideways the mean, upwards the weight, the small knob the width.

    A bell that gains weight takes it from the others, in proportion. The area is summed in the page from the curve
    that is drawn.

    Args:
        means: of the bells, from −5 to 5. scales: their standard deviations, from 0.35 to 3.
        weights: above 0; they are divided by their sum.

    Attributes:
        means, scales, weights: as they stand.

    Raises:
        ValueError: on lists of different lengths, or a number out of range.
    """

    _esm = bundle("bumps")
    link = ("means", "scales", "weights")

    means = traitlets.List(traitlets.Float()).tag(sync=True)
    scales = traitlets.List(traitlets.Float()).tag(sync=True)
    weights = traitlets.List(traitlets.Float()).tag(sync=True)
    limits = traitlets.Dict().tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, means: Sequence[float], scales: Sequence[float], weights: Sequence[float]):
        if not 1 <= len(means) == len(scales) == len(weights):
            raise ValueError(
                f"means, scales and weights of {len(means)}, {len(scales)} and {len(weights)} numbers: "
                "allowed is one of each for every bell"
            )
        total = sum(between("weights", w, 1e-3, math.inf) for w in weights)
        super().__init__(
            means=[between("means", m, -EXTENT, EXTENT) for m in means],
            scales=[between("scales", s, *SCALES) for s in scales],
            weights=[w / total for w in weights],
            limits={"extent": EXTENT, "scales": list(SCALES)},
            colours=COLOURS,
        )

    def bells(self, x: np.ndarray) -> np.ndarray:
        """Each bell's share of p(x), (K, N), for x (N,); p(x) is their sum."""
        m, s, w = (np.array(values)[:, None] for values in (self.means, self.scales, self.weights))
        return w * np.exp(-0.5 * ((x - m) / s) ** 2) / (s * math.sqrt(2 * math.pi))

    def label(self) -> str:
        rows = zip(self.weights, self.means, self.scales, strict=True)
        return "p(x) = " + " + ".join(f"{w:.2f} · N({m:.2f}, {s:.2f}²)" for w, m, s in rows) + ", with an area of 1"

    def _figure(self) -> Any:
        x = np.linspace(-EXTENT, EXTENT, 400)
        fig, ax = figure(6.5, 2.5)
        for bell, colour in zip(self.bells(x), COLOURS[1:], strict=False):
            ax.plot(x, bell, "--", color=colour, linewidth=1.2)
        ax.plot(x, self.bells(x).sum(0), color=INK)
        ax.fill_between(x, self.bells(x).sum(0), color=COLOURS[0], alpha=0.25)
        far = np.linspace(-20, 20, 8001)
        ax.set(xlabel="x", ylim=(0, None), title=f"area {np.trapezoid(self.bells(far).sum(0), far):.4f}")
        return fig

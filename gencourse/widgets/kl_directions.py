"""A target with several modes and one Gaussian to drag: KL in both directions, and where each of them leads."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.gaussian import diagonal_gaussian_log_prob
from gencourse.models.mixture import mixture_log_prob
from gencourse.support.checks import between, positive
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

POINTS = 1201  # of the grid on which the integrals are added up, here as in the page


class KLDirections(Widget):
    """KL(p ‖ q) and KL(q ‖ p) of a fixed mixture p and a Gaussian q with handles; buttons descend either.

    Under each KL its integrand is drawn: the KL is the area under it, what lies below the axis counted off.

    Args:
        means, scales, weights: of the target's Gaussian components.
        mean, scale: of q, at first.

    Attributes:
        mean, scale: of q, also set by dragging.

    Raises:
        ValueError: if the target's lists differ in length, a scale or weight is not above 0, or q's scale is not.
    """

    _esm = bundle("kl_directions")
    link = ("mean", "scale")

    target = traitlets.Dict().tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    scale = traitlets.Float().tag(sync=True)
    view = traitlets.Float().tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        means: Sequence[float] = (-2.0, 2.0),
        scales: Sequence[float] = (0.6, 0.6),
        weights: Sequence[float] = (0.5, 0.5),
        *,
        mean: float = 0.8,
        scale: float = 0.8,
    ):
        if not len(means) == len(scales) == len(weights) >= 1:
            raise ValueError(
                f"{len(means)} means, {len(scales)} scales, {len(weights)} weights: allowed are as many, at least one"
            )
        scales, weights = [positive("scales", s) for s in scales], [positive("weights", w) for w in weights]
        means = [between("means", m, -math.inf, math.inf) for m in means]
        share = [w / sum(weights) for w in weights]
        view = max(abs(m) + 5 * s for m, s in zip(means, scales, strict=True))
        target = {"means": means, "scales": scales, "weights": share}
        start = {"mean": between("mean", mean, -math.inf, math.inf), "scale": positive("scale", scale)}
        super().__init__(target=target, view=view, colours=COLOURS, **start)

    def divergences(self) -> tuple[float, float]:
        """KL(p ‖ q) and KL(q ‖ p) in nats, added up on the grid that the page uses."""
        x = self._grid()
        forward, reverse = self._integrands(x)
        step = float(x[1] - x[0])
        return float(forward.sum()) * step, float(reverse.sum()) * step

    def label(self) -> str:
        forward, reverse = self.divergences()
        return (
            f"q with mean {self.mean:.2f} and scale {self.scale:.2f}: KL(p‖q) = {forward:.2f}, "
            f"KL(q‖p) = {reverse:.2f} nats"
        )

    def _grid(self) -> Tensor:
        return torch.linspace(-3 * self.view, 3 * self.view, POINTS, dtype=torch.float64)  # q may be wide: far beyond

    def _log_p(self, x: Tensor) -> Tensor:
        means, scales, weights = (
            torch.tensor(self.target[k], dtype=torch.float64) for k in ("means", "scales", "weights")
        )
        components = diagonal_gaussian_log_prob(x[:, None, None], means[:, None], scales.log()[:, None])
        return mixture_log_prob(weights.log(), components)

    def _log_q(self, x: Tensor) -> Tensor:
        mean, scale = torch.tensor([[self.mean], [self.scale]], dtype=torch.float64)
        return diagonal_gaussian_log_prob(x[:, None], mean, scale.log())

    def _integrands(self, x: Tensor) -> tuple[Tensor, Tensor]:
        log_p, log_q = self._log_p(x), self._log_q(x)
        return log_p.exp() * (log_p - log_q), log_q.exp() * (log_q - log_p)

    @traitlets.validate("scale")
    def _is_a_scale(self, proposal: Any) -> float:
        value: float = proposal["value"]
        if not (math.isfinite(value) and value > 0):
            raise traitlets.TraitError(f"scale={value!r}: allowed is a finite number above 0")
        return value

    def _figure(self) -> Any:
        fig, axes = figure(7.5, 2.6, columns=3)
        x = torch.linspace(-self.view, self.view, 400, dtype=torch.float64)
        axes[0].fill_between(x, self._log_p(x).exp(), color=INK, alpha=0.3, label="p")
        axes[0].plot(x, self._log_q(x).exp(), color=COLOURS[4], label="q")
        axes[0].set(title="target p, Gaussian q", xlabel="x", ylabel="density")
        axes[0].legend()
        names = ("forward KL(p ‖ q)", "reverse KL(q ‖ p)")
        parts = zip(axes[1:], names, self.divergences(), self._integrands(x), COLOURS, strict=False)
        for ax, name, value, integrand, colour in parts:
            ax.fill_between(x, integrand, color=colour, alpha=0.3)
            ax.plot(x, integrand, color=colour)
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.set(title=f"{name} = {value:.2f}", xlabel="x")
        return fig

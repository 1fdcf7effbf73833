"""Drag q over a posterior: the ELBO and the gap change, and log p(x), their sum, does not."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.figure_eight import FigureEight
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget


class Gap(Widget):
    """ELBO + KL(q ‖ p(z | x)) = log p(x), for a Gaussian q that the reader drags and the figure-eight model.

    Everything is computed in the page, on a grid over z. Gradient ascent on the ELBO runs from where q is.

    Args:
        model: whose σ is used.
        x: the observed point; it can be dragged too.
        mean: of q, from −3 to 3. spread: the standard deviation of q, from 0.05 to 1.5.

    Attributes:
        x, mean, spread: as they were dragged.
    """

    _esm = bundle("gap")
    link = ("mean", "spread", "x")

    sigma = traitlets.Float().tag(sync=True)
    x = traitlets.List(traitlets.Float(), minlen=2, maxlen=2).tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    spread = traitlets.Float().tag(sync=True)

    def __init__(self, model: FigureEight, x: Sequence[float] = (0.0, 0.0), mean: float = -0.4, spread: float = 0.6):
        self._model = model
        super().__init__(sigma=model.sigma, x=[float(value) for value in x], mean=mean, spread=spread)

    def terms(self) -> tuple[float, float, float]:
        """ELBO, gap and log p(x) in nats, all by the grid."""
        x = torch.tensor([self.x], dtype=torch.float64)
        mean, log_var = torch.tensor([[self.mean]]), 2 * torch.tensor([[self.spread]]).log()
        elbo, log_p = self._model.exact_elbo(x, mean, log_var).item(), self._model.log_prob(x).item()
        return elbo, log_p - elbo, log_p

    def label(self) -> str:
        elbo, gap, log_p = self.terms()
        return (
            f"q = N({self.mean:.2f}, {self.spread:.2f}²) for x = ({self.x[0]:.2f}, {self.x[1]:.2f}): "
            f"ELBO {elbo:.2f} + gap {gap:.2f} = log p(x) {log_p:.2f} nats"
        )

    def _figure(self) -> Any:
        elbo, gap, log_p = self.terms()
        fig, axes = figure(7.6, 3.7, rows=2, columns=2, height_ratios=[3, 0.8])
        plane, line = axes[0]
        curve = self._model.decode(torch.linspace(-2, 2, 400)[:, None])
        plane.plot(*curve.T, color=INK, linewidth=1.2)
        plane.plot(*self.x, "o", color=COLOURS[2], markersize=9)
        plane.set(xlabel="$x_1$", ylabel="$x_2$", title="the observed x on the figure eight")

        grid = self._model.grid
        line.fill_between(
            grid,
            self._model.posterior_on_grid(torch.tensor([self.x]))[:, 0],
            color=COLOURS[2],
            alpha=0.3,
            label="$p(z\\mid x)$, exact",
        )
        q = torch.distributions.Normal(self.mean, self.spread).log_prob(grid).exp()
        line.plot(grid, q, color=COLOURS[0], label="$q(z\\mid x)$")
        line.set(xlim=(-3, 3), xlabel="$z$", yticks=[])
        line.set_ylim(top=1.5 * line.get_ylim()[1])  # room for the legend above the bumps
        line.legend(loc="upper left")

        low = min(elbo, log_p - 3) - 1
        bar = fig.add_subplot(axes[1, 0].get_gridspec()[1, :])
        for ax in axes[1]:
            ax.remove()
        bar.barh([0], [elbo - low], left=low, color=COLOURS[0])
        bar.barh([0], [gap], left=elbo, color=COLOURS[1])
        bar.axvline(log_p, color=INK, linestyle="--")
        bar.set(yticks=[], xlim=(low, log_p + 0.5), xlabel="nats")
        bar.set_title(f"ELBO {elbo:.2f} + gap {gap:.2f} = $\\log p(x)$ {log_p:.2f}")
        return fig

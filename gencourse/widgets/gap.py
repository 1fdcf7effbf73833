"""Drag q over a posterior: the ELBO and the gap change, and log p(x), their sum, does not; until the decoder moves."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.figure_eight import FigureEight
from gencourse.support.checks import between
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

SIGMAS = (0.15, 1.2)


class Gap(Widget):
    """ELBO + KL(q ‖ p(z | x)) = log p(x), for a Gaussian q that the reader drags and the figure-eight model.

    Everything is computed in the page, on a grid over z. Gradient ascent on the ELBO runs from where q is.

    Args:
        model: whose σ is used.
        x: the observed point; it can be dragged too.
        mean: of q, from −3 to 3. spread: the standard deviation of q, from 0.05 to 1.5.
        decoder: with a slider for σ, the one knob of this model's decoder. What the ELBO and log p(x) have gained since
            the start is told, and the start is marked.

    Attributes:
        x, mean, spread, sigma: as they were dragged.

    Raises:
        ValueError: with a decoder that moves, on a σ beyond its slider's range, 0.15 to 1.2.
    """

    _esm = bundle("gap")
    link = ("mean", "spread", "x", "sigma")

    sigma = traitlets.Float().tag(sync=True)
    sigmas = traitlets.List(traitlets.Float()).tag(sync=True)  # the range of its slider, or nothing
    x = traitlets.List(traitlets.Float(), minlen=2, maxlen=2).tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    spread = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        model: FigureEight,
        x: Sequence[float] = (0.0, 0.0),
        mean: float = -0.4,
        spread: float = 0.6,
        decoder: bool = False,
    ):
        sigmas = list(SIGMAS) if decoder else []
        if decoder:
            between("model.sigma", model.sigma, *SIGMAS)
        super().__init__(sigma=model.sigma, sigmas=sigmas, x=[float(value) for value in x], mean=mean, spread=spread)

    def terms(self) -> tuple[float, float, float]:
        """ELBO, gap and log p(x) in nats, all by the grid."""
        x = torch.tensor([self.x], dtype=torch.float64)
        mean, log_var = torch.tensor([[self.mean]]), 2 * torch.tensor([[self.spread]]).log()
        model = FigureEight(self.sigma)
        elbo, log_p = model.exact_elbo(x, mean, log_var).item(), model.log_prob(x).item()
        return elbo, log_p - elbo, log_p

    def label(self) -> str:
        elbo, gap, log_p = self.terms()
        decoder = f"σ = {self.sigma:.2f}, " if self.sigmas else ""
        return (
            f"{decoder}q = N({self.mean:.2f}, {self.spread:.2f}²) for x = ({self.x[0]:.2f}, {self.x[1]:.2f}): "
            f"ELBO {elbo:.2f} + gap {gap:.2f} = log p(x) {log_p:.2f} nats"
        )

    def _figure(self) -> Any:
        elbo, gap, log_p = self.terms()
        model = FigureEight(self.sigma)
        fig, axes = figure(7.6, 3.7, rows=2, columns=2, height_ratios=[3, 0.8])
        plane, line = axes[0]
        curve = model.decode(torch.linspace(-2, 2, 400)[:, None])
        plane.plot(*curve.T, color=INK, linewidth=1.2)
        plane.plot(*self.x, "o", color=COLOURS[2], markersize=9)
        plane.set(xlabel="$x_1$", ylabel="$x_2$", title="the observed x on the figure eight")

        grid = model.grid
        line.fill_between(
            grid,
            model.posterior_on_grid(torch.tensor([self.x]))[:, 0],
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

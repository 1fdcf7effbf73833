"""Drag a density over fixed data, and see what each point costs and what all of them cost together."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.gaussian import DiagonalGaussian, diagonal_gaussian_log_prob
from gencourse.models.maximum_likelihood import coin_log_likelihood, gaussian_mle
from gencourse.models.mixture import Mixture, mixture_log_prob
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

PARAMETERS = {
    "coin": ("p",),
    "gaussian": ("mean", "scale"),
    "mixture": ("mean 1", "scale 1", "mean 2", "scale 2", "weight 1"),
}


class LikelihoodFit(Widget):
    """A coin, a Gaussian or a mixture of two over fixed data, with handles; each point's log-likelihood is a stem.

    The buttons climb by gradient ascent. Scales are kept above a tenth of the data's own, else a mixture could put
    a component on a single point and its likelihood would grow without bound.

    Args:
        x: (N,), the data: numbers, or 1 for heads and 0 for tails.
        family: "coin", "gaussian" or "mixture".
        unit: what x measures, written at the axis.

    Attributes:
        theta: the parameters, also set by dragging: (p), (mean, scale), or (mean 1, scale 1, mean 2, scale 2,
            weight 1).
        best: the highest log-likelihood known, in nats, for the bar: the closed form, or for a mixture the best of
            several runs of EM.

    Raises:
        ValueError: on another family, fewer than 2 or more than 300 points, flips that are not 0 or 1, or numbers
            that are all equal or not finite.
    """

    _esm = bundle("likelihood_fit")
    link = ("theta",)

    family = traitlets.Unicode().tag(sync=True)
    x = traitlets.List(traitlets.Float()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    theta = traitlets.List(traitlets.Float()).tag(sync=True)
    start = traitlets.List(traitlets.Float()).tag(sync=True)
    best = traitlets.Float().tag(sync=True)
    floor = traitlets.Float().tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, x: Tensor | Sequence[float], family: str = "gaussian", *, unit: str = "x"):
        data = torch.as_tensor(x).double()
        _check(data, family)
        self._data = data
        floor = 0.1 * float(data.std(correction=0))
        start = _start(data, family)
        super().__init__(
            family=family, x=data.tolist(), unit=unit, start=start, theta=start, floor=floor, colours=COLOURS
        )
        self.best = _best(data, family, floor)

    def log_probs(self, x: Tensor | None = None) -> Tensor:
        """log p of each of x (N,) under theta, in nats; of the data if x is left out."""
        x = self._data if x is None else x
        theta = torch.tensor(self.theta, dtype=torch.float64)
        if self.family == "coin":
            return torch.cat([coin_log_likelihood(flip[None], theta) for flip in x])
        if self.family == "gaussian":
            return diagonal_gaussian_log_prob(x[:, None], theta[:1], theta[1:].log())
        means, scales, weight = theta[[0, 2]], theta[[1, 3]], theta[4]
        components = diagonal_gaussian_log_prob(x[:, None, None], means[:, None], scales.log()[:, None])  # (N, 2)
        return mixture_log_prob(torch.stack([weight, 1 - weight]).log(), components)

    def label(self) -> str:
        named = ", ".join(f"{n} = {v:.2f}" for n, v in zip(PARAMETERS[self.family], self.theta, strict=True))
        return (
            f"{len(self.x)} points under a {self.family} with {named}: log-likelihood "
            f"{float(self.log_probs().sum()):.2f} nats, the best {self.best:.2f}"
        )

    @traitlets.validate("theta")
    def _is_in_range(self, proposal: Any) -> list[float]:
        theta: list[float] = proposal["value"]
        names = PARAMETERS[self.family]
        low = {"p": 0.0, "scale": 0.0, "weight": 0.0}
        high = {"p": 1.0, "weight": 1.0}
        ends = [(low.get(name.split()[0], -math.inf), high.get(name.split()[0], math.inf)) for name in names]
        if len(theta) != len(names) or not all(a < v < b for v, (a, b) in zip(theta, ends, strict=True)):
            raise traitlets.TraitError(
                f"theta={theta!r}: allowed are {', '.join(names)}; p and weight inside (0, 1), scales above 0"
            )
        return theta

    def _figure(self) -> Any:
        fig, (top, stems) = figure(7.0, 4.0, rows=2)
        values = self.log_probs()
        if self.family == "coin":
            grid = torch.linspace(0.01, 0.99, 197, dtype=torch.float64)
            top.plot(grid, coin_log_likelihood(self._data, grid), color=COLOURS[0])
            top.plot(self.theta[0], values.sum(), "o", color=COLOURS[0], markersize=9)
            top.set(xlabel="p, the probability of heads", ylabel="Σ log p(x)")
            at = torch.arange(1, len(values) + 1)
        else:
            low, high = float(self._data.min()), float(self._data.max())
            margin = 0.25 * (high - low)
            grid = torch.linspace(low - margin, high + margin, 400, dtype=torch.float64)
            density = self.log_probs(grid).exp()
            top.fill_between(grid, density, color=COLOURS[0], alpha=0.25)
            top.plot(grid, density, color=COLOURS[0])
            top.plot(self._data, torch.zeros_like(values), "|", color=INK, markersize=10)
            top.set(ylabel="density", xlim=(float(grid[0]), float(grid[-1])))
            stems.set(xlabel=self.unit, xlim=(float(grid[0]), float(grid[-1])))
            at = self._data
        stems.vlines(at, 0, values, color=COLOURS[1], linewidth=1.4)
        stems.axhline(0, color=INK, linewidth=0.8)
        stems.set(ylabel="log p(x), nats")
        top.set_title(f"log-likelihood {float(values.sum()):.2f} nats; the best {self.best:.2f}")
        return fig


def _start(x: Tensor, family: str) -> list[float]:
    """Parameters that are plainly not the best, so that there is something to do."""
    if family == "coin":
        return [0.3]
    mean, variance = gaussian_mle(x)
    scale = variance.sqrt()
    if family == "gaussian":
        return [float(mean - scale), float(1.6 * scale)]
    return [float(mean - 1.5 * scale), float(0.8 * scale), float(mean + 0.2 * scale), float(0.8 * scale), 0.5]


def _best(x: Tensor, family: str, floor: float) -> float:
    """The highest log-likelihood: of the closed form, or of the best of several runs of EM; in nats."""
    if family == "coin":
        return float(coin_log_likelihood(x, x.mean().clamp(0.01, 0.99)[None]))
    if family == "gaussian":
        mean, variance = gaussian_mle(x)
        return float(diagonal_gaussian_log_prob(x[:, None], mean[None], 0.5 * variance.log()[None]).sum())
    runs = []
    for seed in range(6):
        mixture = Mixture([DiagonalGaussian(1, floor=floor) for _ in range(2)])
        mixture.fit_(x.float()[:, None], steps=60, generator=torch.Generator().manual_seed(seed))
        runs.append(float(mixture.log_prob(x.float()[:, None]).detach().sum()))
    return max(runs)


def _check(data: Tensor, family: str) -> None:
    if family not in PARAMETERS:
        raise ValueError(f"family={family!r}: allowed are {', '.join(map(repr, PARAMETERS))}")
    if data.dim() != 1 or not 2 <= len(data) <= 300:
        raise ValueError(f"x of shape {tuple(data.shape)}: allowed are 2 to 300 numbers, (N,)")
    if family == "coin" and not bool(((data == 0) | (data == 1)).all()):
        raise ValueError("x: the flips of a coin are 1 for heads and 0 for tails")
    if family != "coin" and not (bool(data.isfinite().all()) and data.max() > data.min()):
        raise ValueError("x: allowed are finite numbers that are not all equal")

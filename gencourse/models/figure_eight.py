"""A nonlinear model with one latent, small enough that every integral over z is a sum over a grid: the second ruler.

    z ~ N(0, 1),   x | z ~ N(f(z), σ² I),   f(z) = (2 cos(πz/2), 1.2 sin(πz))

f runs along a figure eight. Where it crosses itself, at the origin, x may have come from z = 1 or from z = −1, and
the posterior has two modes; at the right-hand end it has one.
"""

import math

import torch
from torch import Tensor, nn

from gencourse.models.gaussian import LOG_2PI
from gencourse.models.variational import gaussian_log_density
from gencourse.support.checks import between

EXTENT = 8.0  # the prior's mass beyond ±8 is 1e-15
POINTS = 4001
SPACING = (
    2 * EXTENT / (POINTS - 1)
)  # 0.004: the trapezoid rule on a smooth integrand that is zero at both ends errs far below 1e-6


class FigureEight(nn.Module):
    """The model, with log p(x) and p(z | x) by a grid over z.

    Args:
        sigma: σ, from 0.05 (below it the grid is too coarse) to 10.

    Raises:
        ValueError: on another σ.
    """

    def __init__(self, sigma: float = 0.3):
        super().__init__()
        self.sigma = between("sigma", sigma, 0.05, 10)
        self.grid = torch.linspace(-EXTENT, EXTENT, POINTS, dtype=torch.float64)

    def decode(self, z: Tensor) -> Tensor:
        """z (..., 1) -> f(z), the mean of p(x | z), (..., 2)."""
        return torch.cat([2 * torch.cos(0.5 * math.pi * z), 1.2 * torch.sin(math.pi * z)], dim=-1)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) of x (B, 2) and z (..., B, 1): (..., B) nats."""
        distance = (x - self.decode(z)).square().sum(-1) / self.sigma**2
        return -0.5 * distance - LOG_2PI - 2 * math.log(self.sigma)

    def log_joint(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x, z) = log p(x | z) + log p(z): (..., B) nats."""
        return self.log_likelihood(x, z) - 0.5 * (z.square().sum(-1) + LOG_2PI)

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x), the integral of p(x, z) over the grid, in float64: (B,) nats."""
        return torch.logsumexp(self.log_joint(x.double(), self._column()), dim=0) + math.log(SPACING)

    def log_posterior(self, z: Tensor, x: Tensor) -> Tensor:
        """log p(z | x) = log p(x, z) − log p(x): (..., B) nats."""
        return self.log_joint(x, z) - self.log_prob(x)

    def posterior_on_grid(self, x: Tensor) -> Tensor:
        """p(z | x) at every point of `grid`: (POINTS, B), which sums to 1 / spacing."""
        return self.log_posterior(self._column(), x.double()).exp()

    def exact_elbo(self, x: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
        """E_q[log p(x, z) − log q(z)] over the grid, q = N(mean, exp(log_var)), mean and log_var (B, 1): (B,) nats."""
        log_q = gaussian_log_density(self._column(), mean.double(), log_var.double())  # (POINTS, B)
        values = self.log_joint(x.double(), self._column()) - log_q
        return (log_q.exp() * values).sum(0) * SPACING

    def gaps(self, x: Tensor, means: Tensor, spreads: Tensor) -> Tensor:
        """log p(x) − ELBO for one x (1, 2), of q = N(m, s²) for each m of means (M,) and s of spreads (S,): (S, M)."""
        log_p, column = self.log_prob(x), means[:, None]
        rows = [log_p - self.exact_elbo(x, column, 2 * spread.log().expand_as(column)) for spread in spreads]
        return torch.stack(rows)

    def best_gaussian(self, x: Tensor) -> tuple[float, float, float]:
        """Mean and spread of the Gaussian q with the least gap for one x (1, 2), and that gap in nats.

        It is sought among all q of a grid, and then on finer grids around the best: a climb may end on a lower top.
        """
        means, spreads = torch.linspace(-2.5, 2.5, 41).double(), torch.linspace(0.04, 1.24, 21).double()
        for _ in range(3):
            surface = self.gaps(x, means, spreads)
            row, column = divmod(int(surface.argmin()), len(means))
            mean, spread = float(means[column]), float(spreads[row])
            around_mean, around_spread = float(means[1] - means[0]), float(spreads[1] - spreads[0])
            means = torch.linspace(mean - around_mean, mean + around_mean, 11).double()
            spreads = torch.linspace(max(0.02, spread - around_spread), spread + around_spread, 11).double()
        return mean, spread, float(surface.min())

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws of x, (n, 2)."""
        mean = self.decode(torch.randn(n, 1, generator=generator))
        return mean + self.sigma * torch.randn(n, 2, generator=generator)

    def _column(self) -> Tensor:
        return self.grid[:, None, None]  # (POINTS, 1, 1): every point against every x

"""Two numbers, one after the other: p(x) = p(first) p(second | first), each a mixture of Gaussians.

The first has a mixture of its own; a network reads the first and says the mixture of the second, as a mixture density
network does. Any order is right, and they differ in what they must learn.

[1] Bishop, Mixture Density Networks, 1994.     eq. 22 and 23
[2] Uria, Murray and Larochelle, RNADE: The Real-valued Neural Autoregressive Density-Estimator, 2013.     eq. 7
"""

from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.gaussian import LOG_2PI
from gencourse.support.checks import at_least, of_shape

LEAST = -4.0  # of the logarithm of a standard deviation: no component becomes a spike on one point


def mixture_of_numbers(x: Tensor, params: Tensor) -> Tensor:
    """log Σ_k π_k N(x; μ_k, σ_k) of single numbers, in nats.

    Args:
        x: (B,). params: (B, 3K) or (3K,): logits, means, and logarithms of the standard deviations.
    """
    logits, means, log_scales = params.chunk(3, dim=-1)
    log_scales = log_scales.clamp(min=LEAST)
    u = (x[:, None] - means) * (-log_scales).exp()
    return torch.logsumexp(logits.log_softmax(-1) - 0.5 * (u**2 + LOG_2PI) - log_scales, dim=-1)


class Autoregressive(nn.Module):
    """p(x) of points in the plane, a coordinate at a time [2].

    Args:
        components: K, the Gaussians of each mixture.
        order: the coordinate that comes first, 0 or 1.
        hidden: the width of the network's two hidden layers.
    """

    def __init__(self, components: int = 8, *, order: int = 0, hidden: int = 64):
        super().__init__()
        components, hidden = at_least("components", components, 1), at_least("hidden", hidden, 1)
        self.order = at_least("order", order, 0, 1)
        self.config: dict[str, Any] = dict(components=components, order=self.order, hidden=hidden)
        self.network = nn.Sequential(
            nn.Linear(1, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, 3 * components)
        )
        means = torch.linspace(-2, 2, components) if components > 1 else torch.zeros(1)
        self.first = nn.Parameter(torch.cat([torch.zeros(components), means, torch.zeros(components)]))
        with torch.no_grad():  # components that begin apart need not be told apart first
            self.network[-1].bias[components : 2 * components] += means  # type: ignore[index, operator]

    def log_prob(self, x: Tensor) -> Tensor:
        """x (B, 2) -> (B,), the exact log-density in nats."""
        of_shape("x", x, (2,))
        first, second = x[:, self.order], x[:, 1 - self.order]
        return mixture_of_numbers(first, self.first) + mixture_of_numbers(second, self.network(first[:, None]))

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, 2): the first number, then the second given it."""
        first = _draw(self.first.expand(n, -1), generator)
        second = _draw(self.network(first[:, None]), generator)
        return torch.stack([first, second] if self.order == 0 else [second, first], dim=1)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """−log p(x), averaged over the batch; y is not used."""
        return {"loss": -self.log_prob(x).mean()}


def _draw(params: Tensor, generator: torch.Generator | None) -> Tensor:
    """params (n, 3K) -> n draws, one of each mixture."""
    logits, means, log_scales = params.chunk(3, dim=-1)
    which = torch.multinomial(logits.softmax(-1), 1, generator=generator)
    mean, log_scale = means.gather(1, which), log_scales.clamp(min=LEAST).gather(1, which)
    return (mean + log_scale.exp() * torch.randn(mean.shape, generator=generator)).squeeze(1)

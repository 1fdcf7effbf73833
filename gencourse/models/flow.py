"""A normalising flow of affine coupling layers for points in the plane: an exact density, and samples in one pass.

    x ── layer ── layer ── … ──> z ~ N(0, I)          log p(x) = log N(z; 0, I) + Σ log |det of a layer|

A layer stretches and moves one coordinate as a network of the other says; the two take turns. Its Jacobian is
triangular, so its determinant is the stretch, and it is undone without undoing the network.

[1] Dinh, Sohl-Dickstein and Bengio, Density Estimation using Real NVP, 2017.     eq. 4, 6 to 8
"""

from typing import Any

import torch
from torch import Tensor, nn

from gencourse.models.gaussian import LOG_2PI
from gencourse.support.checks import at_least, of_shape


class Flow(nn.Module):
    """A bijection between x (B, 2) and z ~ N(0, I), made of coupling layers [1].

    Args:
        layers: how many coupling layers; the coordinates take turns.
        hidden: the width of the two hidden layers of each layer's network.
    """

    def __init__(self, layers: int = 6, *, hidden: int = 64):
        super().__init__()
        layers, hidden = at_least("layers", layers, 1), at_least("hidden", hidden, 1)
        self.config: dict[str, Any] = dict(layers=layers, hidden=hidden)
        self.networks = nn.ModuleList(
            nn.Sequential(nn.Linear(1, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, 2))
            for _ in range(layers)
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, 2) -> z (B, 2), and log |det ∂z/∂x| (B,)."""
        of_shape("x", x, (2,))
        log_volume = torch.zeros(len(x), device=x.device)
        halves = list(x.split(1, dim=1))  # two of (B, 1)
        for k, network in enumerate(self.networks):
            a, b = k % 2, 1 - k % 2
            log_stretch, shift = _coupling(network(halves[a]))
            halves[b] = halves[b] * log_stretch.exp() + shift  # [1, eq. 7]
            log_volume = log_volume + log_stretch.squeeze(1)
        return torch.cat(halves, dim=1), log_volume

    def decode(self, z: Tensor) -> Tensor:
        """z (B, 2) -> x (B, 2): each layer undone, the last one first [1, eq. 8]."""
        of_shape("z", z, (2,))
        halves = list(z.split(1, dim=1))
        for k, network in reversed(list(enumerate(self.networks))):
            a, b = k % 2, 1 - k % 2
            log_stretch, shift = _coupling(network(halves[a]))
            halves[b] = (halves[b] - shift) * (-log_stretch).exp()
        return torch.cat(halves, dim=1)

    def log_prob(self, x: Tensor) -> Tensor:
        """x (B, 2) -> (B,), the exact log-density in nats: the change of variables."""
        z, log_volume = self.encode(x)
        return (-0.5 * (z**2 + LOG_2PI)).sum(1) + log_volume

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, 2)."""
        return self.decode(torch.randn(n, 2, generator=generator))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """−log p(x), averaged over the batch; y is not used."""
        return {"loss": -self.log_prob(x).mean()}


def _coupling(out: Tensor) -> tuple[Tensor, Tensor]:
    """A network's answer (B, 2) -> log-stretch, kept within ±2, and shift; each (B, 1)."""
    raw, shift = out.chunk(2, dim=1)
    return 2 * torch.tanh(raw / 2), shift

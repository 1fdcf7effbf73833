"""An energy-based model of points, learned by noise-contrastive estimation: tell data from noise of a known density.

    p(x) ∝ q(x) · exp(f(x)),     q = N(0, spread² I),     f a network

Whoever tells data from draws of q as well as can be has f(x) = log p(x) − log q(x): the logit of "this is data" is the
log-ratio of the two densities [1, theorem 2]. Nothing holds p's integral at one, so `unnormalised` is what it is; it
comes near to log p(x) as the classifier becomes good.

[1] Gutmann and Hyvärinen, Noise-Contrastive Estimation, 2010.     eq. 2 to 4
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.gaussian import diagonal_gaussian_log_prob
from gencourse.support.checks import at_least, of_shape, positive


class Energy(nn.Module):
    """q(x) times the exponential of a network, for x (B, D); q is a Gaussian [1].

    Args:
        dim: D, the length of x.
        spread: the standard deviation of q, which should reach as far as the data.
        hidden: the width of the network's two hidden layers.
    """

    def __init__(self, dim: int = 2, *, spread: float = 1.5, hidden: int = 64):
        super().__init__()
        dim, hidden, self.spread = at_least("dim", dim, 1), at_least("hidden", hidden, 1), positive("spread", spread)
        self.config: dict[str, Any] = dict(dim=dim, spread=self.spread, hidden=hidden)
        self.dim = dim
        self.network = nn.Sequential(
            nn.Linear(dim, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, 1)
        )

    def unnormalised(self, x: Tensor) -> Tensor:
        """x (B, D) -> (B,): log q(x) + f(x), which is log p(x) in nats but for one constant."""
        of_shape("x", x, (self.dim,))
        log_scale = torch.tensor(self.spread).log()
        f: Tensor = self.network(x).squeeze(1)
        return f + diagonal_gaussian_log_prob(x, torch.zeros(self.dim), log_scale)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """The classifier's loss, with as many draws of q as there are x [1, eq. 3]; y is not used."""
        noise = self.spread * torch.randn_like(x)
        return {"loss": F.softplus(-self.network(x)).mean() + F.softplus(self.network(noise)).mean()}

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None, proposals: int = 8192) -> Tensor:
        """n draws, (n, D), about from p: many draws of q, and of these n by their weights exp(f)."""
        x = self.spread * torch.randn(at_least("proposals", proposals, 1), self.dim, generator=generator)
        weights = self.network(x).squeeze(1).softmax(0)
        return x[torch.multinomial(weights, n, replacement=True, generator=generator)]

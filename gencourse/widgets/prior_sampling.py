"""Estimate log p(x) from samples of the prior, or of a good q, and watch how many it takes."""

from typing import Any

import torch
import traitlets

from gencourse.figures import COLOURS, TRUTH, end_labels, figure
from gencourse.support.checks import between
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

LATENTS = (1, 2, 5, 10, 20)
STREAMS = 20  # estimates made side by side
MOST = 10_000  # samples of each


class PriorSampling(Widget):
    """Twenty estimates of log p(x) side by side, as their samples grow from 1 to 10,000.

    The model has D latents and D numbers in x, x_d = z_d + σ ε_d with z and ε standard normal, so that log p(x) is
    known. Samples come from the prior or from a q a little wider than the posterior. D and the source are the
    reader's choice, and so is K, at which the estimates' spread and the share of the largest weight are read off.

    Args:
        sigma: σ, from 0.1 to 2.
        seed: of the observed x, drawn from the model, and of the samples.

    Attributes:
        latents: D, one of 1, 2, 5, 10, 20. source: "prior" or "q". log_k: log₁₀ of K, from 0 to 4.

    Raises:
        ValueError: on σ out of range.
    """

    _esm = bundle("prior_sampling")
    link = ("log_k", "latents", "source", "seed")

    sigma = traitlets.Float().tag(sync=True)
    x = traitlets.List(traitlets.Float()).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    latents = traitlets.Enum(LATENTS, default_value=2).tag(sync=True)
    source = traitlets.Enum(("prior", "q"), default_value="prior").tag(sync=True)
    log_k = traitlets.Float(2.0, min=0.0, max=4.0).tag(sync=True)

    def __init__(self, sigma: float = 0.5, seed: int = 0):
        sigma = between("sigma", sigma, 0.1, 2)
        generator = torch.Generator().manual_seed(seed)
        z, noise = torch.randn(2, max(LATENTS), generator=generator).unbind(0)
        super().__init__(sigma=sigma, x=(z + sigma * noise).tolist(), seed=seed)

    def log_prob(self) -> float:
        """log p(x) of the first `latents` numbers of x: N(0, 1 + σ²) each."""
        x = torch.tensor(self.x[: self.latents], dtype=torch.float64)
        return torch.distributions.Normal(0.0, (1 + self.sigma**2) ** 0.5).log_prob(x).sum().item()

    def estimates(self) -> torch.Tensor:
        """(MOST, STREAMS): each stream's estimate of log p(x) after 1, 2, … samples, in nats."""
        x, variance = torch.tensor(self.x[: self.latents]), 1 + self.sigma**2
        posterior = torch.distributions.Normal(x / variance, 1.3 * self.sigma / variance**0.5)
        prior = torch.distributions.Normal(torch.zeros_like(x), 1.0)
        drawn_from = prior if self.source == "prior" else posterior
        generator = torch.Generator().manual_seed(self.seed)
        noise = torch.randn(MOST, STREAMS, self.latents, generator=generator)
        z = drawn_from.mean + drawn_from.stddev * noise
        log_p = prior.log_prob(z) + torch.distributions.Normal(z, self.sigma).log_prob(x)
        weights = (log_p - drawn_from.log_prob(z)).sum(-1)
        return weights.logcumsumexp(0) - torch.arange(1, MOST + 1).log()[:, None]

    def label(self) -> str:
        name = "the prior" if self.source == "prior" else "a good q"
        return f"{STREAMS} estimates of log p(x) from samples of {name}, {self.latents} latents"

    def _figure(self) -> Any:
        fig, ax = figure(7.0, 2.9)
        shown = torch.logspace(0, 4, 120).long().unique().clamp(max=MOST)
        ax.plot(shown, self.estimates()[shown - 1], color=COLOURS[0], linewidth=0.9, alpha=0.6)
        ax.axhline(self.log_prob(), label="the truth", **TRUTH)
        ax.set(xscale="log", xlabel="samples K", ylabel="nats", ylim=(self.log_prob() - 15, self.log_prob() + 4))
        ax.set_title(self.label())
        end_labels(ax)
        return fig

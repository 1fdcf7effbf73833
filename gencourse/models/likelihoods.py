"""Decoder likelihoods p(x | z): how a decoder's output becomes a probability of an image.

A likelihood turns the decoder's raw output, `params`, into log-probabilities in nats, summed over every
dimension but the first, always in float32.

[1] Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix C (Bernoulli and Gaussian decoders).
[2] Rybkin, Daniilidis and Levine, Simple and Effective VAE Training with Calibrated Decoders, 2021 (a learned σ).
[3] Salimans et al., PixelCNN++, 2017, section 2.1 (the discretised logistic).
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.gaussian import LOG_2PI
from gencourse.support.checks import at_least, positive, unit_interval


def bernoulli_log_prob(x: Tensor, logits: Tensor) -> Tensor:
    """log p(x | logits) of independent Bernoulli pixels: Σ x·logit − softplus(logit).

    Args:
        x: (..., B, C, H, W), values in [0, 1]. A probability (0, 1) only for binary x.
        logits: the same shape, any real number.

    Returns:
        (..., B) log-probabilities in nats, summed over the last three dimensions.

    Raises:
        ValueError: on x outside [0, 1], for which this is no probability.
    """
    unit_interval("x", x)
    per_pixel = x * logits - F.softplus(logits)
    return per_pixel.sum(dim=(-3, -2, -1))


class Bernoulli(nn.Module):
    """Binary pixels with probability sigmoid(params) of being 1 [1, appendix C.1]."""

    name = "bernoulli"

    def log_prob(self, x: Tensor, params: Tensor) -> Tensor:
        """(..., B) nats; see `bernoulli_log_prob`."""
        return bernoulli_log_prob(x, params.float())

    def mean(self, params: Tensor) -> Tensor:
        return torch.sigmoid(params)

    def sample(self, params: Tensor, generator: torch.Generator | None = None) -> Tensor:
        return torch.bernoulli(self.mean(params), generator=generator)


class Gaussian(nn.Module):
    """Real pixels, N(params, σ²) with one σ for all pixels, given or learned [2].

    A density over real numbers: its log may be positive, and cannot be compared with a log-mass.

    Args:
        sigma: the standard deviation in units of x, or "learned" (one parameter, starting at 1).
    """

    name = "gaussian"

    def __init__(self, sigma: float | str = "learned"):
        super().__init__()
        match number_or_learned("sigma", sigma):
            case float(number):
                self.register_buffer("log_sigma", torch.tensor(math.log(number)))
            case _:
                self.log_sigma = nn.Parameter(torch.zeros(()))

    @property
    def sigma(self) -> Tensor:
        return self.log_sigma.exp()

    def log_prob(self, x: Tensor, params: Tensor) -> Tensor:
        """(..., B) log-density in nats."""
        standardised = (x - params.float()) / self.sigma
        return (-0.5 * (standardised**2 + LOG_2PI) - self.log_sigma).sum(dim=(-3, -2, -1))

    def mean(self, params: Tensor) -> Tensor:
        return params.clamp(0, 1)

    def sample(self, params: Tensor, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(params.shape, generator=generator, device=params.device)
        return params + self.sigma * noise


class DiscretisedLogistic(nn.Module):
    """Grey levels 0 … levels − 1, scaled to [0, 1]: the mass a logistic density puts on each level's bin [3].

    The outermost bins reach to ±∞, so the masses of the levels sum to one. One scale, learned, for all pixels.

    Args:
        levels: how many grey levels x can take, at least 2; 256 for 8-bit images.
    """

    name = "logistic"

    def __init__(self, levels: int = 256):
        super().__init__()
        self.levels = at_least("levels", levels, 2)
        self.log_scale = nn.Parameter(torch.tensor(-2.0))

    def log_prob(self, x: Tensor, params: Tensor) -> Tensor:
        """(..., B) log-mass in nats, of x in [0, 1]."""
        unit_interval("x", x)
        half_bin = 0.5 / (self.levels - 1)
        centred, scale = x - params.float(), self.log_scale.exp()
        upper, lower = (centred + half_bin) / scale, (centred - half_bin) / scale
        # log(sigmoid(u) − sigmoid(l)) without cancellation: both factors are stable for any u > l.
        inner = F.logsigmoid(upper) + F.logsigmoid(-lower) + torch.log(-torch.expm1(lower - upper))
        first, last = x < half_bin, x > 1 - half_bin
        per_pixel = torch.where(first, F.logsigmoid(upper), torch.where(last, F.logsigmoid(-lower), inner))
        return per_pixel.sum(dim=(-3, -2, -1))

    def mean(self, params: Tensor) -> Tensor:
        return params.clamp(0, 1)

    def sample(self, params: Tensor, generator: torch.Generator | None = None) -> Tensor:
        u = torch.rand(params.shape, generator=generator, device=params.device).clamp(1e-6, 1 - 1e-6)
        x = params + self.log_scale.exp() * torch.logit(u)
        return (x.clamp(0, 1) * (self.levels - 1)).round() / (self.levels - 1)


def number_or_learned(name: str, value: Any) -> float | str:
    """`value`, if it is a finite number above 0 or the word "learned".

    Raises:
        ValueError: if not, naming the argument.
    """
    if isinstance(value, str) and value == "learned":
        return value
    try:
        return positive(name, value)
    except ValueError as error:
        raise ValueError(f"{error}, or 'learned'") from None


def make_likelihood(name: str, *, sigma: float | str = "learned", levels: int = 256) -> Any:
    """The likelihood called `name`: "bernoulli", "gaussian" (with `sigma`) or "logistic" (with `levels`).

    Raises:
        ValueError: on another name, or a bad `sigma` or `levels`.
    """
    if name == "bernoulli":
        return Bernoulli()
    if name == "gaussian":
        return Gaussian(sigma)
    if name == "logistic":
        return DiscretisedLogistic(levels)
    raise ValueError(f"likelihood={name!r}: allowed are 'bernoulli', 'gaussian' and 'logistic'")

"""Maximum likelihood in the small: the sums, closed forms and gradients that a training loop does without saying so.

The data are fixed and the density moves: θ* = argmax Σ_i log p(x_i; θ). Everything is in nats.

[1] Bishop, Pattern Recognition and Machine Learning, 2006.     Gaussian 2.3.4, EM 9.2.2, squared error 1.2.5
[2] Cover and Thomas, Elements of Information Theory, 2006.     KL divergence, section 2.3
"""

import math
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.class_conditional import bayes_posterior
from gencourse.models.density import Density, log_normalise
from gencourse.models.gaussian import LOG_2PI, diagonal_gaussian_log_prob
from gencourse.support.checks import between, unit_interval


def coin_log_likelihood(flips: Tensor, p: Tensor) -> Tensor:
    """Σ log p(flip) of independent flips, for one or many coins, in nats.

    Args:
        flips: (N,), 1 for heads and 0 for tails.
        p: (K,), the probability of heads of each of K coins, strictly between 0 and 1.

    Returns:
        (K,), how well each coin explains all flips together.
    """
    heads = flips.sum()
    tails = len(flips) - heads
    return heads * p.log() + tails * torch.log1p(-p)


def gaussian_mle(x: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the variance of the Gaussian under which x (N,) is most likely [1, eq. 2.121 and 2.122].

    The variance divides by N: it is the maximum of the likelihood, and too small by (N − 1)/N on average.
    """
    mean = x.mean()
    return mean, ((x - mean) ** 2).mean()


def gaussian_score(x: Tensor, mean: Tensor, log_scale: Tensor) -> tuple[Tensor, Tensor]:
    """The slope of Σ log N(x_i; mean, exp(log_scale)²), with respect to mean and to log_scale.

    Args:
        x: (N,). mean, log_scale: (K,), K Gaussians; log_scale is the logarithm of the standard deviation.

    Returns:
        Two slopes, each (K,), in nats for a unit of mean and for a unit of log_scale. At the maximum both are 0.
    """
    standardised = (x[:, None] - mean) / log_scale.exp()  # (N, K)
    return (standardised / log_scale.exp()).sum(0), (standardised**2 - 1).sum(0)


def categorical_kl(p: Tensor, q: Tensor) -> Tensor:
    """KL(p ‖ q) = Σ_k p_k log(p_k / q_k) of categoricals, in nats [2, eq. 2.26].

    Where p_k is 0 the term is 0, whatever q_k is; where only q_k is 0, the divergence is infinite.

    Args:
        p, q: (B, K), each row not negative and summing to one.

    Returns:
        (B,).
    """
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1)


def em_step(x: Tensor, weights: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One step of EM for a mixture of K Gaussians on a line [1, eq. 9.23 to 9.26].

    Args:
        x: (N,). weights, mean, variance: (K,) of the mixture before the step.

    Returns:
        weights, mean and variance after it, (K,) each.
    """
    log_components = diagonal_gaussian_log_prob(x[:, None, None], mean[:, None], 0.5 * variance.log()[:, None])
    share = bayes_posterior(log_components, weights.log()).exp()  # (N, K), which component each x came from
    total = share.sum(0)  # (K,), how many points each component has
    new_mean = (share * x[:, None]).sum(0) / total
    new_variance = (share * (x[:, None] - new_mean) ** 2).sum(0) / total
    return total / len(x), new_mean, new_variance


def categorical_nll(logits: Tensor, y: Tensor) -> Tensor:
    """−log p(y) under a categorical with these logits, averaged over the batch: the cross-entropy loss, in nats.

    Args:
        logits: (B, K), any real numbers. y: (B,), whole numbers from 0 to K − 1.
    """
    log_prob = log_normalise(logits)  # (B, K)
    return -log_prob[torch.arange(len(y)), y].mean()


def gaussian_nll(squared_error: Tensor, sigma: float, n_dims: int) -> Tensor:
    """−log N(y; prediction, σ² I) in nats, from the squared error of the prediction [1, eq. 1.62].

    Args:
        squared_error: (B,), ‖y − prediction‖², summed over the n_dims numbers of one y.
        sigma: σ, the standard deviation of each number.

    Returns:
        (B,). The squared error enters by a factor; the rest does not depend on the prediction.
    """
    return squared_error / (2 * sigma**2) + n_dims * (math.log(sigma) + 0.5 * LOG_2PI)


class BernoulliPixels(Density):
    """Independent black-and-white pixels, each with a probability of ink of its own.

    Args:
        shape: of one x, whose values are 0 or 1.
        floor: the least probability that `fit_` gives to either colour. 0 is plain maximum likelihood, under which
            a pixel that was never ink can never be: one such pixel makes an image impossible.
    """

    def __init__(self, shape: int | tuple[int, ...], *, floor: float = 0.01):
        super().__init__(shape)
        self.floor = between("floor", floor, 0, 0.5)
        if self.floor == 0.5:
            raise ValueError("floor=0.5: allowed is less than one half, or every pixel would be a fair coin")
        self.logits = nn.Parameter(torch.zeros(math.prod(self.shape)))

    @property
    def ink(self) -> Tensor:
        """The probability of ink of each pixel, in x's shape."""
        return self.logits.sigmoid().view(self.shape)

    def log_prob(self, x: Tensor) -> Tensor:
        unit_interval("x", x)
        # By cases and not by x·log p + (1 − x)·log(1 − p): 0 · log 0 would be NaN.
        per_pixel = torch.where(self.flat(x) > 0.5, F.logsigmoid(self.logits), F.logsigmoid(-self.logits))
        return per_pixel.sum(1)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        return torch.bernoulli(self.ink.expand(n, *self.shape), generator=generator)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """The share of x in which each pixel is ink, kept between floor and 1 − floor."""
        flat = self.flat(x).double()
        share = torch.ones(len(flat), dtype=torch.float64) if weights is None else weights.double()
        ink = (share @ flat) / share.sum()
        self.logits.copy_(torch.logit(ink.clamp(self.floor, 1 - self.floor)))
        return self

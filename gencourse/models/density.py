"""Densities small enough to look into: each can be evaluated, sampled, fitted in closed form, and trained by gradient.

Every class has `log_prob(x) -> (B,)` in nats, exact and normalised; `sample(n)`; `fit_(x)`, which sets the parameters
to those of maximum likelihood (in place, hence the underscore) and returns the model; and `loss(x)` for gradients.
Parameters are unconstrained (logits, logarithms of scales), so that a gradient step can never leave the densities.

[1] Bishop, Pattern Recognition and Machine Learning, 2006.     mixtures and EM, section 9.2; kernels, section 2.5.1
[2] Dempster, Laird and Rubin, Maximum Likelihood from Incomplete Data via the EM Algorithm, 1977.
"""

import math
from collections.abc import Sequence
from typing import Any, Self

import torch
from torch import Tensor, nn

from gencourse.support.checks import at_least, between, indices, of_shape, positive, widths

LOG_2PI = math.log(2 * math.pi)


def log_normalise(scores: Tensor, dim: int = -1) -> Tensor:
    """Any scores -> log-probabilities that sum to one along `dim`: each score less the logarithm of their total mass.

    The largest score is taken out first, so that no exponential overflows.
    """
    shifted = scores - scores.amax(dim, keepdim=True)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()


def diagonal_gaussian_log_prob(x: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """log N(x; mean, diag exp(log_scale)²) in nats, summed over the last dimension.

    Args:
        x: (..., D). mean, log_scale: (D,), or anything that broadcasts; log_scale is the logarithm of the
            standard deviation.
    """
    standardised = (x - mean) * torch.exp(-log_scale)
    return (-0.5 * (standardised**2 + LOG_2PI) - log_scale).sum(dim=-1)


def mixture_log_prob(log_weights: Tensor, log_components: Tensor) -> Tensor:
    """log Σ_k π_k p_k(x) without leaving the logarithms [1, eq. 9.7].

    Args:
        log_weights: (K,), log π_k. log_components: (B, K), log p_k(x).

    Returns:
        (B,) in nats.
    """
    return torch.logsumexp(log_weights + log_components, dim=-1)


def bayes_posterior(log_likelihood: Tensor, log_prior: Tensor) -> Tensor:
    """log p(y | x) = log p(x | y) + log p(y) − log p(x), where p(x) is the sum over y.

    Args:
        log_likelihood: (B, K), log p(x | y). log_prior: (K,), log p(y).
    """
    return log_normalise(log_likelihood + log_prior)


class Density(nn.Module):
    """What all densities share: the shape of one x, and the training loss."""

    def __init__(self, shape: int | tuple[int, ...]):
        super().__init__()
        self.shape = widths("shape", shape if isinstance(shape, Sequence) else (shape,))

    def log_prob(self, x: Tensor) -> Tensor:
        """x (B, *shape) -> (B,), the exact log-density (or log-mass) in nats."""
        raise NotImplementedError

    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, *shape)."""
        raise NotImplementedError

    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Set the parameters to those of maximum likelihood for x (N, *shape), each x counted `weights` (N,) times."""
        raise NotImplementedError

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x), averaged over the batch; y is not used."""
        return {"loss": -self.log_prob(x).mean()}

    def _flat(self, x: Tensor) -> Tensor:
        of_shape("x", x, self.shape)
        return x.flatten(1)  # (B, D)


class Categorical(Density):
    """A bar for each of the whole numbers 0 … n − 1; the bars share a mass of one.

    Args:
        n: the number of values x can take; x is a LongTensor (B,).
    """

    def __init__(self, n: int):
        super().__init__(at_least("n", n, 1))
        self.n, self.shape = self.shape[0], ()
        self.logits = nn.Parameter(torch.zeros(self.n))

    def log_prob(self, x: Tensor) -> Tensor:
        indices("x", x, self.n)
        return log_normalise(self.logits)[x]

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        return torch.multinomial(self.logits.softmax(0), n, replacement=True, generator=generator)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None, *, pseudo_count: float = 0.0) -> Self:
        """The shares of the values in x, each value counted `pseudo_count` times more than it occurs."""
        indices("x", x, self.n)
        counts = torch.bincount(x, weights, minlength=self.n).double() + pseudo_count
        self.logits.copy_(torch.log(counts / counts.sum()))
        return self


class Histogram(Density):
    """Bars over an interval of the real line: a mass for each bin, spread evenly over the bin's width.

    Outside [low, high] the density is zero, and its logarithm −∞.
    """

    def __init__(self, low: float, high: float, bins: int):
        super().__init__(at_least("bins", bins, 1))
        low, high = between("low", low, -math.inf, math.inf), between("high", high, -math.inf, math.inf)
        if not low < high:
            raise ValueError(f"low={low!r}, high={high!r}: allowed is low < high")
        self.bins, self.shape, self.low, self.high = self.shape[0], (1,), low, high
        self.bars = Categorical(self.bins)

    def log_prob(self, x: Tensor) -> Tensor:
        position = (self._flat(x)[:, 0] - self.low) / (self.high - self.low)  # (B,), 0 … 1 inside
        mass = self.bars.log_prob(self._bin(position))
        density = mass - math.log((self.high - self.low) / self.bins)
        return density.masked_fill((position < 0) | (position > 1), -math.inf)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        within = torch.rand(n, generator=generator)
        position = (self.bars.sample(n, generator=generator) + within) / self.bins
        return (self.low + (self.high - self.low) * position)[:, None]

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None, *, pseudo_count: float = 0.0) -> Self:
        """The share of x in each bin; those outside [low, high] go to the outermost bins."""
        position = (self._flat(x)[:, 0] - self.low) / (self.high - self.low)
        self.bars.fit_(self._bin(position), weights, pseudo_count=pseudo_count)
        return self

    def _bin(self, position: Tensor) -> Tensor:
        return (position * self.bins).long().clamp(0, self.bins - 1)


class DiagonalGaussian(Density):
    """N(mean, diag exp(log_scale)²).

    Args:
        shape: of one x; a number D for vectors.
        floor: the least standard deviation that `fit_` gives, so that a pixel that never changes keeps a density.
    """

    def __init__(self, shape: int | tuple[int, ...], *, floor: float = 1e-3):
        super().__init__(shape)
        self.floor = positive("floor", floor)
        self.mean = nn.Parameter(torch.zeros(math.prod(self.shape)))
        self.log_scale = nn.Parameter(torch.zeros(math.prod(self.shape)))

    def log_prob(self, x: Tensor) -> Tensor:
        return diagonal_gaussian_log_prob(self._flat(x), self.mean, self.log_scale)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(n, len(self.mean), generator=generator)
        return (self.mean + self.log_scale.exp() * noise).view(n, *self.shape)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        mean, centred, share = _moments(self._flat(x), weights)
        variance = (share[:, None] * centred**2).sum(0)
        self.mean.copy_(mean)
        self.log_scale.copy_(0.5 * variance.clamp(min=self.floor**2).log())
        return self


class FullGaussian(Density):
    """N(mean, L Lᵀ) with any covariance: L is lower triangular, with the exponential of `raw`'s diagonal on its own.

    Args:
        shape: of one x; a number D for vectors.
        floor: the least standard deviation, in any direction, that `fit_` gives.
    """

    def __init__(self, shape: int | tuple[int, ...], *, floor: float = 1e-3):
        super().__init__(shape)
        self.floor = positive("floor", floor)
        d = math.prod(self.shape)
        self.mean, self.raw = nn.Parameter(torch.zeros(d)), nn.Parameter(torch.zeros(d, d))

    @property
    def cholesky(self) -> Tensor:
        """L, (D, D)."""
        return self.raw.tril(-1) + torch.diag_embed(self.raw.diagonal().exp())

    @property
    def covariance(self) -> Tensor:
        return self.cholesky @ self.cholesky.T

    def log_prob(self, x: Tensor) -> Tensor:
        centred = self._flat(x) - self.mean  # (B, D)
        standardised = torch.linalg.solve_triangular(self.cholesky, centred.T, upper=False)  # L⁻¹(x − mean), (D, B)
        log_volume = self.raw.diagonal().sum()  # log det L
        return -0.5 * (standardised**2 + LOG_2PI).sum(0) - log_volume

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        noise = torch.randn(n, len(self.mean), generator=generator)
        return (self.mean + noise @ self.cholesky.T).view(n, *self.shape)

    @torch.no_grad()
    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Mean and covariance of x; eigenvalues below floor² are raised to it, which is the constrained maximum."""
        mean, centred, share = _moments(self._flat(x), weights)
        values, vectors = torch.linalg.eigh((share[:, None] * centred).T @ centred)
        covariance = vectors * values.clamp(min=self.floor**2) @ vectors.T
        lower = torch.linalg.cholesky(covariance)
        self.mean.copy_(mean)
        self.raw.copy_(lower.tril(-1) + torch.diag_embed(lower.diagonal().log()))
        return self


class Mixture(Density):
    """Σ_k π_k p_k(x): several densities of one shape, each with its weight [1, section 9.2].

        Mixture([FullGaussian(2) for _ in range(3)])

    A fresh mixture of equals stays one of equals: `init_` tells its components apart before `em_step` or gradients.
    """

    def __init__(self, components: Sequence[Density]):
        if not components or any(c.shape != components[0].shape for c in components):
            raise ValueError(
                f"components of shapes {[c.shape for c in components]}: allowed is one or more of one shape"
            )
        super().__init__(1)
        self.shape = components[0].shape
        self.components: Sequence[Density] = nn.ModuleList(components)  # type: ignore[assignment]
        self.logits = nn.Parameter(torch.zeros(len(components)))

    @property
    def weights(self) -> Tensor:
        """π, (K,)."""
        return self.logits.softmax(0)

    def log_joint(self, x: Tensor) -> Tensor:
        """log π_k + log p_k(x), (B, K)."""
        return log_normalise(self.logits) + self._log_components(x)

    def log_prob(self, x: Tensor) -> Tensor:
        return mixture_log_prob(log_normalise(self.logits), self._log_components(x))

    def responsibilities(self, x: Tensor) -> Tensor:
        """p(k | x), (B, K): which component x came from [1, eq. 9.13]."""
        return self.log_joint(x).softmax(-1)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        which = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        draws = torch.stack([c.sample(n, generator=generator) for c in self.components])  # (K, n, *shape)
        return draws[which, torch.arange(n)]

    @torch.no_grad()
    def init_(self, x: Tensor, *, generator: torch.Generator | None = None) -> Self:
        """K data points chosen at random, far ones more often; each component is fitted to the x nearest to its point.

        The choice is that of k-means++: the next point with probability in proportion to its squared distance.
        """
        flat = x.flatten(1).double()
        chosen = [int(torch.randint(len(x), (1,), generator=generator))]
        distance = torch.full((len(x),), math.inf, dtype=torch.float64)
        for _ in self.components[1:]:
            distance = torch.minimum(distance, ((flat - flat[chosen[-1]]) ** 2).sum(1))
            chosen.append(int(torch.multinomial(distance, 1, generator=generator)))
        nearest = torch.cdist(flat, flat[chosen]).argmin(1)
        self._maximise(x, nn.functional.one_hot(nearest, len(chosen)).double())
        return self

    @torch.no_grad()
    def em_step(self, x: Tensor, weights: Tensor | None = None) -> float:
        """One step of EM [2]: responsibilities, then each component refitted to its share of the data.

        Returns:
            The mean log-likelihood in nats *before* the step; it never falls from one step to the next.
        """
        log_joint = self.log_joint(x)
        share = torch.full((len(x),), 1 / len(x)) if weights is None else weights / weights.sum()
        before = float((share * torch.logsumexp(log_joint, -1)).sum())
        self._maximise(x, log_joint.softmax(-1).double() * share[:, None])
        return before

    def fit_(
        self, x: Tensor, weights: Tensor | None = None, *, steps: int = 50, generator: torch.Generator | None = None
    ) -> Self:
        """`init_`, then `steps` steps of EM: a local maximum, and another one for another generator."""
        self.init_(x, generator=generator)
        for _ in range(steps):
            self.em_step(x, weights)
        return self

    def _log_components(self, x: Tensor) -> Tensor:
        return torch.stack([c.log_prob(x) for c in self.components], dim=-1)  # (B, K)

    def _maximise(self, x: Tensor, responsibilities: Tensor) -> None:
        """The M step: weights and components of maximum likelihood for responsibilities (N, K)."""
        total = responsibilities.sum(0)
        self.logits.copy_(torch.log(total / total.sum()))
        for component, share in zip(self.components, responsibilities.T, strict=True):
            if share.sum() > 0:  # a component that nothing belongs to stays where it is, with no weight
                component.fit_(x, share)


class KernelDensity(Density):
    """A Gaussian of one width on every data point: (1/N) Σ_i N(x; x_i, bandwidth² I) [1, eq. 2.250].

    Args:
        shape: of one x; a number D for vectors.
        bandwidth: the standard deviation, in units of x.
    """

    def __init__(self, shape: int | tuple[int, ...], bandwidth: float):
        super().__init__(shape)
        self.bandwidth = positive("bandwidth", bandwidth)
        self.register_buffer("centres", torch.zeros(1, math.prod(self.shape)))

    def log_kernels(self, x: Tensor) -> Tensor:
        """log N(x; x_i, bandwidth² I) for each data point x_i, (B, N)."""
        return self._between(self._flat(x), self.centres)

    def log_prob(self, x: Tensor) -> Tensor:
        return torch.logsumexp(self.log_kernels(x), dim=1) - math.log(len(self.centres))

    def responsibilities(self, x: Tensor) -> Tensor:
        """p(i | x), (B, N): which data point x came from; near ones more, in proportion to their kernels at x."""
        return self.log_kernels(x).softmax(1)

    def leave_one_out(self) -> Tensor:
        """log p(x_i) of each data point under the kernels on the *others*, (N,): what to choose a bandwidth by."""
        kernels = self._between(self.centres, self.centres).fill_diagonal_(-math.inf)
        return torch.logsumexp(kernels, dim=1) - math.log(len(self.centres) - 1)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        which = torch.randint(len(self.centres), (n,), generator=generator)
        noise = torch.randn(n, self.centres.shape[1], generator=generator)
        return (self.centres[which] + self.bandwidth * noise).view(n, *self.shape)

    def fit_(self, x: Tensor, weights: Tensor | None = None) -> Self:
        """Remember x; the bandwidth stays."""
        if weights is not None:
            raise ValueError("weights: a kernel density counts each point once; leave them out")
        self.centres = self._flat(x).detach().clone()
        return self

    def _between(self, flat: Tensor, centres: Tensor) -> Tensor:
        exactly = "donot_use_mm_for_euclid_dist"  # the quicker way loses the digits of small distances
        squared = torch.cdist(flat, centres, compute_mode=exactly) ** 2 / self.bandwidth**2
        return -0.5 * squared - flat.shape[1] * (0.5 * LOG_2PI + math.log(self.bandwidth))


class ClassConditional(Density):
    """p(x | y): a density for each label, and p(y); hence p(x) and, by Bayes' rule, a classifier.

    Args:
        models: one density a label, all of one shape.
        log_prior: (K,), log p(y) up to a constant; uniform if left out.
    """

    def __init__(self, models: Sequence[Density], log_prior: Tensor | None = None):
        if not models or any(m.shape != models[0].shape for m in models):
            raise ValueError(f"models of shapes {[m.shape for m in models]}: allowed is one or more of one shape")
        log_prior = torch.zeros(len(models)) if log_prior is None else log_prior
        if log_prior.shape != (len(models),):
            raise ValueError(f"log_prior {tuple(log_prior.shape)}: allowed is ({len(models)},), one for each model")
        super().__init__(1)
        self.shape = models[0].shape
        self.models: Sequence[Density] = nn.ModuleList(models)  # type: ignore[assignment]
        self.logits = nn.Parameter(log_prior.clone().float())

    @property
    def log_prior(self) -> Tensor:
        """log p(y), (K,)."""
        return log_normalise(self.logits)

    def log_likelihood(self, x: Tensor) -> Tensor:
        """log p(x | y) for every label, (B, K)."""
        return torch.stack([m.log_prob(x) for m in self.models], dim=-1)

    def log_joint(self, x: Tensor) -> Tensor:
        """log p(x, y) = log p(x | y) + log p(y), (B, K)."""
        return self.log_likelihood(x) + self.log_prior

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """log p(x | y), or log p(x) where no y is given: (B,) nats."""
        if y is None:
            return torch.logsumexp(self.log_joint(x), dim=-1)
        indices("y", y, len(self.models))
        return self.log_likelihood(x).gather(1, y[:, None])[:, 0]

    def posterior(self, x: Tensor) -> Tensor:
        """p(y | x) by Bayes' rule, (B, K)."""
        return bayes_posterior(self.log_likelihood(x), self.log_prior).exp()

    @torch.no_grad()
    def sample(self, n: int, y: int | None = None, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws from p(x | y), or from p(x) where no label y is given; (n, *shape)."""
        if y is not None:
            y = at_least("y", y, 0, at_most=len(self.models) - 1)
            return self.models[y].sample(n, generator=generator)
        labels = torch.multinomial(self.log_prior.exp(), n, replacement=True, generator=generator)
        return torch.cat([self.models[k].sample(1, generator=generator) for k in labels.tolist()])

    def fit_(self, x: Tensor, y: Tensor, **options: Any) -> Self:  # type: ignore[override]
        """Each label's density fitted to its own x, and p(y) to the labels' shares; options go to the densities."""
        indices("y", y, len(self.models))
        with torch.no_grad():
            self.logits.copy_(torch.log(torch.bincount(y, minlength=len(self.models)).double() / len(y)))
        for label, model in enumerate(self.models):
            model.fit_(x[y == label], **options)
        return self

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x, y) where labels are given, otherwise −log p(x); averaged over the batch."""
        if y is None:
            return {"loss": -self.log_prob(x).mean()}
        indices("y", y, len(self.models))
        return {"loss": -self.log_joint(x).gather(1, y[:, None]).mean()}


def _moments(flat: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,) of x (N, D), x less its mean, and each x's share (N,) of the weight, in double precision."""
    flat = flat.double()
    share = torch.full((len(flat),), 1 / len(flat), dtype=torch.float64) if weights is None else weights.double()
    share = share / share.sum()
    mean = share @ flat
    return mean, flat - mean, share

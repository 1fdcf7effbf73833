"""Lesson 05, second part: one step of EM."""

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import maximum_likelihood as key

# ---------------------------------------------------------------------------------------------------- em_step


def _points_and_mixture(generator: torch.Generator, N: int, K: int) -> dict[str, Tensor]:
    return {
        "x": 2 * torch.randn(N, generator=generator),
        "weights": (0.5 + torch.rand(K, generator=generator)).softmax(0),
        "mean": 2 * torch.randn(K, generator=generator),
        "variance": 0.5 + 2 * torch.rand(K, generator=generator),
    }


def _shares(x: Tensor, w: Tensor, m: Tensor, v: Tensor) -> Tensor:
    log_components = -0.5 * ((x[:, None] - m) ** 2 / v + v.log())
    return (w.log() + log_components).softmax(-1)  # (N, K)


def _m_step(x: Tensor, r: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    total = r.sum(0)
    mean = (r * x[:, None]).sum(0) / total
    return total / len(x), mean, (r * (x[:, None] - mean) ** 2).sum(0) / total


def _hard(x: Tensor, w: Tensor, m: Tensor, v: Tensor) -> Tensor:
    r = _shares(x, w, m, v)
    return torch.nn.functional.one_hot(r.argmax(-1), len(w)).to(r)


def _em_parts(*a: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return (_shares(*a), *_m_step(a[0], _shares(*a)))


def _old_mean(x: Tensor, w: Tensor, m: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    r, weights, mean, _ = _em_parts(x, w, m, v)
    return weights, mean, (r * (x[:, None] - m) ** 2).sum(0) / r.sum(0)


def _over_n(*a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    r, weights, mean, variance = _em_parts(*a)
    return weights, (r * a[0][:, None]).mean(0), (r * (a[0][:, None] - mean) ** 2).mean(0)


em_step = Exercise(
    reference=key.em_step,
    title="one step of EM",
    difficulty=3,
    minutes=15,
    question="Write `em_step(x, weights, mean, variance)`: one step of EM for a mixture of K Gaussians on a line. `x` "
    "is (N,); `weights`, which sum to 1, `mean` and `variance` are (K,). First find each point's "
    "responsibilities under them; then refit each component by maximum likelihood, each point counting as "
    "often as the component is responsible for it. Return the new (weights, mean, variance), (K,) each; K may"
    " be 1.",
    make_inputs=_points_and_mixture,
    example=dict(
        x=torch.tensor([0.0, 4, 8]),
        weights=torch.tensor([0.75, 0.25]),
        mean=torch.tensor([0.0, 8]),
        variance=torch.tensor([1.0, 1]),
    ),
    sizes=(dict(N=4, K=2), dict(N=3, K=1), dict(N=6, K=3), dict(N=3, K=3), dict(N=12, K=2)),
    clauses={
        "K may be 1": lambda x, weights, mean, variance: len(weights) == 1,
    },
    hints=(
        "E: the responsibility of component k for a point is π_k N(x; μ_k, σ_k²), divided by the sum of these over k. "
        "M: count each point as often as the component is responsible for it, and take the weighted mean and variance.",
        "r = (weights.log() + log_density).softmax(-1), shape (N, K); total = r.sum(0); weights = total/N; mean = "
        "(r · x[:, None]).sum(0)/total; variance = (r · (x[:, None] − new mean)²).sum(0)/total.",
    ),
    mistakes=(
        Mistake(
            lambda x, w, m, v: _m_step(x, _shares(x, torch.ones_like(w), m, v)),
            "Your responsibilities leave out the weights: a rare component should claim less. Add log π_k.",
        ),
        Mistake(
            lambda x, w, m, v: _m_step(x, _shares(x, w * v.sqrt(), m, v)),
            "Your components' densities lack 1/σ_k, and wide ones claim too much. Constants cancel between "
            "components, but σ_k is not the same for all.",
        ),
        Mistake(
            lambda x, w, m, v: _m_step(x, _hard(x, w, m, v)),
            "You gave each point wholly to its most probable component, as k-means does. EM divides a point among "
            "the components in proportion to their responsibilities.",
        ),
        Mistake(_old_mean, "Your variance is taken about the *old* mean. Take it about the new one."),
        Mistake(
            _over_n,
            "You divided mean and variance by N. Divide by what the component has: the sum of its responsibilities.",
        ),
        Mistake(
            lambda *a: (_em_parts(*a)[0].sum(0), *_em_parts(*a)[2:]),
            "Your weights are the numbers of points. Divide by N, so that they sum to 1.",
        ),
        Mistake(
            lambda *a: (*_em_parts(*a)[1:3], _em_parts(*a)[3].sqrt()),
            "You return the standard deviations; asked for are the variances.",
        ),
        Mistake(
            lambda x, w, m, v: _m_step(x, _shares(x, w, m, v**2)),
            "You used the variance as if it were a standard deviation, and squared it in the density.",
        ),
    ),
)

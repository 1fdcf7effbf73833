"""How good samples are: as answers, where several are right, and as a set, beside real images in some features.

No number of a set of samples says all. The Fréchet distance mixes quality and diversity; precision is the share of
samples that look real, recall the share of the real that the samples reach; a classifier that is asked to tell the two
sets apart finds whatever its features can express. All of them depend on the features and on how many samples there
are: numbers are compared at the same features and the same counts alone.

[1] Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, GANs Trained by a Two Time-Scale Update Rule, 2017.   eq. 6
[2] Kynkäänniemi, Karras, Laine, Lehtinen and Aila, Improved Precision and Recall Metric, 2019.               eqs. 1, 2
[3] Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, 2017.                                       section 3
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gencourse.support.checks import at_least


def best_of_k(samples: Tensor, truth: Tensor) -> Tensor:
    """The mean squared error of the best of k samples, each judged as a whole.

    Args:
        samples: (B, K, D), K answers to each of B questions. truth: (B, D).

    Returns:
        (B,), the error of the answer that is nearest to the truth.
    """
    errors = ((samples - truth[:, None]) ** 2).mean(-1)  # (B, K)
    return errors.min(1).values


def frechet_distance(samples: Tensor, real: Tensor) -> float:
    """The squared Fréchet distance of two Gaussians fitted to features: 0 for equal means and covariances [1, eq. 6].

    It falls with the number of samples, even where both sets are drawn from one distribution.

    Args:
        samples: features (N, F), N ≥ 2. real: (M, F), M ≥ 2.

    Raises:
        ValueError: on features of different lengths, too few of them, or some that are no finite numbers.
    """
    _check(samples, real, least=2)
    a, b = samples.double(), real.double()
    covariance_a, covariance_b = (torch.atleast_2d(torch.cov(x.T)) for x in (a, b))
    values, vectors = torch.linalg.eigh(covariance_a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T  # of covariance_a, symmetric
    cross = torch.linalg.eigvalsh(root @ covariance_b @ root).clamp(min=0).sqrt().sum()
    traces = covariance_a.trace() + covariance_b.trace()
    return float((a.mean(0) - b.mean(0)).square().sum() + traces - 2 * cross)


def precision_recall(samples: Tensor, real: Tensor, k: int = 3) -> tuple[float, float]:
    """Which share of the samples lies among the real, and which share of the real among the samples [2, eqs. 1 and 2].

    A point lies among a set when it is within the ball around one of the set's points that reaches just to that
    point's k-th nearest neighbour in the set.

    Args:
        samples: features (N, F), N > k. real: (M, F), M > k.

    Raises:
        ValueError: on a k below 1, features of different lengths, too few, or some that are no finite numbers.
    """
    _check(samples, real, least=at_least("k", k, 1) + 1)
    distance = torch.cdist(samples.double(), real.double())  # (N, M)
    within_real = (distance <= _reach(real, k)).any(1)
    within_samples = (distance <= _reach(samples, k)[:, None]).any(0)
    return float(within_real.double().mean()), float(within_samples.double().mean())


@dataclass(frozen=True)
class TwoSample:
    """How often a classifier told held-out samples from held-out real images: 0.5 is by chance.

    standard_error: of the accuracy, were it by chance.
    """

    accuracy: float
    standard_error: float

    def __str__(self) -> str:
        return f"told apart in {self.accuracy:.1%} (by chance 50 % ± {100 * self.standard_error:.1f})"


def two_sample(samples: Tensor, real: Tensor, seed: int = 0) -> TwoSample:
    """The classifier two-sample test: logistic regression learns on one half of both sets, and is asked the other [3].

    Args:
        samples: features (N, F). real: (M, F); of the larger set only as many are used as the smaller has.
        seed: of the split.

    Raises:
        ValueError: on features of different lengths, fewer than 4 of them, or some that are no finite numbers.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    _check(samples, real, least=4)
    generator = torch.Generator().manual_seed(at_least("seed", seed, 0))
    n = min(len(samples), len(real)) // 2 * 2
    drawn = [x[torch.randperm(len(x), generator=generator)[:n]].double() for x in (samples, real)]
    learned, asked = (torch.cat(halves) for halves in zip(*(x.chunk(2) for x in drawn), strict=True))
    labels = torch.arange(2).repeat_interleave(n // 2)
    with threadpool_limits(1):
        classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=10_000)).fit(learned, labels)
    return TwoSample(float(classifier.score(asked, labels)), 0.5 / n**0.5)


def _reach(x: Tensor, k: int) -> Tensor:
    """The distance (N,) of each point to its k-th nearest neighbour."""
    x = x.double()
    return torch.cdist(x, x).kthvalue(k + 1).values  # the nearest is the point itself


def _check(samples: Tensor, real: Tensor, least: int) -> None:
    """Refuse features that cannot be compared."""
    for name, x in (("samples", samples), ("real", real)):
        if x.ndim != 2 or len(x) < least:
            raise ValueError(f"{name}={tuple(x.shape)}: allowed are features (N, F) of at least {least}")
        if not torch.isfinite(x).all():
            raise ValueError(f"{name} has features that are no finite numbers")
    if samples.shape[1] != real.shape[1]:
        raise ValueError(
            f"features of {samples.shape[1]} and of {real.shape[1]} numbers: allowed are equally long ones"
        )

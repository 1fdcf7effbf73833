"""What do features know? Nearest neighbours and linear classifiers on top of them, from few labels or from all.

The features are fixed numbers: `features` proves that the encoder that made them did not move. A classifier's one
setting is chosen on validation images; the test images are looked at once, afterwards.

[1] Alain and Bengio, Understanding Intermediate Layers Using Linear Classifier Probes, 2017.
[2] Wu, Xiong, Yu and Lin, Unsupervised Feature Learning via Non-Parametric Instance Discrimination, 2018. section 3.4
[3] Garrido, Balestriero, Najman and LeCun, RankMe, 2023.                                                        eq. 1
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.images import Images
from gencourse.support.checks import as_temperature, at_least

Labelled = tuple[Tensor, Tensor]  # features (N, ...) and labels (N,)

STRENGTHS = (0.01, 0.1, 1.0, 10.0)  # scikit-learn's C: the smaller, the more the weights are held small


@dataclass(frozen=True)
class Probe:
    """Test accuracies (draws,), one for each draw of the labelled images, and the C that validation chose."""

    accuracies: Tensor
    strength: float
    per_class: int | None  # None: all labels, and one draw

    @property
    def mean(self) -> float:
        return float(self.accuracies.mean())

    @property
    def spread(self) -> float:
        """The standard deviation over draws: how much the luck of the labels matters."""
        return float(self.accuracies.std()) if len(self.accuracies) > 1 else 0.0

    def __str__(self) -> str:
        if self.per_class is None:
            return f"{self.mean:.1%} (all labels, C = {self.strength:g})"
        return (
            f"{self.mean:.1%} ± {self.spread:.1%} ({len(self.accuracies)} draws of {self.per_class} labels "
            f"a class, C = {self.strength:g})"
        )


@contextmanager
def unmoved(model: nn.Module) -> Iterator[None]:
    """Evaluation mode without gradients; afterwards, the proof that nothing in the model has changed.

    Raises:
        RuntimeError: naming the parameters and buffers that are no longer what they were.
    """
    training, before = model.training, {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.eval()
    with torch.no_grad():
        yield
    model.train(training)
    moved = [name for name, tensor in model.state_dict().items() if not torch.equal(tensor, before[name])]
    if moved:
        raise RuntimeError(f"the backbone moved while it was probed: {', '.join(moved)} changed")


def features(model: nn.Module, images: Images, batch_size: int = 500) -> Tensor:
    """What the backbone makes of each image, (N, F), on the CPU, in float32.

    Args:
        model: one with `encode(x)`, such as SimCLR, or an encoder itself. It ends as it was, which is checked.
        images: N images.

    Raises:
        RuntimeError: when the model changed on the way.
    """
    encode = getattr(model, "encode", model)
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    with unmoved(model):
        parts = [encode(images.batch(part).to(device)) for part in torch.arange(len(images)).split(batch_size)]
    return torch.cat(parts).float().cpu()


def knn_accuracy(train: Labelled, test: Labelled, k: int = 20, temperature: float = 0.07) -> float:
    """How often the k nearest training images vote for the right class, weighted by exp(cosine / temperature) [2].

    Args:
        train, test: features (N, F) and labels (N,).

    Raises:
        ValueError: when k is not between 1 and the number of training images, the temperature not above 0, or a set
            empty or with features that are no finite numbers.
    """
    _check(train=train, test=test)
    k, temperature = at_least("k", k, 1, at_most=len(train[0])), as_temperature("temperature", temperature)
    (known, labels), (asked, truth) = ((F.normalize(x.flatten(1), dim=1), y) for x, y in (train, test))
    cosines, nearest = (asked @ known.T).topk(k, dim=1)  # (M, k), the largest first
    weights = ((cosines - cosines[:, :1]) / temperature).exp()  # against the nearest: exp never overflows
    votes = F.one_hot(labels[nearest], int(labels.max()) + 1) * weights[..., None]
    return float((votes.sum(1).argmax(1) == truth).float().mean())


def effective_rank(x: Tensor) -> float:
    """How many directions features (N, F) fill, from 1 (collapsed onto a line) to min(N, F): the exponential of the
    entropy, in nats, of their singular values' shares [3]. The mean is taken off first.

    Returns:
        0 for features that are all alike.
    """
    values = torch.linalg.svdvals((x - x.mean(0)).double())
    if values.sum() <= 1e-6 * x.double().norm():
        return 0.0
    return float(torch.special.entr(values / values.sum()).sum().exp())


def few_labels(labels: Tensor, per_class: int, seed: int) -> Tensor:
    """Indices of `per_class` random images of each class, class after class.

    Raises:
        ValueError: when a class has fewer.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for label in labels.unique().tolist():
        members = (labels == label).nonzero()[:, 0]
        if at_least("per_class", per_class, 1) > len(members):
            raise ValueError(f"per_class={per_class!r}: allowed is 1 to {len(members)}, the images of class {label}")
        chosen.append(members[torch.randperm(len(members), generator=generator)[:per_class]])
    return torch.cat(chosen)


def linear_probe(
    train: Labelled,
    validation: Labelled,
    test: Labelled,
    *,
    per_class: int | None = None,
    draws: int = 10,
    seed: int = 0,
) -> Probe:
    """Logistic regression on `per_class` labels of each class, for several draws of them, or on all of them once [1].

    Args:
        train, validation, test: features (N, ...) and labels (N,). All training features, labelled or not, set the
            scale of each feature; only the drawn ones give labels.
        per_class: labelled images a class; None takes the labels of all.
        draws: how often they are drawn anew. The same seed gives every set of features the same draws, so that two of
            them can be compared draw by draw.

    Returns:
        A Probe. Its C is the one of STRENGTHS with the best mean accuracy on validation.

    Raises:
        ValueError: when a class has fewer images than per_class, there are no draws, or a set is empty or has features
            that are no finite numbers.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    _check(train=train, validation=validation, test=test)
    draws, seed = at_least("draws", draws, 1), at_least("seed", seed, 0)
    scaler = StandardScaler().fit(_flat(train[0]))
    x_train, x_validation, x_test = (scaler.transform(_flat(x)) for x, _ in (train, validation, test))
    y_train, y_validation, y_test = (y.numpy() for _, y in (train, validation, test))
    labelled = [np.arange(len(y_train))]
    if per_class is not None:
        labelled = [few_labels(train[1], per_class, seed * 1_000 + draw).numpy() for draw in range(draws)]
    with threadpool_limits(1):  # on products so small, threads mostly wait for each other
        fitted = {
            c: [LogisticRegression(C=c, max_iter=10_000).fit(x_train[few], y_train[few]) for few in labelled]
            for c in STRENGTHS
        }
    best = max(STRENGTHS, key=lambda c: np.mean([model.score(x_validation, y_validation) for model in fitted[c]]))
    accuracies = torch.tensor([model.score(x_test, y_test) for model in fitted[best]])
    return Probe(accuracies, best, per_class)


def label_curve(
    train: Labelled,
    validation: Labelled,
    test: Labelled,
    *,
    per_class: Sequence[int | None] = (1, 5, 10, 50, None),
    draws: int = 5,
    seed: int = 0,
) -> list[Probe]:
    """Accuracy against labels: one `linear_probe` for each number of labels a class, None for all of them."""
    return [linear_probe(train, validation, test, per_class=n, draws=draws, seed=seed) for n in per_class]


def _check(**sets: Labelled) -> None:
    """Refuse a set without images, with other labels than features, or with features that are no finite numbers."""
    for name, (x, y) in sets.items():
        if not len(x) or len(x) != len(y):
            raise ValueError(
                f"{name} has features of {len(x)} images and {len(y)} labels: allowed are as many, 1 or more"
            )
        if not bool(x.isfinite().all()):
            bad = int((~x.isfinite()).flatten(1).any(1).sum())
            raise ValueError(
                f"{name} has NaN or infinite features, of {bad} of its {len(x)} images: train the encoder anew"
            )


def _flat(x: Tensor) -> np.ndarray:
    array: np.ndarray = x.detach().flatten(1).double().numpy()
    return array

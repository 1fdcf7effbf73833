"""What do features know? A linear classifier on top of them, from few labels, with the error of the choice of labels.

The features are fixed numbers: the encoder that made them is never touched. The classifier's one setting is chosen
on validation images; the test images are looked at once, afterwards.

Alain and Bengio, Understanding Intermediate Layers Using Linear Classifier Probes, 2017.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

STRENGTHS = (0.01, 0.1, 1.0, 10.0)  # scikit-learn's C: the smaller, the more the weights are held small


@dataclass(frozen=True)
class Probe:
    """Test accuracies (draws,), one for each draw of the labelled images, and the C that validation chose."""

    accuracies: Tensor
    strength: float
    per_class: int

    @property
    def mean(self) -> float:
        return float(self.accuracies.mean())

    @property
    def spread(self) -> float:
        """The standard deviation over draws: how much the luck of the labels matters."""
        return float(self.accuracies.std())

    def __str__(self) -> str:
        return (f"{self.mean:.1%} ± {self.spread:.1%} ({len(self.accuracies)} draws of {self.per_class} labels "
                f"a class, C = {self.strength:g})")  # fmt: skip


def few_labels(labels: Tensor, per_class: int, seed: int) -> Tensor:
    """Indices of `per_class` random images of each class, class after class.

    Raises:
        ValueError: when a class has fewer.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for label in labels.unique().tolist():
        members = (labels == label).nonzero()[:, 0]
        if not 1 <= per_class <= len(members):
            raise ValueError(f"per_class={per_class!r}: allowed is 1 to {len(members)}, the images of class {label}")
        chosen.append(members[torch.randperm(len(members), generator=generator)[:per_class]])
    return torch.cat(chosen)


def linear_probe(
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    *,
    per_class: int,
    draws: int = 10,
    seed: int = 0,
) -> Probe:
    """Logistic regression on `per_class` labels of each class, for several draws of them.

    Args:
        train, validation, test: features (N, ...) and labels (N,). All training features, labelled or not, set the
            scale of each feature; only the drawn ones give labels.
        per_class: labelled images a class.
        draws: how often they are drawn anew. The same seed gives every set of features the same draws, so that two of
            them can be compared draw by draw.

    Returns:
        A Probe. Its C is the one of STRENGTHS with the best mean accuracy on validation.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(_flat(train[0]))
    x_train, x_validation, x_test = (scaler.transform(_flat(x)) for x, _ in (train, validation, test))
    y_train, y_validation, y_test = (y.numpy() for _, y in (train, validation, test))
    labelled = [few_labels(train[1], per_class, seed * 1_000 + draw).numpy() for draw in range(draws)]
    fitted = {
        c: [LogisticRegression(C=c, max_iter=1_000).fit(x_train[few], y_train[few]) for few in labelled]
        for c in STRENGTHS
    }
    best = max(STRENGTHS, key=lambda c: np.mean([model.score(x_validation, y_validation) for model in fitted[c]]))
    accuracies = torch.tensor([model.score(x_test, y_test) for model in fitted[best]])
    return Probe(accuracies, best, per_class)


def _flat(x: Tensor) -> np.ndarray:
    array: np.ndarray = x.detach().flatten(1).double().numpy()
    return array

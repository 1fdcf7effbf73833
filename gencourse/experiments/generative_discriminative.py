"""Few labels, a generative classifier against a discriminative one (Ng and Jordan, NIPS 2001).

Both draw the same kind of border, a linear function of black and white pixels. Naive Bayes counts p(x | y), as if the
pixels were independent given the label, and turns it round by Bayes' rule; logistic regression fits p(y | x). The
images are MNIST's at 14 × 14, black above one half. Both get the same labels, as many of each class, drawn by the seed;
the one setting of each, pseudo-count or penalty, is chosen on 2,000 validation images. These are more labels than most
rows learn from, so the two are compared at their best and not as somebody with so few labels would find them. Test
images are used once a row.
"""

import torch
from torch import Tensor

from gencourse import data
from gencourse.experiments.experiment import experiment
from gencourse.measure.probe import few_labels

METHODS = ("naive bayes", "logistic")
PER_CLASS = (1, 3, 10, 30, 100, 300)
SETTINGS = {"naive bayes": (0.03, 0.1, 0.3, 1.0, 3.0), "logistic": (0.003, 0.01, 0.03, 0.1, 1.0, 10.0)}
HELD_OUT = 2_000  # validation images


def black_white(split: str, images: int) -> tuple[Tensor, Tensor]:
    """Pixels 0 or 1 (N, 196), and labels (N,)."""
    loaded = data.load("mnist", split, size=14)[:images]
    return (loaded.batch(slice(None)).flatten(1) > 0.5).float(), loaded.y


def naive_bayes(x: Tensor, y: Tensor, pseudo_count: float) -> tuple[Tensor, Tensor]:
    """Slopes (10, D) and constants (10,) of log p(x | y) for equally frequent labels, from counts."""
    n = torch.bincount(y, minlength=10)[:, None]
    black = torch.stack([x[y == label].sum(0) for label in range(10)])
    p = (black + pseudo_count) / (n + 2 * pseudo_count)  # of a black pixel
    return (p / (1 - p)).log(), (1 - p).log().sum(1)


def logistic(x: Tensor, y: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Slopes (10, D) and constants (10,) of log p(y | x), but for what all labels share; `strength` is 1 / penalty."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=300).fit(x.numpy(), y.numpy())
    return torch.tensor(fitted.coef_).float(), torch.tensor(fitted.intercept_).float()


def right(classifier: tuple[Tensor, Tensor], x: Tensor, y: Tensor) -> float:
    """The share of images (N, D) whose label has the highest score."""
    slopes, constants = classifier
    return float(((x @ slopes.T + constants).argmax(1) == y).float().mean())


@experiment(
    grid={"method": METHODS, "per_class": PER_CLASS},
    seeds=5,
    depends=(black_white, naive_bayes, logistic, right, few_labels),
    smoke={"per_class": 2, "images": 500},
)
def generative_discriminative(method: str, per_class: int, images: int = 60_000, *, seed: int) -> dict[str, float]:
    """With few labels, does a model of the images classify better than a model of the labels alone?"""
    x, y = black_white("train", images)
    few = few_labels(y, per_class, seed)
    validation, test = black_white("validation", HELD_OUT), black_white("test", 10_000)
    fit = {"naive bayes": naive_bayes, "logistic": logistic}[method]
    fitted = {setting: fit(x[few], y[few], setting) for setting in SETTINGS[method]}
    chosen = max(SETTINGS[method], key=lambda setting: right(fitted[setting], *validation))
    return {"accuracy": right(fitted[chosen], *test), "setting": chosen}

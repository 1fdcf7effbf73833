"""Few labels: probes on features that were learned without any, against a network that has nothing but the labels.

The pictures are the drawings of 1,285 emoji, the question is Unicode's group, of which there are nine; the test emoji
are another 420. For each number of labels a class all methods get the same ones, drawn by the seed. Features are
probed by logistic regression. A network that is trained on the labels alone sees them in the views that SimCLR sees,
and stops where it does best on validation emoji, looked at twenty times on the way; so all have the same help.
"""

import copy

import torch

from gencourse.data.images import Images
from gencourse.experiments.experiment import experiment
from gencourse.experiments.features import ClassifierOfViews, Splits, encoded, load_splits, set_statistics
from gencourse.experiments.simclr_choices import DEPENDS, VIEWS, train
from gencourse.measure.probe import few_labels, linear_probe
from gencourse.models.contrastive import SimCLR
from gencourse.models.supervised import Classifier
from gencourse.training.fit import fit
from gencourse.training.how import How

LABELS = (1, 5, 10, 50, 0)  # a class; 0 is all that there are


@experiment(
    grid={"method": ("random", "simclr", "labels alone")},
    depends=(*DEPENDS, ClassifierOfViews, few_labels),
    smoke={"images": 256, "n": 300},
)
def emoji_few_labels(method: str, images: int = 102_400, n: int = 0, *, seed: int) -> dict[str, float]:
    """How many labels do features need that were learned without any, and how many a network that has nothing else?"""
    splits = load_splits("emoji", n)
    torch.manual_seed(seed)
    if method == "labels alone":
        steps = max(20, images // 256)
        return {_name(k): _from_labels_alone(splits, _drawn(splits["train"], k, seed), steps, seed) for k in LABELS}
    model = SimCLR(augment=VIEWS, temperature=0.2)
    if method == "random":
        set_statistics(model.encoder, splits["train"])
    else:
        train(model, splits["train"], images, 128, 2e-3, seed)
    x = {split: (values, splits[split].y) for split, values in encoded(model.encoder, splits).items()}
    found = {}
    for k in LABELS:
        few = _drawn(splits["train"], k, seed)
        known, labels = x["train"]
        found[_name(k)] = linear_probe((known[few], labels[few]), x["validation"], x["test"]).mean
    return found


def _name(per_class: int) -> str:
    return f"accuracy_{per_class or 'all'}"


def _drawn(images: Images, per_class: int, seed: int) -> torch.Tensor:
    """Which images give their labels: so many of each class, or of a class that has fewer all, or all images."""
    if not per_class:
        return torch.arange(len(images))
    return few_labels(images.y, min(per_class, int(images.y.unique(return_counts=True)[1].min())), seed)


def _from_labels_alone(splits: Splits, few: torch.Tensor, steps: int, seed: int) -> float:
    """Test accuracy of a network trained on these labels, at the moment that validation chose."""
    torch.manual_seed(seed)
    model = ClassifierOfViews(splits["train"].shape, classes=int(splits["train"].y.max()) + 1, augment=VIEWS)
    best, kept = -1.0, copy.deepcopy(model.state_dict())

    def on_step(step: int) -> None:
        nonlocal best, kept
        if step % (steps // 20) == 0 and (now := right(model, splits["validation"])) > best:
            best, kept = now, copy.deepcopy(model.state_dict())

    how = How(show="nothing", on_step=on_step)
    batch_size = min(128, len(few))
    fit(model, splits["train"][few], steps=steps, batch_size=batch_size, lr=1e-3, schedule="cosine", seed=seed, how=how)
    model.load_state_dict(kept)
    return right(model, splits["test"])


@torch.no_grad()
def right(model: Classifier, images: Images) -> float:
    """The share of images that the classifier puts into their class."""
    training = model.training
    model.eval()
    parts = torch.arange(len(images)).split(500)
    hits = [(model(images.batch(part)).argmax(1) == images.y[part]).float() for part in parts]
    model.train(training)
    return float(torch.cat(hits).mean())

"""Few labels: probes on features that were learned without any, against a network that has nothing but the labels.

Two kinds of pictures: the drawings of 1,285 emoji, with Unicode's nine groups as classes and another 420 emoji as test,
and sprites, whose class is a shape. For each number of labels a class all methods get the same ones, drawn by the seed.
Features are probed by logistic regression. A network that is trained on the labels alone sees them in the views that
SimCLR sees, and stops where it does best on validation images, looked at twenty times on the way: the probe's one
setting is chosen on them, too.
"""

import copy
from typing import Any

import torch

from gencourse.data.images import Images
from gencourse.data.sprites import VIEWS as SPRITE_VIEWS
from gencourse.experiments.experiment import experiment
from gencourse.experiments.features import ClassifierOfViews, Splits, encoded, load_splits, set_statistics
from gencourse.experiments.simclr_choices import DEPENDS, train
from gencourse.experiments.simclr_choices import VIEWS as EMOJI_VIEWS
from gencourse.measure.probe import few_labels, linear_probe
from gencourse.models.contrastive import SimCLR
from gencourse.models.supervised import Classifier
from gencourse.training.fit import fit
from gencourse.training.how import How

LABELS = (1, 5, 10, 50, 0)  # a class; 0 is all that there are
METHODS = ("random", "simclr", "labels alone")
VIEWS: dict[str, dict[str, Any]] = {"emoji": EMOJI_VIEWS, "sprites": SPRITE_VIEWS}
LARGEST = 8_000  # of a training set; sprites are drawn, without end


@experiment(
    grid=(
        {"dataset": ("sprites",), "method": METHODS, "images": (51_200,)},
        {"dataset": ("emoji",), "method": METHODS, "images": (102_400,)},
    ),
    depends=(*DEPENDS, ClassifierOfViews, few_labels),
    smoke={"images": 256, "n": 300},
)
def simclr_few_labels(dataset: str, method: str, images: int, n: int = LARGEST, *, seed: int) -> dict[str, float]:
    """How many labels do features need that were learned without any, and how many a network that has nothing else?"""
    splits = load_splits(dataset, n)
    chosen = {f"accuracy_{k or 'all'}": drawn(splits["train"], k, seed) for k in LABELS}
    torch.manual_seed(seed)
    if method == "labels alone":
        steps = max(20, images // 256)
        return {name: by_labels_alone(splits, few, VIEWS[dataset], steps, seed) for name, few in chosen.items()}
    model = SimCLR(augment=VIEWS[dataset], temperature=0.2)
    if method == "random":
        set_statistics(model.encoder, splits["train"])
    else:
        train(model, splits["train"], images, 128, 2e-3, seed)
    x = {split: (values, splits[split].y) for split, values in encoded(model.encoder, splits).items()}
    known, labels = x["train"]
    return {
        name: linear_probe((known[few], labels[few]), x["validation"], x["test"]).mean for name, few in chosen.items()
    }


def drawn(images: Images, per_class: int, seed: int) -> torch.Tensor:
    """Which images give their labels: so many of each class, as many as the smallest has at most, or all for 0."""
    if not per_class:
        return torch.arange(len(images))
    return few_labels(images.y, min(per_class, int(images.y.unique(return_counts=True)[1].min())), seed)


def by_labels_alone(splits: Splits, few: torch.Tensor, views: dict[str, Any], steps: int, seed: int) -> float:
    """Test accuracy of a network trained on these labels, at the moment that validation chose."""
    torch.manual_seed(seed)
    model = ClassifierOfViews(splits["train"].shape, classes=int(splits["train"].y.max()) + 1, augment=views)
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

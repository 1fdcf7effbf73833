"""What the experiments on features share: how features are made without training, and how they are judged."""

from typing import Any

import torch
from sklearn.decomposition import PCA
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from gencourse import data
from gencourse.data.augment import Augment
from gencourse.data.images import Images
from gencourse.measure.probe import features, knn_accuracy, linear_probe
from gencourse.models.supervised import Classifier

Splits = dict[str, Images]


def load_splits(dataset: str, n: int = 0, **options: Any) -> Splits:
    """The "train", "validation" and "test" images of a data set, or the first n of each."""
    return {
        split: data.load(dataset, split=split, **options)[slice(n or None)] for split in ("train", "validation", "test")
    }


class ClassifierOfViews(Classifier):
    """A classifier that is shown one random view of each image, drawn as SimCLR's are.

    Args:
        augment: options of `Augment` that differ from its own.
    """

    def __init__(self, shape: tuple[int, int, int], *, classes: int, augment: dict[str, Any] | None = None):
        super().__init__(shape, classes=classes)
        self.augment = Augment(shape[-1], **(augment or {}))

    def loss(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """As Classifier's, on views."""
        return super().loss(self.augment(x), y)


def set_statistics(encoder: nn.Module, images: Images) -> nn.Module:
    """Give the batch norms of an encoder the statistics of `images`, by one pass: in evaluation mode an encoder that
    never saw an image would divide by statistics of none. Nothing is learned."""
    update_bn((images.batch(part) for part in torch.arange(len(images)).split(500)), encoder)
    return encoder


def principal_features(splits: Splits, k: int = 128) -> dict[str, Tensor]:
    """The first k principal components of the pixels, (N, k) for each split, fitted on "train"."""
    flat = {name: images.batch(slice(None)).flatten(1).numpy() for name, images in splits.items()}
    pca = PCA(k, random_state=0).fit(flat["train"])
    return {name: torch.from_numpy(pca.transform(x)) for name, x in flat.items()}


def encoded(encoder: nn.Module, splits: Splits) -> dict[str, Tensor]:
    """The encoder's features, (N, F) for each split."""
    return {name: features(encoder, images) for name, images in splits.items()}


def judged(x: dict[str, Tensor], splits: Splits, few: tuple[int, ...] = ()) -> dict[str, float]:
    """How much of the classes features tell.

    Args:
        x: features (N, F) of "train", "validation" and "test".
        few: numbers of labels a class to probe with besides all; five draws of each.

    Returns:
        "accuracy": of the package's linear probe on all training labels, on test; "accuracy_5" and so on with five
        labels a class; "neighbours": by nearest neighbours, on test; "validation": the same on validation, by which
        settings are chosen.
    """
    train, validation, test = ((x[name], splits[name].y) for name in ("train", "validation", "test"))
    found = {"accuracy": linear_probe(train, validation, test).mean}
    found |= {f"accuracy_{n}": linear_probe(train, validation, test, per_class=n, draws=5).mean for n in few}
    return found | {"neighbours": knn_accuracy(train, test), "validation": knn_accuracy(train, validation)}

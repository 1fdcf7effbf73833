"""SimCLR on real photographs: CIFAR-10, frozen features, the linear probe.

The encoder is the course's small one (241,184 parameters); SimCLR is trained on the training images without their
labels, batch 256, rate 2e-3 falling by a cosine, at the temperature that does best by nearest neighbours on validation
images (`simclr-photographs-temperature`). Beside it, on the same splits: random features with the statistics of
batch norm set, 128 principal components of the pixels, and the same encoder trained on the labels for as many steps of
as many views.

The shipped rows were made from a JPEG copy of CIFAR-10 in class folders, whose pixels differ a little from the
original's: `-p dataset cifar10` asks torchvision's.
"""

import torch

from gencourse.data.augment import Augment
from gencourse.data.images import Images
from gencourse.experiments.experiment import experiment
from gencourse.experiments.features import (
    ClassifierOfViews,
    encoded,
    judged,
    load_splits,
    principal_features,
    set_statistics,
)
from gencourse.measure.probe import linear_probe
from gencourse.models.contrastive import SimCLR, nt_xent
from gencourse.models.encoders import ConvEncoder
from gencourse.models.supervised import Classifier
from gencourse.training.fit import fit
from gencourse.training.how import How

QUIET = How(show="nothing")
COPY = "folder:cifar10-jpeg"  # class folders, in the folder where the command is given
SMOKE = {"steps": 2, "dataset": "emoji", "n": 2000}


@experiment(
    grid=({"method": ("random", "pixels"), "steps": (0,)}, {"method": ("simclr", "labels"), "steps": (1000, 10_000)}),
    depends=(SimCLR, nt_xent, Augment, ConvEncoder, fit, linear_probe),
    smoke=SMOKE,
)
def simclr_photographs(
    method: str,
    steps: int = 10_000,
    batch_size: int = 256,
    lr: float = 2e-3,
    temperature: float = 0.1,
    dataset: str = COPY,
    n: int = 0,
    *,
    seed: int,
) -> dict[str, float]:
    """How much do features of photographs tell that were learned without a label?"""
    splits = load_splits(dataset, n)
    if method == "pixels":
        return judged(principal_features(splits), splits, few=(5, 50))
    torch.manual_seed(seed)
    model = trained(method, splits["train"], steps, batch_size, lr, temperature, seed)
    return judged(encoded(model.encoder, splits), splits, few=(5, 50))


@experiment(
    grid={"temperature": (0.1, 0.2, 0.5)},
    seeds=1,
    depends=(SimCLR, nt_xent, Augment, ConvEncoder, fit),
    smoke=SMOKE,
)
def simclr_photographs_temperature(
    temperature: float, steps: int = 2000, dataset: str = COPY, n: int = 0, *, seed: int
) -> dict[str, float]:
    """Which temperature does validation choose for photographs? One seed, as nothing is claimed of it."""
    chosen = dict(method="simclr", steps=steps, temperature=temperature, dataset=dataset, n=n)
    found = simclr_photographs(**chosen, seed=seed)
    return {"validation": found["validation"]}


def trained(
    method: str, train: Images, steps: int, batch_size: int, lr: float, temperature: float, seed: int
) -> SimCLR | Classifier:
    """A model whose `encoder` is random, or was trained by SimCLR or on labels."""
    model: SimCLR | Classifier = SimCLR(train.shape, temperature=temperature)
    if method == "random":
        set_statistics(model.encoder, train)
        return model
    if method == "labels":
        model = ClassifierOfViews(train.shape, classes=int(train.y.max()) + 1)
    fit(model, train, steps=steps, batch_size=batch_size, lr=lr, schedule="cosine", seed=seed, how=QUIET)
    return model

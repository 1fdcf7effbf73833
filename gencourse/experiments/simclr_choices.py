"""What SimCLR's choices are worth: batch size, temperature, head and views, each with its own learning rate.

All train the course's small encoder on the drawings of 1,285 emoji, with no label, and are judged by the linear probe:
which of Unicode's nine groups is a drawing of an unseen emoji in? Within an experiment all settings see equally many
images. The rate of each setting is the one whose features do best by nearest neighbours on validation emoji
(`Evidence.tuned`); the test emoji are another 420. Each takes the first n images of a split, all of them where n is 0.

The views are mild, as a drawing's colours are part of what it is.
"""

from typing import Any

import torch
from torch import nn

from gencourse import data
from gencourse.data.augment import Augment
from gencourse.data.pairs import pairs
from gencourse.experiments.experiment import experiment
from gencourse.experiments.features import encoded, judged, load_splits
from gencourse.measure.memory import saved_for_backward
from gencourse.measure.probe import linear_probe
from gencourse.models.contrastive import SimCLR, nt_xent
from gencourse.models.encoders import ConvEncoder
from gencourse.training.fit import fit
from gencourse.training.how import How

QUIET = How(show="nothing")
VIEWS: dict[str, Any] = dict(crop=(0.4, 1.0), jitter=0.2, hue=0.03, grey=0.05, flip=0.5)
DEPENDS = (SimCLR, nt_xent, Augment, ConvEncoder, fit, linear_probe, data.load)


def train(model: SimCLR, drawings: Any, images: int, batch_size: int, lr: float, seed: int) -> None:
    """Show the model so many images."""
    steps = max(1, images // batch_size)
    fit(model, drawings, steps=steps, batch_size=batch_size, lr=lr, schedule="cosine", seed=seed, how=QUIET)


@experiment(
    grid={"batch_size": (32, 128, 512), "lr": (5e-4, 1e-3, 2e-3, 4e-3)},
    depends=DEPENDS,
    smoke={"images": 1024, "n": 600},
)
def simclr_batch(batch_size: int, lr: float, images: int = 102_400, n: int = 0, *, seed: int) -> dict[str, float]:
    """What does a larger batch bring, at equal images seen and with a rate of its own?

    Also how many megabytes autograd saves for the backward pass of a step.
    """
    splits = load_splits("emoji", n)
    torch.manual_seed(seed)
    model = SimCLR(augment=VIEWS, temperature=0.2)
    train(model, splits["train"], images, batch_size, lr, seed)
    x = splits["train"].batch(slice(0, batch_size))
    model.train()
    saved = saved_for_backward(lambda: model.loss(x), model.parameters())
    return judged(encoded(model.encoder, splits), splits) | {"saved_mb": saved / 1e6}


@experiment(
    grid={"temperature": (0.05, 0.1, 0.2, 0.5, 1.0), "lr": (1e-3, 2e-3)},
    depends=DEPENDS,
    smoke={"images": 256, "n": 300},
)
def simclr_temperature(
    temperature: float, lr: float, images: int = 102_400, n: int = 0, *, seed: int
) -> dict[str, float]:
    """Which temperature gives the best features?"""
    splits = load_splits("emoji", n)
    torch.manual_seed(seed)
    model = SimCLR(augment=VIEWS, temperature=temperature)
    train(model, splits["train"], images, 128, lr, seed)
    return judged(encoded(model.encoder, splits), splits)


@experiment(
    grid={"head": ("none", "linear", "mlp"), "lr": (1e-3, 2e-3)}, depends=DEPENDS, smoke={"images": 256, "n": 300}
)
def simclr_head(head: str, lr: float, images: int = 102_400, n: int = 0, *, seed: int) -> dict[str, float]:
    """Are features worse that were trained without a head?"""
    splits = load_splits("emoji", n)
    torch.manual_seed(seed)
    model = SimCLR(augment=VIEWS, temperature=0.2)
    width = model.encoder.n_features
    if head != "mlp":
        model.head = nn.Identity() if head == "none" else nn.Linear(width, model.config["projection"])
    train(model, splits["train"], images, 128, lr, seed)
    return judged(encoded(model.encoder, splits), splits)


CHANGES: dict[str, dict[str, Any]] = {
    "crop and colour": {},
    "crop": dict(jitter=0.0, hue=0.0, grey=0.0),
    "colour": dict(crop=(1.0, 1.0)),
    "strong colour": dict(jitter=0.4, hue=0.5, grey=0.2),
}


@experiment(
    grid=({"views": tuple(CHANGES), "styles": ("one",)}, {"views": ("crop and colour",), "styles": ("two",)}),
    depends=(*DEPENDS, pairs),
    smoke={"images": 256, "n": 2000},
)
def simclr_views(views: str, styles: str, images: int = 102_400, n: int = 0, *, seed: int) -> dict[str, float]:
    """What do the views teach: crops, colours, and two styles of one emoji?

    Every setting is shown pairs of drawings of one emoji: one drawing twice, or two in two styles. Beside the group,
    "retrieval" is how often, of all Twemoji drawings of test emoji, the nearest to a Noto drawing is of the same emoji.
    """
    splits = load_splits("emoji", n)
    torch.manual_seed(seed)
    model = SimCLR(augment=VIEWS | CHANGES[views], temperature=0.2)
    train(model, pairs(splits["train"], alike=styles == "one"), images, 128, 1e-3, seed)
    return judged(encoded(model.encoder, splits), splits) | {"retrieval": retrieval(model)}


def retrieval(model: SimCLR) -> float:
    """The share of test emoji whose Noto drawing has, by cosine, its own Twemoji drawing as the nearest."""
    sides = []
    for style in ("noto", "twemoji"):
        images = data.load("emoji", split="test", styles=(style,))
        assert images.factors is not None
        x = encoded(model.encoder, {"test": images})["test"]
        sides.append((nn.functional.normalize(x, dim=1), images.factors[:, 0]))
    (asked, of), (known, names) = sides
    there = torch.isin(of, names)
    nearest = names[(asked[there] @ known.T).argmax(1)]
    return float((nearest == of[there]).float().mean())

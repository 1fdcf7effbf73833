"""The recipes of the shipped weights."""

from dataclasses import dataclass, field
from typing import Any

from gencourse.data.sprites import VIEWS


@dataclass(frozen=True)
class Recipe:
    """All it takes to make some weights again: the data, the model and how it was trained.

    kind is the model's class, one of `pretrained.KINDS`; fit holds arguments of `fit`, precision is `How`'s; half
    stores the weights in half precision, and measures those; snapshots are steps at which the weights on the way are
    stored too, under "NAME-at-STEP".
    """

    data: str
    model: dict[str, Any]
    fit: dict[str, Any]
    kind: str = "VAE"
    precision: str = "auto"
    half: bool = False
    data_options: dict[str, Any] = field(default_factory=dict)
    importance_samples: int = 5000
    snapshots: tuple[int, ...] = ()
    seed: int = 0


def snapshot(name: str, step: int) -> str:
    """What the weights are called that were stored on the way, after so many steps."""
    return f"{name}-at-{step}"


def _sprites(beta: float) -> Recipe:
    return Recipe(
        data="sprites",
        data_options=dict(n=50_000),
        model=dict(
            shape=(3, 32, 32),
            latent=10,
            hidden=(128,),
            channels=(32, 32, 32),
            likelihood="gaussian",
            sigma=0.1,
            beta=beta,
        ),
        fit=dict(steps=16_000, batch_size=64, lr=1e-3, schedule="cosine"),
        precision="fp32",
        importance_samples=500,
    )


def _features(kind: str, lr: float, steps: int = 4000, n: int = 20_000, **model: Any) -> Recipe:
    """An encoder of n sprites; but for the Classifier's, no label is looked at."""
    fit = dict(steps=steps, batch_size=128, lr=lr, schedule="cosine")
    return Recipe(kind=kind, half=True, data="sprites", data_options=dict(n=n), model=model, fit=fit)


RECIPES = {
    "vae-mnist-2d": Recipe(
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(latent=2, hidden=(300, 150)),
        fit=dict(steps=50_000, batch_size=200, lr=1e-3, schedule="cosine"),
        precision="fp32",
    ),
    # One stochastic layer of 50 latents behind two hidden layers, as in Burda et al. 2016, table 1, but 300 SiLU units
    # each where theirs have 200 tanh units and take 3,280 epochs of batches of 20.
    "vae-mnist-50d": Recipe(
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(latent=50, hidden=(300, 300), activation="silu"),
        fit=dict(steps=400_000, batch_size=128, lr=2e-3, schedule="cosine"),
    ),
    "made-mnist": Recipe(
        kind="MADE",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(hidden=(1300,), direct=True),
        fit=dict(steps=60_000, batch_size=128, lr=2e-3, schedule="cosine"),
    ),
    "pixelcnn-mnist": Recipe(
        kind="GatedPixelCNN",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(channels=48, layers=10),
        fit=dict(steps=32_000, batch_size=16, lr=1e-3, schedule="cosine"),
    ),
    "patch-transformer-mnist": Recipe(
        kind="PatchTransformer",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(patch=2, width=128, layers=4, heads=2),
        fit=dict(steps=18_000, batch_size=32, lr=1e-3, schedule="cosine"),
        precision="bf16",
    ),
    "supervised-sprites": _features("Classifier", 2e-3),
    "simclr-sprites": _features("SimCLR", 2e-3, temperature=0.2, augment=VIEWS),
    "simclr-sprites-5k": _features("SimCLR", 2e-3, n=5_000, temperature=0.2, augment=VIEWS),
    "simclr-sprites-1k": _features("SimCLR", 2e-3, n=1_000, temperature=0.2, augment=VIEWS),
    "simclr-sprites-200": _features("SimCLR", 2e-3, n=200, temperature=0.2, augment=VIEWS),
    # Mild views, as an emoji's colours are part of what it is. On the way for the matrix that grows, in lesson 02.
    "simclr-emoji": Recipe(
        kind="SimCLR",
        half=True,
        data="emoji",
        model=dict(temperature=0.2, augment=dict(crop=(0.4, 1.0), jitter=0.2, hue=0.03, grey=0.05)),
        fit=dict(steps=4000, batch_size=128, lr=2e-3, schedule="cosine"),
        snapshots=(30, 100, 300, 1000),
    ),
    "moco-sprites": _features("MoCo", 1e-3, steps=16_000, queue=1024, momentum=0.99, augment=VIEWS | dict(blur=0.0)),
    # Two large views in any direction: what small ones show of a sprite is often the ground alone. The teacher is
    # sharp, since at 0.04 the answers went flat: log K nats for every image.
    "dino-sprites": _features(
        "DINO",
        1e-3,
        steps=16_000,
        local_crops=0,
        global_scale=(0.3, 1.0),
        teacher_temperature=0.01,
        horizon=32_000,
        augment=VIEWS | dict(rotate=180.0),
    ),
    "vae-sprites-10d-beta1": _sprites(1.0),
    "vae-sprites-10d-beta4": _sprites(4.0),
    "vae-sprites-10d-beta16": _sprites(16.0),
}

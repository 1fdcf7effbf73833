"""Autoregressive models of MNIST: a training step, what bf16 costs in nats, and sampling 16 images.

python benchmarks/bench_autoregressive.py. The plain way to train is float32 in the usual memory layout (NCHW); the
plain way to sample evaluates everything again for each pixel or tile, with the same weights.
"""

import time
from collections.abc import Callable
from typing import Any

import torch
from table import compare, show

from gencourse import data
from gencourse.data.images import Images
from gencourse.measure import likelihood
from gencourse.models.patches import PatchTransformer
from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.training.fit import fit
from gencourse.training.how import How

BATCH, STEPS = 64, 300
MODELS: dict[str, Callable[[], Any]] = {
    "gated PixelCNN": lambda: GatedPixelCNN(channels=32, layers=7),
    "plain PixelCNN": lambda: PixelCNN(channels=32, layers=6),
    "pixel transformer": lambda: PatchTransformer(patch=1, width=128, layers=4, heads=2),
    "2×2-tile transformer": lambda: PatchTransformer(patch=2, width=128, layers=4, heads=2),
}


def model(name: str) -> Any:
    torch.manual_seed(0)
    return MODELS[name]()


def training_step(network: Any, x: torch.Tensor, bf16: bool) -> None:
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = network.loss(x)["loss"]
    loss.backward()


def training(name: str) -> None:
    x = torch.rand(BATCH, 1, 28, 28).round()
    plain, fast = model(name), model(name).to(memory_format=torch.channels_last)
    ways = {
        "float32, NCHW": lambda: training_step(plain, x, bf16=False),
        "bf16 autocast, channels_last": lambda: training_step(fast, x, bf16=True),
    }
    show(f"A training step of the {name} without the optimiser, batch {BATCH}", compare(ways, repeats=5), "ms", 1e3)


def nats(name: str, train: Images, validation: Images) -> None:
    """The same training in float32 and in bf16, and the exact nats on validation images afterwards, in float32."""
    for precision in ("fp32", "bf16"):
        network = model(name)
        fit(network, train, steps=STEPS, batch_size=32, how=How("nothing", precision))
        print(f"{name}, {precision}, {STEPS} steps: {likelihood.exact(network, validation, batch_size=250)}")


def sampling(name: str) -> None:
    """Once each, naive first: with a long sequence it takes minutes."""
    network, images, seconds = model(name).eval(), {}, {}
    network.sample(1)
    for way, cached in (("naive: everything again for each question", False), ("cached", True)):
        start = time.perf_counter()
        images[cached] = network.sample(16, generator=torch.Generator().manual_seed(0), cached=cached)
        seconds[way] = time.perf_counter() - start
    same = (images[True] == images[False]).flatten(1).all(1).sum()
    show(f"Sampling 16 MNIST images, {name} ({same} of 16 images the same to the last pixel)", seconds, "s")


if __name__ == "__main__":
    print(f"{torch.get_num_threads()} threads")
    for name in ("gated PixelCNN", "plain PixelCNN", "2×2-tile transformer"):
        training(name)
    for name in MODELS:
        sampling(name)
    train, validation = (data.load("mnist", split, binarise="dynamic") for split in ("train", "validation"))
    for name in ("gated PixelCNN", "2×2-tile transformer"):
        nats(name, train, validation[:1000])

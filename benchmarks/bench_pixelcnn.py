"""The gated PixelCNN: a training step, and sampling 16 MNIST images, against the plain way with the same weights.

python benchmarks/bench_pixelcnn.py. The plain way to train is float32 in the usual memory layout (NCHW); the plain way
to sample evaluates the whole image for each pixel.
"""

import torch
from table import compare, show

from gencourse.models.pixelcnn import GatedPixelCNN, PixelCNN
from gencourse.models.pixels import PixelModel

BATCH = 64


def model() -> GatedPixelCNN:
    torch.manual_seed(0)
    return GatedPixelCNN(channels=32, layers=7)


def training_step(gated: GatedPixelCNN, x: torch.Tensor, bf16: bool) -> None:
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = gated.loss(x)["loss"]
    loss.backward()


def training() -> None:
    x = torch.rand(BATCH, 1, 28, 28).round()
    plain, fast = model(), model().to(memory_format=torch.channels_last)
    ways = {
        "float32, NCHW": lambda: training_step(plain, x, bf16=False),
        "bf16 autocast, channels_last (what fit does)": lambda: training_step(fast, x, bf16=True),
    }
    show(f"A training step without the optimiser, batch {BATCH}", compare(ways, repeats=5), "ms", 1e3)


def sampling(name: str, pixels: PixelModel) -> None:
    def draw(cached: bool) -> torch.Tensor:
        return pixels.sample(16, generator=torch.Generator().manual_seed(0), cached=cached)

    assert torch.equal(draw(True), draw(False))
    ways = {"naive: the whole image for each pixel": lambda: draw(False), "cached": lambda: draw(True)}
    show(f"Sampling 16 MNIST images, {name} (the same images)", compare(ways, repeats=1), "s")


if __name__ == "__main__":
    print(f"{torch.get_num_threads()} threads")
    training()
    sampling("gated PixelCNN", model().eval())
    torch.manual_seed(0)
    sampling("plain PixelCNN", PixelCNN(channels=32, layers=6).eval())

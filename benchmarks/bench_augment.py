"""Two random views of 32×32 RGB images, in pairs a second: a batch at once, against one image after another.

python benchmarks/bench_augment.py. The peers use torchvision's transforms with the same ranges (SimCLR's for small
images), in a DataLoader with no workers and with two, and lightly's own two-view transform.
"""

from collections.abc import Callable
from typing import Any

import torch
from lightly.transforms import SimCLRTransform
from table import compare, show
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from gencourse.data.augment import Augment

N, BATCH = 1024, 256
IMAGES = torch.randint(256, (N, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
ONE_VIEW = v2.Compose(
    [
        v2.ToDtype(torch.float32, scale=True),
        v2.RandomResizedCrop(32, scale=(0.3, 1.0), antialias=True),
        v2.RandomHorizontalFlip(),
        v2.ColorJitter(0.4, 0.4, 0.4, 0.1),
        v2.RandomGrayscale(0.2),
    ]
)


class Pairs(Dataset):
    """Two views of one image at a time."""

    def __init__(self, view: Callable[[torch.Tensor], Any]):
        self.view = view

    def __len__(self) -> int:
        return N

    def __getitem__(self, i: int) -> Any:
        return self.view(IMAGES[i])


def two_views(image: torch.Tensor) -> list[torch.Tensor]:
    return [ONE_VIEW(image), ONE_VIEW(image)]


def lightlys(image: torch.Tensor) -> Any:
    return LIGHTLY(v2.functional.to_pil_image(image))


LIGHTLY = SimCLRTransform(input_size=32, min_scale=0.3, cj_strength=0.5, gaussian_blur=0.0)


def loader(view: Callable[[torch.Tensor], Any], workers: int) -> Callable[[], None]:
    def run() -> None:
        for _ in DataLoader(Pairs(view), batch_size=BATCH, num_workers=workers):
            pass

    return run


def batched() -> None:
    view = Augment(32)
    for part in IMAGES.split(BATCH):
        x = part.float() / 255
        view(x), view(x)


if __name__ == "__main__":
    ways = {
        "torchvision, image by image, 0 workers": loader(two_views, 0),
        "torchvision, image by image, 2 workers": loader(two_views, 2),
        "lightly's transform, 0 workers": loader(lightlys, 0),
        "gencourse.data.augment, a batch at once": batched,
    }
    seconds = compare(ways, repeats=3)
    print(f"{torch.get_num_threads()} threads; the hue is exact (HSV) in all")
    show("Two views of a 32×32 image", {name: N / time for name, time in seconds.items()}, "pairs/s")

"""Fashion-MNIST and CIFAR-10, read by torchvision's own classes from files that were checked first."""

from dataclasses import dataclass
from typing import Any

import torch

from gencourse.data.fetch import find
from gencourse.data.images import Card, Images
from gencourse.data.verify import known, source

SPLITS = ("train", "validation", "train+validation", "test")


@dataclass(frozen=True)
class _About:
    shape: tuple[int, int, int]
    n_validation: int  # taken from the end of the training images
    source: str
    licence: str


ABOUT = {
    "fashion_mnist": _About((1, 28, 28), 10_000, "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017)", "MIT"),
    "cifar10": _About((3, 32, 32), 5_000, "CIFAR-10 (Krizhevsky, 2009)", "no licence given; free for research"),
}


def load(name: str, split: str) -> Images:
    """A split of one of torchvision's sets: its test images, or its training images, the last of them held out.

    Args:
        name: "fashion_mnist" or "cifar10".
        split: "train", "validation", "train+validation" or "test".

    Returns:
        Images with x uint8 (N, C, H, W).

    Raises:
        ValueError: on another name or split.
        DataNotFound: when the files are missing and cannot be downloaded.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r}: {name} has {', '.join(SPLITS)}")
    about = ABOUT[known(name)]
    stored = _reader(name)(root=str(find(name)), train=split != "test", download=False)
    x, y = torch.as_tensor(stored.data), torch.as_tensor(stored.targets).long()
    x = x[:, None] if x.dim() == 3 else x.permute(0, 3, 1, 2).contiguous()  # (N, C, H, W)
    kept = len(x) - about.n_validation
    part = {"train": slice(0, kept), "validation": slice(kept, None)}.get(split, slice(None))
    return Images(x[part], y[part], Card(name, split, about.shape, 256, "grey", about.source, about.licence))


def _reader(name: str) -> Any:
    """torchvision's class; of Fashion-MNIST's, one that reads only the checked files of raw/.

    It prefers FashionMNIST/processed/*.pt, which old versions of torchvision left behind and nothing has checked.
    """
    cls = source(name)
    if name != "fashion_mnist":
        return cls
    return type(cls.__name__, (cls,), {"_check_legacy_exist": lambda self: False})  # the name is part of the path

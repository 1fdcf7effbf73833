"""MNIST: 70,000 handwritten digits with 256 grey levels, shipped; 28×28, or 14×14 by the means of 2×2 pixels."""

from numbers import Integral

import torch
from torch import Tensor

from gencourse.data.images import Card, Images
from gencourse.data.shipped import read

SPLITS = {"train": slice(0, 50_000), "validation": slice(50_000, None)}  # of the training images; the others have all
SIZES = (28, 14)
SOURCE = "MNIST (Y. LeCun, C. Cortes and C. Burges)"
MD5 = {  # as published, of what is in the .gz
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def load(split: str, size: int = 28) -> Images:
    """A split of MNIST: its 10,000 test images, or its training images, of which the last 10,000 are held out.

    Args:
        split: "train", "validation", "train+validation" or "test".
        size: pixels a side. 14 takes the mean of each 2×2 pixels, rounded to a whole grey level, halves upwards.

    Returns:
        Images with x uint8 (N, 1, size, size).

    Raises:
        ValueError: on another size.
        DamagedData: when a file is missing or damaged.
    """
    if not isinstance(size, Integral) or size not in SIZES:
        raise ValueError(f"size={size!r}: mnist has {' and '.join(map(str, SIZES))}")
    size = int(size)  # of NumPy's whole numbers
    files, part = "t10k" if split == "test" else "train", SPLITS.get(split, slice(None))
    y = _idx(f"{files}-labels-idx1-ubyte", header=8)[part].long()
    x = _idx(f"{files}-images-idx3-ubyte", header=16).view(-1, 1, 28, 28)[part]
    if size == 14:
        rows = x[..., ::2, :].short() + x[..., 1::2, :]  # (N, 1, 14, 28): sums of two
        x = ((rows[..., ::2] + rows[..., 1::2] + 2) >> 2).to(torch.uint8)  # + 2: halves go up
    source = SOURCE + (", means of 2×2 pixels" if size == 14 else "")
    return Images(x, y, Card("mnist", split, (1, size, size), 256, "grey", source, "CC BY-SA 3.0"))


def _idx(file: str, header: int) -> Tensor:
    """The bytes of an idx file behind its header (magic number and sizes, 4 bytes each)."""
    return torch.frombuffer(bytearray(read("mnist", f"{file}.gz", MD5[file])), dtype=torch.uint8, offset=header)

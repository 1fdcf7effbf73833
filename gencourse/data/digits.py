"""Scikit-learn's 1,797 handwritten digits, 8×8 with 17 grey levels: real data that is always at hand."""

import torch

from gencourse.data.images import Card, Images

SPLITS = {"train": slice(0, 1297), "validation": slice(1297, 1497), "test": slice(1497, 1797)}
SPLITS["train+validation"] = slice(0, 1497)


def load(split: str) -> Images:
    """One split of a fixed shuffle of the digits: 1,297 / 200 / 300 images."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = torch.randperm(len(digits.target), generator=torch.Generator().manual_seed(0))[SPLITS[split]]
    x = torch.from_numpy(digits.images).to(torch.uint8)[order].unsqueeze(1)  # (N, 1, 8, 8)
    y = torch.from_numpy(digits.target).long()[order]
    source = "scikit-learn's load_digits (E. Alpaydin and C. Kaynak, UCI, 1998)"
    return Images(x, y, Card("digits", split, (1, 8, 8), 17, "grey", source, "CC BY 4.0"))

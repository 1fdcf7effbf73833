"""The digits: always at hand, 17 levels, fixed splits."""

import torch
from sklearn.datasets import load_digits

from gencourse import data


def test_digits_have_17_levels_and_disjoint_splits():
    parts = [data.load("digits", split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [1297, 200, 300]
    digits = parts[0]
    assert digits.x.dtype == torch.uint8 and digits.shape == (1, 8, 8) and digits.y.dtype == torch.int64
    assert digits.x.max() == 16 and digits.x.min() == 0 and digits.levels == 17
    together = torch.cat([part.x for part in parts])
    assert len(together.unique(dim=0)) > 1780  # the set itself holds a few images twice
    assert torch.equal(together[:1497], data.load("digits", "train+validation").x)
    assert torch.equal(digits.x, data.load("digits").x)


def test_together_the_splits_are_scikit_learn_s_digits_each_with_its_label():
    parts = [data.load("digits", split) for split in ("train", "validation", "test")]
    ours = [(*x.flatten().tolist(), y) for part in parts for x, y in zip(part.x, part.y.tolist(), strict=True)]
    theirs = load_digits()
    assert sorted(ours) == sorted((*map(int, x), int(y)) for x, y in zip(theirs.data, theirs.target, strict=True))


def test_the_splits_stay_the_same_between_versions():
    assert data.load("digits").y[:8].tolist() == [6, 5, 5, 7, 9, 9, 8, 4]
    assert data.load("digits", "test").y[:8].tolist() == [3, 7, 8, 5, 7, 4, 5, 9]

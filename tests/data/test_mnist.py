"""MNIST as it is shipped: whole, split as ever, at hand without a network; and in half the size."""

import shutil

import numpy as np
import pytest
import torch

from gencourse import data
from gencourse.data.shipped import DamagedData
from gencourse.support import places


def test_mnist_is_whole_and_split(monkeypatch, tmp_path):
    monkeypatch.setenv("GENCOURSE_DATA", str(tmp_path))  # an empty folder: it is not looked for there
    parts = [data.load("mnist", split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [50_000, 10_000, 10_000] == [len(part.y) for part in parts]
    assert all(part.shape == (1, 28, 28) == part.x.shape[1:] and part.x.dtype == torch.uint8 for part in parts)
    assert parts[0].y[:5].tolist() == [5, 0, 4, 1, 9] and parts[2].y[:5].tolist() == [7, 2, 1, 0, 4]
    everything = data.load("mnist", "train+validation")
    assert torch.equal(everything.x, torch.cat([parts[0].x, parts[1].x])) and everything.x.max() == 255
    assert torch.equal(everything.y, torch.cat([parts[0].y, parts[1].y])) and everything.y.dtype == torch.int64
    assert float(everything.x.float().mean() / 255) == pytest.approx(0.1307, abs=1e-4)  # the figure all use
    assert everything.levels == 256 and "CC BY-SA 3.0" in str(everything.card)


@pytest.mark.parametrize("split", ["train", "validation", "train+validation", "test"])
def test_half_the_size_is_the_means_of_2x2_pixels_halves_upwards(split):
    small, large = data.load("mnist", split, size=14), data.load("mnist", split)
    means = torch.nn.functional.avg_pool2d(large.x.float(), 2)
    assert torch.equal(small.x, (means + 0.5).floor().to(torch.uint8)) and torch.equal(small.y, large.y)
    assert small.shape == (1, 14, 14) and small.levels == 256 and "means of 2×2 pixels" in str(small.card)


def test_a_size_may_be_numpy_s():
    images = data.load("mnist", "test", size=np.int64(14))
    assert images.shape == (1, 14, 14) and type(images.shape[1]) is int


def test_half_the_size_can_be_black_and_white():
    images = data.load("mnist", "test", size=14, binarise="threshold")
    assert images.levels == 2 and images.x.unique().tolist() == [0, 1] and images.shape == (1, 14, 14)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b""), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:100] + b"spoilt" + path.read_bytes()[106:]), "is damaged"),
        (lambda path: shutil.copy(path.with_name("train-labels-idx1-ubyte.gz"), path), "is damaged .its MD5 differs"),
        (lambda path: path.write_text("version https://git-lfs.github.com/spec/v1"), "is damaged"),
    ],
)
def test_a_missing_or_damaged_file_is_one_error_that_names_it_and_the_way_on(tmp_path, monkeypatch, harm, said):
    shutil.copytree(places.DATA / "mnist", tmp_path / "mnist")
    monkeypatch.setattr(places, "DATA", tmp_path)
    path = tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz"
    harm(path)
    with pytest.raises(DamagedData, match=f"{path} {said}.*git checkout .*pip install --force-reinstall"):
        data.load("mnist", "test")


def test_a_text_that_is_not_there_is_the_same_error(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "DATA", tmp_path)
    with pytest.raises(DamagedData, match="python-topics.txt is missing"):
        data.load("text")

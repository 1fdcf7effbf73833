"""torchvision's sets: shapes and splits, from checked files only."""

import pytest
import torch
from torchvision.datasets import CIFAR10, FashionMNIST

from gencourse import data
from gencourse.data import downloaded


def test_fashion_mnist_is_what_torchvision_reads(fashion):
    _, root = fashion
    images = data.load("fashion_mnist", "test")
    theirs = FashionMNIST(root, train=False)
    assert images.x.shape == (6, 1, 28, 28) and images.x.dtype == torch.uint8 and images.y.dtype == torch.int64
    assert torch.equal(images.x[:, 0], theirs.data) and torch.equal(images.y, theirs.targets)
    assert images.levels == 256 and images.card.licence == "MIT"


def test_cifar10_is_what_torchvision_reads(cifar, monkeypatch):
    monkeypatch.setitem(downloaded.ABOUT, "cifar10", downloaded._About((3, 32, 32), 3, "tiny", "none"))
    _, root = cifar
    parts = [data.load("cifar10", split) for split in ("train", "validation", "train+validation")]
    assert [len(part) for part in parts] == [7, 3, 10] and parts[0].x.shape[1:] == parts[0].shape == (3, 32, 32)
    assert torch.equal(torch.cat([parts[0].x, parts[1].x]), parts[2].x)
    theirs = torch.from_numpy(CIFAR10(root).data)  # (N, H, W, C)
    assert torch.equal(parts[2].x, theirs.permute(0, 3, 1, 2)) and parts[2].x.is_contiguous()
    assert parts[2].x.dtype == torch.uint8 and parts[2].y.tolist() == CIFAR10(root).targets
    assert len(data.load("cifar10", "test")) == 2


@pytest.mark.parametrize(("name", "held_out"), [("fashion_mnist", 10_000), ("cifar10", 5_000)])
def test_as_many_are_held_out_as_the_course_says(name, held_out):
    assert downloaded.ABOUT[name].n_validation == held_out


def test_an_old_copy_that_nothing_has_checked_is_not_read(fashion):
    _, root = fashion
    right = data.load("fashion_mnist", "train+validation").x
    processed = root / "FashionMNIST" / "processed"
    processed.mkdir()
    for file in ("training.pt", "test.pt"):
        torch.save((torch.zeros(3, 28, 28, dtype=torch.uint8), torch.zeros(3, dtype=torch.long)), processed / file)
    assert torch.equal(data.load("fashion_mnist", "train+validation").x, right)


def test_a_damaged_file_is_replaced_before_it_is_read(fashion, capsys):
    _, root = fashion
    right = data.load("fashion_mnist", "test").y
    path = root / "FashionMNIST" / "raw" / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x09\x09")
    assert torch.equal(data.load("fashion_mnist", "test").y, right)
    assert "t10k-labels-idx1-ubyte is damaged" in capsys.readouterr().out


def test_bad_names_and_splits_are_refused():
    with pytest.raises(ValueError, match="split='dev': cifar10 has train, validation"):
        downloaded.load("cifar10", "dev")
    with pytest.raises(ValueError, match="'digits' is not downloaded"):
        downloaded.load("digits", "train")

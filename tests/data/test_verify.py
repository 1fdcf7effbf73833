"""What is whole and what is not, file by file."""

import json

import pytest
from torchvision.datasets import CIFAR10, FashionMNIST

from gencourse.data.fetch import fetch
from gencourse.data.verify import CHECKSUMS, LAYOUT, damage, paths, problems, published_md5, seems_whole


def test_the_layout_is_torchvision_s(tmp_path):
    folder, files = LAYOUT["fashion_mnist"]
    assert folder == f"{FashionMNIST.__name__}/raw"
    assert sorted(files) == sorted(file.removesuffix(".gz") for file, _ in FashionMNIST.resources)
    assert LAYOUT["cifar10"][0] == CIFAR10.base_folder and set(LAYOUT["cifar10"][1]) == set(published_md5("cifar10"))


def test_a_missing_file_is_named(fashion):
    _, root = fashion
    assert damage("fashion_mnist", root).endswith("train-images-idx3-ubyte is missing")
    fetch("fashion_mnist", progress=False)
    assert damage("fashion_mnist", root) is None and problems("fashion_mnist", root, strict=True) == {}


def test_an_empty_cut_or_longer_file_shows_by_its_size_alone(fashion):
    _, root = fashion
    fetch("fashion_mnist", progress=False)
    path = paths("fashion_mnist", root)[3]
    whole = path.read_bytes()
    for harmed in (b"", whole[:3], whole[:7], whole[:-1], whole + b"\0", b"<html>" + whole):
        path.write_bytes(harmed)
        assert list(problems("fashion_mnist", root)) == [path.name] and not seems_whole("fashion_mnist", root)
    path.write_bytes(whole)
    assert seems_whole("fashion_mnist", root)


def test_a_change_within_a_file_shows_by_its_checksum(fashion):
    _, root = fashion
    fetch("fashion_mnist", progress=False)
    path = paths("fashion_mnist", root)[0]
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert seems_whole("fashion_mnist", root) and list(problems("fashion_mnist", root)) == [path.name]


@pytest.mark.parametrize("spoilt", ["", "{", "[]", "{}", "\xff"])
def test_spoilt_notes_of_checksums_are_not_trusted(fashion, spoilt):
    _, root = fashion
    fetch("fashion_mnist", progress=False)
    notes = paths("fashion_mnist", root)[0].with_name(CHECKSUMS)
    notes.write_text(spoilt, encoding="latin-1")
    assert len(problems("fashion_mnist", root)) == 4 and "not to be trusted" in damage("fashion_mnist", root)
    fetch("fashion_mnist", progress=False)
    assert damage("fashion_mnist", root) is None and len(json.loads(notes.read_text())) == 4


def test_a_copy_from_elsewhere_is_checked_by_size_and_trusted_only_while_it_is_whole(fashion):
    _, root = fashion
    fetch("fashion_mnist", progress=False)
    paths("fashion_mnist", root)[0].with_name(CHECKSUMS).unlink()
    assert damage("fashion_mnist", root) is None
    assert len(problems("fashion_mnist", root, strict=True)) == 4


def test_the_published_checksum_counts_more_than_the_noted_one(cifar):
    _, root = cifar
    fetch("cifar10", progress=False)
    path = paths("cifar10", root)[1]
    path.write_bytes(path.read_bytes()[:-1] + b"\x0c")
    notes = path.with_name(CHECKSUMS)
    notes.write_text(json.dumps(dict.fromkeys(LAYOUT["cifar10"][1], "0")))
    assert list(problems("cifar10", root)) == [path.name]

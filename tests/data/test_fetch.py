"""Fetching from a server of the test's own: whole files, broken ones, none at all."""

import functools
import gzip
import hashlib
import http.server
import os
import threading

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from gencourse import data
from gencourse.data import fetch as module
from gencourse.data.fetch import DataNotFound, available, damage, fetch

CLOSED = "http://127.0.0.1:9/"  # the discard port: nothing answers


def idx(array):
    """An array of bytes as an idx file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A tiny Fashion-MNIST behind a web server, an empty GENCOURSE_DATA; tells the served folder and the root."""
    folder, root = tmp_path / "served", tmp_path / "root"
    folder.mkdir()
    root.mkdir()
    random, resources = np.random.default_rng(0), []
    for part, n in (("train", 20), ("t10k", 6)):
        for kind, shape in (("images-idx3", (n, 28, 28)), ("labels-idx1", (n,))):
            packed = gzip.compress(idx(random.integers(0, 10, shape, dtype=np.uint8)))
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(packed)
            resources.append((f"{part}-{kind}-ubyte.gz", hashlib.md5(packed).hexdigest()))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(FashionMNIST, "mirrors", [CLOSED, f"http://127.0.0.1:{server.server_port}/"])
    monkeypatch.setattr(FashionMNIST, "resources", resources)
    monkeypatch.setenv("GENCOURSE_DATA", str(root))
    monkeypatch.setattr(module, "REPOSITORY_DATA", tmp_path / "repository")
    yield folder, root
    server.shutdown()
    server.server_close()


def test_a_second_mirror_serves_and_what_is_there_is_kept(served):
    folder, root = served
    assert not available("fashion_mnist")
    assert fetch("fashion_mnist", progress=False) == root and available("fashion_mnist")
    assert not list(root.rglob("*.part")) and not list(root.rglob("*.gz"))
    for file in folder.iterdir():
        file.unlink()
    assert fetch("fashion_mnist", progress=False) == root
    assert data.load("fashion_mnist", "test").x.shape == (6, 1, 28, 28)


@pytest.mark.parametrize("harm", [lambda b: b[:-9], lambda b: b[:-9] + b"tampered!", lambda b: b""])
def test_a_damaged_file_is_reported_and_fetched_again(served, capsys, harm):
    _, root = served
    fetch("fashion_mnist", progress=False)
    path = next(root.rglob("t10k-images-idx3-ubyte"))
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    assert "t10k-images" in damage("fashion_mnist", root) and not available("fashion_mnist")
    assert len(data.load("fashion_mnist", "test")) == 6
    assert "is damaged" in capsys.readouterr().out and path.read_bytes() == whole


@pytest.mark.parametrize("harm", [lambda b: b[:-20], lambda b: b + b"more"])
def test_a_download_that_is_not_what_it_should_be_is_never_used(served, harm):
    folder, root = served
    archive = folder / "train-labels-idx1-ubyte.gz"
    archive.write_bytes(harm(archive.read_bytes()))
    with pytest.raises(DataNotFound, match=r"train-labels-idx1-ubyte(.|\n)*cut short or changed"):
        fetch("fashion_mnist", progress=False)
    assert not list(root.rglob("*train-labels*")) and not available("fashion_mnist")


def test_offline_one_error_says_what_where_and_the_three_ways_on(served, monkeypatch):
    monkeypatch.setattr(FashionMNIST, "mirrors", [CLOSED])
    with pytest.raises(DataNotFound) as caught:
        data.load("fashion_mnist")
    message = str(caught.value)
    for part in ("fashion_mnist is not here", os.environ["GENCOURSE_DATA"], "set GENCOURSE_DATA",
                 "`gencourse fetch fashion_mnist`", "dataset='digits' or 'sprites'"):  # fmt: skip
        assert part in message


def test_what_is_not_downloaded_is_said():
    with pytest.raises(ValueError, match="'digits' is not downloaded; allowed are mnist"):
        fetch("digits")


@pytest.mark.may_skip
@pytest.mark.skipif(not available("mnist"), reason="needs MNIST under GENCOURSE_DATA or data/")
def test_the_real_mnist_is_whole_and_split():
    parts = [data.load("mnist", split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [50_000, 10_000, 10_000]
    assert all(part.shape == (1, 28, 28) and part.x.dtype == torch.uint8 for part in parts)
    assert parts[2].y[:5].tolist() == [7, 2, 1, 0, 4]
    assert parts[0].y[:5].tolist() == [5, 0, 4, 1, 9]

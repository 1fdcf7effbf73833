"""Tiny data sets behind a web server of the tests' own, in place of the real ones."""

import functools
import gzip
import hashlib
import http.server
import io
import pickle
import tarfile
import threading

import numpy as np
import pytest
from torchvision.datasets import CIFAR10, FashionMNIST

from gencourse.data import verify
from gencourse.support import places

CLOSED = "http://127.0.0.1:9/"  # the discard port: nothing answers


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A web server on an empty folder, and an empty GENCOURSE_DATA: tells folder, address and root."""
    folder, root = tmp_path / "served", tmp_path / "root"
    folder.mkdir()
    root.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setenv("GENCOURSE_DATA", str(root))
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # the servers of the tests are reached directly
    monkeypatch.setenv("GENCOURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(places, "DATA", tmp_path / "repository")
    yield folder, f"http://127.0.0.1:{running.server_port}/", root
    running.shutdown()
    running.server_close()


@pytest.fixture
def fashion(server, monkeypatch):
    """A Fashion-MNIST of 20 + 6 images at the second of two mirrors: tells the served folder and the root."""
    folder, address, root = server
    packed = {f"{file}.gz": gzip.compress(content) for file, content in tiny_idx().items()}
    serve(FashionMNIST, packed, folder, [CLOSED, address], monkeypatch)
    return folder, root


@pytest.fixture
def cifar(server, monkeypatch):
    """A CIFAR-10 of 5 × 2 + 2 images: tells the served folder and the root."""
    folder, address, root = server
    random, files = np.random.default_rng(0), {}
    for file in verify.BATCHES[:-1]:
        pixels = random.integers(0, 256, (2, 3072), dtype=np.uint8)
        files[file] = pickle.dumps({"data": pixels, "labels": [3, int(pixels[1, 0]) % 10]})
    files["batches.meta"] = pickle.dumps({"label_names": list("abcdefghij")})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for file, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{file}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    (folder / CIFAR10.filename).write_bytes(packed.getvalue())
    monkeypatch.setattr(CIFAR10, "url", address + CIFAR10.filename)
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(packed.getvalue()))
    monkeypatch.setattr(CIFAR10, "train_list", [[f, md5(files[f])] for f in verify.BATCHES[:5]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(files["test_batch"])]])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": md5(files["batches.meta"])})
    return folder, root


def tiny_idx():
    """Four idx files, by name."""
    random, files = np.random.default_rng(0), {}
    for part, n in (("train", 20), ("t10k", 6)):
        for kind, shape in (("images-idx3", (n, 28, 28)), ("labels-idx1", (n,))):
            array = random.integers(0, 10, shape, dtype=np.uint8)
            sizes = b"".join(size.to_bytes(4, "big") for size in shape)
            files[f"{part}-{kind}-ubyte"] = bytes([0, 0, 8, len(shape)]) + sizes + array.tobytes()
    return files


def serve(cls, packed, folder, mirrors, monkeypatch):
    """Put the archives into the served folder, and tell torchvision's class where they are and their checksums."""
    for file, content in packed.items():
        (folder / file).write_bytes(content)
    monkeypatch.setattr(cls, "mirrors", mirrors)
    monkeypatch.setattr(cls, "resources", [(file, md5(content)) for file, content in packed.items()])


def md5(content):
    return hashlib.md5(content).hexdigest()

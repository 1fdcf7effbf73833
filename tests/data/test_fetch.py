"""Fetching from a server of the tests' own: whole files, broken ones, none at all."""

import os

import pytest
from torchvision.datasets import CIFAR10, FashionMNIST

from gencourse.data import fetch as module
from gencourse.data.fetch import DataNotFound, available, fetch, find
from gencourse.data.shipped import SHIPPED
from gencourse.support import places

CLOSED = "http://127.0.0.1:9/"  # the discard port: nothing answers


def test_a_second_mirror_serves_and_what_is_there_is_kept(fashion, capsys):
    folder, root = fashion
    assert not available("fashion_mnist")
    assert fetch("fashion_mnist") == root and available("fashion_mnist")
    assert "train-images-idx3-ubyte.gz" in capsys.readouterr().err  # the bar
    left = {path.name for path in root.rglob("*") if path.is_file()}
    assert left == {*module.LAYOUT["fashion_mnist"][1], "gencourse-checksums.json"}
    for file in folder.iterdir():
        file.unlink()
    assert fetch("fashion_mnist", progress=False) == find("fashion_mnist") == root


def test_a_folder_of_one_s_own(fashion, tmp_path):
    _, root = fashion
    assert fetch("fashion_mnist", tmp_path / "mine", progress=False) == tmp_path / "mine"
    assert not any(root.iterdir()) and not available("fashion_mnist")


def test_cifar10_comes_out_of_its_archive(cifar):
    _, root = cifar
    assert fetch("cifar10", progress=False) == find("cifar10") == root
    assert not list(root.rglob("*.gz")) and not list(root.rglob("*.part"))


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10"])
@pytest.mark.parametrize("harm", [lambda b: b[:-5], lambda b: b[:-5] + b"wrong", lambda b: b""])
def test_a_damaged_file_is_reported_and_it_alone_is_fetched_again(request, name, harm, capsys):
    folder, root = request.getfixturevalue({"fashion_mnist": "fashion", "cifar10": "cifar"}[name])
    fetch(name, progress=False)
    paths = module.paths(name, root)
    whole = [path.read_bytes() for path in paths]
    paths[2].write_bytes(harm(whole[2]))
    kept = folder / f"{paths[2].name}.gz"
    for archive in folder.iterdir():
        if archive != kept and name != "cifar10":
            archive.unlink()
    assert find(name) == root
    said = capsys.readouterr().out
    assert f"{paths[2]} is damaged" in said and "fetching it again" in said and str(paths[1]) not in said
    assert [path.read_bytes() for path in paths] == whole


@pytest.mark.parametrize("harm", [lambda b: b[:-20], lambda b: b + b"more", lambda b: b[:40] + b"!" + b[41:]])
def test_a_download_that_is_not_what_it_should_be_is_never_used(fashion, harm, capsys):
    folder, root = fashion
    archive = folder / "train-labels-idx1-ubyte.gz"
    archive.write_bytes(harm(archive.read_bytes()))
    with pytest.raises(DataNotFound, match="train-labels-idx1-ubyte.gz: the file arrived changed"):
        fetch("fashion_mnist", progress=False)
    assert "fetching it again" in capsys.readouterr().out
    assert not list(root.rglob("*train-labels*")) and not available("fashion_mnist")


def test_a_download_cut_short_is_fetched_again(fashion, monkeypatch, capsys):
    _, root = fashion
    real, cut = module.urllib.request.urlopen, []

    def once_short(request, timeout):
        answer = real(request, timeout=timeout)
        if "t10k-labels" in request.full_url and not cut:
            cut.append(answer.read(10))  # these bytes will be missing
        return answer

    monkeypatch.setattr(module.urllib.request, "urlopen", once_short)
    assert fetch("fashion_mnist", progress=False) == root and cut
    assert "t10k-labels-idx1-ubyte.gz: the file arrived cut short" in capsys.readouterr().out
    assert find("fashion_mnist") == root


def test_an_interrupted_download_leaves_whole_files_and_goes_on(fashion, monkeypatch):
    folder, root = fashion
    real = module._get

    def interrupted(url, to, progress):
        if "t10k-images" in url:
            to.write_bytes(b"half a file")
            raise KeyboardInterrupt
        real(url, to, progress)

    monkeypatch.setattr(module, "_get", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch("fashion_mnist", progress=False)
    left = {path.name for path in root.rglob("*-ubyte*")}
    assert left == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"} and not list(root.rglob("*.part"))
    monkeypatch.setattr(module, "_get", real)
    (folder / "train-images-idx3-ubyte.gz").unlink()  # what is there is not asked for again
    assert fetch("fashion_mnist", progress=False) == root and available("fashion_mnist")


def test_what_a_killed_fetch_left_is_swept_after_a_day(fashion):
    _, root = fashion
    old, new = (root / "FashionMNIST" / "raw" / f"tmp-{age}.part" for age in ("old", "new"))
    for left in (old, new):
        left.mkdir(parents=True)
        (left / "half").write_bytes(b"half a file")
    os.utime(old, (0, 0))
    fetch("fashion_mnist", progress=False)
    assert new.exists() and not old.exists()


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("fashion_mnist", "FashionMNIST/raw/train-images-idx3-ubyte and 3 more files"),
        ("cifar10", "cifar-10-batches-py/data_batch_1 and 6 more files"),
    ],
)
def test_offline_one_error_says_what_where_and_the_three_ways_on(server, monkeypatch, name, files):
    _, _, root = server
    monkeypatch.setattr(FashionMNIST, "mirrors", [CLOSED])
    monkeypatch.setattr(CIFAR10, "url", CLOSED + CIFAR10.filename)
    with pytest.raises(DataNotFound) as caught:
        find(name)
    message = str(caught.value)
    assert f"{name} is not here. Looked for {files} under {root} and {places.home()}/data and {places.DATA}." in message
    assert f"Downloading {CIFAR10.filename if name == 'cifar10' else 'train-images'}" in message and CLOSED in message
    for way in ("set GENCOURSE_DATA", f"run `gencourse fetch {name}`", "dataset='mnist', 'digits' or"):
        assert way in message.partition("Three ways on: ")[2]
    assert not any(root.iterdir())  # no empty folders are left behind


def test_offline_the_error_says_that_a_copy_is_there_but_damaged(fashion, monkeypatch):
    _, root = fashion
    fetch("fashion_mnist", progress=False)
    path = module.paths("fashion_mnist", root)[0]
    path.write_bytes(path.read_bytes()[:-100])
    monkeypatch.setattr(FashionMNIST, "mirrors", [CLOSED])
    with pytest.raises(DataNotFound) as caught:
        find("fashion_mnist")
    assert f"Found but not used: {path} is damaged: it is not as long as its header says." in str(caught.value)
    assert len(path.read_bytes()) > 0 and not list(root.rglob("*.part"))


def test_offline_without_gencourse_data_says_that_it_is_not_set(fashion, monkeypatch):
    monkeypatch.setattr(FashionMNIST, "mirrors", [CLOSED])
    monkeypatch.delenv("GENCOURSE_DATA")
    with pytest.raises(DataNotFound, match=rf"under {places.home()}/data and {places.DATA} \(GENCOURSE_DATA is not set\)"):
        fetch("fashion_mnist")


def test_a_folder_that_cannot_be_written_is_one_clear_error(fashion, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataNotFound, match=r"Writing it under .*file failed(.|\n)*Three ways on"):
        fetch("fashion_mnist", tmp_path / "file", progress=False)


def test_a_full_disk_loses_nothing_and_the_next_run_works(fashion, monkeypatch):
    _, root = fashion
    real = module._unpack

    def full(archive, files, to):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_unpack", full)
    with pytest.raises(DataNotFound, match="No space left on device"):
        fetch("fashion_mnist", progress=False)
    assert not any(root.iterdir())
    monkeypatch.setattr(module, "_unpack", real)
    assert fetch("fashion_mnist", progress=False) == root


def test_a_whole_copy_in_the_repository_serves_while_the_other_is_damaged(fashion, capsys):
    _, root = fashion
    for folder in (root, places.DATA):
        fetch("fashion_mnist", folder, progress=False)
    path = module.paths("fashion_mnist", root)[0]
    path.write_bytes(b"spoilt")
    assert find("fashion_mnist") == places.DATA
    assert f"{path} is damaged" in capsys.readouterr().out


@pytest.mark.parametrize("name", SHIPPED)
def test_of_what_is_shipped_there_is_nothing_to_fetch(name, capsys):
    assert fetch(name) == places.DATA / name and fetch(name).is_dir()
    assert capsys.readouterr().out == 2 * f"{name} is shipped with the course: there is nothing to fetch\n"


def test_what_is_not_downloaded_is_said():
    for function in (fetch, find, available):
        with pytest.raises(ValueError, match="'digits' is not downloaded; allowed are fashion_mnist, cifar10"):
            function("digits")
    with pytest.raises(ValueError, match="did you mean 'fashion_mnist'"):
        fetch("fashionmnist")

"""One's own pictures in class folders: how they are parted, what is passed over, and what is refused."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gencourse import data
from gencourse.course.parameters import LEAST, LEAST_OF_A_CLASS
from gencourse.data.folder import LARGE, survey

REPOSITORY = Path(__file__).resolve().parents[2]
SPLITS = ("train", "validation", "test")


def draw(path, seed, size=(12, 10), mode="RGB"):
    """A picture of random pixels at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)).save(path)


@pytest.fixture
def photos(tmp_path):
    """150 pictures in three classes."""
    root = tmp_path / "photos"
    for k in range(150):
        draw(root / ("cat", "dog", "eel")[k % 3] / f"{k}.png", k)
    return root


def in_all_splits(root, **options):
    return {split: data.folder(root, split, **options) for split in SPLITS}


def test_a_folder_is_a_data_set(photos):
    train = data.folder(photos)
    assert train.x.shape == (len(train), 3, 32, 32) and train.x.dtype == torch.uint8 and train.x.is_contiguous()
    assert train.class_names == ("cat", "dog", "eel") and train.y.unique().tolist() == [0, 1, 2]
    assert str(train.card) == f"photos train: 3×32×32, 256 grey levels; {photos}; yours"
    grey = data.folder(photos, "test", size=28, grey=True)
    assert grey.shape == (1, 28, 28) == tuple(grey.x.shape[1:]) and grey.card.split == "test"
    assert grey.binarised("threshold").class_names == grey.class_names == grey[:2].class_names


def test_load_is_another_door_to_the_same(photos, monkeypatch):
    images = data.load(f"folder:{photos}", "test", size=20, grey=True)
    assert torch.equal(images.x, data.folder(photos, "test", size=20, grey=True).x)
    assert data.load(f"folder:{photos}", "test", binarise="dynamic").card.binarisation == "dynamic"
    monkeypatch.chdir(photos.parent)
    monkeypatch.setenv("HOME", str(photos.parent))
    for name in ("photos", "./photos", "~/photos", "../" + photos.parent.name + "/photos/"):
        assert data.load(f"folder:{name}", "test").card == data.folder(photos, "test").card
    with pytest.raises(ValueError, match="n: folder: takes size and grey"):
        data.load(f"folder:{photos}", n=5)


def test_each_picture_is_in_one_split_and_about_eight_in_ten_are_for_training(photos):
    parts = in_all_splits(photos)
    assert sum(map(len, parts.values())) == 150
    together = torch.cat([part.x for part in parts.values()])
    assert len(together.flatten(1).unique(dim=0)) == 150
    assert 100 < len(parts["train"]) < 140 and len(parts["validation"]) > 3 and len(parts["test"]) > 3
    both = data.folder(photos, "train+validation")
    assert len(both) == len(parts["train"]) + len(parts["validation"])
    labels = parts["train"].y[:40]  # any first few are mixed: what the lessons take
    assert labels.bincount().min() > 5


def test_labels_are_those_of_torchvisions_image_folder(photos):
    from torchvision.datasets import ImageFolder

    theirs = ImageFolder(photos)
    wanted = sorted((np.asarray(image.crop((1, 0, 11, 10))).tobytes(), label) for image, label in theirs)
    ours = [
        (x.permute(1, 2, 0).numpy().tobytes(), int(y))
        for s in in_all_splits(photos, size=10).values()
        for x, y in zip(s.x, s.y, strict=True)
    ]
    assert tuple(theirs.classes) == data.folder(photos).class_names and sorted(ours) == wanted


def test_copies_stay_together_and_what_is_added_moves_nothing(photos):
    before = in_all_splits(photos)
    for path in sorted(photos.glob("cat/*.png")):
        shutil.copy(path, photos / "dog" / f"copy of {path.name}")
    for k in range(500, 520):
        draw(photos / "eel" / f"{k}.png", k)
    after = in_all_splits(photos)
    seen = {split: {x.numpy().tobytes() for x in part.x} for split, part in after.items()}
    assert sum(map(len, seen.values())) == 170, "a copy is in no other split than its picture"
    for split, part in before.items():
        assert {x.numpy().tobytes() for x in part.x} <= seen[split]
    assert torch.equal(data.folder(photos).x, after["train"].x), "the order is the same each time"


def test_train_and_test_folders_are_kept(tmp_path):
    for k in range(120):
        draw(tmp_path / "train" / "ab"[k % 2] / f"{k}.png", k)
    for k in range(120, 140):
        draw(tmp_path / "test" / "ab"[k % 2] / f"{k}.png", k)
    parts = in_all_splits(tmp_path)
    assert len(parts["test"]) == 20 and len(parts["train"]) + len(parts["validation"]) == 120
    assert 0 < len(parts["validation"]) < 30 and len(data.folder(tmp_path, "train+validation")) == 120
    for k in range(140, 147):
        draw(tmp_path / "validation" / "b" / f"{k}.png", k)
    parts = in_all_splits(tmp_path)
    assert [len(parts[split]) for split in SPLITS] == [120, 7, 20] and parts["validation"].y.tolist() == [1] * 7
    assert len(data.folder(tmp_path, "train+validation")) == 127


def test_odd_files_are_named_once_and_passed_over(photos, capsys):
    (photos / "cat" / "notes.txt").write_text("tabby")
    (photos / "cat" / ".DS_Store").write_bytes(b"\0\1")
    (photos / "dog" / "nothing.png").write_bytes(b"")
    whole = (photos / "dog" / "1.png").read_bytes()
    (photos / "dog" / "half.png").write_bytes(whole[: len(whole) // 2])
    (photos / "eel" / ".ipynb_checkpoints").mkdir()
    shutil.copy(photos / "eel" / "2.png", photos / "eel" / ".ipynb_checkpoints" / "2-checkpoint.png")
    (photos / "empty").mkdir()
    (photos / ".git").mkdir()
    (photos / ".git" / "config").write_text("")
    draw(photos / "loose.png", 900)
    (photos / "cat" / "gone.png").symlink_to(photos / "nowhere.png")
    parts = in_all_splits(photos)
    assert sum(map(len, parts.values())) == 150 and parts["train"].class_names == ("cat", "dog", "eel")
    said = capsys.readouterr().out
    for once in (
        "cat/notes.txt (no picture, or of a kind that is not read)",
        "cat/.DS_Store (hidden)",
        "dog/nothing.png (empty)",
        "dog/half.png (cannot be read: image file is truncated",
        "eel/.ipynb_checkpoints/2-checkpoint.png (hidden)",
        "loose.png (in no class folder)",
    ):
        assert said.count(once) == 1, once
    assert "cat/gone.png (No such file or directory)" in said and "photos: " in said and ".git" not in said


def test_of_many_odd_files_a_few_are_named(photos, capsys):
    for k in range(300):
        (photos / "cat" / f"{k}.txt").write_text(str(k))
    data.folder(photos)
    said = capsys.readouterr().out
    assert said.count("no picture") == 8 and " more\n" in said and said.count("\n") == 1


def test_large_files_go_through_threads_to_the_same_end(tmp_path):
    for k in range(30):
        draw(tmp_path / "ab"[k % 2] / f"{k}.png", k, (200, 190) if k % 3 else (20, 19))
    assert any(path.stat().st_size > LARGE for path in tmp_path.rglob("*.png"))
    train = data.folder(tmp_path)
    assert torch.equal(train.x, data.folder(tmp_path).x) and train.x.float().std() > 10


def test_grey_and_coloured_pictures_side_by_side(tmp_path):
    for k in range(40):
        draw(tmp_path / "one" / f"{k}.png", k, mode="RGB" if k % 2 else "L")
    images = data.folder(tmp_path)
    assert images.class_names == ("one",) and (images.x[:, 0] == images.x[:, 1]).flatten(1).all(1).any()


@pytest.mark.parametrize("name", ["my course é {1}", "~", "a b/größe", "100%"])
def test_any_name_of_a_folder_will_do(tmp_path, name):
    for k in range(40):
        draw(tmp_path / name / "ab{c}"[k % 5] / f"{k} {{y}} ñ.png", k)
    images = data.folder(tmp_path / name)
    assert set(images.class_names) == set("ab{c}") and str(tmp_path / name) in str(images.card)


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ([], "", "photos is empty; put pictures into a folder for each class: .*photos/CLASS/picture.jpg"),
        (["a/"], "", "photos is empty"),
        (["a/.hidden.png", "a/.b/c.png"], "", "photos is empty"),
        (["1.png", "2.png"], "", "photos holds files, but none in a class folder; put pictures into a folder for each"),
        (["a/1.png"], "a/1.png", "a/1.png is not a folder"),
        (["cats/1.png"], "cat", "photos/cat is not there: .*photos has no 'cat'; did you mean 'cats'"),
        (["cats/1.png"], "x/y/z", "photos/x/y/z is not there: .*photos has no 'x'"),
        (
            ["train/a/1.png", "val/a/1.png"],
            "",
            "holds train/, val/: allowed are train/ and test/ and, if you like, val",
        ),
        (["train/a/1.png", "test/a/1.png", "a/1.png"], "", "holds a/, test/, train/: allowed are"),
        (["train/a/1.png", "test/b/1.png"], "", "test has the class 'b', and .*train has not"),
        (["a/1.png"], "", "photos has no picture for the split '"),
    ],
)
def test_what_will_not_do(tmp_path, files, path, said):
    root = tmp_path / "photos"
    root.mkdir()
    for file in files:
        if file.endswith("/"):
            (root / file).mkdir()
        else:
            draw(root / file, 0)
    with pytest.raises(ValueError, match=said):
        for split in SPLITS:
            data.folder(root / path, split)


def test_a_class_may_be_called_train(tmp_path):
    for k in range(40):
        draw(tmp_path / ("bus", "train")[k % 2] / f"{k}.png", k)
    assert survey(tmp_path).classes == {"bus": 20, "train": 20}


def test_bad_arguments_are_named_before_anything_is_read(tmp_path):
    with pytest.raises(ValueError, match="split='dev': allowed are"):
        data.folder(tmp_path, "dev")
    with pytest.raises(ValueError, match="size=0: allowed is a whole number from 1 up"):
        data.folder(tmp_path, size=0)


def test_the_page_about_it_runs_and_says_what_is_so(photos, monkeypatch, capsys):
    page = (REPOSITORY / "docs" / "your-own-images.md").read_text(encoding="utf-8")
    photos.rename(photos.with_name("pictures"))
    monkeypatch.setenv("HOME", str(photos.parent))
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, {})
    assert "pictures train: 3×32×32" in capsys.readouterr().out
    assert f"need {LEAST} files or more, and {LEAST_OF_A_CLASS} in each class" in page

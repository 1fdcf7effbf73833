"""Text: splits that have nothing in common, a vocabulary for all of them, clear refusals."""

import itertools
import platform
import runpy
from pydoc_data.topics import topics

import pytest
import torch

from gencourse import data
from gencourse.data import text
from gencourse.support import places

PARTS = ("train", "validation", "test")


def assert_nothing_in_common(parts):
    """No run of 50 characters, neither as it stands nor when indented or wrapped otherwise."""
    for form in (str, lambda part: " ".join(part.split())):
        runs = [{line[i : i + 50] for i in range(len(line) - 49)} for line in map(form, parts)]
        assert all(one.isdisjoint(other) for one, other in itertools.combinations(runs, 2))


def test_the_reference_is_english_and_its_splits_are_of_fixed_sizes():
    parts = [data.load("text", split) for split in PARTS]
    assert [len(part) for part in parts] == [258_013, 31_038, 28_435] and "the" in parts[0].decode(parts[0].x[:2000])
    assert len({part.vocabulary for part in parts}) == 1
    assert torch.equal(torch.cat([parts[0].x, parts[1].x]), data.load("text", "train+validation").x)
    assert parts[0].x.max() < len(parts[0].vocabulary) and parts[0].x.dtype == torch.int64
    assert torch.equal(parts[2].x, data.load("text", "test").x) and "\f" not in parts[0].vocabulary
    assert parts[2].card.startswith("text test: ") and "PSF licence" in parts[2].card


def test_no_run_of_50_characters_is_shared_between_splits():
    assert_nothing_in_common([part.decode(part.x) for part in (data.load("text", split) for split in PARTS)])


def test_the_text_is_what_its_script_makes():
    """Of the help topics of the Python that it was made with; of any other's it makes one like it."""
    made = runpy.run_path(str(places.DATA / "text" / "make.py"))["make"](topics)
    parts = made.split("\f")
    assert_nothing_in_common(parts)
    assert len(parts) == 3 and 0.75 < len(parts[0]) / len(made) < 0.87
    if platform.python_version() == "3.11.7":
        assert made.encode() == (places.DATA / "text" / "python-topics.txt").read_bytes()


def test_encode_and_decode_undo_each_other():
    part = data.load("text", "test")
    assert part.decode(part.encode("while x < 3:")) == "while x < 3:"
    assert part.encode("if").dtype == torch.int64
    with pytest.raises(ValueError, match="☃"):
        part.encode("a ☃")
    for token in (-1, len(part.vocabulary)):
        with pytest.raises(ValueError, match=rf"tokens has \[{token}\]; allowed are 0 to {len(part.vocabulary) - 1}"):
            part.decode([0, token])


def test_a_file_of_one_s_own(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("abc" * 100, encoding="utf-8")
    assert data.load("text", path=path).vocabulary == ("a", "b", "c") and len(data.load("text", path=path)) == 270
    own = [data.load("text", split, path=path) for split in PARTS]
    assert [len(part) for part in own] == [270, 15, 15] and str(path) in own[0].card
    assert own[2].decode(own[2].x) == "abc" * 5
    path.write_text("too short", encoding="utf-8")
    with pytest.raises(ValueError, match="100 or more"):
        data.load("text", path=path)
    with pytest.raises(ValueError, match="cannot be read"):
        data.load("text", path=tmp_path / "missing.txt")
    path.write_bytes(b"\xff" * 200)
    with pytest.raises(ValueError, match="cannot be read as UTF-8"):
        data.load("text", path=path)


def test_a_text_is_not_binarised_and_its_splits_are_named():
    with pytest.raises(ValueError, match="binarise='dynamic': a text has no pixels"):
        data.load("text", binarise="dynamic")
    with pytest.raises(ValueError, match="split='dev': text has train, validation"):
        text.load("dev")


def test_windows_are_all_the_stretches_of_a_length():
    words = text.load("validation")
    windows = words.windows(5)
    assert len(windows) == len(words) - 4 and windows.y.shape == (len(windows),)
    assert torch.equal(windows.batch(torch.tensor([7, 0])), torch.stack([words.x[7:12], words.x[:5]]))
    assert torch.equal(windows.to("cpu").batch(slice(2, 4)), torch.stack([words.x[2:7], words.x[3:8]]))
    assert "windows of 5" in windows.card
    with pytest.raises(ValueError, match="length=0: allowed is a whole number from 1 to"):
        words.windows(0)

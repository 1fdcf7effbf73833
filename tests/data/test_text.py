"""Text: splits that follow each other, a vocabulary for all of them, clear refusals."""

import pytest
import torch

from gencourse import data


def test_the_reference_is_english_and_its_splits_lie_end_to_end():
    parts = [data.load("text", split) for split in ("train", "validation", "test")]
    assert len(parts[0]) > 300_000 and "the" in parts[0].decode(parts[0].x[:2000])
    assert len({part.vocabulary for part in parts}) == 1
    assert torch.equal(torch.cat([parts[0].x, parts[1].x]), data.load("text", "train+validation").x)
    assert parts[0].x.max() < len(parts[0].vocabulary)


def test_encode_and_decode_undo_each_other():
    text = data.load("text", "test")
    assert text.decode(text.encode("while x < 3:")) == "while x < 3:"
    with pytest.raises(ValueError, match="☃"):
        text.encode("a ☃")


def test_a_file_of_one_s_own(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("abc" * 100, encoding="utf-8")
    assert data.load("text", path=path).vocabulary == ("a", "b", "c") and len(data.load("text", path=path)) == 270
    path.write_text("too short", encoding="utf-8")
    with pytest.raises(ValueError, match="100 or more"):
        data.load("text", path=path)
    with pytest.raises(ValueError, match="cannot be read"):
        data.load("text", path=tmp_path / "missing.txt")

"""Emoji: what is shipped, how it is split, what is said of it, and what is refused."""

import hashlib
import runpy
import shutil
from collections import Counter

import pytest
import torch

from gencourse import data
from gencourse.data import emoji
from gencourse.data.shipped import DamagedData
from gencourse.support import places

DRAWINGS = {"noto": 1644, "twemoji": 1905, "fluent-emoji": 1562, "fluent-emoji-flat": 1592, "noto-v1": 1226}
EMOJI = {"train": 1285, "validation": 200, "test": 420}


@pytest.fixture(scope="module")
def splits():
    return {split: data.load("emoji", split) for split in EMOJI}


@pytest.fixture(scope="module")
def everything(splits):
    """Factors (7929, 3) and pictures (7929, 3, 32, 32) of all splits, by style and then by emoji."""
    factors = torch.cat([images.factors for images in splits.values()])
    order = (10_000 * factors[:, 1] + factors[:, 0]).argsort()
    return factors[order], torch.cat([images.x for images in splits.values()])[order]


def test_every_drawing_is_there_once(splits, everything):
    factors, _ = everything
    assert len(factors) == 7929 == len(factors[:, :2].unique(dim=0))
    assert dict(zip(emoji.STYLES, factors[:, 1].bincount().tolist(), strict=True)) == DRAWINGS
    both = data.load("emoji", "train+validation")
    assert len(both) == len(splits["train"]) + len(splits["validation"]) and both.shape == (3, 32, 32)


def test_the_pictures_are_those_that_were_rendered(everything):
    """The checksum of the arrays that data/emoji/make.py began with: style by style, row by row, red, green, blue."""
    pictures = everything[1].permute(0, 2, 3, 1).contiguous().numpy().tobytes()
    assert hashlib.md5(pictures).hexdigest() == "c8a94c1bf9403c2d7828f6b81710d0c9"


def test_no_emoji_is_in_two_splits(splits):
    assert {split: len(images.factors[:, 0].unique()) for split, images in splits.items()} == EMOJI
    for split, images in splits.items():
        assert {emoji.table()[k].split for k in images.factors[:, 0].tolist()} == {split}
        assert images.card.split == split


def test_no_picture_is_in_two_splits(splits):
    """Some styles draw two emoji alike, such as the flags of Norway and of Svalbard."""
    seen = [{hashlib.md5(x.numpy().tobytes()).digest() for x in images.x} for images in splits.values()]
    assert sum(map(len, seen)) == len(set().union(*seen)) < 7929


def test_each_split_has_its_share_of_every_group(splits):
    of_all = Counter(row.group for row in emoji.table())
    for split, images in splits.items():
        of_split = Counter(row.group for row in emoji.table() if row.split == split)
        for group, n in of_all.items():
            assert of_split[group] / EMOJI[split] == pytest.approx(n / 1905, abs=0.01)
        assert set(images.y.tolist()) == set(range(9))


def test_the_split_can_be_made_again_from_what_is_shipped(everything):
    """As data/emoji/make.py does: families of emoji that hardly differ stay together."""
    make, (factors, x) = runpy.run_path(str(places.DATA / "emoji" / "make.py")), everything
    pictures = x.permute(0, 2, 3, 1).numpy()
    sheets = [(pictures[factors[:, 1] == s], factors[factors[:, 1] == s, 0].numpy()) for s in range(5)]
    families = make["families"]([row.hex for row in emoji.table()], sheets)
    split = make["parted"]([row.group for row in emoji.table()], families)
    assert split == [row.split for row in emoji.table()]
    names = [{emoji.table()[k].name for k in family} for family in families]
    assert {"cook", "man cook", "woman cook"} in names
    assert {"flag: Norway", "flag: Svalbard & Jan Mayen", "flag: Bouvet Island"} in names
    assert all(len({split[k] for k in family}) == 1 for family in families)


def test_the_table_names_each_picture(splits):
    images, groups, subgroups = splits["train"], emoji.groups(), emoji.subgroups()
    assert images.factor_names == ("emoji", "style", "subgroup") and images.class_names == groups
    for y, (of, style, subgroup) in zip(images.y.tolist(), images.factors.tolist(), strict=True):
        row = emoji.table()[of]
        assert row.group == groups[y] and row.subgroup == subgroups[subgroup]
        assert list(emoji.STYLES)[style] in row.styles


def test_the_table_says_what_unicode_says():
    assert len(emoji.table()) == 1905 == len({row.hex for row in emoji.table()})
    assert len(emoji.groups()) == 9 and len(emoji.subgroups()) == 98
    tree = next(row for row in emoji.table() if row.hex == "1f333")
    assert tree.name == "deciduous tree" and tree.group == "Animals & Nature" and tree.subgroup == "plant-other"
    assert tree.keywords == ("deciduous", "forest", "green", "habitat", "shedding", "tree")
    assert all(row.name and all(row.keywords) and row.styles for row in emoji.table())


def test_pictures_lie_on_mid_grey(splits):
    corners = splits["test"].x[:, :, 0, 0]
    assert ((corners == 128).all(1)).float().mean() > 0.7  # others reach into the corner
    assert len(splits["test"].y[:200].unique()) == 9  # shuffled


def test_some_styles_alone(splits):
    some = data.load("emoji", "test", styles=["twemoji", "noto"])
    assert set(some.factors[:, 1].tolist()) == {0, 1}
    assert len(some) == int((splits["test"].factors[:, 1] < 2).sum())
    assert "Apache 2.0" in some.card.licence and "MIT" not in some.card.licence and "Microsoft" not in some.card.source


def test_the_card_names_who_drew_and_each_licence(splits):
    card = str(splits["train"].card)
    assert card.startswith("emoji train: 3×32×32, 256 grey levels; Noto Emoji (Google), Twemoji")
    for style, licence in zip(DRAWINGS, ("Apache 2.0", "CC BY 4.0", "MIT", "MIT", "Apache 2.0"), strict=True):
        assert f"{style}: {licence}" in card


def test_the_licences_are_shipped():
    folder = places.DATA / "emoji"
    notice = (folder / "LICENSE").read_text(encoding="utf-8")
    for words in (
        "Google",
        "Twitter",
        "Microsoft",
        "Miles Johnson",
        "CC BY 4.0",
        "Permission is hereby",
        "What was changed",
    ):
        assert words in notice
    assert "UNICODE LICENSE V3" in notice and "32x32" in notice and all(style in notice for style in emoji.STYLES)
    assert "Apache License" in (folder / "LICENSE-APACHE-2.0").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("styles", "said"),
    [
        (("notto",), r"styles=\('notto',\): allowed are one or more of 'noto', 'twemoji', .*; did you mean 'noto'"),
        ((), r"styles=\(\): allowed are one or more"),
        ("noto", r"styles='noto': allowed are .*such as styles=\('noto', 'twemoji'\)"),
        (3, "styles=3: allowed are"),
        ((3,), r"styles=\(3,\): allowed are"),
    ],
)
def test_styles_that_are_not_there_are_refused(styles, said):
    with pytest.raises(ValueError, match=said):
        data.load("emoji", styles=styles)


@pytest.mark.parametrize("file", ["emoji.tsv", "twemoji.webp"])
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is damaged .its MD5 differs"),
        (lambda path: path.write_bytes(b"\0" * 50 + path.read_bytes()[50:]), "is damaged .its MD5 differs"),
    ],
)
def test_a_missing_or_damaged_file_is_one_error_that_names_it(tmp_path, monkeypatch, file, harm, said):
    shutil.copytree(places.DATA / "emoji", tmp_path / "emoji")
    monkeypatch.setattr(places, "DATA", tmp_path)
    emoji.table.cache_clear()
    path = tmp_path / "emoji" / file
    harm(path)
    with pytest.raises(DamagedData, match=f"{path} {said}.*git checkout .*pip install --force-reinstall"):
        data.load("emoji", "test")

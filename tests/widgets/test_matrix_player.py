"""The page's numbers are Python's, its nearest negatives are the nearest, and what does not fit is refused."""

import re

import pytest
import torch
import torch.nn.functional as F
import traitlets

from gencourse.widgets import MatrixPlayer

WIDE = {"viewport": {"width": 900, "height": 900}}
CLASSES = torch.arange(3).repeat_interleave(4)
NAMES = ["animals", "flags", "food"]


def cosines(seed):
    z = F.normalize(torch.randn(12, 5, generator=torch.Generator().manual_seed(seed)), dim=1)
    return z @ z.T


def build(**change):
    images = torch.rand(12, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    given = dict(moments={"before": cosines(0), "after": cosines(1)}, images=images, classes=CLASSES, names=NAMES)
    return MatrixPlayer(**given | change)


def test_numbers_by_loops():
    widget, c = build(), cosines(1)
    own, other, false = [], [], []
    for i in range(12):
        negatives = [j for j in range(12) if j not in (i, i ^ 1)]
        for j in negatives:
            (own if CLASSES[i] == CLASSES[j] else other).append(float(c[i, j]))
        nearest = max(negatives, key=lambda j: c[i, j])
        false.append(float(CLASSES[nearest] == CLASSES[i]))
    expected = {
        "partner": sum(float(c[i, i ^ 1]) for i in range(12)) / 12,
        "own class": sum(own) / len(own),
        "other classes": sum(other) / len(other),
        "false nearest": sum(false) / 12,
    }
    assert widget.numbers() == pytest.approx(expected, abs=0.004)  # cosines in bytes


@pytest.mark.parametrize("moment", [0, 1])
def test_the_page_shows_pythons_numbers_at_each_moment(mount, moment):
    widget = build()
    host = mount(widget, **WIDE)
    host.page.focus(".gc-slider")
    host.page.keyboard.press("Home")
    if moment:
        host.page.keyboard.press("ArrowRight")
    host.settle()
    widget.moment = moment
    said = host.page.inner_text(".gc-readout").replace("−", "-")
    shown = [float(x) for x in re.findall(r"-?\d+\.\d+", said)]
    of = widget.numbers()
    assert host.get("moment") == moment
    assert shown == pytest.approx([of["partner"], of["own class"], of["other classes"]], abs=0.011)
    assert f"{round(100 * of['false nearest'])} %" in said


def test_a_row_chosen_by_keys_shows_its_nearest_negatives(mount):
    host = mount(build(), **WIDE)
    host.page.focus(".gc-matrix")
    for _ in range(3):
        host.page.keyboard.press("ArrowDown")
    host.settle()
    assert host.get("row") == 3
    row = cosines(1)[3].clone()
    row[[2, 3]] = -2
    near = row.topk(6)
    shown = [float(x.replace("−", "-")) for x in host.page.locator(".gc-share .gc-number").all_inner_texts()]
    assert shown == pytest.approx(near.values.tolist(), abs=0.011)
    classes = [text.split(" · ")[0] for text in host.page.locator(".gc-share .gc-caption").all_inner_texts()]
    assert classes == [NAMES[CLASSES[j]] for j in near.indices.tolist()]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(moments={}), "0 moments: allowed are 1 to 12"),
        (dict(moments={"before": torch.eye(8)}), r"moments\['before'\]=\(8, 8\) with 12 classes"),
        (dict(moments={"before": 2 * torch.eye(12)}), "allowed are cosines"),
        (dict(classes=CLASSES.flip(0)), "rising numbers"),
        (dict(names=["animals"]), "there are 1 names"),
        (dict(images=torch.rand(5, 3, 4, 4)), r"len\(images\)=5: allowed is 12"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        build(**change)


def test_there_is_no_moment_beyond_the_last():
    widget = build()
    assert widget.moment == 1
    with pytest.raises(traitlets.TraitError, match="moment=2: allowed are 0 to 1"):
        widget.moment = 2

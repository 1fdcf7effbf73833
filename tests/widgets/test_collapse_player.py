"""The switches choose the right one of four histories, and the page's figures are the recorded ones."""

import re

import numpy as np
import pytest
import torch
import traitlets

from gencourse.widgets import CollapsePlayer
from gencourse.widgets.collapse_player import NAMES

WIDE = {"viewport": {"width": 900, "height": 800}}
SWITCHES = {NAMES[0]: (True, True), NAMES[1]: (False, True), NAMES[2]: (True, False), NAMES[3]: (False, False)}


def record(seed, moments=6, outputs=8):
    """Figures as a training would record them: entropy and probabilities belong together."""
    probs = torch.randn(moments, outputs, generator=torch.Generator().manual_seed(seed)).mul(2).softmax(1)
    entropy = -(probs * probs.log()).sum(1)
    return {"step": list(range(0, 10 * moments, 10)), "entropy": entropy, "kl": 0.3 * entropy.numpy(), "probs": probs}


def build(moments=6):
    return CollapsePlayer({name: record(seed, moments) for seed, name in enumerate(NAMES)})


def figures(host):
    host.settle()
    return [float(x) for x in re.findall(r"\d+\.\d+", host.page.inner_text(".gc-readout"))]


@pytest.mark.parametrize("name", NAMES)
def test_each_pair_of_switches_shows_its_history(mount, name):
    host = mount(build(), **WIDE)
    for k, on in enumerate(SWITCHES[name]):
        if not on:
            host.page.locator(".gc-switch input").nth(k).click()
    host.page.focus(".gc-slider")
    host.page.keyboard.press("Home")
    host.page.keyboard.press("ArrowRight")
    run = record(NAMES.index(name))
    expected = [float(run["entropy"][1]), np.log(8), float(run["kl"][1]), float(run["probs"][1].max())]
    assert figures(host) == pytest.approx(expected, abs=0.006)
    assert host.page.inner_text("strong") == name and host.get("moment") == 1
    bars = host.js("[...document.querySelectorAll('.gc-chart rect')].map((r) => Number(r.getAttribute('height')))")
    assert np.array(bars) / sum(bars) == pytest.approx(run["probs"][1].numpy(), abs=1e-4)


def test_play_runs_from_the_start_to_the_end_and_pause_stops_it(mount):
    host = mount(build(40), **WIDE)
    host.page.click(".gc-play")
    host.page.wait_for_function("view.model.get('moment') > 1")
    host.page.click(".gc-play")
    stopped = host.get("moment")
    host.page.wait_for_timeout(250)
    assert host.get("moment") == stopped < 39 and host.page.inner_text(".gc-play") == "Play"
    host.page.click(".gc-play")
    host.page.wait_for_function(
        "view.model.get('moment') === 39 && document.querySelector('.gc-play').textContent === 'Play'"
    )


def test_the_page_names_both_kinds_of_collapse(mount):
    histories = {name: record(seed) for seed, name in enumerate(NAMES)}
    one = torch.zeros(6, 8).index_fill_(1, torch.tensor([3]), 1.0)
    histories["no centering"] |= {"probs": one, "entropy": torch.zeros(6), "kl": torch.zeros(6)}
    histories["no sharpening"] |= {
        "probs": torch.full((6, 8), 1 / 8),
        "entropy": torch.full((6,), np.log(8)),
        "kl": torch.zeros(6),
    }
    host = mount(CollapsePlayer(histories), **WIDE)
    host.page.locator(".gc-switch input").nth(0).click()
    host.settle()
    assert "One output takes nearly everything" in host.page.inner_text(".gc-widget")
    host.page.locator(".gc-switch input").nth(0).click()
    host.page.locator(".gc-switch input").nth(1).click()
    host.settle()
    assert "nearly uniform" in host.page.inner_text(".gc-widget")


def test_the_still_and_the_label_follow():
    widget = build()
    before, label = widget.still().tobytes(), widget.label()
    widget.sharpening = False
    assert widget.name() == "no sharpening" and widget.label() != label
    widget.moment = 0
    assert widget.still().tobytes() != before
    with pytest.raises(traitlets.TraitError, match="moment=6"):
        widget.moment = 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kl": [0.0] * 5}, "shapes"),
        ({"step": [0, 1, 2, 3, 4, 9]}, "the same in all"),
        ({"probs": torch.full((6, 8), 0.2)}, "sum to 1"),
        ({"entropy": [np.nan] * 6}, "finite"),
    ],
)
def test_a_history_that_does_not_fit_is_refused(change, message):
    histories = {name: record(seed) for seed, name in enumerate(NAMES)}
    histories["neither"] |= change
    with pytest.raises(ValueError, match=message):
        CollapsePlayer(histories)


def test_a_missing_history_is_named():
    with pytest.raises(ValueError, match="allowed are exactly"):
        CollapsePlayer({"neither": record(0)})
    histories = {name: record(seed) for seed, name in enumerate(NAMES)}
    del histories["neither"]["kl"]
    with pytest.raises(ValueError, match=r"'neither'.*'kl'"):
        CollapsePlayer(histories)

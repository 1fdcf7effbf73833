"""The playground alone in a page: it trains, shows, is drawn on, judged, and opened again from its text."""

import json

import numpy as np
import pytest
import traitlets

from gencourse.publish.export import HOST
from gencourse.widgets import Playground
from gencourse.widgets.playground import FAMILIES
from gencourse.widgets.shared.learn.setting import decoded

DESK = {"viewport": {"width": 900, "height": 900}}


def figures(host):
    return host.page.locator(".gc-panel:not([hidden]) .gc-figures").all_inner_texts()


def steps(host):
    host.page.wait_for_function("document.querySelector('.gc-figures').textContent")
    return [int(text.split()[1].replace(",", "")) for text in figures(host)]


def press(host, name):
    host.page.get_by_role("button", name=name, exact=True).click()


def train_until(host, step):
    """Play until every model has taken so many steps."""
    press(host, "Play")
    host.page.wait_for_function(
        """(least) => [...document.querySelectorAll(".gc-panel:not([hidden]) .gc-figures")].every(
          (figures) => Number(figures.textContent.split(/\\s+/)[1].replace(",", "")) >= least)""",
        arg=step,
        timeout=120_000,
    )
    press(host, "Pause")


@pytest.mark.parametrize("pair", ["mixture | autoregressive", "flow | vae", "gan | diffusion", "energy"])
def test_every_family_trains_and_is_shown(mount, pair):
    host = mount(Playground(f"moons n=200 | {pair}"), **DESK)
    assert steps(host) == [0] * len(pair.split("|"))
    for layer in ("plane of codes", "diffusion's way"):
        press(host, layer)
    train_until(host, 8)
    assert all(step >= 8 for step in steps(host))
    for k, name in enumerate(pair.split(" | ")):
        picture = host.pixels(f".gc-panel:nth-child({k + 1}) canvas")
        assert (picture[..., 3] > 0).float().mean() > 0.005, name
        words = host.page.locator(".gc-way").nth(k).inner_text()
        shown = {"vae": "a bound", "gan": "No density", "diffusion": "No density", "energy": "on the grid"}
        assert shown.get(name, "exact") in words
        label = host.page.locator(".gc-learned").nth(k).get_attribute("aria-label")
        assert label.startswith(FAMILIES[name].title) and "parts missed" in label


def test_one_step_from_the_start_and_a_seed(mount):
    host = mount(Playground("ring | mixture | flow"), **DESK)
    assert steps(host) == [0, 0]
    press(host, "One step")
    host.page.wait_for_function("document.querySelector('.gc-figures').textContent.startsWith('step 1 ')")
    once = figures(host)
    press(host, "From the start")
    host.page.wait_for_function("document.querySelector('.gc-figures').textContent.startsWith('step 0 ')")
    press(host, "One step")
    host.page.wait_for_function("document.querySelector('.gc-figures').textContent.startsWith('step 1 ')")
    assert figures(host) == once, "the same seed gives the same run"
    host.page.get_by_role("button", name="Seed 1: another").click()
    assert "seed=2" in host.get("state")


def test_a_page_without_workers_trains_in_slices(open_page):
    widget, host = Playground("moons | energy"), HOST.read_text(encoding="utf-8")
    arguments = ", ".join(json.dumps(x) for x in (widget._esm, widget._css, widget.page_state()))
    refuse = "window.Worker = undefined; WebAssembly.Module = undefined;"
    page = open_page(
        f'{host}\n{refuse}\nwindow.view = await mount(document.getElementById("here"), {arguments});', **DESK
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("Number(document.querySelector('.gc-figures').textContent.split(/\\s+/)[1]) > 3")
    page.get_by_role("button", name="Pause").click()


def test_the_text_is_opened_again_and_refused_in_words(mount):
    host = mount(Playground("moons | flow"), **DESK)
    line = host.page.get_by_role("textbox", name="This setting as text")
    line.fill("spiral n=100 noise=0.05 seed=4 | vae beta=3 | gan")
    press(host, "Open")
    host.settle()
    assert host.get("state").startswith("spiral n=100 noise=0.05 seed=4 | vae latent=2 beta=3 sigma=0.1")
    assert host.page.locator(".gc-panel:not([hidden])").count() == 2
    Playground(host.get("state"))  # Python reads the same text
    for text, words in {
        "moon | flow": "is no data",
        "moons | flows": "is no family",
        "moons | flow layers=5": "takes no",
    }.items():
        line.fill(text)
        press(host, "Open")
        assert words in host.page.locator(".gc-state [role=status]").inner_text()
    assert "spiral" in host.get("state")


def test_a_knob_and_a_family_are_chosen_by_keys(mount):
    host = mount(Playground("moons | flow"), **DESK)
    host.page.get_by_role("slider", name="coupling layers").focus()
    host.page.keyboard.press("ArrowRight")
    assert "layers=8" in host.get("state")
    host.page.get_by_role("combobox", name="Family").first.select_option("mixture")
    assert "| mixture components=12 floor=0.03" in host.get("state")
    press(host, "Two side by side")
    assert host.get("state").count("|") == 2


def test_points_are_drawn_by_mouse_and_keys_and_pasted(mount):
    host = mount(Playground("moons | mixture components=2"), **DESK)
    press(host, "your own")
    press(host, "Clear")
    box = host.page.locator(".gc-learned").first.bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    host.page.mouse.move(x, y)
    host.page.mouse.down()
    host.page.mouse.move(x + 80, y, steps=8)
    host.page.mouse.up()
    host.settle()
    drawn = decoded(host.get("state").split("own=")[1].split()[0])
    assert len(drawn) >= 24 and abs(drawn[:, 1].mean()) < 0.2 and drawn[:, 0].max() < 0.5
    host.page.locator(".gc-learned").first.focus()
    for key in ["ArrowUp"] * 8 + ["Space"] * 4:
        host.page.keyboard.press(key)
    host.settle()
    more = decoded(host.get("state").split("own=")[1].split()[0])
    assert len(more) == len(drawn) + 12 and more[:, 1].max() > 0.9
    host.page.get_by_role("textbox", name="Points as numbers, two a line").fill(
        "\n".join(f"{k}, {2 * k}" for k in range(20))
    )
    press(host, "Take these numbers")
    host.settle()
    pasted = decoded(host.get("state").split("own=")[1].split()[0])
    assert len(pasted) == 20 and np.ptp(pasted[:, 1]) == pytest.approx(4, abs=0.02)


def test_a_task_sets_the_stage_and_its_judge_notices(mount):
    host = mount(Playground("moons | flow"), **DESK)
    host.page.get_by_role("combobox", name="Task").select_option("2")
    host.settle()
    assert host.get("state").startswith("moons n=40")
    line = host.page.get_by_role("textbox", name="This setting as text")
    line.fill("moons n=40 seed=1 | mixture components=12 floor=0.001")
    press(host, "Open")
    train_until(host, 20)
    host.page.wait_for_function("document.querySelector('.gc-judged-task').textContent", timeout=30_000)
    assert "best at step" in host.page.locator(".gc-judged-task").inner_text()


def test_label_still_and_setting():
    widget = Playground("moons n=100 | mixture components=4 | autoregressive components=2 width=16")
    assert widget.label() == "a playground where Gaussian mixture and autoregressive learn points: moons"
    assert widget.still().width > 500
    train, held = widget.setting.points()
    assert train.shape == held.shape == (100, 2) and train.dtype == np.float32


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("moon | flow", "data='moon': allowed are .* did you mean 'moons'"),
        ("moons", "allowed is data, then one or two families"),
        ("moons | flow | gan | vae", "one or two families"),
        ("moons | flows", "family='flows'.*did you mean 'flow'"),
        ("moons | flow layers=5", "flow's layers=5: allowed are 2, 4, 6, 8, 12"),
        ("moons | flow depth=5", "setting='depth'"),
        ("moons n=1e9 | flow", "n=1000000000"),
        ("moons noise=much | flow", "noise='much': allowed is a number"),
        ("own own=abc | flow", "eight points or more"),
    ],
)
def test_states_that_cannot_be_read_are_refused(state, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Playground(state)

"""The page's log-likelihoods and climbs against torch's; knobs, buttons and bad input."""

import math

import pytest
import torch
import traitlets
from torch.distributions import Normal

from gencourse.models.maximum_likelihood import gaussian_mle
from gencourse.widgets import LikelihoodFit

FLIPS = [1, 1, 0, 1, 0, 1, 1]


def widths():
    generator = torch.Generator().manual_seed(0)
    low, high = 1 + 0.2 * torch.randn(20, generator=generator), 2 + 0.1 * torch.randn(25, generator=generator)
    return torch.cat([low, high])


@pytest.fixture(params=["coin", "gaussian", "mixture"])
def widget(request):
    return LikelihoodFit(FLIPS if request.param == "coin" else widths(), request.param)


def shown(host):
    """The sum in large figures, as a number."""
    host.settle()
    return float(host.page.inner_text(".gc-total").split(" = ")[1].split(" ")[0].replace("−", "-"))


def climb(host):
    host.page.click(".gc-top")
    host.page.wait_for_function("Number(document.querySelector('.gc-meter').getAttribute('aria-valuenow')) > 99.9")
    host.page.wait_for_timeout(300)


def test_the_page_adds_up_what_torch_does(widget, mount):
    host = mount(widget)
    assert shown(host) == pytest.approx(float(widget.log_probs().sum()), abs=0.006)
    theta = {"coin": [0.62], "gaussian": [1.4, 0.3], "mixture": [1.1, 0.3, 1.9, 0.2, 0.3]}[widget.family]
    widget.theta = theta
    host.js(f"view.model.set('theta', {theta})")
    assert shown(host) == pytest.approx(float(widget.log_probs().sum()), abs=0.006)


def test_the_numbers_of_torch_are_those_of_its_distributions():
    x = widths()
    widget = LikelihoodFit(x, "mixture")
    m1, s1, m2, s2, w = widget.theta
    density = w * Normal(m1, s1).log_prob(x.double()).exp() + (1 - w) * Normal(m2, s2).log_prob(x.double()).exp()
    torch.testing.assert_close(widget.log_probs(), density.log())
    gaussian = LikelihoodFit(x)
    torch.testing.assert_close(gaussian.log_probs(), Normal(*gaussian.theta).log_prob(x.double()))
    coin = LikelihoodFit(FLIPS, "coin")
    assert float(coin.log_probs().sum()) == pytest.approx(5 * math.log(0.3) + 2 * math.log(0.7))


def test_the_climb_in_the_page_ends_at_the_best(widget, mount):
    host = mount(widget)
    before = shown(host)
    host.page.click(".gc-step")
    after_one = shown(host)
    assert before < after_one <= widget.best + 0.006
    climb(host)
    assert shown(host) == pytest.approx(widget.best, abs=0.02)
    found = host.get("theta")
    if widget.family == "coin":
        assert found == pytest.approx([5 / 7], abs=1e-3)
    if widget.family == "gaussian":
        mean, variance = gaussian_mle(widths())
        assert found == pytest.approx([float(mean), float(variance.sqrt())], abs=1e-3)
    host.page.click(".gc-reset")
    assert shown(host) == pytest.approx(before, abs=0.006)


def test_knobs_move_by_keys_and_by_hand_and_stop_the_climb(mount):
    host = mount(LikelihoodFit(widths()), viewport={"width": 900, "height": 900})
    mean, scale = host.get("theta")
    host.page.click(".gc-top")
    host.page.focus(".gc-knob[aria-label='mean']")
    host.page.keyboard.press("ArrowRight")
    moved = host.get("theta")
    host.page.wait_for_timeout(200)
    assert host.get("theta") == moved, "the climb has stopped"
    host.page.click(".gc-reset")
    host.settle()
    host.page.focus(".gc-knob[aria-label='width']")
    host.page.keyboard.press("ArrowRight")
    assert host.get("theta")[0] == pytest.approx(mean) and host.get("theta")[1] > scale
    box = host.page.locator(".gc-knob[aria-label='mean']").bounding_box()
    host.page.mouse.move(box["x"] + 8, box["y"] + 8)
    host.page.mouse.down()
    host.page.mouse.move(box["x"] + 108, box["y"] + 8, steps=3)
    host.page.mouse.up()
    assert host.get("theta")[0] > mean + 0.1


def test_a_width_cannot_pass_below_the_floor(mount):
    widget = LikelihoodFit(widths(), "mixture")
    host = mount(widget)
    host.page.focus(".gc-knob[aria-label='width of component 1']")
    for _ in range(12):
        host.page.keyboard.press("Shift+ArrowLeft")
        if host.get("theta")[1] == pytest.approx(widget.floor):
            break
    assert host.get("theta")[1] >= widget.floor - 1e-9
    assert widget.floor == pytest.approx(0.1 * float(widths().std(correction=0)))


def test_the_share_of_a_component_has_a_slider(mount):
    host = mount(LikelihoodFit(widths(), "mixture"))
    host.page.focus("input[type=range]")
    host.page.keyboard.press("ArrowRight")
    assert host.get("theta")[4] == pytest.approx(0.51)


def test_no_run_of_em_or_drag_beats_the_best_by_more_than_rounding(mount):
    """From several starts, some of them silly, the page's own climb gets no higher."""
    widget = LikelihoodFit(widths(), "mixture")
    host = mount(widget)
    for start in ([2.0, 0.1, 1.0, 0.3, 0.5], [1.0, 0.05, 2.0, 0.5, 0.1], [1.5, 0.5, 1.6, 0.5, 0.5]):
        host.js(f"view.model.set('theta', {start})")
        host.page.click(".gc-top")
        host.page.wait_for_timeout(1500)
        assert shown(host) <= widget.best + 0.02


@pytest.mark.parametrize("width", [360, 900])
def test_nothing_is_wider_than_the_page_and_text_can_be_read(widget, mount, width):
    host = mount(widget, viewport={"width": width, "height": 900})
    assert host.js("document.documentElement.scrollWidth") <= width
    box = host.page.locator(".gc-chart text").first.bounding_box()
    assert box["height"] > 10


def test_the_bundle_has_a_still_and_words(widget):
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"] == repr(widget) and "nats" in metadata["image/png"]["alt"]
    before = widget.still().tobytes()
    widget.theta = [0.5] if widget.family == "coin" else [1.0, 0.2, *widget.theta[2:]]
    assert widget.still().tobytes() != before


@pytest.mark.parametrize(
    ("x", "family", "message"),
    [
        ([1.0, 2.0], "poisson", "family='poisson'"),
        ([1.0], "gaussian", r"shape \(1,\)"),
        (torch.zeros(301), "coin", r"shape \(301,\)"),
        ([0.0, 0.5], "coin", "1 for heads"),
        ([1.0, 1.0], "gaussian", "not all equal"),
        ([1.0, math.nan], "mixture", "finite"),
    ],
)
def test_bad_data_are_refused(x, family, message):
    with pytest.raises(ValueError, match=message):
        LikelihoodFit(x, family)


@pytest.mark.parametrize("theta", [[1.0], [1.0, 0.0], [math.nan, 1.0], [1.0, 2.0, 3.0]])
def test_bad_parameters_are_refused(theta):
    with pytest.raises(traitlets.TraitError, match="allowed are mean, scale"):
        LikelihoodFit(widths()).theta = theta

"""Both divergences in the page against torch, and where descending them leads."""

import math

import pytest
import torch
import traitlets
from torch.distributions import Normal, kl_divergence

from gencourse.widgets import KLDirections


def shown(host):
    host.settle()
    return [float(text.split(" = ")[1].replace("−", "-")) for text in host.page.locator(".gc-total").all_inner_texts()]


def descend(host, which):
    host.page.click(f".gc-descend-{which}")
    host.page.wait_for_function(
        """(() => { const now = JSON.stringify([view.model.get("mean"), view.model.get("scale")]);
        const still = window.last === now; window.last = now; return still; })()""",
        polling=200,
    )
    return host.get("mean"), host.get("scale")


def test_for_one_gaussian_both_are_the_closed_form():
    widget = KLDirections([0.5], [0.7], [1.0], mean=-0.4, scale=1.1)
    p, q = Normal(0.5, 0.7), Normal(-0.4, 1.1)
    forward, reverse = widget.divergences()
    assert forward == pytest.approx(float(kl_divergence(p, q)), abs=1e-6)
    assert reverse == pytest.approx(float(kl_divergence(q, p)), abs=1e-6)


@pytest.mark.parametrize(("mean", "scale"), [(0.8, 0.8), (-2.0, 0.6), (0.0, 2.2), (3.0, 0.2)])
def test_the_page_adds_up_what_torch_does(mount, mean, scale):
    widget = KLDirections(mean=mean, scale=scale)
    assert shown(mount(widget)) == pytest.approx(list(widget.divergences()), abs=0.006)


def test_forward_kl_ends_at_the_target_s_mean_and_variance_wherever_it_starts(mount):
    for mean, scale in ((-2.0, 0.5), (3.0, 1.5)):
        host = mount(KLDirections(mean=mean, scale=scale))
        assert descend(host, "forward") == pytest.approx((0.0, math.sqrt(4 + 0.36)), abs=0.02)


def test_reverse_kl_ends_on_the_mode_where_it_starts(mount):
    for start, end in ((-1.2, -2.0), (1.2, 2.0)):
        host = mount(KLDirections(mean=start, scale=0.5))
        assert descend(host, "reverse") == pytest.approx((end, 0.6), abs=0.02)
        assert shown(host)[1] == pytest.approx(math.log(2), abs=0.01), "half of the mass is covered"


def test_knobs_and_reset(mount):
    host = mount(KLDirections(), viewport={"width": 900, "height": 900})
    before = shown(host)
    host.page.focus(".gc-knob[aria-label='mean of q']")
    host.page.keyboard.press("ArrowRight")
    assert host.get("mean") > 0.8 and shown(host) != before
    host.page.focus(".gc-knob[aria-label='scale of q']")
    host.page.keyboard.press("Shift+ArrowRight")
    assert host.get("scale") > 0.8
    host.page.click(".gc-reset")
    assert shown(host) == before


@pytest.mark.parametrize("width", [360, 900])
def test_nothing_is_wider_than_the_page(mount, width):
    host = mount(KLDirections(), viewport={"width": width, "height": 900})
    assert host.js("document.documentElement.scrollWidth") <= width


def test_the_still_shows_q_and_the_label_both_numbers():
    widget = KLDirections()
    before, label = widget.still().tobytes(), widget.label()
    widget.mean = -1.0
    assert widget.still().tobytes() != before and widget.label() != label
    assert "KL(p‖q) = " in label and "KL(q‖p) = " in label


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(means=[0.0]), "1 means, 2 scales"),
        (dict(scales=[1.0, 0.0]), "scales="),
        (dict(weights=[1.0, -1.0]), "weights="),
        (dict(scale=math.inf), "scale="),
    ],
)
def test_bad_targets_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        KLDirections(**arguments)


def test_a_bad_scale_is_refused():
    with pytest.raises(traitlets.TraitError, match="scale=-1"):
        KLDirections().scale = -1.0


def test_weights_are_normalised():
    assert KLDirections(weights=[3, 1]).target["weights"] == [0.75, 0.25]
    torch.testing.assert_close(
        KLDirections(weights=[3, 1]).divergences(), KLDirections(weights=[0.75, 0.25]).divergences()
    )

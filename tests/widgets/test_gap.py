"""The page's numbers are torch's, and ELBO + gap stays log p(x) whatever is dragged."""

import re

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from gencourse.models.figure_eight import FigureEight
from gencourse.widgets import Gap

WIDE = {"viewport": {"width": 900, "height": 700}}


def numbers(host):
    """ELBO, gap and log p(x), as the page writes them."""
    host.settle()
    first = host.page.inner_text(".gc-readout").split("\n")[0].replace("−", "-")
    return [float(x) for x in re.findall(r"-?\d+\.\d+", first)]


@given(mean=st.floats(-2.5, 2.5), spread=st.floats(0.1, 1.5), first=st.floats(-2, 2), second=st.floats(-1.5, 1.5))
@settings(max_examples=25, deadline=None)
def test_the_gap_is_the_kl_to_the_posterior(mean, spread, first, second):
    """Computed apart: the average over q of log q − log posterior."""
    model = FigureEight(0.5)
    elbo, gap, log_p = Gap(model, (first, second), mean, spread).terms()
    x, z = torch.tensor([[first, second]], dtype=torch.float64), model.grid[:, None, None]
    q = torch.distributions.Normal(torch.tensor(mean).double(), torch.tensor(spread).double())
    weight = q.log_prob(model.grid).exp() * (model.grid[1] - model.grid[0])
    kl = float((weight * (q.log_prob(model.grid) - model.log_posterior(z, x)[:, 0])).sum())
    assert gap == pytest.approx(kl, abs=2e-4) and gap > -1e-6
    assert elbo + gap == pytest.approx(log_p, abs=1e-9)


def test_the_page_says_what_torch_says(mount):
    widget = Gap(FigureEight(0.6), (1.2, -0.8), mean=0.4, spread=0.3)
    assert numbers(mount(widget, **WIDE)) == pytest.approx(widget.terms(), abs=0.006)


def test_the_arrow_keys_move_q_and_the_sum_stands_still(mount):
    host = mount(Gap(FigureEight(0.6), (2.0, 0.0), mean=1.0, spread=0.5), **WIDE)
    before = numbers(host)
    host.page.focus("[aria-label='mean of q']")
    host.js("""[1, 2].forEach(() => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true })));
        document.querySelector("[aria-label='spread of q']").dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }))""")  # three keys within one frame
    after = numbers(host)
    assert host.get("mean") == pytest.approx(0.9) and host.get("spread") == pytest.approx(0.45)
    assert after[2] == before[2] and after[0] != before[0]
    assert after[0] + after[1] == pytest.approx(after[2], abs=0.011)


def test_dragging_the_knob_moves_the_mean(mount):
    host = mount(Gap(FigureEight(0.6), (2.0, 0.0), mean=1.0, spread=0.5), **WIDE)
    box = host.page.locator("[aria-label='mean of q']").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    host.page.mouse.move(x, y)
    host.page.mouse.down()
    host.page.mouse.move(x - 60, y, steps=3)
    host.page.mouse.up()
    assert 0 < host.get("mean") < 0.9


def test_ascent_ends_at_the_best_q_near_its_start(mount):
    model = FigureEight(0.6)
    host = mount(Gap(model, (2.0, 0.0), mean=0.6, spread=0.3), **WIDE)
    host.page.click(".gc-climb")
    host.page.wait_for_function(
        "() => { const now = JSON.stringify([view.model.get('mean'), view.model.get('spread')]); "
        "const still = now === window.last; window.last = now; return still; }",
        polling=500,
    )
    spreads = torch.linspace(0.1, 0.6, 200)[:, None]
    bounds = model.exact_elbo(torch.tensor([[2.0, 0.0]]).expand(200, 2), torch.zeros(200, 1), 2 * spreads.log())
    assert numbers(host)[0] == pytest.approx(float(bounds.max()), abs=0.01)
    assert host.get("mean") == pytest.approx(0, abs=0.02)


def test_the_still_shows_where_q_is():
    widget = Gap(FigureEight(0.6))
    before, label = widget.still().tobytes(), widget.label()
    widget.mean = 1.0
    assert widget.still().tobytes() != before and widget.label() != label


def test_the_decoder_s_slider_raises_the_bound_while_log_p_falls(mount):
    widget = Gap(FigureEight(0.45), (1.7, 0.6), mean=0.45, spread=0.3, decoder=True)
    host = mount(widget, **WIDE)
    first = numbers(host)
    host.page.focus(".gc-slider")
    for _ in range(15):
        host.page.keyboard.press("ArrowRight")
    last = numbers(host)
    assert host.get("sigma") == pytest.approx(0.6)
    widget.sigma = 0.6
    assert last == pytest.approx(widget.terms(), abs=0.006)
    assert last[0] > first[0] + 0.2 and last[2] < first[2] - 0.2
    since = host.page.inner_text(".gc-readout").split("\n")[1].replace("−", "-")
    assert since == "since the start (dotted): ELBO +0.23, log p(x) -0.22"
    host.page.click(".gc-end")  # another x begins anew
    host.settle()
    assert "ELBO 0.00, log p(x) 0.00" in host.page.inner_text(".gc-readout")


def test_a_decoder_that_stands_still_has_no_slider_and_one_that_moves_starts_within_its_range(mount):
    host = mount(Gap(FigureEight(0.6)), **WIDE)
    assert host.page.locator(".gc-slider").count() == 0
    with pytest.raises(ValueError, match=r"model.sigma=2.0: allowed is a number from 0.15 to 1.2"):
        Gap(FigureEight(2.0), decoder=True)

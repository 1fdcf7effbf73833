"""Every line of the derivation adds up to log p(x), in Python and in the page, but the last."""

import re

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from gencourse.models.figure_eight import FigureEight
from gencourse.widgets import Derivation, Gap
from gencourse.widgets.derivation import LINES


def make(sigma=0.6, x=(1.6, 0.5), mean=0.2, spread=0.3):
    return Derivation(FigureEight(sigma), x, mean, spread)


@given(sigma=st.floats(0.2, 1.5), first=st.floats(-2, 2), mean=st.floats(-1.5, 1.5), spread=st.floats(0.1, 1))
@settings(max_examples=25, deadline=None)
def test_all_lines_but_the_last_are_log_p_x(sigma, first, mean, spread):
    widget = make(sigma, (first, 0.5), mean, spread)
    elbo, gap, log_p = Gap(FigureEight(sigma), (first, 0.5), mean, spread).terms()
    sums = [sum(widget.terms(line)) for line in range(len(LINES))]
    assert sums[:-1] == pytest.approx([log_p] * (len(LINES) - 1), abs=1e-3)
    assert sums[-1] == pytest.approx(elbo, abs=1e-3)
    assert widget.terms(len(LINES) - 2)[-1] == pytest.approx(gap, abs=1e-3)


@pytest.fixture
def host(mount):
    return mount(make(), viewport={"width": 900, "height": 800})


def bar_numbers(host):
    """The numbers over the bars: the terms and their sum."""
    host.settle()
    texts = [text for text in host.page.locator(".gc-note").all_text_contents() if text]
    return [float(re.search(r"-?\d+\.\d+", text.replace("−", "-"))[0]) for text in texts]


def test_the_page_steps_through_the_lines_with_torch_s_numbers(host):
    widget = make()
    for line in range(len(LINES)):
        terms = widget.terms(line)
        assert bar_numbers(host) == pytest.approx([*terms, sum(terms)], abs=0.006), f"line {line}"
        assert host.page.locator(".gc-lines li").count() == line + 1
        if line < len(LINES) - 1:
            host.page.click(".gc-next")
    assert host.page.is_disabled(".gc-next")
    host.page.click(".gc-back")
    assert host.get("line") == len(LINES) - 2


def test_moving_z_changes_the_terms_and_not_the_sum(host):
    host.page.click(".gc-next")
    before = bar_numbers(host)
    host.page.focus(".gc-slider")
    for _ in range(30):
        host.page.keyboard.press("ArrowRight")
    after = bar_numbers(host)
    assert after[-1] == before[-1]
    assert all(abs(a - b) > 0.01 for a, b in zip(after[:-1], before[:-1], strict=True))


def test_the_arrow_keys_step(host):
    host.page.focus(".gc-next")
    host.page.keyboard.press("ArrowRight")
    host.page.keyboard.press("ArrowRight")
    host.page.keyboard.press("ArrowLeft")
    assert host.get("line") == 1


def test_what_is_new_in_a_line_is_marked(host):
    host.page.click(".gc-next")
    host.page.click(".gc-next")
    host.settle()
    assert host.page.locator("[aria-current='step'] .gc-new").count() == 2, "log q, added and subtracted"


def test_the_last_line_s_bars_lie_within_the_chart_and_what_was_dropped_is_drawn(mount):
    host = mount(make(sigma=0.45, x=(1.7, 0.6), mean=0.45, spread=0.3), viewport={"width": 900, "height": 800})
    for _ in range(len(LINES) - 1):
        host.page.click(".gc-next")
    host.settle()
    chart = host.page.locator(".gc-chart").bounding_box()
    for bar in host.page.locator(".gc-chart rect").all():
        box = bar.bounding_box()
        assert chart["y"] <= box["y"] and box["y"] + box["height"] <= chart["y"] + chart["height"] - 34  # its margin
    assert "dropped, 0.81" in host.page.inner_text(".gc-readout")

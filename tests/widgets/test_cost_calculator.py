"""The calculator's numbers are those of the laws, in Python and in the page."""

import re

import pytest
import traitlets

from gencourse.widgets import CostCalculator
from gencourse.widgets.cost_calculator import in_words

LAWS = {"pixels": ((1e-6, 2.0), (1e-4, 1.0), 1), "tiles": ((1e-7, 2.0), (5e-5, 1.0), 4)}
POINTS = {"pixels": ([(64, 0.004), (256, 0.07)], [(64, 0.006)])}


def readout(host):
    host.settle()
    return host.page.inner_text(".gc-readout")


def test_a_megapixel_in_colour_takes_three_million_questions():
    widget = CostCalculator(LAWS, POINTS, side=1024, colour=True)
    assert widget.questions() == 3_145_728 == widget.sub_pixels()
    assert widget.seconds() == pytest.approx((1e-6 * 3_145_728**2, 314.5728))
    widget.model = "tiles"
    assert widget.questions() == 786_432
    assert "786,432 questions" in widget.label() and widget.still().width > 400


def test_the_page_says_the_same(mount):
    host = mount(CostCalculator(LAWS, POINTS), viewport={"width": 900, "height": 700})
    assert "4,096 sub-pixels, 4,096 questions" in readout(host)
    assert "naive (dashed) 17 s   cached (solid) 0.41 s   41 times" in readout(host)
    host.page.click("text=colour")
    host.page.focus(".gc-slider")
    host.page.keyboard.press("End")
    assert host.get("side") == 1024 and host.get("colour") is True
    words = readout(host)
    naive, cached = CostCalculator(LAWS, side=1024, colour=True).seconds()
    assert "3,145,728 questions" in words and in_words(naive) in words and in_words(cached) in words
    host.page.click("text='tiles'")
    assert host.get("model") == "tiles" and "786,432 questions" in readout(host)
    assert len(re.findall("circle", host.js("document.querySelector('.gc-chart').outerHTML"))) > 2


@pytest.mark.parametrize(
    "seconds, words",
    [(0.0251, "0.025 s"), (61, "1.0 minutes"), (4 * 3600, "4.0 hours"), (30 * 86400, "30 days"), (1e11, "3,169 years")],
)
def test_times_are_said_as_one_would(seconds, words):
    assert in_words(seconds) == words


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="laws={}"):
        CostCalculator({})
    with pytest.raises(traitlets.TraitError, match="model='voxels': allowed are pixels, tiles"):
        CostCalculator(LAWS, model="voxels")
    with pytest.raises(traitlets.TraitError):
        CostCalculator(LAWS, side=100)

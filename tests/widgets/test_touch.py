"""Every knob of every chart follows a finger, and a finger beside them scrolls the page."""

import pytest
from samples import SAMPLES

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
KNOBS = {
    "bumps": 6,
    "competition": 4,
    "gap": 3,
    "kl_directions": 2,
    "likelihood_fit_coin": 1,
    "likelihood_fit_mixture": 4,
}
MOVES = 12


class Finger:
    """A finger on a page, by the browser's own protocol: Playwright's can only tap."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)

    def send(self, kind, *points):
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, x, y, dx, dy):
        self.send("touchStart", (x, y))
        for k in range(1, MOVES + 1):
            self.send("touchMove", (x + dx * k / MOVES, y + dy * k / MOVES))
            self.page.wait_for_timeout(16)
        self.send("touchEnd")


def phone(mount, name):
    """The widget on a phone, with room to scroll below it."""
    host = mount(SAMPLES[name](), **PHONE)
    host.js("document.body.style.paddingBottom = '2000px'")
    host.settle()
    return host, Finger(host.page)


def middle(knob):
    box = knob.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def places(knobs):
    return [knob.get_attribute("aria-valuetext") for knob in knobs.all()]


@pytest.mark.parametrize(("name", "knobs"), KNOBS.items())
def test_every_knob_follows_a_finger(mount, name, knobs):
    host, finger = phone(mount, name)
    assert host.page.locator(".gc-knob").count() == knobs
    for knob in host.page.locator(".gc-knob").all():
        knob.scroll_into_view_if_needed()
        x, y = middle(knob)
        upright = name == "competition"
        dx, dy = (0, -30) if upright else (30, 0)
        scrolled = host.js("scrollY")
        finger.drag(x, y, dx, dy)
        host.settle()
        reached = middle(knob)
        place = knob.get_attribute("aria-label")
        assert reached[1 if upright else 0] == pytest.approx((y + dy) if upright else (x + dx), abs=1.5), place
        assert host.js("scrollY") == scrolled, f"{place}: the page went along"


@pytest.mark.parametrize("name", KNOBS)
def test_a_finger_need_not_hit_the_middle(mount, name):
    """Of several knobs the nearest is taken: it may be another than the one that was aimed at."""
    host, finger = phone(mount, name)
    knobs = host.page.locator(".gc-knob")
    knobs.first.scroll_into_view_if_needed()
    (x, y), before = middle(knobs.first), places(knobs)
    finger.drag(x, y + 20, *((0, -50) if name == "competition" else (25, 0)))
    host.settle()
    assert places(knobs) != before


def test_a_finger_beside_the_knobs_scrolls_the_page(mount):
    host, finger = phone(mount, "bumps")
    box = host.page.locator(".gc-chart").bounding_box()
    before = host.get("means")
    finger.drag(box["x"] + box["width"] / 2, box["y"] + 60, 0, -50)
    host.settle()
    assert host.js("scrollY") > 20 and host.get("means") == before

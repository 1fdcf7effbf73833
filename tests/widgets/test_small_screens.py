"""On a phone, and on a desk at 400 % zoom: nothing is cut off, and all text can be read."""

import pytest
from samples import SAMPLES

# 320 pixels are what WCAG asks of a page; a desk's 1280 are as many at a zoom of 400 %, where few of them are high.
# An output in a lesson's page that is 320 pixels wide has as much room as in an empty page of 290.
SCREENS = {"400 %": (320, 256), "390 px": (390, 844), "360 px": (360, 640), "a lesson at 320 px": (290, 640)}
# What lies beyond the edges of the widget, or of an element in it that hides what overflows and does not scroll.
CUT_OFF = """() => {
  const root = document.querySelector(".gc-widget");
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const found = [];
  const boxes = [...root.querySelectorAll("*")].map((element) => [element, [element.getBoundingClientRect()]]);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(text);
    boxes.push([text.parentElement, [...range.getClientRects()]]);
  }
  for (const [element, rects] of boxes) {
    if (element.tagName === "STYLE") continue;
    for (const { left, right, width, height } of rects) {
      if (!width || !height) continue;
      for (let around = element; around; around = around === root ? null : around.parentElement) {
        if (around !== element && scrolls(around)) break;
        const edge = around.getBoundingClientRect();
        const hides = around === root || getComputedStyle(around).overflowX === "hidden";
        if (hides && (right > edge.right + 0.5 || left < edge.left - 0.5)) {
          found.push(`${element.outerHTML.slice(0, 90)} reaches from ${left} to ${right}, and ` +
            `${around.className} from ${edge.left} to ${edge.right}`);
        }
      }
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return found;
}"""
# The texts that are smaller than 11 pixels on the screen, whatever their SVG is scaled by.
TOO_SMALL = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    if (!element.getClientRects().length) continue;
    const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < 11) found.push(`${text.data.trim()}: ${size} pixels`);
  }
  return found;
}"""


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_cut_off_and_all_can_be_read(mount, name):
    host = mount(SAMPLES[name](), viewport={"width": 320, "height": 256}, device_scale_factor=4)
    for screen, (width, height) in SCREENS.items():
        host.page.set_viewport_size({"width": width, "height": height})
        host.settle()
        assert not host.js(f"({CUT_OFF})()"), screen
        assert not host.js(f"({TOO_SMALL})()"), screen


@pytest.mark.parametrize("name", ["bumps", "competition", "gap"])
def test_a_chart_is_drawn_anew_when_its_place_changes(mount, name):
    host = mount(SAMPLES[name](), viewport={"width": 900, "height": 700})
    host.settle()
    wide = host.page.locator(".gc-chart").first.bounding_box()["width"]
    host.page.set_viewport_size({"width": 360, "height": 700})
    host.settle()
    assert host.page.locator(".gc-chart").first.bounding_box()["width"] < wide
    assert not host.js(f"({CUT_OFF})()") and not host.js(f"({TOO_SMALL})()")

import pytest
import torch
import traitlets

from gencourse.widgets import Interpolation
from gencourse.widgets.interpolation import interpolate


@pytest.fixture
def widget(make_model, make_images):
    return Interpolation(make_model(6), make_images(), thumbnails=8)


def test_paths_begin_and_end_at_the_codes():
    a, b = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 3.0])
    ends = torch.tensor([0.0, 0.5, 1.0])
    linear, spherical = (interpolate(a, b, ends, path) for path in ("linear", "spherical"))
    for path in (linear, spherical):
        torch.testing.assert_close(path[[0, 2]], torch.stack([a, b]))
    torch.testing.assert_close(linear[1], torch.tensor([1.5, 1.5]))
    torch.testing.assert_close(spherical.norm(dim=1), torch.full((3,), 3.0))


@pytest.mark.parametrize("b", [[2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
def test_codes_in_line_with_the_origin_get_the_straight_line(b):
    a, b = torch.tensor([1.0, 0.0]), torch.tensor(b)
    t = torch.tensor([0.25])
    torch.testing.assert_close(interpolate(a, b, t, "spherical"), interpolate(a, b, t, "linear"))


def test_python_follows_what_is_chosen(widget):
    codes = widget.along(torch.tensor([0.0, 1.0]))
    widget.start, widget.end = 1, 0
    torch.testing.assert_close(widget.along(torch.tensor([1.0, 0.0])), codes)
    widget.t = 0.0
    assert widget.z == pytest.approx(codes[1].tolist())


def test_the_page_walks_the_same_path(mount, widget):
    for path in ("Linear", "Spherical"):
        host = mount(widget)
        host.page.click(f"text={path}")
        host.page.locator("[aria-label=To] button").nth(4).click()
        host.js("view.model.set('t', 0.3)")
        widget.path, widget.end, widget.t = path.lower(), 4, 0.3
        expected = widget.decode(widget.along(torch.tensor([0.3])))[0, 0] * 255
        assert (host.pixels()[..., 0] - expected).abs().max() < 1.5


def test_the_slider_and_the_film_change_the_picture(mount, widget):
    host = mount(widget)
    before = host.pixels()
    host.page.focus("input.gc-slider")
    host.page.keyboard.press("Home")
    assert host.get("t") == 0
    at_start = host.pixels()
    assert not torch.equal(at_start, before)
    film = host.page.locator(".gc-film button")
    assert film.count() == 9
    assert film.first.get_attribute("aria-pressed") == "true"
    assert torch.equal(host.pixels(".gc-film button:first-child canvas"), at_start)
    film.nth(4).click()
    assert torch.equal(host.pixels(), before)
    widget.t = 0.5
    assert host.get("z") is not None and host.get("t") == 0.5


def test_it_plays_until_it_is_paused(mount, widget):
    host = mount(widget)
    host.settle()
    play = host.page.locator("button.gc-play")
    assert play.inner_text() == "Play"
    play.focus()
    host.page.keyboard.press("Space")
    host.page.wait_for_function("view.model.get('t') > 0.6")
    assert play.inner_text() == "Pause" and play.get_attribute("aria-pressed") == "true"
    host.page.keyboard.press("Space")
    at_rest = host.get("t")
    host.page.wait_for_timeout(100)
    assert host.get("t") == at_rest and play.inner_text() == "Play"


def test_it_plays_back_from_the_end_and_stops_for_the_hand(mount, widget):
    widget.t = 1.0
    host = mount(widget)
    host.page.click("button.gc-play")
    host.page.wait_for_function("view.model.get('t') < 0.9")
    host.page.locator(".gc-film button").last.click()
    host.page.wait_for_timeout(100)
    assert host.get("t") == 1 and host.page.inner_text("button.gc-play") == "Play"


def test_leaving_ends_the_play(mount, widget):
    host = mount(widget)
    host.page.click("button.gc-play")
    host.js("view.remove()")
    at_rest = host.get("t")
    host.page.wait_for_timeout(100)
    assert host.get("t") == at_rest


def test_choosing_another_image_changes_the_film(mount, widget):
    host = mount(widget)
    first, last = (host.pixels(f".gc-film button:{end}-child canvas") for end in ("first", "last"))
    host.page.locator("[aria-label=From] button").nth(3).click()
    assert not torch.equal(host.pixels(".gc-film button:first-child canvas"), first)
    assert torch.equal(host.pixels(".gc-film button:last-child canvas"), last)


def test_nothing_is_wider_than_a_narrow_page(mount, widget):
    host = mount(widget, viewport={"width": 360, "height": 640})
    assert host.js("document.documentElement.scrollWidth") <= 360


def test_bad_arguments_are_refused(make_model, make_images):
    with pytest.raises(ValueError, match=r"len\(images\)=1: allowed is 2 or more"):
        Interpolation(make_model(), make_images(n=1))
    with pytest.raises(ValueError, match="images=None"):
        Interpolation(make_model(), None)
    with pytest.raises(ValueError, match="thumbnails=1"):
        Interpolation(make_model(), make_images(), thumbnails=1)
    with pytest.raises(ValueError, match="path='round': allowed are 'linear', 'spherical'"):
        interpolate(torch.zeros(2), torch.ones(2), torch.zeros(1), "round")


@pytest.mark.parametrize(("name", "value"), [("start", 8), ("end", -1), ("t", 1.5), ("path", "round")])
def test_bad_traits_are_refused(widget, name, value):
    with pytest.raises(traitlets.TraitError):
        setattr(widget, name, value)

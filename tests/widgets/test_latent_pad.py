import pytest
import torch

from gencourse.widgets import LatentPad


@pytest.fixture
def host(mount, make_model, make_images):
    return mount(LatentPad(make_model(), make_images(), n=30), viewport={"width": 900, "height": 700})


def centre(host):
    box = host.page.locator("canvas.gc-plane").bounding_box()
    return box, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_first_picture_is_torch_s(host, make_model):
    with torch.no_grad():
        expected = make_model().decode(torch.zeros(1, 2))[0, 0] * 255
    picture = host.pixels()
    assert (picture[..., 0] - expected).abs().max() < 1.5
    assert torch.equal(picture[..., 0], picture[..., 2]) and (picture[..., 3] == 255).all()


def test_the_arrow_keys_move_the_point_and_change_the_pixels(host):
    before = host.pixels()
    host.page.focus("canvas.gc-plane")
    host.page.keyboard.press("ArrowRight")
    assert host.get("z") == pytest.approx([0.1, 0])
    assert not torch.equal(host.pixels(), before)
    host.page.keyboard.press("Shift+ArrowUp")
    assert host.get("z") == pytest.approx([0.1, 0.5])
    host.page.keyboard.press("Home")
    assert torch.equal(host.pixels(), before)


def test_dragging_moves_the_point_and_changes_the_pixels(host):
    before, plane = host.pixels(), host.pixels("canvas.gc-plane")
    box, (x, y) = centre(host)
    host.page.mouse.move(x, y)
    host.page.mouse.down()
    host.page.mouse.move(x + box["width"] / 6, y - box["height"] / 3, steps=4)
    assert host.get("z") == pytest.approx([1, 2], abs=0.02)
    assert not torch.equal(host.pixels(), before)
    assert not torch.equal(host.pixels("canvas.gc-plane"), plane)
    host.page.mouse.move(x + 5 * box["width"], y, steps=2)
    assert host.get("z") == pytest.approx([3, 0], abs=0.02), "beyond the edge the point stays at the edge"
    host.page.mouse.up()
    host.page.mouse.move(x, y)
    assert host.get("z") == pytest.approx([3, 0], abs=0.02), "nothing follows a pointer that is up"


def test_a_finger_moves_the_point(mount, make_model):
    host = mount(LatentPad(make_model()), viewport={"width": 400, "height": 800}, has_touch=True)
    box, (x, y) = centre(host)
    host.page.touchscreen.tap(x + box["width"] / 6, y)
    assert host.get("z") == pytest.approx([1, 0], abs=0.03)
    assert host.js("getComputedStyle(document.querySelector('.gc-plane')).touchAction") == "none"


def test_the_right_button_moves_nothing(host):
    _, (x, y) = centre(host)
    host.page.mouse.click(x + 50, y, button="right")
    assert host.get("z") == [0, 0]


def test_a_code_set_from_python_is_shown(host):
    before = host.pixels()
    host.js("view.model.set('z', [1.25, -0.5])")
    assert not torch.equal(host.pixels(), before)
    assert host.page.inner_text(".gc-readout").startswith("z = (1.25, −0.50)")
    host.js("view.model.set('z', [-0.001, -2.999])")
    host.settle()
    assert host.page.inner_text(".gc-readout").startswith("z = (0.00, −3.00)")


def test_many_moves_ask_for_one_frame(host):
    host.settle()
    frames = host.js(
        """(async () => {
        const ask = window.requestAnimationFrame; let count = 0;
        window.requestAnimationFrame = (f) => { count++; return ask(f); };
        for (let i = 0; i < 50; i++) view.model.set("z", [i / 50, 0]);
        window.requestAnimationFrame = ask;
        return count; })()"""
    )
    assert frames == 1
    host.settle()
    assert host.page.inner_text(".gc-readout").startswith("z = (0.98, 0.00)"), "the newest code is the one shown"


def test_buttons_and_names(host):
    before = host.pixels()
    host.page.click(".gc-random")
    assert not torch.equal(host.pixels(), before)
    host.page.click(".gc-reset")
    assert host.get("z") == [0, 0]
    assert host.page.locator(".gc-legend [role=listitem]").all_inner_texts() == ["0", "1", "2", "3", "4"]
    assert "arrow keys" in host.page.get_attribute("canvas.gc-plane", "aria-label")
    assert "z = (0.00, 0.00)" in host.page.get_attribute("canvas.gc-picture", "aria-label")


def test_keys_do_not_reach_the_notebook(host):
    host.js("window.heard = 0; document.addEventListener('keydown', () => window.heard++)")
    host.page.focus("canvas.gc-plane")
    host.page.keyboard.press("ArrowDown")
    assert host.js("window.heard") == 0
    assert host.page.locator(".gc-widget[data-lm-suppress-shortcuts]").count() == 1


@pytest.mark.parametrize("width", [360, 900])
def test_nothing_is_wider_than_the_page(mount, make_model, make_images, width):
    host = mount(LatentPad(make_model(), make_images()), viewport={"width": width, "height": 700})
    assert host.js("document.documentElement.scrollWidth") <= width
    plane = host.page.locator("canvas.gc-plane").bounding_box()
    assert plane["width"] == pytest.approx(plane["height"], abs=1)
    assert plane["width"] > 280
    picture = host.page.locator("canvas.gc-picture").bounding_box()
    assert picture["y"] + picture["height"] < 700, "the picture is in sight while the plane is dragged over"
    assert picture["width"] >= 120 and picture["width"] == pytest.approx(picture["height"], abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(mount, make_model, scheme):
    host = mount(LatentPad(make_model()), color_scheme=scheme)
    ink, paper = (
        host.js(f"getComputedStyle(document.querySelector('.gc-widget')).{name}.match(/[0-9]+/g).map(Number)")
        for name in ("color", "backgroundColor")
    )
    assert (sum(ink[:3]) < sum(paper[:3])) == (scheme == "light")
    assert abs(sum(ink[:3]) - sum(paper[:3])) > 450


def test_leaving_stops_listening(host):
    host.settle()
    host.js("(view.remove(), view.model.set('z', [1, 1]))")
    host.settle()
    assert host.page.locator(".gc-widget").count() == 0


def test_without_images_the_plane_is_bare(mount, make_model):
    host = mount(LatentPad(make_model()))
    host.pixels()
    assert host.page.locator(".gc-legend").count() == 0
    assert repr(LatentPad(make_model())) == "LatentPad(the image decoded at z = (0.00, 0.00))"


@pytest.mark.parametrize("latent", [1, 3])
def test_other_than_two_latents_are_refused(latent, make_model):
    with pytest.raises(ValueError, match=f"model.latent={latent}: LatentPad shows models with 2 latents"):
        LatentPad(make_model(latent))


@pytest.mark.parametrize(
    "bad", [dict(n=0), dict(n=2.5), dict(extent=0), dict(extent=float("nan")), dict(names=["zero", "one"])]
)
def test_bad_arguments_are_refused(bad, make_model, make_images):
    with pytest.raises(ValueError, match=f"{next(iter(bad))}=.*"):
        LatentPad(make_model(), make_images(), **bad)


def test_covered_images_are_laid_on_the_plane_by_a_button(mount, make_model, make_images):
    widget = LatentPad(make_model(), make_images(), n=30, covered=True)
    host = mount(widget, viewport={"width": 900, "height": 700})
    bare, legend = host.pixels("canvas.gc-plane"), host.page.locator(".gc-legend")
    assert not legend.is_visible() and "30 images" not in widget.label()
    host.page.click("text=Lay 30 images on the plane")
    host.settle()
    assert host.get("laid") and legend.is_visible()
    assert not torch.equal(host.pixels("canvas.gc-plane"), bare)
    host.page.click("text=Take the images away")
    host.settle()
    assert torch.equal(host.pixels("canvas.gc-plane"), bare)


def test_there_must_be_something_to_cover(make_model):
    with pytest.raises(ValueError, match="covered=True: allowed with images"):
        LatentPad(make_model(), covered=True)

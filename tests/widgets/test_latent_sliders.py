from dataclasses import replace

import pytest
import torch

from gencourse.models.vae import gaussian_kl_per_latent
from gencourse.widgets import LatentSliders


@pytest.fixture
def model(make_model):
    model = make_model(4)
    with torch.no_grad():  # latents of known use: the third most, the first least
        last = model.encoder[-1]
        last.weight[:4] *= torch.tensor([0.1, 1.0, 6.0, 3.0])[:, None]
        last.weight[4:] = 0
        last.bias.zero_()
    return model


def test_sliders_are_sorted_by_the_mean_kl(mount, model, make_images):
    images = make_images()
    widget = LatentSliders(model, images)
    with torch.no_grad():
        expected = gaussian_kl_per_latent(*model.encode(images.batch(slice(None)))).mean(0)
    assert widget.kl == pytest.approx(expected.tolist(), rel=1e-4)
    assert widget.order == [2, 3, 1, 0]
    host = mount(widget)
    host.settle()
    names = [f"z{sub}, {expected[d]:.2f} nats" for sub, d in zip("₃₄₂₁", widget.order, strict=True)]
    sliders = host.page.locator("input.gc-slider")
    assert [sliders.nth(k).get_attribute("aria-label") for k in range(4)] == names


def test_a_slider_moves_its_own_latent_by_keyboard(mount, model, make_images):
    host = mount(LatentSliders(model, make_images()))
    before = host.pixels()
    host.page.locator("input.gc-slider").first.focus()
    for _ in range(10):
        host.page.keyboard.press("ArrowRight")
    assert host.get("z") == pytest.approx([0, 0, 0.5, 0]), "the first slider is the third latent's"
    assert not torch.equal(host.pixels(), before)
    host.page.click(".gc-reset")
    assert torch.equal(host.pixels(), before)
    assert host.page.locator("input.gc-slider").first.input_value() == "0"


ENDS_ARE_DRAWN = """(old) => { const join = (c) => c.getContext("2d").getImageData(0, 0, 8, 8).data.join();
    const now = [...document.querySelectorAll("canvas.gc-end")].map(join);
    return now.every((pixels, k) => pixels !== (old ? old[k] : Array(256).fill(0).join())) && now; }"""


def test_the_small_pictures_show_the_ends_of_each_slider(mount, make_model):
    widget = LatentSliders(make_model(3))
    host = mount(widget)
    first = host.page.wait_for_function(ENDS_ARE_DRAWN, arg=None).json_value()
    z = torch.tensor([0.5, -1.0, 2.0])
    host.js(f"view.model.set('z', {z.tolist()})")
    host.page.wait_for_function(ENDS_ARE_DRAWN, arg=first)
    for row in range(3):
        ends = z.repeat(2, 1)
        ends[:, row] = torch.tensor([-3.0, 3.0])
        for side, expected in enumerate(widget.decode(ends)[:, 0] * 255):
            canvas = f".gc-rows > :nth-child({6 * row + (2, 4)[side]})"
            assert (host.pixels(canvas)[..., 0] - expected).abs().max() < 1.5


def test_latents_can_have_names(mount, model, make_images):
    names = ["size", "hue", "x position", "a name that is much too long to be shown"]
    widget = LatentSliders(model, make_images(), names)
    host = mount(widget, viewport={"width": 360, "height": 640})
    assert host.page.locator(".gc-name").all_inner_texts() == [names[d] for d in (2, 3, 1, 0)]
    label = host.page.locator("input.gc-slider").first.get_attribute("aria-label")
    assert label == f"x position, {widget.kl[2]:.2f} nats"
    assert host.js("document.documentElement.scrollWidth") <= 360
    assert "Sorted by mean KL" in host.page.inner_text(".gc-widget")
    with pytest.raises(ValueError, match=r"names=\['a'\]: give 4 names"):
        LatentSliders(model, names=["a"])


def test_random_moves_every_slider(mount, model):
    host = mount(LatentSliders(model))
    before = host.pixels()
    host.page.click(".gc-random")
    assert not torch.equal(host.pixels(), before)
    z = host.get("z")
    shown = host.page.evaluate("[...document.querySelectorAll('.gc-slider')].map((s) => Number(s.value))")
    assert len(set(z)) == 4 and shown == pytest.approx(z, abs=0.026)


def test_a_thumbnail_starts_from_its_mean_code(mount, model, make_images):
    images = make_images()
    widget = LatentSliders(model, images, thumbnails=5)
    host = mount(widget)
    buttons = host.page.locator(".gc-strip button")
    assert buttons.count() == 5
    buttons.nth(3).click()
    with torch.no_grad():
        mean, _ = model.encode(images.batch([3]))
        expected = model.decode(mean)[0, 0] * 255
    assert host.get("z") == pytest.approx(mean[0].tolist(), abs=1e-5)
    assert (host.pixels()[..., 0] - expected).abs().max() < 1.5
    assert buttons.nth(3).get_attribute("aria-checked") == "true"
    host.page.keyboard.press("ArrowRight")
    assert buttons.nth(4).get_attribute("aria-checked") == "true", "the arrow keys choose the next one"
    assert widget.extent >= float(mean.abs().max())


def test_colours_are_in_their_places(mount, make_model, make_images):
    model = make_model(3, shape=(3, 8, 8), channels=(8,), likelihood="gaussian")
    host = mount(LatentSliders(model, make_images((3, 8, 8))))
    host.js("view.model.set('z', [1, -1, 0.5])")
    with torch.no_grad():
        expected = model.decode(torch.tensor([[1, -1, 0.5]]))[0].permute(1, 2, 0) * 255
    assert (expected[..., 0] - expected[..., 2]).abs().max() > 20, "the model is not grey"
    assert (host.pixels()[..., :3] - expected).abs().max() < 1.5


@pytest.mark.parametrize("latent", [1, 64])
def test_any_number_of_latents_fits_a_narrow_page(mount, make_model, make_images, latent):
    host = mount(LatentSliders(make_model(latent), make_images()), viewport={"width": 360, "height": 640})
    assert host.page.locator("input.gc-slider").count() == latent
    assert host.js("document.documentElement.scrollWidth") <= 360
    assert host.page.locator("input.gc-slider").first.bounding_box()["width"] >= 70


@pytest.mark.parametrize("thumbnails", [0, 61, 2.5])
def test_bad_numbers_of_thumbnails_are_refused(thumbnails, model):
    with pytest.raises(ValueError, match=f"thumbnails={thumbnails}"):
        LatentSliders(model, thumbnails=thumbnails)


@pytest.fixture
def named(model, make_images):
    """Images whose two factors are known: what the third latent holds, and nothing at all; and the sliders to name."""
    images = make_images()
    with torch.no_grad():
        mean, _ = model.encode(images.batch(slice(None)))
    halves = (mean[:, 2] > mean[:, 2].median()).long()
    factors = torch.stack([halves, torch.arange(len(images)) % 2], dim=1)
    return LatentSliders(model, replace(images, factors=factors, factor_names=("x", "hue")), naming=True)


def test_names_are_typed_revealed_and_held_against_the_matrix(mount, named):
    host = mount(named)
    assert host.page.locator(".gc-told").is_hidden()
    host.page.fill("[aria-label='name of z₃']", "left and right")
    host.page.fill("[aria-label='name of z₁']", "the colour")
    host.page.click(".gc-reveal")
    host.settle()
    assert host.get("given") == ["the colour", "", "left and right", ""]
    first = host.page.inner_text(".gc-told tr:nth-of-type(2)")
    assert first.startswith("z₃ ✓ left and right") and f"{round(100 * named.shares[2][0])} %" in first
    assert named.shares[2][0] > 0.9
    assert " of 2 names hold" in host.page.inner_text(".gc-section .gc-readout")  # the others have none yet
    assert [name for name in host.page.locator(".gc-told tr th:first-child").all_inner_texts() if "z₂" in name] == [
        "z₂ unnamed"
    ]


def test_turned_sliders_move_turned_latents_and_change_no_picture_by_themselves(mount, named):
    host = mount(named)
    before, z = host.pixels(), torch.tensor(named.z)
    host.page.click(".gc-turn")
    host.settle()
    assert torch.equal(host.pixels(), before) and host.get("z") == pytest.approx(z.tolist())
    axes = torch.tensor(named.axes)
    torch.testing.assert_close(axes @ axes.T, torch.eye(4), atol=1e-5, rtol=0)
    slider = host.page.locator("input.gc-slider").first  # the third latent's
    host.js(
        "const first = document.querySelector('input.gc-slider'); first.value = '0.5'; "
        "first.dispatchEvent(new Event('input'))"
    )
    assert slider.input_value() == "0.5"
    turned = axes @ z
    turned[2] = 0.5
    assert host.get("z") == pytest.approx((axes.T @ turned).tolist(), abs=1e-4)


def test_sliders_are_named_where_factors_are_known(model, make_images):
    with pytest.raises(ValueError, match="naming=True: allowed with images whose factors are known"):
        LatentSliders(model, make_images(), naming=True)

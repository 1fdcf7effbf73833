import json

import pytest
import torch
import traitlets

from gencourse.models.autoencoder import Autoencoder
from gencourse.widgets import Bottleneck


def build(latents=(1, 3, 10), shape=(1, 8, 8), **options):
    torch.manual_seed(0)
    models = [Autoencoder(shape, latent, **{"hidden": (16,), **options}) for latent in latents]
    with torch.no_grad():
        for model in models:
            model.encoder[-1].weight *= 4  # so that every number of a code changes the picture
    return models


@pytest.fixture
def widget(make_images):
    return Bottleneck(build(), make_images(), thumbnails=5)


LADDER = ".gc-ladder > :nth-child({}) canvas"


def shown(host, k):
    """The k-th reconstruction as the page shows it, in [0, 1]."""
    return host.pixels(LADDER.format(k + 2))[..., 0] / 255


def test_every_model_s_reconstruction_and_its_error_stand_under_the_image(mount, widget, make_images):
    host = mount(widget)
    host.js("view.model.set('image', 2)")
    x = widget._x[2:3]
    assert (host.pixels(LADDER.format(1))[..., 0] / 255 - x[0, 0]).abs().max() < 0.01
    for k, (model, error) in enumerate(zip(widget._models, widget.errors(2), strict=True)):
        reconstruction = model.reconstruct(x)
        assert (shown(host, k) - reconstruction[0, 0].clamp(0, 1)).abs().max() < 0.01
        assert error == pytest.approx(float((x - reconstruction).square().sum()))
        text = host.page.locator(".gc-ladder button").nth(k).inner_text().split()
        assert text[:3] == ["z", "of", str(model.latent)] and float(text[3]) == pytest.approx(error, rel=0.01, abs=0.01)
    assert len({*widget.errors(2)}) == 3


def test_the_error_counts_what_lies_outside_of_what_a_picture_can_show(mount, make_images):
    models = build((2,))
    with torch.no_grad():
        models[0].decoder[-2].bias += 3  # whiter than white
    widget = Bottleneck(models, make_images())
    host = mount(widget)
    assert (shown(host, 0) == 1).all() and widget.errors(0)[0] > 200
    assert float(host.page.inner_text(".gc-ladder button").split()[-1]) == pytest.approx(widget.errors(0)[0], rel=0.01)


def test_a_slider_moves_its_own_number_by_keyboard_and_the_picture_follows(mount, widget):
    host = mount(widget)
    assert host.get("picked") == 2, "the first with at least four latents is open"
    host.page.locator(".gc-ladder button").nth(1).click()
    host.settle()
    own = widget.encode(1, widget._x[:1])[0]
    before = host.pixels()
    slider = host.page.locator("input.gc-slider").nth(1)
    slider.focus()
    for _ in range(8):
        host.page.keyboard.press("ArrowRight")
    z = torch.tensor(host.get("z"))
    assert (z - own)[[0, 2]].abs().max() < 1e-6 < (z - own)[1]
    after = host.pixels()[..., 0] / 255
    assert not torch.equal(host.pixels(), before)
    assert (after - widget.decode(1, z[None])[0, 0].clamp(0, 1)).abs().max() < 0.01
    host.page.click(".gc-reset")
    assert torch.equal(host.pixels(), before) and host.get("z") == []


def test_sliders_reach_over_the_codes_of_the_images_and_are_eight_at_most(mount, widget, make_images):
    host = mount(widget)
    host.settle()
    assert host.page.locator("input.gc-slider").count() == 8
    assert "first 8 of the 10 numbers" in host.page.inner_text(".gc-open")
    host.js("view.model.set('picked', 1)")
    host.settle()
    ends = host.js("[...document.querySelectorAll('.gc-slider')].map((s) => [Number(s.min), Number(s.max)])")
    codes = widget.encode(1, make_images().batch(slice(None)))
    torch.testing.assert_close(torch.tensor(ends).T, torch.stack([codes.amin(0), codes.amax(0)]))


def test_a_random_code_stays_within_the_ranges(mount, widget, make_images):
    host = mount(widget)
    before = host.pixels()
    codes = widget.encode(2, make_images().batch(slice(None)))
    drawn = []
    for _ in range(20):
        host.page.click(".gc-random")
        drawn.append(host.get("z"))
    z = torch.tensor(drawn)
    assert (z >= codes.amin(0) - 1e-5).all() and (z <= codes.amax(0) + 1e-5).all()
    assert z.std(0).min() > 0 and not torch.equal(host.pixels(), before)
    assert len(z.T) == 10, "the numbers without a slider are drawn too"


def test_arrow_keys_choose_the_image_and_the_model(mount, widget):
    host = mount(widget)
    host.page.locator(".gc-strip button").first.focus()
    host.page.keyboard.press("ArrowRight")
    assert host.get("image") == 1
    host.page.locator(".gc-ladder button").nth(2).focus()
    host.page.keyboard.press("ArrowLeft")
    host.settle()
    assert host.get("picked") == 1
    states = [host.page.locator(".gc-ladder button").nth(k).get_attribute("aria-checked") for k in range(3)]
    assert states == ["false", "true", "false"]
    label = host.page.locator(".gc-ladder button").nth(1).get_attribute("aria-label")
    assert label.startswith("A code of 3, squared error ")


def test_a_code_of_one_s_own_is_left_for_the_image_s_when_another_is_chosen(mount, widget):
    host = mount(widget)
    host.page.click(".gc-random")
    assert len(host.get("z")) == 10
    host.page.locator(".gc-strip button").nth(3).click()
    assert host.get("z") == [] and host.get("image") == 3
    expected = widget._models[2].reconstruct(widget._x[3:4])[0, 0].clamp(0, 1)
    assert (host.pixels()[..., 0] / 255 - expected).abs().max() < 0.01


@pytest.mark.parametrize("width", [340, 900])
def test_it_fits_narrow_and_wide_pages(mount, widget, width):
    host = mount(widget, viewport={"width": width, "height": 700})
    host.settle()
    assert host.js("document.documentElement.scrollWidth") <= width
    assert host.page.locator("input.gc-slider").first.bounding_box()["width"] >= 60
    assert host.page.locator(".gc-ladder canvas").first.bounding_box()["width"] >= 50


def test_colours_and_convolutions(mount, make_images):
    models = build((2, 4), shape=(3, 8, 8), channels=(6,))
    widget = Bottleneck(models, make_images((3, 8, 8)))
    host = mount(widget)
    expected = models[1].reconstruct(widget._x[:1])[0].permute(1, 2, 0).clamp(0, 1)
    assert (host.pixels()[..., :3] / 255 - expected).abs().max() < 0.01


def test_label_and_still_follow_the_traits(widget):
    widget.image = 3
    assert widget.label() == "image 4 of 5 and its reconstructions from codes of 1, 3, 10 numbers"
    assert widget.still().width > widget.still().height
    assert json.dumps(widget.page_state())


def test_bad_traits_are_refused(widget):
    for name, value, words in (("image", 5, "0 to 4"), ("picked", -1, "0 to 2"), ("z", [1.0], "10 finite numbers")):
        with pytest.raises(traitlets.TraitError, match=words):
            setattr(widget, name, value)
    widget.set_trait("z", [0.5] * 10)
    with widget.hold_trait_notifications():
        widget.picked, widget.z = 1, []
    assert (widget.picked, widget.z) == (1, [])


def test_bad_arguments_are_refused(make_images, make_model):
    images = make_images()
    with pytest.raises(ValueError, match=r"models=\[\]"):
        Bottleneck([], images)
    with pytest.raises(ValueError, match=r"models\[1\].shape=\(1, 4, 4\)"):
        Bottleneck([*build((2,)), *build((2,), shape=(1, 4, 4))], images)
    with pytest.raises(ValueError, match="but the model's shape is"):
        Bottleneck(build(), make_images((1, 4, 4)))
    with pytest.raises(ValueError, match=r"models\[0\].latent=65"):
        Bottleneck(build((65,)), images)
    with pytest.raises(ValueError, match=r"models\[0\]=Linear has no encode"):
        Bottleneck([torch.nn.Linear(2, 2)], images)
    with pytest.raises(ValueError, match="thumbnails=0"):
        Bottleneck(build(), images, thumbnails=0)

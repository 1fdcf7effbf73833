"""The page's operations are those of data.augment; the views follow the sliders, and the answers are counted."""

import json

import pytest
import torch
import traitlets

from gencourse.data import augment
from gencourse.widgets import AugmentationLab

WIDE = {"viewport": {"width": 900, "height": 800}}
CLOSE = 1 / 1024


def draw_image(height=12, width=16, seed=0):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def run(open_page):
    """A function that runs an expression over the page's operations; `x` stands for the image's numbers."""
    page = open_page("Object.assign(window, await import('widgets/shared/augmentations.js')); window.ready = true;")
    page.wait_for_function("window.ready")

    def run(expression, x):
        values = json.dumps(x.flatten().tolist())
        return torch.tensor(
            page.evaluate(f"(() => {{ const x = Float32Array.from({values}); return [...({expression})]; }})()")
        )

    return run


@pytest.mark.parametrize(
    ("box", "angle", "flip"),
    [
        ((2, 3, 6, 9), 0, False),
        ((0, 0, 12, 16), 0, True),
        ((1.5, 4.2, 7.3, 8.1), 37, True),
        ((0, 0, 12, 16), -150, False),
    ],
)
def test_crop_resize(run, box, angle, flip):
    x = draw_image()
    expected = augment.crop_resize(x, torch.tensor([box]), 11, torch.tensor([float(angle)]), torch.tensor([flip]))
    got = run(f"cropResize(x, [12, 16], {json.dumps(box)}, 11, {angle}, {json.dumps(flip)})", x)
    assert torch.allclose(got, expected.flatten(), atol=CLOSE)


@pytest.mark.parametrize("factor", [0.3, 1.0, 1.7])
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_colour_factors(run, name, factor):
    x = draw_image(seed=1)
    expected = getattr(augment, f"adjust_{name}")(x, torch.tensor([factor]))
    assert torch.allclose(run(f"adjust{name.title()}(x, {factor})", x), expected.flatten(), atol=CLOSE)


@pytest.mark.parametrize("shift", [-0.5, -0.13, 0.0, 0.31, 0.5])
def test_hue(run, shift):
    x = draw_image(seed=2)
    x[..., :2] = x[:, :1, :, :2]  # pixels without a hue
    expected = augment.adjust_hue(x, torch.tensor([shift]))
    assert torch.allclose(run(f"adjustHue(x, {shift})", x), expected.flatten(), atol=CLOSE)


def test_grey(run):
    x = draw_image(seed=3)
    assert torch.allclose(run("toGrey(x)", x), augment.grey(x).expand(-1, 3, -1, -1).flatten(), atol=CLOSE)


@pytest.mark.parametrize("sigma", [0.1, 0.8, 2.0])
def test_blur(run, sigma):
    x = draw_image(seed=4)
    expected = augment.gaussian_blur(x, torch.tensor([sigma]))
    assert torch.allclose(run(f"gaussianBlur(x, [12, 16], {sigma})", x), expected.flatten(), atol=CLOSE)


def test_a_view_of_strength_nothing_is_the_image(run):
    x = draw_image(16, 16)
    nothing = '{"crop": 1, "flip": 0, "rotate": 0, "jitter": 0, "hue": 0, "grey": 0, "blur": 0}'
    # with the middle of each draw the aspect ratio is 1 and the crop is all of the image
    assert torch.allclose(run(f"drawView(x, [16, 16], 16, {nothing}, () => 0.5)", x), x.flatten(), atol=CLOSE)


def test_the_sliders_change_the_views_and_not_the_image(mount):
    widget = AugmentationLab(draw_image(32, 32).repeat(2, 1, 1, 1))
    host = mount(widget, **WIDE)
    image, view = (host.pixels(f"[aria-label='{name}']") for name in ("the image", "view 1"))
    assert torch.equal(image[..., :3].permute(2, 0, 1), (draw_image(32, 32)[0] * 255).round().to(torch.uint8))
    host.page.focus("input[aria-label='grey, chance']")
    host.page.keyboard.press("End")
    grey = host.pixels("[aria-label='view 1']").int()
    assert host.get("strength")["grey"] == 1 and not torch.equal(grey, view.int())
    assert (grey[..., 0] - grey[..., 1]).abs().max() <= 1 and (grey[..., 0] - grey[..., 2]).abs().max() <= 1
    assert torch.equal(host.pixels("[aria-label='the image']"), image)


def test_answers_are_counted_in_the_band_of_the_strength_and_bring_new_views(mount):
    host = mount(AugmentationLab(draw_image(32, 32)), **WIDE)
    host.page.click(".gc-none")
    before = host.pixels("[aria-label='view 1']")
    host.page.click(".gc-yes")
    assert not torch.equal(host.pixels("[aria-label='view 1']"), before)
    for name in host.page.locator(".gc-slider").all():
        name.focus()
        host.page.keyboard.press("End")
    host.page.click(".gc-no")
    host.page.click(".gc-no")
    assert host.get("tallies") == [[1, 0], [0, 0], [0, 0], [0, 0], [0, 2]]
    assert host.get("strength")["crop"] == pytest.approx(0.05)


def test_the_overall_strength_runs_from_nothing_to_all():
    widget = AugmentationLab(draw_image())
    widget.strength = dict(crop=1.0, flip=0.0, rotate=0.0, jitter=0.0, hue=0.0, grey=0.0, blur=0.0)
    assert widget.overall() == 0
    before = widget.still().tobytes()
    widget.strength = dict(crop=0.05, flip=0.5, rotate=180.0, jitter=1.0, hue=0.5, grey=1.0, blur=1.0)
    assert widget.overall() == pytest.approx(1) and widget.still().tobytes() != before
    assert widget.augment().options["crop"] == (0.05, 1.0)
    with pytest.raises(traitlets.TraitError, match="hue"):
        widget.strength = widget.strength | {"hue": 0.7}
    with pytest.raises(traitlets.TraitError, match="chosen=1"):
        widget.chosen = 1


@pytest.mark.parametrize(
    "images", [torch.rand(9, 3, 8, 8), torch.rand(2, 1, 8, 8), torch.rand(3, 8, 8), 2 * torch.ones(1, 3, 8, 8)]
)
def test_other_images_are_refused(images):
    with pytest.raises(ValueError, match="images"):
        AugmentationLab(images)

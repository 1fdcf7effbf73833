"""The map's neighbours are the nearest points, its images are those given, and the whole stays small."""

import io
import json

import pytest
import torch
import traitlets
from PIL import Image

from gencourse.widgets import EmbeddingMap
from gencourse.widgets.shared.pictures import sprite_sheet

WIDE = {"viewport": {"width": 900, "height": 800}}


def draw(n, *shape):
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(n))


def build(n=40, **options):
    points = {"before": draw(n, 2), "after": draw(n, 2).flip(0) * torch.tensor([3.0, 1.0])}
    return EmbeddingMap(points, draw(n, 3, 8, 8), torch.arange(n) % 4, list("abcd"), **options)


def look(host):
    """Wait for the sheet and the frame after it."""
    host.page.wait_for_function("document.querySelector('.gc-large').getAttribute('aria-label')")
    host.settle()


def test_the_page_shows_the_image_its_class_and_its_neighbours(mount):
    widget = build(title="features")
    widget.chosen = 7
    host = mount(widget, **WIDE)
    look(host)
    expected = (draw(40, 3, 8, 8)[7] * 255).round().to(torch.uint8)
    assert torch.equal(host.pixels(".gc-large")[..., :3].permute(2, 0, 1), expected)
    assert host.page.inner_text(".gc-widget output") == "image 8: d"
    shown = [
        text.split(":")[0]
        for text in host.js("[...document.querySelectorAll('.gc-strip canvas')].map((c) => c.ariaLabel)")
    ]
    assert shown == [f"neighbour {k + 1}" for k in widget.neighbours(7)]
    same = sum(k % 4 == 7 % 4 for k in widget.neighbours(7))
    assert f"{same} of 5" in host.page.inner_text(".gc-map")


def test_pointing_and_the_arrow_keys_choose_points(mount):
    corners = torch.tensor([[-1.0, -1], [1, -1], [-1, 1], [1, 1]])
    host = mount(EmbeddingMap(corners, draw(4, 1, 8, 8), [0, 1, 2, 3]), **WIDE)
    look(host)
    box = host.page.locator(".gc-plane").bounding_box()
    host.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"])
    assert host.get("chosen") == 3
    host.page.focus(".gc-plane")
    for key, expected in [("ArrowLeft", 2), ("ArrowLeft", 2), ("ArrowDown", 0), ("ArrowRight", 1), ("ArrowUp", 3)]:
        host.page.keyboard.press(key)
        assert host.get("chosen") == expected


def test_switching_moves_the_points_and_changes_the_neighbours(mount):
    widget = build()
    host = mount(widget, **WIDE, reduced_motion="reduce")
    look(host)
    before = host.pixels(".gc-plane")
    host.page.click("text='after'")
    host.settle()
    assert host.get("shown") == 1 and not torch.equal(host.pixels(".gc-plane"), before)
    widget.shown = 1
    first = host.js("document.querySelector('.gc-strip canvas').ariaLabel")
    assert first.startswith(f"neighbour {widget.neighbours(0)[0] + 1}:")


@pytest.mark.parametrize(("n", "shape"), [(600, (3, 32, 32)), (600, (1, 28, 28)), (50, (3, 32, 32))])
def test_the_widget_stays_under_250_kilobytes_even_with_noise(n, shape):
    widget = EmbeddingMap(draw(n, 2), draw(n, *shape), torch.zeros(n, dtype=torch.long))
    assert len(json.dumps(widget.page_state())) < 250_000
    assert Image.open(io.BytesIO(widget.sheet)).width == 25 * widget.tile[1]


def test_a_sheet_that_fits_holds_the_images_exactly():
    images = draw(7, 3, 8, 10)
    sheet, height, width = sprite_sheet(images, 3, 100_000)
    pixels = torch.tensor(list(Image.open(io.BytesIO(sheet)).getdata())).view(24, 30, 3)
    assert (height, width) == (8, 10)
    assert torch.equal(pixels[8:16, 10:20].permute(2, 0, 1), (images[4] * 255).round().long())


def test_the_maps_fill_the_plane_and_keep_their_shape():
    widget = build()
    for points in widget._maps:
        assert float(points.abs().amax()) == pytest.approx(1, abs=1e-6)
        assert torch.allclose(points.amin(0), -points.amax(0), atol=1e-6)
    original = draw(40, 2)
    ratio = torch.pdist(widget._maps[0]) / torch.pdist(original)
    assert float(ratio.max()) == pytest.approx(float(ratio.min()), rel=1e-3)


def test_the_still_follows_and_what_does_not_exist_is_refused():
    widget = build()
    before, label = widget.still().tobytes(), widget.label()
    widget.chosen = 3
    assert widget.still().tobytes() != before and widget.label() != label
    with pytest.raises(traitlets.TraitError, match="chosen=40"):
        widget.chosen = 40
    with pytest.raises(traitlets.TraitError, match="shown=2"):
        widget.shown = 2


@pytest.mark.parametrize(
    ("points", "labels", "names", "message"),
    [
        (draw(5, 3), [0] * 5, None, r"points=\(5, 3\)"),
        ({"a": draw(5, 2), "b": draw(4, 2)}, [0] * 5, None, r"points\['b'\]"),
        (draw(5, 2), [0] * 4, None, "len.labels.=4"),
        (draw(5, 2), [0, 1, 2, 0, 0], ["x", "y"], "label_names"),
    ],
)
def test_what_does_not_fit_is_refused(points, labels, names, message):
    with pytest.raises(ValueError, match=message):
        EmbeddingMap(points, draw(5, 1, 4, 4), labels, names)

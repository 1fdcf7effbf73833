import pytest
import torch

from gencourse.widgets import ReceptiveField
from gencourse.widgets.receptive_field import NETWORKS


def seen_in_page(host, size):
    host.settle()
    return torch.tensor([bit == "1" for bit in host.js('document.querySelector(".gc-widget").dataset.seen')]).view(
        size, size
    )


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("network", NETWORKS)
def test_the_page_s_paths_are_the_gradients_of_a_real_network(mount, network, kernel):
    for layers in (1, 2, 4):
        widget = ReceptiveField(9, network=network, layers=layers, kernel=kernel)
        host = mount(widget)
        assert torch.equal(seen_in_page(host, 9), widget.seen())
        for row, column in ((7, 1), (3, 8), (0, 0), (5, 4)):
            widget.row, widget.column = row, column
            host.js(f"view.model.set('row', {row}); view.model.set('column', {column}); view.model.save_changes()")
            assert torch.equal(seen_in_page(host, 9), widget.seen())


def test_keys_buttons_and_sliders(mount):
    host = mount(ReceptiveField(9, layers=8))
    page = host.page
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert (host.get("row"), host.get("column")) == (5, 5)
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    assert host.get("column") == 0
    host.js("view.model.set('column', 4); view.model.save_changes()")
    host.settle()
    assert "and 0 are not" not in page.inner_text(".gc-seen")
    page.get_by_role("button", name="Gated PixelCNN").click()
    page.get_by_role("slider", name="Layers").focus()
    page.keyboard.press("ArrowRight")
    host.settle()
    assert (host.get("network"), host.get("layers")) == ("Gated PixelCNN", 9)
    assert page.inner_text(".gc-seen") == "Of 49 pixels before it, 49 are seen and 0 are not."


def test_a_click_chooses_the_pixel(mount):
    host = mount(ReceptiveField(9))
    box = host.page.get_by_role("application").bounding_box()
    host.page.mouse.click(box["x"] + box["width"] * 2.5 / 9, box["y"] + box["height"] * 7.5 / 9)
    assert (host.get("row"), host.get("column")) == (7, 2)


def test_it_says_what_it_shows_and_has_a_still():
    widget = ReceptiveField(13, network="PixelCNN", layers=12)
    assert widget.label().startswith("PixelCNN, 12 layers, kernel 3×3: for the pixel in row 9, column 7, ")
    assert int(widget.seen().sum()) < 8 * 13 + 6 and widget.still().width > 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(size=4), "size=4: allowed is a whole number from 5 to 21"),
        (dict(layers=13), "layers=13"),
        (dict(kernel=4), "kernel=4: allowed are 3 and 5"),
        (dict(network="MADE"), "network='MADE': allowed are 'PixelCNN'"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ReceptiveField(**arguments)

"""The page asks the network the same as torch, pixel after pixel; the reader's rows are kept and read."""

import json

import pytest
import torch

from gencourse.models.made import MADE
from gencourse.widgets import PixelPlayer

WIDE = {"viewport": {"width": 900, "height": 800}}


def build(levels=2, hidden=(12,), shape=(1, 5, 6), direct=False, **options):
    torch.manual_seed(0)
    model = MADE(shape, hidden=hidden, direct=direct, levels=levels)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model, PixelPlayer(model, **options)


def shown(host):
    host.settle()
    return json.loads(host.js("document.querySelector('.gc-chart').dataset.p"))


def nats(host):
    words = host.page.inner_text(".gc-readout").replace("−", "-")
    return float(words.split("what is there:")[1].split("nats")[0])


def random_image(levels):
    return torch.randint(levels, (5, 6), generator=torch.Generator().manual_seed(1)) / (levels - 1)


@pytest.mark.parametrize(
    "levels, hidden, direct",
    [
        (2, (12,), False),
        (4, (12,), False),
        (2, (10, 8), False),
        (3, (9, 8, 7), False),
        (2, (12,), True),
        (3, (9, 8), True),
    ],
)
def test_the_page_asks_the_same_as_torch_all_along(mount, levels, hidden, direct):
    model, widget = build(levels, hidden, direct=direct, image=random_image(levels), kept=2, temperature=0.7)
    host = mount(widget, **WIDE)
    for _ in range(6):
        widget.levels_of, widget.next = host.get("levels_of"), host.get("next")
        assert shown(host) == pytest.approx(widget.probabilities().tolist(), abs=1e-4)
        assert nats(host) == pytest.approx(widget.log_prob(), abs=0.01)
        host.page.click("text=One pixel")
    assert host.get("next") == 18 and host.get("levels_of")[18:] == [0] * 12
    x = torch.tensor(widget.levels_of).view(1, 1, 5, 6) / (levels - 1)
    exact = model.logits(x)[0, 0, widget.next // 6, widget.next % 6] / 0.7  # float16 changes little
    p = torch.sigmoid(exact[0]) if levels == 2 else exact.softmax(0)[-1]
    assert widget.probabilities()[-1].item() == pytest.approx(p.item(), abs=5e-3)


def test_it_plays_to_the_end_and_the_sum_of_all_steps_is_the_likelihood(mount):
    model, widget = build()
    host = mount(widget, **WIDE)
    host.page.click(".gc-play")
    host.page.wait_for_function("view.model.get('next') === 30", timeout=20_000)
    x = torch.tensor(host.get("levels_of")).view(1, 1, 5, 6).float()
    assert 0 < x.sum() < 30
    assert nats(host) == pytest.approx(model.log_prob(x).item(), abs=0.05) and "finished" in host.page.inner_text(
        "output"
    )


def test_pixels_are_drawn_as_often_as_they_should(mount):
    _, widget = build()
    host = mount(widget, **WIDE)
    p, white = widget.probabilities()[1].item(), 0
    for _ in range(200):
        host.js("[2, 1].forEach((k) => document.querySelectorAll('.gc-buttons button')[k].click())")  # again, and one
        white += host.get("levels_of")[0]
    assert abs(white / 200 - p) < 4 * (p * (1 - p) / 200) ** 0.5


def test_what_the_pointer_draws_is_kept_and_what_lies_below_is_written_anew(mount):
    _, widget = build(image=random_image(2), kept=1)
    host = mount(widget, **WIDE)
    first = host.get("levels_of")[:6]
    box = host.page.query_selector(".gc-pixels").bounding_box()
    host.page.mouse.click(box["x"] + 2.5 / 6 * box["width"], box["y"] + 1.5 / 5 * box["height"])
    assert host.get("kept") == 2 and host.get("next") == 12
    assert host.get("levels_of") == [*first, 0, 0, 1, 0, 0, 0, *[0] * 18]
    widget.levels_of, widget.next = host.get("levels_of"), 12
    assert shown(host) == pytest.approx(widget.probabilities().tolist(), abs=1e-4)
    host.page.click("text=erase")
    host.page.mouse.click(box["x"] + 2.5 / 6 * box["width"], box["y"] + 1.5 / 5 * box["height"])
    assert host.get("levels_of")[6:] == [0] * 24 and host.get("kept") == 2
    host.page.click("text=Clear")
    assert host.get("kept") == 0 and host.get("next") == 0 and sum(host.get("levels_of")) == 0


def test_one_may_draw_by_keys_and_choose_the_rows_by_a_slider(mount):
    host = mount(build()[1], **WIDE)
    host.page.focus(".gc-pixels")
    for key in ("ArrowDown", "ArrowRight", "Space"):
        host.page.keyboard.press(key)
    assert host.get("levels_of")[7] == 1 and sum(host.get("levels_of")) == 1 and host.get("kept") == 2
    host.page.focus(".gc-slider")
    host.page.keyboard.press("ArrowLeft")
    assert host.get("kept") == 1 and host.get("next") == 6 and sum(host.get("levels_of")) == 0


@pytest.mark.parametrize("levels", [2, 5])
def test_the_still_and_the_label(levels):
    _, widget = build(levels, kept=2, image=random_image(levels))
    assert widget.label() == "An image of 5×6 pixels, 12 of them written" and widget.still().width > 400
    widget.next = 30
    assert widget.probabilities().sum() == 0 and widget.still().height > 200


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(shape=(3, 5, 6)), "model: allowed is a MADE of images with one channel"),
        (dict(image=torch.zeros(4, 6)), r"image \(4, 6\): allowed is the model's size, 5 × 6"),
        (dict(kept=6), "kept=6: allowed is 0 to 5 rows"),
    ],
)
def test_what_the_page_cannot_show_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        build(**options)

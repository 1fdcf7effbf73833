"""The game takes answers by button and key, tells the truth about them, and counts as Python does."""

import pytest
import torch

from gencourse.widgets import PretextGame

CHOICES = ("not turned", "a quarter", "a half")


def build(n=4):
    x = torch.rand(n, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    return PretextGame(x, [0, 2, 1, 0][:n], [0, 1, 1, 2][:n], CHOICES, "Which way was it turned?")


def test_answers_by_button_and_key_are_counted_as_python_counts_them(mount):
    widget = build()
    host = mount(widget)
    buttons = host.page.locator("[aria-label='Your answer'] button")
    text = host.page.locator(".gc-readout")
    buttons.nth(0).click()
    host.settle()
    assert "✓ Right: not turned. The network said not turned." in text.first.inner_text()
    host.page.keyboard.press("2")
    host.settle()
    assert "✗ No: a half. The network said a quarter." in text.first.inner_text()
    host.page.keyboard.press("7")  # no such choice
    assert host.get("given") == [0, 1]
    widget.given = [0, 1]
    mine, network = widget.score()
    assert f"you {mine} of 2 right · the network {network} of 2" in text.nth(1).inner_text()
    assert (mine, network) == (1, 1) and "2 of 4 answered: you 1 right, the network 1" in widget.label()


def test_the_image_shown_is_the_next_one_and_the_end_is_an_end(mount):
    widget = build(2)
    host = mount(widget)
    for k in range(2):
        shown = host.pixels()[..., :3].permute(2, 0, 1).float()
        assert (shown - 255 * widget._images[k]).abs().max() <= 1
        host.page.locator("[aria-label='Your answer'] button").nth(1).click()
    host.settle()
    assert host.page.locator("[aria-label='Your answer'] button:disabled").count() == 3
    host.page.locator(".gc-reset").click()
    host.settle()
    assert host.get("given") == [] and host.page.locator("button:disabled").count() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(answers=[0, 1]), r"len\(answers\)=2: allowed is 3"),
        (dict(guesses=[0, 1, 3]), r"guesses=\[0, 1, 3\]: allowed are choices from 0 to 2"),
        (dict(choices=["one"]), "allowed are 2 to 10 names"),
        (dict(images=torch.full((3, 3, 4, 4), 2.0)), r"allowed are values in \[0, 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    right = dict(images=torch.rand(3, 3, 4, 4), answers=[0, 1, 2], guesses=[0, 0, 0], choices=CHOICES, question="?")
    with pytest.raises(ValueError, match=message):
        PretextGame(**(right | change))

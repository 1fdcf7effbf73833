"""The ring shows the queue that MoCo keeps: its pointer, the ages of its keys and their cosines."""

import re

import hypothesis.strategies as st
import pytest
import torch
import traitlets
from hypothesis import given, settings

from gencourse.models.moco import KeyQueue
from gencourse.widgets import KeyRing

WIDE = {"viewport": {"width": 900, "height": 800}}


def fill(size, batch, steps):
    """A queue's `born` after each step, (steps, size), and its pointers."""
    queue, born, pointers = KeyQueue(size, 3), [], []
    for step in range(steps):
        queue.put(torch.randn(batch, 3), step)
        born.append(queue.born.clone())
        pointers.append(int(queue.pointer))
    return torch.stack(born), pointers


def build():
    born, _ = fill(12, 3, 8)
    step = torch.arange(8)
    ages = (step[:, None] - born).float()
    return KeyRing(born, {0.0: 1 - ages / 10, 0.99: 1 - ages / 100}, step)


@given(size=st.integers(3, 20), batch=st.integers(1, 3), steps=st.integers(1, 15))
@settings(max_examples=40, deadline=None)
def test_the_pointer_is_the_queues(size, batch, steps):
    born, pointers = fill(size, batch, steps)
    if batch == size:
        return  # all keys are of one age: nothing in `born` tells where it began
    widget = KeyRing(born, torch.zeros(born.shape), range(steps))
    for widget.moment in range(steps):
        assert widget.pointer() == pointers[widget.moment]


def test_the_page_agrees_at_each_step_and_momentum(mount):
    widget = build()
    host = mount(widget, **WIDE)
    for widget.momentum in (0, 1):
        host.page.click(f"text='{widget.momenta[widget.momentum]}'")
        for key, widget.moment in [("Home", 0), ("ArrowRight", 1), ("End", 7)]:
            host.page.focus(".gc-slider")
            host.page.keyboard.press(key)
            host.settle()
            assert (host.get("momentum"), host.get("moment")) == (widget.momentum, widget.moment)
            count, mean = host.js("[...document.querySelectorAll('.gc-ring text')].map((t) => t.textContent)")
            assert count == f"{min(12, 3 * (widget.moment + 1))} of 12 keys"
            assert float(mean.split()[-1]) == pytest.approx(widget.mean_cosine(), abs=0.006)
            turn = float(
                re.search(
                    r"rotate\(([\d.]+)", host.js("document.querySelector('.gc-ring path:last-of-type').outerHTML")
                )[1]
            )
            assert turn == pytest.approx(360 * widget.pointer() / 12)


def test_a_click_and_the_arrow_keys_choose_a_place(mount):
    host = mount(build(), **WIDE)
    host.page.locator(".gc-ring path").nth(4).dispatch_event("pointerdown")
    host.settle()
    assert host.page.inner_text(".gc-readout") == "place 5: born at step 5, age 2, cosine 0.80"
    host.page.focus(".gc-ring")
    for _ in range(5):
        host.page.keyboard.press("ArrowLeft")
    host.settle()
    assert host.get("place") == 11 and host.page.inner_text(".gc-readout").startswith("place 12: born at step 7, age 0")


def test_places_that_were_never_filled_are_empty(mount):
    widget = build()
    widget.moment, widget.place = 0, 9
    host = mount(widget, **WIDE)
    assert host.page.inner_text(".gc-readout") == "place 10: empty"
    assert host.page.locator(".gc-ring path.gc-empty").count() == 9


def test_the_still_follows_and_what_does_not_exist_is_refused():
    widget = build()
    before, label = widget.still().tobytes(), widget.label()
    widget.momentum = 1
    assert widget.still().tobytes() != before and widget.label() != label
    with pytest.raises(traitlets.TraitError, match="place=12"):
        widget.place = 12


@pytest.mark.parametrize(
    ("born", "cosines", "step", "message"),
    [
        (torch.zeros(2, 3), torch.zeros(2, 4), [0, 1], r"born=\(2, 3\)"),
        (torch.zeros(2, 3), torch.zeros(2, 3), [0], r"allowed are \(1, K\)"),
        (torch.full((1, 3), 5), torch.zeros(1, 3), [4], "no later"),
        (torch.zeros(2, 3), torch.zeros(2, 3), [3, 3], "rising"),
        (torch.zeros(1, 3), torch.full((1, 3), 1.5), [0], "from −1 to 1"),
        ({0.9: torch.zeros(1, 3)}, {0.5: torch.zeros(1, 3)}, [0], "same momenta"),
        (torch.zeros(1, 3), dict.fromkeys(range(7), torch.zeros(1, 3)), [0], "1 to 6 momenta"),
        (torch.zeros(300, 256), torch.zeros(300, 256), range(300), "fewer steps"),
    ],
)
def test_what_does_not_fit_is_refused(born, cosines, step, message):
    with pytest.raises(ValueError, match=message):
        KeyRing(born, cosines, step)

"""The shelf stands as the cosines say, in Python and in the page, and says which words it does not know."""

import pytest
import torch

from gencourse.models.contrastive import cosines
from gencourse.widgets import WordShelf

NAMES = [f"thing {k}" for k in range(30)]


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def shelf(text="sun moon"):
    return WordShelf(
        draw(30, 3, 8, 8).sigmoid(), draw(30, 5, seed=1), NAMES, draw(3, 5, seed=2), ["sun", "moon", "sea"], text
    )


def test_it_is_sorted_by_the_cosine_with_the_mean_of_the_words():
    widget = shelf()
    expected = cosines(draw(30, 5, seed=1), draw(3, 5, seed=2)[:2].mean(0, keepdim=True))[:, 0]
    torch.testing.assert_close(widget.scores(), expected, atol=2e-3, rtol=0)
    assert widget.order()[0] == int(expected.argmax())
    assert widget.label().startswith("30 pictures sorted by “sun moon”; first stand thing")


def test_unknown_words_are_left_out_and_without_words_it_stands_as_it_was_given():
    widget = shelf("Sun, zebra!")
    assert widget.known() == (["sun"], ["zebra"])
    widget.text = "zebra"
    assert widget.order() == list(range(30)) and widget.still().width > 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"vectors=\(29, 5\), 30 names: allowed is one of each for each of 30"):
        WordShelf(torch.rand(30, 3, 8, 8), draw(29, 5), NAMES, draw(1, 5), ["sun"])
    with pytest.raises(ValueError, match=r"words=\(1, 5\): allowed is \(2, 5\)"):
        WordShelf(torch.rand(30, 3, 8, 8), draw(30, 5), NAMES, draw(1, 5), ["sun", "moon"])


def test_the_page_sorts_as_python_does_while_one_types(mount):
    host = mount(shelf(""), viewport={"width": 900, "height": 800})
    assert "as it was given" in host.page.inner_text(".gc-readout")
    host.page.fill(".gc-shelf-words", "moon Sea zebra")
    host.settle()
    widget = shelf("moon Sea zebra")
    assert host.get("text") == "moon Sea zebra"
    shown = host.page.locator(".gc-foremost canvas").evaluate_all("all => all.map((each) => each.ariaLabel)")
    assert shown == [NAMES[k] for k in widget.order()[:6]]
    assert "no vector for: zebra" in host.page.inner_text(".gc-readout")
    scores = [float(x) for x in host.page.locator(".gc-foremost .gc-caption:last-child").all_inner_texts()]
    assert scores == pytest.approx(widget.scores().sort(descending=True).values[:6].tolist(), abs=6e-3)

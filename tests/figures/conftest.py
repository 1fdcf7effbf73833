"""What tests of a lesson's figures share: that a figure says what it shows, and that no word of it is cut off."""

import matplotlib as mpl
import pytest
import torch

from gencourse.figures import to_png
from gencourse.figures.style import STYLE


def words_of(fig):
    """All the words in a figure that are not numbers at ticks."""
    for ax in fig.axes:
        titles = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        yield from (text for text in [*ax.texts, *titles] if text.get_text())


@pytest.fixture
def says():
    """A function that draws a figure as it is stored and asks for words that must stand in it, whole."""

    def says(make, words):
        torch.manual_seed(0)
        with mpl.rc_context(STYLE):  # as a lesson begins
            fig = make()
        assert to_png(fig, "as it is stored").data
        found = list(words_of(fig))
        assert set(words) <= {text.get_text() for text in found}
        for text in found:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1, text.get_text()

    return says

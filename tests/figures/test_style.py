"""What the style promises: words at 4.5 : 1, lines at 3 : 1, a second cue beside colour."""

import io
import itertools

import matplotlib as mpl
import pytest
from matplotlib.patches import FancyBboxPatch
from PIL import Image

from gencourse.figures import (
    COLOURS,
    DATA,
    MODEL,
    TRUTH,
    contrast,
    figure,
    line,
    points,
    quantity,
    to_png,
    use_style,
    words_on,
)
from gencourse.figures.diagrams import family_tree, pretext_diagram
from gencourse.figures.style import DASHES, GRID, INK, MARKERS, PLATE, SOFT, STYLE

DARK = "#212121"  # JupyterLab's ground of a cell in its dark theme; the page beside it is darker


def test_contrast_is_wcag_s():
    assert contrast("black", "white") == pytest.approx(21) and contrast("#777777", "white") == pytest.approx(
        4.48, abs=0.01
    )
    assert contrast("white", "#777777") == contrast("#777777", "white")


def test_every_colour_of_the_style_is_a_readable_word_on_the_plate_and_on_white():
    words = [INK, SOFT, *COLOURS, *(value for name, value in STYLE.items() if "color" in name and is_words(name))]
    assert len(words) > 15
    for colour, ground in itertools.product(words, (PLATE, "white")):
        assert contrast(colour, ground) >= 4.5, f"{colour} on {ground}"


def is_words(name):
    return name in ("text.color", "axes.labelcolor", "axes.titlecolor") or name.endswith("labelcolor")


def test_widgets_draw_with_the_same_colours_in_the_dark():
    assert min(contrast(colour, DARK) for colour in COLOURS) >= 3


def test_the_grid_is_hardly_seen():
    assert 1.05 < contrast(GRID, PLATE) < 1.3


@pytest.mark.parametrize(
    "make", [pretext_diagram, lambda: family_tree([("explicit, tractable", "MADE", "= 1"), ("none", "other", "= 2")])]
)
def test_the_words_of_diagrams_are_readable_and_inside_their_boxes(make):
    fig = make()
    fig.draw_without_rendering()
    (ax,) = fig.axes
    frames = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    for text in [text for text in ax.texts if text.get_text()]:
        box = text.get_window_extent()
        around = [f for f in frames if f.get_window_extent().contains(*(box.min + box.max) / 2)]
        assert contrast(text.get_color(), around[0].get_facecolor() if around else PLATE) >= 4.5, text.get_text()
        room = around[0].get_window_extent() if around else fig.bbox
        assert room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1, text.get_text()


def test_lines_and_clouds_differ_in_more_than_colour():
    assert len({str(line(k)["linestyle"]) for k in range(len(DASHES))}) == len(DASHES) >= 5
    assert len({points(k)["marker"] for k in range(len(MARKERS))}) == len(MARKERS) == len(COLOURS) == len(set(COLOURS))
    assert {**line(12)} == dict(color=COLOURS[2], linestyle=DASHES[2])
    assert len({(str(look["color"]), str(look["linestyle"])) for look in (DATA, MODEL, TRUTH)}) == 3


def test_a_quantity_has_its_unit_and_what_is_better():
    assert quantity("test loss", "nats", "lower") == "test loss (nats) ↓"
    assert quantity("accuracy", better="higher") == "accuracy ↑" and quantity("step") == "step"
    with pytest.raises(ValueError, match="better='up': allowed are 'higher', 'lower' and ''"):
        quantity("accuracy", better="up")


@pytest.mark.parametrize("ground", ["black", "white", "#777777", "#fde725", "#440154", "#21918c", *COLOURS])
def test_words_on_any_ground(ground):
    assert contrast(words_on(ground), ground) >= 4.5


def test_a_figure_is_opaque_and_of_whole_pixels_of_the_page():
    fig, ax = figure(7.53, 2.97)
    shown = to_png(fig, "nothing")
    picture = Image.open(io.BytesIO(shown.data))
    assert "transparency" not in picture.info and picture.convert("RGBA").getextrema()[3] == (255, 255)
    assert picture.size == (2 * shown.width, 2 * round(2.97 * 84)) == (2 * round(7.53 * 84), 498)


def test_pyplot_follows_once_the_style_is_in_use():
    with mpl.rc_context():
        use_style()
        assert mpl.rcParams["axes.facecolor"] == mpl.rcParams["savefig.facecolor"] == PLATE

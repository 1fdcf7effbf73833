"""A drawing is stored with a palette, a picture of pixels or of gradients with all its colours."""

import io

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image

from gencourse.figures import COLOURS, INK, MODEL, PLATE, figure, image_rows, to_png
from gencourse.figures.diagrams import pretext_diagram


def curves():
    fig, ax = figure(7.5, 3.0, columns=1)
    x = np.linspace(0, 10, 400)
    for k in range(6):
        ax.plot(x, np.sin(x + k))
        ax.scatter(x[::9], np.cos(x[::9] + k), alpha=0.5)
    return fig


def with_image():
    fig, ax = figure(3.0, 3.0)
    ax.imshow(np.random.default_rng(0).random((8, 8)))
    return fig


def with_mesh():
    fig, ax = figure(3.0, 3.0)
    ax.pcolormesh(np.random.default_rng(0).random((8, 8)))
    return fig


def with_contours():
    fig, ax = figure(3.0, 3.0)
    ax.contourf(np.random.default_rng(0).random((8, 8)))
    return fig


@pytest.mark.parametrize("make", [curves, pretext_diagram])
def test_a_drawing_has_a_palette_and_keeps_its_colours(make):
    fig = make()
    stored = to_png(fig, "a drawing").data
    picture = Image.open(io.BytesIO(stored))
    assert picture.mode == "P" and len(picture.getcolors()) <= 128
    whole = io.BytesIO()
    fig.savefig(whole, format="png", dpi=168)
    assert len(stored) < 0.6 * len(whole.getvalue())
    found, original = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int) for data in (stored, whole.getvalue())
    )
    assert np.abs(found - original).mean() < 3
    assert np.abs(found[0, 0] - [round(255 * value) for value in to_rgb(PLATE)]).max() <= 2


@pytest.mark.parametrize("colour", [INK, *COLOURS])
def test_a_line_keeps_its_colour(colour):
    fig, ax = figure(4.0, 2.0)
    ax.plot([0, 1], **MODEL | dict(color=colour, linewidth=6))
    found = np.asarray(Image.open(io.BytesIO(to_png(fig, "a line").data)).convert("RGB")).astype(int)
    assert (np.abs(found - [round(255 * value) for value in to_rgb(colour)]).max(2) <= 8).sum() > 1000


@pytest.mark.parametrize("make", [with_image, with_mesh, with_contours])
def test_pixels_and_gradients_keep_all_their_colours(make):
    assert Image.open(io.BytesIO(to_png(make(), "a picture").data)).mode == "RGB"


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB")])
def test_a_sheet_of_grey_images_is_grey_and_loses_nothing(channels, mode):
    fig = image_rows({"x": torch.rand(3, channels, 8, 8, generator=torch.Generator().manual_seed(0))})
    whole = io.BytesIO()
    fig.savefig(whole, format="png", dpi=168)
    stored, drawn = (Image.open(io.BytesIO(data)) for data in (to_png(fig, "images").data, whole.getvalue()))
    assert stored.mode == mode and stored.convert("RGB").tobytes() == drawn.convert("RGB").tobytes()


def test_the_alt_text_and_the_size_on_the_page_go_along():
    shown = to_png(curves(), "six waves")
    assert shown.alt == "six waves" and shown.width == 630 and Image.open(io.BytesIO(shown.data)).width == 1260

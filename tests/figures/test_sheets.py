"""Each pixel of an image is a whole number of the picture's, in one colour, in its place, within a frame."""

import io

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from PIL import Image

from gencourse.figures import figure, image_grid, image_rows, pixels, tile, to_png
from gencourse.figures.style import FRAME, PLATE

FRAME_LEVELS, PLATE_LEVELS = ([round(255 * value) for value in to_rgb(colour)] for colour in (FRAME, PLATE))


def png(fig):
    """The stored picture, (H, W, 3) from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(to_png(fig, "a sheet").data)).convert("RGB")).astype(int)


def find(picture, image, most=40):
    """By how much `image`, (C, H, W), is enlarged in `picture`, and where: (scale, top, left) of the largest."""
    levels = (255 * image.expand(3, -1, -1).permute(1, 2, 0)).round().int().numpy()
    first = (np.abs(picture - levels[0, 0]) <= 1).all(2)
    corners = np.argwhere(first[1:, 1:] & ~first[:-1, 1:] & ~first[1:, :-1]) + 1
    for scale in range(most, 0, -1):
        height, width = scale * levels.shape[0], scale * levels.shape[1]
        large = levels.repeat(scale, 0).repeat(scale, 1)
        for top, left in corners:
            part = picture[top : top + height, left : left + width]
            if part.shape == large.shape and np.abs(part - large).max() <= 1:
                return scale, int(top), int(left)
    raise AssertionError("not in the picture, enlarged by no whole number")


def draw(n, channels=1, size=6):
    return torch.rand(n, channels, size, size, generator=torch.Generator().manual_seed(n)) * 0.7 + 0.1


@pytest.mark.parametrize("channels", [1, 3])
def test_rows_are_enlarged_by_an_even_number_and_framed(channels):
    rows = {"image": draw(5, channels), "a longer name": draw(3, channels)}
    picture = png(image_rows(rows, width=4.0))
    scales = []
    for images in rows.values():
        for image in images:
            scale, top, left = find(picture, image)
            scales.append(scale)
            bottom, right = top + 6 * scale, left + 6 * scale
            for edge in (picture[top - 1, left:right], picture[bottom, left:right], picture[top:bottom, left - 1]):
                assert (np.abs(edge - FRAME_LEVELS) <= 1).all()
    assert len(set(scales)) == 1 and scales[0] % 2 == 0 and scales[0] >= 2
    assert 3.0 < picture.shape[1] / 168 < 5.0, "about as wide as was asked for"


def test_a_grid_goes_from_left_to_right_and_then_down():
    images = draw(6)
    places = [find(png(image_grid(images, 3, width=2.0, title="six")), image)[1:] for image in images]
    assert places == sorted(places) and len({left for _, left in places}) == 3 and len({top for top, _ in places}) == 2


def test_an_image_larger_than_the_room_keeps_its_pixels():
    scale, _, _ = find(png(image_grid(draw(1, 3, 64), 1, width=0.3)), draw(1, 3, 64)[0], most=4)
    assert scale == 2


def test_words_beside_above_and_below_are_within_the_picture():
    rows = {"a name of many words": draw(2), "two\nlines": draw(2)}
    fig = image_rows(rows, width=2.0, beside=["= −80.1 nats", "three\nlines\nhere"], title="a title", note="a note")
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in fig.texts]
    assert len(boxes) == 6
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= fig.bbox.x1 and b.y1 <= fig.bbox.y1 for b in boxes)
    everything = [*boxes, *(ax.get_window_extent() for ax in fig.axes)]
    assert not [1 for i, a in enumerate(everything) for b in everything[:i] if a.overlaps(b)]


def test_words_beside_are_one_for_each_row():
    with pytest.raises(ValueError, match=r"len\(beside\)=1: allowed is 2, one for each row"):
        image_rows({"a": draw(1), "b": draw(1)}, beside=["one"])


@pytest.mark.parametrize(
    "image", [draw(1, 1, 5)[0], draw(1, 3, 5)[0], draw(1, 1, 5)[0, 0], draw(1, 3, 5)[0].permute(1, 2, 0).numpy()]
)
def test_an_image_in_axes_is_whole_too(image):
    fig, (left, right) = figure(5.3, 2.37, columns=2, width_ratios=[1.3, 1])
    left.plot([0, 1], [0, 1])
    pixels(right, image)
    right.set_title("an image")
    as_tensor = torch.as_tensor(image)
    as_tensor = as_tensor[None] if as_tensor.ndim == 2 else as_tensor
    as_tensor = as_tensor if as_tensor.shape[0] in (1, 3) else as_tensor.permute(2, 0, 1)
    scale, _, _ = find(png(fig), as_tensor, most=100)
    assert scale % 2 == 0 and scale > 20


def test_what_is_laid_over_an_image_stays_on_its_pixels():
    fig, ax = figure(3.0, 3.0)
    pixels(ax, torch.zeros(1, 4, 4))
    ax.imshow(np.eye(2), cmap="gray", vmin=0, vmax=1, extent=(-0.5, 3.5, 3.5, -0.5))
    expected = torch.eye(2).repeat_interleave(2, 0).repeat_interleave(2, 1)
    assert find(png(fig), expected[None], most=130)[0] % 2 == 0


def test_tiles_are_apart_by_what_is_transparent():
    sheet = tile(draw(3), 2, gap=2)
    assert (
        sheet.shape == (14, 14, 4) and sheet[:6, :6, 3].all() and not sheet[:, 6:8, 3].any() and not sheet[8:, 8:].any()
    )

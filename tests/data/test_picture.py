"""Photographs and scans of all kinds as small squares: what each becomes, and what is refused."""

import io

import numpy as np
import pytest
from PIL import Image

from gencourse.data.picture import NotAPicture, pixels

RED, BLUE = (250, 10, 10), (10, 10, 250)


def halves(size=(80, 60), mode="RGB", left=RED, right=BLUE):
    """A picture whose left half has one colour and whose right half another."""
    image = Image.new(mode, size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    return image


def written(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def near(x, row, column, colour, by=4):
    return np.abs(x[row, column].astype(int) - colour).max() <= by


@pytest.mark.parametrize("size", [(80, 60), (60, 80), (33, 32), (500, 40), (20, 10), (2000, 1500)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
def test_any_size_becomes_a_square_of_the_middle(size, kind):
    x = pixels(written(halves(size), kind), 32, grey=False)
    assert x.shape == (32, 32, 3) and x.dtype == np.uint8
    assert near(x, 16, 2, RED, 12) and near(x, 16, 29, BLUE, 12)
    assert pixels(written(halves(size), kind), 28, grey=True).shape == (28, 28, 1)


def test_what_sticks_out_of_the_longer_side_is_cut_off_at_both_ends():
    image = Image.new("RGB", (160, 40), "white")
    image.paste("black", (60, 0, 100, 40))  # the middle square
    x = pixels(written(image), 20, grey=True)[..., 0]
    assert x[:, 1:-1].max() == 0 and x.max() < 30, "at the cut the smooth filter sees a little of what lies beyond"


def test_a_picture_that_has_the_size_is_left_as_it_is():
    x = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    assert np.array_equal(pixels(written(Image.fromarray(x)), 32, grey=False), x)


def test_fine_stripes_become_grey_and_no_moire():
    """Antialiased: taking every tenth pixel would give black and white."""
    stripes = np.zeros((330, 330), dtype=np.uint8)
    stripes[:, ::2] = 255
    x = pixels(written(Image.fromarray(stripes)), 33, grey=True)
    assert x.min() > 100 and x.max() < 155


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_exif_turns_it_upright(turn, kind):
    """All eight ways in which a camera may have been held: the picture is stored turned, and comes back upright."""
    corner = Image.new("L", (64, 64), 200)
    corner.paste(0, (0, 0, 32, 16))  # the upper left, wider than tall: no turn leaves it as it is
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = corner.transpose(undo[turn]) if turn in undo else corner
    exif = Image.Exif()
    exif[0x0112] = turn
    x = pixels(written(stored, kind, exif=exif), 32, grey=True)[..., 0]
    assert x[2, 4] < 30 and x[2, 12] < 30 and x[12, 4] > 170 and x[2, 28] > 170


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("RGBA", (40, 40), (255, 0, 0, 255)), (255, 0, 0)),
        (Image.new("RGBA", (40, 40), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (40, 40), (255, 0, 0, 127)), (255, 128, 128)),
        (Image.new("LA", (40, 40), (0, 0)), (255, 255, 255)),
        (Image.new("1", (40, 40), 1), (255, 255, 255)),
        (Image.new("L", (40, 40), 77), (77, 77, 77)),
        (Image.new("RGB", (40, 40), (10, 200, 30)).quantize(4), (10, 200, 30)),
    ],
)
def test_every_mode_of_png(image, colour):
    assert near(pixels(written(image), 16, grey=False), 8, 8, colour, 1)


def test_a_palette_with_a_transparent_colour_is_laid_on_white():
    image = halves((40, 40)).quantize(2)
    clear = image.getpixel((2, 2))
    x = pixels(written(image, transparency=clear), 20, grey=False)
    assert near(x, 10, 2, (255, 255, 255), 1) and near(x, 10, 17, BLUE)
    assert near(pixels(written(image, "GIF", transparency=clear), 20, grey=False), 10, 2, (255, 255, 255), 1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(kind):
    levels = np.linspace(0, 65_535, 256).round().astype(np.uint16)
    x = pixels(written(Image.fromarray(np.tile(levels, (256, 1))), kind), 256, grey=True)
    assert np.array_equal(x[0, :, 0], np.arange(256))
    assert np.array_equal(
        pixels(written(Image.fromarray(np.tile(levels, (256, 1))), kind), 256, grey=False)[..., 1:2], x
    )


def test_inks_of_a_printer_become_colours():
    image = halves((64, 64)).convert("CMYK")
    x = pixels(written(image, "JPEG"), 32, grey=False)
    assert near(x, 16, 2, RED, 20) and near(x, 16, 29, BLUE, 20)


def test_a_scan_in_lab_is_read_in_colour_and_in_grey():
    content = written(halves((64, 64)).convert("LAB"), "TIFF")
    x, grey = pixels(content, 32, grey=False), pixels(content, 32, grey=True)
    assert near(x, 16, 2, RED, 20) and near(x, 16, 29, BLUE, 20) and near(grey, 16, 2, [82], 10)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    x = pixels(written(frames[0], kind, save_all=True, append_images=frames[1:]), 16, grey=False)
    assert near(x, 8, 8, RED, 8)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"Dear diary", "no picture, or of a kind that is not read"),
        (written(Image.effect_noise((90, 90), 99), "PNG")[:2000], "cannot be read: image file is truncated"),
        (written(Image.effect_noise((90, 90), 99), "JPEG")[:2000], "cannot be read: image file is truncated"),
        (written(Image.new("F", (9, 9), 0.5), "TIFF"), "its pixels are real numbers of an unknown range"),
        (written(Image.new("I", (9, 9), 70_000), "TIFF"), "its pixels have more than 16 bits"),
        (written(Image.new("I", (9, 9), 255), "TIFF"), "its pixels have more than 16 bits"),  # and not almost black
    ],
)
def test_what_is_no_picture(content, why):
    with pytest.raises(NotAPicture, match=f"^{why}"):
        pixels(content, 32, grey=False)


def test_damage_anywhere_is_refused_or_read_and_nothing_else():
    """Every byte of a small picture changed in turn: a picture comes back, or NotAPicture is raised."""
    for kind in ("PNG", "JPEG", "GIF", "BMP"):
        whole = written(halves((12, 12)), kind)
        for place in range(0, len(whole), max(1, len(whole) // 150)):
            try:
                x = pixels(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :], 8, grey=False)
            except NotAPicture:
                continue
            assert x.shape == (8, 8, 3)

import matplotlib as mpl
import pytest
import torch

from gencourse.data.printed import printed
from gencourse.figures.style import STYLE


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32)])
def test_characters_have_the_size_of_the_images_and_are_drawn_alike_each_time(shape):
    images = printed("AK7", shape)
    assert images.shape == (3, *shape) and images.dtype == torch.float32
    assert images.min() == 0 and images.max() <= 1 and (images.amax((1, 2, 3)) > 0.6).all()
    assert torch.equal(images, printed("AK7", shape))
    assert torch.equal(images, images[:, :1].expand_as(images)), "white on black in every channel"


def test_characters_look_like_themselves():
    (letter_l, letter_t, bar) = printed("LT|", (1, 20, 20))[:, 0]
    ink = letter_l.nonzero()
    top, left, bottom, right = *ink.amin(0).tolist(), *ink.amax(0).tolist()
    assert letter_l[top + 1 : bottom, left + 1].min() > 0.5 and letter_l[bottom - 1, left:right].min() > 0.5
    assert letter_l[top : bottom - 5, right - 1].max() == 0, "nothing above the foot of an L"
    torch.testing.assert_close(letter_t, letter_t.flip(1), atol=0.15, rtol=0)
    assert bar.sum() < 0.6 * letter_t.sum(), "a bar is not stretched to the width of a letter"


def test_each_fills_the_height_with_a_margin_and_stays_within_the_width():
    for image in printed("MI_g8", (1, 30, 30))[:, 0]:
        rows, columns = (image.amax(1) > 0.5).nonzero(), (image.amax(0) > 0.5).nonzero()
        assert int(rows[0]) >= 2 and int(rows[-1]) <= 27
        assert int(rows[-1]) - int(rows[0]) + 1 >= 22
        assert int(columns[0]) >= 2 and int(columns[-1]) <= 27


def test_without_a_margin_it_reaches_both_edges():
    assert printed("H", (1, 8, 8), margin=0.0)[0, 0, [0, 7]].amax(1).min() > 0.9


def test_the_style_of_figures_changes_no_image():
    plain = printed("AK7", (1, 28, 28))
    with mpl.rc_context(STYLE):
        assert torch.equal(plain, printed("AK7", (1, 28, 28)))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="' ' leaves no ink"):
        printed("A B", (1, 8, 8))
    with pytest.raises(ValueError, match=r"margin=0\.5"):
        printed("A", (1, 8, 8), margin=0.5)

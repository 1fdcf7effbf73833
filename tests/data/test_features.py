"""Numbers taken from images agree with what one reads off a picture."""

import pytest
import torch

from gencourse.data.features import ink_width, with_neighbours


def test_the_width_of_ink_is_a_standard_deviation_in_pixels():
    x = torch.zeros(3, 1, 4, 6)
    x[0, 0, :, 2] = 1  # one column: no width, wherever it stands
    x[1, 0, 1, [1, 5]] = 0.3  # two columns four apart: 2, however dark
    x[2, 0, :, 0], x[2, 0, 0, 3] = 1, 4  # as much ink in columns 0 and 3
    torch.testing.assert_close(ink_width(x), torch.tensor([0.0, 2.0, 1.5]))


def test_an_image_without_ink_is_refused():
    x = torch.ones(4, 1, 3, 3)
    x[1] = 0
    with pytest.raises(ValueError, match="x: 1 of 4 images have no ink"):
        ink_width(x)


def test_each_pixel_stands_beside_those_that_come_before_it():
    level = torch.randint(1, 17, (2, 3, 5))
    neighbours, pixels = with_neighbours(level)
    assert neighbours.shape == (30, 4) and pixels.shape == (30,)
    for place, (n, row, column) in enumerate((n, r, c) for n in range(2) for r in range(3) for c in range(5)):
        assert pixels[place] == level[n, row, column]
        expected = [
            level[n, row + down, column + right] if row + down >= 0 and 0 <= column + right < 5 else 0
            for down, right in ((0, -1), (-1, 0), (-1, -1), (-1, 1))
        ]
        assert neighbours[place].tolist() == [int(value) for value in expected]

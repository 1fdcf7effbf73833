"""Tiles and tokens: cut, packed, unpacked and put together again without loss, in raster order."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.patches import pack, patchify, unpack, unpatchify


def test_tiles_come_in_raster_order_with_the_channels_one_after_another():
    x = torch.arange(32).view(1, 2, 4, 4)
    tiles = patchify(x, 2)
    assert tiles.shape == (1, 8, 4)
    assert tiles[0, :4].tolist() == [[0, 1, 4, 5], [16, 17, 20, 21], [2, 3, 6, 7], [18, 19, 22, 23]]
    assert tiles[0, 4].tolist() == [8, 9, 12, 13]


def test_a_token_is_the_number_whose_digits_are_the_pixels():
    assert pack(torch.tensor([[1, 0, 1, 1]]), 2).tolist() == [11]
    assert pack(torch.tensor([4, 2]), 17).item() == 4 * 17 + 2


@settings(max_examples=40, deadline=None)
@given(
    b=st.integers(1, 3), c=st.integers(1, 3), h=st.integers(1, 3), w=st.integers(1, 3), size=st.integers(1, 3),
    levels=st.sampled_from([2, 3, 17]), seed=st.integers(0, 99),
)  # fmt: skip
def test_nothing_is_lost(b, c, h, w, size, levels, seed):
    shape = (c, h * size, w * size)
    x = torch.randint(levels, (b, *shape), generator=torch.Generator().manual_seed(seed))
    tiles = patchify(x, size)
    tokens = pack(tiles, levels)
    assert tokens.shape == (b, h * w * c) and tokens.max() < levels ** (size * size)
    assert torch.equal(unpack(tokens, size * size, levels), tiles) and torch.equal(unpatchify(tiles, shape), x)

"""MADE: the masks by hand, the paper's check that their product is lower triangular, and what is remembered."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.made import MADE, MaskedLinear, made_mask


def test_masks_by_hand():
    pixels, hidden = torch.tensor([1, 2, 3]), torch.tensor([1, 2])
    assert made_mask(pixels, hidden, last=False).tolist() == [[1, 0, 0], [1, 1, 0]]
    assert made_mask(hidden, pixels, last=True).tolist() == [[0, 0], [1, 0], [1, 1]]


@settings(max_examples=30, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 20), min_size=1, max_size=3),
    width=st.integers(1, 5),
    channels=st.integers(1, 3),
    levels=st.sampled_from([2, 5]),
    direct=st.booleans(),
)
def test_no_path_leads_from_a_sub_pixel_to_itself_or_back(hidden, width, channels, levels, direct):
    model = MADE((channels, 2, width), hidden=tuple(hidden), direct=direct, levels=levels)
    paths = model.layers[0].mask
    for layer in model.layers[1:]:
        paths = layer.mask @ paths  # (units, D): how many paths
    if direct:
        paths = paths + model.direct.mask
    allowed = torch.ones(2 * width * channels, 2 * width * channels).tril(-1).repeat_interleave(model.n_outputs, 0)
    assert (paths[allowed == 0] == 0).all()


def test_with_enough_hidden_units_every_earlier_sub_pixel_is_seen():
    model = MADE((1, 3, 3), hidden=(8,))
    assert torch.equal((model.layers[1].mask @ model.layers[0].mask) > 0, torch.ones(9, 9).tril(-1) > 0)


def test_the_mask_leaves_the_weights_alone():
    layer = MaskedLinear(torch.tensor([[1.0, 0.0]]))
    before = layer.weight.detach().clone()
    assert layer(torch.tensor([[0.0, 5.0]])).item() == pytest.approx(layer.bias.item())
    assert torch.equal(layer.weight, before) and "mask" not in layer.state_dict()


@pytest.mark.parametrize("hidden", [(), (0,), (5, -1)])
def test_bad_widths_are_named(hidden):
    with pytest.raises(ValueError, match="hidden="):
        MADE(hidden=hidden)

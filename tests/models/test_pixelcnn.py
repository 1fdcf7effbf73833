"""PixelCNN: the masks, what each network can see, and that masks leave the weights alone."""

import pytest
import torch
from exact import order
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.masked_convolution import MaskedConv2d, causal_mask, compose_kernels, subpixel_mask
from gencourse.models.pixelcnn import GatedLayer, GatedPixelCNN, PixelCNN
from gencourse.models.pixelrnn import PixelRNN, RowLSTM
from gencourse.models.pixels import receptive_field


def sees(model, row, column, sub=0):
    return receptive_field(model, row, column, sub, generator=torch.Generator().manual_seed(0)) > 0


def test_masks_a_and_b_by_hand():
    a, b = (causal_mask(3, subpixel_mask(torch.zeros(1), torch.zeros(1), kind))[0, 0] for kind in "AB")
    assert a.tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert b.tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]


def test_green_sees_red_and_blue_sees_both():
    rgb = torch.arange(3)
    assert subpixel_mask(rgb, rgb, "A").tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0]]
    assert subpixel_mask(rgb, rgb, "B").tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert subpixel_mask(torch.tensor([0, 2]), torch.tensor([0, 1, 2]), "B").tolist() == [[1, 0], [1, 0], [1, 1]]


@settings(max_examples=30, deadline=None)
@given(reach=st.integers(1, 4), subs=st.sampled_from([1, 2, 3]), kind=st.sampled_from(["A", "B"]))
def test_a_mask_keeps_what_comes_before_and_nothing_else(reach, subs, kind):
    size, features = 2 * reach + 1, torch.arange(subs)
    mask = causal_mask(size, subpixel_mask(features, features, kind))
    sequence = {place: i for i, place in enumerate(order((subs, size, size)))}
    for after in range(subs):
        here = sequence[after, reach, reach]
        for (before, r, c), i in sequence.items():
            assert mask[after, before, r, c] == (i < here or (i == here and kind == "B"))


def test_the_plain_model_has_a_blind_spot_and_the_gated_one_sees_all_that_came_before():
    torch.manual_seed(0)
    deep = PixelCNN((1, 9, 9), channels=8, layers=8, first_kernel=3).double()
    gated = GatedPixelCNN((1, 9, 9), channels=8, layers=9, first_kernel=3).double()
    before = torch.tensor([[r < 6 or (r == 6 and c < 4) for c in range(9)] for r in range(9)])
    assert torch.equal(sees(gated, 6, 4)[0], before)
    # A step up takes the plain kernel at most one column to the right: beyond the diagonal it never sees.
    diagonal = torch.tensor([[c - 4 <= 6 - r for c in range(9)] for r in range(9)])
    assert torch.equal(sees(deep, 6, 4)[0], before & diagonal)
    assert (before & ~diagonal).sum() > 0


def test_masks_composed_by_hand_foretell_what_a_stack_sees():
    a, b = (causal_mask(3, subpixel_mask(torch.zeros(1), torch.zeros(1), kind))[0, 0] for kind in "AB")
    torch.manual_seed(0)
    model = PixelCNN((1, 9, 9), channels=8, layers=3, first_kernel=3).double()
    paths = a
    for _ in range(3):
        paths = compose_kernels(paths, b)
    assert paths.shape == (9, 9) and torch.equal(paths > 0, sees(model, 4, 4)[0])


def test_composed_kernels_do_what_two_convolutions_do():
    first, second, x = torch.randn(3, 3), torch.randn(5, 5), torch.randn(1, 1, 9, 9)
    both = torch.conv2d(torch.conv2d(x, first[None, None]), second[None, None])
    torch.testing.assert_close(torch.conv2d(x, compose_kernels(first, second)[None, None]), both)


def test_the_row_lstm_sees_a_triangle():
    torch.manual_seed(0)
    model = PixelRNN((1, 7, 9), channels=8, layers=1, first_kernel=3).double()
    seen = sees(model, 6, 4)[0]
    for up in range(1, 6):  # one column further to each side with every row; masked kernels add two on the left
        row = [-up - 2 <= c - 4 <= up for c in range(9)]
        assert seen[6 - up].tolist() == row
    assert seen[6].tolist() == [c in (2, 3) for c in range(9)]


@pytest.mark.parametrize("kind", [PixelCNN, GatedPixelCNN, PixelRNN])
def test_green_is_told_red_and_blue_is_told_both(kind):
    torch.manual_seed(0)
    model = kind((3, 5, 5), channels=24, levels=4)
    told = [sees(model, 2, 2, sub)[:, 2, 2].tolist() for sub in range(3)]
    assert told == [[False, False, False], [True, False, False], [True, True, False]]


def test_a_mask_is_applied_in_the_forward_pass_and_does_not_touch_the_weights():
    torch.manual_seed(0)
    layer = MaskedConv2d(causal_mask(3, torch.zeros(2, 2)))
    before = layer.weight.detach().clone()
    layer(torch.rand(1, 2, 4, 4)).sum().backward()
    assert torch.equal(layer.weight, before) and (before[layer.mask == 0] != 0).all()
    assert (layer.weight.grad[layer.mask == 0] == 0).all() and "mask" not in layer.state_dict()


def test_the_gate_is_tanh_times_sigmoid():
    x = torch.randn(2, 6, 3, 3)
    torch.testing.assert_close(GatedLayer.gate(x), x[:, :3].tanh() * x[:, 3:].sigmoid())


def test_the_row_lstm_is_torch_s_lstm_along_the_rows_when_kernels_are_one_pixel_wide():
    torch.manual_seed(0)
    ours, theirs = RowLSTM(torch.ones(3, 3, 1, 1)), torch.nn.LSTM(3, 3)
    order = torch.cat([torch.arange(3) + 3 * g for g in (2, 1, 3, 0)])  # torch's gates: in, forget, cell, out
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(ours.from_row.weight[order, :, 0, 0])
        theirs.weight_hh_l0.copy_(ours.from_state.weight[order, :, 0])
        theirs.bias_ih_l0.copy_(ours.from_row.bias[order])
        theirs.bias_hh_l0.zero_()
        x = torch.randn(1, 3, 5, 1)
        torch.testing.assert_close(ours(x)[0, :, :, 0].T - x[0, :, :, 0].T, theirs(x[0, :, :, 0].T)[0])


@pytest.mark.parametrize("model", [PixelCNN, GatedPixelCNN, PixelRNN])
def test_bad_sizes_are_named(model):
    for arguments, words in (
        (dict(shape=(3, 4, 4), channels=4), "channels=4: allowed is a multiple of the image's 3 channels"),
        (dict(kernel=4), "kernel=4: allowed is an odd number from 3 up"),
        (dict(first_kernel=1), "first_kernel=1: allowed is a whole number from 3 up"),
        (dict(layers=0), "layers=0: allowed is a whole number from 1 up"),
    ):
        with pytest.raises(ValueError) as error:
            model(**arguments)
        assert words in str(error.value)

import colorsys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.data import augment
from gencourse.models import pretext
from gencourse.models.pretext import NEIGHBOURS
from gencourse.models.pretext_models import Colorization, Inpainting, RelativePatch, Rotation

TASKS = (Rotation, RelativePatch, Inpainting, Colorization)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def images(n=6, c=3, h=32, w=32, seed=0):
    return torch.rand(n, c, h, w, generator=generator(seed))


def test_a_quarter_turn_is_anticlockwise_and_each_image_gets_its_own():
    x = images(8, h=5, w=5)
    quarters = torch.tensor([0, 1, 2, 3, 3, 2, 1, 0])
    turned = pretext.rotate_quarters(x, quarters)
    for i, k in enumerate(quarters.tolist()):
        torch.testing.assert_close(turned[i], torch.rot90(x[i], k, (1, 2)), rtol=0, atol=0)
    assert (turned[1][:, -1, 0] == x[1][:, 0, 0]).all()  # top left goes to the bottom left


def test_four_quarter_turns_give_the_image_back():
    x, quarters = images(4), torch.arange(4)
    back = pretext.rotate_quarters(pretext.rotate_quarters(x, quarters), (4 - quarters) % 4)
    torch.testing.assert_close(back, x, rtol=0, atol=0)


def test_oblong_images_cannot_be_turned():
    with pytest.raises(ValueError, match="square"):
        pretext.rotate_quarters(images(h=4, w=6), torch.zeros(6, dtype=torch.long))


@pytest.mark.parametrize("position", range(8))
def test_without_gap_and_jitter_the_pair_are_two_cells_of_a_grid(position):
    x = images(h=24, w=24)
    middle, other = pretext.patch_pairs(x, torch.full((6,), position), 8)
    down, right = NEIGHBOURS[position]
    torch.testing.assert_close(middle, x[:, :, 8:16, 8:16], rtol=0, atol=0)
    rows, columns = slice(8 + 8 * down, 16 + 8 * down), slice(8 + 8 * right, 16 + 8 * right)
    torch.testing.assert_close(other, x[:, :, rows, columns], rtol=0, atol=0)


@settings(max_examples=40, deadline=None)
@given(size=st.integers(2, 8), gap=st.integers(0, 3), jitter=st.integers(0, 2), seed=st.integers(0, 999))
def test_patches_keep_their_distance_and_jitter_by_no_more_than_allowed(size, gap, jitter, seed):
    side = 36
    where = torch.arange(float(side * side)).view(1, 1, side, side).expand(40, -1, -1, -1)  # each pixel says its place
    position = torch.randint(8, (40,), generator=generator(seed))
    middle, other = pretext.patch_pairs(where, position, size, gap, jitter, generator(seed))
    corner = [(p[:, 0, 0, 0] // side, p[:, 0, 0, 0] % side) for p in (middle, other)]
    for axis in (0, 1):
        way = torch.tensor([NEIGHBOURS[k][axis] for k in position.tolist()]) * (size + gap)
        assert ((corner[0][axis] - (side - size) // 2).abs() <= jitter).all()
        assert ((corner[1][axis] - corner[0][axis] - way).abs() <= 2 * jitter).all()
    if jitter:
        assert (corner[1][0] - corner[0][0]).unique().numel() > 3  # truly moved, image by image


def test_patches_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="size=10, gap=2, jitter=0: allowed"):
        pretext.patch_pairs(images(), torch.zeros(6, dtype=torch.long), 10, 2)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_hidden_patches_are_whole_grey_and_equally_many(share):
    x = images(20)
    holed, hidden = pretext.hide_patches(x, 4, share, generator())
    cells = hidden.float().unfold(2, 4, 4).unfold(3, 4, 4).mean((-1, -2))  # (B, 1, 8, 8)
    assert set(cells.unique().tolist()) == {0.0, 1.0}
    assert (cells.sum((1, 2, 3)) == share * 64).all()
    assert (holed[hidden.expand_as(x)] == 0.5).all()
    assert (holed == x)[~hidden.expand_as(x)].all()
    assert len(cells.flatten(1).unique(dim=0)) == 20  # each image its own holes


def test_the_masked_loss_sees_the_hidden_pixels_alone():
    x, guess = images(), images(seed=1).requires_grad_()
    _, hidden = pretext.hide_patches(x, 8, 0.25, generator())
    loss = pretext.masked_mse(guess, x, hidden)
    everywhere = hidden.expand_as(x)
    torch.testing.assert_close(loss, (guess - x)[everywhere].square().mean())
    (slope,) = torch.autograd.grad(loss, guess)
    assert (slope[~everywhere] == 0).all() and (slope[everywhere] != 0).any()


@settings(max_examples=200, deadline=None)
@given(hue=st.floats(0.0, 0.999), value=st.floats(0.2, 1.0), bins=st.sampled_from([3, 6, 12]))
def test_hue_bins_agree_with_the_hue_at_multiples_of_a_sixth(hue, value, bins):
    """The angle about the grey axis and the hexagon's hue are equal at sixths and in the same order between them."""
    colour = torch.tensor(colorsys.hsv_to_rgb(hue, 1.0, value)).view(1, 3, 1, 1)
    bin_, coloured = pretext.hue_bins(colour, bins)
    assert coloured.all()
    if bins <= 6 and abs(hue * 6 - round(hue * 6)) > 1e-3:
        assert bin_.item() == int(hue * bins)


def test_grey_pixels_have_no_hue():
    _, coloured = pretext.hue_bins(torch.rand(2, 1, 4, 4).expand(-1, 3, -1, -1), 8)
    assert not coloured.any()


def test_colorization_never_sees_a_colour():
    x = images()
    model = Colorization().eval()
    grey = augment.grey(x).expand_as(x)
    torch.testing.assert_close(model.encode(x), model.encode(grey), rtol=1e-4, atol=1e-5)


def test_an_image_without_colours_costs_nothing_and_has_a_gradient_of_zero():
    model = Colorization()
    loss = model.loss(torch.full((4, 3, 32, 32), 0.3))["loss"]
    loss.backward()
    assert loss.item() == 0 and all(not p.grad.any() for p in model.parameters() if p.grad is not None)


@pytest.mark.parametrize("Task", TASKS)
def test_the_same_generator_gives_the_same_loss_and_the_gradient_reaches_the_encoder(Task):
    torch.manual_seed(0)
    model = Task()
    values = []
    for _ in range(2):
        model.generator = generator(3)
        values.append(model.loss(images())["loss"])
    assert values[0] == values[1]
    values[0].backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.encoder.parameters())
    assert model.encode(images()).shape == (6, model.encoder.n_features)


@pytest.mark.parametrize("Task", TASKS)
def test_config_makes_the_same_model_again(Task):
    assert Task(**Task().config).config == Task().config


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Rotation((3, 8, 16)), "shape="),
        (lambda: RelativePatch(size=11), "size=11"),
        (lambda: RelativePatch(jitter=-1), "jitter=-1"),
        (lambda: Inpainting(patch=5), "patch=5"),
        (lambda: Inpainting(share=1.0), "share=1.0"),
        (lambda: Inpainting(share=0.001), "share=0.001"),
        (lambda: Colorization((1, 28, 28)), "shape="),
        (lambda: Colorization(bins=1), "bins=1"),
    ],
)
def test_a_bad_argument_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()

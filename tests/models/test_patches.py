"""Tiles and tokens: cut, packed, unpacked and put together again without loss, in raster order."""

import pytest
import torch
from exact import all_images
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.patches import PatchTransformer, pack, patchify, unpack, unpatchify


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
    b=st.integers(1, 3),
    c=st.integers(1, 3),
    h=st.integers(1, 3),
    w=st.integers(1, 3),
    size=st.integers(1, 3),
    levels=st.sampled_from([2, 3, 17]),
    seed=st.integers(0, 99),
)
def test_nothing_is_lost(b, c, h, w, size, levels, seed):
    shape = (c, h * size, w * size)
    x = torch.randint(levels, (b, *shape), generator=torch.Generator().manual_seed(seed))
    tiles = patchify(x, size)
    tokens = pack(tiles, levels)
    assert tokens.shape == (b, h * w * c) and tokens.max() < levels ** (size * size)
    assert torch.equal(unpack(tokens, size * size, levels), tiles) and torch.equal(unpatchify(tiles, shape), x)


def build(shape=(1, 4, 4), patch=2, levels=2, classes=0):
    """A random transformer in float64, far from uniform."""
    torch.manual_seed(0)
    model = PatchTransformer(shape, patch=patch, width=8, layers=2, heads=2, levels=levels, classes=classes).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    return model.eval()


@pytest.mark.parametrize(
    "shape, patch, levels",
    [((1, 3, 3), 1, 2), ((1, 3, 3), 3, 2), ((1, 2, 4), 2, 2), ((3, 1, 2), 1, 3), ((3, 2, 2), 2, 2), ((1, 2, 2), 2, 5)],
)
def test_all_images_share_one_unit_of_mass(shape, patch, levels):
    model = build(shape, patch, levels)
    log_prob = model.log_prob(all_images(shape, levels))
    assert log_prob.exp().sum().item() == pytest.approx(1, abs=1e-5) and log_prob.std() > 0.1


def test_for_each_class_too():
    model, x = build((1, 2, 2), classes=3), all_images((1, 2, 2))
    for k in range(3):
        assert model.log_prob(x, torch.full((len(x),), k)).exp().sum().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("patch", [1, 2])
def test_samples_are_as_frequent_as_their_probability_says(patch):
    from scipy.stats import chi2

    shape, n = (1, 2, 2), 20_000
    model, images = build(shape, patch), all_images(shape)
    samples = model.sample(n, generator=torch.Generator().manual_seed(1))
    weights = 2.0 ** torch.arange(3, -1, -1)
    observed = torch.bincount((samples.flatten(1) @ weights).long(), minlength=16)
    expected = n * model.log_prob(images).exp()
    assert chi2.sf(((observed - expected) ** 2 / expected).sum().item(), 15) > 1e-4


@pytest.mark.parametrize("shape, patch, levels", [((1, 8, 6), 2, 2), ((3, 4, 2), 2, 2), ((3, 3, 2), 1, 17)])
def test_a_prefix_is_kept_and_cached_equals_naive(shape, patch, levels):
    model = build(shape, patch, levels, classes=2).float()
    top = torch.randint(levels, (3, shape[0], 2, shape[2])) / (levels - 1)
    for prefix in (None, top, top[0]):
        a, b = (
            model.sample(3, generator=torch.Generator().manual_seed(2), prefix=prefix, y=1, cached=cached)
            for cached in (True, False)
        )
        assert torch.equal(a, b) and a.shape == (3, *shape)
        if prefix is not None:
            assert torch.equal(a[:, :, :2], prefix.expand(3, *shape[:1], 2, shape[2]))


def test_a_model_that_knows_nothing_costs_8_bits_a_dimension_for_256_levels():
    model = build((3, 4, 4), patch=1, levels=256)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.randint(256, (2, 3, 4, 4)) / 255
    assert model.loss(x)["bits_per_dim"].item() == pytest.approx(8, abs=1e-9)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: build((1, 5, 4)), "patch=2: allowed is a divisor of height and width, 5 and 4"),
        (lambda: build((1, 4, 4), levels=17), "patch=2, levels=17: 83,521 kinds of tiles"),
        (lambda: build((4, 4)), r"shape=\(4, 4\)"),
        (lambda: build().log_prob(torch.zeros(1, 1, 4, 5)), r"x \(1, 1, 4, 5\): allowed is \(B, 1, 4, 4\)"),
        (lambda: build().sample(1, prefix=torch.zeros(1, 3, 4)), r"prefix \(1, 3, 4\): .* a multiple of 2"),
        (lambda: build().sample(2, prefix=torch.zeros(3, 1, 2, 4)), "prefix"),
    ],
)
def test_bad_arguments_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()

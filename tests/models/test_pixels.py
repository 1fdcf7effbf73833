"""What every exact model of images must do: sum to one, look only back, sample what its density says, cached or not."""

import math

import pytest
import torch
from exact import MODELS, all_images, build, order
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.measure.likelihood import bits_per_dim
from gencourse.models.pixels import PixelModel, draw_level, level_log_prob, mixture_logits, to_levels

names = pytest.mark.parametrize("name", MODELS)


@names
def test_the_masses_of_all_binary_3_by_3_images_sum_to_one(name):
    model = build(name, (1, 3, 3))
    assert model.log_prob(all_images((1, 3, 3))).exp().sum().item() == pytest.approx(1, abs=1e-5)


@names
@pytest.mark.parametrize("shape, levels", [((1, 2, 2), 5), ((3, 1, 2), 3), ((2, 2, 2), 2), ((1, 1, 1), 4)])
def test_and_those_of_all_images_with_colours_and_levels(name, shape, levels):
    if name.startswith(("Pixel", "Gated")) and shape[0] == 2:
        levels = 2  # six features are a multiple of two sub-pixels too
    model = build(name, shape, levels)
    assert model.log_prob(all_images(shape, levels)).exp().sum().item() == pytest.approx(1, abs=1e-5)


@names
def test_a_conditional_model_sums_to_one_for_each_class_and_its_classes_differ(name):
    model, x = build(name, (1, 2, 2), classes=3), all_images((1, 2, 2))
    log_probs = torch.stack([model.log_prob(x, torch.full((len(x),), k)) for k in range(3)])
    assert torch.allclose(log_probs.exp().sum(1), torch.ones(3, dtype=torch.float64), atol=1e-5)
    assert (log_probs[0] - log_probs[1]).abs().max() > 0.01
    with pytest.raises(ValueError, match="this model is conditional; give each image one of its 3 classes"):
        model.log_prob(x)


@names
@settings(max_examples=15, deadline=None)
@given(
    channels=st.sampled_from([1, 2, 3]),
    height=st.integers(1, 4),
    width=st.integers(1, 4),
    levels=st.sampled_from([2, 3, 17]),
    classes=st.sampled_from([0, 2]),
    seed=st.integers(0, 1000),
)
def test_no_answer_depends_on_its_own_pixel_or_a_later_one(name, channels, height, width, levels, classes, seed):
    shape = (channels, height, width)
    model = build(name, shape, levels, classes, seed)
    x = torch.rand(1, *shape, dtype=torch.float64)
    y = torch.ones(1, dtype=torch.long) if classes else None
    jacobian = torch.autograd.functional.jacobian(lambda x: model.logits(x, y)[0].sum(-1), x)[:, :, :, 0]
    for i, (s, r, c) in enumerate(order(shape)):
        for later in order(shape)[i:]:
            assert jacobian[s, r, c][later] == 0


@names
@pytest.mark.parametrize("shape, levels, classes", [((1, 4, 5), 2, 0), ((3, 3, 2), 4, 0), ((1, 3, 3), 17, 3)])
def test_cached_and_naive_sampling_give_the_same_images(name, shape, levels, classes):
    model = build(name, shape, levels, classes).float()
    y = torch.tensor([0, 2, 1, 1, 0]) if classes else None
    top = torch.rand(5, shape[0], 2, shape[2]).mul(levels - 1).round() / (levels - 1)
    for prefix in (None, top):
        images = [
            model.sample(5, generator=torch.Generator().manual_seed(3), prefix=prefix, y=y, cached=cached)
            for cached in (True, False)
        ]
        assert torch.equal(*images) and images[0].shape == (5, *shape)
        assert images[0].std() > 0 and torch.equal(to_levels(images[0], levels) / (levels - 1), images[0])
    assert torch.equal(images[0][:, :, :2], top)


@names
def test_the_steps_of_a_cached_sampler_give_the_logits_of_the_whole_image(name):
    shape = (3, 4, 5)
    model = build(name, shape, 3)
    image = torch.rand(2, *shape, dtype=torch.float64)
    expected, x = model.logits(image), torch.zeros_like(image)
    with torch.no_grad():
        step = model.stepper(x)
        for s, r, c in order(shape):
            torch.testing.assert_close(step(r, c, s), expected[:, s, r, c])
            x[:, s, r, c] = image[:, s, r, c]


@names
@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_samples_are_as_frequent_as_their_probability_says(name, temperature):
    """Pearson's chi-square over all 64 binary 2×3 images; with a temperature, each factor is sharpened first."""
    model, images, n = build(name, (1, 2, 3)), all_images((1, 2, 3)), 20_000
    samples = model.sample(n, generator=torch.Generator().manual_seed(1), temperature=temperature)
    weights = 2.0 ** torch.arange(5, -1, -1, dtype=torch.float64)
    observed = torch.bincount((samples.double().flatten(1) @ weights).long(), minlength=64).double()
    log_prob = level_log_prob(to_levels(images, 2), model.logits(images) / temperature).sum((1, 2, 3))
    expected = n * log_prob.double().exp()
    statistic = ((observed - expected) ** 2 / expected).sum().item()
    from scipy.stats import chi2

    assert chi2.sf(statistic, 63) > 1e-4


@names
def test_temperature_and_class_and_prefix_are_checked(name):
    model = build(name, (1, 3, 3), classes=2)
    with pytest.raises(ValueError, match="temperature=0.*above 0"):
        model.sample(1, temperature=0, y=1)
    with pytest.raises(ValueError, match=r"prefix \(1, 2, 4\): allowed are the top rows"):
        model.sample(1, prefix=torch.zeros(1, 2, 4), y=1)
    with pytest.raises(ValueError, match=r"x \(2, 1, 4, 4\): allowed is \(B, 1, 3, 3\)"):
        model.log_prob(torch.zeros(2, 1, 4, 4))
    with pytest.raises(ValueError, match="prefix reaches from 0 to 255: allowed are values in"):
        model.sample(1, prefix=torch.tensor([[[0.0, 255, 0]]]), y=1)
    assert torch.equal(model.sample(2, prefix=torch.ones(1, 3, 3), y=1), torch.ones(2, 1, 3, 3))


@names
def test_images_and_classes_out_of_range_are_named(name):
    model, x, y = build(name, (1, 3, 3), classes=2), torch.ones(2, 1, 3, 3).double(), torch.tensor([0, 1])
    assert model.log_prob(x, y).isfinite().all()
    with pytest.raises(ValueError, match=r"x reaches from 255 to 255: allowed are values in \[0, 1\]"):
        model.log_prob(255 * x, y)
    for bad, words in (
        (torch.tensor([0, 2]), "y reaches from 0 to 2: allowed are whole numbers from 0 to 1"),
        (torch.tensor([-1, 0]), "y reaches from -1 to 0"),
        (torch.tensor([0.0, 1.0]), r"y \(2,\) of torch.float32: allowed are whole numbers"),
        (None, "y=None: this model is conditional"),
    ):
        with pytest.raises(ValueError, match=words):
            model.log_prob(x, bad)
        with pytest.raises(ValueError, match=words):
            model.sample(2, y=bad)
    for bad, words in (
        (-1, "y reaches from -1 to -1"),
        (2, "y reaches from 2 to 2"),
        ([0, 1, 1], r"y \(3,\): allowed is"),
    ):
        with pytest.raises(ValueError, match=words):
            model.sample(2, y=bad)


def test_the_smallest_temperatures_draw_the_likeliest_level():
    model, zero = build("MADE", (1, 2, 3), levels=4), torch.Generator().manual_seed(0)
    likeliest = model.sample(3, temperature=1e-3, generator=zero)
    assert torch.equal(model.sample(3, temperature=1e-30, generator=torch.Generator().manual_seed(1)), likeliest)
    for bad in (1e-40, 0, -1.0, math.nan, math.inf, "1"):
        with pytest.raises(ValueError, match=f"temperature={bad!r}: allowed is"):
            model.sample(3, temperature=bad)


@pytest.mark.parametrize("name", [name for name in MODELS if "logistics" not in name])
def test_a_model_that_knows_nothing_costs_8_bits_a_dimension_for_256_levels(name):
    model = build(name, (3, 4, 4), 256).float()
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.randint(256, (2, 3, 4, 4)) / 255
    assert bits_per_dim(-model.log_prob(x)[0].item(), 48) == pytest.approx(8, abs=1e-6)
    assert model.loss(x)["bits_per_dim"].item() == pytest.approx(8, abs=1e-6)


@names
def test_bad_arguments_are_named(name):
    for arguments, words in (
        (dict(shape=(8, 8)), "shape=(8, 8): allowed is (channels, height, width)"),
        (dict(levels=1), "levels=1: allowed is a whole number from 2 up"),
        (dict(classes=-1), "classes=-1: allowed is a whole number from 0 up"),
    ):
        with pytest.raises(ValueError) as error:
            MODELS[name](**{"shape": (1, 4, 4), **arguments})
        assert words in str(error.value)


@settings(max_examples=50, deadline=None)
@given(k=st.integers(1, 6), seed=st.integers(0, 1000), temperature=st.floats(0.2, 3))
def test_the_drawn_levels_follow_the_softmax(k, seed, temperature):
    logits = 2 * torch.randn(k, generator=torch.Generator().manual_seed(seed))
    u = (torch.arange(4000) + 0.5) / 4000  # a grid in place of chance: shares are exact to 1 in 4,000
    levels = draw_level(logits.expand(4000, k), u, temperature)
    full = torch.cat([torch.zeros(1), logits]) if k == 1 else logits
    shares = torch.bincount(levels, minlength=len(full)) / 4000
    torch.testing.assert_close(shares, (full / temperature).softmax(0), atol=5e-4, rtol=0)
    assert draw_level(logits[None], torch.tensor([1 - 2**-24])).item() <= max(1, k - 1)


def test_the_frame_says_that_it_has_no_network():
    with pytest.raises(NotImplementedError):
        PixelModel((1, 2, 2), 2, 0).logits(torch.zeros(1, 1, 2, 2))
    assert level_log_prob(torch.tensor(1), torch.zeros(1)).item() == pytest.approx(-math.log(2))


@settings(max_examples=40, deadline=None)
@given(levels=st.integers(2, 256), components=st.integers(1, 5), seed=st.integers(0, 1000), spread=st.floats(0.1, 3))
def test_a_level_of_the_mixture_takes_the_mass_between_its_borders(levels, components, seed, spread):
    params = spread * torch.randn(4, 3 * components, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    weight, mean, log_scale = params.chunk(3, -1)
    borders = torch.linspace(-1, 1, levels, dtype=torch.float64)
    borders = (borders[1:] + borders[:-1]) / 2
    below = torch.sigmoid((borders[:, None, None] - mean) / log_scale.clamp(min=-7).exp())  # (levels − 1, 4, M)
    below = torch.cat([torch.zeros_like(below[:1]), below, torch.ones_like(below[:1])])
    expected = ((below[1:] - below[:-1]) * weight.softmax(-1)).sum(-1).T
    found = mixture_logits(params, levels)
    torch.testing.assert_close(found.exp(), expected, atol=1e-12, rtol=1e-6)
    torch.testing.assert_close(found.exp().sum(-1), torch.ones(4, dtype=torch.float64))


def test_far_from_every_component_the_mixture_is_finite_and_so_is_its_gradient():
    params = torch.tensor([[0.0, 0.9, -7.0]], requires_grad=True)
    found = mixture_logits(params, 256)
    found[0, 0].backward()
    assert found.isfinite().all() and found[0, 0] < -500 and params.grad.isfinite().all()

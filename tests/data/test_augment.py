"""Each operation is torchvision's with the same parameters; each image of a batch has its own; a seed repeats all."""

import math

import pytest
import torch
import torchvision.transforms.v2.functional as tv
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.data import augment
from gencourse.data.augment import Augment


def images(seed=0, n=6, channels=3, size=32):
    return torch.rand(n, channels, size, size, generator=torch.Generator().manual_seed(seed))


def smooth(n=6, size=32):
    """Images without edges, on which interpolations agree but for the border."""
    axis = torch.linspace(0, math.pi, size)
    phase = torch.arange(n).view(n, 1, 1, 1) + torch.arange(3).view(1, 3, 1, 1)
    return 0.5 + 0.4 * torch.sin(axis.view(1, 1, 1, size) + phase) * torch.cos(axis.view(1, 1, size, 1) - phase)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), low=st.floats(0.0, 0.9), high=st.floats(1.0, 2.0), channels=st.sampled_from([1, 3]))
def test_colours_are_torchvisions(seed, low, high, channels):
    x = images(seed, channels=channels)
    factor = torch.linspace(low, high, 6)
    for ours, theirs in (
        (augment.adjust_brightness, tv.adjust_brightness),
        (augment.adjust_contrast, tv.adjust_contrast),
        *([(augment.adjust_saturation, tv.adjust_saturation)] if channels == 3 else []),
    ):
        expected = torch.stack([theirs(image, float(f)) for image, f in zip(x, factor, strict=True)])
        torch.testing.assert_close(ours(x, factor), expected, atol=2e-6, rtol=0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), levels=st.sampled_from([2, 4, 256]))
def test_the_hue_is_torchvisions_on_greys_and_ties_too(seed, levels):
    x = (images(seed) * (levels - 1)).round() / (levels - 1)
    shift = torch.linspace(-0.5, 0.5, 6)
    expected = torch.stack([tv.adjust_hue(image, float(s)) for image, s in zip(x, shift, strict=True)])
    torch.testing.assert_close(augment.adjust_hue(x, shift), expected, atol=5e-6, rtol=0)


def test_grey_blur_and_solarisation_are_torchvisions():
    x, sigma = images(), torch.linspace(0.1, 2, 6)
    torch.testing.assert_close(augment.grey(x), tv.rgb_to_grayscale(x), atol=1e-6, rtol=0)
    expected = torch.stack([tv.gaussian_blur(image, [5, 5], [float(s)]) for image, s in zip(x, sigma, strict=True)])
    torch.testing.assert_close(augment.gaussian_blur(x, sigma), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(augment.solarise(x, 0.4), tv.solarize(x, 0.4))


@pytest.mark.parametrize("size", [16, 32])
def test_a_crop_is_torchvisions_inside_and_near_it_at_the_edge(size):
    x, box = (
        smooth(),
        torch.tensor(
            [[0, 0, 32, 32], [4, 6, 20, 16], [10, 0, 18, 24], [1, 1, 30, 30], [8, 8, 16, 16], [12, 3, 20, 29]]
        ),
    )
    ours = augment.crop_resize(x, box, size)
    for image, (top, left, tall, wide), found in zip(x, box.tolist(), ours, strict=True):
        expected = tv.resized_crop(image, top, left, tall, wide, [size, size], antialias=False)
        assert (found - expected)[:, 2:-2, 2:-2].abs().max() < 1e-5
        assert (found - expected).abs().max() < 0.06  # past the edge the image goes on


def test_the_whole_image_unturned_is_itself_and_a_flip_is_a_flip():
    x, box = images(), torch.tensor([[0, 0, 32, 32]]).expand(6, 4)
    torch.testing.assert_close(augment.crop_resize(x, box, 32), x, atol=1e-5, rtol=0)
    flip = torch.tensor([True, False] * 3)
    found = augment.crop_resize(x, box, 32, flip=flip)
    torch.testing.assert_close(found[0::2], x[0::2].flip(-1), atol=1e-5, rtol=0)
    torch.testing.assert_close(found[1::2], x[1::2], atol=1e-5, rtol=0)


def test_a_rotation_is_torchvisions_inside():
    x, box = smooth(), torch.tensor([[0, 0, 32, 32]]).expand(6, 4)
    angles = torch.tensor([0.0, 90.0, -90.0, 180.0, 30.0, -45.0])
    found = augment.crop_resize(x, box, 32, angle=angles)
    bilinear = tv.InterpolationMode.BILINEAR
    for image, angle, ours in zip(x, angles.tolist(), found, strict=True):
        expected = tv.rotate(image, angle, interpolation=bilinear)
        assert (ours - expected)[:, 8:-8, 8:-8].abs().max() < 1e-4


@pytest.mark.parametrize("channels", [1, 3])
def test_every_copy_of_one_image_comes_out_different_and_a_seed_repeats_them(channels):
    view = Augment(24, rotate=10, blur=0.5, solarise=0.2)
    x = images(n=1, channels=channels).expand(256, -1, -1, -1)
    a = view(x, generator=torch.Generator().manual_seed(0))
    assert a.shape == (256, channels, 24, 24) and a.min() >= 0 and a.max() <= 1
    distances = torch.cdist(a.flatten(1), a.flatten(1)) + 1e9 * torch.eye(256)
    assert distances.min() > 1e-3
    assert torch.equal(a, view(x, generator=torch.Generator().manual_seed(0)))
    assert not torch.equal(a, view(x, generator=torch.Generator().manual_seed(1)))


def test_views_are_the_same_under_autocast():
    """A network that trains in bf16 is still shown images in float32."""
    x, view = images(n=40), Augment(24, rotate=30, blur=0.5, solarise=0.3)
    plain = view(x, torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        mixed = view(x, torch.Generator().manual_seed(0))
    assert mixed.dtype == torch.float32 and mixed.equal(plain)


def test_geometry_leaves_colours_and_a_flat_image_alone():
    view = Augment(32, rotate=20, jitter=0, hue=0, grey=0)
    flat = torch.rand(5, 3, 1, 1).expand(-1, -1, 8, 12)
    torch.testing.assert_close(view(flat), flat[..., :1, :1].expand(-1, -1, 32, 32))


def test_probabilities_are_those_asked_for():
    x = images(n=1).expand(2000, -1, -1, -1)
    found = Augment(8, jitter=0, hue=0, grey=0.3)(x, generator=torch.Generator().manual_seed(0))
    share = ((found - found.mean(1, keepdim=True)).abs().amax((1, 2, 3)) < 1e-6).float().mean().item()
    assert abs(share - 0.3) < 0.04


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(size=0), "size=0"),
        (dict(crop=(0.5, 0.2)), r"crop=\(0.5, 0.2\): allowed are two shares"),
        (dict(flip=1.5), "flip=1.5: allowed is a number from 0 to 1"),
        (dict(hue=0.7), "hue=0.7: allowed is a number from 0 to 0.5"),
        (dict(jitter=-1), "jitter=-1"),
    ],
)
def test_bad_arguments_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        Augment(**options)

"""The autoencoder against its definition; new codes against the moments they are fitted to."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from gencourse.data.images import Card, Images
from gencourse.models.autoencoder import Autoencoder, sample_like, squared_error
from gencourse.models.vae import VAE
from gencourse.training.fit import fit
from gencourse.training.how import How


def images_on_a_curve(n=256):
    """4×4 images with one cause: a bright spot that goes once around."""
    angle = torch.rand(n, generator=torch.Generator().manual_seed(0)) * 2 * torch.pi
    grid = torch.cartesian_prod(torch.arange(4.0), torch.arange(4.0))
    centre = 1.5 + 1.2 * torch.stack([angle.cos(), angle.sin()], 1)
    x = torch.exp(-((grid - centre[:, None]) ** 2).sum(-1) / 1.5).view(n, 1, 4, 4)
    card = Card("spots", "train", (1, 4, 4), 256, "grey", "drawn here", "none")
    return Images((x * 255).round().to(torch.uint8), torch.zeros(n, dtype=torch.long), card)


@settings(max_examples=30, deadline=None)
@given(b=st.integers(1, 4), c=st.integers(1, 3), h=st.integers(1, 5), w=st.integers(1, 5), seed=st.integers(0, 99))
def test_the_error_is_the_squared_length_of_the_difference(b, c, h, w, seed):
    x, r = torch.randn(2, b, c, h, w, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    expected = [float((x[i] - r[i]).flatten() @ (x[i] - r[i]).flatten()) for i in range(b)]
    assert squared_error(x, r).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    "options",
    [dict(hidden=()), dict(hidden=(10,)), dict(hidden=(10, 6), activation="tanh"), dict(channels=(3, 5), hidden=(7,))],
)
def test_shapes_and_the_loss(options):
    model = Autoencoder((3, 8, 12), latent=5, **options)
    x = torch.rand(4, 3, 8, 12)
    z = model.encode(x)
    assert z.shape == (4, 5) and model.decode(z).shape == x.shape
    torch.testing.assert_close(model.reconstruct(x), model.decode(z))
    torch.testing.assert_close(model.loss(x)["loss"], squared_error(x, model.decode(z)).mean())
    assert Autoencoder(**model.config).load_state_dict(model.state_dict())


def test_without_hidden_layers_it_is_affine_and_of_the_rank_of_its_code():
    torch.manual_seed(0)
    model = Autoencoder((1, 4, 4), latent=3, hidden=()).double()
    a, b = torch.randn(2, 5, 1, 4, 4, dtype=torch.float64)
    mixed = model.reconstruct(0.3 * a + 0.7 * b)
    torch.testing.assert_close(mixed, 0.3 * model.reconstruct(a) + 0.7 * model.reconstruct(b))
    images = model.reconstruct(torch.randn(50, 1, 4, 4, dtype=torch.float64)).flatten(1)
    assert torch.linalg.matrix_rank(images - images.mean(0)) == 3


@pytest.mark.parametrize("options", [dict(hidden=(32,)), dict(hidden=(16,), channels=(8,))])
def test_training_lowers_the_error_below_the_mean_image_s(options):
    images = images_on_a_curve()
    x = images.batch(slice(None))
    nothing = squared_error(x, x.mean(0, keepdim=True)).mean()
    torch.manual_seed(0)
    model = Autoencoder(images.shape, latent=2, **options)
    fit(model, images, steps=300, batch_size=64, lr=1e-2, how=How(show="nothing"))
    assert squared_error(x, model.reconstruct(x)).mean() < 0.1 * nothing


def test_the_loss_stays_in_double_precision_if_the_images_are():
    model = Autoencoder((1, 4, 4), 2).double()
    assert model.loss(torch.rand(3, 1, 4, 4, dtype=torch.float64))["loss"].dtype == torch.float64


@settings(max_examples=20, deadline=None)
@given(d=st.integers(1, 5), seed=st.integers(0, 999))
def test_white_noise_becomes_draws_with_the_codes_own_mean_and_covariance(d, seed):
    """If the noise has mean 0 and covariance I exactly, the draws have the codes' moments exactly."""
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randn(30, d, generator=generator).double() @ torch.randn(d, d, generator=generator).double() + 3
    raw = torch.randn(40, d, generator=generator).double()
    white = torch.linalg.qr(raw - raw.mean(0)).Q * 40**0.5
    draws = sample_like(codes, white)
    torch.testing.assert_close(draws.mean(0), codes.mean(0))
    torch.testing.assert_close(
        torch.atleast_2d(torch.cov(draws.T, correction=0)), torch.atleast_2d(torch.cov(codes.T, correction=0))
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(latent=0), "latent=0"),
        (dict(shape=(28, 28)), r"shape=\(28, 28\)"),
        (dict(hidden=(0,)), r"hidden=\(0,\)"),
        (dict(shape=(1, 10, 10), channels=(4, 4)), r"channels=\(4, 4\).*divisible by 4"),
        (dict(activation="sine"), "activation='sine': allowed are 'relu', 'tanh', 'silu'"),
    ],
)
def test_bad_arguments_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        Autoencoder(**{"shape": (1, 8, 8), **options})


def test_it_has_no_density_and_no_samples():
    """The lesson says so: it is read off the class."""
    assert isinstance(Autoencoder(), nn.Module)
    assert not any(hasattr(Autoencoder, name) for name in ("log_prob", "elbo", "sample"))


@pytest.mark.parametrize("model", [Autoencoder((1, 8, 8)), VAE((1, 8, 8))], ids=["Autoencoder", "VAE"])
def test_images_of_another_shape_are_named(model):
    """Without their channel images would pass the encoder, and the loss would compare each with every other."""
    for shape in ((5, 8, 8), (5, 1, 8, 4), (8, 8)):
        with pytest.raises(ValueError, match=r"x \(.*\): allowed is \(B, 1, 8, 8\)"):
            model.loss(torch.zeros(shape))

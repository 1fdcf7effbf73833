"""Principal components against scikit-learn, angles against scipy, and a linear autoencoder against both."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from gencourse.models.autoencoder import Autoencoder, squared_error
from gencourse.models.pca import pca_reconstruct, principal_angles, principal_components


def rows(n, p, seed=0):
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(p, p, generator=generator).double() * 0.8 ** torch.arange(p)
    return torch.randn(n, p, generator=generator).double() @ mix.T + torch.randn(p, generator=generator)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(8, 30), p=st.integers(1, 8), k=st.integers(1, 8), seed=st.integers(0, 999))
def test_reconstructions_are_those_of_scikit_learn(n, p, k, seed):
    x, k = rows(n, p, seed), min(k, p)
    pca = PCA(k, svd_solver="full").fit(x.numpy())
    expected = torch.from_numpy(pca.inverse_transform(pca.transform(x.numpy())))
    torch.testing.assert_close(pca_reconstruct(x, k), expected)
    mean, directions = principal_components(x, k)
    torch.testing.assert_close(mean, torch.from_numpy(pca.mean_))
    torch.testing.assert_close(directions @ directions.T, torch.eye(k).double())
    torch.testing.assert_close(directions.abs(), torch.from_numpy(pca.components_).abs())


@settings(max_examples=30, deadline=None)
@given(p=st.integers(2, 9), k=st.integers(1, 4), seed=st.integers(0, 999))
def test_angles_are_those_of_scipy(p, k, seed):
    k = min(k, p - 1)
    a, b = torch.randn(2, p, k, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    expected = torch.from_numpy(subspace_angles(a.numpy(), b.numpy())[::-1].copy())
    torch.testing.assert_close(principal_angles(a, b), expected, atol=1e-7, rtol=1e-7)


def test_angles_know_a_plane_turned_by_a_known_angle_however_small():
    a = torch.eye(5, 2, dtype=torch.float64)
    for angle in (0.0, 1e-12, 1e-6, 0.3, torch.pi / 2):
        angle = torch.tensor(angle, dtype=torch.float64)
        b = a.clone()
        b[1, 1], b[4, 1] = angle.cos(), angle.sin()  # the second vector leans out of the plane
        found = principal_angles(a, b @ torch.tensor([[2.0, 1.0], [-1.0, 3.0]], dtype=torch.float64))
        torch.testing.assert_close(found, torch.stack([torch.zeros_like(angle), angle]), atol=1e-15, rtol=1e-6)


def train_linear(x, k, steps=400):
    """Full-batch L-BFGS on centred rows, with the encoder starting at zero."""
    torch.manual_seed(0)
    model = Autoencoder((1, 1, x.shape[1]), k, hidden=()).double()
    torch.nn.init.zeros_(model.encoder[1].weight)
    images = (x - x.mean(0))[:, None, None]
    optimizer = torch.optim.LBFGS(
        model.parameters(), max_iter=steps, tolerance_grad=1e-9, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = model.loss(images)["loss"] * len(images)
        loss.backward()
        return loss

    optimizer.step(closure)
    return model, images


@pytest.mark.parametrize("k", [1, 3])
def test_a_trained_linear_autoencoder_is_pca_up_to_the_choice_of_axes(k):
    x = rows(60, 6)
    model, images = train_linear(x, k)
    error = squared_error(images, model.reconstruct(images)).mean()
    expected = squared_error(x, pca_reconstruct(x, k)).mean()
    assert float(error) == pytest.approx(float(expected), rel=1e-8)
    _, directions = principal_components(x, k)
    assert principal_angles(model.decoder[0].weight.detach(), directions.T).rad2deg().max() < 1e-2


def test_as_wide_as_x_it_is_the_identity():
    x = rows(60, 6)
    model, images = train_linear(x, 6)
    product = (model.decoder[0].weight @ model.encoder[1].weight).detach()
    torch.testing.assert_close(product, torch.eye(6).double(), atol=1e-4, rtol=0)
    anything = 5 * torch.randn(7, 1, 1, 6).double()
    torch.testing.assert_close(model.reconstruct(anything), anything, atol=1e-3, rtol=1e-3)

"""The KL in three parts: what they add up to, what each of them is, and what the loss makes of them."""

import math

import pytest
import torch

from gencourse.models.disentangling import TotalCorrelationVAE, kl_parts
from gencourse.models.vae import gaussian_kl, reparameterise


def clouds(n, correlated=0.0, seed=0):
    """Narrow clouds (n, 2) whose means are drawn from a Gaussian of that correlation, and a draw of each."""
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randn(2, n, generator=generator).double()
    mean = torch.stack([a, correlated * a + math.sqrt(1 - correlated**2) * b], dim=1)
    log_var = torch.full_like(mean, 2 * math.log(0.3))
    return reparameterise(mean, log_var, torch.randn(n, 2, generator=generator).double()), mean, log_var


@pytest.mark.parametrize("n_images", [4, 1000])
def test_the_parts_add_up_to_the_sampled_kl_whatever_the_batch(n_images):
    z, mean, log_var = clouds(4)
    q = torch.distributions.Normal(mean, torch.exp(0.5 * log_var))
    sampled = (q.log_prob(z) - torch.distributions.Normal(0, 1).log_prob(z)).sum(-1).mean()
    torch.testing.assert_close(sum(kl_parts(z, mean, log_var, n_images)), sampled)


def test_with_all_images_in_the_batch_the_parts_come_near_the_closed_forms():
    """Means N(0, [[1, r], [r, 1]]) and clouds of variance 0.09: q(z) is a Gaussian, whose parts are known."""
    n, r, variance = 2000, 0.8, 1.09
    parts = kl_parts(*clouds(n, r), n_images=1)  # a batch that is all there is: 1/B Σ q(z | x_j)
    correlation = -0.5 * math.log(1 - (r / variance) ** 2)
    assert float(parts.total_correlation) == pytest.approx(correlation, abs=0.05)
    assert float(parts.dimension_wise) == pytest.approx(variance - 1 - math.log(variance), abs=0.05)
    independent = kl_parts(*clouds(n), n_images=1)
    assert abs(float(independent.total_correlation)) < 0.05


def test_the_number_of_images_shifts_the_parts_and_moves_no_gradient():
    z, mean, log_var = clouds(8)
    mean.requires_grad_()
    slopes = [torch.autograd.grad(kl_parts(z, mean, log_var, n).total_correlation, mean)[0] for n in (8, 5000)]
    torch.testing.assert_close(*slopes)


def test_the_loss_is_the_beta_vae_s_and_the_weighted_correlation():
    torch.manual_seed(0)
    model = TotalCorrelationVAE((1, 8, 8), 3, hidden=(16,), beta=4.0, total_correlation=30.0, n_images=100)
    x = torch.rand(5, 1, 8, 8).round()
    loss = model.loss(x)
    plain = 4.0 * loss["kl"] - loss["reconstruction"]
    torch.testing.assert_close(loss["loss"], plain + 30.0 * loss["total_correlation"])
    torch.testing.assert_close(loss["kl"], gaussian_kl(*model.encode(x)).mean())
    loss["loss"].backward()
    assert all(p.grad is not None for p in model.parameters())


def test_a_bad_weight_is_named():
    with pytest.raises(ValueError, match="total_correlation=-1"):
        TotalCorrelationVAE(total_correlation=-1.0)

"""Codes and what they tell about the factors, against cases whose answer is known."""

import math

import pytest
import torch

from gencourse import data
from gencourse.measure.latents import codes, log_aggregate_posterior, mig, mutual_information
from gencourse.models.vae import VAE


def test_codes_are_the_encoder_s():
    torch.manual_seed(0)
    model, images = VAE((1, 8, 8), 3, hidden=(16,)), data.load("digits", split="test")
    mean, log_var = codes(model, images, batch_size=7)
    expected = model.encode(images.batch(slice(0, len(images))))
    torch.testing.assert_close(mean, expected[0].detach())
    torch.testing.assert_close(log_var, expected[1].detach())


def test_mutual_information_of_a_copy_is_the_entropy_and_of_noise_nearly_zero():
    torch.manual_seed(0)
    factor = torch.randint(0, 4, (20_000, 1))
    latents = torch.cat([factor.double(), torch.rand(20_000, 1, dtype=torch.float64)], dim=1)
    information = mutual_information(latents, factor)
    assert information[0, 0] == pytest.approx(math.log(4), abs=1e-3)
    assert 0 <= information[1, 0] < 0.005


def test_mig_is_one_for_one_latent_each_and_zero_for_a_shared_one():
    torch.manual_seed(0)
    factors = torch.randint(0, 5, (20_000, 2))
    assert mig(factors.double(), factors)[0] == pytest.approx(1, abs=0.01)
    twice = torch.cat([factors, factors], dim=1).double()
    assert mig(twice, factors)[0] == pytest.approx(0, abs=1e-9)


def test_mig_skips_a_constant_factor():
    factors = torch.stack([torch.arange(100) % 5, torch.zeros(100, dtype=torch.long)], dim=1)
    value, gaps = mig(torch.stack([factors[:, 0].double(), torch.rand(100).double()], dim=1), factors)
    assert value > 0.5 and gaps[1].isnan()


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"\(N, D\) and \(N, F\)"):
        mutual_information(torch.zeros(3, 2), torch.zeros(4, 2))
    with pytest.raises(ValueError, match="at least 2 latents"):
        mig(torch.zeros(3, 1), torch.zeros(3, 1).long())


def test_the_clouds_together_are_the_average_of_their_densities():
    torch.manual_seed(0)
    z, mean, log_var = torch.randn(7, 2), torch.randn(5, 2), torch.randn(5, 2)
    naive = torch.zeros(7)
    for m, v in zip(mean, log_var, strict=True):
        naive += torch.exp(-0.5 * ((z - m) ** 2 / v.exp() + v + math.log(2 * math.pi)).sum(1)) / 5
    torch.testing.assert_close(log_aggregate_posterior(z, mean, log_var), naive.log())
    torch.testing.assert_close(log_aggregate_posterior(z, mean, log_var, chunk=3), naive.log())


def test_clouds_that_are_the_prior_are_the_prior_together():
    z = torch.randn(9, 3, generator=torch.Generator().manual_seed(0))
    log_prior = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
    torch.testing.assert_close(log_aggregate_posterior(z, torch.zeros(4, 3), torch.zeros(4, 3)), log_prior)


def test_draws_of_the_clouds_cost_no_less_than_nothing_against_the_prior():
    """KL(q(z) ‖ p(z)) of clouds far apart: 0.5 · 3² less the log 2 that two clouds share, to a few hundredths."""
    mean = torch.tensor([[3.0], [-3.0]]).repeat(20_000, 1)
    z = mean + torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    log_q = log_aggregate_posterior(z, mean[:2], torch.zeros(2, 1))
    log_p = -0.5 * (z**2 + math.log(2 * math.pi)).sum(1)
    assert float((log_q - log_p).mean()) == pytest.approx(4.5 - math.log(2), abs=0.05)

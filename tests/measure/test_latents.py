"""Codes and what they tell about the factors, against cases whose answer is known."""

import math

import pytest
import torch

from gencourse import data
from gencourse.measure.latents import codes, mig, mutual_information
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

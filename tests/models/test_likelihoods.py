"""Each likelihood is a probability: masses sum to one, densities integrate to one, samples agree."""

import itertools

import pytest
import torch
from torch.distributions import Bernoulli, Normal

from gencourse.models.likelihoods import DiscretisedLogistic, Gaussian, bernoulli_log_prob, make_likelihood


def test_bernoulli_sums_to_one_over_all_images():
    torch.manual_seed(0)
    images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6))).reshape(-1, 1, 2, 3)
    logits = torch.randn(1, 1, 2, 3)
    total = bernoulli_log_prob(images, logits.expand_as(images)).exp().sum()
    torch.testing.assert_close(total, torch.tensor(1.0))
    expected = Bernoulli(logits=logits).log_prob(images).sum((1, 2, 3))
    torch.testing.assert_close(bernoulli_log_prob(images, logits), expected)


@pytest.mark.parametrize("levels", [2, 17, 256])
@pytest.mark.parametrize("log_scale", [-6.0, -2.0, 1.0])
def test_logistic_masses_sum_to_one_over_the_levels(levels, log_scale):
    likelihood = DiscretisedLogistic(levels)
    likelihood.log_scale.data.fill_(log_scale)
    x = (torch.arange(levels) / (levels - 1)).reshape(-1, 1, 1, 1)
    for mean in (-0.3, 0.0, 0.41, 1.2):
        mass = likelihood.log_prob(x, torch.full_like(x, mean)).exp().sum()
        torch.testing.assert_close(mass, torch.tensor(1.0), atol=1e-4, rtol=0)


def test_logistic_samples_agree_with_its_masses():
    likelihood = DiscretisedLogistic(5)
    params = torch.full((100_000, 1, 1, 1), 0.4)
    levels = (likelihood.sample(params, torch.Generator().manual_seed(0)) * 4).round().long().flatten()
    x = (torch.arange(5) / 4).reshape(-1, 1, 1, 1)
    expected = likelihood.log_prob(x, params[:5]).exp() * len(params)
    chi_square = ((torch.bincount(levels, minlength=5) - expected) ** 2 / expected).sum()
    assert chi_square < 23.5  # the 0.9999 quantile with 4 degrees of freedom


def test_gaussian_is_the_normal_density_and_its_sigma_can_be_learned():
    torch.manual_seed(0)
    x, params = torch.randn(2, 3, 1, 4, 4)
    torch.testing.assert_close(Gaussian(0.3).log_prob(x, params), Normal(params, 0.3).log_prob(x).sum((1, 2, 3)))
    assert list(Gaussian("learned").parameters()) and not list(Gaussian(0.3).parameters())


def test_half_precision_parameters_are_evaluated_in_float32():
    x = torch.ones(2, 1, 4, 4)
    for name in ("bernoulli", "gaussian", "logistic"):
        assert make_likelihood(name).log_prob(x, torch.zeros(2, 1, 4, 4, dtype=torch.bfloat16)).dtype == torch.float32


@pytest.mark.parametrize("value", [200.0, 1.01, -0.01, float("nan"), float("inf")])
def test_images_that_are_none_are_refused_by_name(value):
    """At 200 a "log-probability" of +995 nats a pixel would come out, and nothing would seem wrong."""
    x, params = torch.full((2, 1, 2, 2), 0.5), torch.full((2, 1, 2, 2), 5.0)
    x[1, 0, 1, 1] = value
    for log_prob in (bernoulli_log_prob, make_likelihood("bernoulli").log_prob, DiscretisedLogistic().log_prob):
        with pytest.raises(ValueError, match=r"^x reaches from .* to .*: allowed are values in \[0, 1\]"):
            log_prob(x, params)


def test_rounding_and_no_images_at_all_are_no_fault():
    params = torch.zeros(1, 1, 1, 2)
    assert bernoulli_log_prob(torch.tensor([[[[1 + 1e-6, -1e-6]]]]), params).isfinite().all()
    assert bernoulli_log_prob(torch.zeros(0, 1, 1, 2), params).shape == (0,)
    assert bernoulli_log_prob(torch.ones(1, 1, 1, 2, dtype=torch.bool), params).shape == (1,)

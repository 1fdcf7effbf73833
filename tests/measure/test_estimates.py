"""What is said of estimates in closed form holds for estimates that are made."""

import math

import pytest
import torch
from torch.distributions import Normal

from gencourse.measure.estimates import WIDER, gradient_signals, weight_variances
from gencourse.models.linear_gaussian import LinearGaussian


@pytest.mark.parametrize("latents", [1, 3])
@pytest.mark.parametrize("source", ["prior", "q"])
def test_the_variance_of_the_weights_is_the_measured_one(latents, source):
    torch.manual_seed(0)
    sigma, x = 0.8, torch.tensor([0.9, -0.3, 0.5])[:latents].double()
    prior, total = Normal(torch.zeros_like(x), 1.0), 1 + sigma**2
    codes = prior if source == "prior" else Normal(x / total, WIDER * sigma / math.sqrt(total))
    z = codes.sample((400_000,))
    weight = (Normal(z, sigma).log_prob(x) + prior.log_prob(z) - codes.log_prob(z)).sum(-1).exp()
    assert weight_variances(x, sigma)[source] == pytest.approx(float(weight.var() / weight.mean() ** 2), rel=0.03)


def test_a_noise_that_is_none_is_refused():
    with pytest.raises(ValueError, match="sigma=0"):
        weight_variances(torch.zeros(2), 0)


def test_more_samples_clear_the_decoder_s_gradient_and_blur_that_of_q():
    torch.manual_seed(0)
    model = LinearGaussian(torch.randn(5, 3), torch.zeros(5), sigma=0.8).requires_grad_(False)
    x = model.sample(1)
    few, many = (gradient_signals(model, x, k, rows=2000) for k in (4, 256))
    assert many["decoder's bias"] > 2 * few["decoder's bias"] and many["q's mean"] < few["q's mean"] / 2

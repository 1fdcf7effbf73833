"""The ruler against torch.distributions, itself, and a grid; σ is kept in float32, hence the tolerances."""

import math

import hypothesis.strategies as st
import torch
from hypothesis import given, settings
from torch.distributions import MultivariateNormal

from gencourse.models.linear_gaussian import LinearGaussian

SHAPES = {"p": st.integers(1, 5), "d": st.integers(1, 4), "sigma": st.floats(0.2, 3), "seed": st.integers(0, 10**6)}


def build(p, d, sigma, seed):
    torch.manual_seed(seed)
    return LinearGaussian(torch.randn(p, d).double(), torch.randn(p).double(), sigma).double()


@given(**SHAPES)
@settings(max_examples=40, deadline=None)
def test_bayes_rule_gives_log_p_x_at_every_z(p, d, sigma, seed):
    """log p(x) = log p(x, z) − log p(z | x), whatever z is."""
    model = build(p, d, sigma, seed)
    x, z = torch.randn(3, 1, 1, p).double(), 3 * torch.randn(7, 3, d).double()
    mean, covariance = model.posterior(x)
    by_bayes = model.log_joint(x, z) - MultivariateNormal(mean, covariance).log_prob(z)
    torch.testing.assert_close(by_bayes, model.log_prob(x).expand(7, 3), rtol=1e-5, atol=1e-5)


def test_the_integral_of_the_joint_is_log_p_x():
    model = build(3, 1, 0.5, seed=0)
    x, grid = torch.randn(4, 1, 1, 3).double(), torch.linspace(-9, 9, 4001).double()
    joint = model.log_joint(x, grid[:, None, None])
    torch.testing.assert_close(torch.logsumexp(joint, 0) + math.log(18 / 4000), model.log_prob(x), rtol=0, atol=1e-5)


def test_samples_have_the_covariance_of_the_model():
    torch.manual_seed(0)
    model = LinearGaussian(torch.randn(3, 2), torch.randn(3), 0.5)
    x = model.sample(200_000, generator=torch.Generator().manual_seed(1)).flatten(1)
    expected = model.weight @ model.weight.T + 0.25 * torch.eye(3)
    torch.testing.assert_close(x.T.cov(), expected.detach(), atol=0.05, rtol=0.03)
    torch.testing.assert_close(x.mean(0), model.bias.detach(), atol=0.02, rtol=0)

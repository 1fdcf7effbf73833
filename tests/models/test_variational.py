"""The identities of lesson 09, for models whose parameters are drawn by hypothesis."""

import hypothesis.strategies as st
import torch
from hypothesis import given, settings
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from gencourse.models.linear_gaussian import LinearGaussian
from gencourse.models.vae import gaussian_kl
from gencourse.models.variational import gap, gaussian_log_density, prior_estimate, sampled_elbo, sampled_kl

RULERS = {"p": st.integers(1, 5), "d": st.integers(1, 4), "sigma": st.floats(0.3, 3), "seed": st.integers(0, 10**6)}


def build(p, d, sigma, seed):
    """A ruler, three x, and a q for each: mean and log-variance (3, D)."""
    torch.manual_seed(seed)
    ruler = LinearGaussian(torch.randn(p, d).double(), torch.randn(p).double(), sigma).double()
    return ruler, torch.randn(3, 1, 1, p).double(), torch.randn(3, d).double(), torch.randn(3, d).double()


def exact_elbo(ruler, x, mean, log_var):
    """E_q[log p(x | z)] − KL(q ‖ p(z)) of a linear-Gaussian model, with no sample."""
    at_mean = ruler.likelihood.log_prob(x, ruler.decode(mean))
    spread = (log_var.exp() * ruler.weight.square().sum(0)).sum(-1) / (2 * ruler.likelihood.sigma**2)
    return at_mean - spread - gaussian_kl(mean, log_var)


@given(**RULERS)
@settings(max_examples=40, deadline=None)
def test_elbo_and_gap_add_up_to_log_p_x(p, d, sigma, seed):
    ruler, x, mean, log_var = build(p, d, sigma, seed)
    total = exact_elbo(ruler, x, mean, log_var) + gap(mean, log_var, *ruler.posterior(x))
    torch.testing.assert_close(total, ruler.log_prob(x), rtol=1e-5, atol=1e-5)


@given(**RULERS)
@settings(max_examples=40, deadline=None)
def test_the_gap_is_never_negative_and_the_kl_of_torch(p, d, sigma, seed):
    ruler, x, mean, log_var = build(p, d, sigma, seed)
    m, c = ruler.posterior(x)
    expected = kl_divergence(MultivariateNormal(mean, torch.diag_embed(log_var.exp())), MultivariateNormal(m, c))
    torch.testing.assert_close(gap(mean, log_var, m, c), expected, rtol=1e-8, atol=1e-8)
    assert (expected >= 0).all()


def test_samples_agree_with_the_closed_forms():
    ruler, x, mean, log_var = build(4, 2, 0.7, seed=0)
    z = mean + (0.5 * log_var).exp() * torch.randn(100_000, 3, 2).double()
    log_q = gaussian_log_density(z, mean, log_var)
    posterior = MultivariateNormal(*ruler.posterior(x))
    estimate, error = sampled_kl(log_q, posterior.log_prob(z))
    assert ((estimate - gap(mean, log_var, *ruler.posterior(x))).abs() < 5 * error).all()
    sampled = sampled_elbo(ruler.log_joint(x, z), z, mean, log_var)
    assert ((sampled - exact_elbo(ruler, x, mean, log_var)).abs() < 5 * error).all(), "they differ by a constant alone"


def test_the_density_is_torch_s():
    torch.manual_seed(0)
    z, mean, log_var = torch.randn(3, 5, 4).unbind(0)
    expected = Normal(mean, (0.5 * log_var).exp()).log_prob(z).sum(-1)
    torch.testing.assert_close(gaussian_log_density(z, mean, log_var), expected)


def test_the_prior_estimate_is_unbiased_for_p_x_and_too_low_for_its_logarithm():
    torch.manual_seed(0)
    ruler = LinearGaussian(torch.randn(3, 2), torch.randn(3), 0.7)
    x = ruler.sample(1)
    estimates = torch.stack(
        [
            prior_estimate(x.flatten(1), ruler.decode(torch.randn(20, 2)).flatten(1).detach(), 0.7)[0]
            for _ in range(5000)
        ]
    )
    exact = ruler.log_prob(x)[0].detach()
    ratios = (estimates - exact).exp()
    assert abs(ratios.mean() - 1) < 5 * ratios.std() / 5000**0.5
    assert estimates.mean() < exact - 5 * estimates.std() / 5000**0.5

"""The VAE against closed forms, Monte Carlo and its own definition."""

import math

import pytest
import torch
from torch.distributions import Independent, MultivariateNormal, Normal, kl_divergence

from gencourse.models.linear_gaussian import LinearGaussian
from gencourse.models.vae import VAE, gaussian_kl, iwae_bound, reparameterise, traverse


@pytest.fixture
def ruler():
    torch.manual_seed(0)
    return LinearGaussian(torch.randn(6, 2), torch.randn(6), sigma=0.7)


def draw(ruler, n):
    """n images from the linear-Gaussian model itself, (n, 1, 1, P)."""
    params = ruler.decode(torch.randn(n, ruler.weight.shape[1]))
    return ruler.likelihood.sample(params).detach()


def make_posterior_exact(ruler):
    """Give the encoder the exact posterior; possible as the columns of W are made orthogonal."""
    with torch.no_grad():
        ruler.weight.copy_(torch.linalg.qr(ruler.weight)[0] * torch.tensor([1.5, 0.8]))
        _, covariance = ruler.posterior(torch.zeros(1, 1, 1, 6))
        gain = covariance @ ruler.weight.T / ruler.likelihood.sigma**2
        ruler.encoder.weight.copy_(gain)
        ruler.encoder.bias.copy_(-gain @ ruler.bias)
        ruler.log_var.copy_(covariance.diagonal().log())


def test_kl_equals_torch_distributions_and_monte_carlo():
    torch.manual_seed(0)
    mean, log_var, prior_mean, prior_log_var = torch.randn(4, 3, 5).unbind(0)
    q = Independent(Normal(mean, (0.5 * log_var).exp()), 1)
    p = Independent(Normal(prior_mean, (0.5 * prior_log_var).exp()), 1)
    kl = gaussian_kl(mean, log_var, prior_mean, prior_log_var)
    torch.testing.assert_close(kl, kl_divergence(q, p))
    z = q.sample((200_000,))
    differences = q.log_prob(z) - p.log_prob(z)
    error = differences.std(0) / math.sqrt(len(z))
    assert ((differences.mean(0) - kl).abs() < 5 * error).all()


def test_reparameterised_samples_have_the_moments_asked_for():
    torch.manual_seed(0)
    mean, log_var = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.5, -1.0]])
    z = reparameterise(mean, log_var, torch.randn(200_000, 2))
    torch.testing.assert_close(z.mean(0), mean[0], atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(0), log_var[0].exp(), atol=0.02, rtol=0)


def test_bounds_stay_below_the_exact_likelihood_and_rise_with_k(ruler):
    x = draw(ruler, 50)
    exact = ruler.log_prob(x).mean()
    with torch.no_grad():
        elbo = ruler.elbo(x, 4000).value.mean()
        iwae = [torch.stack([ruler.iwae(x, k) for _ in range(4000 // k)]).mean() for k in (1, 5, 50, 500)]
    assert elbo < exact
    assert abs(elbo - iwae[0]) < 0.2
    assert iwae[0] < iwae[1] < iwae[2] < iwae[3] < exact + 0.02


def test_gap_is_the_kl_to_the_exact_posterior(ruler):
    x = draw(ruler, 20)
    mean, log_var = ruler.encode(x)
    posterior_mean, covariance = ruler.posterior(x)
    q = MultivariateNormal(mean, torch.diag_embed(log_var.exp()))
    gap = kl_divergence(q, MultivariateNormal(posterior_mean, covariance))
    elbo = torch.stack([ruler.elbo(x, 1000).value.detach() for _ in range(20)])
    error = elbo.std(0) / math.sqrt(len(elbo))
    assert ((elbo.mean(0) + gap - ruler.log_prob(x)).abs() < 6 * error + 1e-3).all()


def test_with_the_exact_posterior_every_bound_is_exact(ruler):
    make_posterior_exact(ruler)
    x = draw(ruler, 10)
    exact = ruler.log_prob(x)
    torch.testing.assert_close(ruler.iwae(x, 1), exact, atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(ruler.iwae(x, 50), exact, atol=1e-3, rtol=1e-4)


def test_iwae_bound_survives_large_log_weights():
    weights = torch.tensor([[-5000.0, 800.0], [-5001.0, 801.0]])
    expected = torch.tensor([-5000.0, 800.0]) + torch.tensor(
        [math.log((1 + math.exp(-1)) / 2), math.log((1 + math.e) / 2)]
    )
    torch.testing.assert_close(iwae_bound(weights), expected)


def test_traverse_changes_one_latent_and_no_input():
    z = torch.tensor([1.0, 2.0, 3.0])
    path = traverse(z, 1, torch.tensor([-1.0, 0.0]))
    assert path.tolist() == [[1, -1, 3], [1, 0, 3]]
    assert z.tolist() == [1, 2, 3]


@pytest.mark.parametrize("channels", [(), (4, 8)])
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian", "logistic"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 12, 8)])
def test_shapes_and_that_the_loss_is_minus_the_elbo(shape, likelihood, channels):
    torch.manual_seed(0)
    model = VAE(shape, 3, hidden=(16,), channels=channels, likelihood=likelihood, levels=17)
    x = torch.randint(0, 2, (5, *shape)).float()
    assert all(part.shape == (5, 3) for part in model.encode(x))
    terms = model.elbo(x, n_samples=2)
    assert all(part.shape == (5,) for part in terms)
    torch.testing.assert_close(terms.value, terms.reconstruction - terms.kl)
    assert model.iwae(x, 7).shape == (5,)
    assert model.sample(4).shape == model.sample(4, draw_pixels=True).shape == (4, *shape)
    assert model.reconstruct(x).min() >= 0 and model.reconstruct(x).max() <= 1
    torch.manual_seed(1)
    loss = model.loss(x)
    torch.manual_seed(1)
    torch.testing.assert_close(loss["loss"], -model.elbo(x).value.mean(), rtol=1e-4, atol=1e-3)
    loss["loss"].backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_beta_weighs_the_kl_and_free_bits_are_not_charged():
    torch.manual_seed(0)
    x = torch.randint(0, 2, (6, 1, 8, 8)).float()

    def terms(**options):
        torch.manual_seed(3)
        model = VAE((1, 8, 8), 4, hidden=(16,), **options)
        torch.manual_seed(4)
        return model.loss(x)

    plain, heavy, free = terms(), terms(beta=3.0), terms(free_bits=50.0)
    torch.testing.assert_close(heavy["loss"] - plain["loss"], 2 * plain["kl"])
    torch.testing.assert_close(free["loss"], 4 * 50.0 - plain["reconstruction"])
    torch.testing.assert_close(free["kl"], plain["kl"])


def test_same_generator_same_samples():
    model = VAE((1, 8, 8), 2, hidden=(8,))
    first, second = (model.sample(3, generator=torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(latent=0), "latent=0"),
        (dict(shape=(28, 28)), "shape="),
        (dict(hidden=(0,)), "hidden="),
        (dict(shape=(1, 30, 30), channels=(4, 4)), "divisible by 4"),
        (dict(beta=-1.0), "beta=-1.0"),
        (dict(free_bits=math.nan), "free_bits=nan"),
        (dict(likelihood="poisson"), "'bernoulli', 'gaussian' and 'logistic'"),
        (dict(likelihood="gaussian", sigma=0.0), "sigma=0.0"),
        (dict(likelihood="logistic", levels=1), "levels=1"),
        (dict(activation="sine"), "activation='sine'"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace(")", r"\)")):
        VAE(**options)

"""Likelihoods, their maxima and slopes against closed forms, autograd and each other, for any parameters."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

from gencourse.models.gaussian import DiagonalGaussian
from gencourse.models.maximum_likelihood import (
    BernoulliPixels,
    categorical_kl,
    categorical_nll,
    coin_log_likelihood,
    em_step,
    gaussian_mle,
    gaussian_nll,
    gaussian_score,
)
from gencourse.models.mixture import Mixture

settings.register_profile("unhurried", deadline=None)  # the first call of a torch function is slow
settings.load_profile("unhurried")
seeds = st.integers(0, 2**31 - 1)
numbers = st.lists(st.floats(-50, 50), min_size=2, max_size=30).filter(lambda x: max(x) - min(x) > 1e-2)


def randn(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_a_coin_is_the_sum_of_its_flips_and_best_at_the_share_of_heads(flips, p):
    flips = torch.tensor(flips, dtype=torch.float64)
    coins = torch.tensor([p], dtype=torch.float64)
    torch.testing.assert_close(coin_log_likelihood(flips, coins)[0], Bernoulli(coins[0]).log_prob(flips).sum())
    share = flips.mean().clamp(1e-9, 1 - 1e-9)[None]
    assert coin_log_likelihood(flips, coins) <= coin_log_likelihood(flips, share) + 1e-6


@given(st.integers(1, 10), st.floats(0.01, 0.99))
def test_the_probabilities_of_all_sequences_of_flips_sum_to_one(n, p):
    sequences = torch.tensor(list(itertools.product((0.0, 1.0), repeat=n)), dtype=torch.float64)
    coin = torch.tensor([p], dtype=torch.float64)
    total = torch.stack([coin_log_likelihood(flips, coin)[0] for flips in sequences]).exp().sum()
    assert float(total) == pytest.approx(1)


@given(numbers, st.floats(-2, 2), st.floats(-1, 1))
def test_no_other_gaussian_is_more_likely_than_the_closed_form(x, shift, stretch):
    x = torch.tensor(x, dtype=torch.float64)
    mean, variance = gaussian_mle(x)
    best = Normal(mean, variance.sqrt()).log_prob(x).sum()
    other = Normal(mean + shift, variance.sqrt() * math.exp(stretch)).log_prob(x).sum()
    assert other <= best + 1e-9 * abs(best)


@given(numbers, st.floats(-5, 5), st.floats(-2, 2))
def test_the_score_is_the_gradient_and_zero_at_the_maximum(x, mean, log_scale):
    x = torch.tensor(x, dtype=torch.float64)
    parameters = [torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (mean, log_scale)]
    total = Normal(parameters[0], parameters[1].exp()).log_prob(x).sum()
    expected = torch.autograd.grad(total, parameters)
    for ours, theirs in zip(gaussian_score(x, *(p.detach() for p in parameters)), expected, strict=True):
        torch.testing.assert_close(ours, theirs)
    best, variance = gaussian_mle(x)
    at_best = gaussian_score(x, best[None], 0.5 * variance.log()[None])
    assert all(abs(float(g)) < 1e-6 * len(x) / min(1, float(variance)) for g in at_best)


@given(seeds, st.integers(1, 6))
def test_kl_equals_torch_s_is_never_negative_and_zero_for_equals(seed, k):
    p, q = randn(seed, 2, 3, k).softmax(-1)
    kl = categorical_kl(p, q)
    torch.testing.assert_close(kl, kl_divergence(Categorical(p), Categorical(q)))
    assert (kl > -1e-12).all()
    assert torch.equal(categorical_kl(p, p), torch.zeros(3, dtype=torch.float64))


def test_zeros_in_kl():
    p, q = torch.tensor([[0.5, 0.5, 0.0]]), torch.tensor([[0.25, 0.25, 0.5]])
    torch.testing.assert_close(categorical_kl(p, q), torch.tensor([math.log(2)]))
    assert categorical_kl(q, p).item() == math.inf, "q puts mass where p has none"
    assert categorical_kl(p, p).item() == 0


@given(seeds, st.integers(2, 8))
def test_the_best_likelihood_is_the_least_kl_from_the_empirical_distribution(seed, k):
    """Mean log-likelihood + KL from the empirical distribution = minus its entropy, whatever the model."""
    generator = torch.Generator().manual_seed(seed)
    data = torch.randint(k, (40,), generator=generator)
    empirical = torch.bincount(data, minlength=k).double()[None] / 40
    models = randn(seed, 5, k).softmax(-1)
    mean_log_likelihood = models.log()[:, data].mean(1)
    total = mean_log_likelihood + categorical_kl(empirical.expand(5, k), models)
    torch.testing.assert_close(total, torch.xlogy(empirical, empirical).sum().expand(5))


@given(seeds, st.integers(1, 4))
def test_an_em_step_is_the_mixture_s_and_never_lowers_the_likelihood(seed, k):
    x = 2 * randn(seed, 25)
    weights, mean = randn(seed + 1, k).softmax(0), 2 * randn(seed + 2, k)
    variance = 0.5 + randn(seed + 3, k) ** 2
    mixture = Mixture([DiagonalGaussian(1, floor=1e-9) for _ in range(k)]).double()
    with torch.no_grad():
        mixture.logits.copy_(weights.log())
        for component, m, v in zip(mixture.components, mean, variance, strict=True):
            component.mean.fill_(m)
            component.log_scale.fill_(0.5 * v.log())
    before = mixture.em_step(x[:, None])
    new_weights, new_mean, new_variance = em_step(x, weights, mean, variance)
    torch.testing.assert_close(new_weights, mixture.weights.detach())
    torch.testing.assert_close(new_mean, torch.cat([c.mean.detach() for c in mixture.components]))
    torch.testing.assert_close(new_variance, torch.cat([(2 * c.log_scale.detach()).exp() for c in mixture.components]))
    assert float(mixture.log_prob(x[:, None]).detach().mean()) >= before - 1e-9


@given(seeds, st.integers(1, 6), st.floats(0.1, 1000))
def test_cross_entropy_is_categorical_maximum_likelihood(seed, k, scale):
    logits = scale * randn(seed, 4, k)
    y = torch.randint(k, (4,), generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(categorical_nll(logits, y), F.cross_entropy(logits, y))
    torch.testing.assert_close(categorical_nll(logits, y), -Categorical(logits=logits).log_prob(y).mean())


@given(seeds, st.integers(1, 6), st.floats(0.05, 20))
def test_squared_error_is_gaussian_maximum_likelihood(seed, d, sigma):
    y, prediction = randn(seed, 2, 3, d)
    nll = gaussian_nll(((y - prediction) ** 2).sum(-1), sigma, d)
    torch.testing.assert_close(nll, -Normal(prediction, sigma).log_prob(y).sum(-1))


def all_images(n):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=n))).view(-1, 1, 2, n // 2)


@given(seeds)
def test_pixels_and_mixtures_of_them_sum_to_one_over_all_images(seed):
    x = all_images(6)
    one = BernoulliPixels((1, 2, 3))
    mixture = Mixture([BernoulliPixels((1, 2, 3)) for _ in range(3)])
    with torch.no_grad():
        one.logits.copy_(3 * randn(seed, 6))
        mixture.logits.copy_(randn(seed, 3))
        for k, component in enumerate(mixture.components):
            component.logits.copy_(3 * randn(seed + k, 6))
    assert float(one.log_prob(x).detach().exp().sum()) == pytest.approx(1, abs=1e-5)
    assert float(mixture.log_prob(x).detach().exp().sum()) == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(one.log_prob(x), Bernoulli(logits=one.logits).log_prob(x.flatten(1)).sum(1))


def test_a_pixel_never_seen_is_impossible_without_a_floor_and_only_rare_with_one():
    x = torch.tensor([[[[1.0, 0.0]]], [[[1.0, 1.0]]]])
    strange = torch.tensor([[[[0.0, 1.0]]]])
    plain = BernoulliPixels((1, 1, 2), floor=0.0).fit_(x)
    torch.testing.assert_close(plain.ink.flatten(), torch.tensor([1.0, 0.5]))
    assert plain.log_prob(strange).item() == -math.inf
    assert torch.equal(plain.log_prob(x), torch.full((2,), math.log(0.5)))
    floored = BernoulliPixels((1, 1, 2), floor=0.01).fit_(x)
    assert floored.log_prob(strange).item() == pytest.approx(math.log(0.01 * 0.5), abs=1e-4)


def test_samples_of_pixels_have_their_frequencies():
    model = BernoulliPixels((1, 1, 3))
    with torch.no_grad():
        model.logits.copy_(torch.tensor([-2.0, 0.0, 1.0]))
    x = model.sample(20_000, generator=torch.Generator().manual_seed(0))
    assert x.shape == (20_000, 1, 1, 3) and set(x.unique().tolist()) == {0.0, 1.0}
    torch.testing.assert_close(x.mean(0), model.ink.detach(), atol=0.02, rtol=0)


@pytest.mark.parametrize("floor", [-0.1, 0.5, math.nan])
def test_a_bad_floor_is_named(floor):
    with pytest.raises(ValueError, match=f"floor={floor}"):
        BernoulliPixels(3, floor=floor)

"""Likelihoods, against cases whose answer is known."""

import math

import pytest
import torch

from gencourse import data
from gencourse.measure.likelihood import bits_per_dim, bits_per_token, bound, exact, held_out_bits, terms
from gencourse.models.maximum_likelihood import BernoulliPixels
from gencourse.models.vae import VAE


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", split="test", binarise="dynamic")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return VAE((1, 8, 8), 3, hidden=(16,))


def test_bits_per_dim_of_a_fair_coin_is_one():
    assert bits_per_dim(64 * math.log(2), 64) == pytest.approx(1)
    with pytest.raises(ValueError, match="n_dims=0"):
        bits_per_dim(1.0, 0)


def test_bound_names_all_it_was_measured_on_and_repeats(model, digits):
    elbo = bound(model, digits)
    assert elbo == bound(model, digits)
    assert elbo.kind == "ELBO" and elbo.n_images == len(digits)
    assert "digits" in str(elbo) and "dynamic" in str(elbo) and "±" in str(elbo)


def test_the_terms_are_those_of_the_bound_whatever_beta_was(model, digits):
    found = terms(model, digits, n_samples=1)
    assert found.reconstruction - found.kl == pytest.approx(bound(model, digits).value, abs=0.2)
    assert float(found.kl_per_latent.sum()) == pytest.approx(found.kl)
    assert found.kl_per_latent.tolist() == sorted(found.kl_per_latent.tolist(), reverse=True)
    model.beta, before = 30.0, model.beta
    assert terms(model, digits, n_samples=1).reconstruction == found.reconstruction
    model.beta = before


def test_terms_leave_the_random_numbers_where_they_were(model, digits):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    terms(model, digits)
    assert torch.rand(1) == expected


def test_chunks_do_not_change_the_estimator(model, digits):
    few = digits[:20]
    torch.manual_seed(0)
    whole = bound(model, few, n_samples=4000, chunk=80_000)
    pieces = bound(model, few, n_samples=4000, chunk=700)
    assert whole.kind == pieces.kind == "IWAE-4000"
    assert abs(whole.value - pieces.value) < 0.3
    assert bound(model, few).value < whole.value


def test_likelihood_leaves_the_random_state_and_the_mode_alone(model, digits):
    model.train()
    torch.manual_seed(1)
    before = torch.get_rng_state()
    bound(model, digits[:10], n_samples=3)
    assert torch.equal(before, torch.get_rng_state()) and model.training


def test_fair_coins_cost_one_bit_a_pixel_exactly(digits):
    measured = exact(BernoulliPixels(digits.shape), digits)
    assert measured.bits_per_dim == pytest.approx(1, abs=1e-6) and measured.standard_error < 1e-4
    assert measured.kind == "exact" and measured.data == "digits test, dynamic binarisation"
    assert "as a density" in exact(BernoulliPixels(digits.shape), digits, density=True).data


def test_exact_is_the_mean_over_images_in_any_batches_and_draws_its_binarisation_from_the_seed(digits):
    model = BernoulliPixels(digits.shape).fit_(digits.batch(slice(None), torch.Generator().manual_seed(5)))
    one, many = exact(model, digits), exact(model, digits, batch_size=7)
    assert one.value == pytest.approx(many.value, abs=1e-5)
    assert exact(model, digits, seed=1).value != one.value
    x = digits.batch(slice(None), torch.Generator().manual_seed(0))
    log_probs = model.log_prob(x).detach().double()[None]
    bits, error = held_out_bits(log_probs, 64)
    assert bits.item() == pytest.approx(one.bits_per_dim, abs=1e-6)
    assert error.item() == pytest.approx(bits_per_dim(one.standard_error, 64), abs=1e-6)
    with pytest.raises(ValueError, match=r"len\(images\)=0"):
        exact(model, digits[:0])


def test_the_error_of_held_out_bits_is_the_spread_of_means_of_as_many_images():
    torch.manual_seed(0)
    means, errors = held_out_bits(-30 + 4 * torch.randn(4000, 25), 10)
    assert float(means.std()) == pytest.approx(float(errors.mean()), rel=0.05)


def test_bits_per_token_counts_each_token_once_with_enough_before_it():
    class Counter:
        def token_log_probs(self, x):
            return -x.double() * math.log(2)  # a token costs as many bits as its number

    x = torch.arange(40) % 7
    bits, error = bits_per_token(Counter(), x, context=5)
    assert bits == pytest.approx(x[5:].double().mean().item()) and error > 0
    with pytest.raises(ValueError, match="x has 14 tokens, context=5: allowed are 15"):
        bits_per_token(Counter(), x[:14], context=5)

"""The Fréchet distance is torchmetrics', precision and recall a double loop's, and chance is told as chance."""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from scipy.linalg import sqrtm

from gencourse.measure.samples import frechet_distance, precision_recall, two_sample


def draw(n, f, seed, shift=0.0, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(f, f, generator=torch.Generator().manual_seed(1))
    return scale * torch.randn(n, f, generator=generator) @ mixing + shift


@given(n=st.integers(20, 60), f=st.integers(1, 6), seed=st.integers(0, 1000), shift=st.floats(-2, 2))
@settings(max_examples=25, deadline=None)
def test_the_frechet_distance_by_its_formula(n, f, seed, shift):
    a, b = draw(n, f, seed), draw(n + 5, f, seed + 1, shift, 1.5)
    ca, cb = (np.atleast_2d(np.cov(x.double().numpy().T)) for x in (a, b))
    means = (a.double().mean(0) - b.double().mean(0)).square().sum().item()
    expected = means + np.trace(ca + cb - 2 * sqrtm(ca @ cb).real)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_the_frechet_distance_is_torchmetrics():
    from torchmetrics.image.fid import _compute_fid

    a, b = draw(300, 12, 0).double(), draw(280, 12, 1, 0.3).double()
    expected = _compute_fid(a.mean(0), torch.cov(a.T), b.mean(0), torch.cov(b.T))
    assert frechet_distance(a, b) == pytest.approx(float(expected), rel=1e-6)


def test_the_frechet_distance_of_few_samples_in_many_dimensions_is_finite_and_that_of_a_set_to_itself_is_0():
    few, many = draw(10, 40, 0), draw(200, 40, 1)
    assert 0 < frechet_distance(few, many) < float("inf")
    assert frechet_distance(many, many) == pytest.approx(0, abs=1e-6)


def by_a_double_loop(samples, real, k):
    """Precision and recall from the paper's definition."""

    def reach(x, i):
        return sorted(float((x[i] - x[j]).norm()) for j in range(len(x)) if j != i)[k - 1]

    def share(asked, known):
        inside = [any(float((x - y).norm()) <= reach(known, j) for j, y in enumerate(known)) for x in asked]
        return sum(inside) / len(inside)

    return share(samples, real), share(real, samples)


@given(n=st.integers(5, 12), m=st.integers(5, 12), k=st.integers(1, 4), seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_precision_and_recall_by_a_double_loop(n, m, k, seed):
    samples, real = draw(n, 2, seed).double(), draw(m, 2, seed + 1, 0.5).double()
    assert precision_recall(samples, real, k) == pytest.approx(by_a_double_loop(samples, real, k))


def test_samples_that_miss_a_mode_have_precision_and_no_recall_and_noise_the_reverse():
    real = torch.cat([draw(200, 2, 0, -10), draw(200, 2, 1, 10)])
    one_mode = draw(400, 2, 2, -10)
    precision, recall = precision_recall(one_mode, real)
    assert precision > 0.9 and 0.4 < recall < 0.6
    noise = 60 * torch.rand(400, 2, generator=torch.Generator().manual_seed(3)) - 30
    precision, recall = precision_recall(noise, real)
    assert precision < 0.5 and recall > 0.6


def test_two_draws_of_one_distribution_are_told_apart_by_chance_and_two_distributions_are_told_apart():
    same = two_sample(draw(2000, 5, 0), draw(2000, 5, 1))
    assert abs(same.accuracy - 0.5) < 4 * same.standard_error and same.standard_error == pytest.approx(0.5 / 2000**0.5)
    apart = two_sample(draw(500, 5, 0), draw(900, 5, 1, shift=2.0))
    assert apart.accuracy > 0.8 and str(apart) == f"told apart in {apart.accuracy:.1%} (by chance 50 % ± 2.2)"
    assert two_sample(draw(500, 5, 0), draw(900, 5, 1, shift=2.0)) == apart


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: frechet_distance(draw(1, 3, 0), draw(9, 3, 0)), r"samples=\(1, 3\): allowed are features \(N, F\) of"),
        (lambda: frechet_distance(draw(9, 3, 0), draw(9, 4, 0)), "features of 3 and of 4 numbers"),
        (lambda: precision_recall(draw(9, 3, 0), draw(3, 3, 0), 3), r"real=\(3, 3\).*at least 4"),
        (lambda: precision_recall(draw(9, 3, 0), draw(9, 3, 0), 0), "k=0"),
        (lambda: two_sample(draw(9, 3, 0) / 0, draw(9, 3, 0)), "samples has features that are no finite numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()

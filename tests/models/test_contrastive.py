"""NT-Xent against a naive double loop and a peer library's."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from lightly.loss import NTXentLoss

from gencourse.models.contrastive import nt_xent


def naive(first, second, temperature):
    z = [v / v.norm() for v in (*first, *second)]
    n, total = len(first), 0.0
    for i in range(2 * n):
        terms = {j: math.exp(float(z[i] @ z[j]) / temperature) for j in range(2 * n) if j != i}
        total -= math.log(terms[(i + n) % (2 * n)] / sum(terms.values()))
    return total / (2 * n)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(2, 20), st.floats(0.1, 2.0), st.integers(0, 10_000))
def test_it_is_the_double_loop_and_lightlys_value_and_gradient(n, width, temperature, seed):
    views = torch.randn(2, n, width, generator=torch.Generator().manual_seed(seed))
    ours, theirs = views.clone().requires_grad_(), views.clone().requires_grad_()
    loss, peer = nt_xent(*ours, temperature), NTXentLoss(temperature=temperature)(*theirs)
    torch.testing.assert_close(loss, peer, atol=1e-5, rtol=1e-5)
    assert loss.item() == pytest.approx(naive(*views.double(), temperature), abs=1e-5)
    gradients = [torch.autograd.grad(value, x)[0] for value, x in ((loss, ours), (peer, theirs))]
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-4)


def test_equal_views_cost_the_logarithm_of_the_number_of_choices():
    assert nt_xent(torch.ones(4, 3), torch.ones(4, 3)).item() == pytest.approx(math.log(7), abs=1e-6)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_a_bad_temperature_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature="):
        nt_xent(torch.ones(2, 3), torch.ones(2, 3), temperature)


def test_views_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="two alike"):
        nt_xent(torch.ones(2, 3), torch.ones(3, 3))

"""The chain rule on tables: factors are distributions, and their product is the table, in any order."""

import itertools

import torch
from hypothesis import given
from hypothesis import strategies as st

from gencourse.models.tables import factorise, multiply


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), seed=st.integers(0, 100))
def test_factors_are_distributions_and_their_product_is_the_table(sizes, seed):
    logits = torch.randn(sizes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    joint = logits.flatten().softmax(0).view(sizes)
    for order in itertools.permutations(range(len(sizes))):
        table = joint.permute(order)
        factors = factorise(table)
        assert [f.dim() for f in factors] == list(range(1, len(sizes) + 1))
        for factor in factors:
            torch.testing.assert_close(factor.sum(-1), torch.ones_like(factor.sum(-1)))
        torch.testing.assert_close(multiply(factors), table)


def test_a_factor_is_a_ratio_of_sums():
    joint = torch.tensor([[0.1, 0.3], [0.4, 0.2]])
    first, second = factorise(joint)
    torch.testing.assert_close(first, torch.tensor([0.4, 0.6]))
    torch.testing.assert_close(second, torch.tensor([[0.25, 0.75], [2 / 3, 1 / 3]]))

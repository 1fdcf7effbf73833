"""Joint distributions small enough to hold: a table with one probability for every combination of values."""

import torch
from torch import Tensor


def last_given_rest(joint: Tensor) -> Tensor:
    """p(x_T | x_1 … x_{T−1}) of all combinations, from the joint table.

    Args:
        joint: (V_1, …, V_T), probabilities that sum to 1; each is above 0.

    Returns:
        The same shape: along the last dimension each row is a distribution.
    """
    return joint / joint.sum(-1, keepdim=True)


def factorise(joint: Tensor) -> list[Tensor]:
    """The factors of the chain rule: p(x_1), p(x_2 | x_1), …, the t-th of shape (V_1, …, V_t)."""
    return [
        last_given_rest(joint.flatten(t).sum(-1)) if t < joint.dim() else last_given_rest(joint)
        for t in range(1, joint.dim() + 1)
    ]


def multiply(factors: list[Tensor]) -> Tensor:
    """The joint table that the factors make: the product, each factor spread over the variables it does not name."""
    joint = torch.ones_like(factors[-1])
    for factor in factors:
        joint = joint * factor[(..., *[None] * (joint.dim() - factor.dim()))]
    return joint

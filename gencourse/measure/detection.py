"""How good is a detector, a classifier that may decline, a guess where several answers are right?

[1] Fawcett, An Introduction to ROC Analysis, 2006.     the curve and its area, sections 5 and 7
[2] Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, 2017.     coverage and risk, section 2
"""

import torch
from torch import Tensor


def roc_curve(inside: Tensor, outside: Tensor) -> tuple[Tensor, Tensor]:
    """Accept what scores at least the threshold, for every threshold from the highest down [1].

    Args:
        inside: (N,), scores of what should be accepted. outside: (M,), of what should not.

    Returns:
        The shares of `outside` and of `inside` that are accepted, each (T + 1,), from 0 to 1.
    """
    thresholds = torch.cat([inside, outside]).unique().flip(0)  # (T,)
    accepted = [(scores >= thresholds[:, None]).float().mean(1) for scores in (outside, inside)]
    false, true = (torch.cat([torch.zeros(1), share]) for share in accepted)
    return false, true


def auroc(inside: Tensor, outside: Tensor) -> Tensor:
    """The probability that a random `inside` (N,) scores higher than a random `outside` (M,), ties counting half.

    This is the area under the ROC curve [1]: 1 for a perfect detector, ½ for one that guesses, below ½ for one that
    prefers what it should reject. A number in a tensor ().
    """
    difference = inside[:, None] - outside[None, :]  # (N, M)
    return (difference > 0).float().mean() + 0.5 * (difference == 0).float().mean()


def accuracy_at_coverage(confidence: Tensor, correct: Tensor) -> tuple[Tensor, Tensor]:
    """Answer the most confident inputs only: how many are answered, and how many of those correctly [2].

    Args:
        confidence: (N,), a score; the higher, the sooner an answer is given. correct: (N,), 1 or 0.

    Returns:
        coverage: (N,), 1/N, 2/N, … 1. accuracy: (N,), among the 1, 2, … N most confident.
    """
    order = confidence.argsort(descending=True, stable=True)
    answered = torch.arange(1, len(order) + 1)
    return answered / len(order), correct[order].float().cumsum(0) / answered

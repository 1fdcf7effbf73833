"""How good samples are as answers, where several answers are right."""

from torch import Tensor


def best_of_k(samples: Tensor, truth: Tensor) -> Tensor:
    """The mean squared error of the best of k samples, each judged as a whole.

    Args:
        samples: (B, K, D), K answers to each of B questions. truth: (B, D).

    Returns:
        (B,), the error of the answer that is nearest to the truth.
    """
    errors = ((samples - truth[:, None]) ** 2).mean(-1)  # (B, K)
    return errors.min(1).values

"""Principal components: what a linear autoencoder learns, in closed form; and how far two subspaces lie apart.

[1] Pearson, On Lines and Planes of Closest Fit to Systems of Points in Space, 1901.
[2] Björck and Golub, Numerical Methods for Computing Angles Between Linear Subspaces, 1973.
"""

import torch
from torch import Tensor


def principal_components(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The mean (P,) of x (N, P), and the k directions in which it varies most: (k, P), orthonormal rows [1]."""
    mean = x.mean(dim=0)
    directions = torch.linalg.svd(x - mean, full_matrices=False).Vh  # rows, the largest singular value first
    return mean, directions[:k]


def pca_reconstruct(x: Tensor, k: int) -> Tensor:
    """x (N, P) through its first k principal components and back: (N, P).

    No other way through k numbers by linear maps, and back, leaves a smaller squared error [1].
    """
    mean, directions = principal_components(x, k)
    codes = (x - mean) @ directions.T  # (N, k)
    return codes @ directions + mean


def principal_angles(a: Tensor, b: Tensor) -> Tensor:
    """The angles between the subspaces that the columns of a and of b span, in radians, the smallest first [2].

    Each cosine is a singular value of QₐᵀQ_b, for orthonormal bases Qₐ and Q_b. Cosines of small angles are all 1 to
    rounding; the sines, singular values of what Q_b has outside a's subspace, are not. Both are used.

    Args:
        a, b: (P, k), k independent columns each, neither orthogonal nor of length 1.

    Returns:
        (k,), from 0 (a shared direction) to π/2.
    """
    qa, qb = torch.linalg.qr(a).Q, torch.linalg.qr(b).Q  # (P, k), orthonormal columns
    within = qa.T @ qb  # (k, k)
    cosines = torch.linalg.svdvals(within)  # the largest first
    sines = torch.linalg.svdvals(qb - qa @ within).flip(0)  # the smallest first
    return torch.atan2(sines, cosines)

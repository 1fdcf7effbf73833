"""Answers to lesson 08's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy.linalg import subspace_angles
from torch.distributions import MultivariateNormal

from pool.answer import right, wrong

# squared_error


@wrong("squared_error", "the squares are averaged over channels and pixels, not summed")
def _(x, reconstruction):
    return ((x - reconstruction) ** 2).mean(dim=(1, 2, 3))


@wrong("squared_error", "the whole batch is summed into one number")
def _(x, reconstruction):
    return F.mse_loss(reconstruction, x, reduction="sum")


@wrong("squared_error", "it is the distance: the root is taken of the squared distance")
def _(x, reconstruction):
    return (reconstruction - x).flatten(1).norm(dim=1)


@wrong("squared_error", "absolute differences are summed, not squared ones")
def _(x, reconstruction):
    return (x - reconstruction).abs().sum((1, 2, 3))


@wrong("squared_error", "the difference is summed before it is squared, so that errors cancel")
def _(x, reconstruction):
    return (x - reconstruction).flatten(1).sum(1) ** 2


@right("squared_error", "einsum of the difference with itself")
def _(x, reconstruction):
    off = reconstruction - x
    return torch.einsum("bchw,bchw->b", off, off)


@right("squared_error", "image by image, a dot product in double precision")
def _(x, reconstruction):
    off = [(a - b).double().flatten() for a, b in zip(x, reconstruction, strict=True)]
    return torch.stack([d @ d for d in off])


# pca_reconstruct


@wrong("pca_reconstruct", "the mean row is not subtracted before the components are found")
def _(x, k):
    _, _, vh = torch.linalg.svd(x, full_matrices=False)
    return x @ vh[:k].T @ vh[:k]


@wrong("pca_reconstruct", "the mean is not added again")
def _(x, k):
    centred = x - x.mean(0)
    u, s, vh = torch.linalg.svd(centred, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vh[:k]


@wrong("pca_reconstruct", "eigh sorts upwards: these are the k directions of smallest variance")
def _(x, k):
    mean = x.mean(0)
    _, vectors = torch.linalg.eigh(torch.cov((x - mean).T).reshape(x.shape[1], x.shape[1]))
    v = vectors[:, :k]
    return (x - mean) @ v @ v.T + mean


@wrong("pca_reconstruct", "columns of Vᵀ are taken for the directions, which are its rows")
def _(x, k):
    mean = x.mean(0)
    _, _, vh = torch.linalg.svd(x - mean, full_matrices=True)
    v = vh[:, :k]
    return (x - mean) @ v @ v.T + mean


@wrong("pca_reconstruct", "each row's own mean is subtracted, not the mean row")
def _(x, k):
    mean = x.mean(1, keepdim=True)
    _, _, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return (x - mean) @ vh[:k].T @ vh[:k] + mean


@wrong("pca_reconstruct", "the columns are scaled to unit variance first, which finds other directions")
def _(x, k):
    mean, std = x.mean(0), x.std(0).clamp_min(1e-12)
    z = (x - mean) / std
    _, _, vh = torch.linalg.svd(z, full_matrices=False)
    return z @ vh[:k].T @ vh[:k] * std + mean


@right("pca_reconstruct", "eigenvectors of the scatter matrix in NumPy, the last k")
def _(x, k):
    rows = x.numpy()
    mean = rows.mean(0, keepdims=True)
    centred = rows - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    v = vectors[:, vectors.shape[1] - k :]
    return torch.from_numpy(mean + centred @ v @ v.T)


@right("pca_reconstruct", "the SVD with all but k singular values set to 0, in place")
def _(x, k):
    mean = x.mean(0)
    u, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    s[k:] = 0
    return torch.einsum("nr,r,rp->np", u, s, vh) + mean


# principal_angles


@wrong("principal_angles", "the columns are scaled to length 1 but not made orthogonal to one another")
def _(a, b):
    qa, qb = F.normalize(a, dim=0), F.normalize(b, dim=0)
    return torch.linalg.svdvals(qa.T @ qb).clamp(0, 1).acos()


@wrong("principal_angles", "the bases are not made orthonormal at all")
def _(a, b):
    return torch.acos(torch.linalg.svdvals(a.T @ b).clamp(-1, 1))


@wrong("principal_angles", "the largest angle comes first")
def _(a, b):
    qa, qb = torch.linalg.qr(a).Q, torch.linalg.qr(b).Q
    return torch.linalg.svdvals(qa.T @ qb).clamp(max=1).acos().flip(0)


@wrong("principal_angles", "the cosines are returned, not the angles")
def _(a, b):
    return torch.linalg.svdvals(torch.linalg.qr(a)[0].T @ torch.linalg.qr(b)[0])


@wrong("principal_angles", "the angles are in degrees")
def _(a, b):
    cosines = torch.linalg.svdvals(torch.linalg.qr(a)[0].mT @ torch.linalg.qr(b)[0])
    return torch.rad2deg(cosines.clamp(-1, 1).acos())


@wrong("principal_angles", "the angles between the basis vectors pair by pair, which depend on the bases chosen")
def _(a, b):
    qa, qb = torch.linalg.qr(a).Q, torch.linalg.qr(b).Q
    return (qa * qb).sum(0).abs().clamp(max=1).acos().sort().values


@right("principal_angles", "SciPy's subspace_angles, turned round")
def _(a, b):
    return torch.from_numpy(subspace_angles(a.numpy(), b.numpy())[::-1].copy())


@right("principal_angles", "bases from an SVD, cosines as roots of eigenvalues")
def _(a, b):
    qa = torch.linalg.svd(a, full_matrices=False).U
    qb = torch.linalg.svd(b, full_matrices=False).U
    overlap = qa.T @ qb
    squared = torch.linalg.eigvalsh(overlap @ overlap.T).flip(0)
    return squared.clamp(0, 1).sqrt().acos()


# sample_like


@wrong("sample_like", "the covariance is divided by N − 1")
def _(codes, noise):
    lower = torch.linalg.cholesky(torch.cov(codes.T).reshape(codes.shape[1], codes.shape[1]))
    return codes.mean(0) + noise @ lower.T


@wrong("sample_like", "L is not transposed for rows of noise")
def _(codes, noise):
    centred = codes - codes.mean(0)
    lower = torch.linalg.cholesky(centred.T @ centred / len(codes))
    return codes.mean(0) + noise @ lower


@wrong("sample_like", "the latents are taken to be independent: only their standard deviations are used")
def _(codes, noise):
    return codes.mean(0) + codes.std(0, correction=0) * noise


@wrong("sample_like", "the noise is multiplied with the covariance, not with its Cholesky factor")
def _(codes, noise):
    centred = codes - codes.mean(0)
    return codes.mean(0) + noise @ (centred.T @ centred / len(codes))


@wrong("sample_like", "the symmetric root of the covariance stands in for L")
def _(codes, noise):
    centred = codes - codes.mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(codes))
    return codes.mean(0) + noise @ (vectors * values.clamp_min(0).sqrt()) @ vectors.T


@wrong("sample_like", "the draws lie about 0: the mean is not added")
def _(codes, noise):
    centred = codes - codes.mean(0)
    lower = torch.linalg.cholesky(centred.T @ centred / len(codes))
    return torch.einsum("ij,nj->ni", lower, noise)


@right("sample_like", "torch.distributions' own factor of the covariance")
def _(codes, noise):
    covariance = torch.cov(codes.T, correction=0).reshape(codes.shape[1], codes.shape[1])
    fitted = MultivariateNormal(codes.mean(0), covariance)
    return fitted.loc + (fitted.scale_tril @ noise.unsqueeze(-1)).squeeze(-1)


@right("sample_like", "a Cholesky decomposition by hand, in Python's floats")
def _(codes, noise):
    rows = codes.tolist()
    n, d = codes.shape
    mean = [sum(row[i] for row in rows) / n for i in range(d)]
    cov = [[sum((r[i] - mean[i]) * (r[j] - mean[j]) for r in rows) / n for j in range(d)] for i in range(d)]
    lower = [[0.0] * d for _ in range(d)]
    for i in range(d):
        for j in range(i + 1):
            rest = cov[i][j] - sum(lower[i][t] * lower[j][t] for t in range(j))
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    draws = [[mean[i] + sum(lower[i][j] * e[j] for j in range(d)) for i in range(d)] for e in noise.tolist()]
    return torch.tensor(draws)

"""Answers to lesson 10's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from pool.answer import right, wrong

# gaussian_kl


@wrong("gaussian_kl", "the KL is taken the other way round, from p to q")
def _(mean, log_var, prior_mean, prior_log_var):
    q = Normal(mean, (log_var / 2).exp())
    return kl_divergence(Normal(prior_mean, (prior_log_var / 2).exp()), q).sum(1)


@wrong("gaussian_kl", "exp(log_var) is taken for the standard deviation, but it is the variance")
def _(mean, log_var, prior_mean, prior_log_var):
    return kl_divergence(Normal(mean, log_var.exp()), Normal(prior_mean, prior_log_var.exp())).sum(1)


@wrong("gaussian_kl", "the prior is taken to be N(0, I), whatever it is")
def _(mean, log_var, prior_mean, prior_log_var):
    return -0.5 * (1 + log_var - mean**2 - log_var.exp()).sum(-1)


@wrong("gaussian_kl", "the latents are averaged, not summed")
def _(mean, log_var, prior_mean, prior_log_var):
    ratio = torch.exp(log_var - prior_log_var)
    distance = (mean - prior_mean) ** 2 / prior_log_var.exp()
    return 0.5 * (ratio + distance - 1 - log_var + prior_log_var).mean(-1)


@wrong("gaussian_kl", "the squared difference of the means is not divided by the prior's variance")
def _(mean, log_var, prior_mean, prior_log_var):
    ratio = torch.exp(log_var - prior_log_var)
    return 0.5 * (ratio - 1 - (log_var - prior_log_var) + (mean - prior_mean) ** 2).sum(1)


@wrong("gaussian_kl", "the factor ½ stands only before the first terms, and not before the logarithms")
def _(mean, log_var, prior_mean, prior_log_var):
    spread = (log_var.exp() + (mean - prior_mean) ** 2) / (2 * prior_log_var.exp())
    return (prior_log_var - log_var + spread - 0.5).sum(1)


@right("gaussian_kl", "torch.distributions")
def _(mean, log_var, prior_mean, prior_log_var):
    q = Independent(Normal(mean, torch.exp(0.5 * log_var)), 1)
    return kl_divergence(q, Independent(Normal(prior_mean, torch.exp(0.5 * prior_log_var)), 1))


@right("gaussian_kl", "latent by latent, with σ itself")
def _(mean, log_var, prior_mean, prior_log_var):
    total = torch.zeros_like(mean[:, 0])
    for d in range(mean.shape[1]):
        sigma, prior_sigma = log_var[:, d].exp().sqrt(), prior_log_var[:, d].exp().sqrt()
        off = mean[:, d] - prior_mean[:, d]
        total = total + torch.log(prior_sigma / sigma) + (sigma**2 + off**2) / (2 * prior_sigma**2) - 0.5
    return total


# elbo_terms


def _kl(mean, log_var):
    return 0.5 * (mean**2 + log_var.exp() - 1 - log_var).sum(1)


@wrong("elbo_terms", "binary_cross_entropy of the sigmoid bounds a pixel's cost at 100 nats and loses its gradient")
def _(x, logits, mean, log_var):
    cost = F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none").flatten(1).sum(1)
    kl = _kl(mean, log_var)
    return -cost - kl, -cost, kl


@wrong("elbo_terms", "the reconstruction is the cost: its sign is the wrong way round")
def _(x, logits, mean, log_var):
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum((1, 2, 3))
    kl = _kl(mean, log_var)
    return reconstruction - kl, reconstruction, kl


@wrong("elbo_terms", "the pixels are averaged, not summed, so that the KL weighs far too much")
def _(x, logits, mean, log_var):
    reconstruction = Bernoulli(logits=logits).log_prob(x).flatten(1).mean(1)
    kl = _kl(mean, log_var)
    return reconstruction - kl, reconstruction, kl


@wrong("elbo_terms", "the KL is added to the reconstruction, not taken off")
def _(x, logits, mean, log_var):
    reconstruction = Bernoulli(logits=logits).log_prob(x).sum((1, 2, 3))
    kl = _kl(mean, log_var)
    return reconstruction + kl, reconstruction, kl


@wrong("elbo_terms", "exp(log_var) is taken for the standard deviation in the KL")
def _(x, logits, mean, log_var):
    reconstruction = Bernoulli(logits=logits).log_prob(x).sum((1, 2, 3))
    kl = kl_divergence(Normal(mean, log_var.exp()), Normal(0.0, 1.0)).sum(1)
    return reconstruction - kl, reconstruction, kl


@wrong("elbo_terms", "the logarithm of a probability that the sigmoid has already rounded to 0 or 1")
def _(x, logits, mean, log_var):
    p = torch.sigmoid(logits)
    reconstruction = torch.where(x == 1, p, 1 - p).log().flatten(1).sum(1)
    kl = _kl(mean, log_var)
    return reconstruction - kl, reconstruction, kl


@wrong("elbo_terms", "the squared error of the probabilities stands in for the log-probability")
def _(x, logits, mean, log_var):
    reconstruction = -((x - logits.sigmoid()) ** 2).sum(dim=(1, 2, 3))
    kl = _kl(mean, log_var)
    return reconstruction - kl, reconstruction, kl


@wrong("elbo_terms", "the KL has the wrong sign: it is what is usually written with −½ before it")
def _(x, logits, mean, log_var):
    reconstruction = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    kl = 0.5 * torch.sum(1 + log_var - mean.pow(2) - log_var.exp(), dim=1)
    return reconstruction - kl, reconstruction, kl


@right("elbo_terms", "torch.distributions for both terms")
def _(x, logits, mean, log_var):
    reconstruction = Independent(Bernoulli(logits=logits), 3).log_prob(x)
    kl = kl_divergence(Normal(mean, (log_var / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    return reconstruction - kl, reconstruction, kl


@right("elbo_terms", "x · logit − softplus(logit) of each pixel, summed by einsum")
def _(x, logits, mean, log_var):
    reconstruction = torch.einsum("bchw->b", x * logits - F.softplus(logits))
    kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(-1)
    return reconstruction - kl, reconstruction, kl


# reparameterise


@wrong("reparameterise", "the noise is multiplied by the variance, not by the standard deviation")
def _(mean, log_var, noise):
    return mean + log_var.exp() * noise


@wrong("reparameterise", "the noise is multiplied by log σ² itself")
def _(mean, log_var, noise):
    return torch.addcmul(mean, log_var, noise)


@wrong("reparameterise", "the noise is divided by σ")
def _(mean, log_var, noise):
    return mean + noise * torch.exp(-0.5 * log_var)


@wrong("reparameterise", "σ is detached, so that no gradient flows to log_var")
def _(mean, log_var, noise):
    with torch.no_grad():
        sigma = (0.5 * log_var).exp()
    return mean + sigma * noise


@wrong("reparameterise", "the noise is subtracted, so that more noise gives a smaller number")
def _(mean, log_var, noise):
    return mean - torch.exp(log_var / 2) * noise


@wrong("reparameterise", "the root is taken of log σ², before exp")
def _(mean, log_var, noise):
    return mean + log_var.abs().sqrt().exp() * noise


@right("reparameterise", "torch.distributions' affine transform of the noise")
def _(mean, log_var, noise):
    shift = torch.distributions.AffineTransform(mean, log_var.exp().sqrt())
    return shift(noise)


@right("reparameterise", "number by number, in double precision")
def _(mean, log_var, noise):
    pairs = zip(mean.flatten(), log_var.flatten(), noise.flatten(), strict=True)
    flat = [m.double() + math.e ** (v.double() / 2) * e.double() for m, v, e in pairs]
    return torch.stack(flat).view(mean.shape)


# iwae_bound


@wrong("iwae_bound", "exp overflows or underflows: the largest log-weight is not taken off first")
def _(log_weights):
    return log_weights.exp().mean(0).log()


@wrong("iwae_bound", "the log-weights are averaged: that is the ELBO")
def _(log_weights):
    return log_weights.mean(0)


@wrong("iwae_bound", "it is the sum of the weights: log K is not taken off")
def _(log_weights):
    return torch.logsumexp(log_weights, dim=0)


@wrong("iwae_bound", "the largest log-weight of the whole batch is taken off, and the other images underflow")
def _(log_weights):
    top = log_weights.max().detach()
    return top + torch.log(torch.exp(log_weights - top).mean(0))


@wrong("iwae_bound", "the log-weights are averaged under their own normalised weights")
def _(log_weights):
    return (log_weights.softmax(0) * log_weights).sum(0)


@wrong("iwae_bound", "the number of images is taken off, not that of the samples")
def _(log_weights):
    return log_weights.logsumexp(0) - math.log(log_weights.shape[1])


@right("iwae_bound", "one sample after another, with logaddexp")
def _(log_weights):
    total = log_weights[0]
    for more in log_weights[1:]:
        total = torch.logaddexp(total, more)
    return total - math.log(len(log_weights))


@right("iwae_bound", "each image's own largest log-weight is taken off, in double precision")
def _(log_weights):
    top = log_weights.detach().double().amax(0, keepdim=True)
    return ((log_weights - top).exp().mean(0).log() + top).squeeze(0)


# traverse


@wrong("traverse", "the values are added to the coordinate, not put in its place")
def _(z, dim, values):
    codes = z.repeat(len(values), 1)
    codes[:, dim] += values
    return codes


@wrong("traverse", "the coordinates are counted from 1")
def _(z, dim, values):
    codes = z.repeat(len(values), 1)
    codes[:, dim - 1] = values
    return codes


@wrong("traverse", "every row is z itself, so that all show the last value and z is changed")
def _(z, dim, values):
    rows = []
    for value in values:
        z[dim] = value
        rows.append(z)
    return torch.stack(rows)


@wrong("traverse", "z itself is changed on the way, though the copies are right")
def _(z, dim, values):
    rows = []
    for value in values:
        z[dim] = value
        rows.append(z.clone())
    return torch.stack(rows)


@wrong("traverse", "the other coordinates are set to 0, not left as they were")
def _(z, dim, values):
    codes = torch.zeros(len(values), len(z), dtype=z.dtype)
    codes[:, dim] = values
    return codes


@wrong("traverse", "the result is transposed: a column for each value")
def _(z, dim, values):
    codes = z.unsqueeze(1).repeat(1, len(values))
    codes[dim] = values
    return codes


@right("traverse", "what stands before, the value and what stands after, concatenated")
def _(z, dim, values):
    v = len(values)
    return torch.cat([z[:dim].expand(v, -1), values[:, None], z[dim + 1 :].expand(v, -1)], dim=1)


@right("traverse", "an outer product with the axis, in NumPy")
def _(z, dim, values):
    axis = np.eye(len(z))[dim]
    codes = (1 - axis) * z.numpy() + np.outer(values.numpy(), axis)
    return torch.from_numpy(codes)

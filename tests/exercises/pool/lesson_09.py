"""Answers to lesson 09's exercises, written from the cards alone."""

import math
import statistics

import numpy as np
import torch
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from torch.distributions import Independent, MultivariateNormal, Normal, kl_divergence

from pool.answer import right, wrong

LOG_2PI = math.log(2 * math.pi)

# log_joint


@wrong("log_joint", "the prior of z is left out: it is log p(x | z)")
def _(x, z, weight, bias, sigma):
    return Normal(z @ weight.T + bias, sigma).log_prob(x).sum(1)


@wrong("log_joint", "the constants with 2π are left out")
def _(x, z, weight, bias, sigma):
    off = x - (z @ weight.T + bias)
    return -0.5 * (z**2).sum(1) - (off**2).sum(1) / (2 * sigma**2) - x.shape[1] * math.log(sigma)


@wrong("log_joint", "log σ is counted once, not once for each of the P numbers of x")
def _(x, z, weight, bias, sigma):
    off = x - z @ weight.T - bias
    prior = -0.5 * (z * z).sum(1) - 0.5 * z.shape[1] * LOG_2PI
    return prior - 0.5 * (off * off).sum(1) / sigma**2 - 0.5 * x.shape[1] * LOG_2PI - math.log(sigma)


@wrong("log_joint", "σ is taken for the variance")
def _(x, z, weight, bias, sigma):
    prior = Normal(0.0, 1.0).log_prob(z).sum(1)
    return prior + Normal(z @ weight.T + bias, sigma**0.5).log_prob(x).sum(1)


@wrong("log_joint", "the log-densities are averaged over the dimensions, not summed")
def _(x, z, weight, bias, sigma):
    likelihood = Normal(torch.einsum("pd,bd->bp", weight, z) + bias, sigma).log_prob(x)
    return Normal(0.0, 1.0).log_prob(z).mean(-1) + likelihood.mean(-1)


@wrong("log_joint", "the bias is left out of the mean of x")
def _(x, z, weight, bias, sigma):
    prior = Independent(Normal(torch.zeros_like(z), 1.0), 1)
    return prior.log_prob(z) + Independent(Normal(z @ weight.T, sigma), 1).log_prob(x)


@right("log_joint", "SciPy's densities, pair by pair")
def _(x, z, weight, bias, sigma):
    w, b = weight.double().numpy(), bias.double().numpy()
    values = []
    for one, code in zip(x.double().numpy(), z.double().numpy(), strict=True):
        prior = multivariate_normal.logpdf(code, np.zeros(len(code)))
        values.append(prior + multivariate_normal.logpdf(one, w @ code + b, sigma**2))
    return torch.tensor(values)


@right("log_joint", "one Gaussian of the standardised residuals, with log σ taken off P times")
def _(x, z, weight, bias, sigma):
    residuals = torch.cat([z, (x - torch.nn.functional.linear(z, weight, bias)) / sigma], dim=1)
    return -0.5 * (residuals.square() + LOG_2PI).sum(1) - x.shape[1] * math.log(sigma)


# prior_estimate


@wrong("prior_estimate", "the likelihoods are averaged before the logarithm, and all underflow where σ is small")
def _(x, means, sigma):
    log_p = Normal(means, sigma).log_prob(x[:, None]).sum(-1)  # (B, K)
    return log_p.exp().mean(1).log()


@wrong("prior_estimate", "the log-likelihoods are averaged, which bounds the log of their average from below")
def _(x, means, sigma):
    return Normal(means, sigma).log_prob(x[:, None]).sum(-1).mean(1)


@wrong("prior_estimate", "it is the sum of the likelihoods: log K is not taken off")
def _(x, means, sigma):
    squared = ((x[:, None] - means[None]) ** 2).sum(-1)
    constant = 0.5 * x.shape[1] * math.log(2 * math.pi * sigma**2)
    return torch.logsumexp(-squared / (2 * sigma**2) - constant, dim=1)


@wrong("prior_estimate", "the Gaussian's constants are left out")
def _(x, means, sigma):
    squared = ((x[:, None] - means[None]) ** 2).sum(-1)
    return torch.logsumexp(-squared / (2 * sigma**2), dim=1) - math.log(len(means))


@wrong("prior_estimate", "only the best draw counts: the maximum stands in for the average")
def _(x, means, sigma):
    log_p = Normal(means, sigma).log_prob(x[:, None]).sum(-1)
    return log_p.max(1).values - math.log(len(means))


@wrong("prior_estimate", "the average runs over the dimensions of x separately, which are not independent over draws")
def _(x, means, sigma):
    log_p = Normal(means, sigma).log_prob(x[:, None])  # (B, K, P)
    return (torch.logsumexp(log_p, dim=1) - math.log(len(means))).sum(-1)


@right("prior_estimate", "SciPy's logsumexp with weights 1/K, x by x")
def _(x, means, sigma):
    x, means = x.double().numpy(), means.double().numpy()
    k, p = means.shape
    values = []
    for one in x:
        log_p = -((one - means) ** 2).sum(1) / (2 * sigma**2) - p * math.log(sigma) - p / 2 * LOG_2PI
        values.append(logsumexp(log_p, b=np.full(k, 1 / k)))
    return torch.tensor(values)


@right("prior_estimate", "torch.distributions: a mixture of K equal parts")
def _(x, means, sigma):
    parts = Independent(Normal(means, sigma), 1)
    equal = torch.distributions.Categorical(logits=torch.zeros(len(means), dtype=means.dtype))
    return torch.distributions.MixtureSameFamily(equal, parts).log_prob(x)


# linear_gaussian_posterior


@wrong("linear_gaussian_posterior", "the prior's precision I is left out")
def _(x, weight, bias, sigma):
    covariance = torch.linalg.pinv(weight.T @ weight / sigma**2)
    return (x - bias) @ weight @ covariance / sigma**2, covariance


@wrong("linear_gaussian_posterior", "σ is not squared")
def _(x, weight, bias, sigma):
    eye = torch.eye(weight.shape[1], dtype=weight.dtype)
    covariance = torch.linalg.inv(eye + weight.T @ weight / sigma)
    return (x - bias) @ weight @ covariance / sigma, covariance


@wrong("linear_gaussian_posterior", "the bias is not subtracted from x")
def _(x, weight, bias, sigma):
    eye = torch.eye(weight.shape[1], dtype=weight.dtype)
    covariance = torch.linalg.inv(eye + weight.T @ weight / sigma**2)
    return x @ weight @ covariance / sigma**2, covariance


@wrong("linear_gaussian_posterior", "the precision is returned for the covariance")
def _(x, weight, bias, sigma):
    precision = torch.eye(weight.shape[1], dtype=weight.dtype) + weight.T @ weight / sigma**2
    mean = torch.linalg.solve(precision, weight.T @ (x - bias).T / sigma**2).T
    return mean, precision


@wrong("linear_gaussian_posterior", "the mean lacks its 1/σ²")
def _(x, weight, bias, sigma):
    eye = torch.eye(weight.shape[1], dtype=weight.dtype)
    covariance = torch.linalg.inv(eye + weight.T @ weight / sigma**2)
    return torch.einsum("ij,pj,bp->bi", covariance, weight, x - bias), covariance


@wrong("linear_gaussian_posterior", "the inverse of WᵀW + σ² I is the covariance only when multiplied by σ²")
def _(x, weight, bias, sigma):
    m = weight.T @ weight + sigma**2 * torch.eye(weight.shape[1], dtype=weight.dtype)
    inverse = torch.linalg.inv(m)
    return (x - bias) @ weight @ inverse, inverse


@right("linear_gaussian_posterior", "z and x as one Gaussian, conditioned on x")
def _(x, weight, bias, sigma):
    w = weight.double()
    marginal = w @ w.T + sigma**2 * torch.eye(len(w), dtype=torch.float64)
    gain = torch.linalg.solve(marginal, w).T  # (D, P)
    return (x - bias).double() @ gain.T, torch.eye(w.shape[1], dtype=torch.float64) - gain @ w


@right("linear_gaussian_posterior", "ridge regression of x − b on W, one x at a time, in NumPy")
def _(x, weight, bias, sigma):
    w = weight.double().numpy()
    stacked = np.concatenate([w / sigma, np.eye(w.shape[1])])
    means = []
    for one in (x - bias).double().numpy():
        target = np.concatenate([one / sigma, np.zeros(w.shape[1])])
        means.append(np.linalg.lstsq(stacked, target, rcond=None)[0])
    return torch.tensor(np.array(means)), torch.from_numpy(np.linalg.inv(stacked.T @ stacked))


# sampled_elbo


@wrong("sampled_elbo", "the weights are averaged before the logarithm: this is the importance-weighted bound")
def _(log_joint, z, mean, log_var):
    log_q = Normal(mean, (log_var / 2).exp()).log_prob(z).sum(-1)
    return torch.logsumexp(log_joint - log_q, 0) - math.log(len(z))


@wrong("sampled_elbo", "log q is added where it should be taken off")
def _(log_joint, z, mean, log_var):
    log_q = Normal(mean, (log_var / 2).exp()).log_prob(z).sum(-1)
    return (log_joint + log_q).mean(0)


@wrong("sampled_elbo", "exp(log_var) is taken for the standard deviation, but it is the variance")
def _(log_joint, z, mean, log_var):
    log_q = Normal(mean, log_var.exp()).log_prob(z).sum(-1)
    return (log_joint - log_q).mean(0)


@wrong("sampled_elbo", "the entropy of q is put in in closed form, where the samples' own log q was asked for")
def _(log_joint, z, mean, log_var):
    entropy = 0.5 * (log_var + LOG_2PI + 1).sum(-1)
    return log_joint.mean(0) + entropy


@wrong("sampled_elbo", "the constant ½ log 2π of each latent is left out of log q")
def _(log_joint, z, mean, log_var):
    log_q = -0.5 * ((z - mean) ** 2 / log_var.exp() + log_var).sum(-1)
    return (log_joint - log_q).mean(0)


@wrong("sampled_elbo", "the samples are summed, not averaged")
def _(log_joint, z, mean, log_var):
    total = 0
    for joint, sample in zip(log_joint, z, strict=True):
        total = total + joint - Normal(mean, torch.exp(0.5 * log_var)).log_prob(sample).sum(1)
    return total


@wrong("sampled_elbo", "log q is detached, so that no gradient reaches mean and log_var through it")
def _(log_joint, z, mean, log_var):
    with torch.no_grad():
        log_q = Normal(mean, torch.exp(0.5 * log_var)).log_prob(z).sum(-1)
    return (log_joint - log_q).mean(0)


@right("sampled_elbo", "torch.distributions with a diagonal covariance matrix")
def _(log_joint, z, mean, log_var):
    q = MultivariateNormal(mean, torch.diag_embed(log_var.exp()))
    return torch.mean(log_joint - q.log_prob(z), dim=0)


@right("sampled_elbo", "a loop over the samples, the density written out")
def _(log_joint, z, mean, log_var):
    total = torch.zeros_like(log_joint[0])
    for k in range(z.shape[0]):
        squared = (z[k] - mean).square() * torch.exp(-log_var)
        total = total + log_joint[k] + 0.5 * (squared + log_var + LOG_2PI).sum(-1)
    return total / z.shape[0]


# sampled_kl


@wrong("sampled_kl", "the sign is wrong: it is log p − log q")
def _(log_q, log_p):
    off = log_p - log_q
    return off.mean(0), off.std(0) / math.sqrt(len(off))


@wrong("sampled_kl", "the standard deviation divides by K, not by K − 1")
def _(log_q, log_p):
    off = log_q - log_p
    return off.mean(0), off.std(0, correction=0) / math.sqrt(len(off))


@wrong("sampled_kl", "the standard deviation of a sample is returned, not the error of the mean")
def _(log_q, log_p):
    return (log_q - log_p).mean(0), (log_q - log_p).std(0)


@wrong("sampled_kl", "the samples are weighted with q once more, though they were drawn from it")
def _(log_q, log_p):
    terms = log_q.exp() * (log_q - log_p)
    return terms.sum(0), terms.std(0) / len(terms) ** 0.5


@wrong("sampled_kl", "the error takes log q and log p for independent, though each pair is of one sample")
def _(log_q, log_p):
    error = torch.sqrt((log_q.var(0) + log_p.var(0)) / log_q.shape[0])
    return log_q.mean(0) - log_p.mean(0), error


@wrong("sampled_kl", "an estimate below 0 is set to 0, which biases it")
def _(log_q, log_p):
    off = log_q - log_p
    return off.mean(0).clamp(min=0), off.std(0) / math.sqrt(len(off))


@right("sampled_kl", "plain Python's statistics, pair by pair")
def _(log_q, log_p):
    columns = (log_q.double() - log_p.double()).T.tolist()
    errors = [statistics.stdev(column) / math.sqrt(len(column)) for column in columns]
    return torch.tensor([statistics.fmean(column) for column in columns]), torch.tensor(errors)


@right("sampled_kl", "the variance of the mean, in one expression")
def _(log_q, log_p):
    off = log_q - log_p
    k = off.shape[0]
    mean = off.sum(0) / k
    return mean, (((off - mean) ** 2).sum(0) / (k * (k - 1))) ** 0.5


# gap


def _full(log_var):
    return torch.diag_embed(log_var.exp())


@wrong("gap", "the KL is taken the other way round, from the posterior to q")
def _(mean, log_var, posterior_mean, posterior_covariance):
    q = MultivariateNormal(mean, _full(log_var))
    return kl_divergence(MultivariateNormal(posterior_mean, posterior_covariance), q)


@wrong("gap", "only the posterior's variances are used, and its covariances are dropped")
def _(mean, log_var, posterior_mean, posterior_covariance):
    q = Normal(mean, (0.5 * log_var).exp())
    return kl_divergence(q, Normal(posterior_mean, posterior_covariance.diagonal().sqrt())).sum(-1)


@wrong("gap", "the −D is missing: the KL of a Gaussian to itself is not 0")
def _(mean, log_var, posterior_mean, posterior_covariance):
    precision = torch.linalg.inv(posterior_covariance)
    off = posterior_mean - mean
    trace = (precision.diagonal() * log_var.exp()).sum(-1)
    distance = torch.einsum("bi,ij,bj->b", off, precision, off)
    return 0.5 * (trace + distance + torch.logdet(posterior_covariance) - log_var.sum(-1))


@wrong("gap", "the difference of the log-determinants has the wrong sign")
def _(mean, log_var, posterior_mean, posterior_covariance):
    precision = torch.linalg.inv(posterior_covariance)
    off = posterior_mean - mean
    trace = (precision.diagonal() * log_var.exp()).sum(-1)
    distance = ((off @ precision) * off).sum(-1)
    logs = log_var.sum(-1) - torch.logdet(posterior_covariance)
    return 0.5 * (trace + distance - mean.shape[1] + logs)


@wrong("gap", "the factor ½ is missing")
def _(mean, log_var, posterior_mean, posterior_covariance):
    off = (posterior_mean - mean).unsqueeze(-1)
    trace = torch.linalg.solve(posterior_covariance, _full(log_var)).diagonal(dim1=1, dim2=2).sum(1)
    distance = (off * torch.linalg.solve(posterior_covariance, off)).sum((1, 2))
    return trace + distance - mean.shape[1] + torch.logdet(posterior_covariance) - log_var.sum(1)


@wrong("gap", "exp(log_var) is taken for the standard deviation, but it is the variance")
def _(mean, log_var, posterior_mean, posterior_covariance):
    q = MultivariateNormal(mean, scale_tril=_full(log_var))
    return kl_divergence(q, MultivariateNormal(posterior_mean, posterior_covariance))


@wrong("gap", "the posterior's covariance is given where its Cholesky factor belongs")
def _(mean, log_var, posterior_mean, posterior_covariance):
    q = MultivariateNormal(mean, scale_tril=_full(0.5 * log_var))
    return kl_divergence(q, MultivariateNormal(posterior_mean, scale_tril=posterior_covariance.tril()))


@right("gap", "torch.distributions of full covariances, in double precision")
def _(mean, log_var, posterior_mean, posterior_covariance):
    q = MultivariateNormal(mean.double(), _full(log_var.double()))
    return kl_divergence(q, MultivariateNormal(posterior_mean.double(), posterior_covariance.double()))


@right("gap", "NumPy in the posterior's eigenbasis, x by x")
def _(mean, log_var, posterior_mean, posterior_covariance):
    values, vectors = np.linalg.eigh(posterior_covariance.double().numpy())
    result = []
    for m, s, p in zip(mean.double().numpy(), log_var.double().numpy(), posterior_mean.double().numpy(), strict=True):
        spread = (vectors**2).T @ np.exp(s)  # q's variances along the eigenvectors
        off = vectors.T @ (m - p)
        result.append(0.5 * np.sum((spread + off**2) / values - 1 + np.log(values) - s))
    return torch.tensor(np.array(result))

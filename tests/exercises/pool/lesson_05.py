"""Answers to lesson 05's exercises, written from the cards alone."""

import math
import statistics

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Binomial, Categorical, Normal

from pool.answer import right, wrong

# coin_log_likelihood


@wrong("coin_log_likelihood", "the probabilities are multiplied before the logarithm, and underflow for many flips")
def _(flips, p):
    each = torch.where(flips[:, None] == 1, p, 1 - p)  # (N, K)
    return each.prod(0).log()


@wrong("coin_log_likelihood", "the log-probabilities are averaged over the flips, not summed")
def _(flips, p):
    heads = flips[:, None]
    return (heads * torch.log(p) + (1 - heads) * torch.log(1 - p)).mean(0)


@wrong("coin_log_likelihood", "it is the probability of the number of heads, whatever their order: a binomial")
def _(flips, p):
    return Binomial(len(flips), probs=p).log_prob(flips.sum())


@wrong("coin_log_likelihood", "only the heads count; the tails' log(1 − p) is left out")
def _(flips, p):
    return torch.einsum("n,k->k", flips.to(p.dtype), p.log())


@wrong("coin_log_likelihood", "the logarithm is to base 2: bits, not nats")
def _(flips, p):
    heads = flips.sum()
    tails = len(flips) - heads
    return heads * p.log2() + tails * (1 - p).log2()


@right("coin_log_likelihood", "torch.distributions, all pairs of flip and coin")
def _(flips, p):
    return Bernoulli(probs=p).log_prob(flips[:, None].to(p.dtype)).sum(0)


@right("coin_log_likelihood", "counts, one coin after another, in double precision")
def _(flips, p):
    heads = int(flips.sum())
    tails = flips.numel() - heads
    return torch.stack([heads * c.double().log() + tails * torch.log1p(-c.double()) for c in p])


# gaussian_mle


@wrong("gaussian_mle", "the variance divides by N − 1, which is not the most likely one, and nan where N is 1")
def _(x):
    return x.mean(), x.var()


@wrong("gaussian_mle", "the standard deviation is returned for the variance")
def _(x):
    mean = x.sum() / len(x)
    return mean, ((x - mean) ** 2).mean().sqrt()


@wrong("gaussian_mle", "the mean square is returned, not taken about the mean")
def _(x):
    return torch.mean(x), torch.mean(x * x)


@wrong("gaussian_mle", "the two are returned in the wrong order: variance, then mean")
def _(x):
    return torch.var_mean(x, correction=0)


@wrong("gaussian_mle", "the squared deviations are summed and never divided by N")
def _(x):
    mean, total = x.mean(), 0
    for number in x:
        total = total + (number - mean) ** 2
    return mean, total


@right("gaussian_mle", "plain Python's statistics")
def _(x):
    numbers = x.tolist()
    return torch.tensor(statistics.fmean(numbers)), torch.tensor(statistics.pvariance(numbers))


@right("gaussian_mle", "NumPy, whose var divides by N")
def _(x):
    numbers = x.double().numpy()
    return torch.tensor(numbers.mean()), torch.tensor(np.var(numbers))


# gaussian_score


@wrong("gaussian_score", "the second slope is with respect to σ, not to log σ: a factor σ is missing")
def _(x, mean, log_scale):
    sigma = log_scale.exp()
    off = x[:, None] - mean
    return (off / sigma**2).sum(0), (off**2 / sigma**3 - 1 / sigma).sum(0)


@wrong("gaussian_score", "the slopes are averaged over the numbers, not summed")
def _(x, mean, log_scale):
    z = (x.unsqueeze(1) - mean) / log_scale.exp()
    return (z / log_scale.exp()).mean(0), (z**2 - 1).mean(0)


@wrong("gaussian_score", "the slopes are those of the negative log-likelihood: the signs are wrong")
def _(x, mean, log_scale):
    variance = torch.exp(2 * log_scale)
    off = mean - x[:, None]
    return (off / variance).sum(0), (1 - off**2 / variance).sum(0)


@wrong("gaussian_score", "exp(log_scale) is taken for the variance, but it is σ")
def _(x, mean, log_scale):
    variance = log_scale.exp()
    off = x[:, None] - mean
    return (off / variance).sum(0), (off.square() / variance - 1).sum(0)


@wrong("gaussian_score", "the −1 of the normaliser is counted once, not once for each of the N numbers")
def _(x, mean, log_scale):
    precision = torch.exp(-2 * log_scale)
    off = x[:, None] - mean
    return precision * off.sum(0), precision * (off**2).sum(0) - 1


@right("gaussian_score", "autograd through torch.distributions")
def _(x, mean, log_scale):
    with torch.enable_grad():
        m = mean.detach().clone().requires_grad_()
        s = log_scale.detach().clone().requires_grad_()
        total = Normal(m, s.exp()).log_prob(x[:, None]).sum()
        return torch.autograd.grad(total, (m, s))


@right("gaussian_score", "two plain loops in Python's floats")
def _(x, mean, log_scale):
    to_mean, to_scale = [], []
    for m, s in zip(mean.tolist(), log_scale.tolist(), strict=True):
        variance = math.exp(2 * s)
        to_mean.append(sum((number - m) / variance for number in x.tolist()))
        to_scale.append(sum((number - m) ** 2 / variance - 1 for number in x.tolist()))
    return torch.tensor(to_mean), torch.tensor(to_scale)


# em_step


@wrong("em_step", "the responsibilities leave out the mixture's weights")
def _(x, weights, mean, variance):
    r = Normal(mean, variance.sqrt()).log_prob(x[:, None]).softmax(1)
    n = r.sum(0)
    new_mean = (r * x[:, None]).sum(0) / n
    return n / len(x), new_mean, (r * (x[:, None] - new_mean) ** 2).sum(0) / n


@wrong("em_step", "each point is given wholly to its likeliest component, as k-means does")
def _(x, weights, mean, variance):
    score = weights.log() + Normal(mean, variance.sqrt()).log_prob(x[:, None])
    r = F.one_hot(score.argmax(1), len(mean)).to(x.dtype)
    n = r.sum(0)
    new_mean = r.T @ x / n
    return n / len(x), new_mean, (r * (x[:, None] - new_mean) ** 2).sum(0) / n


@wrong("em_step", "the new variance is taken about the old mean")
def _(x, weights, mean, variance):
    off = (x[:, None] - mean) ** 2
    r = torch.softmax(weights.log() - 0.5 * variance.log() - off / (2 * variance), dim=1)
    n = r.sum(0)
    return n / n.sum(), r.T @ x / n, (r * off).sum(0) / n


@wrong("em_step", "the sums are divided by N for every component, not by the component's own share of the points")
def _(x, weights, mean, variance):
    r = (weights.log() + Normal(mean, variance**0.5).log_prob(x[:, None])).softmax(-1)
    new_mean = (r * x[:, None]).mean(0)
    return r.mean(0), new_mean, (r * (x[:, None] - new_mean) ** 2).mean(0)


@wrong("em_step", "the densities lack their 1/σ, which matters where the variances differ")
def _(x, weights, mean, variance):
    r = torch.softmax(weights.log() - (x[:, None] - mean) ** 2 / (2 * variance), dim=1)
    n = r.sum(0)
    new_mean = torch.einsum("nk,n->k", r, x) / n
    return n / len(x), new_mean, torch.einsum("nk,nk->k", r, (x[:, None] - new_mean) ** 2) / n


@wrong("em_step", "the responsibilities are normalised over the points, not over the components")
def _(x, weights, mean, variance):
    r = (weights.log() + Normal(mean, variance.sqrt()).log_prob(x[:, None])).softmax(0)
    n = r.sum(0)
    new_mean = r.T @ x / n
    return n / n.sum(), new_mean, (r * (x[:, None] - new_mean) ** 2).sum(0) / n


@right("em_step", "NumPy, a component at a time, the variance as E[x²] − mean², in double precision")
def _(x, weights, mean, variance):
    x, w, m, v = (t.double().numpy() for t in (x, weights, mean, variance))
    log_r = np.stack([np.log(w[k]) - 0.5 * np.log(v[k]) - (x - m[k]) ** 2 / (2 * v[k]) for k in range(len(w))])
    log_r -= log_r.max(0)
    r = np.exp(log_r)
    r /= r.sum(0)
    new_w, new_m, new_v = [], [], []
    for share in r:
        new_w.append(share.mean())
        new_m.append(np.average(x, weights=share))
        new_v.append(np.average(x**2, weights=share) - new_m[-1] ** 2)
    return torch.tensor(new_w), torch.tensor(new_m), torch.tensor(new_v)


@right("em_step", "torch.distributions' Categorical normalises the responsibilities")
def _(x, weights, mean, variance):
    joint = torch.log(weights) + Normal(mean, variance.sqrt()).log_prob(x.unsqueeze(-1))
    r = Categorical(logits=joint).probs
    share = r / r.sum(0, keepdim=True)
    new_mean = (share * x.unsqueeze(-1)).sum(0)
    return r.mean(0), new_mean, (share * (x.unsqueeze(-1) - new_mean).square()).sum(0)


# categorical_kl


@wrong("categorical_kl", "a zero in p makes 0 · log 0, which is nan")
def _(p, q):
    return (p * (p / q).log()).sum(1)


@wrong("categorical_kl", "the KL is taken the other way round: kl_div's target is the first distribution")
def _(p, q):
    return F.kl_div(p.clamp_min(1e-30).log(), q, reduction="none").sum(1)


@wrong("categorical_kl", "it is the cross-entropy: p's own entropy is not taken off")
def _(p, q):
    return -torch.where(p > 0, p * torch.log(q), torch.zeros_like(p)).sum(-1)


@wrong("categorical_kl", "where p and q are both 0 the term is 0 · (−∞), which is nan")
def _(p, q):
    return F.kl_div(q.log(), p, reduction="none").sum(-1)


@wrong("categorical_kl", "the terms are averaged over the K values, not summed")
def _(p, q):
    return torch.where(p > 0, p * torch.log(p / q), torch.zeros_like(p)).mean(1)


@wrong("categorical_kl", "values that q holds impossible and p does not are left out, where the KL is infinite")
def _(p, q):
    total = []
    for one, other in zip(p, q, strict=True):
        both = (one > 0) & (other > 0)
        total.append((one[both] * (one[both].log() - other[both].log())).sum())
    return torch.stack(total)


@right("categorical_kl", "plain Python, skipping the zeros of p")
def _(p, q):
    rows = []
    for row, other in zip(p.tolist(), q.tolist(), strict=True):
        terms = [a * (math.log(a / b) if b > 0 else math.inf) for a, b in zip(row, other, strict=True) if a > 0]
        rows.append(math.fsum(terms))
    return torch.tensor(rows)


@right("categorical_kl", "xlogy for the entropy, a masked logarithm for the rest")
def _(p, q):
    cross = (p * q.log()).masked_fill(p == 0, 0.0)
    return (torch.special.xlogy(p, p) - cross).sum(-1)


# held_out_bits


@wrong("held_out_bits", "nats per dimension: the division by log 2 is missing")
def _(log_probs, n_dims):
    cost = -log_probs / n_dims
    return cost.mean(1), cost.std(1) / math.sqrt(log_probs.shape[1])


@wrong("held_out_bits", "the standard deviation of the images is returned for the standard error of their mean")
def _(log_probs, n_dims):
    cost = -log_probs / (n_dims * math.log(2))
    return cost.mean(1), cost.std(1)


@wrong("held_out_bits", "the standard deviation divides by N, not by N − 1")
def _(log_probs, n_dims):
    cost = (-log_probs / n_dims / np.log(2)).numpy()
    return torch.from_numpy(cost.mean(1)), torch.from_numpy(cost.std(1) / np.sqrt(cost.shape[1]))


@wrong("held_out_bits", "the sign is missing: a likelier image costs more")
def _(log_probs, n_dims):
    bits = log_probs / math.log(2) / n_dims
    return bits.mean(dim=1), bits.std(dim=1) / bits.shape[1] ** 0.5


@wrong("held_out_bits", "the error is divided by the root of the dimensions, not of the number of images")
def _(log_probs, n_dims):
    cost = -log_probs / (n_dims * math.log(2))
    return cost.mean(1), cost.std(1) / math.sqrt(n_dims)


@wrong("held_out_bits", "the error is not put into bits per dimension: it is that of the nats")
def _(log_probs, n_dims):
    mean, std = -log_probs.mean(1), log_probs.std(1)
    return mean / n_dims / math.log(2), std / math.sqrt(log_probs.shape[1])


@right("held_out_bits", "plain Python's statistics, model by model")
def _(log_probs, n_dims):
    means, errors = [], []
    for row in log_probs.tolist():
        bits = [-nats / math.log(2) / n_dims for nats in row]
        means.append(statistics.fmean(bits))
        errors.append(statistics.stdev(bits) / math.sqrt(len(bits)))
    return torch.tensor(means), torch.tensor(errors)


@right("held_out_bits", "mean and variance of the nats first, in double precision, and units at the end")
def _(log_probs, n_dims):
    unit = 1 / (math.log(2) * n_dims)
    variance, mean = torch.var_mean(log_probs.double(), dim=1)
    return -unit * mean, unit * (variance / log_probs.shape[1]).sqrt()


# categorical_nll


@wrong("categorical_nll", "the probability underflows to 0 before its logarithm is taken")
def _(logits, y):
    p = torch.softmax(logits, dim=1)
    return -torch.log(p[torch.arange(len(y)), y]).mean()


@wrong("categorical_nll", "exp overflows: the largest logit is not taken off first")
def _(logits, y):
    normaliser = logits.exp().sum(1).log()
    return (normaliser - logits.gather(1, y[:, None]).squeeze(1)).mean()


@wrong("categorical_nll", "the losses are summed over the batch, not averaged")
def _(logits, y):
    return F.cross_entropy(logits, y, reduction="sum")


@wrong("categorical_nll", "the softmax is taken twice: cross_entropy expects logits, not probabilities")
def _(logits, y):
    return F.cross_entropy(logits.softmax(-1), y)


@wrong("categorical_nll", "the sign is missing: it is the mean log-probability")
def _(logits, y):
    return logits.log_softmax(1)[range(len(y)), y].mean()


@wrong("categorical_nll", "a small number in the logarithm bounds the loss and cuts the gradient where it is large")
def _(logits, y):
    one_hot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    return -(one_hot * torch.log(logits.softmax(1) + 1e-8)).sum(1).mean()


@right("categorical_nll", "torch.distributions")
def _(logits, y):
    return -Categorical(logits=logits, validate_args=False).log_prob(y).mean()


@right("categorical_nll", "a plain loop, with each row's largest logit taken off first")
def _(logits, y):
    total = 0
    for row, label in zip(logits, y, strict=True):
        top = row.max()
        total = total + (top - row[label]) + torch.log(torch.sum(torch.exp(row - top)))
    return total / len(y)


# gaussian_nll


@wrong("gaussian_nll", "log σ is counted once, not once for each dimension")
def _(squared_error, sigma, n_dims):
    return squared_error / (2 * sigma**2) + math.log(sigma) + n_dims / 2 * math.log(2 * math.pi)


@wrong("gaussian_nll", "the squared error is divided by 2σ, not by 2σ²")
def _(squared_error, sigma, n_dims):
    return 0.5 * squared_error / sigma + n_dims * math.log(sigma) + 0.5 * n_dims * math.log(2 * math.pi)


@wrong("gaussian_nll", "the squared error lacks its factor ½")
def _(squared_error, sigma, n_dims):
    return squared_error / sigma**2 + 0.5 * n_dims * math.log(2 * math.pi * sigma**2)


@wrong("gaussian_nll", "the constant ½ log 2π of each dimension is left out")
def _(squared_error, sigma, n_dims):
    return squared_error / (2 * sigma * sigma) + n_dims * math.log(sigma)


@wrong("gaussian_nll", "log σ² is taken without the ½, so that σ counts twice in the normaliser")
def _(squared_error, sigma, n_dims):
    normaliser = n_dims * (math.log(sigma**2) + 0.5 * math.log(2 * math.pi))
    return squared_error / (2 * sigma**2) + normaliser


@right("gaussian_nll", "the density's peak from torch.distributions, times the number of dimensions")
def _(squared_error, sigma, n_dims):
    peak = Normal(0.0, float(sigma)).log_prob(torch.tensor(0.0))
    return -n_dims * peak + squared_error / (2 * sigma**2)


@right("gaussian_nll", "half of (error / σ² + D log 2πσ²), image by image, in double precision")
def _(squared_error, sigma, n_dims):
    constant = n_dims * math.log(2 * math.pi * float(sigma) ** 2)
    return torch.stack([(e.double() / float(sigma) ** 2 + constant) / 2 for e in squared_error])

"""Answers to lesson 04's exercises, written from the cards alone."""

import math
from functools import reduce

import numpy as np
import torch
import torch.nn.functional as F
from scipy import special, stats
from torch.distributions import Categorical, Independent, Normal

from pool.answer import right, wrong

# log_normalise


@wrong("log_normalise", "exponentials of scores in the thousands overflow")
def _(scores):
    raised = scores.exp()
    return torch.log(raised / raised.sum(1, keepdim=True))


@wrong("log_normalise", "a probability that underflows to 0 in the softmax becomes −∞ in the logarithm")
def _(scores):
    return torch.log(torch.softmax(scores, dim=1))


@wrong("log_normalise", "each column is normalised, not each row")
def _(scores):
    return F.log_softmax(scores, dim=0)


@wrong("log_normalise", "the largest score of all rows is taken off, so that the sums of much lower rows underflow")
def _(scores):
    shifted = scores - scores.max()
    return shifted - shifted.exp().sum(1, keepdim=True).log()


@wrong("log_normalise", "the row's maximum is taken off inside the sum but not off the scores")
def _(scores):
    highest = scores.amax(1, keepdim=True)
    return scores - torch.log(torch.exp(scores - highest).sum(1, keepdim=True))


@wrong("log_normalise", "a small number is added before the logarithm, so that no entry falls below its logarithm")
def _(scores):
    return torch.log(scores.softmax(-1) + 1e-8)


@wrong("log_normalise", "the probabilities are returned, not their logarithms")
def _(scores):
    return torch.softmax(scores, 1)


@right("log_normalise", "torch.distributions")
def _(scores):
    return Categorical(logits=scores).logits


@right("log_normalise", "the columns folded together by logaddexp")
def _(scores):
    columns = scores.unbind(1)
    total = reduce(torch.logaddexp, columns)
    return torch.stack([c - total for c in columns], dim=1)


# diagonal_gaussian_log_prob


@wrong("diagonal_gaussian_log_prob", "the constant log 2π is left out")
def _(x, mean, log_scale):
    z = (x - mean) / log_scale.exp()
    return -(0.5 * z**2 + log_scale).sum(1)


@wrong("diagonal_gaussian_log_prob", "the constant is counted once, not once for each dimension")
def _(x, mean, log_scale):
    z = (x - mean) * torch.exp(-log_scale)
    return -0.5 * z.square().sum(1) - log_scale.sum() - 0.5 * math.log(2 * math.pi)


@wrong("diagonal_gaussian_log_prob", "log_scale is taken for the log of the variance")
def _(x, mean, log_scale):
    square = (x - mean) ** 2
    return -0.5 * (square / log_scale.exp() + log_scale + math.log(2 * math.pi)).sum(-1)


@wrong("diagonal_gaussian_log_prob", "log_scale is taken for σ itself, made positive by a softplus")
def _(x, mean, log_scale):
    return Normal(mean, F.softplus(log_scale)).log_prob(x).sum(-1)


@wrong("diagonal_gaussian_log_prob", "the log-densities are averaged over the dimensions")
def _(x, mean, log_scale):
    return Normal(mean, log_scale.exp()).log_prob(x).mean(1)


@wrong(
    "diagonal_gaussian_log_prob", "the densities are multiplied before the logarithm, and underflow in many dimensions"
)
def _(x, mean, log_scale):
    sigma = log_scale.exp()
    density = torch.exp(-((x - mean) ** 2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
    return density.prod(dim=1).log()


@wrong("diagonal_gaussian_log_prob", "log σ is added, not taken off")
def _(x, mean, log_scale):
    z = (x - mean) / log_scale.exp()
    return (-0.5 * z**2 + log_scale - 0.5 * math.log(2 * math.pi)).sum(1)


@wrong("diagonal_gaussian_log_prob", "the squared difference is divided by σ, not by σ²")
def _(x, mean, log_scale):
    D = x.shape[1]
    fit = ((x - mean) ** 2 / log_scale.exp()).sum(1)
    return -0.5 * fit - log_scale.sum() - 0.5 * D * math.log(2 * math.pi)


@right("diagonal_gaussian_log_prob", "torch.distributions, an independent normal")
def _(x, mean, log_scale):
    return Independent(Normal(mean, log_scale.exp()), 1).log_prob(x)


@right("diagonal_gaussian_log_prob", "dimension by dimension, in double precision")
def _(x, mean, log_scale):
    total = torch.zeros(len(x), dtype=torch.double)
    for d in range(x.shape[1]):
        off = (x[:, d] - mean[d]).double()
        total = total - off * off * torch.exp(-2 * log_scale[d].double()) / 2 - log_scale[d]
        total = total - 0.5 * math.log(math.tau)
    return total


# mixture_log_prob


@wrong("mixture_log_prob", "the components are exponentiated as they are, and underflow to log 0")
def _(log_weights, log_components):
    return torch.log((log_weights.exp() * log_components.exp()).sum(1))


@wrong("mixture_log_prob", "the weights are left out")
def _(log_weights, log_components):
    return torch.logsumexp(log_components, dim=1)


@wrong(
    "mixture_log_prob",
    "the logarithms are averaged with the weights: it is the mean of the log, not the log of the mean",
)
def _(log_weights, log_components):
    return log_components @ log_weights.exp()


@wrong("mixture_log_prob", "only the most likely component counts: a maximum, not a sum")
def _(log_weights, log_components):
    return (log_weights + log_components).amax(dim=1)


@wrong("mixture_log_prob", "the sum runs over the inputs, not over the components")
def _(log_weights, log_components):
    return torch.logsumexp(log_weights + log_components, dim=0)


@wrong("mixture_log_prob", "one maximum is taken off the whole batch, so that much less likely inputs underflow")
def _(log_weights, log_components):
    joint = log_weights + log_components
    highest = joint.max()
    return highest + (joint - highest).exp().sum(1).log()


@wrong("mixture_log_prob", "the log-weights themselves are multiplied in as though they were weights")
def _(log_weights, log_components):
    return torch.logsumexp(log_weights * log_components, dim=-1)


@wrong("mixture_log_prob", "the sum is divided by K, though the weights make it a mean already")
def _(log_weights, log_components):
    return (log_weights + log_components).logsumexp(1) - math.log(len(log_weights))


@right("mixture_log_prob", "logaddexp, one component after another")
def _(log_weights, log_components):
    return reduce(torch.logaddexp, [w + c for w, c in zip(log_weights, log_components.T, strict=True)])


@right("mixture_log_prob", "weights times exponentials, with the row's maximum taken off, in double precision")
def _(log_weights, log_components):
    joint = log_weights.double() + log_components.double()
    highest = joint.max(1, keepdim=True).values.detach()
    return highest[:, 0] + torch.einsum("bk->b", torch.exp(joint - highest)).log()


# auroc


@wrong("auroc", "equal scores count nothing")
def _(inside, outside):
    return (inside[:, None] > outside[None, :]).float().mean()


@wrong("auroc", "equal scores count as won")
def _(inside, outside):
    return (inside[:, None] >= outside).double().mean()


@wrong("auroc", "the pairs are counted in which the score from outside is the higher one")
def _(inside, outside):
    lower = (inside[:, None] < outside).float()
    return (lower + 0.5 * (inside[:, None] == outside)).mean()


@wrong("auroc", "ranks break ties by position, so that equal scores do not count one half")
def _(inside, outside):
    n, m = len(inside), len(outside)
    ranks = torch.cat([inside, outside]).argsort(stable=True).argsort() + 1
    return (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)


@wrong("auroc", "the better of the area and its complement is returned, so that it never falls below one half")
def _(inside, outside):
    share = (torch.sign(inside[:, None] - outside) / 2 + 0.5).mean()
    return torch.maximum(share, 1 - share)


@wrong("auroc", "the pairs won are counted, not their share")
def _(inside, outside):
    difference = torch.sub(inside.unsqueeze(1), outside)
    return (difference > 0).sum() + 0.5 * (difference == 0).sum()


@wrong("auroc", "each score is compared with the mean of the other side, not with each of its scores")
def _(inside, outside):
    middle = outside.mean()
    return ((inside > middle).float() + 0.5 * (inside == middle).float()).mean()


@right("auroc", "SciPy's Mann–Whitney U")
def _(inside, outside):
    u = stats.mannwhitneyu(inside.numpy(), outside.numpy()).statistic
    return torch.tensor(u / (len(inside) * len(outside)))


@right("auroc", "two binary searches in the sorted scores from outside")
def _(inside, outside):
    below = torch.searchsorted(outside.sort().values, inside)
    not_above = torch.searchsorted(outside.sort().values, inside, right=True)
    return (below + not_above).double().mean() / (2 * outside.numel())


# bayes_posterior


@wrong("bayes_posterior", "it is the joint log p(x, y): the division by p(x) is missing")
def _(log_likelihood, log_prior):
    return log_likelihood + log_prior


@wrong("bayes_posterior", "likelihoods are exponentiated as they are, and underflow to 0 / 0")
def _(log_likelihood, log_prior):
    joint = torch.exp(log_likelihood) * torch.exp(log_prior)
    return torch.log(joint / joint.sum(1, keepdim=True))


@wrong("bayes_posterior", "the prior is left out")
def _(log_likelihood, log_prior):
    return log_likelihood.log_softmax(dim=1)


@wrong("bayes_posterior", "the prior is added after the normalisation, so that the rows do not sum to 1")
def _(log_likelihood, log_prior):
    return F.log_softmax(log_likelihood, dim=1) + log_prior


@wrong("bayes_posterior", "it is normalised over the inputs, not over the labels")
def _(log_likelihood, log_prior):
    joint = log_likelihood + log_prior
    return joint - torch.logsumexp(joint, dim=0)


@wrong("bayes_posterior", "the posterior is returned, not its logarithm")
def _(log_likelihood, log_prior):
    return torch.softmax(log_likelihood + log_prior, dim=1)


@wrong("bayes_posterior", "the evidence leaves the prior out: it sums p(x | y), not p(x | y) p(y)")
def _(log_likelihood, log_prior):
    return log_likelihood + log_prior - log_likelihood.logsumexp(1, keepdim=True)


@wrong("bayes_posterior", "the prior is added as a probability, not as its logarithm")
def _(log_likelihood, log_prior):
    return torch.log_softmax(log_likelihood + log_prior.exp(), dim=1)


@right("bayes_posterior", "minus the log of the sum of the odds against each label")
def _(log_likelihood, log_prior):
    joint = log_likelihood + log_prior
    return -torch.logsumexp(joint[:, None, :] - joint[:, :, None], dim=-1)


@right("bayes_posterior", "SciPy, row by row")
def _(log_likelihood, log_prior):
    prior = log_prior.double().numpy()
    return torch.from_numpy(np.stack([special.log_softmax(row + prior) for row in log_likelihood.double().numpy()]))


# accuracy_at_coverage


@wrong("accuracy_at_coverage", "the least confident answers come first")
def _(confidence, correct):
    order = confidence.argsort()
    count = torch.arange(1, len(order) + 1)
    return count / len(order), correct[order].cumsum(0) / count


@wrong("accuracy_at_coverage", "the right answers are divided by all N, not by those answered")
def _(confidence, correct):
    n = len(confidence)
    order = confidence.argsort(descending=True)
    return torch.arange(1, n + 1) / n, correct[order].cumsum(0) / n


@wrong("accuracy_at_coverage", "the inputs are not put in the order of their confidence")
def _(confidence, correct):
    count = torch.arange(1, len(correct) + 1)
    return count / len(correct), torch.cumsum(correct, 0) / count


@wrong("accuracy_at_coverage", "off by one: the coverage begins at 0, before anything is answered")
def _(confidence, correct):
    n = len(correct)
    order = torch.sort(confidence, descending=True).indices
    accuracy = correct[order].float().cumsum(0) / torch.arange(1, n + 1)
    return torch.linspace(0, 1, n), accuracy


@wrong("accuracy_at_coverage", "accuracy comes first and coverage second")
def _(confidence, correct):
    order = confidence.argsort(descending=True)
    count = torch.arange(len(order)) + 1
    return correct[order].cumsum(0) / count, count / len(order)


@wrong("accuracy_at_coverage", "the entries are put back in the order of the inputs")
def _(confidence, correct):
    order = confidence.argsort(descending=True)
    count = torch.arange(1, len(order) + 1, dtype=torch.float)
    back = order.argsort()
    return (count / len(order))[back], (correct[order].cumsum(0) / count)[back]


@wrong("accuracy_at_coverage", "the confidences are returned where their share of all inputs was asked for")
def _(confidence, correct):
    sorted_confidence, order = confidence.sort(descending=True)
    return sorted_confidence, correct[order].cumsum(0) / torch.arange(1, len(order) + 1)


@right("accuracy_at_coverage", "plain Python, with a running count")
def _(confidence, correct):
    pairs = sorted(zip(confidence.tolist(), correct.tolist(), strict=True), reverse=True)
    coverage, accuracy, hits = [], [], 0
    for answered, (_score, hit) in enumerate(pairs, start=1):
        hits += hit
        coverage.append(answered / len(pairs))
        accuracy.append(hits / answered)
    return torch.tensor(coverage), torch.tensor(accuracy)


@right("accuracy_at_coverage", "each input as a threshold: who is at least as confident")
def _(confidence, correct):
    thresholds = confidence.sort(descending=True).values
    answered = (confidence[None, :] >= thresholds[:, None]).double()  # (N, N)
    return answered.mean(1), answered @ correct.double() / answered.sum(1)


# best_of_k


@wrong("best_of_k", "the errors of the K answers are averaged, not the least taken")
def _(samples, truth):
    return (samples - truth[:, None]).square().mean((1, 2))


@wrong("best_of_k", "the best is picked for each of the D numbers: parts of different answers are put together")
def _(samples, truth):
    return (samples - truth[:, None]).square().amin(1).mean(1)


@wrong("best_of_k", "the squares are summed over the D numbers, not averaged")
def _(samples, truth):
    return ((samples - truth.unsqueeze(1)) ** 2).sum(-1).min(dim=1).values


@wrong("best_of_k", "the truth is lined up with the answers, not with the questions")
def _(samples, truth):
    return (samples - truth).square().mean(-1).amin(-1)


@wrong("best_of_k", "the K answers are averaged first, and the error is that of their mean")
def _(samples, truth):
    return F.mse_loss(samples.mean(1), truth, reduction="none").mean(-1)


@wrong("best_of_k", "squeeze() drops the axis of the questions too where there is only one")
def _(samples, truth):
    distance = torch.cdist(samples, truth[:, None]).squeeze()  # (B, K)
    return distance.amin(-1).square() / truth.shape[-1]


@wrong("best_of_k", "the number of the best answer is returned, not its error")
def _(samples, truth):
    return (samples - truth[:, None]).pow(2).mean(-1).argmin(1).to(samples.dtype)


@wrong("best_of_k", "the error is the mean absolute difference, not the mean square")
def _(samples, truth):
    return (samples - truth[:, None]).abs().mean(dim=2).min(1).values


@right("best_of_k", "plain Python, question by question")
def _(samples, truth):
    best = []
    for answers, right_one in zip(samples.tolist(), truth.tolist(), strict=True):
        errors = [sum((a - r) ** 2 for a, r in zip(one, right_one, strict=True)) / len(one) for one in answers]
        best.append(min(errors))
    return torch.tensor(best)


@right("best_of_k", "einsum of the differences, and the first after sorting, in double precision")
def _(samples, truth):
    off = samples.double() - truth.double().unsqueeze(1)
    return (torch.einsum("bkd,bkd->bk", off, off) / off.shape[2]).sort(dim=1).values[:, 0]


# noisy


@wrong("noisy", "the shares of the variance are used as the factors, without a root")
def _(x, noise, alpha_bar):
    share = alpha_bar[:, None]
    return share * x + (1 - share) * noise


@wrong("noisy", "the noise's factor is 1 − √ᾱ, not √(1 − ᾱ)")
def _(x, noise, alpha_bar):
    root = alpha_bar.sqrt()[:, None]
    return root * x + (1 - root) * noise


@wrong("noisy", "the factors are exchanged")
def _(x, noise, alpha_bar):
    a = alpha_bar.unsqueeze(-1)
    return torch.sqrt(1 - a) * x + torch.sqrt(a) * noise


@wrong("noisy", "the shares are lined up with the columns, not with the rows")
def _(x, noise, alpha_bar):
    return alpha_bar.sqrt() * x + (1 - alpha_bar).sqrt() * noise


@wrong("noisy", "only x's factor is a root: the noise is multiplied by 1 − ᾱ")
def _(x, noise, alpha_bar):
    return torch.einsum("bd,b->bd", x, alpha_bar.sqrt()) + torch.einsum("bd,b->bd", noise, 1 - alpha_bar)


@wrong("noisy", "ᾱ is taken for x's factor, not for its square: the noise gets √(1 − ᾱ²)")
def _(x, noise, alpha_bar):
    a = alpha_bar.reshape(-1, 1)
    return a * x + torch.sqrt(1 - a**2) * noise


@wrong("noisy", "x keeps its full size, and noise is added on top")
def _(x, noise, alpha_bar):
    return x + torch.sqrt(1 - alpha_bar)[:, None] * noise


@right("noisy", "cosine and sine of one angle, in double precision")
def _(x, noise, alpha_bar):
    angle = alpha_bar.double().sqrt().acos()[:, None]
    return angle.cos() * x + angle.sin() * noise


@right("noisy", "NumPy, row by row")
def _(x, noise, alpha_bar):
    rows = [
        math.sqrt(a) * r + math.sqrt(1 - a) * e
        for r, e, a in zip(x.numpy(), noise.numpy(), alpha_bar.tolist(), strict=True)
    ]
    return torch.from_numpy(np.stack(rows))

"""Different but correct implementations pass, whatever they are built from."""

import functools
import math

import pytest
import scipy.linalg
import torch
import torch.distributions as td
import torch.nn.functional as F
from sklearn.decomposition import PCA

from gencourse import exercises


def kl_by_distributions(m, v, pm, pv):
    q, p = td.Normal(m, (v / 2).exp()), td.Normal(pm, (pv / 2).exp())
    return td.kl_divergence(q, p).sum(-1)


def kl_by_einsum(m, v, pm, pv):
    q, p, ones = v.exp(), pv.exp(), torch.ones_like(m)
    trace, distance = torch.einsum("bd,bd->b", q, 1 / p), torch.einsum("bd,bd,bd->b", m - pm, m - pm, 1 / p)
    return 0.5 * (trace + distance - m.shape[1] + torch.einsum("bd,bd->b", pv - v, ones))


def kl_by_loop(m, v, pm, pv):
    rows = []
    for row in zip(m, v, pm, pv, strict=True):
        terms = [(d - b + (b.exp() + (a - c) ** 2) / d.exp() - 1) / 2 for a, b, c, d in zip(*row, strict=True)]
        rows.append(sum(terms))
    return torch.stack(rows)


def kl_in_double(m, v, pm, pv):
    return kl_by_distributions(m.double(), v.double(), pm.double(), pv.double())


def kl_of_multivariate(m, v, pm, pv):
    q = td.MultivariateNormal(m, torch.diag_embed(v.exp()))
    return td.kl_divergence(q, td.MultivariateNormal(pm, torch.diag_embed(pv.exp())))


def sample_by_transform(m, v, e):
    return td.AffineTransform(m, v.exp().sqrt())(e)


def sample_by_power(m, v, e):
    return torch.addcmul(m, torch.pow(math.e, v.double() / 2), e.double())


def elbo_by_cross_entropy(x, s, m, v):
    rec = -F.binary_cross_entropy_with_logits(s, x, reduction="none").sum((1, 2, 3))
    kl = -0.5 * (1 + v - m.pow(2) - v.exp()).sum(1)
    return rec - kl, rec, kl


def elbo_by_distributions(x, s, m, v):
    rec = td.Independent(td.Bernoulli(logits=s), 3).log_prob(x)
    kl = td.kl_divergence(td.Normal(m, (v / 2).exp()), td.Normal(0.0, 1.0)).sum(-1)
    return [rec - kl, rec, kl]


def elbo_by_logsigmoid(x, s, m, v):
    sign = 2 * x.double() - 1
    rec = F.logsigmoid(sign * s.double()).flatten(1).sum(1)
    kl = exercises.gaussian_kl.reference(m.double(), v.double())
    return exercises.elbo_terms.reference(x, s, m, v)._replace(value=rec - kl, reconstruction=rec, kl=kl)


def iwae_by_largest(w):
    top = w.max(dim=0, keepdim=True).values.detach()
    return (top + (w - top).exp().mean(0, keepdim=True).log()).squeeze(0)


def iwae_by_pairs(w):
    return functools.reduce(torch.logaddexp, w) - math.log(w.shape[0])


def iwae_in_double(w):
    return torch.logsumexp(w.double() - math.log(len(w)), 0)


def iwae_by_columns(w):
    return torch.stack([torch.logsumexp(column, 0) - torch.tensor(float(len(column))).log() for column in w.T])


def traverse_by_rows(z, dim, values):
    return torch.stack([torch.cat([z[:dim], value[None], z[dim + 1 :]]) for value in values])


def traverse_by_where(z, dim, values):
    return torch.where(torch.arange(len(z)) == dim, values[:, None], z)


def traverse_by_clones(z, dim, values):
    rows = [z.clone() for _ in values]
    for row, value in zip(rows, values, strict=True):
        row[dim] = value.item()
    return torch.stack(rows)


def traverse_by_expand(z, dim, values):
    path = z.double().expand(len(values), -1).clone()
    path[..., dim] = values.double()
    return path


def traverse_by_numpy(z, dim, values):
    path = z.numpy()[None].repeat(len(values), 0)
    path[:, dim] = values
    return torch.from_numpy(path)


def bits_by_base_change(nats, n_dims):
    return nats * math.log2(math.e) / n_dims


def bits_in_double(nats, n_dims):
    return nats.double() / math.log(2) / n_dims


def coin_by_flip(flips, p):
    return torch.stack([td.Bernoulli(q.double()).log_prob(flips.double()).sum() for q in p])


def coin_by_cross_entropy(flips, p):
    logits = torch.logit(p)
    n = len(flips)
    return n * (flips.mean() * F.logsigmoid(logits) + (1 - flips.mean()) * F.logsigmoid(-logits))


def mle_by_var_mean(x):
    variance, mean = torch.var_mean(x, correction=0)
    return mean, variance


def mle_by_moments(x):
    x = x.double()
    mean = x.sum() / x.numel()
    return [mean, (x**2).mean() - mean**2]


def score_by_autograd(x, mean, log_scale):
    mean, log_scale = mean.clone().requires_grad_(), log_scale.clone().requires_grad_()
    with torch.enable_grad():
        total = td.Normal(mean, log_scale.exp()).log_prob(x[:, None]).sum()
    return torch.autograd.grad(total, (mean, log_scale))


def score_by_moments(x, mean, log_scale):
    x, precision, n = x.double(), (-2 * log_scale.double()).exp(), len(x)
    centred = x.mean() - mean.double()
    return n * centred * precision, n * (((x - x.mean()) ** 2).mean() + centred**2) * precision - n


def em_by_loop(x, weights, mean, variance):
    components = list(zip(weights, mean, variance, strict=True))
    density = [[w * td.Normal(m, v.sqrt()).log_prob(point).exp() for w, m, v in components] for point in x]
    r = torch.tensor([[d / sum(row) for d in row] for row in density])
    new = [((row * x).sum() / row.sum()) for row in r.T]
    spread = [(row * (x - m) ** 2).sum() / row.sum() for row, m in zip(r.T, new, strict=True)]
    return r.mean(0), torch.stack(new), torch.stack(spread)


def em_by_moments(x, weights, mean, variance):
    x = x.double()
    r = td.MixtureSameFamily(td.Categorical(weights.double()), td.Normal(mean.double(), variance.double().sqrt()))
    joint = r.component_distribution.log_prob(x[:, None]) + r.mixture_distribution.logits
    share = (joint - joint.logsumexp(-1, keepdim=True)).exp()
    first, second = torch.einsum("nk,n->k", share, x), torch.einsum("nk,n,n->k", share, x, x)
    new = first / share.sum(0)
    return share.mean(0), new, second / share.sum(0) - new**2


def categorical_kl_by_where(p, q):
    return torch.where(p > 0, p * (p.log() - q.log()), 0.0).sum(1)


def categorical_kl_by_distributions(p, q):
    return td.kl_divergence(td.Categorical(p), td.Categorical(q))


def categorical_kl_by_kl_div(p, q):
    return torch.where(p > 0, F.kl_div(q.log(), p, reduction="none"), 0.0).sum(-1)


def categorical_kl_by_rows(p, q):
    return torch.stack(
        [sum(a * (a / b).log() for a, b in zip(x, y, strict=True) if a > 0) for x, y in zip(p, q, strict=True)]
    )


def held_out_by_variance(log_probs, n_dims):
    bits = log_probs.double() * (-math.log2(math.e) / n_dims)
    return bits.mean(1), (bits.var(1) / bits.shape[1]).sqrt()


def held_out_by_nats(log_probs, n_dims):
    scale, n = n_dims * math.log(2), log_probs.shape[1]
    centred = log_probs - log_probs.mean(1, keepdim=True)
    return -log_probs.mean(1) / scale, (centred.square().sum(1) / (n * (n - 1))).sqrt() / scale


def nll_by_torch(logits, y):
    return F.cross_entropy(logits, y)


def nll_by_distributions(logits, y):
    return -td.Categorical(logits=logits).log_prob(y).mean()


def nll_by_gather(logits, y):
    logits = logits.double()
    return (logits.logsumexp(1) - logits.gather(1, y[:, None])[:, 0]).mean()


def gaussian_nll_by_distributions(squared_error, sigma, n_dims):
    one = -td.Normal(0.0, sigma).log_prob(squared_error.sqrt())
    return one + (n_dims - 1) * -td.Normal(0.0, sigma).log_prob(torch.zeros(()))


def gaussian_nll_by_variance(squared_error, sigma, n_dims):
    return 0.5 * (squared_error.double() / sigma**2 + n_dims * math.log(2 * math.pi * sigma**2))


def log_normalise_by_loop(s):
    return torch.stack([row - torch.logsumexp(row, 0) for row in s])


def log_normalise_by_centring(s):
    centred = s - s.mean(1, keepdim=True)
    return centred.double().log_softmax(1)


def gaussian_by_einsum(x, m, c):
    precision = torch.exp(-2 * c)
    distance = torch.einsum("bd,d->b", (x - m) ** 2, precision)
    return -0.5 * (distance + len(m) * math.log(2 * math.pi)) - c.sum()


def gaussian_by_distributions(x, m, c):
    return td.Independent(td.Normal(m, c.exp()), 1).log_prob(x)


def gaussian_of_multivariate(x, m, c):
    return td.MultivariateNormal(m.double(), torch.diag((2 * c.double()).exp())).log_prob(x.double())


def mixture_by_largest(w, p):
    joint = w + p
    top = joint.amax(1, keepdim=True).detach()
    return top[:, 0] + (joint - top).exp().sum(1).log()


def mixture_by_pairs(w, p):
    return functools.reduce(torch.logaddexp, (w + p).T)


def posterior_by_distributions(p, w):
    return td.Categorical(logits=p + w).logits


def posterior_by_log_odds(p, w):
    joint = (p + w).double()
    return -torch.logsumexp(joint[:, None, :] - joint[:, :, None], 2)


def auroc_by_ranks(inside, outside):
    both = torch.cat([inside, outside])
    ranks = (both[:, None] > both).sum(1) + 0.5 * ((both[:, None] == both).sum(1) + 1)
    n, m = len(inside), len(outside)
    return (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)


def auroc_by_scikit_learn(inside, outside):
    from sklearn.metrics import roc_auc_score

    labels = [1] * len(inside) + [0] * len(outside)
    return torch.tensor(roc_auc_score(labels, torch.cat([inside, outside]).numpy()))


def auroc_by_sign(inside, outside):
    return ((inside[:, None] - outside).sign() + 1).mean() / 2


def coverage_by_loop(confidence, correct):
    order = sorted(range(len(confidence)), key=lambda i: -confidence[i])
    accuracy = [correct[order[: i + 1]].float().mean() for i in range(len(order))]
    return torch.arange(1.0, len(order) + 1) / len(order), torch.stack(accuracy)


def coverage_by_thresholds(confidence, correct):
    answered = (confidence >= confidence.sort(descending=True).values[:, None]).double()
    return answered.mean(1), (answered @ correct.double()) / answered.sum(1)


def best_by_distance(samples, truth):
    return torch.cdist(truth[:, None].double(), samples.double())[:, 0].amin(1) ** 2 / truth.shape[1]


def best_by_gather(samples, truth):
    errors = (samples - truth.unsqueeze(1)).square().mean(-1)
    return errors.gather(1, errors.argmin(1, keepdim=True)).squeeze(1)


def noisy_by_powers(x, noise, alpha_bar):
    return torch.einsum("b,bd->bd", alpha_bar**0.5, x) + torch.einsum("b,bd->bd", (1 - alpha_bar) ** 0.5, noise)


def noisy_by_rows(x, noise, alpha_bar):
    rows = zip(x, noise, alpha_bar, strict=True)
    return torch.stack([a.sqrt() * row + (1 - a).sqrt() * e for row, e, a in rows])


def joint_by_distributions(x, z, weight, bias, sigma):
    return td.Normal(z @ weight.T + bias, sigma).log_prob(x).sum(-1) + td.Normal(0.0, 1.0).log_prob(z).sum(-1)


def joint_of_the_pair(x, z, weight, bias, sigma):
    """One Gaussian over x and z together, in double precision."""
    w, (p, d) = weight.double(), weight.shape
    corner = w @ w.T + sigma**2 * torch.eye(p)
    covariance = torch.cat([torch.cat([corner, w], 1), torch.cat([w.T, torch.eye(d).double()], 1)])
    mean = torch.cat([bias, torch.zeros(d)]).double()
    return td.MultivariateNormal(mean, covariance).log_prob(torch.cat([x, z], 1).double())


def estimate_by_mixture(x, means, sigma):
    components = td.Independent(td.Normal(means, sigma), 1)
    return td.MixtureSameFamily(td.Categorical(torch.ones(len(means))), components).log_prob(x)


def estimate_by_loop(x, means, sigma):
    rows = [td.Normal(mean.double(), sigma).log_prob(x.double()).sum(-1) for mean in means]
    return torch.logsumexp(torch.stack(rows) - math.log(len(rows)), 0)


def posterior_by_solving(x, weight, bias, sigma):
    precision = torch.eye(weight.shape[1]) + weight.T @ weight / sigma**2
    return torch.linalg.solve(precision, weight.T @ (x - bias).T / sigma**2).T, precision.inverse()


def posterior_by_conditioning(x, weight, bias, sigma):
    """From the covariance of (x, z), with an inverse of P × P."""
    gain = weight.T @ torch.linalg.inv(weight @ weight.T + sigma**2 * torch.eye(len(weight)))
    return (x - bias) @ gain.T, torch.eye(weight.shape[1]) - gain @ weight


def elbo_by_normal(log_joint, z, mean, log_var):
    return (log_joint - td.Normal(mean, (log_var / 2).exp()).log_prob(z).sum(-1)).mean(0)


def elbo_by_sample(log_joint, z, mean, log_var):
    rows = [
        j - td.Independent(td.Normal(mean, log_var.exp().sqrt()), 1).log_prob(s)
        for j, s in zip(log_joint, z, strict=True)
    ]
    return sum(rows) / len(rows)


def kl_by_var_mean(log_q, log_p):
    variance, mean = torch.var_mean(log_q - log_p, dim=0)
    return mean, (variance / len(log_q)).sqrt()


def kl_by_sums(log_q, log_p):
    d = (log_q - log_p).double()
    centred = d - d.sum(0) / len(d)
    return [d.mean(0), (centred.square().sum(0) / (len(d) * (len(d) - 1))) ** 0.5]


def gap_by_distributions(mean, log_var, posterior_mean, posterior_covariance):
    q = td.MultivariateNormal(mean, torch.diag_embed(log_var.exp()))
    return td.kl_divergence(q, td.MultivariateNormal(posterior_mean, posterior_covariance))


def gap_by_cholesky(mean, log_var, posterior_mean, posterior_covariance):
    factor = torch.linalg.cholesky(posterior_covariance.double())
    whitened = torch.linalg.solve_triangular(factor, torch.diag_embed((log_var / 2).exp()).double(), upper=False)
    distance = torch.linalg.solve_triangular(factor, (posterior_mean - mean).double()[..., None], upper=False)
    log_ratio = 2 * factor.diagonal().log().sum() - log_var.sum(-1)
    return 0.5 * (whitened.square().sum((-2, -1)) + distance.square().sum((-2, -1)) - mean.shape[1] + log_ratio)


def made_mask_by_loop(before, after, last):
    return torch.tensor([[float(a > b or (a == b and not last)) for b in before.tolist()] for a in after.tolist()])


def made_mask_by_shift(before, after, last):
    return (before[None, :] < after[:, None] + (0 if last else 1)).double()


def subpixel_by_loop(before, after, kind):
    return torch.tensor([[1.0 if b < a or (kind == "B" and a == b) else 0.0 for b in before] for a in after])


def subpixel_by_sign(before, after, kind):
    difference = after.view(-1, 1) - before.view(1, -1)
    return torch.heaviside(difference.double(), torch.tensor(float(kind == "B"), dtype=torch.float64))


def causal_by_raster_order(size, centre):
    place = torch.arange(size * size).view(size, size)
    here = place[size // 2, size // 2]
    return (place < here).float() + (place == here).float() * centre[..., None, None]


def causal_by_cut(size, centre):
    ones = torch.ones(*centre.shape, size * size)
    ones[..., size * size // 2] = centre
    ones[..., size * size // 2 + 1 :] = 0
    return ones.view(*centre.shape, size, size)


def compose_by_loop(first, second):
    k, m = len(first), len(second)
    rows = [F.pad(second[i, j] * first, (j, m - 1 - j, i, m - 1 - i)) for i in range(m) for j in range(m)]
    assert rows[0].shape == (k + m - 1, k + m - 1)
    return torch.stack(rows).sum(0)


def compose_by_fourier(first, second):
    size = (len(first) + len(second) - 1,) * 2
    return torch.fft.irfft2(torch.fft.rfft2(first, s=size) * torch.fft.rfft2(second, s=size), s=size)


def compose_by_transposed_convolution(first, second):
    return F.conv_transpose2d(first[None, None], second[None, None])[0, 0]


def level_by_cross_entropy(k, logits):
    if logits.shape[-1] == 1:
        return -F.binary_cross_entropy_with_logits(logits[..., 0], k.float(), reduction="none")
    return -F.cross_entropy(logits.movedim(-1, 1), k, reduction="none")


def level_by_distributions(k, logits):
    both = torch.cat([torch.zeros_like(logits), logits], -1) if logits.shape[-1] == 1 else logits
    return td.Categorical(logits=both.double()).log_prob(k)


def draw_by_searchsorted(logits, u, temperature):
    both = torch.cat([torch.zeros_like(logits), logits], -1) if logits.shape[-1] == 1 else logits
    cumulated = (both / temperature).softmax(-1).cumsum(-1)
    return torch.searchsorted(cumulated, u[:, None], right=True)[:, 0].clamp(max=both.shape[-1] - 1)


def draw_by_loop(logits, u, temperature):
    levels = []
    for row, limit in zip(logits.double() / temperature, u.tolist(), strict=True):
        p = torch.stack([torch.zeros(()), row[0]]).softmax(0) if len(row) == 1 else row.softmax(0)
        level, total = 0, p[0].item()
        while total <= limit and level < len(p) - 1:
            level += 1
            total += p[level].item()
        levels.append(level)
    return torch.tensor(levels)


def patchify_by_unfold(x, size):
    tiles = F.unfold(x, size, stride=size).unflatten(1, (x.shape[1], size * size))  # (B, C, p·p, places)
    return tiles.permute(0, 3, 1, 2).flatten(1, 2)


def patchify_by_slices(x, size):
    _, channels, height, width = x.shape
    places = [(r, c, s) for r in range(0, height, size) for c in range(0, width, size) for s in range(channels)]
    return torch.stack([x[:, s, r : r + size, c : c + size].flatten(1) for r, c, s in places], dim=1)


def unpatchify_by_fold(tiles, shape):
    size = round(tiles.shape[-1] ** 0.5)
    columns = tiles.unflatten(1, (-1, shape[0])).permute(0, 2, 3, 1).flatten(1, 2)
    return F.fold(columns, shape[1:], size, stride=size)


def unpatchify_by_slices(tiles, shape):
    channels, height, width = shape
    size = round(tiles.shape[-1] ** 0.5)
    places = [(r, c, s) for r in range(0, height, size) for c in range(0, width, size) for s in range(channels)]
    x = tiles.new_zeros(len(tiles), *shape)
    for i, (r, c, s) in enumerate(places):
        x[:, s, r : r + size, c : c + size] = tiles[:, i].unflatten(1, (size, size))
    return x


def error_by_einsum(x, r):
    return torch.einsum("bchw,bchw->b", x - r, x - r)


def error_by_mse_loss(x, r):
    return F.mse_loss(r.double(), x.double(), reduction="none").sum((1, 2, 3))


def error_by_norm(x, r):
    return torch.stack([torch.linalg.vector_norm(a - b) ** 2 for a, b in zip(x, r, strict=True)])


def codes_by_distribution(z, e):
    """The factor that torch.distributions takes of the covariance."""
    normal = td.MultivariateNormal(z.mean(0), torch.cov(z.T, correction=0).reshape(z.shape[1], -1))
    return normal.loc + (normal.scale_tril @ e[..., None])[..., 0]


def codes_by_qr(z, e):
    """The factor straight from the codes, without the covariance."""
    upper = torch.linalg.qr((z - z.mean(0)).double() / len(z) ** 0.5).R
    return z.mean(0) + e.double() @ (upper.diagonal().sign()[:, None] * upper)


def pca_by_eigh(x, k):
    mean = x.mean(0)
    top = torch.linalg.eigh((x - mean).T @ (x - mean)).eigenvectors[:, -k:]
    return mean + (x - mean) @ top @ top.T


def pca_by_low_rank(x, k):
    """The best matrix of rank k, by the singular values."""
    mean = x.mean(0, keepdim=True)
    u, s, vh = torch.linalg.svd(x - mean)
    s = torch.where(torch.arange(len(s)) < k, s, 0.0)
    return u[:, : len(s)] @ torch.diag(s) @ vh[: len(s)] + mean


def pca_by_scikit_learn(x, k):
    pca = PCA(k, svd_solver="full").fit(x.numpy())
    return torch.from_numpy(pca.inverse_transform(pca.transform(x.numpy())))


def angles_by_cosines(a, b):
    qa, qb = torch.linalg.qr(a).Q, torch.linalg.qr(b).Q
    return torch.acos(torch.linalg.svdvals(qa.mT @ qb).clamp(-1, 1))


def angles_by_projectors(a, b):
    """The squared cosines are the largest eigenvalues of Pa Pb Pa."""
    pa, pb = a @ torch.linalg.pinv(a), b @ torch.linalg.pinv(b)
    squared = torch.linalg.eigvalsh(pa @ pb @ pa)[-a.shape[1] :].flip(0)
    return squared.clamp(0, 1).sqrt().acos()


def angles_by_scipy(a, b):
    return torch.from_numpy(scipy.linalg.subspace_angles(a.numpy(), b.numpy())[::-1].copy())


def last_by_marginal(joint):
    return joint / joint.sum(dim=2)[:, :, None]


def last_by_logs(joint):
    return joint.log().log_softmax(-1).exp()


def shift_by_pad(x, start):
    moved = F.pad(x, (1, 0))[:, :-1]
    moved[:, 0] = start[:, 0]
    return moved


def shift_by_roll(x, start):
    moved = x.roll(1, dims=1).clone()
    moved[:, :1] = start
    return moved


def back_off_by_mixture(counts, shorter, strength):
    total = counts.sum(1, keepdim=True)
    share = total / (total + strength)
    return share * counts / total.clamp(min=1) + (1 - share) * shorter


def back_off_by_rows(counts, shorter, strength):
    return torch.stack([(c + strength * p) / (strength + c.sum()) for c, p in zip(counts, shorter, strict=True)])


def rnn_by_linear(x, h, w, u, b):
    return torch.tanh(F.linear(x, w, b) + F.linear(h, u))


def rnn_by_concatenation(x, h, w, u, b):
    return torch.tanh(torch.cat([x, h], 1) @ torch.cat([w, u], 1).T + b)


def attention_by_loop(q, k):
    rows = []
    for t in range(q.shape[1]):
        scores = torch.einsum("bd,bsd->bs", q[:, t], k[:, : t + 1]) / q.shape[-1] ** 0.5
        rows.append(F.pad(scores.softmax(-1), (0, q.shape[1] - t - 1)))
    return torch.stack(rows, 1)


def attention_by_exp(q, k):
    weights = torch.exp(torch.einsum("btd,bsd->bts", q, k) / q.shape[-1] ** 0.5).tril()
    return weights / weights.sum(-1, keepdim=True)


def top_k_by_scatter(logits, k):
    kept = logits.topk(min(k, logits.shape[1]), dim=1)
    return torch.full_like(logits, -torch.inf).scatter(1, kept.indices, kept.values)


def top_k_by_sort(logits, k):
    ordered = logits.sort(dim=1, descending=True).values
    return torch.where(logits >= ordered[:, min(k, logits.shape[1]) - 1, None], logits, -torch.inf)


def top_p_by_loop(logits, p):
    out = torch.full_like(logits, -torch.inf)
    for i, row in enumerate(logits.softmax(-1)):
        total = 0.0
        for j in row.argsort(descending=True).tolist():
            if total >= p:
                break
            out[i, j], total = logits[i, j], total + row[j].item()
    return out


def top_p_by_pairs(logits, p):
    probability = logits.softmax(-1)
    before = (probability[:, None, :] * (probability[:, None, :] > probability[:, :, None])).sum(-1)
    return logits.masked_fill(before >= p, -torch.inf)


def turn_by_loop(x, quarters):
    return torch.stack([torch.rot90(image, int(k), (1, 2)) for image, k in zip(x, quarters, strict=True)])


def turn_by_where(x, quarters):
    for step in (1, 2, 3):
        x = torch.where((quarters >= step)[:, None, None, None], x.transpose(2, 3).flip(2), x)
    return x


def crop_by_loop(x, top, left, size):
    return torch.stack([image[:, t : t + size, s : s + size] for image, t, s in zip(x, top, left, strict=True)])


def crop_by_unfold(x, top, left, size):
    windows = x.unfold(2, size, 1).unfold(3, size, 1)  # (B, C, rows, columns, size, size)
    return windows[torch.arange(len(x)), :, top, left]


def hidden_by_threshold(scores, share):
    n = round(share * scores[0].numel())
    if n == 0:
        return torch.zeros_like(scores, dtype=torch.bool)
    return scores <= scores.flatten(1).sort(1).values[:, n - 1, None, None]


def hidden_by_ranks(scores, share):
    ranks = scores.flatten(1).argsort(1).argsort(1).view_as(scores)
    return ranks < round(share * scores[0].numel())


def masked_by_choosing(guess, x, hidden):
    everywhere = hidden.expand(x.shape)
    return F.mse_loss(guess[everywhere], x[everywhere])


def masked_by_where(guess, x, hidden):
    return torch.where(hidden, (guess - x) ** 2, 0.0).sum() / (hidden.sum() * x.shape[1])


def hue_by_colorsys_angle(x, bins):
    red, green, blue = x.double().unbind(1)
    degrees = torch.rad2deg(torch.atan2((green - blue) * 3**0.5 / 2, red - (green + blue) / 2))
    return ((degrees + 360) % 360 / 360 * bins).floor().long(), x.amax(1) - x.amin(1) >= 0.1


def hue_by_complex(x, bins):
    turns = torch.exp(2j * math.pi * torch.arange(3) / 3).view(1, 3, 1, 1)
    angle = (x * turns).sum(1).angle() / (2 * math.pi)
    return ((angle + 1) % 1 * bins).long(), x.max(1).values - x.min(1).values >= 0.1


def brightness_by_loop(x, factor):
    return torch.stack([(image * f).clamp(max=1) for image, f in zip(x, factor, strict=True)])


def brightness_by_einsum(x, factor):
    return torch.einsum("bchw,b->bchw", x, factor).clamp(0, 1)


def cosines_by_similarity(a, b):
    return F.cosine_similarity(a[:, None], b[None], dim=2)


def cosines_by_division(a, b):
    return a @ b.T / a.norm(dim=1, keepdim=True) / b.norm(dim=1)


def xent_by_loop(first, second, temperature):
    z, n, losses = F.normalize(torch.cat([first, second]), dim=1), len(first), []
    for i in range(2 * n):
        others = torch.stack([z[i] @ z[j] / temperature for j in range(2 * n) if j != i])
        losses.append(others.logsumexp(0) - z[i] @ z[(i + n) % (2 * n)] / temperature)
    return torch.stack(losses).mean()


def xent_by_blocks(first, second, temperature):
    a, b = F.normalize(first, dim=1), F.normalize(second, dim=1)
    eye, right = torch.eye(len(a)) * 1e9, torch.arange(len(a))
    across, aa, bb = a @ b.T / temperature, a @ a.T / temperature - eye, b @ b.T / temperature - eye
    one = F.cross_entropy(torch.cat([across, aa], 1), right)
    return (one + F.cross_entropy(torch.cat([across.T, bb], 1), right)) / 2


def shares_by_exp(cosine, temperature):
    weights = (cosine / temperature).exp()
    return weights / weights.sum(1, keepdim=True)


def shares_by_gradient(cosine, temperature):
    scores = cosine / temperature
    return (scores - scores.logsumexp(1, keepdim=True)).exp()


def alignment_by_cosine(first, second):
    return (2 - 2 * F.cosine_similarity(first, second, dim=1)).mean()


def alignment_by_loop(first, second):
    distances = [((a / a.norm() - b / b.norm()) ** 2).sum() for a, b in zip(first, second, strict=True)]
    return torch.stack(distances).mean()


def uniformity_by_cosines(z, t):
    z = F.normalize(z, dim=1)
    i, j = torch.triu_indices(len(z), len(z), 1)
    return (-t * (2 - 2 * (z[i] * z[j]).sum(1))).exp().mean().log()


def uniformity_by_logsumexp(z, t):
    z, n = F.normalize(z, dim=1), len(z)
    square = (z[:, None] - z[None]).square().sum(-1)
    return (-t * square[~torch.eye(n, dtype=torch.bool)]).logsumexp(0) - math.log(n * (n - 1))


def nce_by_logsumexp(query, key, negatives, temperature):
    q, k, n = (F.normalize(x, dim=1) for x in (query, key.detach(), negatives.detach()))
    right = (q * k).sum(1) / temperature
    return (torch.logaddexp(right, (q @ n.T / temperature).logsumexp(1)) - right).mean()


def nce_by_loop(query, key, negatives, temperature):
    losses = []
    for q, k in zip(query, key.detach(), strict=True):
        scores = F.cosine_similarity(q, torch.cat([k[None], negatives.detach()]), dim=1) / temperature
        losses.append(-scores.log_softmax(0)[0])
    return sum(losses) / len(losses)


def enqueue_by_loop(queue, keys, pointer):
    queue = queue.clone()
    for key in keys:
        queue[pointer] = key
        pointer = (pointer + 1) % len(queue)
    return queue, pointer


def enqueue_by_roll(queue, keys, pointer):
    turned = queue.roll(-pointer, 0)
    return torch.cat([keys, turned[len(keys) :]]).roll(pointer, 0), (pointer + len(keys)) % len(queue)


def average_by_lerp(slow, fast, momentum):
    return torch.lerp(slow, fast, 1 - momentum)


def average_by_steps(slow, fast, momentum):
    return slow - (1 - momentum) * (slow - fast)


def teacher_by_exp(logits, centre, temperature):
    weights = ((logits - centre - (logits - centre).amax(-1, keepdim=True)) / temperature).exp().detach()
    return weights / weights.sum(-1, keepdim=True)


def teacher_without_grad(logits, centre, temperature):
    with torch.no_grad():
        return F.softmax((logits - centre) / temperature, dim=-1)


def distillation_by_loop(student, targets, temperature):
    losses = [
        F.cross_entropy(student[v] / temperature, targets[t].detach())
        for t in range(len(targets))
        for v in range(len(student))
        if v != t
    ]
    return torch.stack(losses).mean()


def distillation_by_broadcast(student, targets, temperature):
    pairs = -(targets.detach()[:, None] * F.log_softmax(student / temperature, -1)).sum(-1).mean(-1)
    different = torch.ones_like(pairs).fill_diagonal_(0)
    return (pairs * different).sum() / different.sum()


def centre_by_lerp(centre, teacher_logits, momentum):
    return centre.lerp(teacher_logits.mean((0, 1)), 1 - momentum)


def centre_by_sums(centre, teacher_logits, momentum):
    rows = teacher_logits.reshape(-1, len(centre))
    return momentum * centre + (1 - momentum) * rows.sum(0) / len(rows)


def paired_by_moments(a, b):
    d = a.double() - b.double()
    return d.mean(1), ((d.square().mean(1) - d.mean(1) ** 2) / (len(b) - 1)).sqrt()


def paired_by_covariance(a, b):
    rows = [torch.cov(torch.stack([row, b]).double()) for row in a]
    errors = [((c[0, 0] + c[1, 1] - 2 * c[0, 1]) / len(b)).sqrt() for c in rows]
    return a.double().mean(1) - b.double().mean(), torch.stack(errors)


def surely_by_loop(reported, exact):
    m = range(len(reported))
    return torch.tensor([[bool(exact[j]) and bool(reported[i] > reported[j]) for j in m] for i in m])


def surely_by_upper_bounds(reported, exact):
    upper = torch.where(exact, reported, torch.inf)
    return reported.unsqueeze(1).expand(-1, len(upper)) > upper


def chosen_by_sums(validation, test):
    best = torch.max(validation.sum(1), 0).indices
    return best, test.mean(1)[best]


def chosen_by_sorting(validation, test):
    best = validation.double().mean(-1).argsort()[-1]
    return [best, test.double().index_select(0, best[None]).mean()]


def time_by_least_squares(counts, seconds, n):
    rows = torch.stack([torch.ones_like(counts), counts], 1).double()
    a, b = torch.linalg.lstsq(rows, seconds.double()[:, None]).solution[:, 0]
    return a + b * n


def time_by_covariance(counts, seconds, n):
    c = torch.cov(torch.stack([counts, seconds]))
    slope = c[0, 1] / c[0, 0]
    return (seconds - slope * counts).mean() + slope * n


VARIANTS = {
    "rotate_quarters": (turn_by_loop, turn_by_where),
    "crop_patches": (crop_by_loop, crop_by_unfold),
    "hidden_patches": (hidden_by_threshold, hidden_by_ranks),
    "masked_mse": (masked_by_choosing, masked_by_where),
    "hue_bins": (hue_by_colorsys_angle, hue_by_complex),
    "adjust_brightness": (brightness_by_loop, brightness_by_einsum),
    "cosines": (cosines_by_similarity, cosines_by_division),
    "nt_xent": (xent_by_loop, xent_by_blocks),
    "negative_shares": (shares_by_exp, shares_by_gradient),
    "alignment": (alignment_by_cosine, alignment_by_loop),
    "uniformity": (uniformity_by_cosines, uniformity_by_logsumexp),
    "info_nce": (nce_by_logsumexp, nce_by_loop),
    "enqueue": (enqueue_by_loop, enqueue_by_roll),
    "moving_average": (average_by_lerp, average_by_steps),
    "teacher_probabilities": (teacher_by_exp, teacher_without_grad),
    "distillation_loss": (distillation_by_loop, distillation_by_broadcast),
    "update_centre": (centre_by_lerp, centre_by_sums),
    "paired_difference": (paired_by_moments, paired_by_covariance),
    "surely_better": (surely_by_loop, surely_by_upper_bounds),
    "chosen_on_validation": (chosen_by_sums, chosen_by_sorting),
    "drawing_time": (time_by_least_squares, time_by_covariance),
    "squared_error": (error_by_einsum, error_by_mse_loss, error_by_norm),
    "sample_like": (codes_by_distribution, codes_by_qr),
    "pca_reconstruct": (pca_by_eigh, pca_by_low_rank, pca_by_scikit_learn),
    "principal_angles": (angles_by_cosines, angles_by_projectors, angles_by_scipy),
    "log_joint": (joint_by_distributions, joint_of_the_pair),
    "prior_estimate": (estimate_by_mixture, estimate_by_loop),
    "linear_gaussian_posterior": (posterior_by_solving, posterior_by_conditioning),
    "sampled_elbo": (elbo_by_normal, elbo_by_sample),
    "sampled_kl": (kl_by_var_mean, kl_by_sums),
    "gap": (gap_by_distributions, gap_by_cholesky),
    "made_mask": (made_mask_by_loop, made_mask_by_shift),
    "subpixel_mask": (subpixel_by_loop, subpixel_by_sign),
    "causal_mask": (causal_by_raster_order, causal_by_cut),
    "compose_kernels": (compose_by_loop, compose_by_fourier, compose_by_transposed_convolution),
    "last_given_rest": (last_by_marginal, last_by_logs),
    "shift_right": (shift_by_pad, shift_by_roll),
    "back_off": (back_off_by_mixture, back_off_by_rows),
    "rnn_step": (rnn_by_linear, rnn_by_concatenation),
    "attention_weights": (attention_by_loop, attention_by_exp),
    "keep_top_k": (top_k_by_scatter, top_k_by_sort),
    "keep_top_p": (top_p_by_loop, top_p_by_pairs),
    "level_log_prob": (level_by_cross_entropy, level_by_distributions),
    "draw_level": (draw_by_searchsorted, draw_by_loop),
    "patchify": (patchify_by_unfold, patchify_by_slices),
    "unpatchify": (unpatchify_by_fold, unpatchify_by_slices),
    "bits_per_dim": (bits_by_base_change, bits_in_double),
    "coin_log_likelihood": (coin_by_flip, coin_by_cross_entropy),
    "gaussian_mle": (mle_by_var_mean, mle_by_moments),
    "gaussian_score": (score_by_autograd, score_by_moments),
    "em_step": (em_by_loop, em_by_moments),
    "categorical_kl": (
        categorical_kl_by_where,
        categorical_kl_by_distributions,
        categorical_kl_by_kl_div,
        categorical_kl_by_rows,
    ),
    "held_out_bits": (held_out_by_variance, held_out_by_nats),
    "categorical_nll": (nll_by_torch, nll_by_distributions, nll_by_gather),
    "gaussian_nll": (gaussian_nll_by_distributions, gaussian_nll_by_variance),
    "log_normalise": (log_normalise_by_loop, log_normalise_by_centring),
    "diagonal_gaussian_log_prob": (gaussian_by_einsum, gaussian_by_distributions, gaussian_of_multivariate),
    "mixture_log_prob": (mixture_by_largest, mixture_by_pairs),
    "bayes_posterior": (posterior_by_distributions, posterior_by_log_odds),
    "auroc": (auroc_by_ranks, auroc_by_scikit_learn, auroc_by_sign),
    "accuracy_at_coverage": (coverage_by_loop, coverage_by_thresholds),
    "best_of_k": (best_by_distance, best_by_gather),
    "noisy": (noisy_by_powers, noisy_by_rows),
    "gaussian_kl": (kl_by_distributions, kl_by_einsum, kl_by_loop, kl_in_double, kl_of_multivariate),
    "reparameterise": (sample_by_transform, sample_by_power),
    "elbo_terms": (elbo_by_cross_entropy, elbo_by_distributions, elbo_by_logsigmoid),
    "iwae_bound": (iwae_by_largest, iwae_by_pairs, iwae_in_double, iwae_by_columns),
    "traverse": (
        traverse_by_rows,
        traverse_by_where,
        traverse_by_clones,
        traverse_by_expand,
        traverse_by_numpy,
    ),
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, fs in VARIANTS.items() for f in fs])
@pytest.mark.parametrize("seed", range(3))
def test_another_correct_implementation_passes(name, function, seed, capsys):
    result = getattr(exercises, name).check(function, seed=seed)
    assert result.outcome == "right", result.box.plain()


def test_every_exercise_has_variants():
    assert set(VARIANTS) == set(exercises.names())

"""Blind answers to the course's exercises: 60 wrong, 30 right, written from the cards alone."""

import math
import statistics
from functools import reduce

import numpy as np
import torch
from torch.nn import functional as F

from pool.answer import right, wrong


def _back(array, like):
    """A NumPy array as a tensor of the dtype of `like`."""
    return torch.tensor(np.array(array), dtype=like.dtype)


def _np(tensor):
    return tensor.detach().double().numpy()


# ---------------------------------------------------------------- 00


@wrong("bits_per_dim", "multiplies by ln 2 where it should divide: the conversion goes the wrong way")
def _(nats, n_dims):
    return nats * math.log(2) / n_dims


# ---------------------------------------------------------------- 01


@wrong("rotate_quarters", "three quarters come out as one: flip and transpose in the wrong order, so 3 turns as 1 does")
def _(x, quarters):
    once = x.transpose(-1, -2).flip(-2)
    twice = x.flip((-2, -1))
    thrice = x.flip(-1).transpose(-1, -2)
    all_turns = torch.stack([x, once, twice, thrice])
    return all_turns[quarters, torch.arange(len(x))]


@right("rotate_quarters", "plain lists: the pixel (i, j) comes from (j, H − 1 − i), as often as there are quarters")
def _(x, quarters):
    result = []
    for image, turns in zip(x.tolist(), quarters.tolist(), strict=False):
        planes = []
        for plane in image:
            size = len(plane)
            for _turn in range(turns):
                plane = [[plane[j][size - 1 - i] for j in range(size)] for i in range(size)]
            planes.append(plane)
        result.append(planes)
    return torch.tensor(result, dtype=x.dtype)


@wrong("crop_patches", "takes top for the column and left for the row")
def _(x, top, left, size):
    patches = []
    for image, row, column in zip(x, left.tolist(), top.tolist(), strict=False):
        patches.append(image[:, row : row + size, column : column + size])
    return torch.stack(patches)


@wrong("hidden_patches", "cuts the number of patches off, with int(), instead of rounding it")
def _(scores, share):
    flat = scores.flatten(1)
    count = int(share * flat.shape[1])
    hidden = torch.zeros_like(flat, dtype=torch.bool)
    smallest = flat.argsort(dim=1)[:, :count]
    return hidden.scatter(1, smallest, True).view_as(scores)


@right("hidden_patches", "the rank of a patch is the number of patches of its image with smaller scores")
def _(scores, share):
    images, rows, columns = scores.shape
    flat = scores.detach().reshape(images, rows * columns)
    rank = (flat[:, :, None] > flat[:, None, :]).sum(-1)
    return (rank < round(share * rows * columns)).reshape(scores.shape)


@wrong("masked_mse", "divides by the number of hidden pixels and forgets that each has C channels")
def _(guess, x, hidden):
    return ((guess - x) ** 2 * hidden).sum() / hidden.sum()


@wrong("masked_mse", "a mean of each image first and then a mean of these, so images with little hidden weigh too much")
def _(guess, x, hidden):
    error = ((guess - x) ** 2 * hidden).sum((1, 2, 3))
    count = hidden.sum((1, 2, 3)) * guess.shape[1]
    return (error / count.clamp(min=1)).mean()


@right("masked_mse", "channel by channel: the hidden differences as one vector, times itself")
def _(guess, x, hidden):
    total = 0
    channels = guess.shape[1]
    for c in range(channels):
        difference = (guess[:, c] - x[:, c])[hidden[:, 0]]
        total = total + torch.dot(difference, difference)
    return total / (int(hidden.sum()) * channels)


@wrong("hue_bins", "starts the turn at −π: adds π to atan2's angle instead of wrapping the negative ones")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b) + math.pi
    part = (angle / (2 * math.pi) * bins).floor().long().clamp(max=bins - 1)
    coloured = x.amax(1) - x.amin(1) >= 0.1
    return part, coloured


@wrong("hue_bins", "coloured by HSV's saturation, the difference divided by the largest channel, not by the difference")
def _(x, bins):
    r, g, b = x.unbind(1)
    angle = torch.atan2(math.sqrt(3) * (g - b), 2 * r - g - b) % (2 * math.pi)
    part = (angle / (2 * math.pi) * bins).floor().long().clamp(max=bins - 1)
    largest = x.amax(1)
    coloured = (largest - x.amin(1)) / largest.clamp(min=1e-8) >= 0.1
    return part, coloured


@right("hue_bins", "pixel by pixel with math.atan2, in double precision")
def _(x, bins):
    images, _, height, width = x.shape
    values = x.tolist()
    part = torch.zeros(images, height, width, dtype=torch.int64)
    coloured = torch.zeros(images, height, width, dtype=torch.bool)
    for i in range(images):
        for row in range(height):
            for column in range(width):
                r, g, b = (values[i][c][row][column] for c in range(3))
                angle = math.atan2(math.sqrt(3) * (g - b), 2 * r - g - b)
                if angle < 0:
                    angle += 2 * math.pi
                part[i, row, column] = min(int(angle / (2 * math.pi) * bins), bins - 1)
                coloured[i, row, column] = max(r, g, b) - min(r, g, b) >= 0.1
    return part, coloured


# ---------------------------------------------------------------- 02


@wrong(
    "adjust_brightness", "multiplies without giving factor its extra axes, so it goes along the width, not the batch"
)
def _(x, factor):
    return (x * factor).clamp(max=1)


@wrong("cosines", "scales the columns to length 1 instead of the rows (wrong axis)")
def _(a, b):
    return F.normalize(a, dim=0) @ F.normalize(b, dim=0).T


@right("cosines", "polarisation: (|u + v|² − |u − v|²) / 4 of the unit vectors")
def _(a, b):
    u = (a / a.square().sum(1, keepdim=True).sqrt())[:, None]
    v = (b / b.square().sum(1, keepdim=True).sqrt())[None]
    return ((u + v).square().sum(-1) - (u - v).square().sum(-1)) / 4


@wrong("nt_xent", "the denominator counts each view's similarity with itself")
def _(first, second, temperature):
    n = len(first)
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = z @ z.T / temperature
    partner = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(scores, partner)


@wrong("nt_xent", "as CLIP does it: each view chooses only among the N views of the other side, not among all 2N − 1")
def _(first, second, temperature):
    scores = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature
    partner = torch.arange(len(first))
    return (F.cross_entropy(scores, partner) + F.cross_entropy(scores.T, partner)) / 2


@wrong("nt_xent", "only the N first views choose; the second views' cross-entropies are left out of the mean")
def _(first, second, temperature):
    n = len(first)
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = z @ z.T / temperature
    scores = scores.masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    return F.cross_entropy(scores[:n], torch.arange(n, 2 * n))


@right("nt_xent", "view by view: the log of the sum of exp(score − partner's score) over the others")
def _(first, second, temperature):
    n = len(first)
    views = [v / torch.sqrt(torch.dot(v, v)) for v in (*first.unbind(), *second.unbind())]
    losses = []
    for i in range(2 * n):
        partner = torch.dot(views[i], views[(i + n) % (2 * n)])
        others = [torch.dot(views[i], views[j]) - partner for j in range(2 * n) if j != i]
        losses.append(torch.logsumexp(torch.stack(others) / temperature, 0))
    return sum(losses) / (2 * n)


@wrong("negative_shares", "multiplies the cosines by the temperature instead of dividing them by it")
def _(cosine, temperature):
    return torch.softmax(cosine * temperature, dim=1)


@right("alignment", "the squared distance of unit vectors is 2 − 2 cos; in NumPy")
def _(first, second):
    a, b = _np(first), _np(second)
    cosine = np.einsum("nd,nd->n", a, b) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return _back(np.mean(2 - 2 * cosine), first)


@wrong("uniformity", "the mean is over all N² pairs, each row's pair with itself among them")
def _(z, t):
    z = F.normalize(z, dim=1)
    squared = (z[:, None] - z[None]).square().sum(-1)
    return (-t * squared).exp().mean().log()


@right("uniformity", "SciPy's pdist gives each pair once, and logsumexp does the rest")
def _(z, t):
    from scipy.spatial.distance import pdist
    from scipy.special import logsumexp

    rows = _np(z)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    squared = pdist(rows, "sqeuclidean")
    return _back(logsumexp(-t * squared) - math.log(len(squared)), z)


# ---------------------------------------------------------------- 03


@wrong("info_nce", "detaches the keys but not the negatives, so that gradients flow into the queue")
def _(query, key, negatives, temperature):
    q = F.normalize(query, dim=1)
    k = F.normalize(key, dim=1).detach()
    n = F.normalize(negatives, dim=1)
    scores = torch.cat([(q * k).sum(1, keepdim=True), q @ n.T], dim=1) / temperature
    return F.cross_entropy(scores, torch.zeros(len(q), dtype=torch.long))


@right("info_nce", "log(1 + Σ exp((negative − own) / T)) folded with logaddexp, one negative after the other")
def _(query, key, negatives, temperature):
    def unit(v):
        return v / torch.einsum("nd,nd->n", v, v).sqrt()[:, None]

    q, k, n = unit(query), unit(key.detach()), unit(negatives.detach())
    own = torch.einsum("bd,bd->b", q, k)
    total = torch.zeros_like(own)
    for row in n:
        total = torch.logaddexp(total, (q @ row - own) / temperature)
    return total.sum() / len(total)


@wrong("enqueue", "the new pointer is K, not 0, when the keys end exactly at the last place (> for ≥)")
def _(queue, keys, pointer):
    size = len(queue)
    new = queue.clone()
    places = (pointer + torch.arange(len(keys))) % size
    new[places] = keys
    end = pointer + len(keys)
    if end > size:
        end -= size
    return new, end


@right("enqueue", "a list of rows, filled key by key with a counter that wraps")
def _(queue, keys, pointer):
    rows = list(queue.unbind())
    place = int(pointer)
    for key in keys.unbind():
        rows[place] = key
        place = 0 if place == len(rows) - 1 else place + 1
    return torch.stack(rows), place


@wrong("teacher_probabilities", "divides by the temperature before it takes the centre off")
def _(logits, centre, temperature):
    return torch.softmax(logits.detach() / temperature - centre, dim=-1)


@right("teacher_probabilities", "NumPy, each probability as 1 over the sum of exp of the differences to it")
def _(logits, centre, temperature):
    sharp = (_np(logits) - _np(centre)) / temperature
    with np.errstate(over="ignore"):
        return _back(1 / np.exp(sharp[:, None, :] - sharp[:, :, None]).sum(-1), logits)


@wrong("distillation_loss", "skips the pairs of the same view but divides by T · V, as if they were there")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, dim=-1)
    targets = targets.detach()
    total = 0
    for t in range(len(targets)):
        for v in range(len(student)):
            if t != v:
                total = total - (targets[t] * log_p[v]).sum(-1).mean()
    return total / (len(targets) * len(student))


@wrong("distillation_loss", "does not detach the targets: the gradient flows into the teacher")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, dim=-1)
    cross = -torch.einsum("tbk,vbk->tv", targets, log_p) / student.shape[1]
    different = ~torch.eye(len(targets), len(student), dtype=torch.bool)
    return cross[different].mean()


@right("distillation_loss", "each student's view meets the sum of the other views' targets; log-softmax by logsumexp")
def _(student, targets, temperature):
    views, images, _ = student.shape
    teachers = len(targets)
    targets = targets.detach()
    everyone = targets.sum(0)
    scaled = student / temperature
    total = 0
    for v in range(views):
        others = everyone - targets[v] if v < teachers else everyone
        log_p = scaled[v] - torch.logsumexp(scaled[v], -1, keepdim=True)
        total = total - torch.einsum("bk,bk->", others, log_p)
    return total / (images * teachers * (views - 1))


# ---------------------------------------------------------------- 04


@wrong("log_normalise", "takes off the largest score of the whole batch, not of the row: small rows underflow to log 0")
def _(scores):
    shifted = scores - scores.max()
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


@wrong("diagonal_gaussian_log_prob", "the constant ½ log 2π is there once, not for each of the D dimensions")
def _(x, mean, log_scale):
    standard = (x - mean) / log_scale.exp()
    return (-0.5 * standard**2 - log_scale).sum(dim=1) - 0.5 * math.log(2 * math.pi)


@right("diagonal_gaussian_log_prob", "torch's multivariate normal with a diagonal Cholesky factor")
def _(x, mean, log_scale):
    factor = torch.diag(log_scale.exp())
    return torch.distributions.MultivariateNormal(mean, scale_tril=factor).log_prob(x)


@wrong("auroc", "a tie counts as a whole win (≥ for >)")
def _(inside, outside):
    return (inside[:, None] >= outside[None, :]).to(inside.dtype).mean()


@right("auroc", "Mann and Whitney's U from SciPy's mid-ranks")
def _(inside, outside):
    from scipy.stats import rankdata

    n, m = len(inside), len(outside)
    ranks = rankdata(np.concatenate([_np(inside), _np(outside)]))
    u = ranks[:n].sum() - n * (n + 1) / 2
    return torch.tensor(u / (n * m), dtype=inside.dtype if inside.is_floating_point() else torch.float32)


@wrong("bayes_posterior", "goes through the exponentials: the evidence of an image of −2000 nats underflows to 0")
def _(log_likelihood, log_prior):
    joint = log_likelihood + log_prior
    evidence = joint.exp().sum(dim=1, keepdim=True)
    return joint - evidence.log()


@wrong("accuracy_at_coverage", "the accuracy is divided by all N, not by the number that was answered")
def _(confidence, correct):
    n = len(confidence)
    order = confidence.argsort(descending=True)
    coverage = torch.arange(1, n + 1, dtype=confidence.dtype) / n
    accuracy = correct[order].to(confidence.dtype).cumsum(0) / n
    return coverage, accuracy


@right("accuracy_at_coverage", "sorted pairs and a running count in plain Python")
def _(confidence, correct):
    pairs = sorted(zip(confidence.tolist(), correct.tolist(), strict=False), key=lambda pair: -pair[0])
    coverage, accuracy, hits = [], [], 0
    for answered, (_, hit) in enumerate(pairs, start=1):
        hits += hit
        coverage.append(answered / len(pairs))
        accuracy.append(hits / answered)
    return torch.tensor(coverage, dtype=confidence.dtype), torch.tensor(accuracy, dtype=confidence.dtype)


@wrong("best_of_k", "takes the smallest error number by number and then the mean: a mixture of answers, not one answer")
def _(samples, truth):
    squared = (samples - truth[:, None]) ** 2
    return squared.amin(dim=1).mean(dim=1)


@wrong("noisy", "alpha_bar itself is the factor of x (and √(1 − alpha_bar²) the noise's): x's share is then alpha_bar²")
def _(x, noise, alpha_bar):
    a = alpha_bar[:, None]
    return a * x + (1 - a**2).sqrt() * noise


# ---------------------------------------------------------------- 05


@wrong("coin_log_likelihood", "adds the binomial coefficient: the probability of the number of heads, not of the order")
def _(flips, p):
    n = torch.tensor(float(len(flips)), dtype=p.dtype)
    heads = flips.sum().to(p.dtype)
    choose = torch.lgamma(n + 1) - torch.lgamma(heads + 1) - torch.lgamma(n - heads + 1)
    return choose + heads * p.log() + (n - heads) * torch.log1p(-p)


@wrong("gaussian_mle", "the unbiased variance, over N − 1, instead of the maximum-likelihood one")
def _(x):
    mean = x.mean()
    return mean, ((x - mean) ** 2).sum() / max(len(x) - 1, 1)


@right("gaussian_score", "lets autograd take the slopes of the summed log-density")
def _(x, mean, log_scale):
    with torch.enable_grad():
        m = mean.detach().clone().requires_grad_(True)
        s = log_scale.detach().clone().requires_grad_(True)
        total = torch.distributions.Normal(m, s.exp()).log_prob(x.detach()[:, None]).sum()
        slopes = torch.autograd.grad(total, (m, s))
    return slopes[0], slopes[1]


@wrong("em_step", "refits the variance around the old means instead of the new ones")
def _(x, weights, mean, variance):
    squared = (x[:, None] - mean) ** 2
    log_joint = weights.log() - 0.5 * (squared / variance + variance.log())
    r = torch.softmax(log_joint, dim=1)
    count = r.sum(0)
    return count / len(x), (r * x[:, None]).sum(0) / count, (r * squared).sum(0) / count


@wrong("em_step", "leaves 1/σ out of the densities, so wide components take too much responsibility")
def _(x, weights, mean, variance):
    density = torch.exp(-((x[:, None] - mean) ** 2) / (2 * variance))
    joint = weights * density
    r = joint / joint.sum(1, keepdim=True)
    count = r.sum(0)
    new_mean = (r * x[:, None]).sum(0) / count
    return count / len(x), new_mean, (r * (x[:, None] - new_mean) ** 2).sum(0) / count


@right("em_step", "plain Python loops over points and components, with the largest exponent taken off")
def _(x, weights, mean, variance):
    points = x.tolist()
    parts = list(zip(weights.tolist(), mean.tolist(), variance.tolist(), strict=False))
    shares = []
    for point in points:
        logs = [
            (math.log(w) if w > 0 else -math.inf) - 0.5 * math.log(v) - (point - m) ** 2 / (2 * v) for w, m, v in parts
        ]
        top = max(logs)
        raw = [math.exp(value - top) for value in logs]
        shares.append([value / sum(raw) for value in raw])
    new_weights, new_mean, new_variance = [], [], []
    for k in range(len(parts)):
        count = math.fsum(share[k] for share in shares)
        centre = math.fsum(share[k] * point for share, point in zip(shares, points, strict=False)) / count
        spread = (
            math.fsum(share[k] * (point - centre) ** 2 for share, point in zip(shares, points, strict=False)) / count
        )
        new_weights.append(count / len(points))
        new_mean.append(centre)
        new_variance.append(spread)
    return tuple(torch.tensor(values, dtype=x.dtype) for values in (new_weights, new_mean, new_variance))


@wrong("categorical_kl", "nan_to_num puts 0 for 0 · log 0 but also a finite number for the infinite KL")
def _(p, q):
    terms = p * (p / q).log()
    return terms.nan_to_num(0.0).sum(dim=1)


@right("categorical_kl", "SciPy's rel_entr knows the zeros")
def _(p, q):
    from scipy.special import rel_entr

    return _back(rel_entr(_np(p), _np(q)).sum(axis=1), p)


@wrong("held_out_bits", "turns the mean into bits but leaves the standard error in nats per dimension")
def _(log_probs, n_dims):
    n = log_probs.shape[1]
    mean = -log_probs.mean(1) / (n_dims * math.log(2))
    error = log_probs.std(1) / math.sqrt(n) / n_dims
    return mean, error


@wrong("categorical_nll", "adds 1e-12 inside the logarithm against log 0, so no loss exceeds 27.6 nats")
def _(logits, y):
    p = torch.softmax(logits, dim=1)
    chosen = p[torch.arange(len(y)), y]
    return -(chosen + 1e-12).log().mean()


# ---------------------------------------------------------------- 06


@wrong("back_off", "adds strength to the count once for each of the V words, as in add-one: rows do not sum to 1")
def _(counts, shorter, strength):
    total = counts.sum(dim=1, keepdim=True) + strength * counts.shape[1]
    return (counts + strength * shorter) / total


@wrong("shift_right", "puts the first row's start token in front of every row")
def _(x, start):
    first = start[0].expand(len(x), 1)
    return torch.cat([first, x[:, :-1]], dim=1)


@wrong("rnn_step", "h @ u without the transpose: Uᵀ h instead of U h")
def _(x, h, w, u, b):
    return torch.tanh(x @ w.T + h @ u + b)


@wrong("attention_weights", "sets the later places to 0 after the softmax, and rows no longer sum to 1")
def _(q, k):
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    return torch.softmax(scores, dim=-1).tril()


@right("attention_weights", "place by place: a softmax over the places seen so far, with zeros put behind it")
def _(q, k):
    places, width = q.shape[1:]
    rows = []
    for t in range(places):
        score = torch.einsum("bd,bsd->bs", q[:, t], k[:, : t + 1]) / width**0.5
        weight = torch.exp(score - torch.logsumexp(score, 1, keepdim=True))
        rows.append(F.pad(weight, (0, places - 1 - t)))
    return torch.stack(rows, dim=1)


@wrong("keep_top_k", "asks topk for k even where k is larger than V, which is an error")
def _(logits, k):
    values, places = logits.topk(k, dim=1)
    return torch.full_like(logits, -math.inf).scatter(1, places, values)


@wrong("keep_top_p", "stops before the token that reaches p: keeps those whose cumulated probability is at most p")
def _(logits, p):
    values, order = logits.sort(dim=1, descending=True)
    cumulated = values.softmax(dim=1).cumsum(dim=1)
    keep = cumulated <= p
    keep[:, 0] = True
    values = values.masked_fill(~keep, -math.inf)
    return torch.full_like(logits, -math.inf).scatter(1, order, values)


@right("keep_top_p", "row by row in plain Python: adds up the likeliest until p is reached")
def _(logits, p):
    result = []
    for row in logits.tolist():
        top = max(row)
        raw = [math.exp(value - top) for value in row]
        whole = math.fsum(raw)
        kept, reached = [-math.inf] * len(row), 0.0
        for place in sorted(range(len(row)), key=lambda i: -row[i]):
            kept[place] = row[place]
            reached += raw[place] / whole
            if reached >= p:
                break
        result.append(kept)
    return torch.tensor(result, dtype=logits.dtype)


# ---------------------------------------------------------------- 07


@wrong("level_log_prob", "K = 1: takes the logit for that of level 0 against level 1")
def _(k, logits):
    if logits.shape[-1] == 1:
        logits = torch.cat([logits, torch.zeros_like(logits)], dim=-1)
    return F.log_softmax(logits, dim=-1).gather(-1, k[..., None]).squeeze(-1)


@right("level_log_prob", "minus the logaddexp, one level after another, of each logit less that of k")
def _(k, logits):
    if logits.shape[-1] == 1:
        logits = F.pad(logits, (1, 0))
    chosen = torch.take_along_dim(logits, k[..., None], -1)[..., 0]
    return -reduce(torch.logaddexp, [level - chosen for level in logits.unbind(-1)])


@wrong("causal_mask", "columns before rows: keeps all left of the pixel, and what is above it in its own column")
def _(size, centre):
    middle = size // 2
    mask = torch.zeros(*centre.shape, size, size, dtype=centre.dtype)
    mask[:, :, :, :middle] = 1
    mask[:, :, :middle, middle] = 1
    mask[:, :, middle, middle] = centre
    return mask


@wrong("compose_kernels", "flips the second kernel left to right only, and not top to bottom, before it slides it")
def _(first, second):
    m = len(second)
    padded = F.pad(first[None, None], (m - 1,) * 4)
    return F.conv2d(padded, second.flip(-1)[None, None])[0, 0]


@right("compose_kernels", "the offsets add, so it is SciPy's full (flipping) convolution of the two")
def _(first, second):
    from scipy.signal import convolve2d

    return _back(convolve2d(_np(first), _np(second), mode="full"), first)


@wrong("made_mask", "cuts equal degrees between hidden layers too: always >, whatever `last` says")
def _(before, after, last):
    return (after[:, None] > before[None, :]).float()


@wrong("patchify", "all tiles of the first channel, then all of the second, instead of C tiles at each place")
def _(x, size):
    b, c, h, w = x.shape
    tiles = x.reshape(b, c, h // size, size, w // size, size)
    return tiles.permute(0, 1, 2, 4, 3, 5).reshape(b, -1, size * size)


@wrong("unpatchify", "swaps the numbers of tiles down and across, which only shows where H and W differ")
def _(tiles, shape):
    c, h, w = shape
    size = math.isqrt(tiles.shape[-1])
    down, across = w // size, h // size
    x = tiles.reshape(len(tiles), down, across, c, size, size)
    return x.permute(0, 3, 1, 4, 2, 5).reshape(len(tiles), c, h, w)


@right("unpatchify", "tile by tile: divmod says the place and the channel, and a slice takes it in")
def _(tiles, shape):
    channels, height, width = shape
    size = math.isqrt(tiles.shape[-1])
    x = tiles.new_zeros(len(tiles), channels, height, width)
    for number in range(tiles.shape[1]):
        place, channel = divmod(number, channels)
        row, column = divmod(place, width // size)
        block = tiles[:, number].reshape(-1, size, size)
        x[:, channel, row * size : (row + 1) * size, column * size : (column + 1) * size] = block
    return x


@wrong("draw_level", "K = 1: says 1 where u is below its probability, so level 1 is climbed first")
def _(logits, u, temperature):
    scaled = logits / temperature
    if logits.shape[1] == 1:
        return (u < torch.sigmoid(scaled[:, 0])).long()
    cumulated = torch.softmax(scaled, dim=1).cumsum(dim=1)
    return (cumulated <= u[:, None]).sum(1).clamp(max=logits.shape[1] - 1)


@right("draw_level", "climbs in a plain Python loop, with a logit of 0 put in front where K is 1")
def _(logits, u, temperature):
    drawn = []
    for row, uniform in zip(logits.tolist(), u.tolist(), strict=False):
        row = [value / temperature for value in ([0.0, *row] if len(row) == 1 else row)]
        top = max(row)
        raw = [math.exp(value - top) for value in row]
        whole, climbed, level = math.fsum(raw), 0.0, 0
        for level, value in enumerate(raw):  # noqa: B007
            climbed += value / whole
            if climbed > uniform:
                break
        drawn.append(level)
    return torch.tensor(drawn, dtype=torch.int64)


# ---------------------------------------------------------------- 08


@wrong("pca_reconstruct", "never subtracts the mean row: the components of the raw second moments")
def _(x, k):
    _, _, v = torch.linalg.svd(x, full_matrices=False)
    directions = v[:k]
    return x @ directions.T @ directions


@right("pca_reconstruct", "from the N × N Gram matrix: projects the columns on its last k eigenvectors")
def _(x, k):
    rows = _np(x)
    mean = rows.mean(axis=0)
    centred = rows - mean
    _, vectors = np.linalg.eigh(centred @ centred.T)
    top = vectors[:, max(len(rows) - k, 0) :]
    return _back(mean + top @ (top.T @ centred), x)


@wrong("principal_angles", "scales the columns to length 1 but does not make them orthogonal to each other")
def _(a, b):
    a = a / a.norm(dim=0)
    b = b / b.norm(dim=0)
    cosines = torch.linalg.svdvals(a.T @ b)
    return cosines.clamp(-1, 1).acos()


@right("principal_angles", "SciPy's subspace_angles, turned round: it gives the largest first")
def _(a, b):
    from scipy.linalg import subspace_angles

    return _back(subspace_angles(_np(a), _np(b))[::-1], a)


@wrong("sample_like", "noise @ L, which is Lᵀ · noise for each row")
def _(codes, noise):
    mean = codes.mean(0)
    centred = codes - mean
    factor = torch.linalg.cholesky(centred.T @ centred / len(codes))
    return mean + noise @ factor


# ---------------------------------------------------------------- 09


@right("log_joint", "one Gaussian of (z, x) together, with covariance [[I, Wᵀ], [W, W Wᵀ + σ² I]]")
def _(x, z, weight, bias, sigma):
    w, b = _np(weight), _np(bias)
    p, d = w.shape
    covariance = np.block([[np.eye(d), w.T], [w, w @ w.T + float(sigma) ** 2 * np.eye(p)]])
    away = np.concatenate([_np(z), _np(x) - b], axis=1)
    factor = np.linalg.cholesky(covariance)
    standard = np.linalg.solve(factor, away.T)
    logdet = 2 * np.log(np.diag(factor)).sum()
    return _back(-0.5 * ((standard**2).sum(0) + logdet + (p + d) * math.log(2 * math.pi)), x)


@wrong("prior_estimate", "averages the log-likelihoods instead of the likelihoods")
def _(x, means, sigma):
    squared = (x[:, None] - means[None]).square().sum(-1)
    log_likelihood = -squared / (2 * sigma**2) - x.shape[1] * math.log(sigma * math.sqrt(2 * math.pi))
    return log_likelihood.mean(dim=1)


@wrong("linear_gaussian_posterior", "returns (WᵀW + σ² I)⁻¹ as the covariance: the factor σ² is missing")
def _(x, weight, bias, sigma):
    d = weight.shape[1]
    inverse = torch.linalg.inv(weight.T @ weight + sigma**2 * torch.eye(d, dtype=x.dtype))
    return (x - bias) @ weight @ inverse, inverse


@right("linear_gaussian_posterior", "by conditioning in x's space (Kalman's gain): mean G (x − b), covariance I − G W")
def _(x, weight, bias, sigma):
    w = _np(weight)
    p, d = w.shape
    gain = np.linalg.solve(w @ w.T + float(sigma) ** 2 * np.eye(p), w).T
    return _back((_np(x) - _np(bias)) @ gain.T, x), _back(np.eye(d) - gain @ w, x)


@wrong("sampled_elbo", "uses q's entropy in closed form instead of −log q at the samples")
def _(log_joint, z, mean, log_var):
    entropy = 0.5 * (log_var + 1 + math.log(2 * math.pi)).sum(-1)
    return log_joint.mean(0) + entropy


@wrong("gap", "looks only at the diagonal of the posterior covariance, as if the posterior were diagonal too")
def _(mean, log_var, posterior_mean, posterior_covariance):
    variance = posterior_covariance.diagonal()
    ratio = log_var.exp() / variance
    return 0.5 * (ratio + (mean - posterior_mean) ** 2 / variance - 1 + variance.log() - log_var).sum(1)


# ---------------------------------------------------------------- 10


@wrong(
    "elbo_terms",
    "clamps the sigmoid to [1e-7, 1 − 1e-7]: no pixel can cost more than 16 nats, though logits are hundreds",
)
def _(x, logits, mean, log_var):
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    reconstruction = (x * p.log() + (1 - x) * (1 - p).log()).sum((1, 2, 3))
    kl = 0.5 * (mean**2 + log_var.exp() - 1 - log_var).sum(1)
    return reconstruction - kl, reconstruction, kl


@right("elbo_terms", "−log(1 + exp(∓ logit)) by logaddexp with the sign of the pixel, and expm1 in the KL")
def _(x, logits, mean, log_var):
    against = (1 - 2 * x) * logits
    reconstruction = -torch.logaddexp(torch.zeros_like(against), against).flatten(1).sum(1)
    kl = torch.einsum("bd->b", torch.expm1(log_var) - log_var + mean * mean) / 2
    return reconstruction - kl, reconstruction, kl


@wrong("reparameterise", "computes the standard deviation without gradient, so none reaches log_var")
def _(mean, log_var, noise):
    with torch.no_grad():
        std = (0.5 * log_var).exp()
    return mean + std * noise


@wrong("iwae_bound", "takes off the largest weight of the whole batch: images thousands of nats lower become log 0")
def _(log_weights):
    top = log_weights.max()
    return top + (log_weights - top).exp().mean(0).log()


# ---------------------------------------------------------------- 11


@wrong("paired_difference", "the standard error of two independent samples: forgets that the images are the same")
def _(a, b):
    n = a.shape[1]
    return (a - b).mean(1), ((a.var(1) + b.var()) / n).sqrt()


@wrong("surely_better", "asks that the better model's number be exact, where it is the worse one's that must be")
def _(reported, exact):
    return (reported[:, None] > reported[None, :]) & exact[:, None]


@wrong("drawing_time", "regresses the counts on the seconds and turns that line round")
def _(counts, seconds, n):
    c = counts.to(seconds.dtype)
    dc, ds = c - c.mean(), seconds - seconds.mean()
    images_a_second = (dc * ds).sum() / (ds * ds).sum()
    return seconds.mean() + (n - c.mean()) / images_a_second


@right("drawing_time", "the standard library's linear_regression")
def _(counts, seconds, n):
    slope, start = statistics.linear_regression(counts.tolist(), seconds.tolist())
    return torch.tensor([start + slope * count for count in n.tolist()], dtype=seconds.dtype)

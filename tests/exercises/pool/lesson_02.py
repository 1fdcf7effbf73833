"""Answers to lesson 02's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from pool.answer import right, wrong

# adjust_brightness


@wrong("adjust_brightness", "what becomes brighter than 1 stays so")
def _(x, factor):
    return x * factor[:, None, None, None]


@wrong("adjust_brightness", "the factors are lined up with the columns of pixels, not with the images")
def _(x, factor):
    return (x * factor).clamp(max=1)


@wrong("adjust_brightness", "the factors are lined up with the channels: one axis of length 1 is missing")
def _(x, factor):
    return torch.clamp(x * factor.view(-1, 1, 1), 0, 1)


@wrong("adjust_brightness", "an image that becomes too bright is scaled back as a whole, not cut off at 1")
def _(x, factor):
    bright = torch.einsum("bchw,b->bchw", x, factor)
    return bright / bright.amax((1, 2, 3), keepdim=True).clamp(min=1)


@wrong("adjust_brightness", "all images are multiplied by the mean factor")
def _(x, factor):
    return (x * factor.mean()).clamp(0, 1)


@wrong("adjust_brightness", "the factor is cut off at 1, not the product: no image can become brighter")
def _(x, factor):
    return x * factor.clamp(max=1).reshape(-1, 1, 1, 1)


@right("adjust_brightness", "image by image, with torch.where")
def _(x, factor):
    out = []
    for image, times in zip(x, factor.tolist(), strict=True):
        brighter = image * times
        out.append(torch.where(brighter > 1, torch.ones_like(brighter), brighter))
    return torch.stack(out)


@right("adjust_brightness", "NumPy, with the images last")
def _(x, factor):
    return torch.from_numpy(np.minimum(x.numpy().T * factor.numpy(), 1).T.copy())


# cosines


@wrong("cosines", "the rows of b are not scaled to length 1")
def _(a, b):
    return F.normalize(a, dim=1) @ b.T


@wrong("cosines", "the columns are scaled to length 1, not the rows")
def _(a, b):
    return F.normalize(a, dim=0) @ F.normalize(b, dim=0).T


@wrong("cosines", "the result is transposed: a row for each row of b")
def _(a, b):
    return (b / b.norm(dim=1, keepdim=True)) @ (a / a.norm(dim=1, keepdim=True)).T


@wrong("cosines", "the rows are divided by their squared length")
def _(a, b):
    return (a / a.square().sum(1, keepdim=True)) @ (b / b.square().sum(1, keepdim=True)).T


@wrong("cosines", "the lengths are detached, so that gradients treat them as constants")
def _(a, b):
    with torch.no_grad():
        lengths = a.norm(dim=1)[:, None] * b.norm(dim=1)
    return a @ b.T / lengths


@wrong("cosines", "the lengths are kept from falling below 1, and shorter rows stay short")
def _(a, b):
    unit_a = a / a.norm(dim=-1, keepdim=True).clamp(min=1)
    unit_b = b / b.norm(dim=-1, keepdim=True).clamp(min=1)
    return torch.einsum("ad,bd->ab", unit_a, unit_b)


@wrong("cosines", "all of a is divided by one length, that of the whole matrix, and so is b")
def _(a, b):
    return (a / a.norm()) @ (b / b.norm()).T


@right("cosines", "einsum, and the outer product of the lengths")
def _(a, b):
    squares = torch.einsum("ad,ad->a", a, a)[:, None] * torch.einsum("bd,bd->b", b, b)
    return torch.einsum("ad,bd->ab", a, b) * squares.rsqrt()


@right("cosines", "pair by pair, in double precision")
def _(a, b):
    rows = []
    for u in a.double():
        rows.append(torch.stack([torch.dot(u, v) / (u.dot(u).sqrt() * v.dot(v).sqrt()) for v in b.double()]))
    return torch.stack(rows)


# nt_xent


@wrong("nt_xent", "each view may pick itself: its own cosine of 1 is left among the scores")
def _(first, second, temperature):
    z = F.normalize(torch.cat([first, second]), dim=1)
    n = len(first)
    partner = torch.arange(2 * n).roll(n)
    return F.cross_entropy(z @ z.T / temperature, partner)


@wrong("nt_xent", "a view chooses among the other side's views alone, as in CLIP: N candidates, not 2N − 1")
def _(first, second, temperature):
    scores = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T / temperature
    labels = torch.arange(len(first))
    return (F.cross_entropy(scores, labels) + F.cross_entropy(scores.T, labels)) / 2


@wrong("nt_xent", "the rows are not scaled to length 1: the scores are dot products")
def _(first, second, temperature):
    z = torch.cat([first, second])
    n = first.shape[0]
    scores = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(scores, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


@wrong("nt_xent", "only the first views look for their partners; the second views' N cross-entropies are missing")
def _(first, second, temperature):
    n = len(first)
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = z @ z.T / temperature
    scores = scores.masked_fill(torch.eye(2 * n, dtype=torch.bool), -torch.inf)[:n]
    return F.cross_entropy(scores, torch.arange(n) + n)


@wrong("nt_xent", "partners are taken to lie side by side, but the views are stacked one side after the other")
def _(first, second, temperature):
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = z @ z.T / temperature
    scores = scores.masked_fill(torch.eye(len(z), dtype=torch.bool), -torch.inf)
    return F.cross_entropy(scores, torch.arange(len(z)) ^ 1)


@wrong("nt_xent", "the partner is missing from the sum in the denominator")
def _(first, second, temperature):
    n = len(first)
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = z @ z.T / temperature
    own = torch.eye(n, dtype=torch.bool).repeat(2, 2)  # a view itself and its partner
    negatives = torch.exp(scores).masked_fill(own, 0).sum(1)
    positives = torch.diagonal(scores, n).repeat(2)
    return (torch.log(negatives) - positives).mean()


@wrong("nt_xent", "a view's score with itself is set to 0, which still takes part in the softmax as e^0")
def _(first, second, temperature):
    z = F.normalize(torch.cat([first, second]), dim=1)
    n = len(first)
    scores = z @ z.T / temperature * (1 - torch.eye(2 * n, dtype=z.dtype))
    return F.cross_entropy(scores, torch.arange(2 * n).roll(-n))


@wrong("nt_xent", "the cross-entropies are summed, not averaged")
def _(first, second, temperature):
    n = len(first)
    z = F.normalize(torch.cat([first, second]), dim=1)
    scores = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), -1e9)
    return F.cross_entropy(scores, torch.arange(2 * n).roll(n), reduction="sum")


@right("nt_xent", "view by view, with logsumexp over the others")
def _(first, second, temperature):
    views = list(torch.cat([first, second]))
    n = len(first)
    total = 0.0
    for i, view in enumerate(views):
        partner = (i + n) % (2 * n)
        others = [j for j in range(2 * n) if j != i]
        scores = torch.stack([view @ views[j] / (view.norm() * views[j].norm()) for j in others]) / temperature
        total = total + scores.logsumexp(0) - scores[others.index(partner)]
    return total / (2 * n)


@right("nt_xent", "partners side by side, and the diagonal cut out of the matrix")
def _(first, second, temperature):
    z = torch.stack([first, second], dim=1).flatten(0, 1).double()
    z = z / z.pow(2).sum(1, keepdim=True).sqrt()
    m = len(z)
    off = ~torch.eye(m, dtype=torch.bool)
    scores = torch.einsum("id,jd->ij", z, z)[off].view(m, m - 1) / temperature
    partner = torch.arange(m) // 2 * 2  # an even view's partner is the next, and moves up by the one cut out
    return -torch.log_softmax(scores, 1)[torch.arange(m), partner].mean()


# negative_shares


@wrong("negative_shares", "the shares are taken among the anchors, not among an anchor's negatives")
def _(cosine, temperature):
    return torch.softmax(cosine / temperature, dim=0)


@wrong("negative_shares", "the cosines are multiplied by the temperature")
def _(cosine, temperature):
    return F.softmax(cosine * temperature, dim=1)


@wrong("negative_shares", "the temperature is left out of the softmax")
def _(cosine, temperature):
    return cosine.softmax(-1)


@wrong("negative_shares", "the derivative's factor 1 / temperature is kept, so that the shares do not sum to 1")
def _(cosine, temperature):
    return torch.softmax(cosine / temperature, 1) / temperature


@wrong("negative_shares", "the push is taken to grow in proportion to the cosine, not to its exponential")
def _(cosine, temperature):
    push = (cosine + 1) / temperature
    return push / push.sum(1, keepdim=True)


@wrong("negative_shares", "the sign is wrong: the negatives farthest away are pushed most")
def _(cosine, temperature):
    return torch.softmax(-cosine / temperature, dim=1)


@wrong(
    "negative_shares", "the positive, taken to have cosine 1, gets a part of the softmax, and the rest is not rescaled"
)
def _(cosine, temperature):
    everything = torch.cat([torch.ones_like(cosine[:, :1]), cosine], dim=1)
    return torch.softmax(everything / temperature, dim=1)[:, 1:]


@right("negative_shares", "the loss is differentiated, with a positive as near as the nearest negative")
def _(cosine, temperature):
    negatives = cosine.detach().clone().requires_grad_()
    scores = torch.cat([cosine.detach().amax(1, keepdim=True), negatives], dim=1) / temperature
    loss = F.cross_entropy(scores, torch.zeros(len(cosine), dtype=torch.long), reduction="sum")
    (push,) = torch.autograd.grad(loss, negatives)
    return push / push.sum(1, keepdim=True)


@right("negative_shares", "one over the sum of the ratios with all others")
def _(cosine, temperature):
    difference = (cosine[:, None, :] - cosine[:, :, None]).double() / temperature
    return 1 / difference.exp().sum(-1)


# alignment


@wrong("alignment", "the rows are not scaled to length 1")
def _(first, second):
    return (first - second).square().sum(1).mean()


@wrong("alignment", "the distance is not squared")
def _(first, second):
    return (F.normalize(first, dim=1) - F.normalize(second, dim=1)).norm(dim=1).mean()


@wrong("alignment", "the squares are averaged over the dimensions too, not summed")
def _(first, second):
    return F.mse_loss(F.normalize(first, dim=1), F.normalize(second, dim=1))


@wrong("alignment", "every row of the one is compared with every row of the other")
def _(first, second):
    return torch.cdist(F.normalize(first, dim=1), F.normalize(second, dim=1)).square().mean()


@wrong("alignment", "it is 1 − cosine, which is half the squared distance")
def _(first, second):
    return (1 - F.cosine_similarity(first, second, dim=1)).mean()


@wrong("alignment", "the squared distances are summed over the images")
def _(first, second):
    u = first / first.norm(dim=1, keepdim=True)
    v = second / second.norm(dim=1, keepdim=True)
    return ((u - v) ** 2).sum()


@right("alignment", "2 − 2 · cosine, in NumPy")
def _(first, second):
    a, b = first.double().numpy(), second.double().numpy()
    cosine = (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))
    return torch.tensor(np.mean(2 - 2 * cosine))


@right("alignment", "plain Python, row by row")
def _(first, second):
    total = 0.0
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        total += math.dist([p / math.hypot(*a) for p in a], [q / math.hypot(*b) for q in b]) ** 2
    return torch.tensor(total / len(first))


# uniformity


@wrong("uniformity", "each row is paired with itself too")
def _(z, t):
    u = F.normalize(z, dim=1)
    squares = (u[:, None] - u[None]).square().sum(-1)
    return torch.exp(-t * squares).mean().log()


@wrong("uniformity", "the distance is not squared")
def _(z, t):
    return torch.pdist(F.normalize(z, dim=1)).mul(-t).exp().mean().log()


@wrong("uniformity", "the mean is taken of the exponents, so that the logarithm only undoes the exponential")
def _(z, t):
    u = z / z.norm(dim=1, keepdim=True)
    return (-t * torch.pdist(u) ** 2).mean()


@wrong("uniformity", "the rows are not scaled to length 1")
def _(z, t):
    return torch.log(torch.exp(-t * torch.pdist(z).square()).mean())


@wrong("uniformity", "each pair is counted once, but the sum is divided by all N · (N − 1)")
def _(z, t):
    n = len(z)
    u = F.normalize(z, dim=1)
    squares = 2 - 2 * u @ u.T
    return torch.log(torch.triu((-t * squares).exp(), diagonal=1).sum() / (n * (n - 1)))


@wrong("uniformity", "the logarithm is missing")
def _(z, t):
    return (-t * torch.pdist(F.normalize(z, dim=1)).square()).exp().mean()


@wrong("uniformity", "the sum over the pairs is not divided by their number")
def _(z, t):
    return torch.logsumexp(-t * torch.pdist(F.normalize(z, dim=-1)) ** 2, dim=0)


@right("uniformity", "logsumexp over the ordered pairs of cosines")
def _(z, t):
    u = z / z.norm(dim=1, keepdim=True)
    n = len(u)
    i, j = torch.nonzero(~torch.eye(n, dtype=torch.bool), as_tuple=True)
    cosine = torch.einsum("pd,pd->p", u[i], u[j])
    return torch.logsumexp(t * (2 * cosine - 2), 0) - math.log(n * (n - 1))


@right("uniformity", "plain Python, pair by pair")
def _(z, t):
    rows = [[v / math.hypot(*row) for v in row] for row in z.tolist()]
    terms = [math.exp(-t * math.dist(rows[i], rows[j]) ** 2) for i in range(len(rows)) for j in range(i)]
    return torch.tensor(math.log(math.fsum(terms) / len(terms)))

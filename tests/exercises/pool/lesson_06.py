"""Answers to lesson 06's exercises, written from the cards alone."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from pool.answer import right, wrong

# last_given_rest


@wrong("last_given_rest", "it divides by p(x₃), which gives p(x₁, x₂ | x₃)")
def _(joint):
    return joint / joint.sum((0, 1))


@wrong("last_given_rest", "it divides by p(x₁), which gives p(x₂, x₃ | x₁)")
def _(joint):
    return joint / joint.sum(dim=(1, 2), keepdim=True)


@wrong("last_given_rest", "x₁ is summed out: it is p(x₃ | x₂), the same for every x₁")
def _(joint):
    pair = joint.sum(0)
    return (pair / pair.sum(-1, keepdim=True)).expand(joint.shape)


@wrong("last_given_rest", "a softmax of the probabilities, which exponentiates them first")
def _(joint):
    return torch.softmax(joint, dim=-1)


@wrong("last_given_rest", "it is normalised over the first variable: p(x₁ | x₂, x₃)")
def _(joint):
    return F.normalize(joint, p=1, dim=0)


@right("last_given_rest", "logarithms, as a model would give them")
def _(joint):
    return torch.log_softmax(joint.log(), dim=2).exp()


@right("last_given_rest", "three plain loops in NumPy")
def _(joint):
    table = joint.numpy().astype(np.float64)
    result = np.empty_like(table)
    for a, b, c in np.ndindex(*table.shape):
        result[a, b, c] = table[a, b, c] / table[a, b].sum()
    return torch.from_numpy(result)


# back_off


@wrong("back_off", "the rows do not sum to 1: strength is added to the total once for each of the V words")
def _(counts, shorter, strength):
    total = counts.sum(1, keepdim=True) + strength * counts.shape[1]
    return (counts + strength * shorter) / total


@wrong("back_off", "the shorter context is asked only where the longer was never seen")
def _(counts, shorter, strength):
    total = counts.sum(1, keepdim=True)
    return torch.where(total > 0, counts / total.clamp(min=1), shorter)


@wrong("back_off", "the strength is left out: the shorter context always counts as one observation")
def _(counts, shorter, strength):
    return (counts + shorter) / (counts.sum(-1, keepdim=True) + 1)


@wrong("back_off", "the two weights are exchanged: the more often a context was seen, the less its counts matter")
def _(counts, shorter, strength):
    total = counts.sum(-1, keepdim=True)
    seen = counts / total.clamp(min=1)
    share = total / (total + strength)
    return share * shorter + (1 - share) * seen


@wrong("back_off", "the total is that of all contexts together, not of each")
def _(counts, shorter, strength):
    mixed = counts + strength * shorter
    return mixed / (counts.sum() + strength)


@right("back_off", "a mixture of the relative frequencies and the shorter context's answer")
def _(counts, shorter, strength):
    rows = []
    for count, short in zip(counts, shorter, strict=True):
        total = float(count.sum())
        share = strength / (total + strength)
        rows.append(short if total == 0 else (1 - share) * count / total + share * short)
    return torch.stack(rows)


@right("back_off", "add and then normalise, in NumPy and double precision")
def _(counts, shorter, strength):
    mixed = counts.double().numpy() + float(strength) * shorter.double().numpy()
    return torch.from_numpy(mixed / mixed.sum(1, keepdims=True))


# shift_right


@wrong("shift_right", "the tokens move one place to the left, with the start token at the end")
def _(x, start):
    return torch.cat([x[:, 1:], start], dim=1)


@wrong("shift_right", "the last token is not dropped, so that the result has T + 1 places")
def _(x, start):
    return torch.cat([start, x], dim=1)


@wrong("shift_right", "the last token comes round to the front in place of the start token")
def _(x, start):
    return torch.roll(x, 1, dims=1)


@wrong("shift_right", "the start token replaces the first token, and nothing moves")
def _(x, start):
    x = x.clone()
    x[:, :1] = start
    return x


@wrong("shift_right", "each token is copied from the place just overwritten, so that the start token fills the row")
def _(x, start):
    given = x.clone()
    given[:, 0] = start[:, 0]
    for t in range(1, x.shape[1]):
        given[:, t] = given[:, t - 1]
    return given


@wrong("shift_right", "the start token of the first sequence is given to all of them")
def _(x, start):
    return F.pad(x, (1, 0), value=int(start[0, 0]))[:, :-1]


@right("shift_right", "roll, and then write the start over the first place")
def _(x, start):
    given = x.roll(1, 1)
    given[:, 0] = start.squeeze(1)
    return given


@right("shift_right", "lists in plain Python")
def _(x, start):
    return torch.tensor([s + row[:-1] for s, row in zip(start.tolist(), x.tolist(), strict=True)])


# rnn_step


@wrong("rnn_step", "U is not transposed for rows: it is hᵀU, not U h")
def _(x, h, w, u, b):
    return torch.tanh(x @ w.T + h @ u + b)


@wrong("rnn_step", "a sigmoid stands in for tanh")
def _(x, h, w, u, b):
    return torch.sigmoid(F.linear(x, w, b) + F.linear(h, u))


@wrong("rnn_step", "tanh is taken of the input's part alone, and the state is added outside")
def _(x, h, w, u, b):
    return torch.tanh(x @ w.T + b) + h @ u.T


@wrong("rnn_step", "the bias is added twice, once with each matrix")
def _(x, h, w, u, b):
    return torch.tanh(F.linear(x, w, b) + F.linear(h, u, b))


@wrong("rnn_step", "the old state is detached, so that no gradient reaches back through time")
def _(x, h, w, u, b):
    return torch.tanh(x @ w.T + h.detach() @ u.T + b)


@right("rnn_step", "PyTorch's own cell, with a second bias of zeros")
def _(x, h, w, u, b):
    return torch.rnn_tanh_cell(x, h, w, u, b, torch.zeros_like(b))


@right("rnn_step", "one product of [x, h] with [W, U]")
def _(x, h, w, u, b):
    both = torch.einsum("bi,hi->bh", torch.cat([x, h], 1), torch.cat([w, u], 1))
    return (both + b).tanh()


@right("rnn_step", "the sequences one by one, tanh as 2 σ(2a) − 1")
def _(x, h, w, u, b):
    return torch.stack([2 * torch.sigmoid(2 * (w @ i + u @ s + b)) - 1 for i, s in zip(x, h, strict=True)])


# attention_weights


@wrong("attention_weights", "the products are divided by d, not by its root")
def _(q, k):
    scores = q @ k.transpose(1, 2) / q.shape[-1]
    later = torch.ones(scores.shape[1:], dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -math.inf).softmax(-1)


@wrong("attention_weights", "the softmax runs over the places that ask, not over those listened to")
def _(q, k):
    scores = torch.einsum("bid,bjd->bij", q, k) / q.shape[-1] ** 0.5
    later = torch.ones_like(scores[0]).triu(1).bool()
    return scores.masked_fill(later, -1e9).softmax(1)


@wrong("attention_weights", "the future is cut only after the softmax, so that the rows no longer sum to 1")
def _(q, k):
    scores = q @ k.mT / math.sqrt(q.size(-1))
    return scores.softmax(-1).tril()


@wrong("attention_weights", "later places get the score 0, not −∞, and so still some weight")
def _(q, k):
    scores = q @ k.mT / math.sqrt(q.size(-1))
    return torch.softmax(scores.tril(), dim=-1)


@wrong("attention_weights", "the mask has the wrong triangle: each place listens to the future")
def _(q, k):
    scores = q @ k.mT / math.sqrt(q.size(-1))
    earlier = torch.ones(q.shape[1], q.shape[1]).tril(-1) == 1
    return scores.masked_fill(earlier, -torch.inf).softmax(-1)


@wrong("attention_weights", "queries and keys are exchanged: row t asks with its key")
def _(q, k):
    scores = k @ q.transpose(-1, -2) / math.sqrt(q.size(-1))
    later = torch.ones(q.shape[1], q.shape[1], dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -torch.inf).softmax(-1)


@right("attention_weights", "place by place, a softmax over what lies before, padded with zeros")
def _(q, k):
    n = q.shape[1]
    rows = []
    for t in range(n):
        scores = (k[:, : t + 1] * q[:, t : t + 1]).sum(-1) / math.sqrt(q.shape[-1])
        rows.append(F.pad(scores.softmax(-1), (0, n - 1 - t)))
    return torch.stack(rows, dim=1)


@right("attention_weights", "PyTorch's scaled_dot_product_attention, with the identity for values")
def _(q, k):
    b, n, _ = q.shape
    values = torch.eye(n, dtype=q.dtype).expand(b, n, n)
    return F.scaled_dot_product_attention(q, k, values, is_causal=True)


# keep_top_k


@wrong("keep_top_k", "what is cut becomes 0, which is still a logit, not −∞")
def _(logits, k):
    top = logits.topk(min(k, logits.shape[1]))
    return torch.zeros_like(logits).scatter(1, top.indices, top.values)


@wrong("keep_top_k", "topk fails where k is larger than V")
def _(logits, k):
    top = logits.topk(k, dim=-1)
    return torch.full_like(logits, -torch.inf).scatter(-1, top.indices, top.values)


@wrong("keep_top_k", "the logits are left sorted: they no longer stand at their own tokens")
def _(logits, k):
    ordered = logits.sort(dim=1, descending=True).values
    ordered[:, k:] = -math.inf
    return ordered


@wrong("keep_top_k", "the k-th largest is cut too: only what is larger than it stays")
def _(logits, k):
    k = min(k, logits.shape[1])
    threshold = logits.sort(1, descending=True).values[:, k - 1 : k]
    return torch.where(logits > threshold, logits, -torch.inf)


@wrong("keep_top_k", "the k smallest stay: argsort sorts upwards")
def _(logits, k):
    keep = logits.argsort(dim=1)[:, :k]
    result = torch.full_like(logits, float("-inf"))
    return result.scatter(1, keep, logits.gather(1, keep))


@wrong("keep_top_k", "the threshold of the first row is used for all rows")
def _(logits, k):
    threshold = logits[0].sort(descending=True).values[min(k, logits.shape[1]) - 1]
    return logits.masked_fill(logits < threshold, -torch.inf)


@right("keep_top_k", "ranks: the argsort of the argsort")
def _(logits, k):
    rank = logits.argsort(1, descending=True).argsort(1)
    return logits.masked_fill(rank >= k, -torch.inf)


@right("keep_top_k", "a plain loop that writes −∞ over all but the k first of each sorted row")
def _(logits, k):
    rows = logits.tolist()
    for row in rows:
        order = sorted(range(len(row)), key=lambda i: -row[i])
        for i in order[k:]:
            row[i] = -math.inf
    return torch.tensor(rows)


# keep_top_p


@wrong("keep_top_p", "the token that crosses p is cut, so that what stays does not reach p and may be nothing")
def _(logits, p):
    ordered, order = logits.softmax(1).sort(1, descending=True)
    keep = ordered.cumsum(1) <= p
    return logits.masked_fill(~keep.gather(1, order.argsort(1)), -torch.inf)


@wrong("keep_top_p", "one token more than needed stays")
def _(logits, p):
    ordered, order = logits.softmax(1).sort(1, descending=True)
    n_keep = (ordered.cumsum(1) < p).sum(1, keepdim=True) + 2
    rank = order.argsort(1)
    return torch.where(rank < n_keep, logits, -torch.inf)


@wrong("keep_top_p", "the probabilities are cumulated in the order of the vocabulary, not from the likeliest down")
def _(logits, p):
    probs = logits.softmax(-1)
    before = probs.cumsum(-1) - probs
    return logits.masked_fill(before >= p, -torch.inf)


@wrong("keep_top_p", "the kept logits are written back in sorted order, not at their tokens")
def _(logits, p):
    ordered = logits.sort(dim=-1, descending=True).values
    probs = ordered.softmax(-1)
    ordered[probs.cumsum(-1) - probs >= p] = -torch.inf
    return ordered


@wrong("keep_top_p", "the mask of the sorted tokens is laid over the unsorted ones")
def _(logits, p):
    ordered = logits.softmax(-1).sort(-1, descending=True).values
    cut = ordered.cumsum(-1) - ordered >= p
    return logits.masked_fill(cut, -torch.inf)


@wrong("keep_top_p", "what stays becomes a log-probability, and does not keep its logit")
def _(logits, p):
    log_probs = logits.log_softmax(-1)
    ordered, order = log_probs.exp().sort(-1, descending=True)
    cut = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, ordered.cumsum(-1) - ordered >= p)
    return log_probs.masked_fill(cut, -torch.inf)


@wrong("keep_top_p", "the mask goes back by gathering with the sort's order, which must be inverted first")
def _(logits, p):
    ordered, order = logits.softmax(-1).sort(-1, descending=True)
    cut = ordered.cumsum(-1) - ordered >= p
    return logits.masked_fill(cut.gather(-1, order), -torch.inf)


@right("keep_top_p", "a plain loop that takes tokens until p is reached")
def _(logits, p):
    result = torch.full_like(logits, -math.inf)
    for row, kept in zip(logits, result, strict=True):
        probs = row.double().softmax(0)
        total = 0.0
        for i in row.argsort(descending=True).tolist():
            kept[i] = row[i]
            total += float(probs[i])
            if total >= p:
                break
    return result


@right("keep_top_p", "a token stays if those likelier than it fall short of p, in NumPy")
def _(logits, p):
    table = logits.numpy().copy()
    for row in table:
        probs = np.exp(row - row.max())
        order = np.argsort(-probs, kind="stable")
        cumulated = np.cumsum(probs[order] / probs.sum())
        n_keep = int(np.searchsorted(cumulated, p)) + 1
        row[order[n_keep:]] = -np.inf
    return torch.from_numpy(table)

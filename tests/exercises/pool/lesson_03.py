"""Answers to lesson 03's exercises, written from the cards alone."""

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from pool.answer import right, wrong

# info_nce


@wrong("info_nce", "gradients flow into keys and negatives")
def _(query, key, negatives, temperature):
    q, k, n = (F.normalize(v, dim=1) for v in (query, key, negatives))
    scores = torch.cat([(q * k).sum(1, keepdim=True), q @ n.T], dim=1) / temperature
    return F.cross_entropy(scores, torch.zeros(len(q), dtype=torch.long))


@wrong("info_nce", "the own key is missing from the sum in the denominator")
def _(query, key, negatives, temperature):
    q = F.normalize(query, dim=1)
    k = F.normalize(key.detach(), dim=1)
    n = F.normalize(negatives.detach(), dim=1)
    positive = torch.einsum("bd,bd->b", q, k) / temperature
    return (torch.logsumexp(q @ n.T / temperature, dim=1) - positive).mean()


@wrong("info_nce", "the other rows' keys are made negatives too, as in SimCLR")
def _(query, key, negatives, temperature):
    q = F.normalize(query, dim=1)
    others = F.normalize(torch.cat([key, negatives]).detach(), dim=1)
    return F.cross_entropy(q @ others.T / temperature, torch.arange(len(q)))


@wrong("info_nce", "the queries are not scaled to length 1")
def _(query, key, negatives, temperature):
    k = F.normalize(key.detach(), dim=1)
    n = F.normalize(negatives.detach(), dim=1)
    scores = torch.cat([(query * k).sum(1, keepdim=True), query @ n.T], dim=1) / temperature
    return -scores.log_softmax(1)[:, 0].mean()


@wrong("info_nce", "the own key's score is put last, but the label 0 says first")
def _(query, key, negatives, temperature):
    q = F.normalize(query, dim=1)
    k = F.normalize(key, dim=1).detach()
    n = F.normalize(negatives, dim=1).detach()
    scores = torch.cat([q @ n.T, (q * k).sum(1, keepdim=True)], dim=1) / temperature
    return F.cross_entropy(scores, torch.zeros(len(q), dtype=torch.long))


@wrong("info_nce", "only the negatives are divided by the temperature")
def _(query, key, negatives, temperature):
    q = F.normalize(query, dim=1)
    k = F.normalize(key, dim=1).detach()
    n = F.normalize(negatives, dim=1).detach()
    scores = torch.cat([(q * k).sum(1, keepdim=True), q @ n.T / temperature], dim=1)
    return F.cross_entropy(scores, torch.zeros(len(q), dtype=torch.long))


@wrong("info_nce", "the query's length is detached with the rest, and its gradient treats it as a constant")
def _(query, key, negatives, temperature):
    with torch.no_grad():
        k = key / key.norm(dim=1, keepdim=True)
        n = negatives / negatives.norm(dim=1, keepdim=True)
        length = query.norm(dim=1, keepdim=True)
    q = query / length
    scores = torch.cat([(q * k).sum(1, keepdim=True), q @ n.T], dim=1) / temperature
    return F.cross_entropy(scores, torch.zeros(len(q), dtype=torch.long))


@right("info_nce", "row by row, with logsumexp")
def _(query, key, negatives, temperature):
    losses = []
    for q, k in zip(query, key.detach(), strict=True):
        candidates = torch.vstack([negatives.detach(), k])
        scores = candidates @ q / (candidates.norm(dim=1) * q.norm()) / temperature
        losses.append(scores.logsumexp(0) - scores[-1])
    return torch.stack(losses).mean()


@right("info_nce", "torch.distributions, in double precision")
def _(query, key, negatives, temperature):
    with torch.no_grad():
        candidates = torch.cat([key[:, None], negatives.expand(len(key), -1, -1)], dim=1).double()
        candidates = candidates / candidates.norm(dim=2, keepdim=True)
    q = query.double() / query.double().norm(dim=1, keepdim=True)
    scores = torch.einsum("bd,bkd->bk", q, candidates) / temperature
    return -Categorical(logits=scores).log_prob(torch.zeros(len(q), dtype=torch.long)).mean()


# enqueue


@wrong("enqueue", "the queue that was given is overwritten")
def _(queue, keys, pointer):
    places = (pointer + torch.arange(len(keys))) % len(queue)
    queue[places] = keys
    return queue, (pointer + len(keys)) % len(queue)


@wrong("enqueue", "keys that do not fit at the end are dropped, not put at the start")
def _(queue, keys, pointer):
    new = queue.clone()
    room = min(len(keys), len(queue) - pointer)
    new[pointer : pointer + room] = keys[:room]
    return new, (pointer + len(keys)) % len(queue)


@wrong("enqueue", "the new pointer does not come back to 0 after the last place")
def _(queue, keys, pointer):
    new = queue.clone()
    for i, k in enumerate(keys):
        new[(pointer + i) % len(queue)] = k
    return new, pointer + len(keys)


@wrong("enqueue", "the new pointer moves on by one, whatever the number of keys")
def _(queue, keys, pointer):
    new = queue.clone()
    new[(torch.arange(len(keys)) + pointer) % len(new)] = keys
    return new, (pointer + 1) % len(new)


@wrong("enqueue", "the oldest rows are pushed out at the front and the keys appended, wherever the pointer stands")
def _(queue, keys, pointer):
    return torch.cat([queue[len(keys) :], keys]), (pointer + len(keys)) % len(queue)


@wrong("enqueue", "the new pointer is the place of the last key written, not of the next")
def _(queue, keys, pointer):
    new, K = queue.clone(), len(queue)
    places = torch.arange(pointer, pointer + len(keys)).remainder(K)
    return new.index_copy(0, places, keys), int(places[-1])


@wrong("enqueue", "a batch that does not fit at the end starts at place 0 as a whole")
def _(queue, keys, pointer):
    start = pointer if pointer + len(keys) <= len(queue) else 0
    new = queue.clone()
    new[start : start + len(keys)] = keys
    return new, (start + len(keys)) % len(queue)


@wrong("enqueue", "the new pointer can be K: it only comes back when it lies beyond that")
def _(queue, keys, pointer):
    new = queue.clone()
    new[(torch.arange(len(keys)) + pointer) % len(queue)] = keys
    after = pointer + len(keys)
    if after > len(queue):
        after -= len(queue)
    return new, after


@right("enqueue", "the ring is rolled until the pointer is 0, and back")
def _(queue, keys, pointer):
    rolled = torch.roll(queue, -pointer, 0)
    rolled = torch.cat([keys, rolled[len(keys) :]])
    return rolled.roll(pointer, 0), (pointer + len(keys)) % len(queue)


@right("enqueue", "a list of rows, one key after another")
def _(queue, keys, pointer):
    rows = list(queue)
    for k in keys:
        rows[pointer] = k
        pointer = 0 if pointer == len(rows) - 1 else pointer + 1
    return torch.stack(rows), pointer


# moving_average


@wrong("moving_average", "momentum is the share of the fast weights, not of the slow ones")
def _(slow, fast, momentum):
    return slow + momentum * (fast - slow)


@wrong("moving_average", "the fast weights are added whole, without their share 1 − momentum")
def _(slow, fast, momentum):
    return momentum * slow + fast


@wrong("moving_average", "the sign is wrong: the step leads away from the fast weights")
def _(slow, fast, momentum):
    return slow - (1 - momentum) * (fast - slow)


@wrong("moving_average", "the momentum is fixed at 0.99, whatever was given")
def _(slow, fast, momentum):
    return torch.lerp(slow, fast, 0.01)


@wrong("moving_average", "the slow weights are not shrunk before the fast ones' share is added")
def _(slow, fast, momentum):
    return slow.add(fast, alpha=1 - momentum)


@wrong("moving_average", "the difference is scaled and returned alone: a step, not the weights after it")
def _(slow, fast, momentum):
    return (1 - momentum) * (fast - slow)


@right("moving_average", "lerp, backwards from the fast weights")
def _(slow, fast, momentum):
    return fast.lerp(slow, momentum)


@right("moving_average", "np.average with weights")
def _(slow, fast, momentum):
    both = np.stack([slow.double().numpy(), fast.double().numpy()])
    return torch.from_numpy(np.average(both, axis=0, weights=[momentum, 1 - momentum]))


# teacher_probabilities


@wrong("teacher_probabilities", "the logits are sharpened before the centre is taken off")
def _(logits, centre, temperature):
    return torch.softmax(logits.detach() / temperature - centre, dim=1)


@wrong("teacher_probabilities", "gradients flow into the logits")
def _(logits, centre, temperature):
    return torch.softmax((logits - centre) / temperature, dim=1)


@wrong("teacher_probabilities", "the softmax runs over the images, not over the outputs")
def _(logits, centre, temperature):
    return F.softmax((logits.detach() - centre) / temperature, dim=0)


@wrong("teacher_probabilities", "the centre is added")
def _(logits, centre, temperature):
    return F.softmax((logits.detach() + centre) / temperature, dim=-1)


@wrong("teacher_probabilities", "what is left is multiplied by the temperature, which flattens it")
@torch.no_grad()
def _(logits, centre, temperature):
    return ((logits - centre) * temperature).softmax(-1)


@wrong("teacher_probabilities", "the batch's own mean is taken off, and the centre that was given is not used")
@torch.no_grad()
def _(logits, centre, temperature):
    return ((logits - logits.mean(0)) / temperature).softmax(1)


@wrong("teacher_probabilities", "exponentials of large logits overflow, for nothing is taken off them first")
@torch.no_grad()
def _(logits, centre, temperature):
    raised = torch.exp((logits - centre) / temperature)
    return raised / raised.sum(1, keepdim=True)


@right("teacher_probabilities", "torch.distributions")
@torch.no_grad()
def _(logits, centre, temperature):
    return Categorical(logits=logits.sub(centre).div(temperature)).probs


@right("teacher_probabilities", "NumPy, row by row")
def _(logits, centre, temperature):
    rows = []
    for row in logits.detach().double().numpy():
        left = (row - centre.double().numpy()) / temperature
        raised = np.exp(left - left.max())
        rows.append(raised / raised.sum())
    return torch.from_numpy(np.array(rows))


# update_centre


@wrong("update_centre", "the shares are exchanged: the old centre keeps 1 − momentum")
def _(centre, teacher_logits, momentum):
    return (1 - momentum) * centre + momentum * teacher_logits.mean((0, 1))


@wrong("update_centre", "the logits are summed over the views, and averaged over the images alone")
def _(centre, teacher_logits, momentum):
    return momentum * centre + (1 - momentum) * teacher_logits.sum(0).mean(0)


@wrong("update_centre", "the mean runs over the outputs too: one number for all K")
def _(centre, teacher_logits, momentum):
    return momentum * centre + (1 - momentum) * teacher_logits.mean()


@wrong("update_centre", "only the first view's logits are averaged")
def _(centre, teacher_logits, momentum):
    return centre.lerp(teacher_logits[0].mean(0), 1 - momentum)


@wrong("update_centre", "the rest is not weighed by 1 − momentum: the whole mean is added")
def _(centre, teacher_logits, momentum):
    return momentum * centre + teacher_logits.flatten(0, 1).mean(0)


@wrong("update_centre", "probabilities are averaged: a softmax was taken of the logits first")
def _(centre, teacher_logits, momentum):
    return momentum * centre + (1 - momentum) * teacher_logits.softmax(-1).mean(dim=(0, 1))


@wrong("update_centre", "the centre is updated once for each view, so that it keeps less than its share")
def _(centre, teacher_logits, momentum):
    for view in teacher_logits:
        centre = momentum * centre + (1 - momentum) * view.mean(0)
    return centre


@right("update_centre", "einsum with the count divided out")
def _(centre, teacher_logits, momentum):
    T, B, _K = teacher_logits.shape
    return centre * momentum + torch.einsum("tbk->k", teacher_logits) * ((1 - momentum) / (T * B))


@right("update_centre", "output by output, in plain Python")
def _(centre, teacher_logits, momentum):
    new = []
    for k, old in enumerate(centre.tolist()):
        values = [row[k] for view in teacher_logits.tolist() for row in view]
        new.append(old + (1 - momentum) * (sum(values) / len(values) - old))
    return torch.tensor(new)


# distillation_loss


@wrong("distillation_loss", "a view is also compared with itself: the pairs with t = v are left in")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, dim=-1)
    return -(targets.detach()[:, None] * log_p[None]).sum(-1).mean()


@wrong("distillation_loss", "the pairs with t = v are left out of the sum, but counted in the mean")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, dim=-1)
    T, V, B = len(targets), len(student), student.shape[1]
    cross = -torch.einsum("tbk,vbk->tv", targets.detach(), log_p)
    return (cross * (1 - torch.eye(T, V, dtype=cross.dtype))).sum() / (T * V * B)


@wrong("distillation_loss", "gradients flow into the targets")
def _(student, targets, temperature):
    log_p = torch.log_softmax(student / temperature, dim=2)
    terms = []
    for t in range(len(targets)):
        for v in range(len(student)):
            if t != v:
                terms.append(-(targets[t] * log_p[v]).sum(1).mean())
    return sum(terms) / len(terms)


@wrong("distillation_loss", "the student's temperature is left out")
def _(student, targets, temperature):
    log_p = student.log_softmax(-1)
    cross = -(targets.detach()[:, None] * log_p).sum(-1).mean(-1)  # (T, V)
    return cross[~torch.eye(*cross.shape, dtype=torch.bool)].mean()


@wrong("distillation_loss", "each pair is used in one order only: student views before the teacher's are skipped")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, -1)
    terms = [
        -(targets[t].detach() * log_p[v]).sum(-1).mean()
        for t in range(len(targets))
        for v in range(t + 1, len(student))
    ]
    return torch.stack(terms).mean()


@wrong(
    "distillation_loss", "it is the KL divergence: the targets' entropy is taken off, which the gradient cannot show"
)
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, dim=-1)
    goal = targets.detach()
    total, pairs = 0.0, 0
    for t in range(goal.shape[0]):
        for v in range(student.shape[0]):
            if v == t:
                continue
            total = total + F.kl_div(log_p[v], goal[t], reduction="batchmean")
            pairs += 1
    return total / pairs


@wrong("distillation_loss", "the cross-entropy is averaged over the K outputs, not summed")
def _(student, targets, temperature):
    log_p = F.log_softmax(student / temperature, -1)
    cross = -torch.einsum("tbk,vbk->tvbk", targets.detach(), log_p)
    return cross[~torch.eye(len(targets), len(student), dtype=torch.bool)].mean()


@wrong("distillation_loss", "the student's probabilities can underflow to 0 before the logarithm is taken")
def _(student, targets, temperature):
    p = torch.softmax(student / temperature, dim=-1)
    cross = -(targets.detach()[:, None] * torch.log(p)).sum(-1).mean(-1)
    return cross[~torch.eye(len(targets), len(student), dtype=torch.bool)].mean()


@wrong("distillation_loss", "the student is compared in its first T views only")
def _(student, targets, temperature):
    T = len(targets)
    log_p = F.log_softmax(student[:T] / temperature, -1)
    cross = -torch.einsum("tbk,vbk->tv", targets.detach(), log_p) / student.shape[1]
    others = ~torch.eye(T, dtype=torch.bool)
    return (cross * others).sum() / others.sum().clamp(min=1)


@right("distillation_loss", "F.cross_entropy with soft targets, pair by pair")
def _(student, targets, temperature):
    goals = targets.detach()
    pairs = [(t, v) for t in range(len(goals)) for v in range(len(student)) if t != v]
    return torch.stack([F.cross_entropy(student[v] / temperature, goals[t]) for t, v in pairs]).mean()


@right("distillation_loss", "all pairs less those with t = v, in double precision")
def _(student, targets, temperature):
    logits = student.double() / temperature
    log_p = logits - logits.logsumexp(-1, keepdim=True)
    goals = targets.detach().double()
    T, V, B = len(goals), len(student), student.shape[1]
    everything = torch.einsum("tbk,vbk->", goals, log_p)
    own = torch.einsum("tbk,tbk->", goals, log_p[:T])
    return (own - everything) / (T * (V - 1) * B)

"""Lesson 03, first part: InfoNCE against a queue, the queue itself, and averages that move."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import moco

# --------------------------------------------------------------------------------------------------- info_nce


def _queries(generator: torch.Generator, B: int, D: int, K: int, temperature: float) -> dict[str, Any]:
    query = torch.randn(B, D, generator=generator)
    key = 2 * query + torch.randn(B, D, generator=generator)
    return dict(query=query, key=key, negatives=torch.randn(K, D, generator=generator), temperature=temperature)


def _nce(
    query: Tensor,
    key: Tensor,
    negatives: Tensor,
    temperature: float,
    *,
    normal: bool = True,
    detach: bool = True,
    divide: bool = True,
    place: int = 0,
) -> Tensor:
    """InfoNCE with one of its parts wrong."""
    if normal:
        query, key, negatives = (F.normalize(x, dim=1) for x in (query, key, negatives))
    key, negatives = (key.detach(), negatives.detach()) if detach else (key, negatives)
    logits = torch.cat([(query * key).sum(1, keepdim=True), query @ negatives.T], 1)
    logits = logits / temperature if divide else logits * temperature
    return F.cross_entropy(logits, torch.full((len(query),), place))


def _cosines(query: Tensor, key: Tensor, negatives: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each query with its own key (B, 1), with all keys (B, B), with the negatives (B, K)."""
    query, key, negatives = (F.normalize(x, dim=1) for x in (query, key.detach(), negatives.detach()))
    return (query * key).sum(1, keepdim=True), query @ key.T, query @ negatives.T


def _decoupled(query: Tensor, key: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    own, _, others = _cosines(query, key, negatives)
    return ((others / temperature).logsumexp(1) - own[:, 0] / temperature).mean()


def _raw_queries(query: Tensor, key: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    own, _, others = _cosines(query, key, negatives)
    s = torch.cat([own, others], 1) * query.norm(dim=1, keepdim=True) / temperature
    return F.cross_entropy(s, torch.zeros(len(s), dtype=torch.long))


def _in_batch(query: Tensor, key: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    _, keys, others = _cosines(query, key, negatives)
    return F.cross_entropy(torch.cat([keys, others], 1) / temperature, torch.arange(len(query)))


info_nce = Exercise(
    reference=moco.info_nce,
    title="InfoNCE",
    difficulty=2,
    minutes=10,
    question="Write `info_nce(query, key, negatives, temperature)`: each row of `query` (B, D) must find its own "
    "key, the same row of `key` (B, D), among that key and all rows of `negatives` (K, D), with the "
    "scores cosine / `temperature`. No vector is of length 1 yet. The result is the mean of the B "
    "cross-entropies in nats, a scalar; no gradient may flow into keys and negatives.",
    example={
        "query": torch.tensor([[3.0, 4.0], [0.0, 1.0]]),
        "key": torch.tensor([[0.0, 2.0], [3.0, 4.0]]),
        "negatives": torch.tensor([[1.0, 0.0], [0.0, -3.0]]),
        "temperature": 0.2,
    },
    make_inputs=_queries,
    sizes=(
        dict(B=3, D=4, K=5, temperature=0.2),
        dict(B=4, D=4, K=4, temperature=0.07),
        dict(B=1, D=3, K=2, temperature=0.5),
    ),
    differentiable=("query", "key", "negatives"),
    clauses={
        "must find its own key": ALWAYS,
        "no gradient may flow into keys and negatives": ALWAYS,
    },
    hints=(
        "The logits are (B, 1 + K): the cosine with one's own key, then those with the queue. In which column stands "
        "the right answer? And `detach()` keeps a gradient out.",
        "`logits = torch.cat([(q * k).sum(1, keepdim=True), q @ n.T], 1) / temperature`, with normalised q, k and n; "
        "then `F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))`",
    ),
    mistakes=(
        Mistake(
            lambda query, key, negatives, temperature: _nce(query, key, negatives, temperature, detach=False),
            "A gradient flows into the keys. The key encoder follows by its average, and the queue is past: "
            "`detach()` both.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _nce(query, key, negatives, temperature, normal=False),
            "The vectors are not normalised: bring queries, keys and negatives to length 1.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _nce(query, key, negatives, temperature, divide=False),
            "You multiplied by the temperature. It divides.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _nce(query, key, negatives, temperature, place=1),
            "You told the loss that the first negative is the right answer: the own key's score and its label must "
            "say the same column.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: (
                -(F.cosine_similarity(query, key.detach(), dim=1)).mean() / temperature
            ),
            "Without negatives there is nothing to tell apart: all outputs may become one and the same.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _nce(query, key, torch.cat([negatives, key]), temperature),
            "The keys of the batch are among the negatives too, each query's own key with them: it must lose "
            "against itself.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _nce(query.detach(), key, negatives, temperature),
            "No gradient reaches the query: then nothing is learned.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _decoupled(query, key, negatives, temperature),
            "The own key is missing from the sum in the denominator: it is one of the 1 + K candidates.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _raw_queries(query, key, negatives, temperature),
            "The queries are not scaled to length 1: a cosine needs both vectors so.",
        ),
        Mistake(
            lambda query, key, negatives, temperature: _in_batch(query, key, negatives, temperature),
            "The other rows' keys are among the negatives too, as in SimCLR. Here the negatives are those of the queue "
            "alone.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------------------- enqueue


def _ring(generator: torch.Generator, K: int, B: int, D: int, pointer: int) -> dict[str, Any]:
    return dict(
        queue=torch.randn(K, D, generator=generator), keys=torch.randn(B, D, generator=generator), pointer=pointer
    )


def _put(queue: Tensor, keys: Tensor, places: Tensor, pointer: int) -> tuple[Tensor, int]:
    queue = queue.clone()
    queue[places % len(queue)] = keys
    return queue, pointer


enqueue = Exercise(
    reference=moco.enqueue,
    title="the ring",
    difficulty=2,
    minutes=10,
    question="Write `enqueue(queue, keys, pointer)`: put `keys` (B, D), in their order, over rows of `queue` (K, "
    "D), with B ≤ K: the first goes to the place `pointer`, the others to the places after it, and after "
    "place K − 1 comes place 0. Return the new queue, and then the new pointer: the place of the next "
    "key, a whole number from 0 to K − 1. Leave `queue` itself as it is.",
    example={"queue": torch.tensor([[1.0], [2.0], [3.0], [4.0]]), "keys": torch.tensor([[5.0], [6.0]]), "pointer": 3},
    make_inputs=_ring,
    sizes=(
        dict(K=6, B=2, D=3, pointer=1),
        dict(K=5, B=3, D=2, pointer=4),
        dict(K=4, B=4, D=4, pointer=0),
        dict(K=3, B=1, D=1, pointer=2),
    ),
    clauses={
        "with B ≤ K": lambda queue, keys, pointer: len(keys) == len(queue),
        "after place K − 1 comes place 0": lambda queue, keys, pointer: pointer + len(keys) > len(queue),
        "from 0 to K − 1": lambda queue, keys, pointer: pointer + len(keys) == len(queue),
    },
    hints=(
        "The keys go to the places pointer, pointer + 1, … and after the last place comes place 0. What gives the "
        "remainder?",
        "`places = (pointer + torch.arange(len(keys))) % len(queue)`; then `queue.index_copy(0, places, keys)`, and "
        "the pointer moves on by as many, around the ring",
    ),
    mistakes=(
        Mistake(
            lambda queue, keys, pointer: _put(queue, keys, pointer + torch.arange(len(keys)), pointer),
            "The pointer did not move: the next batch would overwrite this one.",
        ),
        Mistake(
            lambda queue, keys, pointer: _put(queue, keys, pointer + torch.arange(len(keys)), pointer + len(keys)),
            "The pointer runs past the end: take the remainder, so that it stays between 0 and K − 1.",
        ),
        Mistake(
            lambda queue, keys, pointer: (torch.cat([queue, keys])[len(keys) :], (pointer + len(keys)) % len(queue)),
            "You shift the whole queue, and yet move the pointer. In a ring the others stay where they are.",
        ),
        Mistake(
            lambda queue, keys, pointer: _put(queue, keys, torch.arange(len(keys)), (pointer + len(keys)) % len(queue)),
            "You always write from place 0 on: older keys elsewhere would never leave.",
        ),
        Mistake(
            lambda queue, keys, pointer: _put(
                queue, keys, pointer + 1 + torch.arange(len(keys)), (pointer + len(keys)) % len(queue)
            ),
            "You begin one place too far: the pointer is the place of the next key.",
        ),
        Mistake(
            lambda queue, keys, pointer: _put(
                queue, keys.flip(0), pointer + torch.arange(len(keys)), (pointer + len(keys)) % len(queue)
            ),
            "The keys stand in the wrong order: the first of the batch goes to the pointer's place.",
        ),
        Mistake(
            lambda queue, keys, pointer: _put(
                queue, keys, pointer + torch.arange(len(keys)), (pointer + 1) % len(queue)
            ),
            "The pointer moved by one. It moves by as many places as there are keys.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------- moving_average


def _weights(generator: torch.Generator, R: int, C: int, momentum: float) -> dict[str, Any]:
    slow, fast = (torch.randn(R, C, generator=generator) for _ in range(2))
    return dict(slow=slow, fast=fast, momentum=momentum)


moving_average = Exercise(
    reference=moco.moving_average,
    title="follow slowly",
    difficulty=1,
    minutes=3,
    question="Write `moving_average(slow, fast, momentum)`: the weights `slow` (R, C) after a step towards `fast` "
    "(R, C). With `momentum` 0.99 each moves a hundredth of the way, with 1 none of it. The result is (R, "
    "C).",
    example={"slow": torch.tensor([[0.0, 4.0]]), "fast": torch.tensor([[1.0, 2.0]]), "momentum": 0.75},
    make_inputs=_weights,
    sizes=(dict(R=2, C=3, momentum=0.9), dict(R=3, C=3, momentum=0.99), dict(R=1, C=2, momentum=0.25)),
    hints=(
        "With momentum 1 nothing moves, with momentum 0 the slow weights become the fast ones.",
        "`momentum * slow + (1 - momentum) * fast`",
    ),
    mistakes=(
        Mistake(
            lambda slow, fast, momentum: (1 - momentum) * slow + momentum * fast,
            "It is the wrong way round: with momentum 0.99 this goes nearly all the way to the fast weights.",
        ),
        Mistake(lambda slow, fast, momentum: fast, "That copies the fast weights: momentum 0, whatever was asked for."),
        Mistake(
            lambda slow, fast, momentum: slow, "Nothing moves: the slow weights would stay what they were at random."
        ),
        Mistake(
            lambda slow, fast, momentum: momentum * slow + fast,
            "The two shares do not sum to 1: the weights would grow and grow.",
        ),
        Mistake(lambda slow, fast, momentum: (slow + fast) / 2, "The plain mean forgets what momentum was asked for."),
        Mistake(
            lambda slow, fast, momentum: slow + (1 - momentum) * fast,
            "You added a share of the fast weights and kept the slow ones whole. They keep the share `momentum` alone.",
        ),
    ),
)

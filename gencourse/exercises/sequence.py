"""Lesson 06, first part: the chain rule, one place late, counting, a recurrent step, causal attention."""

import math
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import ngram, rnn, tables, transformer
from gencourse.models import sequence as key

# -------------------------------------------------------------------------------------------- last_given_rest


def _joint(generator: torch.Generator, A: int, B: int, C: int) -> dict[str, Tensor]:
    return {"joint": (2 * torch.randn(A, B, C, generator=generator)).flatten().softmax(0).view(A, B, C)}


last_given_rest = Exercise(
    reference=tables.last_given_rest,
    title="one factor of the chain rule",
    difficulty=1,
    minutes=5,
    question="Write `last_given_rest(joint)`: p(x₃ | x₁, x₂) of all combinations, from the table `joint` (A, B, C) of "
    "p(x₁, x₂, x₃), whose entries are above 0 and sum to 1. The result has the same shape.",
    make_inputs=_joint,
    example=dict(joint=torch.tensor([[[1.0, 3], [2, 2]], [[1, 1], [5, 1]]]) / 16),
    sizes=(dict(A=2, B=3, C=4), dict(A=3, B=3, C=3), dict(A=1, B=2, C=5)),
    hints=(
        "A conditional is a joint over a marginal: p(x₁, x₂, x₃) / p(x₁, x₂). How does p(x₁, x₂) come out of the "
        "table?",
        "`joint / joint.sum(-1, keepdim=True)`",
    ),
    mistakes=(
        Mistake(lambda joint: joint, "That is the joint itself: divide it by p(x₁, x₂)."),
        Mistake(
            lambda joint: joint / joint.sum(0, keepdim=True),
            "You divided by p(x₂, x₃): that gives p(x₁ | x₂, x₃). Sum over the last variable instead.",
        ),
        Mistake(
            lambda joint: joint / joint.sum(1, keepdim=True),
            "You divided by p(x₁, x₃): that gives p(x₂ | x₁, x₃). Sum over the last variable instead.",
        ),
        Mistake(
            lambda joint: joint.softmax(-1), "A softmax is for logits. These are probabilities: divide by their sum."
        ),
        Mistake(
            lambda joint: joint / joint.sum((0, 1), keepdim=True),
            "You divided by p(x₃). The condition is on x₁ and x₂: divide by p(x₁, x₂).",
        ),
        Mistake(
            lambda joint: joint / joint.mean(-1, keepdim=True),
            "You divided by the mean over x₃: with the sum, each row adds up to 1.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ shift_right


def _tokens(generator: torch.Generator, B: int, T: int, V: int) -> dict[str, Tensor]:
    return {"x": torch.randint(V, (B, T), generator=generator), "start": V + torch.arange(B)[:, None]}


shift_right = Exercise(
    reference=key.shift_right,
    title="one place late",
    difficulty=1,
    minutes=4,
    question="Write `shift_right(x, start)`: what a model must be given so that its answers, place by place, are for"
    " the tokens `x` (B, T), whole numbers. The start token `start` (B, 1) comes first; nothing is asked "
    "after the last token. The result is (B, T), T may be 1.",
    make_inputs=_tokens,
    example=dict(x=torch.tensor([[3, 1, 4], [2, 7, 1]]), start=torch.tensor([[9], [9]])),
    sizes=(dict(B=2, T=5, V=7), dict(B=1, T=1, V=3), dict(B=3, T=4, V=9), dict(B=1, T=3, V=5)),
    clauses={
        "The start token `start` (B, 1) comes first": lambda x, start: len(start.unique()) > 1,
        "T may be 1": lambda x, start: x.shape[1] == 1,
    },
    hints=(
        "The answer at place t is for token t, so what is given there is the token before it. Nothing comes before the "
        "first but the start token; the last token is never given, as nothing is asked after it.",
        "`torch.cat([start, x[:, :-1]], dim=1)`",
    ),
    mistakes=(
        Mistake(
            lambda x, start: x,
            "You give the model the very token it is asked for: it will copy it, the loss falls to nothing, and "
            "it learns nothing.",
        ),
        Mistake(
            lambda x, start: torch.cat([x[:, 1:], start], 1),
            "That is shifted the wrong way: the model is given the token *after* the one it is asked for.",
        ),
        Mistake(
            lambda x, start: torch.cat([start, x], 1),
            "That is one too many, (B, T + 1): the last token is not given, as nothing is asked after it.",
        ),
        Mistake(
            lambda x, start: x.roll(1, 1),
            "`roll` brings the last token round to the front: a look into the future. The start token belongs there.",
        ),
        Mistake(
            lambda x, start: torch.cat([start, start, x[:, :-1]], 1)[:, : x.shape[1]],
            "That is shifted by two: the model never sees the token just before.",
        ),
        Mistake(
            lambda x, start: torch.cat([start, x[:, 1:]], 1),
            "You replaced the first token instead of moving all of them one place to the right.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------------- back_off


def _counts(generator: torch.Generator, B: int, V: int, strength: float, seen: bool = False) -> dict[str, Any]:
    counts = torch.randint(0, 9, (B, V), generator=generator).float()
    if not seen:
        counts[0] = 0  # a context that was never seen
    return {"counts": counts, "shorter": torch.rand(B, V, generator=generator).softmax(-1), "strength": strength}


back_off = Exercise(
    reference=ngram.back_off,
    title="lean on the shorter context",
    difficulty=1,
    minutes=6,
    question="Write `back_off(counts, shorter, strength)`: the n-gram's answer. `counts` (B, V) is how often each of V"
    " words followed each of B contexts, all 0 where the context was never seen; `shorter` (B, V) are the "
    "probabilities that the context without its oldest word gives, and they count as `strength` more "
    "observations, a number. The result is (B, V), rows of probabilities.",
    make_inputs=_counts,
    example=dict(
        counts=torch.tensor([[0.0, 0], [3, 1]]), shorter=torch.tensor([[0.25, 0.75], [0.5, 0.5]]), strength=4.0
    ),
    sizes=(
        dict(B=3, V=4, strength=2.0),
        dict(B=2, V=6, strength=0.5),
        dict(B=1, V=3, strength=5.0),
        dict(B=1, V=4, strength=1.0, seen=True),
    ),
    clauses={
        "all 0 where the context was never seen": lambda counts, shorter, strength: (counts.sum(1) == 0).any(),
    },
    hints=(
        "Add to each count what the shorter context would expect of `strength` observations. Then divide so that the "
        "row sums to 1.",
        "`(counts + strength * shorter) / (counts.sum(-1, keepdim=True) + strength)`",
    ),
    mistakes=(
        Mistake(
            lambda counts, shorter, strength: counts / counts.sum(-1, keepdim=True),
            "That is counting alone: a context never seen gives 0/0, and a word never seen there is impossible.",
        ),
        Mistake(
            lambda counts, shorter, strength: (counts + strength) / (counts + strength).sum(-1, keepdim=True),
            "You added the same to every word. The shorter context knows better which words are likely: add "
            "`strength * shorter`.",
        ),
        Mistake(
            lambda counts, shorter, strength: (counts + strength * shorter) / counts.sum(-1, keepdim=True),
            "The rows sum to more than 1: what was added above must be added below too.",
        ),
        Mistake(
            lambda counts, shorter, strength: (counts + shorter) / (counts.sum(-1, keepdim=True) + 1),
            "The shorter context counts for one observation here, whatever `strength` says.",
        ),
        Mistake(
            lambda counts, shorter, strength: torch.where(counts > 0, counts / counts.sum(-1, keepdim=True), shorter),
            "You take one or the other: then the row does not sum to 1. Mix them.",
        ),
        Mistake(
            lambda counts, shorter, strength: (counts + strength * shorter) / (counts.sum() + strength),
            "You divided by the sum over all contexts. Each row has a sum of its own.",
        ),
        Mistake(
            lambda counts, shorter, strength: torch.where(
                counts.sum(1, keepdim=True) > 0, counts / counts.sum(1, keepdim=True), shorter
            ),
            "You ask the shorter context only where the longer was never seen. It always counts, as `strength` more "
            "observations.",
        ),
    ),
)

# --------------------------------------------------------------------------------------------------- rnn_step


def _cell(generator: torch.Generator, B: int, I: int, H: int) -> dict[str, Tensor]:  # noqa: E741
    sizes = {"x": (B, I), "h": (B, H), "w": (H, I), "u": (H, H), "b": (H,)}
    return {name: 0.7 * torch.randn(*size, generator=generator) for name, size in sizes.items()}


rnn_step = Exercise(
    reference=rnn.rnn_step,
    title="the recurrent cell",
    difficulty=1,
    minutes=6,
    question="Write `rnn_step(x, h, w, u, b)`: the next hidden state, tanh(W x + U h + b), of a batch. `x` (B, I) is "
    "the input and `h` (B, H) the state so far, a row for each of B sequences; `w` W is (H, I), `u` U is (H, "
    "H), `b` is (H,). The result is (B, H).",
    make_inputs=_cell,
    example=dict(
        x=torch.tensor([[1.0]]),
        h=torch.tensor([[0.5, -1]]),
        w=torch.tensor([[1.0], [0]]),
        u=torch.tensor([[0.0, 1], [2, 0]]),
        b=torch.tensor([0.5, -1]),
    ),
    sizes=(dict(B=2, I=3, H=4), dict(B=3, I=4, H=4), dict(B=1, I=2, H=5)),
    differentiable=("x", "h", "w", "u", "b"),
    hints=(
        "The batch comes first: a matrix that stands to the left of a vector in the formula stands to its right here, "
        "transposed.",
        "`torch.tanh(x @ w.T + h @ u.T + b)`",
    ),
    mistakes=(
        Mistake(
            lambda x, h, w, u, b: x @ w.T + h @ u.T + b,
            "The tanh is missing: without it the state can explode, and many steps are no more than one linear map.",
        ),
        Mistake(
            lambda x, h, w, u, b: torch.tanh(x @ w.T + b),
            "The old state does not take part: nothing is remembered. Add h @ u.T.",
        ),
        Mistake(
            lambda x, h, w, u, b: torch.tanh(x @ w.T + h @ u + b),
            "U stands to the left of h in the formula, so with the batch first it is h @ u.T.",
        ),
        Mistake(
            lambda x, h, w, u, b: torch.tanh(x @ w.T) + torch.tanh(h @ u.T + b),
            "One tanh of the whole sum, and not one of each part.",
        ),
        Mistake(
            lambda x, h, w, u, b: torch.sigmoid(x @ w.T + h @ u.T + b),
            "That is a sigmoid, from 0 to 1: the plain cell uses tanh, from −1 to 1.",
        ),
        Mistake(lambda x, h, w, u, b: torch.tanh(x @ w.T + h @ u.T), "The bias b is missing."),
    ),
)

# ------------------------------------------------------------------------------------------ attention_weights


def _queries(generator: torch.Generator, B: int, T: int, d: int) -> dict[str, Tensor]:
    return {"q": torch.randn(B, T, d, generator=generator), "k": torch.randn(B, T, d, generator=generator)}


def _scores(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.mT / q.shape[-1] ** 0.5


def _masked(scores: Tensor, diagonal: int = 0) -> Tensor:
    seen = torch.ones(scores.shape[-2:]).tril(diagonal).bool()
    return scores.masked_fill(~seen, -math.inf)


attention_weights = Exercise(
    reference=transformer.attention_weights,
    title="causal attention",
    difficulty=2,
    minutes=10,
    question="Write `attention_weights(q, k)`: the weights of causal attention, from the queries `q` and the keys `k`,"
    " both (B, T, d): the softmax over the places of their products divided by √d. Row t says how much place "
    "t listens to each place up to t, itself included; places after t get 0, and the rest sum to 1. The "
    "result is (B, T, T).",
    make_inputs=_queries,
    example=dict(
        q=torch.tensor([[[1.0, 1, 1, 1], [2, 0, 0, 0]]]), k=torch.tensor([[[0.0, 1, 0, 1], [math.log(3), 0, 0, 0]]])
    ),
    sizes=(dict(B=2, T=4, d=3), dict(B=1, T=1, d=2), dict(B=3, T=5, d=8), dict(B=1, T=3, d=4)),
    differentiable=("q", "k"),
    hints=(
        "Scores are the products of each query with each key, over √d. Put −∞ where a key lies after its query, then "
        "take a softmax over the keys.",
        "`scores = q @ k.mT / d ** 0.5`; the mask is `torch.ones(T, T).tril()`; fill with −inf where it is 0; softmax "
        "over the last dimension.",
    ),
    mistakes=(
        Mistake(lambda q, k: _scores(q, k).softmax(-1), "Nothing is masked: every place sees the future."),
        Mistake(
            lambda q, k: _masked(_scores(q, k), -1).softmax(-1).nan_to_num(0),
            "Your mask is off by one: a place may see itself. Its input is the token *before* the one it is asked for.",
        ),
        Mistake(
            lambda q, k: _masked(_scores(q, k), 1).softmax(-1),
            "Your mask is off by one the other way: each place sees the one after it.",
        ),
        Mistake(
            lambda q, k: _masked(_scores(q, k)).mT.softmax(-1).mT.nan_to_num(0),
            "The softmax runs over the queries. Each query shares out its attention: softmax over the keys, the "
            "last dimension.",
        ),
        Mistake(
            lambda q, k: _masked(q @ k.mT).softmax(-1),
            "The scores are not divided by √d: with long vectors the softmax becomes nearly hard.",
        ),
        Mistake(lambda q, k: _masked(q @ k.mT / q.shape[-1]).softmax(-1), "Divide by √d, not by d."),
        Mistake(
            lambda q, k: _scores(q, k).softmax(-1).tril(),
            "You masked after the softmax: the rows no longer sum to 1, and the future has had its share of the sum.",
        ),
        Mistake(
            lambda q, k: _scores(q, k).tril().softmax(-1),
            "You multiplied the mask in before the softmax: later places get the score 0, and exp(0) = 1 still gives "
            "them weight. Put −∞ there.",
        ),
        Mistake(
            lambda q, k: _masked(_scores(q, k).mT).mT.softmax(-1),
            "The mask has the wrong triangle: each place listens to itself and to what comes *after* it.",
        ),
    ),
)

"""Lesson 07, third part: from logits to nats, and to a drawn level.

In the mistakes, k are levels and s logits.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import Exercise, Mistake
from gencourse.models import pixels as key

# -------------------------------------------------------------------------------------------- level_log_prob


def _levels_and_logits(generator: torch.Generator, B: int, D: int, K: int, scale: float = 2.0) -> dict[str, Tensor]:
    levels = torch.randint(max(2, K), (B, D), generator=generator)
    return {"k": levels, "logits": scale * torch.randn(B, D, K, generator=generator)}


def _as_softmax(s: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(s), s], -1) if s.shape[-1] == 1 else s


def _gather(log_p: Tensor, k: Tensor) -> Tensor:
    return log_p.gather(-1, k[..., None])[..., 0]


level_log_prob = Exercise(
    reference=key.level_log_prob,
    title="what one sub-pixel costs",
    difficulty=2,
    minutes=10,
    question="Write `level_log_prob(k, logits)`: log p(k) of each of D sub-pixels of B images, in nats. `k` (B, D) "
    "holds levels, whole numbers from 0; `logits` is (B, D, K), one logit a level, or K = 1 for the two "
    "levels 0 and 1: then it is the logit of level 1 against level 0. The result is (B, D). Logits may lie "
    "hundreds of thousands apart.",
    make_inputs=_levels_and_logits,
    example=dict(k=torch.tensor([[2, 0]]), logits=torch.tensor([[[1.0, 1, 2], [1, 1, 2]]]).log()),
    sizes=(
        dict(B=2, D=3, K=1),
        dict(B=3, D=2, K=4),
        dict(B=1, D=4, K=3),
        dict(B=2, D=3, K=5, scale=3e5),
        dict(B=2, D=4, K=1, scale=3e5),
    ),
    differentiable=("logits",),
    clauses={
        "or K = 1 for the two levels 0 and 1": lambda k, logits: logits.shape[-1] == 1,
        "Logits may lie hundreds of thousands apart": lambda k, logits: (logits.abs() > 100_000).any(),
    },
    hints=(
        "With K logits: the softmax's logarithm at the level that occurred. With a single one: level 1 has probability "
        "sigmoid(logit), level 0 the rest; a softmax over the two logits (0, logit) says the same.",
        "`logits.log_softmax(-1).gather(-1, k[..., None])[..., 0]`; for K = 1, `k * logit - F.softplus(logit)`.",
    ),
    mistakes=(
        Mistake(lambda k, s: -key.level_log_prob(k, s), "That is the loss: log p(k) is its negative."),
        Mistake(
            lambda k, s: _gather(_as_softmax(s), k),
            "You took the logit itself: subtract the logsumexp of the logits, so that the levels' masses sum to 1.",
        ),
        Mistake(lambda k, s: _gather(_as_softmax(s).softmax(-1), k), "That is p(k): take its logarithm."),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).softmax(-1).log(), k),
            "The formula is right, but a probability that rounds to 0 has the logarithm −∞: use `log_softmax`, or "
            "`softplus` for two levels.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).flip(-1).log_softmax(-1), k),
            "Your levels run backwards: logit i belongs to level i, and a single logit to level 1.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).log_softmax(0), k),
            "You normalised over the batch. The levels are the last dimension.",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s).sum(-1),
            "You summed over the sub-pixels. That gives log p(x); asked for is each factor, (B, D).",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s)[..., None], "There is a dimension too many: the result is (B, D)."
        ),
        Mistake(
            lambda k, s: key.level_log_prob(k, s) / torch.tensor(2.0).log(),
            "That is in bits: leave the logarithm natural, in nats.",
        ),
        Mistake(
            lambda k, s: _gather(_as_softmax(s).log_softmax(1), k),
            "You normalised over the sub-pixels. The levels compete with each other, in the last dimension.",
        ),
        Mistake(
            lambda k, s: key.level_log_prob(1 - k if s.shape[-1] == 1 else k, s),
            "With several levels it is right. A single logit is that of level 1 against level 0; you took it the other "
            "way round.",
        ),
        Mistake(
            lambda k, s: k * F.logsigmoid(s[..., 0]) if s.shape[-1] == 1 else key.level_log_prob(k, s),
            "With a single logit, level 0 has a probability too, 1 − sigmoid(logit): its logarithm is not 0.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ draw_level


def _logits_and_noise(
    generator: torch.Generator, n: int, K: int, temperature: float, ties: bool = False
) -> dict[str, Any]:
    if ties:  # equal levels, where u falls on the border of two, and a first level that is never drawn
        logits = torch.zeros(5, 4)
        logits[4, 0] = -1000.0
        return {"logits": logits, "u": torch.tensor([0.0, 0.25, 0.5, 0.75, 0.0]), "temperature": temperature}
    logits = 1.5 * torch.randn(n, K, generator=generator)
    return {"logits": logits, "u": torch.rand(n, generator=generator), "temperature": temperature}


def _climb(p: Tensor, u: Tensor) -> Tensor:
    return (u[:, None] >= p.cumsum(-1)[:, :-1]).sum(-1)


draw_level = Exercise(
    reference=key.draw_level,
    title="draw a level",
    difficulty=2,
    minutes=10,
    question="Write `draw_level(logits, u, temperature)`: the level that a uniform number picks. Divide the `logits` "
    "by the `temperature`, a number above 0; then climb the cumulated probabilities, level 0 first, until "
    "they exceed `u`. `logits` is (n, K), one logit a level, or K = 1: the logit of level 1 against level 0. "
    "`u` is (n,) in [0, 1); the result is (n,), whole numbers (int64).",
    make_inputs=_logits_and_noise,
    example=dict(
        logits=torch.tensor([[1.0, 1, 2], [1, 1, 2], [1, 1, 2]]).log(), u=torch.tensor([0.1, 0.2, 0.4]), temperature=0.5
    ),
    sizes=(
        dict(n=60, K=1, temperature=1.0),
        dict(n=60, K=4, temperature=1.0),
        dict(n=80, K=5, temperature=0.4),
        dict(n=80, K=1, temperature=2.5),
        dict(n=80, K=3, temperature=2.0),
        dict(n=5, K=4, temperature=1.0, ties=True),
    ),
    clauses={
        "until they exceed `u`": lambda logits, u, temperature: (u == 0.25).any(),
        "or K = 1": lambda logits, u, temperature: logits.shape[-1] == 1,
    },
    hints=(
        "The level is the number of cumulated probabilities that u has reached. With one logit, put a 0 in "
        "front of it.",
        "`p = (logits / temperature).softmax(-1)`, then `(u[:, None] >= p.cumsum(-1)[:, :-1]).sum(-1)`.",
    ),
    mistakes=(
        Mistake(lambda s, u, t: key.draw_level(s, u, 1.0), "You left the temperature out."),
        Mistake(
            lambda s, u, t: key.draw_level(s, u, 1 / t),
            "You multiplied by the temperature: divide by it, so that a low temperature sharpens.",
        ),
        Mistake(
            lambda s, u, t: _climb((_as_softmax(s).softmax(-1) / t).clamp(max=1), u),
            "You divided the probabilities by the temperature: divide the logits, and take the softmax of those.",
        ),
        Mistake(
            lambda s, u, t: _as_softmax(s).argmax(-1),
            "You took the likeliest level: that draws nothing, and every image would be the same.",
        ),
        Mistake(
            lambda s, u, t: _climb(_as_softmax(s / t).softmax(-1), 1 - u),
            "You climbed from the top: with 1 − u in place of u, or from the last level down. It is as random, but "
            "the same u must give the same level in every implementation.",
        ),
        Mistake(lambda s, u, t: key.draw_level(s, u, t) + 1, "Your levels are one too high: they are counted from 0."),
        Mistake(
            lambda s, u, t: (u[:, None] >= _as_softmax(s / t).softmax(-1)).sum(-1),
            "You compared u with the probabilities themselves: cumulate them first.",
        ),
        Mistake(
            lambda s, u, t: key.draw_level(s, u[:1].expand(len(u)), t),
            "You used one uniform number for all: each row has its own.",
        ),
        Mistake(
            lambda s, u, t: key.draw_level(s, u, t).float(),
            "The levels are right but real numbers: a level is a whole number (int64).",
        ),
    ),
)

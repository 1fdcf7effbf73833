"""Lesson 03, second part: DINO's teacher, its centre, and what the student learns from it."""

from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import dino

# -------------------------------------------------------------------------------------- teacher_probabilities


def _teacher(generator: torch.Generator, B: int, K: int, temperature: float) -> dict[str, Any]:
    logits = torch.randn(B, K, generator=generator)
    return dict(logits=logits, centre=torch.randn(K, generator=generator), temperature=temperature)


teacher_probabilities = Exercise(
    reference=dino.teacher_probabilities,
    title="what the teacher says",
    difficulty=1,
    minutes=5,
    question="Write `teacher_probabilities(logits, centre, temperature)`: take `centre` (K,), a mean of logits, "
    "off each row of `logits` (B, K); sharpen what is left, by dividing it by `temperature`; and make it "
    "probabilities, by a softmax over the K outputs. The result is (B, K); no gradient may flow into the "
    "logits.",
    example={
        "logits": torch.tensor([[1.0, 0.0], [1.0, 1.0]]),
        "centre": torch.tensor([1.0, 0.0]),
        "temperature": 0.5,
    },
    make_inputs=_teacher,
    sizes=(
        dict(B=3, K=4, temperature=0.4),
        dict(B=3, K=3, temperature=0.1),
        dict(B=1, K=5, temperature=0.7),
        dict(B=2, K=4, temperature=0.001),
    ),
    differentiable=("logits",),
    clauses={
        "dividing it by `temperature`": lambda logits, centre, temperature: temperature < 0.01,
        "no gradient may flow into the logits": ALWAYS,
    },
    hints=(
        "Centre, then divide, then softmax over the K outputs; `detach()` at the end.",
        "`((logits - centre) / temperature).softmax(-1).detach()`",
    ),
    mistakes=(
        Mistake(
            lambda logits, centre, temperature: ((logits - centre) / temperature).softmax(-1),
            "A gradient flows into the teacher: it would learn to please the student. `detach()`.",
        ),
        Mistake(
            lambda logits, centre, temperature: (logits / temperature).softmax(-1).detach(),
            "The centre is not taken off: one output can win for every image.",
        ),
        Mistake(
            lambda logits, centre, temperature: ((logits + centre) / temperature).softmax(-1).detach(),
            "You added the centre: the output that wins most often would win even more.",
        ),
        Mistake(
            lambda logits, centre, temperature: (logits / temperature - centre).softmax(-1).detach(),
            "The centre is taken off after the sharpening. It is an average of logits: take it off the logits.",
        ),
        Mistake(
            lambda logits, centre, temperature: ((logits - centre) * temperature).softmax(-1).detach(),
            "You multiplied by the temperature: that blurs. Divide.",
        ),
        Mistake(
            lambda logits, centre, temperature: ((logits - centre) / temperature).softmax(0).detach(),
            "The columns sum to 1. The softmax is over the K outputs of each image.",
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- update_centre


def _centre(generator: torch.Generator, T: int, B: int, K: int, momentum: float) -> dict[str, Any]:
    centre = torch.randn(K, generator=generator)
    return dict(centre=centre, teacher_logits=torch.randn(T, B, K, generator=generator), momentum=momentum)


update_centre = Exercise(
    reference=dino.update_centre,
    title="the centre",
    difficulty=1,
    minutes=5,
    question="Write `update_centre(centre, teacher_logits, momentum)`: the new `centre` (K,). It keeps a share "
    "`momentum` of the old one, and the rest is the mean of `teacher_logits` (T, B, K) over the T views "
    "and the B images.",
    example={
        "centre": torch.tensor([0.0, 1.0]),
        "teacher_logits": torch.tensor([[[1.0, 0.0], [3.0, 0.0]], [[0.0, 2.0], [0.0, -2.0]]]),
        "momentum": 0.75,
    },
    make_inputs=_centre,
    sizes=(
        dict(T=2, B=3, K=4, momentum=0.9),
        dict(T=2, B=2, K=2, momentum=0.5),
        dict(T=1, B=1, K=5, momentum=0.8),
        dict(T=1, B=3, K=2, momentum=0.7),
        dict(T=3, B=1, K=3, momentum=0.6),
    ),
    hints=(
        "Two parts: one mean (K,) over everything but the outputs, and the moving average that you know.",
        "`momentum * centre + (1 - momentum) * teacher_logits.flatten(0, 1).mean(0)`",
    ),
    mistakes=(
        Mistake(
            lambda centre, teacher_logits, momentum: momentum * teacher_logits.mean((0, 1)) + (1 - momentum) * centre,
            "It is the wrong way round: with momentum 0.9 the centre keeps nine tenths of itself.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: teacher_logits.mean((0, 1)),
            "That is the mean of this batch alone: a small batch's mean is noise. Average over the steps.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: (
                momentum * centre + (1 - momentum) * teacher_logits.softmax(-1).mean((0, 1))
            ),
            "You averaged probabilities. The centre is taken off the *logits*: average those.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: momentum * centre + (1 - momentum) * teacher_logits.mean(),
            "You took the mean over the outputs too: taking one number off all logits changes nothing in a softmax.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: momentum * centre + (1 - momentum) * teacher_logits.sum((0, 1)),
            "That is the sum over views and images: take the mean.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: momentum * centre + (1 - momentum) * teacher_logits[0].mean(0),
            "You used the first view alone. The mean is over all the teacher's views.",
        ),
        Mistake(
            lambda centre, teacher_logits, momentum: momentum * centre + teacher_logits.mean((0, 1)),
            "You added the whole mean. It gets the rest of the weight, 1 − momentum, so that both sum to 1.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------ distillation_loss


def _answers(generator: torch.Generator, V: int, T: int, B: int, K: int, temperature: float) -> dict[str, Any]:
    student = torch.randn(V, B, K, generator=generator)
    targets = (2 * torch.randn(T, B, K, generator=generator)).softmax(-1)
    return dict(student=student, targets=targets, temperature=temperature)


def _entropies(student: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """(T, V): the cross-entropy of each pair of views, a mean over images."""
    return -torch.einsum("tbk,vbk->tv", targets.detach(), (student / temperature).log_softmax(-1)) / student.shape[1]


def _unlike(x: Tensor) -> Tensor:
    return x[~torch.eye(*x.shape, dtype=torch.bool)]


distillation_loss = Exercise(
    reference=dino.distillation_loss,
    title="what the student learns",
    difficulty=3,
    minutes=15,
    question="Write `distillation_loss(student, targets, temperature)`: DINO's loss, a scalar in nats. `student` "
    "(V, B, K) holds the student's logits for V ≥ 2 views of B images, and its probabilities are their "
    "softmax over the K outputs, at `temperature`; `targets` (T, B, K) holds the teacher's probabilities "
    "for the first T of these views, T ≤ V. For a teacher's view t and a student's view v, an image's "
    "cross-entropy is −Σₖ target · log of the student's probability. The result is its mean over images "
    "and over all pairs with t ≠ v; no gradient may flow into the targets.",
    example={
        "student": torch.tensor([[[0.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]]),
        "targets": torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.0, 1.0]]]),
        "temperature": 0.5,
    },
    make_inputs=_answers,
    sizes=(
        dict(V=4, T=2, B=3, K=5, temperature=0.5),
        dict(V=3, T=2, B=2, K=3, temperature=0.1),
        dict(V=2, T=1, B=1, K=4, temperature=1.5),
        dict(V=2, T=2, B=3, K=3, temperature=0.3),
        dict(V=3, T=2, B=2, K=4, temperature=0.01),
    ),
    differentiable=("student", "targets"),
    clauses={
        "T ≤ V": lambda student, targets, temperature: len(student) == len(targets),
        "at `temperature`": lambda student, targets, temperature: temperature < 0.05,
        "no gradient may flow into the targets": ALWAYS,
    },
    hints=(
        "For each pair (t, v) with t ≠ v: −Σₖ target · log softmax(student / temperature), then the mean over images. "
        "Two loops are fine.",
        "`(student / temperature).log_softmax(-1)`; `torch.einsum('tbk,vbk->tv', …)` makes the whole table of pairs, "
        "of which the diagonal is left out",
    ),
    mistakes=(
        Mistake(
            lambda student, targets, temperature: _entropies(student, targets, temperature).mean(),
            "A view is compared with itself too. Nothing is learned from that: leave out t = v.",
        ),
        Mistake(
            lambda student, targets, temperature: _unlike(_entropies(student, targets, 1.0)).mean(),
            "The student's temperature is not used.",
        ),
        Mistake(
            lambda student, targets, temperature: _unlike(_entropies(student, targets, temperature)).sum(),
            "That is the sum over the pairs. Take their mean.",
        ),
        Mistake(
            lambda student, targets, temperature: (
                _unlike(_entropies(student, targets, temperature)).mean() / targets.shape[-1]
            ),
            "You took the mean over the K outputs. A cross-entropy *sums* over them.",
        ),
        Mistake(
            lambda student, targets, temperature: -_unlike(_entropies(student, targets, temperature)).mean(),
            "The sign is turned: a cross-entropy is not below 0.",
        ),
        Mistake(
            lambda student, targets, temperature: (
                _unlike(_entropies(student, targets, temperature)).mean() * student.shape[1]
            ),
            "That is the sum over the images of the batch. Take their mean.",
        ),
        Mistake(
            lambda student, targets, temperature: (
                -_unlike(
                    torch.einsum("tbk,vbk->tv", targets, (student / temperature).log_softmax(-1)) / student.shape[1]
                ).mean()
            ),
            "A gradient flows into the teacher's targets: `detach()` them.",
        ),
        Mistake(
            lambda student, targets, temperature: _unlike(
                _entropies(student, targets, temperature) + torch.xlogy(targets, targets).sum(-1).mean(-1)[:, None]
            ).mean(),
            "That is the KL divergence: the targets' entropy is taken off. The student's gradient is the same, but "
            "asked for is the cross-entropy itself.",
        ),
    ),
)

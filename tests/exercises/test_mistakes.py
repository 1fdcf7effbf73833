"""Every exercise of the course against its own mistakes: each is rejected with its own explanation."""

import inspect
import math

import pytest
import torch

from gencourse import exercises

SEEDS = range(3)
COURSE = [getattr(exercises, name) for name in exercises.names()]
MISTAKES = [(e, m) for e in COURSE for m in e.mistakes]
# Converting copies the code that a traversal must not change, and keeps a sigmoid from rounding to 1.
IN_DOUBLE = [(e, m) for e, m in MISTAKES if e.name != "traverse" and "sigmoid rounds" not in m.explanation]


def label(value):
    return value.name if isinstance(value, exercises.Exercise) else value.explanation[:40]


@pytest.mark.parametrize("exercise", COURSE, ids=label)
def test_the_reference_is_right(exercise, capsys):
    for seed in SEEDS:
        result = exercise.check(exercise.reference, seed=seed)
        assert (result.outcome, result.points) == ("right", exercise.points)


@pytest.mark.parametrize("exercise", COURSE, ids=label)
def test_an_exercise_is_complete(exercise):
    assert len(exercise.mistakes) >= 4 and len(exercise.hints) >= 2
    assert len({m.explanation for m in exercise.mistakes}) == len(exercise.mistakes)
    assert f"`{exercise.name}(" in exercise.question
    trials = exercise.trials()
    assert any(1 in value.shape for t in trials for value in t.values() if isinstance(value, torch.Tensor))
    inspect.signature(exercise.reference).bind(*trials[0])


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=label)
def test_a_mistake_is_told_by_its_own_explanation(exercise, mistake, capsys):
    for seed in SEEDS:
        result = exercise.check(mistake.function, seed=seed)
        assert result.outcome == "wrong" and result.points == 0
        assert result.mistake is mistake, f"taken for: {result.explanation}"
        assert result.explanation == mistake.explanation


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "mistake"), IN_DOUBLE, ids=label)
def test_a_mistake_is_recognised_in_double_precision(exercise, mistake, capsys):
    """Another spelling of the mistake, with other rounding."""

    def in_double(*inputs):
        real = [isinstance(v, torch.Tensor) and v.is_floating_point() for v in inputs]
        return mistake.function(*(v.double() if r else v for v, r in zip(inputs, real, strict=True)))

    assert exercise.check(in_double).mistake is mistake


def test_the_inputs_are_extreme_enough_for_naive_formulas():
    weights = [trial["log_weights"] for trial in exercises.iwae_bound.trials()]
    assert any((w < -800).all() for w in weights), "exp must underflow in double precision too"
    assert any((w > 800).any() for w in weights)
    assert any(t["logits"].abs().max() > math.log(2**26) for t in exercises.elbo_terms.trials())

"""Experiments: their settings, their code's fingerprint, and that none of the course's has rotted."""

import importlib.util

import pytest

from gencourse.experiments.experiment import catalogue, experiment, find, smoke


@experiment(grid={"a": (1, 2), "b": ("x",)}, seeds=2, smoke={"steps": 1})
def my_trial(a: int, b: str, steps: int = 100, *, seed: int) -> dict[str, float]:
    """What comes of a?

    Told at length.
    """
    return {"sum": a + steps + seed}


def test_a_function_becomes_an_experiment_and_is_called_as_before():
    assert (my_trial.name, my_trial.question, my_trial.seeds) == ("my-trial", "What comes of a?", 2)
    assert my_trial(a=1, b="x", steps=5, seed=3) == {"sum": 9}
    assert my_trial.settings() == [{"a": 1, "b": "x", "steps": 100}, {"a": 2, "b": "x", "steps": 100}]
    assert my_trial.settings(steps=7, a=0) == [{"a": 0, "b": "x", "steps": 7}], "equal settings are one"
    assert smoke(my_trial) == 2


def test_grids_are_joined():
    joined = experiment(grid=({"a": (1,), "b": ("x", "y")}, {"a": (1, 2), "b": ("x",)}))(my_trial.function)
    assert [(s["a"], s["b"]) for s in joined.settings()] == [(1, "x"), (1, "y"), (2, "x")]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="step is not a parameter of my-trial; allowed are a, b, steps.*mean 'steps'"):
        my_trial.settings(step=3)
    with pytest.raises(ValueError, match="seed is not a parameter"):
        my_trial.settings(seed=3)
    with pytest.raises(ValueError, match="seeds=0"):
        experiment(grid={}, seeds=0)(my_trial.function)
    with pytest.raises(ValueError, match="is no experiment; allowed are .*did you mean 'simclr-photographs'"):
        find("simclr-photograph")
    words = experiment(grid={})(lambda seed: {"a": "b"})
    with pytest.raises(ValueError, match="allowed are numbers by name"):
        words(seed=0)


def test_a_smoke_test_finds_numbers_that_differ_or_are_none():
    rotten = experiment(grid={"a": (1, 2)})(lambda a, seed: {"x": 1.0} if a == 1 else {"y": 1.0})
    with pytest.raises(RuntimeError, match="returned {'y': 1.0}"):
        smoke(rotten)
    endless = experiment(grid={"a": (1,)})(lambda a, seed: {"x": float("nan")})
    with pytest.raises(RuntimeError, match="nan"):
        smoke(endless)


SOURCE = '''
from gencourse.experiments.experiment import experiment

def helper(x):
    """Adds."""
    return x + 1  # one

@experiment(grid={"a": (1,)}, depends=(helper,))
def trial(a, seed):
    """Why?"""
    return {"x": helper(a)}
'''


def code(tmp_path, name, *changes):
    path = tmp_path / f"{name}.py"
    text = SOURCE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.trial.code()


def test_the_code_is_that_of_all_it_depends_on_without_words(tmp_path):
    first = code(tmp_path, "first")
    words = [('"""Adds."""', '"""Add one."""'), ("  # one", ""), ("Why?", "What?"), ("(1,)}", "(1, 2)}")]
    assert code(tmp_path, "words", *words) == first
    assert code(tmp_path, "other", ("x + 1", "x + 2")) != first
    assert code(tmp_path, "more", ("helper(a)", "helper(a) + 0")) != first


@pytest.mark.parametrize("name", catalogue())
def test_an_experiment_says_what_it_asks_and_on_what_it_depends(name):
    asked = find(name)
    assert asked.question.endswith("?") or "? " in asked.question
    assert asked.depends and asked.smoke, "what it depends on, and its smoke test"
    assert len(asked.code()) == 8 and asked.settings()


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue())
def test_no_experiment_rots(name):
    assert smoke(find(name)) >= 1

"""The framework: outcomes, what the reader is told, grading, and that the reader's session is left alone."""

import os
import random
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from gencourse.exercises import Exercise, Mistake, gaussian_kl, reparameterise, traverse


def scale(x, y):
    return x * y.sum()


def make_inputs(generator, N):
    return {"x": torch.randn(N, generator=generator), "y": torch.randn(2, generator=generator)}


def exercise(reference=scale, **options):
    settings = {"make_inputs": make_inputs, "hints": ("a nudge", "nearly all"), "sizes": ({"N": 2}, {"N": 5})}
    return Exercise(reference, "Write `scale(x, y)`.", **{**settings, "differentiable": ("x", "y"), **options})


def told(function, capsys, tested=None):
    result = (tested or exercise()).check(function)
    assert result.box.plain() in capsys.readouterr().out
    return result


# ---------------------------------------------------------------------------------------- the four outcomes


def test_right(capsys):
    result = told(lambda a, b: b.sum() * a, capsys, exercise(points=3))
    assert result and result.outcome == "right" and result.points == 3
    assert repr(result) == "scale: right"


def unimplemented(x, y):
    raise NotImplementedError


@pytest.mark.parametrize(
    "stub",
    [..., None, unimplemented, lambda x, y: None, lambda x, y: ..., lambda x, y: NotImplemented],
    ids=["...", "None", "raises", "returns None", "returns ...", "returns NotImplemented"],
)
def test_not_attempted(stub, capsys):
    result = told(stub, capsys)
    assert result.outcome == "not attempted" and not result and result.points == 0


def test_not_attempted_asks_the_question_again_and_says_the_same_in_every_run(capsys):
    texts = set()
    for _ in range(2):
        exercise(example={"x": torch.tensor([1.0, 2.0]), "y": torch.tensor([2.0, 3.0])}).check(...)
        texts.add(capsys.readouterr().out)
    assert texts == {
        "○ Not attempted yet: scale\n"
        "  Write `scale(x, y)`.\n"
        "  compared     the values (a tensor) and the gradients with respect to x and y.\n"
        "  for example  x = [1, 2]\n"
        "               y = [2, 3]\n"
        "               → [5, 10]\n"
        "  Your function returns nothing yet. If you have written it: is the `return` missing? Hints:\n"
        "  `scale.hint(1)`, `scale.hint(2)` · Solution: `scale.solution()`\n"
    }


def test_an_operation_that_torch_lacks_is_an_error_and_no_stub(capsys):
    result = told(lambda x, y: torch.softmax(x.long(), -1), capsys)
    assert result.outcome == "raised" and "NotImplementedError" in result.box.plain()


def inner(x):
    return x @ torch.zeros(7, 3)  # the line at fault


def test_raised_shows_the_readers_own_line_and_the_shapes(capsys):
    result = told(lambda x, y: inner(x), capsys)
    plain, line = result.box.plain(), inner.__code__.co_firstlineno + 1
    assert result.outcome == "raised"
    assert f"stopped in line {line}" in plain and "return x @ torch.zeros(7, 3)  # the line at fault" in plain
    assert "RuntimeError" in plain and "x (2,), y (2,)" in plain


def test_an_error_deep_in_a_library_is_shown_at_the_readers_line(capsys):
    result = told(lambda x, y: torch.nn.functional.cross_entropy(x, "y"), capsys)
    assert "torch.nn.functional.cross_entropy(x, " in result.box.plain()


def test_other_arguments_are_named(capsys):
    result = told(lambda x: x, capsys)
    assert result.outcome == "raised"
    assert "takes `(x)`" in result.explanation and "`x` and `y`" in result.explanation


def test_stopping_is_not_swallowed():
    def stopped(x, y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercise().check(stopped)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (3.5, "it was given a float. Write `scale.check(my_function)`"),
        (lambda x, y: (x * y.sum())[:, None], "has the shape (2, 1). Asked for: (2,)"),
        (lambda x, y: (x * y.sum(), x), "returns 2 outputs. Asked for: a tensor of shape (2,)"),
        (lambda x, y: (x * y.sum()).detach().numpy(), "is a NumPy array of shape (2,)"),
        (lambda x, y: 1.0, "is a float"),
        (lambda x, y: "no", "is a str"),
        (lambda x, y: (x * y.sum()).long(), "holds whole numbers (torch.int64)"),
        (lambda x, y: x * y.sum() > 0, "holds truth values (torch.bool)"),
        (lambda x, y: (x * y.sum()).log() - x.abs().neg().log(), "has NaN"),
        (lambda x, y: x / 0, "is infinite"),
        (lambda x, y: -scale(x, y), "wrong sign everywhere"),
        (lambda x, y: 3.25 * scale(x, y), "Everywhere it is 3.25 times what it should be"),
        (lambda x, y: scale(x, y) - 7, "too small by 7"),
        (lambda x, y: scale(x, y) + x**3, "The shape is right, but your answer is not."),
        (lambda x, y: x.detach() * y.sum(), "no gradient flows back to `x`"),
        (lambda x, y: scale(x, y).detach(), "no gradient flows back to `x`"),
        (lambda x, y: scale(x + (x.detach() - x) / 2, y), "the gradient with respect to `x` is not"),
        (lambda x, y: scale(x, y) + 0 * (x - x.detach()).sqrt(), "the gradient with respect to `x` is NaN"),
        (lambda x, y: scale(x.mul_(2), y) / 2, "Your function changes `x` in place"),
        (lambda x, y: scale(x, y) + torch.randn(()), "two answers: it draws random numbers of its own"),
        (lambda x, y: scale(x, y) * (len(x) == 2), "It is so on 1 of 2 inputs"),
    ],
)
def test_what_a_wrong_answer_is_told(function, words, capsys):
    result = told(function, capsys)
    assert result.outcome == "wrong" and result.mistake is None
    assert words in result.explanation


def test_the_smallest_failing_example_is_shown_with_numbers(capsys):
    told(lambda x, y: scale(x, y) + x**3, capsys)
    x, y = exercise().trials()[0].values()
    shown = told(lambda x, y: scale(x, y) + x**3, capsys).box.plain()
    for label, value in (("x", x), ("expected", scale(x, y)), ("your answer", scale(x, y) + x**3)):
        numbers = ", ".join(f"{v:.4g}" for v in value.tolist())
        assert re.search(rf"^  {label} +\[{re.escape(numbers)}\]$", shown, re.MULTILINE)


# ------------------------------------------------------------------------------------ outputs of other kinds


def statistics(x, y):
    return {"n": len(x), "largest": float(x.max()), "parts": (x, y)}


def test_dicts_numbers_and_nested_outputs_are_compared(capsys):
    tested = exercise(statistics, differentiable=())
    assert told(lambda x, y: {"parts": [x, y], "largest": x.max(), "n": x.numel()}, capsys, tested)
    wrong = told(lambda x, y: {**statistics(x, y), "largest": 0.0}, capsys, tested)
    assert "`['largest']`" in wrong.explanation
    assert "Asked for: 4 outputs" in told(lambda x, y: {"n": 2}, capsys, tested).explanation
    renamed = told(lambda x, y: {"m": len(x), "largest": x.max(), "parts": (x, y)}, capsys, tested)
    assert renamed.outcome == "wrong"


def test_a_mistake_in_the_gradient_alone_is_recognised(capsys):
    cut = Mistake(lambda x, y: scale(x, y.detach()), "You cut y off.")
    double = Mistake(lambda x, y: scale(x + (x - x.detach()), y), "You doubled the slope.")
    tested = exercise(mistakes=(cut, double))
    assert told(lambda x, y: x * y.detach().sum(), capsys, tested).mistake is cut
    assert told(lambda x, y: (2 * x - x.detach()) * y.sum(), capsys, tested).mistake is double
    assert told(lambda x, y: x.detach() * y.sum(), capsys, tested).mistake is None


def test_the_same_example_is_met_again_and_another_seed_gives_others():
    first, again, other = exercise().trials(), exercise().trials(), exercise().trials(seed=1)
    assert torch.equal(first[1]["x"], again[1]["x"]) and not torch.equal(first[1]["x"], other[1]["x"])


# --------------------------------------------------------------------------------- the session is left alone


def test_the_global_random_state_is_unchanged(capsys):
    def draws(m, v, e):
        random.random(), np.random.rand(), torch.manual_seed(1)
        return m + torch.randn_like(m)

    before = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    assert reparameterise.check(draws).outcome == "wrong"
    assert reparameterise.check(reparameterise.reference)
    assert random.getstate() == before[0] and torch.equal(torch.get_rng_state(), before[2])
    assert (np.random.get_state()[1] == before[1]).all()


def test_a_check_works_without_gradient_mode(capsys):
    with torch.no_grad():
        assert gaussian_kl.check(gaussian_kl.reference)
        assert not torch.is_grad_enabled()
    with torch.inference_mode():
        assert gaussian_kl.check(gaussian_kl.reference)


# ------------------------------------------------------------------------------------------------- grading


@pytest.mark.parametrize(
    "switch", [("NBGRADER_EXECUTION", "autograde"), ("NBGRADER_EXECUTION", "validate"), ("GENCOURSE_GRADING", "1")]
)
def test_under_grading_all_but_right_fail_with_the_explanation(switch, monkeypatch, capsys):
    monkeypatch.setenv(*switch)
    mistake = gaussian_kl.mistakes[0]
    with pytest.raises(AssertionError, match="wrong sign"):
        gaussian_kl.check(mistake.function)
    with pytest.raises(AssertionError, match="Not attempted yet"):
        gaussian_kl.check(...)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        gaussian_kl.check(lambda m, v, pm, pv: 1 / 0)
    assert gaussian_kl.check(gaussian_kl.reference).points == 1


def test_grading_can_be_off(monkeypatch, capsys):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("GENCOURSE_GRADING", "0")
    assert gaussian_kl.check(...).outcome == "not attempted"


# ------------------------------------------------------------------------------------- hints and solutions


def test_hints(capsys):
    gaussian_kl.hint()
    first = capsys.readouterr().out
    assert "Hint 1 of 2" in first and "`gaussian_kl.hint(2)`" in first
    gaussian_kl.hint(2)
    assert "Hint 2 of 2" in capsys.readouterr().out
    for number in (9, 0, -1):
        with pytest.raises(ValueError, match=f"number={number}: gaussian_kl has the hints 1 to 2"):
            gaussian_kl.hint(number)


def test_the_solution_is_the_source_of_the_packages_function(capsys):
    traverse.solution()
    shown = capsys.readouterr().out
    assert "gencourse/models/vae.py" in shown and "path[:, dim] = values" in shown
    gaussian_kl.solution()
    assert "def gaussian_kl_per_latent" in capsys.readouterr().out


def test_the_question_is_shown_by_repr():
    assert "gaussian_kl(mean, log_var, prior_mean, prior_log_var)" in repr(gaussian_kl).replace("\n ", "")
    assert "<code>traverse(z, dim, values)</code>" in traverse._repr_mimebundle_()["text/html"]


# ----------------------------------------------------------------------------------------------- bad input


def test_what_an_author_gets_wrong_is_said_at_once():
    with pytest.raises(ValueError, match=r"hints=\('one',\): give at least two"):
        exercise(hints=("one",))
    with pytest.raises(ValueError, match="tolerance=0"):
        exercise(tolerance=0)
    with pytest.raises(ValueError, match="sizes"):
        exercise(sizes=())
    with pytest.raises(ValueError, match=r"differentiable=\('z',\): the inputs are x, y"):
        exercise(differentiable=("z",)).check(scale)


def test_an_unknown_exercise_is_an_error_that_names_those_there_are():
    import gencourse.exercises

    with pytest.raises(AttributeError, match="no exercise 'gausian_kl'; there are bits_per_dim, "):
        _ = gencourse.exercises.gausian_kl
    assert "iwae_bound" in dir(gencourse.exercises)


@pytest.mark.kernel
def test_importing_the_package_of_exercises_loads_none_of_them():
    code = "import sys, gencourse.exercises; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ})
    assert run.stdout.strip() == "False", run.stderr

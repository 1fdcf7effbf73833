"""The page on writing exercises: its example runs, and keeps what the page promises."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "exercises.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example():
    namespace = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "exercises.md", "exec"), namespace)
    return namespace


def test_the_example_recognises_its_own_mistakes(example, capsys):
    exercise = example["bernoulli_log_prob"]
    assert exercise.check(example["key"])
    for mistake in exercise.mistakes:
        assert exercise.check(mistake.function).mistake is mistake


def test_the_example_takes_another_correct_answer(example, capsys):
    F = example["F"]
    answer = lambda x, s: -F.binary_cross_entropy_with_logits(s, x, reduction="none").sum((1, 2, 3))  # noqa: E731
    assert example["bernoulli_log_prob"].check(answer)


def test_an_exercise_takes_about_thirty_lines(example):
    block = re.search(r"^def make_inputs.*?^\)$", PAGE, re.DOTALL | re.MULTILINE)
    assert block and block.group().count("\n") < 36

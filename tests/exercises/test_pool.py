"""The pool: answers written from the cards alone. pool/table.py prints how they fare."""

import pytest
from pool.answer import ANSWERS
from pool.table import VERDICTS, is_named, judged
from pool.verdicts import KINDS

from gencourse import exercises


@pytest.mark.slow
@pytest.mark.parametrize("name", exercises.names())
def test_right_answers_pass_however_they_are_written_wrong_ones_do_not_and_none_is_misled(name):
    for answer, result in judged([name]):
        assert bool(result) == answer.is_right, f"{answer.words}: {result.outcome}, {result.explanation}"
        if not answer.is_right and is_named(result):
            verdict = VERDICTS.of(answer, result)
            assert verdict != "misleading", f"{answer.words}: {result.explanation}"
            assert verdict != "none", f"{answer.words}: read what it is told, and put a verdict into pool/verdicts.toml"


def test_a_verdict_is_on_an_answer_of_the_pool():
    wrong = {(answer.exercise, answer.words) for answer in ANSWERS if not answer.is_right}
    for exercise, given in VERDICTS.given.items():
        for words, verdict in given.items():
            assert (exercise, words) in wrong, f"no such answer: {exercise}, {words}"
            assert verdict["verdict"] in KINDS and verdict["said"]


def test_a_verdict_goes_stale_with_the_words_it_was_given_for():
    answer, result = next(iter(judged(["bits_per_dim"])))
    assert VERDICTS.of(answer, result) in KINDS
    result.explanation += " And more."
    assert VERDICTS.of(answer, result) == "stale"

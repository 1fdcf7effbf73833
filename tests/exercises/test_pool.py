"""The pool: answers written from the cards alone. pool/table.py prints how they fare."""

import pytest
from pool.table import judged

from gencourse import exercises


@pytest.mark.slow
@pytest.mark.parametrize("name", exercises.names())
def test_right_answers_pass_however_they_are_written_and_wrong_ones_do_not(name):
    for answer, result in judged([name]):
        assert bool(result) == answer.is_right, f"{answer.words}: {result.outcome}, {result.explanation}"

"""Each clause of a question is asked by a trial: what it says of special inputs would else be idle."""

import re

import pytest

from gencourse import exercises

COURSE = [getattr(exercises, name) for name in exercises.names()]
# Words with which a question opens a case of its own. Names of arguments do not count, nor does `may` of what all know.
CASES = re.compile(
    r"\b(where|if|when|whether|unless|even|also|may|round\w*|equal|ties?|at least|at most|its own|their own|of its own"
    r"|no two|hundreds|thousands|larger than|so small|becomes|any order|all 0|from 0 (?:up )?to|too\b(?=\.))\b"
    r"|≤|or K = 1|−2000|50,000"
)
# Where such a word says what is given or wanted of every input, and no case of it.
OF_ALL = {
    "categorical_nll": ("whole numbers from 0 to K − 1",),
}


def words_of_cases(exercise):
    """(start, end, word) of each in the question, but for the name and arguments in backticks."""
    bare = re.sub(r"`[^`]*`", lambda span: " " * len(span.group()), exercise.question)
    return [(found.start(), found.end(), found.group()) for found in CASES.finditer(bare)]


@pytest.mark.parametrize("exercise", COURSE, ids=lambda e: e.name)
def test_each_clause_is_a_phrase_of_the_question_and_is_asked_by_a_trial_whatever_the_seed(exercise):
    for phrase, holds in exercise.clauses.items():
        assert exercise.question.count(phrase) == 1, f"“{phrase}” does not stand in the question, or more than once"
        for seed in range(3):
            asking = [bool(holds(*trial.values())) for trial in exercise.trials(seed)]
            assert any(asking), f"no trial asks “{phrase}”: add one to `sizes`"


@pytest.mark.parametrize("exercise", COURSE, ids=lambda e: e.name)
def test_no_case_of_the_question_is_without_a_clause(exercise):
    spans = [
        (at, at + len(phrase))
        for phrase in (*exercise.clauses, *OF_ALL.get(exercise.name, ()))
        for at in [exercise.question.index(phrase)]
    ]
    for start, end, word in words_of_cases(exercise):
        near = exercise.question[max(0, start - 40) : end + 40]
        assert any(a <= start and end <= b for a, b in spans), (
            f"“{word}” in “…{near}…” opens a case: name it in `clauses`, with the trials that ask it"
        )


def test_an_author_who_forgets_a_clause_is_told():
    exercise = exercises.Exercise(
        exercises.bits_per_dim.reference,
        "Write `bits_per_dim(nats, n_dims)`: rounded to a whole number.",
        exercises.bits_per_dim.make_inputs,
        ("one", "two"),
        sizes=exercises.bits_per_dim.sizes,
    )
    with pytest.raises(AssertionError, match="“rounded”.*opens a case: name it in `clauses`"):
        test_no_case_of_the_question_is_without_a_clause(exercise)

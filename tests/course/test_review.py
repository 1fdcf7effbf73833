"""Quizzes that went wrong are asked again, at once and after days."""

from datetime import date, timedelta

import pytest

from gencourse.course import review
from gencourse.support.notes import note_answer, read

TODAY = date.today()


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCOURSE_PROGRESS", str(tmp_path / "notes.json"))


def names(days=0):
    return [name for _, name in review.due(TODAY + timedelta(days=days))]


def test_what_was_right_at_first_is_never_asked_again():
    note_answer("10/why-log-variance", 0, True)
    assert names() == names(100) == []


def test_what_was_wrong_is_asked_at_once_and_then_ever_later():
    note_answer("10/why-log-variance", 1, False)
    assert names() == ["why-log-variance"]
    for wait in review.WAITS:
        note_answer("10/why-log-variance", 0, True)
        assert names(wait - 1) == [] and names(wait) == ["why-log-variance"]
    note_answer("10/why-log-variance", 0, True)
    assert names(1000) == [], "it is known"
    note_answer("10/why-log-variance", 2, False)
    assert names() == ["why-log-variance"]


def test_in_a_terminal_it_is_asked_until_the_answer_can_be_read():
    note_answer("10/why-log-variance", 1, False)
    said, typed = [], iter(["q", "a"])
    assert review.review(ask=lambda how: next(typed), say=said.append) == 1
    told = "\n".join(said)
    assert "a. Every real number" in told and "'q' is not a letter." in told and "✓ Right." in told
    assert read()["quizzes"]["10/why-log-variance"]["right"] is True
    review.review(say=said.append)
    assert said[-1] == "Nothing to ask again today."


@pytest.mark.parametrize("stop", ["", EOFError])
def test_an_empty_answer_ends_it(stop):
    note_answer("10/why-log-variance", 1, False)

    def ask(how):
        if stop:
            raise stop
        return ""

    assert review.review(ask=ask, say=lambda text: None) == 0
    assert read()["quizzes"]["10/why-log-variance"]["right"] is False


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("one", "b", 2),
        ("one", "bc", None),
        ("several", "c, a", [0, 1]),
        ("number", "2,5", 2.5),
        ("number", "two", None),
        ("order", "bca", [2, 1, 0]),
        ("order", "bb", None),
        ("matching", "aab", [0, 0, 2]),
        ("one", "d", None),
    ],
)
def test_answers_as_they_are_typed(kind, typed, said):
    assert review._read(kind, typed, [0, 2, 1]) == said

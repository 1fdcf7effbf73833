"""What the reader solved is kept on this machine: once, whole, not under grading, and not at any price."""

import json
import math

import pytest

from gencourse import exercises, marks
from gencourse.cli import main
from gencourse.lessons import LESSONS


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCOURSE_PROGRESS", str(tmp_path / "new folder" / "progress.json"))


def right(nats, n_dims):
    return nats / (n_dims * math.log(2))


def test_a_right_answer_is_kept_and_a_wrong_one_is_not(capsys):
    assert marks.solved() == {} and not marks.place().exists()
    exercises.bits_per_dim.check(lambda nats, n_dims: nats)
    exercises.bits_per_dim.check()
    assert not marks.place().exists()
    exercises.bits_per_dim.check(right)
    assert list(marks.solved()) == ["bits_per_dim"]
    assert list(marks.place().parent.iterdir()) == [marks.place()]


def test_the_first_day_stays(capsys):
    marks.place().parent.mkdir()
    marks.place().write_text(json.dumps({"solved": {"bits_per_dim": "2020-01-01"}}))
    exercises.bits_per_dim.check(right)
    marks.note("gaussian_kl")
    assert marks.solved()["bits_per_dim"] == "2020-01-01" and set(marks.solved()) == {"bits_per_dim", "gaussian_kl"}


def test_nothing_is_kept_under_grading(monkeypatch, capsys):
    monkeypatch.setenv("GENCOURSE_GRADING", "1")
    exercises.bits_per_dim.check(right)
    assert not marks.place().exists()


def test_a_place_that_cannot_be_written_to_disturbs_no_one(tmp_path, capsys):
    (tmp_path / "new folder").write_text("in the way")
    assert exercises.bits_per_dim.check(right).outcome == "right"


def test_every_exercise_is_asked_in_one_lesson():
    asked = [name for names in marks.exercises().values() for name in names]
    assert sorted(asked) == sorted(exercises.names())


def test_the_map_has_a_tick_for_what_is_solved(capsys):
    marks.note("bits_per_dim")
    lines = marks.course_map().splitlines()
    assert len(lines) == len(LESSONS) + 1
    assert "✓" in lines[0] and "1 of 1" in lines[0] and "✓" not in "".join(lines[1:])
    assert main(["progress"]) == 0
    assert str(marks.place()) in capsys.readouterr().out


def test_a_damaged_file_is_named_and_not_overwritten(capsys):
    marks.place().parent.mkdir()
    marks.place().write_text("{")
    assert main(["progress"]) == 2 and "move it away" in capsys.readouterr().err
    marks.note("bits_per_dim")
    assert marks.place().read_text() == "{"

"""What the reader solved is kept on this machine: once, whole, not under grading, and not at any price."""

import json
import math

import pytest

from gencourse import exercises
from gencourse.cli import main
from gencourse.course.lessons import LESSONS
from gencourse.course.progress import course_map
from gencourse.course.tasks import exercises_of
from gencourse.support import places
from gencourse.support.notes import note_solved, solved


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCOURSE_PROGRESS", str(tmp_path / "new folder" / "progress.json"))


def right(nats, n_dims):
    return nats / (n_dims * math.log(2))


def test_a_right_answer_is_kept_and_a_wrong_one_is_not(capsys):
    assert solved() == {} and not places.notes().exists()
    exercises.bits_per_dim.check(lambda nats, n_dims: nats)
    exercises.bits_per_dim.check()
    assert not places.notes().exists()
    exercises.bits_per_dim.check(right)
    assert list(solved()) == ["bits_per_dim"]
    assert list(places.notes().parent.iterdir()) == [places.notes()]


def test_the_first_day_stays(capsys):
    places.notes().parent.mkdir()
    places.notes().write_text(json.dumps({"solved": {"bits_per_dim": "2020-01-01"}}))
    exercises.bits_per_dim.check(right)
    note_solved("gaussian_kl")
    assert solved()["bits_per_dim"] == "2020-01-01" and set(solved()) == {"bits_per_dim", "gaussian_kl"}


def test_nothing_is_kept_under_grading(monkeypatch, capsys):
    monkeypatch.setenv("GENCOURSE_GRADING", "1")
    exercises.bits_per_dim.check(right)
    assert not places.notes().exists()


def test_a_place_that_cannot_be_written_to_disturbs_no_one(tmp_path, capsys):
    (tmp_path / "new folder").write_text("in the way")
    assert exercises.bits_per_dim.check(right).outcome == "right"


def test_every_exercise_is_asked_in_one_lesson():
    asked = [name for lesson in LESSONS for name in exercises_of(lesson)]
    assert sorted(asked) == sorted(exercises.names())


def test_the_map_has_a_tick_for_what_is_solved(capsys):
    note_solved("bits_per_dim")
    lines = course_map().splitlines()
    assert len(lines) == len(LESSONS) + 1
    assert "✓" in lines[0] and "1 of 1" in lines[0] and "✓" not in "".join(lines[1:])
    assert main(["progress"]) == 0
    assert str(places.notes()) in capsys.readouterr().out


def test_a_damaged_file_is_named_and_not_overwritten(capsys):
    places.notes().parent.mkdir()
    places.notes().write_text("{")
    assert main(["progress"]) == 2 and "move it away" in capsys.readouterr().err
    note_solved("bits_per_dim")
    assert places.notes().read_text() == "{"

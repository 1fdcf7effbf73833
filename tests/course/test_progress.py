"""What the reader solved is kept on this machine: once, whole, not under grading, and not at any price."""

import json
import math
import subprocess
import sys

import pytest

from gencourse import exercises
from gencourse.cli import main
from gencourse.course.lessons import LESSONS
from gencourse.course.progress import CourseMap
from gencourse.course.questions import quizzes
from gencourse.course.tasks import exercises_of
from gencourse.support import places
from gencourse.support.notes import note_answer, note_outcome, note_prediction, note_solved, read, solved


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
    assert list(places.notes().parent.glob("[!.]*")) == [places.notes()]


def test_the_first_day_stays(capsys):
    places.notes().parent.mkdir()
    places.notes().write_text(json.dumps({"solved": {"bits_per_dim": "2020-01-01"}}))
    exercises.bits_per_dim.check(right)
    note_solved("gaussian_kl")
    assert solved()["bits_per_dim"] == "2020-01-01" and set(solved()) == {"bits_per_dim", "gaussian_kl"}


NOTE = """
import sys
from gencourse.support.notes import note_solved
for k in range(20):
    note_solved(f"{sys.argv[1]}-{k}")
"""


def test_twenty_notes_from_each_of_four_processes_at_once_keep_all_eighty():
    processes = [subprocess.Popen([sys.executable, "-c", NOTE, f"process-{n}"]) for n in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert set(solved()) == {f"process-{n}-{k}" for n in range(4) for k in range(20)}


def test_a_user_without_a_home_solves_exercises_too(monkeypatch, tmp_path, capsys):
    """As in a container that runs under a number no one has: neither HOME nor an entry in passwd."""

    def nobody(number):
        raise KeyError(number)

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for name in ("HOME", "XDG_DATA_HOME", "GENCOURSE_HOME", "GENCOURSE_PROGRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert exercises.bits_per_dim.check(right).outcome == "right"
    assert solved() == {} and CourseMap().totals[0] == 0 and list(tmp_path.iterdir()) == []
    assert main(["progress"]) == 2 and "set GENCOURSE_HOME to a folder" in capsys.readouterr().err
    monkeypatch.setenv("GENCOURSE_DATA", str(tmp_path))
    assert places.data_roots()[0] == tmp_path


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
    lines = repr(CourseMap()).splitlines()
    assert len(lines) == len(LESSONS) + 2
    assert "✓" in lines[1] and "✓" not in "".join(lines[2:]) and lines[-1].strip().startswith("1 of ")
    assert main(["progress"]) == 0
    assert str(places.notes()) in capsys.readouterr().out


def test_the_map_shows_how_predictions_and_quizzes_fared_and_links_to_each_lesson(monkeypatch):
    monkeypatch.setattr("gencourse.course.progress.predictions", lambda lesson: {"near": {}, "far": {}, "open": {}})
    note_prediction("10/near", 3)
    note_prediction("10/far", 1)
    note_outcome("10/near", True, "You said 3; it is <3>.")
    note_outcome("10/far", False, "You said 1; it is 9.")
    note_answer("10/why-log-variance", 1, False)
    note_answer("10/why-log-variance", 0, True)
    shown = CourseMap()
    place = list(quizzes(LESSONS[10])).index("why-log-variance")
    assert (shown.rows[10].predictions, shown.rows[10].quizzes[place]) == ("✓≠·", "✗")
    assert "10/far: You said 1; it is 9." in repr(shown)
    page = shown._repr_html_()
    assert "it is &lt;3&gt;" in page
    assert all(f'href="{lesson.name}.ipynb"' in page for lesson in LESSONS)


def test_the_first_prediction_and_the_first_answer_stay():
    note_outcome("10/x", True, "never predicted")
    note_prediction("10/a", [1, 2])
    note_prediction("10/a", [3])
    note_answer("10/q", 1, False)
    note_answer("10/q", 0, True)
    note_answer("10/q", 0, True)
    kept = read()
    assert set(kept["predictions"]) == {"10/a"} and kept["predictions"]["10/a"]["said"] == [1, 2]
    answer = kept["quizzes"]["10/q"]
    assert (answer["first"], answer["right_at_first"], answer["right"], answer["in_a_row"]) == (1, False, True, 2)


def test_beside_a_lesson_that_was_handed_out_the_notes_lie_there(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("GENCOURSE_PROGRESS")
    monkeypatch.chdir(tmp_path)
    (tmp_path / places.NOTES_BESIDE).write_text('{"solved": {}}')
    exercises.bits_per_dim.check(right)
    assert "bits_per_dim" in (tmp_path / places.NOTES_BESIDE).read_text()


def test_a_damaged_file_is_named_and_not_overwritten(capsys):
    places.notes().parent.mkdir()
    places.notes().write_text("{")
    assert main(["progress"]) == 2 and "move it away" in capsys.readouterr().err
    note_solved("bits_per_dim")
    assert places.notes().read_text() == "{"

"""What a class thought, from its notes."""

import json

import pytest

from gencourse.cli import main
from gencourse.publish.answers import answers
from gencourse.support.places import NOTES_BESIDE


@pytest.fixture
def submitted(tmp_path):
    """Thirty students: ten took σ at most 1 for the reason, five the KL; all predicted."""
    for k in range(30):
        first = 2 if k < 10 else 1 if k < 15 else 0
        notes = {
            "solved": {},
            "quizzes": {
                "10/why-log-variance": {"first": first, "right_at_first": first == 0, "right": True},
                "05/one-flip": {"first": 1, "right_at_first": True, "right": True},
            },
            "predictions": {"99/gone": {"said": 10.0 * (k + 1), "near": k == 0, "words": ""}},
        }
        folder = tmp_path / f"student{k}" / "10-training-a-vae"
        folder.mkdir(parents=True)
        (folder / NOTES_BESIDE).write_text(json.dumps(notes))
    return tmp_path


def test_the_hardest_come_first_with_what_most_of_the_others_said(submitted):
    lines = answers(submitted).splitlines()
    assert lines[0] == "30 students' notes"
    hard, easy = (next(k for k, line in enumerate(lines) if name in line) for name in ("why-log-variance", "one-flip"))
    assert hard < easy and "50%" in lines[hard] and "100%" in lines[easy]
    assert "10 said: To make sure that σ is at most 1." in lines[hard]
    assert "in the middle 155" in lines[-1] and "3%" in lines[-1], "of a lesson that this version has not"


def test_damaged_notes_are_named_and_left_out(submitted):
    (submitted / "student3" / "10-training-a-vae" / NOTES_BESIDE).write_text("{")
    told = answers(submitted)
    assert told.startswith("29 students' notes") and "student3" in told


def test_a_folder_without_notes_is_told(tmp_path, capsys):
    assert main(["answers", str(tmp_path)]) == 2
    assert "no gencourse-notes.json in it" in capsys.readouterr().err

"""The reader's own copies of the lessons: laid out without outputs, never written over, renewed on demand."""

import json
import os

import pytest

import gencourse
from gencourse.course import lab
from gencourse.course.lessons import LESSONS, find

NAME = "00-start-here"


@pytest.fixture
def said():
    return []


def laid(folder, said, **options):
    lab.lay_out(folder, say=said.append, **options)
    return folder / f"{NAME}.ipynb"


def test_copies_hold_every_cell_and_no_output(tmp_path, said):
    path = laid(tmp_path / "own", said)
    assert {p.stem for p in (tmp_path / "own").glob("*.ipynb")} == {lesson.name for lesson in LESSONS} and not said
    copy, lesson = (json.loads(p.read_text(encoding="utf-8")) for p in (path, find("00").path))
    assert [cell["source"] for cell in copy["cells"]] == [cell["source"] for cell in lesson["cells"]]
    code = [cell for cell in copy["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def newer(monkeypatch):
    """From now on there is another version of each lesson."""
    before = lab.clean_copy
    monkeypatch.setattr(lab, "clean_copy", lambda lesson: before(lesson).replace('"cells"', '"cells" ', 1))


def test_what_the_reader_changed_stays_and_the_newer_version_lies_beside_it(tmp_path, said, monkeypatch):
    path = laid(tmp_path, said)
    path.write_text("mine")
    laid(tmp_path, said)
    laid(tmp_path, said, update=True)
    assert path.read_text() == "mine" and not said, "there is nothing new"
    newer(monkeypatch)
    laid(tmp_path, said)
    assert path.read_text() == "mine" and len(said) == 1 and "`gencourse lab --update` brings them" in said[0]
    said.clear()
    laid(tmp_path, said, update=True)
    beside = tmp_path / f"{NAME}-{gencourse.__version__}.ipynb"
    assert path.read_text() == "mine" and json.loads(beside.read_text())["cells"]
    assert f"{path}: yours is kept; the newer version is {beside.name}" in said
    said.clear()
    laid(tmp_path, said, update=True)
    laid(tmp_path, said)
    assert not said, "a version is brought once"


def test_what_the_reader_left_alone_is_replaced_in_place(tmp_path, said, monkeypatch):
    path = laid(tmp_path, said)
    before = path.read_text()
    newer(monkeypatch)
    laid(tmp_path, said, update=True)
    assert path.read_text() != before and len(said) == len(LESSONS)
    assert not [p for p in tmp_path.glob("*.ipynb") if gencourse.__version__ in p.name]


def test_a_file_of_the_readers_own_is_in_nobodys_way(tmp_path, said):
    own = tmp_path / f"{NAME}.ipynb"
    own.write_text("made before")
    laid(tmp_path, said, update=True)
    assert own.read_text() == "made before" and "yours is kept" in said[0]


def test_a_file_is_no_folder(tmp_path, said):
    (tmp_path / "own").write_text("")
    with pytest.raises(FileExistsError, match="is a file; name a folder"):
        laid(tmp_path / "own", said)


@pytest.mark.parametrize("name", ["my course é {1}", "~x"])
def test_any_name_will_do(tmp_path, said, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert laid(tmp_path / name, said).exists()


def test_jupyterlab_is_told_where_and_how(tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(lab, "_become", lambda command, environment: commands.append(command) or 0)
    assert lab.lab(tmp_path, arguments=["--no-browser"]) == 0
    assert lab.lab(tmp_path, teacher=True) == 0
    plain, teacher = commands
    assert f"--ServerApp.root_dir={tmp_path}" in plain and plain[-1] == "--no-browser"
    assert f"--LabApp.default_url=/lab/tree/{NAME}.ipynb" in plain
    assert any(part.endswith("jupyter_server_config.py") for part in plain)
    assert any(part.endswith("teacher.py") for part in teacher)


def test_a_teachers_questions_are_checked_and_passed_on(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(lab, "_become", lambda command, environment: seen.append(environment) or 0)
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[00.mine]\nquestion = "?"\nchoices = [{text = "a", reply = "b", right = true}, {text = "c", reply = "d"}]'
    )
    lab.lab(tmp_path / "lessons", quizzes=mine)
    assert seen[0]["GENCOURSE_QUIZZES"] == str(mine)
    mine.write_text("[00.mine]\nquestion = '?'")
    with pytest.raises(ValueError, match=r"mine.toml, \[00.mine\]: choices is missing"):
        lab.lab(tmp_path / "others", quizzes=mine)
    assert not (tmp_path / "others").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot run a program in place of another")
def test_the_command_becomes_jupyterlab_so_that_a_signal_reaches_it(tmp_path, monkeypatch):
    def execve(path, command, environment):
        raise SystemExit(f"{path} {command[1:3]}")

    monkeypatch.setattr(lab.os, "execve", execve)
    with pytest.raises(SystemExit, match=r"python\S* \['-m', 'jupyterlab'\]"):
        lab.lab(tmp_path)

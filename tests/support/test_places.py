"""Where things lie: shipped things with the course, the reader's in one folder."""

from pathlib import Path

import pytest

from gencourse.support import places


def test_what_is_shipped_is_there():
    assert (places.NOTEBOOKS / "00-start-here.ipynb").exists()
    assert (places.PRETRAINED / "manifest.json").exists()
    assert (places.JUPYTER / "overrides.json").exists()


def test_one_folder_is_the_readers(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("GENCOURSE_PROGRESS", raising=False)
    monkeypatch.delenv("GENCOURSE_DATA", raising=False)
    assert places.home() == tmp_path and places.notes().parent == tmp_path
    assert places.data_roots()[0] == tmp_path / "data"


def test_the_table_names_them_all(monkeypatch, tmp_path):
    monkeypatch.setenv("GENCOURSE_HOME", str(tmp_path))
    assert str(tmp_path) in places.table() and str(places.NOTEBOOKS) in places.table()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ["GENCOURSE_PROGRESS", "GENCOURSE_DATA"])
def test_a_tilde_is_the_home_folder(name, home, monkeypatch):
    monkeypatch.setenv(name, "~/mine")
    found = places.notes() if name == "GENCOURSE_PROGRESS" else places.data_roots()[0]
    assert found == home / "mine"


def test_a_tilde_that_is_nobodys_is_a_letter(home, monkeypatch):
    monkeypatch.chdir(home)
    assert places.absolute("~nobody-of-this-name/x") == home / "~nobody-of-this-name" / "x"
    assert places.absolute("a~/b") == home / "a~" / "b"


def test_relative_is_from_where_one_stands(home, monkeypatch):
    monkeypatch.chdir(home)
    assert places.absolute("a/../b") == home / "b" and places.absolute("/b") == Path("/b")


def test_how_far_a_path_leads(home):
    (home / "cats").mkdir()
    (home / "cats" / "tom.png").write_text("")
    assert places.not_there(home / "cat") == f"is not there: {home} has no 'cat'; did you mean 'cats'?"
    assert places.not_there(home / "cats" / "tim.png" / "x").endswith("has no 'tim.png'; did you mean 'tom.png'?")
    assert places.not_there(home / "cats" / "tom.png" / "x") == f"is not there: {home}/cats/tom.png has no 'x'"
    assert "has no 'no'" in places.not_there(Path("/no/such/thing"))

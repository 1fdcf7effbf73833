"""Paths as the reader gives them."""

from pathlib import Path

import pytest

from gencourse.support import places


@pytest.fixture(autouse=True)
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

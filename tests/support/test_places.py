"""Where things lie: shipped things with the course, the reader's in one folder."""

from pathlib import Path

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


def test_a_tilde_is_the_readers_home(monkeypatch):
    for name, place in {"GENCOURSE_HOME": places.home, "GENCOURSE_PROGRESS": places.notes}.items():
        monkeypatch.setenv(name, "~/x")
        assert place() == Path.home() / "x"


def test_the_table_names_them_all(monkeypatch, tmp_path):
    monkeypatch.setenv("GENCOURSE_HOME", str(tmp_path))
    assert str(tmp_path) in places.table() and str(places.NOTEBOOKS) in places.table()

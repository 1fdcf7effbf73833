"""Files and folders with any name, given from where the reader stands: to `gencourse run`, `sweep` and `export`."""

import nbformat
import pytest

from gencourse import cli
from gencourse.runs.collect import collect
from gencourse.support import places

pytestmark = pytest.mark.kernel

CELLS = (
    'preset: str = "quick"\nseed: int = 0\npath: str = ""\nsteps: int = 0',
    'import gencourse\n\nlesson = gencourse.begin("06", preset=preset, seed=seed, path=path, steps=steps)',
    'lesson.record(text=open(lesson.path, encoding="utf-8").read())',
)
LONG = "/".join(["w" * 60] * 6)


@pytest.fixture
def stand(tmp_path, monkeypatch):
    """The reader stands in a folder with a trying name, which is home too; the lessons lie in another."""
    folder = tmp_path / "lessons {x}"
    folder.mkdir()
    made = [nbformat.v4.new_code_cell(source) for source in CELLS]
    made[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=made, metadata={"language_info": {"name": "python"}})
    nbformat.write(notebook, folder / "06-autoregressive-models-of-text.ipynb")
    here = tmp_path / "mein Kurs é {0} {y}"
    here.mkdir()
    monkeypatch.setattr(places, "NOTEBOOKS", folder)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("GENCOURSE_THREADS", "1")
    return here


@pytest.mark.parametrize(
    ("file", "given", "to"),
    [
        ("text.txt", "text.txt", "runs"),
        ("a {b} ñ ~.txt", "./a {b} ñ ~.txt", "out {y}"),
        ("text.txt", "~/text.txt", "~/ünder"),
        (f"{LONG}/text.txt", f"{LONG}/text.txt", "out {"),
    ],
)
def test_run_with_a_file_of_ones_own(stand, file, given, to, capsys):
    (stand / file).parent.mkdir(parents=True, exist_ok=True)
    (stand / file).write_text("once upon a time", encoding="utf-8")
    assert cli.main(["run", "06", "-p", "path", given, "-p", "seed", "2", f"--to={to}"]) == 0, capsys.readouterr().out
    (row,) = collect((stand / to.removeprefix("~/")).iterdir()).to_dict("records")
    assert row["status"] == "ok" and row["text"] == "once upon a time" and row["path"] == str(stand / file)


def test_sweep_over_files_of_ones_own(stand, capsys):
    for name in ("one {y}.txt", f"{LONG}/two.txt"):
        (stand / name).parent.mkdir(parents=True, exist_ok=True)
        (stand / name).write_text(name[-7:])
    command = ["sweep", "06", f"path=one {{y}}.txt,~/one {{y}}.txt,{LONG}/two.txt", "--jobs", "1", "--to", "sw {z} é"]
    assert cli.main(command) == 0, capsys.readouterr()
    table = collect((stand / "sw {z} é").glob("*.ipynb"))
    assert sorted(table["text"]) == ["two.txt", "{y}.txt"], "a file given twice is one run"
    assert cli.main(command) == 0 and "2 finished before, 0 to do" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said_before_anything_starts(stand, capsys):
    (stand / "text.txt").write_text("")
    for command in (["run", "06", "-p", "path", "test.txt"], ["sweep", "06", "path=test.txt"]):
        assert cli.main(command) == 2
        assert "has no 'test.txt'; did you mean 'text.txt'?" in capsys.readouterr().err
    assert [path.name for path in stand.iterdir()] == ["text.txt"]


def test_home_in_every_path_of_the_command(stand, capsys):
    (stand / "lessons").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), stand / "lessons" / "one.ipynb")
    assert cli.main(["collect", "~/lessons/one.ipynb", "--to=~/table.csv"]) == 0
    assert (stand / "table.csv").exists()
    (stand / "taken").write_text("")
    with pytest.raises(SystemExit):
        cli.main(["run", "06", "--to=~/taken"])
    assert cli.main(["export", "~/no.ipynb", "--to=~/page.html"]) == 2
    assert str(stand / "no.ipynb") in capsys.readouterr().err

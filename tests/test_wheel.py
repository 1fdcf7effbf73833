"""A built wheel is the whole course: unpacked elsewhere, it finds lessons, weights and data, and writes nothing."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.kernel

REPOSITORY = Path(__file__).resolve().parents[1]
MOST = 95_000_000  # bytes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """The wheel unpacked, as an installer does, where nobody may write."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.fixture
def gencourse(site, tmp_path):
    """A function that runs the command from another folder, with the wheel's package, and returns what it printed."""
    home = tmp_path / "home"
    own = {"PYTHONPATH": str(site), "GENCOURSE_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    variables = {k: v for k, v in os.environ.items() if not k.startswith("GENCOURSE_")} | own

    def run(*arguments):
        command = [sys.executable, "-P", "-m", "gencourse.cli", *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    before = sorted(site.rglob("*"))
    yield run
    assert sorted(site.rglob("*")) == before, "something was written beside the package"


def test_it_holds_the_course_and_nothing_else(wheel):
    assert wheel.stat().st_size < MOST
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    shipped = {name.split("/")[2] for name in names if name.startswith("gencourse/_shipped/")}
    assert shipped == {"notebooks", "data", "jupyter"}
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"gencourse"}
    unwanted = (".pyc", ".part", ".unfinished", "-checkpoint.ipynb")
    assert not [name for name in names if name.endswith(unwanted)]
    kept = subprocess.run(
        ["git", "ls-files", "notebooks", "data", "jupyter"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert {name.removeprefix("gencourse/_shipped/") for name in names if "/_shipped/" in name} == set(
        filter(None, kept)
    )


def test_the_short_commands(gencourse, site, tmp_path):
    assert str(site) in gencourse("where") and str(tmp_path / "home") in gencourse("where")
    assert "vae-mnist-2d" in gencourse("weights")
    assert "exercises solved" in gencourse("progress")
    gencourse("handout", "00", "--to", "course")
    assert (tmp_path / "course" / "source" / "00-start-here" / "00-start-here.ipynb").exists()


@pytest.mark.slow
def test_a_lesson_runs_and_is_exported(gencourse, tmp_path):
    assert "ok" in gencourse("run", "00")
    gencourse("sweep", "00", "seed=0", "--jobs", "1")
    assert (tmp_path / "runs" / "00-start-here" / "table.csv").exists()
    lesson = tmp_path / "runs" / "00-start-here.ipynb"
    gencourse("export", lesson, "--to", "lesson.html")
    assert (tmp_path / "lesson.html").stat().st_size > 100_000

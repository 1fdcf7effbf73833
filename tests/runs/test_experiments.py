"""gencourse experiment: what is missing runs, what failed is told, what is there stays."""

import subprocess
import sys
import time

import pytest

from gencourse.experiments.evidence import read_rows
from gencourse.experiments.experiment import experiment
from gencourse.runs.experiments import listing, run
from gencourse.support import places


@experiment(grid={"a": (1, 2)}, seeds=2)
def small_trial(a: int, steps: int = 3, fails: bool = False, *, seed: int) -> dict[str, float]:
    """What comes of a?"""
    if fails and seed == 1:
        raise ArithmeticError("seed is one")
    return {"third": (a * steps + seed) / 3}


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "DATA", tmp_path / "shipped")
    monkeypatch.setattr(places, "made", lambda: tmp_path / "own")
    monkeypatch.setenv("GENCOURSE_THREADS", "1")
    return tmp_path / "own" / "evidence" / "small-trial.csv"


@pytest.mark.kernel
def test_what_is_missing_runs_and_what_is_there_stays(own):
    said = []
    with pytest.raises(RuntimeError, match=r"2 of 4 runs failed; the same command tries them again\n.*seed is one"):
        run(small_trial, jobs=1, say=said.append, fails=True)
    assert [row["seed"] for row in read_rows(own)] == [0, 0]
    evidence = run(small_trial, jobs=1, seeds=[0], say=said.append)
    assert len(evidence.table) == 4, "rows of another setting stay"
    rows = read_rows(own)
    assert rows[-1]["third"] == pytest.approx(2, abs=1e-5) and rows[-1]["threads"] == 1
    assert {"seconds", "cpu_seconds", "processor", "gencourse", "torch", "code", "day"} <= set(rows[-1])
    assert run(small_trial, jobs=1, seeds=[0], say=said.append).table.equals(evidence.table)
    assert said[-1] == "small-trial: 2 runs, 2 finished before, 0 to do"
    with pytest.raises(ValueError, match="stepps is not a parameter"):
        run(small_trial, stepps=3)


KILLED = """
import sys, time
from pathlib import Path
from gencourse.experiments.experiment import experiment
from gencourse.runs.experiments import run
from gencourse.support import places

@experiment(grid={"a": (1, 2, 3)}, seeds=1)
def small_trial(a, folder=sys.argv[-1], *, seed):
    while a > 1 and not (Path(folder) / "go").exists():
        time.sleep(0.05)
    return {"twice": 2 * a}

if __name__ == "__main__":
    places.DATA = places.ROOT = Path(sys.argv[1])
    run(small_trial, jobs=1)
"""


@pytest.mark.kernel
def test_one_that_was_killed_goes_on(tmp_path):
    (tmp_path / "trial.py").write_text(KILLED)
    path = tmp_path / "evidence" / "small-trial.csv"
    command = [sys.executable, str(tmp_path / "trial.py"), str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not path.exists() and process.poll() is None:
        time.sleep(0.05)
    second = subprocess.run(command, capture_output=True, text=True)
    assert "small-trial is at work already" in second.stderr
    process.kill()
    process.communicate()
    before = read_rows(path)
    assert len(before) == 1
    (tmp_path / "go").touch()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 finished before, 2 to do" in done.stdout
    assert [row["twice"] for row in read_rows(path)] == [2, 4, 6] and read_rows(path)[:1] == before


def test_the_list_has_every_experiment_with_what_was_done():
    lines = listing().splitlines()
    assert lines[0].split() == ["experiment", "runs", "seeds", "hours", "last", "run"]
    assert any(line.startswith("simclr-photographs ") for line in lines)

"""Lesson 10 as an experimenter runs it: `gencourse run`, and papermill itself, which checks nothing."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from gencourse.cli import main
from gencourse.runs.collect import collect

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

LESSON = Path(__file__).resolve().parents[2] / "notebooks" / "10-training-a-vae.ipynb"


def papermill(to, *parameters, **environment):
    """Run the lesson with papermill's own command: its status, and the error in the notebook it wrote."""
    import os

    command = [sys.executable, "-m", "papermill", str(LESSON), str(to), "--no-progress-bar", "--cwd", str(to.parent)]
    done = subprocess.run([*command, *parameters], env=os.environ | environment, capture_output=True)
    outputs = [output for cell in nbformat.read(to, as_version=4).cells for output in cell.get("outputs", [])]
    errors = [output for output in outputs if output.output_type == "error"]
    return done.returncode, errors


def test_a_good_run_and_its_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GENCOURSE_THREADS", "1")
    assert main(["run", "10", "-p", "steps", "20", "-p", "beta", "2", "--to", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("[1/1] 10-training-a-vae  ok  ")
    (row,) = collect(tmp_path.glob("*.ipynb")).to_dict("records")
    assert row["status"] == "ok" and (row["steps"], row["beta"], row["seed"]) == (20, 2, 0)
    assert row["elbo_nats"] < 0 and row["seconds"] > 0


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (["-p", "betta", "4"], "betta is not a parameter of 10-training-a-vae"),
        (["-r", "steps", "many"], "steps='many' is a str; allowed is a whole number"),
    ],
)
def test_papermill_lets_it_through_and_the_lesson_does_not(tmp_path, parameters, said):
    status, (error,) = papermill(tmp_path / "out.ipynb", *parameters)
    assert status == 1
    assert error.ename == "ParameterError" and said in error.evalue


def test_a_data_set_that_is_not_there_offline(tmp_path):
    """A proxy that nobody runs stands for the missing network."""
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")}
    status, (error,) = papermill(
        tmp_path / "out.ipynb", "-p", "dataset", "fashion_mnist", GENCOURSE_DATA=str(tmp_path / "empty"), **nowhere
    )
    assert status == 1 and error.ename == "DataNotFound"
    assert "Three ways on" in error.evalue and str(tmp_path / "empty") in error.evalue
    executed = [
        cell for cell in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells if cell.get("execution_count")
    ]
    assert len(executed) == 3, "its parameters, papermill's, and begin(); nothing after"

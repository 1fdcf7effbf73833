"""gencourse run on small notebooks: a failure is told, and does not stop the rest."""

import sys

import nbformat
import pytest

from gencourse.runs import run as run_module
from gencourse.runs.run import run

pytestmark = pytest.mark.kernel


def test_a_run_that_fails_does_not_stop_the_rest(make, monkeypatch, tmp_path):
    make("assert seed == 0, 'seed is not nought'", "lesson.record(n=1)")
    monkeypatch.setattr(run_module, "LESSONS", run_module.LESSONS * 2)
    said = []
    assert run([], {"seed": 5}, tmp_path / "runs", said.append) == ["00-start-here", "00-start-here"]
    assert len(said) == 2 and said[1].startswith("[2/2] 00-start-here  FAILED")
    assert "AssertionError: seed is not nought" in said[1]
    kept = nbformat.read(tmp_path / "runs" / "00-start-here-seed=5.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", []))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not Windows'")
def test_a_kernel_that_dies_is_a_failure_like_others(make, tmp_path):
    make("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    said = []
    assert run([], {}, tmp_path / "runs", said.append) == ["00-start-here"]
    assert "FAILED: the kernel died" in said[0]

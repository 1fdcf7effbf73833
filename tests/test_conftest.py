"""A skipped test cannot hide in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = "import pytest\n\n{mark}\ndef test_a():\n    pytest.skip('no reason')\n\n\ndef test_b():\n    pass\n"


def run(folder, source, ci):
    """Pytest with this repository's conftest on one file of tests."""
    (folder / "test_it.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    variables = os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", str(folder)]
    return subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(("ci", "mark", "status"), [("true", "", 1), ("true", "@pytest.mark.may_skip", 0), ("", "", 0)])
def test_a_skip_in_ci_fails_unless_it_is_marked(tmp_path, ci, mark, status):
    done = run(tmp_path, SKIPPED.format(mark=mark), ci)
    assert done.returncode == status, done.stdout
    assert ("skipped in CI, which counts as a failure: test_it.py" in done.stdout) == bool(status)
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_a_whole_module_skipped_in_ci_fails_by_name(tmp_path):
    (tmp_path / "test_other.py").write_text("def test_c():\n    pass\n")
    done = run(tmp_path, "import pytest\n\npytest.skip('all of it', allow_module_level=True)\n", "true")
    assert done.returncode == 1 and "INTERNALERROR" not in done.stdout + done.stderr
    assert "skipped in CI, which counts as a failure: test_it.py" in done.stdout


def test_property_tests_draw_the_same_examples_in_each_run_of_ci(tmp_path):
    source = "from hypothesis import settings\n\ndef test_a():\n    assert settings(max_examples=5).derandomize\n"
    done = run(tmp_path, source, "true")
    assert done.returncode == 0, done.stdout

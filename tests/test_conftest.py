"""A skipped test cannot hide in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = "import pytest\n\n{mark}\ndef test_a():\n    pytest.skip('no reason')\n\n\ndef test_b():\n    pass\n"


@pytest.mark.parametrize(("ci", "mark", "status"), [("true", "", 1), ("true", "@pytest.mark.may_skip", 0), ("", "", 0)])
def test_a_skip_in_ci_fails_unless_it_is_marked(tmp_path, ci, mark, status):
    (tmp_path / "test_it.py").write_text(SKIPPED.format(mark=mark))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    variables = os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", str(tmp_path)]
    done = subprocess.run(command, env=variables, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == status, done.stdout
    assert ("skipped in CI, which counts as a failure: test_it.py" in done.stdout) == bool(status)
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]

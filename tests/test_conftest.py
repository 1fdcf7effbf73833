"""A skipped test cannot hide in CI, and a test is marked by what it asks for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.kernel

SKIPPED = "import pytest\n\n{mark}\ndef test_a():\n    pytest.skip('no reason')\n\n\ndef test_b():\n    pass\n"


def run(folder, source, ci, *options):
    """Pytest with this repository's conftest on one file of tests."""
    (folder / "test_it.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    variables = os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-p", "conftest", *options, str(folder)]
    return subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize(("ci", "mark", "status"), [("true", "", 1), ("true", "@pytest.mark.may_skip", 0), ("", "", 0)])
def test_a_skip_in_ci_fails_unless_it_is_marked(tmp_path, ci, mark, status, workers):
    done = run(tmp_path, SKIPPED.format(mark=mark), ci, *workers)
    assert done.returncode == status, done.stdout
    assert ("skipped in CI, which counts as a failure: test_it.py" in done.stdout) == bool(status)
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_whole_module_skipped_in_ci_fails_by_name(tmp_path, workers):
    (tmp_path / "test_other.py").write_text("def test_c():\n    pass\n")
    done = run(tmp_path, "import pytest\n\npytest.skip('all of it', allow_module_level=True)\n", "true", *workers)
    assert done.returncode == 1 and "INTERNALERROR" not in done.stdout + done.stderr
    assert "skipped in CI, which counts as a failure: test_it.py" in done.stdout


MARKED = """
import pytest

@pytest.fixture
def chromium():
    pass

@pytest.fixture
def lab():
    pass

@pytest.fixture
def page(chromium):
    pass

def test_page(page):
    pass

def test_lab(lab):
    pass

def test_neither():
    pass
"""


@pytest.mark.parametrize(
    ("choice", "chosen"), [("browser", {"page"}), ("kernel", {"lab"}), ("not browser", {"lab", "neither"})]
)
def test_what_a_test_asks_for_marks_it(tmp_path, choice, chosen):
    done = run(tmp_path, MARKED, "", "--collect-only", "-m", choice)
    assert set(re.findall(r"test_it.py::test_(\w+)", done.stdout)) == chosen, done.stdout


def test_property_tests_draw_the_same_examples_in_each_run_of_ci(tmp_path):
    source = "from hypothesis import settings\n\ndef test_a():\n    assert settings(max_examples=5).derandomize\n"
    done = run(tmp_path, source, "true")
    assert done.returncode == 0, done.stdout

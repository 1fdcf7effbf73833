"""What is for other machines, and cannot be run here, has the right form: workflows, issue forms, a container."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
GITHUB = REPOSITORY / ".github"
KINDS = {"workflows": "vendor.github-workflows", "ISSUE_TEMPLATE": "vendor.github-issue-forms"}


@pytest.mark.kernel
@pytest.mark.parametrize("folder", KINDS)
def test_files_for_github_follow_their_schema(folder):
    files = sorted((GITHUB / folder).glob("*.yml"))
    assert files
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", KINDS[folder], *map(str, files)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_the_workflows_run_is_there():
    makefile = (REPOSITORY / "Makefile").read_text()
    for path in (GITHUB / "workflows").glob("*.yml"):
        steps = [step for job in yaml.safe_load(path.read_text())["jobs"].values() for step in job["steps"]]
        for target in re.findall(r"^make ([\w-]+)", "\n".join(step.get("run", "") for step in steps), re.MULTILINE):
            assert f"\n{target}:" in makefile, path
    matrix = yaml.safe_load((GITHUB / "workflows" / "test.yml").read_text())["jobs"]["test"]["strategy"]["matrix"]
    assert len(matrix["os"]) == 3 and matrix["python"] == ["3.11", "3.x"]


def test_the_container_installs_the_course():
    container = json.loads((REPOSITORY / ".devcontainer" / "devcontainer.json").read_text())
    assert "-c constraints.txt -e ." in container["postCreateCommand"]

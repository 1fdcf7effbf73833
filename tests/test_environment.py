"""One list of dependencies, told three times: pyproject.toml, environment.yml for conda, and the exact versions."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((REPOSITORY / "environment.yml").read_text())
CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
MATCH_SPEC = re.compile(r"([a-z0-9][a-z0-9._-]*)((?:[<>=!~]=?[0-9][0-9a-z.*]*)(?:,[<>=!~]=?[0-9][0-9a-z.*]*)*)?")


def conda():
    """What environment.yml asks of conda: name -> version range."""
    lines = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    matches = [MATCH_SPEC.fullmatch(line) for line in lines]
    assert all(matches), lines
    return {match[1]: match[2] or "" for match in matches}


def pins():
    lines = (REPOSITORY / "constraints.txt").read_text().splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): str(requirement.specifier) for requirement in requirements}


def direct(*extras):
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(line) for lines in lists for line in lines if not line.startswith("gencourse[")]


def test_conda_gets_what_pip_gets():
    pip = {CONDA_NAMES.get(requirement.name, requirement.name): str(requirement.specifier) for requirement in direct()}
    assert conda() == {"python": PROJECT["requires-python"], "pip": "", **pip}
    assert ENVIRONMENT["dependencies"][-1] == {"pip": ["-e ."]} and ENVIRONMENT["channels"] == ["conda-forge"]


def test_each_direct_dependency_has_an_exact_version_in_its_range():
    exact = pins()
    assert all(re.fullmatch(r"==[^*,]+", version) for version in exact.values())
    for requirement in direct("classroom", "site", "dev", "bench"):
        assert Version(exact[canonicalize_name(requirement.name)].removeprefix("==")) in requirement.specifier, (
            requirement
        )


def test_every_installed_dependency_of_ours_is_pinned():
    """Direct or not; what only some platforms need (CUDA's libraries) is left to pip."""
    exact, todo, seen = pins(), ["gencourse"], set()
    requirements = {"gencourse": direct("classroom", "site", "dev")}
    while todo:
        name = todo.pop()
        wanted = requirements.get(name) or [Requirement(line) for line in metadata.requires(name) or []]
        for requirement in wanted:
            child = canonicalize_name(requirement.name)
            needed = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": e}) for e in ("", *requirement.extras)
            )
            if needed and child not in seen and not re.match("nvidia|cuda|triton", child):
                seen.add(child)
                todo.append(child)
    missing = {name for name in seen if name not in exact and name != "gencourse"}
    assert not missing, f"add to constraints.txt: {sorted(missing)}"


@pytest.mark.kernel
def test_nothing_heavy_is_imported_with_the_package():
    heavy = [
        "torch",
        "torchvision",
        "sklearn",
        "matplotlib",
        "ipywidgets",
        "anywidget",
        "pandas",
        "accelerate",
        "papermill",
    ]
    code = f"import sys, gencourse; print(*[name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


@pytest.mark.kernel
def test_begin_and_fit_leave_the_heavy_ones_where_they_are_used():
    code = "import sys, gencourse; gencourse.begin, gencourse.fit; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    assert not loaded & {"torchvision", "sklearn", "matplotlib", "ipywidgets", "pandas", "papermill"}

"""What the project says of itself: one version, one licence, one list of authors, hooks, and no address but its own."""

import re
import tomllib
from email.message import Message
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.version import Version

import gencourse
from gencourse.publish.export import export
from gencourse.support.address import address

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
ADDRESS = PROJECT["urls"].get("Repository", "")
TEXTS = ("*.md", "*.cff", "*.toml", "*.yml", "*.yaml", "*.py", "*.js", "*.css", "*.ipynb", "*.json")
PLACES = (".", "gencourse/**", "docs", "data", "notebooks", "jupyter", "benchmarks")


def test_the_version_is_one():
    version = Version(gencourse.__version__)
    newest = re.search(r"^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert CITATION["version"] == gencourse.__version__ == str(version)
    assert newest and newest[1] == version.base_version, "the changelog begins with the version that is being made"


def test_the_citation_says_what_pyproject_says():
    assert CITATION["license"] == PROJECT["license"] == "MIT"
    assert CITATION["authors"] == PROJECT["authors"] and CITATION["keywords"] == PROJECT["keywords"]
    assert CITATION["title"] == f"gencourse: {PROJECT['description'][0].lower()}{PROJECT['description'][1:]}"
    licence = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License") and PROJECT["authors"][0]["name"] in licence


def test_the_oldest_python_is_one():
    versions = re.findall(r":: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert PROJECT["requires-python"] == f">={versions[0]}" and versions == sorted(versions, key=Version)


def test_hooks_run_what_make_installed_and_fetch_nothing():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for repo in yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            place, tool = hook["entry"].split()[0].rsplit("/", 1)
            assert hook["language"] == "system" and place in (".venv/bin", "node_modules/.bin")
            assert place != ".venv/bin" or f"$(BIN)/{tool}" in makefile


def test_the_address_is_pyproject_s():
    assert set(PROJECT["urls"]) <= {"Repository"} and address() == ADDRESS
    assert CITATION.get("repository-code", "") == ADDRESS


def test_no_file_holds_another_address_of_the_project():
    """OWNER stands for a reader who has a copy of their own."""
    files = {path for place in PLACES for pattern in TEXTS for path in REPOSITORY.glob(f"{place}/{pattern}")}
    assert len(files) > 200
    for path in files:
        for url in re.findall(r"https?://[^\s\"'<>)\]]*gencourse[^\s\"'<>)\]]*", path.read_text(encoding="utf-8")):
            assert "OWNER" in url or (ADDRESS and url.startswith(ADDRESS)), f"{path.relative_to(REPOSITORY)}: {url}"


@pytest.mark.parametrize("where", ["", "https://example.org/a?b&c"])
def test_an_exported_page_links_to_the_project_where_there_is_an_address(where, tmp_path, monkeypatch):
    monkeypatch.setattr("gencourse.publish.export.address", lambda: where)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "lesson.ipynb")
    page = export(tmp_path / "lesson.ipynb", tmp_path / "lesson.html", execute=False).read_text(encoding="utf-8")
    links = re.findall(r'<footer>Made with <a href="(.*?)">', page)
    assert links == (["https://example.org/a?b&amp;c"] if where else [])


def test_the_address_is_read_from_what_is_installed(monkeypatch):
    about = Message()
    monkeypatch.setattr(metadata, "metadata", lambda name: about)
    assert address() == ""
    about["Project-URL"] = "Changes, https://example.org/changes"
    about["Project-URL"] = "Repository, https://example.org/a, b"
    assert address() == "https://example.org/a, b"


def test_a_package_that_is_not_installed_has_no_address(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", missing)
    assert address() == ""

"""What the pages promise is there: links, files, modules, functions, and the new lines for hand-outs of 0.1."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = [*REPOSITORY.glob("*.md"), REPOSITORY / "data" / "README.md", *(REPOSITORY / "docs").glob("*.md")]
TEXTS = {page.relative_to(REPOSITORY).as_posix(): page.read_text(encoding="utf-8") for page in sorted(PAGES)}
OLD = "## Hand-outs given under 0.1"  # where names stand that are no longer there
MOVES = re.findall(r"^\| `(from .*?)` \| `(from .*?)` \|$", TEXTS["docs/classroom.md"].split(OLD)[1], re.MULTILINE)


def found(pattern):
    texts = {name: text.split(OLD)[0] for name, text in TEXTS.items()}
    return sorted({(name, *match.groups()) for name, text in texts.items() for match in re.finditer(pattern, text)})


def anchors(page):
    """The places of a page that a link can lead to, as they are called on the web: lower case, hyphens."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), found(r"\]\(([^)\s]+)\)"))
def test_a_link_leads_somewhere(page, link):
    if not link.startswith(("https://", "http://")):
        path, _, anchor = link.partition("#")
        target = REPOSITORY / page if not path else (REPOSITORY / page).parent / path
        assert target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize(
    ("page", "path"), found(r"(?<![\w/])((?:gencourse|tests|docs|jupyter|notebooks|benchmarks|data)/[\w./-]*\w)")
)
def test_a_file_that_is_named_exists(page, path):
    assert (REPOSITORY / path).exists() or re.search("[A-Z]{3}", path), "capitals stand for a name of one's own"


@pytest.mark.parametrize(("page", "name"), found(r"\b(gencourse(?:\.\w+)+)(?!/)"))
def test_a_module_or_a_function_that_is_named_exists(page, name):
    home, _, last = name.rpartition(".")
    assert name == "gencourse.py" or hasattr(import_module(home), last) or find_spec(name)


@pytest.mark.parametrize(("page", "name", "path"), found(r"\[`([\w.]+)`\]\(([^)]+\.py)\)"))
def test_a_name_that_links_to_a_file_is_defined_there(page, name, path):
    file = ((REPOSITORY / page).parent / path).resolve().relative_to(REPOSITORY / "gencourse")
    module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    assert name.startswith(f"{module}.")
    scope = ast.parse((REPOSITORY / "gencourse" / file).read_text(encoding="utf-8"))
    for part in name.removeprefix(f"{module}.").split("."):
        defined = {node.name: node for node in scope.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        assert part in defined
        scope = defined[part]


@pytest.mark.parametrize(("old", "new"), MOVES)
def test_an_import_line_of_0_1_has_one_that_works(old, new):
    with pytest.raises(ImportError):
        exec(old.replace("from", "import", 1).replace(" import …", "") if "…" in old else old, {})
    exec(new.replace("from", "import", 1).replace(" import …", "") if "…" in new else new, {})


def test_the_names_that_went_elsewhere_are_there():
    rows = re.findall(r"^\|.*\| `(from [^…]*?)` \|$", TEXTS["docs/classroom.md"].split(OLD)[1], re.MULTILINE)
    assert len(rows) > 4 and len(MOVES) > 10
    for row in rows:
        exec(row, {})

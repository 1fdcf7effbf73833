"""The house: imports point down the list of rooms and never up, those inside functions included, and make no circle."""

import ast
from pathlib import Path

import pytest

import gencourse

PACKAGE = Path(gencourse.__file__).parent
# From the top down: a room may import those after it. `models`, `data` and `figures` do not know each other, but that a
# model may say what views of an image it takes.
ROOMS = (
    "publish",
    "runs",
    "course",
    "widgets",
    "exercises",
    "experiments",
    "measure",
    "training",
    "models",
    "data",
    "figures",
    "support",
)
STRANGERS = {("models", "figures"), ("data", "figures"), ("models", "data")}
ALLOWED_AMONG_STRANGERS = {"gencourse.data.augment"}
MODULES = {path: ".".join(path.with_suffix("").relative_to(PACKAGE.parent).parts) for path in PACKAGE.rglob("*.py")}


def imported(path: Path, name: str) -> set[str]:
    """The modules of the package that a module imports anywhere in it, under TYPE_CHECKING too."""
    known, found = set(MODULES.values()), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: a relative import"
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                found.add(module if module in known or f"{module}.__init__" in known else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    found = {module if module in known else f"{module}.__init__" for module in found}
    return {module for module in found if module in known}


GRAPH = {name: imported(path, name) for path, name in MODULES.items()}


def room(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("module", sorted(GRAPH))
def test_imports_point_down(module):
    if room(module) in ("__init__", "cli"):
        return
    for other in GRAPH[module]:
        if other == "gencourse.__init__":
            continue  # the version
        here, there = ROOMS.index(room(module)), ROOMS.index(room(other))
        assert there >= here, f"{module} imports {other}: an arrow up the house"
        if (room(module), room(other)) in STRANGERS:
            assert other in ALLOWED_AMONG_STRANGERS, f"{module} imports {other}: these rooms do not know each other"


def test_there_is_no_circle():
    done: set[str] = set()

    def visit(module, way):
        assert module not in way, " → ".join([*way[way.index(module) :], module])
        if module not in done:
            for other in GRAPH[module]:
                visit(other, [*way, module])
            done.add(module)

    for module in GRAPH:
        visit(module, [])


def test_each_room_says_what_lives_there():
    assert {path.name for path in PACKAGE.iterdir() if path.suffix == ".py"} == {"__init__.py", "cli.py"}
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)
    for path in PACKAGE.rglob("__init__.py"):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert text, f"{path} says nothing"
        assert (
            path.parent == PACKAGE or len(path.relative_to(PACKAGE).parts) > 2 or "may import" in " ".join(text.split())
        ), path

"""The house: imports point down the list of rooms and never up, those inside functions included, and make no circle."""

import ast
import re
import textwrap

import pytest
from house import DRAWING, GRAPH, PACKAGE, ROOMS, TEXT, about, arrows, room

# `models`, `data` and `figures` do not know each other, but that a model may say what views of an image it takes.
STRANGERS = {("models", "figures"), ("data", "figures"), ("models", "data")}
ALLOWED_AMONG_STRANGERS = {"gencourse.data.augment"}


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


def test_a_private_name_is_used_by_its_own_module_alone():
    """Whatever another module needs has a public name; those of a library that has no other are listed here."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        own |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names if re.match("_[^_]", alias.name)}
            elif isinstance(node, ast.Attribute) and re.match("_[^_]", node.attr):
                owner = ast.unparse(node.value)
                if owner not in ("self", "cls", "super()") or node.attr not in own:
                    found.add(f"{owner}.{node.attr}")
    assert found == {"Widget._css", "torch.ops.mkldnn._is_mkldnn_bf16_supported"}


def test_each_room_says_what_lives_there():
    assert {path.name for path in PACKAGE.iterdir() if path.suffix == ".py"} == {"__init__.py", "cli.py"}
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)
    for path in PACKAGE.rglob("__init__.py"):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert text, f"{path} says nothing"
        assert (
            path.parent == PACKAGE or len(path.relative_to(PACKAGE).parts) > 2 or "may import" in " ".join(text.split())
        ), path


def test_the_drawing_shows_the_rooms_and_arrows_of_today():
    """Which rooms know which; how many imports there are may have changed since it was drawn."""
    drawing = DRAWING.read_text(encoding="utf-8")
    drawn = set(re.findall(r'data-from="(\w+)" data-to="(\w+)"', drawing))
    assert drawn == set(arrows()), "`python docs/house.py` draws it again"
    assert re.findall(r'class="name"[^>]*>(\w+)<', drawing) == list(ROOMS)
    assert all(len(textwrap.wrap(about(name), TEXT)) in (1, 2) for name in ROOMS), "the first sentence fits its box"

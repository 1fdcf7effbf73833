"""The rooms of the package as its imports show them: tests/test_house.py holds their order, and this script draws them.

python docs/house.py     writes docs/house.svg
"""

import ast
import textwrap
from collections import Counter
from html import escape
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "gencourse"
DRAWING = Path(__file__).with_name("house.svg")
# From the top down: a room may import those after it.
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
MODULES = {path: ".".join(path.with_suffix("").relative_to(PACKAGE.parent).parts) for path in PACKAGE.rglob("*.py")}

# The drawing's measures, in its own units. Arrows to the lowest room, on which all others stand, run on the left.
WIDTH, LEFT, BOX, TALL, PITCH = 830, 118, 470, 58, 70
TEXT = 66  # letters a line
STROKES = ((10, 6.0), (3, 3.2), (1, 1.4))  # from so many imports up, so wide
# An arrow has the colour of the room it leads to: on a light page, and on a dark one.
COLOURS = {
    "models": ("#1a7f5a", "#3fb98a"),
    "data": ("#bc4c00", "#f0883e"),
    "figures": ("#8250df", "#b58aff"),
    "support": ("#8b949e", "#6e7681"),
}
OTHERS = ("#2f6fb0", "#6cb0f0")
STYLE = """
  text { font: 13px system-ui, sans-serif } .name { font: 600 14px ui-monospace, monospace }
  .page { fill: #ffffff } .room { fill: #f3f5f8; stroke: #8b949e } text { fill: #24292f } .small { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .room { fill: #1b222c } text { fill: #e6edf3 } .small { fill: #9aa4ae }
  }
"""


def imported(path: Path) -> set[str]:
    """The modules of the package that the one at `path` imports anywhere in it, under TYPE_CHECKING too."""
    known, found = set(MODULES.values()), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path}, line {node.lineno}: a relative import; write the module's whole name")
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                found.add(module if module in known or f"{module}.__init__" in known else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    found = {module if module in known else f"{module}.__init__" for module in found}
    return found & known


GRAPH = {name: imported(path) for path, name in MODULES.items()}


def room(module: str) -> str:
    """The room that a module is in; of those in none, cli and __init__, their own name."""
    return module.split(".")[1]


def arrows() -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another. The command, which knows every room, is in none."""
    pairs = ((room(module), room(other)) for module, others in GRAPH.items() for other in others)
    return Counter((here, there) for here, there in pairs if here != there and {here, there} <= set(ROOMS))


def about(name: str) -> str:
    """What a room says of itself: the first sentence of its docstring."""
    text = ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8")))
    return str(text).split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".").replace("`", "")


def draw() -> str:
    """The rooms as boxes in their order, and an arrow for each pair that imports lead between, as SVG."""
    found = arrows()
    height = len(ROOMS) * PITCH + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title">',
        '<title id="title">The twelve rooms of gencourse from top to bottom, and the imports between them, which all '
        "point down</title>",
        f"<style>{STYLE}{_colours(0)}  @media (prefers-color-scheme: dark) {{\n{_colours(1)}  }}\n</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>',
        *(_box(name) for name in ROOMS),
        *(_arrow(pair, found) for pair in sorted(found, key=lambda pair: (ROOMS.index(pair[0]), ROOMS.index(pair[1])))),
        *_legend(height - 26),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _top(name: str) -> float:
    return 16 + ROOMS.index(name) * PITCH


def _colours(dark: int) -> str:
    rules = {"arrow": OTHERS, **COLOURS}.items()
    return "".join(
        f"  .{name} path {{ stroke: {c[dark]} }} .{name} polygon {{ fill: {c[dark]} }}\n" for name, c in rules
    )


def _box(name: str) -> str:
    top = _top(name)
    lines = enumerate(textwrap.wrap(about(name), TEXT))
    words = "".join(
        f'<text class="small" x="{LEFT + 14}" y="{top + 35 + 15 * k}">{escape(line)}</text>' for k, line in lines
    )
    return (
        f'<rect class="room" x="{LEFT}" y="{top}" width="{BOX}" height="{TALL}" rx="5"/>'
        f'<text class="name" x="{LEFT + 14}" y="{top + 18}">{name}</text>{words}'
    )


def _arrow(pair: tuple[str, str], found: Counter[tuple[str, str]]) -> str:
    """An arc at the right of the boxes, or at their left where it leads to the lowest room."""
    here, there = pair
    left = there == ROOMS[-1]
    side, way = (LEFT, -1) if left else (LEFT + BOX, 1)
    distance = ROOMS.index(there) - ROOMS.index(here)
    reach = way * (26 + 10 * distance if left else 34 * distance)
    start, end = _top(here) + _place(pair, found, of=0), _top(there) + _place(pair, found, of=1)
    tip = side + way * 2
    stroke = next(width for least, width in STROKES if found[pair] >= least)
    back, half = tip + way * (6 + stroke), 2.5 + stroke * 0.6
    curve = f"M{side} {start:.1f} C{side + reach} {start:.1f} {side + reach} {end:.1f} {back} {end:.1f}"
    return (
        f'<g class="arrow {there}" data-from="{here}" data-to="{there}">'
        f'<path fill="none" stroke-width="{stroke}" d="{curve}"/>'
        f'<polygon points="{tip},{end:.1f} {back},{end - half:.1f} {back},{end + half:.1f}"/></g>'
    )


def _place(pair: tuple[str, str], found: Counter[tuple[str, str]], of: int) -> float:
    """How far below its box's upper edge an arrow begins (of=0) or ends (of=1).

    On each side of a box arrows end above those that begin, the nearest first, and begin with the farthest first: so
    they nest.
    """
    name, left = pair[of], pair[1] == ROOMS[-1]
    here = [other for other in found if name in other and (other[1] == ROOMS[-1]) == left]
    ends = sorted((other for other in here if other[1] == name), key=lambda other: -ROOMS.index(other[0]))
    begins = sorted((other for other in here if other[0] == name), key=lambda other: -ROOMS.index(other[1]))
    return 3 + (TALL - 6) * ([*ends, *begins].index(pair) + 0.5) / len(here)


def _legend(y: float) -> list[str]:
    words = ("10 imports and more", "3 to 9", "1 or 2")
    parts, x = [], LEFT
    for (_, width), text in zip(STROKES, words, strict=True):
        parts.append(
            f'<g class="arrow"><path stroke-width="{width}" d="M{x} {y} h34"/></g>'
            f'<text class="small" x="{x + 42}" y="{y + 4}">{text}</text>'
        )
        x += 60 + 8 * len(text)
    parts.append(f'<text class="small" x="{x}" y="{y + 4}">in grey: to support</text>')
    return parts


if __name__ == "__main__":
    DRAWING.write_text(draw(), encoding="utf-8")

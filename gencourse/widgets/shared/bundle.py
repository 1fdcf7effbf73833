"""Where a widget's JavaScript and its style lie.

A bundle is NAME.js and what it imports, joined by build.mjs: a page is handed a module as text and finds no file beside
it.
"""

from pathlib import Path

WIDGETS = Path(__file__).parents[1]


def bundle(name: str) -> Path:
    """The module of the widget `name`: a path, so that anywidget can watch it while it is being written."""
    return WIDGETS / "bundles" / f"{name}.js"


def style(*names: str) -> str:
    """The named style sheets one after the other, as text."""
    return "\n".join((WIDGETS / f"{name}.css").read_text(encoding="utf-8") for name in names)

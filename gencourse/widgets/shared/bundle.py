"""Where a widget's JavaScript and its style lie.

A bundle is NAME.js and what it imports, joined by build.mjs: a page that was handed the text of a module alone does not
find what that imports.
"""

import os
from pathlib import Path

WIDGETS = Path(__file__).parents[1]


def bundle(name: str) -> str | Path:
    """The module of the widget `name`, for `_esm`: its text, or where ANYWIDGET_HMR asks for it a path to watch.

    Of a path anywidget never lets go of a widget: it would tell each of them of a change.
    """
    path = WIDGETS / "bundles" / f"{name}.js"
    return path if os.environ.get("ANYWIDGET_HMR") == "1" else path.read_text(encoding="utf-8")


def style(*names: str) -> str:
    """The named style sheets one after the other, as text."""
    return "\n".join((WIDGETS / f"{name}.css").read_text(encoding="utf-8") for name in names)

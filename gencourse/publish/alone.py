"""A widget alone on a page: one HTML file, alive from a folder, without Python and without a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gencourse.publish.export import element, footer, script
from gencourse.publish.mounting import as_stored
from gencourse.support.checks import one_of
from gencourse.support.files import write_text
from gencourse.widgets import Playground

# What `gencourse export NAME` knows beside notebooks, and what stands over it.
ALONE: dict[str, Callable[[], Any]] = {"playground": Playground}
TITLES = {"playground": "A playground of generative models"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 860px; margin: 0 auto; padding: 8px; background: light-dark(#fff, #0d1117); }}
body {{ color: light-dark(#1f2328, #e6edf3); font-family: system-ui, sans-serif; }}
h1 {{ margin: 8px 0; font-size: 1.3rem; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{still}
</main>
{footer}{script}</body>
</html>
"""


def export_alone(name: str, to: Path) -> Path:
    """Write the widget `name` as the page `to`, whole or not at all.

    Raises:
        ValueError: on a name that is not in ALONE, or when `to` does not end in .html.
    """
    one_of("name", name, tuple(ALONE))
    if to.suffix != ".html":
        raise ValueError(f"{to}: a page ends in .html")
    stored = as_stored(ALONE[name]())
    page = PAGE.format(title=TITLES[name], still=element(stored), footer=footer(), script=script([stored]))
    write_text(to, page)
    return to

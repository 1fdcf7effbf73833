"""A lesson as one HTML file whose widgets move: no kernel, no network, opened from a folder or a server.

nbconvert makes the page. Each widget view becomes an element that widgets/host.js fills with the widget's own
module and the traits it had; formulas become MathML, which browsers show by themselves.
"""

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from gencourse.notebooks import WIDGET_VIEW, execute

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
HOST = Path(__file__).with_name("widgets") / "host.js"
# Code, which is left alone, or a formula: displayed, or in a line.
_CODE_OR_MATH = re.compile(r"(?P<code>```.*?```|`[^`\n]*`)|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


def export(notebook: Path, to: Path, execute: bool = True) -> Path:
    """Write `notebook` as the page `to`, whole or not at all.

    Args:
        execute: run the notebook afresh. False takes it as it is: with the outputs and the widget state in it.

    Raises:
        ValueError: when `to` does not end in .html, or the notebook holds an error.
        FileNotFoundError: when the notebook is not there.
    """
    if to.suffix != ".html":
        raise ValueError(f"{to}: a page ends in .html")
    content = _content(notebook, execute)
    widgets = _take_widgets(content)
    for cell in content.cells:
        if cell.cell_type == "markdown":
            cell.source = _CODE_OR_MATH.sub(_mathml, cell.source)
    page = _page(content, notebook.stem).replace("</body>", _script(widgets) + "</body>")
    to.parent.mkdir(parents=True, exist_ok=True)
    temporary = to.with_name(to.name + ".part")
    temporary.write_text(page, encoding="utf-8")
    return temporary.replace(to)


def _content(path: Path, run: bool) -> Any:
    import nbformat

    if not path.exists():
        raise FileNotFoundError(f"{path} is not there; give a notebook, e.g. notebooks/10-training-a-vae.ipynb")
    content = execute(path) if run else nbformat.read(path, as_version=4)
    for number, cell in enumerate(content.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise ValueError(f"{path}: cell {number} ended with {output.ename}: {output.evalue}; mend it first")
    return content


def _take_widgets(content: Any) -> list[dict[str, Any]]:
    """Put an empty element in place of each widget view; returns what is to be mounted in them.

    A view that is no anywidget, such as a progress bar, gives way to the other representations of its output.
    """
    states = content.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    widgets = []
    for cell in content.cells:
        for output in cell.get("outputs", []):
            view = output.get("data", {}).pop(WIDGET_VIEW, None)
            if view and "_esm" in states.get(view["model_id"], {}).get("state", {}):
                element = f"widget-{len(widgets)}"
                widgets.append({"element": element, **_state(states[view["model_id"]])})
                label = escape(output.data.get("text/plain", "widget").split("\n")[0], quote=True)
                output.data = {"text/html": f'<div id="{element}" role="group" aria-label="{label}"></div>'}
    content.metadata.pop("widgets", None)
    return widgets


def _state(stored: dict[str, Any]) -> dict[str, Any]:
    """A widget's module, style and traits, its bytes put back as {"base64": …}."""
    traits = dict(stored["state"])
    for buffer in stored.get("buffers", []):
        place: Any = traits
        for key in buffer["path"][:-1]:
            place = place[key]
        place[buffer["path"][-1]] = {"base64": buffer["data"]}
    esm, css = traits.pop("_esm"), traits.pop("_css", "")
    return {"esm": esm, "css": css, "state": {k: v for k, v in traits.items() if not k.startswith("_")}}


def _mathml(match: re.Match[str]) -> str:
    from latex2mathml.converter import convert

    if match["code"]:
        return match["code"]
    display = match["display"] is not None
    return convert((match["display"] or match["inline"]).strip(), display="block" if display else "inline")


def _page(content: Any, title: str) -> str:
    """nbconvert's page, without its scripts (they come from the network), light or dark as the reader's system is."""
    import nbconvert

    exporter = nbconvert.HTMLExporter(template_name="lab", embed_images=True)
    html, _ = exporter.from_notebook_node(content, {"metadata": {"name": title}})
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    themes = [Path(folder) / "static" / "theme-dark.css" for folder in exporter.template_paths]
    dark = next(path for path in themes if path.exists()).read_text(encoding="utf-8")
    return html.replace("</head>", f"<style>@media (prefers-color-scheme: dark) {{{dark}}}</style></head>")


def _script(widgets: list[dict[str, Any]]) -> str:
    """The module that brings the widgets to life; widgets of one class share their source."""
    sources = list(dict.fromkeys((w["esm"], w["css"]) for w in widgets))
    mounts = [[w["element"], sources.index((w["esm"], w["css"])), w["state"]] for w in widgets]
    data = json.dumps({"sources": sources, "mounts": mounts}).replace("</", "<\\/")
    return f"""<script type="module">
{HOST.read_text(encoding="utf-8")}
const {{ sources, mounts }} = {data};
for (const [element, source, state] of mounts) await mount(document.getElementById(element), ...sources[source], state);
</script>
"""

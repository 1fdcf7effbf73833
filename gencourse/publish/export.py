"""A lesson as one HTML file whose widgets move: no kernel, no network, opened from a folder or a server.

nbconvert makes the page. Each widget view becomes an element that widgets/host.js fills with the widget's own
module and the traits it had; until then, or where scripts do not run, the widget's still stands there.
Formulas become MathML, which browsers show by themselves.
"""

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gencourse.publish.mounting import Stored, still, take_widgets
from gencourse.runs.execute import execute
from gencourse.support.address import address
from gencourse.support.files import write_text
from gencourse.support.mathml import STYLE, mathml
from gencourse.support.places import PACKAGE

HOST = PACKAGE / "widgets" / "shared" / "host.js"
# One widget that fails says so in its place, and does not keep the others from living.
MOUNT = """
for (const [id, source, state] of mounts) {
  const element = document.getElementById(id);
  const still = [...element.childNodes];
  try {
    element.replaceChildren();
    await mount(element, ...sources[source], state);
  } catch (error) {
    element.replaceChildren(...still, `This widget does not move here: ${error.message}`);
    console.error(error);
  }
}
"""


def export(notebook: Path, to: Path, execute: bool = True) -> Path:
    """Write `notebook` as the page `to`, whole or not at all.

    Args:
        execute: run the notebook afresh. False takes it as it is: with the outputs and the widget state in it.

    Raises:
        ValueError: when `to` does not end in .html, the notebook holds an error or a formula cannot be translated.
        FileNotFoundError: when the notebook is not there.
        RuntimeError: when a cell fails while it is run.
    """
    if to.suffix != ".html":
        raise ValueError(f"{to}: a page ends in .html")
    content = read(notebook, execute)
    widgets = take_widgets(content, element)
    page = _page(content, notebook)
    head, end, rest = page.rpartition("</body>")
    write_text(to, head + footer() + script(widgets) + end + rest)
    return to


def read(path: Path, run: bool = True) -> Any:
    """The notebook at `path`, executed afresh or as it is; no cell of it ended with an error.

    Raises:
        as `export` does.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there; give a notebook, e.g. notebooks/10-training-a-vae.ipynb")
    content = execute(path) if run else nbformat.read(path, as_version=4)
    for number, cell in enumerate(content.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise ValueError(f"{path}: cell {number} ended with {output.ename}: {output.evalue}; mend it first")
    return content


def element(widget: Stored) -> str:
    """The element that a widget is mounted in, with its still, or its text, in it."""
    inside = still(widget, f"data:image/png;base64,{widget.picture}")
    return f'<div id="widget-{widget.number}" role="group" aria-label="{escape(widget.label)}">{inside}</div>'


class _Renderer(IPythonRenderer):
    """nbconvert's Markdown, which knows where formulas are and where a dollar is a dollar; formulas as MathML."""

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


class _Exporter(HTMLExporter):
    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        attachments = context.get("cell", {}).get("attachments", {})
        path = context.get("resources", {}).get("metadata", {}).get("path", "")
        renderer = _Renderer(escape=False, embed_images=True, attachments=attachments, path=path)
        return MarkdownWithMath(renderer=renderer).render(source)


def _page(content: Any, notebook: Path) -> str:
    """nbconvert's page, without its scripts (they come from the network), light or dark as the reader's system is."""
    exporter = _Exporter(template_name="lab", embed_images=True)
    about = {"metadata": {"name": notebook.stem, "path": str(notebook.resolve().parent)}}
    html, _ = exporter.from_notebook_node(content, about)
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    themes = [Path(folder) / "static" / "theme-dark.css" for folder in exporter.template_paths]
    dark = next(path for path in themes if path.exists()).read_text(encoding="utf-8")
    # Native controls follow the system too: radio buttons would be black on black.
    style = f":root {{ color-scheme: light dark; }}{STYLE}@media (prefers-color-scheme: dark) {{{dark}}}"
    return _link_experiments(html.replace("</head>", f"<style>{style}</style></head>", 1))


def _link_experiments(page: str) -> str:
    """Where the text names an experiment, a link to the output that tells its seeds, hours and command."""
    for name in dict.fromkeys(re.findall(r"experiment ([\w-]+): [\d,]+ runs", page)):
        told = f"experiment {name}: "
        page = page.replace(told, f'<span id="experiment-{name}">{told}</span>', 1)
        page = page.replace(f"<code>{name}</code>", f'<a href="#experiment-{name}"><code>{name}</code></a>')
    return page


def footer() -> str:
    """Where the course is to be had; nothing while the project has no address."""
    return f'<footer>Made with <a href="{escape(address())}">gencourse</a></footer>\n' if address() else ""


def script(widgets: list[Stored]) -> str:
    """The module that brings the widgets to life; widgets of one class share their source."""
    sources = list(dict.fromkeys((w.esm, w.css) for w in widgets))
    mounts = [[f"widget-{w.number}", sources.index((w.esm, w.css)), w.state] for w in widgets]
    # Without "<" nothing in the data can end the script or open a comment in it.
    data = json.dumps({"sources": sources, "mounts": mounts}).replace("<", "\\u003c")
    host = HOST.read_text(encoding="utf-8")
    return f'<script type="module">\n{host}\nconst {{ sources, mounts }} = {data};{MOUNT}</script>\n'

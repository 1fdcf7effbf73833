"""Widgets that live in a page without a kernel: what a notebook stored of them, and the element that each is put in.

The one-file page (`export`) and the site (`site`) mount widgets alike, by widgets/shared/host.js; they differ in where
the widgets' values and pictures lie.
"""

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from gencourse.figures import DPI, SCREEN
from gencourse.runs.execute import WIDGET_VIEW
from gencourse.support.mathml import latex_html

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
PROGRESS_BAR = re.compile(r"\s*\d+%\|")  # tqdm's text, which stays at the 0 % of its first moment


@dataclass(frozen=True)
class Stored:
    """A widget as a notebook holds it.

    Attributes:
        number: of the widget on its page, from 0.
        kind: the name of its class, such as LatentPad.
        label: what it shows, in words.
        picture: its still as a PNG in base64; "" where it has none.
        size: the still's width and height on the page, in CSS pixels.
        esm, css: its module and its style.
        state: its traits, bytes as {"base64": …}.
    """

    number: int
    kind: str
    label: str
    picture: str
    size: dict[str, int]
    esm: str
    css: str
    state: dict[str, Any]


def take_widgets(content: Any, element: Callable[[Stored], str]) -> list[Stored]:
    """Put the HTML that `element` gives in place of each widget view; returns the widgets, in order.

    A view that is no anywidget gives way to the other representations of its output, and a progress bar to nothing.
    """
    states = content.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    widgets: list[Stored] = []
    for cell in content.cells:
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if not _is_bar(output)]
    for output in (output for cell in content.cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        view = data.pop(WIDGET_VIEW, None)
        if view and "_esm" in states.get(view["model_id"], {}).get("state", {}):
            widgets.append(_stored(len(widgets), states[view["model_id"]], data, output.metadata))
            output.data = {"text/html": element(widgets[-1])}
        elif "text/latex" in data and "text/html" not in data:
            data["text/html"] = latex_html(data.pop("text/latex"))
    content.metadata.pop("widgets", None)
    return widgets


def still(widget: Stored, source: str, lazy: bool = False) -> str:
    """The widget's still as an image from `source`, or its label where it has none."""
    if not widget.picture:
        return escape(widget.label)
    size = "".join(f' {name}="{value}"' for name, value in widget.size.items())
    return f'<img src="{source}" alt="{escape(widget.label)}"{size}{" loading=lazy" if lazy else ""}>'


def as_stored(widget: Any) -> Stored:
    """A widget of this process, as a notebook would hold it."""
    picture, png = widget.still(), io.BytesIO()
    picture.save(png, format="png", optimize=True)
    size = {"width": picture.width * SCREEN // DPI, "height": picture.height * SCREEN // DPI}
    shown = base64.b64encode(png.getvalue()).decode()
    esm, css = widget.page_sources()
    return Stored(0, type(widget).__name__, repr(widget), shown, size, esm, css, widget.page_state())


def _is_bar(output: Any) -> bool:
    data = output.get("data", {})
    return WIDGET_VIEW in data and PROGRESS_BAR.match(data.get("text/plain", "")) is not None


def _stored(number: int, model: dict[str, Any], data: dict[str, Any], metadata: dict[str, Any]) -> Stored:
    """A widget's module, style and traits, its bytes put back as {"base64": …}."""
    traits = dict(model["state"])
    for buffer in model.get("buffers", []):
        place: Any = traits
        for key in buffer["path"][:-1]:
            place = place[key]
        place[buffer["path"][-1]] = {"base64": buffer["data"]}
    size = metadata.get("image/png", {})
    return Stored(
        number,
        kind=traits.get("_anywidget_id", "Widget").rpartition(".")[2],
        label=data.get("text/plain", "widget").split("\n")[0],
        picture=data.get("image/png", "").strip(),
        size={name: size[name] for name in ("width", "height") if name in size},
        esm=traits.pop("_esm"),
        css=traits.pop("_css", ""),
        state={name: value for name, value in traits.items() if not name.startswith("_")},
    )

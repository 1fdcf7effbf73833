"""A lesson as the site shows it: its cells, less what is of use in JupyterLab alone."""

import re
from html import escape
from typing import Any

from nbformat.v4 import new_markdown_cell, new_output

from gencourse import exercises
from gencourse.course.lesson import RECORD
from gencourse.course.lessons import Spec
from gencourse.course.tasks import tasks_of
from gencourse.exercises.checking.render import inline
from gencourse.publish.credits import credits
from gencourse.publish.mounting import take_widgets
from gencourse.publish.parts import Parts
from gencourse.publish.repository import evidence_links, kept_links, page_links
from gencourse.runs.refresh import is_progress

UP = "../"  # a lesson's page lies in notebooks/
ASKS = re.compile(r"lesson\.(quiz|predict|review|record)\([^\n]*\)?")  # cells whose code says nothing to a reader


def to_page(content: Any, spec: Spec, lessons: set[str], parts: Parts) -> Any:
    """The executed notebook `content`, for Sphinx.

    Args:
        lessons: the names of those that have a page; links to others become plain text.
        parts: where pictures and the values of widgets are written.
    """
    names: dict[str, int] = {}
    take_widgets(content, lambda widget: parts.element(widget, names, UP))
    tasks = {task.cell["id"]: task.name for task in tasks_of(content.cells)}
    for cell in content.cells:
        if cell.cell_type == "markdown":
            cell.source = _prose(cell.source, lessons)
        elif cell.cell_type == "code":
            cell.outputs = [_output(output, parts) for output in cell.outputs if not is_progress(output)]
            if cell.source.startswith("lesson.") and ASKS.match(cell.source):
                cell.metadata["tags"] = ["remove-input"]
            if name := tasks.get(cell.id):
                cell.outputs = [_html(_hints(name))]
    content.cells[0].source = _without_way(content.cells[0].source)
    content.cells.append(_end(content, spec))
    return content


def _prose(source: str, lessons: set[str]) -> str:
    """Links lead to the site's pages, and from the name of an experiment to its evidence."""
    source = re.sub(r"\]\(#([^)]+)\)", lambda match: f"](#{_slug(match[1])})", source)
    source = re.sub(r"\n>\n> `\w+\.hint\(\)`.*$", "", source)  # of a card: the page folds the hints below it
    return evidence_links(kept_links(source, lambda path: path.removesuffix(".ipynb") in lessons), UP)


def _slug(anchor: str) -> str:
    """JupyterLab's anchor of a heading as the site's: #5-·-The-map is #5--the-map."""
    return re.sub(r"[^\w-]", "", anchor.lower())


def _without_way(source: str) -> str:
    """The first cell less its links to the lessons before and after, which each page of the site has anyway."""
    lines = source.split("\n")
    return "\n".join(line for line in lines if not re.match(r"\[[^\]]*\]\([^)]*\)( · |$)|← ", line))


def _output(output: Any, parts: Parts) -> Any:
    """An output as the site shows it: a picture in a file, with its description and lazily."""
    data = output.get("data", {})
    data.pop(RECORD, None)
    if "image/png" in data and "text/html" not in data:
        about = output.metadata.get("image/png", {})
        size = "".join(f' {key}="{about[key]}"' for key in ("width", "height") if key in about)
        source = f"{UP}_static/{parts.picture(data['image/png'].strip())}"
        alt = escape(about.get("alt", ""))
        data["text/html"] = f'<img class="gc-figure" src="{source}" alt="{alt}"{size} loading="lazy">'
        del data["image/png"]
    return output


def _html(text: str) -> Any:
    return new_output("display_data", {"text/html": text})


def _hints(name: str) -> str:
    """What a page can give of an exercise: its hints, one after the other, and how its check is run."""
    hints = getattr(exercises, name).hints
    folded = "".join(
        f"<details><summary>Hint {k}</summary><p>{inline(hint)}</p></details>" for k, hint in enumerate(hints, 1)
    )
    run = f'<a href="{UP}run.html">run this lesson</a>'
    how = f"To have your answer checked, {run}: its cell says what is right, and why not."
    return f'<div class="gc-exercise">{folded}<p>{how}</p></div>'


def _end(content: Any, spec: Spec) -> Any:
    """Whose data the page holds, and where one can do something about it."""
    words = credits("\n".join(cell.source for cell in content.cells if cell.cell_type == "code"), UP)
    return new_markdown_cell("\n\n".join(filter(None, (words, page_links(f"notebooks/{spec.name}.ipynb")))))

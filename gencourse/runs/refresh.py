"""Execute the repository's lessons in place, each widget stored as its still."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from gencourse.course.cards import write_cards
from gencourse.course.lesson import RECORD
from gencourse.course.lessons import LESSONS, find
from gencourse.runs.execute import WIDGET_VIEW, execute
from gencourse.support import places
from gencourse.support.files import write_text

LIMIT = 1_500_000  # bytes of a committed notebook
# What a kernel says of itself, less the version of Python, so that a notebook does not change with the machine;
# nbconvert needs it to write a script that ends in .py.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def refresh(names: list[str], say: Callable[[str], None] = print, *, cards_only: bool = False) -> None:
    """Write the lessons' cards, and execute them in place with default parameters, each widget stored as its still.

    Args:
        cards_only: execute nothing; outputs stay as they are.

    Raises:
        FileNotFoundError: outside a checkout.
        RuntimeError: when a cell fails; that notebook is left as it was.
        ValueError: when a notebook would be larger than 1.5 MB.
    """
    if places.IS_INSTALLED:
        raise FileNotFoundError("the lessons of an installed course stay as they are; refresh those of a checkout")
    specs = [find(name) for name in names] or list(LESSONS)
    for number, spec in enumerate(specs, 1):
        start = time.monotonic()
        path = spec.path
        notebook = nbformat.read(path, as_version=4)
        write_cards(notebook)
        _store(path, notebook)
        if cards_only:
            continue
        outcome = "written" if _store(path, still(execute(path))) else "unchanged"
        size = path.stat().st_size / 1e3
        say(f"[{number}/{len(specs)}] {spec.name}  {time.monotonic() - start:.0f} s  {size:.0f} kB  {outcome}")


def still(notebook: Any) -> Any:
    """`notebook` with each widget view replaced by the other representations of its output, and no widget state.

    Progress bars leave nothing, and neither do times, so that a run changes only what changed.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": LANGUAGE,
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            kept = [_without_view(output) for output in cell.outputs if not is_progress(output)]
            cell.outputs = [part for output in kept for part in _apart(output)]
    return notebook


def _without_view(output: Any) -> Any:
    output.get("data", {}).pop(WIDGET_VIEW, None)
    output.get("metadata", {}).pop(WIDGET_VIEW, None)
    output.get("data", {}).get(RECORD, {}).pop("seconds", None)
    return output


def _apart(output: Any) -> list[Any]:
    """A picture and the words that belong to it as two outputs: of one, a page shows the words alone."""
    data = output.get("data", {})
    if not {"image/png", "text/markdown"} <= set(data):
        return [output]
    words = nbformat.v4.new_output("display_data", {"text/markdown": data.pop("text/markdown")})
    return [output, words]


def is_progress(output: Any) -> bool:
    """A progress bar: a widget with nothing but its text beside the view, or tqdm's lines on stderr."""
    if output.output_type == "stream":
        return output.name == "stderr" and "step/s" in output.text
    data = output.get("data", {})
    return WIDGET_VIEW in data and set(data) <= {WIDGET_VIEW, "text/plain"}


def _store(path: Path, notebook: Any) -> bool:
    """Write the notebook, whole or not at all, unless the file holds the same already."""
    text = nbformat.writes(notebook) + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    if len(text.encode()) > LIMIT:
        raise ValueError(
            f"{path.name} would take {len(text.encode()) / 1e6:.2f} MB; allowed is 1.5 MB: make its figures smaller"
        )
    write_text(path, text)
    return True

"""Run the lessons, for the repository (`refresh`) or with parameters (`run`)."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gencourse.lesson import RECORD
from gencourse.lessons import LESSONS, find
from gencourse.parameters import check

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LIMIT = 1_000_000  # bytes of a committed notebook
QUIET = ["--log-level=ERROR"]  # a kernel otherwise warns at each start that its local sockets are not encrypted


def run(names: list[str], parameters: dict[str, Any], to: Path, say: Callable[[str], None] = print) -> list[str]:
    """Run lessons through papermill into the folder `to`, a line of progress each; an error does not stop the rest.

    Args:
        names: lessons; all of them if empty.
        parameters: given to each lesson; checked before any kernel starts.

    Returns:
        The names of the lessons that failed; their notebooks are kept, with the error in them.

    Raises:
        ParameterError: on a lesson or a parameter that is not allowed.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    specs = [find(name) for name in names] or list(LESSONS)
    for spec in specs:
        check(spec.name, spec.parameters, parameters)
    to.mkdir(parents=True, exist_ok=True)
    failed = []
    for number, spec in enumerate(specs, 1):
        start = time.monotonic()
        output = to / f"{spec.name}{''.join(f'-{key}={value}' for key, value in parameters.items())}.ipynb"
        try:
            papermill.execute_notebook(FOLDER / f"{spec.name}.ipynb", output, parameters, kernel_name="python3",
                                       progress_bar=False, cwd=FOLDER, extra_arguments=QUIET)  # fmt: skip
            outcome = "ok"
        except papermill.PapermillExecutionError as error:
            failed.append(spec.name)
            outcome = f"FAILED: {error.ename}: {str(error.evalue).partition(chr(10))[0]}"
        except DeadKernelError:
            failed.append(spec.name)
            outcome = "FAILED: the kernel died, perhaps for want of memory"
        say(f"[{number}/{len(specs)}] {spec.name}  {outcome}  {time.monotonic() - start:.0f} s  {output}")
    return failed


def refresh(names: list[str], say: Callable[[str], None] = print) -> None:
    """Execute lessons in place, with their default parameters, and store each widget as its still.

    Raises:
        RuntimeError: when a cell fails; that notebook is left as it was.
        ValueError: when a notebook would be larger than 1 MB.
    """
    specs = [find(name) for name in names] or list(LESSONS)
    for number, spec in enumerate(specs, 1):
        start = time.monotonic()
        path = FOLDER / f"{spec.name}.ipynb"
        outcome = "written" if _store(path, still(execute(path))) else "unchanged"
        size = path.stat().st_size / 1e3
        say(f"[{number}/{len(specs)}] {spec.name}  {time.monotonic() - start:.0f} s  {size:.0f} kB  {outcome}")


def execute(path: Path) -> Any:
    """The notebook at `path`, executed afresh in its folder, with the state of its widgets."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    if not path.exists():
        known = ", ".join(spec.name for spec in LESSONS)
        raise FileNotFoundError(f"{path} is not there; the lessons are {known}")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", timeout=1800, store_widget_state=True,
                            resources={"metadata": {"path": str(path.parent)}}, extra_arguments=QUIET)  # fmt: skip
    nobodys = {
        "GENCOURSE_PROGRESS": str(path.with_suffix(".progress"))
    }  # a file that is not there: ticks are the reader's
    try:
        return client.execute(env=os.environ | nobodys)
    except CellExecutionError as error:
        raise RuntimeError(f"{path.name} failed, and is left as it was: {error.ename}: {error.evalue}") from error


def still(notebook: Any) -> Any:
    """`notebook` with each widget view replaced by the other representations of its output, and no widget state.

    Progress bars leave nothing, and neither do times, so that a run changes only what changed.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [_without_view(output) for output in cell.outputs if not _is_progress(output)]
    return notebook


def _without_view(output: Any) -> Any:
    output.get("data", {}).pop(WIDGET_VIEW, None)
    output.get("metadata", {}).pop(WIDGET_VIEW, None)
    output.get("data", {}).get(RECORD, {}).pop("seconds", None)
    return output


def _is_progress(output: Any) -> bool:
    """A progress bar: a widget with nothing but its text beside the view, or tqdm's lines on stderr."""
    if output.output_type == "stream":
        return output.name == "stderr" and "step/s" in output.text
    data = output.get("data", {})
    return WIDGET_VIEW in data and set(data) <= {WIDGET_VIEW, "text/plain"}


def _store(path: Path, notebook: Any) -> bool:
    """Write the notebook, whole or not at all, unless the file holds the same already."""
    import nbformat

    text = nbformat.writes(notebook) + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    if len(text.encode()) > LIMIT:
        raise ValueError(
            f"{path.name} would take {len(text.encode()) / 1e6:.2f} MB; allowed is 1 MB: make its figures smaller"
        )
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return True

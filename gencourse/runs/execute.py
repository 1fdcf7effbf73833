"""Execute one notebook: afresh, or through papermill with parameters."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gencourse.course.lessons import LESSONS

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
QUIET = ["--log-level=ERROR"]  # a kernel otherwise warns at each start that its local sockets are not encrypted


def execute(path: Path) -> Any:
    """The notebook at `path`, executed afresh in its folder, with the state of its widgets."""
    if not path.exists():
        known = ", ".join(spec.name for spec in LESSONS)
        raise FileNotFoundError(f"{path} is not there; the lessons are {known}")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=1800,
        store_widget_state=True,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=QUIET,
    )
    nobodys = {
        "GENCOURSE_PROGRESS": str(path.with_suffix(".progress"))
    }  # a file that is not there: ticks are the reader's
    try:
        return client.execute(env=os.environ | nobodys)
    except CellExecutionError as error:
        raise RuntimeError(f"{path.name} failed, and is left as it was: {error.ename}: {error.evalue}") from error


def parameterise(path: Path, to: Path, parameters: dict[str, Any]) -> str:
    """Run the notebook at `path` through papermill, with parameters, into the file `to`; the cells stand in its folder.

    Returns:
        What went wrong, in a line, or nothing. What was run until then is in `to`.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    source, output = (str(name).replace("{", "{{").replace("}", "}}") for name in (path, to))  # it fills in braces
    try:
        papermill.execute_notebook(
            source,
            output,
            parameters,
            kernel_name="python3",
            progress_bar=False,
            cwd=path.parent,
            extra_arguments=QUIET,
        )
    except papermill.PapermillExecutionError as error:
        return f"{error.ename}: {str(error.evalue).partition(chr(10))[0]}"
    except DeadKernelError:
        return "the kernel died, perhaps for want of memory"
    return ""

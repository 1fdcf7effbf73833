"""Run lessons with parameters, through papermill."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import DeadKernelError

from gencourse.course.lessons import LESSONS, find
from gencourse.course.parameters import check
from gencourse.runs.execute import QUIET


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
    specs = [find(name) for name in names] or list(LESSONS)
    for spec in specs:
        check(spec.name, spec.parameters, parameters)
    to.mkdir(parents=True, exist_ok=True)
    failed = []
    for number, spec in enumerate(specs, 1):
        start = time.monotonic()
        output = to / f"{spec.name}{''.join(f'-{key}={value}' for key, value in parameters.items())}.ipynb"
        try:
            papermill.execute_notebook(
                spec.path,
                output,
                parameters,
                kernel_name="python3",
                progress_bar=False,
                cwd=spec.path.parent,
                extra_arguments=QUIET,
            )
            outcome = "ok"
        except papermill.PapermillExecutionError as error:
            failed.append(spec.name)
            outcome = f"FAILED: {error.ename}: {str(error.evalue).partition(chr(10))[0]}"
        except DeadKernelError:
            failed.append(spec.name)
            outcome = "FAILED: the kernel died, perhaps for want of memory"
        say(f"[{number}/{len(specs)}] {spec.name}  {outcome}  {time.monotonic() - start:.0f} s  {output}")
    return failed

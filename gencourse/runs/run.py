"""Run lessons with parameters, through papermill."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gencourse.course.lessons import LESSONS, find
from gencourse.course.parameters import check
from gencourse.runs.execute import parameterise
from gencourse.runs.naming import run_name


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
    checked = [check(spec.name, spec.parameters, parameters) for spec in specs]
    to.mkdir(parents=True, exist_ok=True)
    failed = []
    for number, (spec, settled) in enumerate(zip(specs, checked, strict=True), 1):
        start = time.monotonic()
        given = {name: settled[name] for name in parameters}
        output = to / f"{run_name(spec, given)}.ipynb"
        problem = parameterise(spec.path, output, given)
        if problem:
            failed.append(spec.name)
        outcome = f"FAILED: {problem}" if problem else "ok"
        say(f"[{number}/{len(specs)}] {spec.name}  {outcome}  {time.monotonic() - start:.0f} s  {output}")
    return failed

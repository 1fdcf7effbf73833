"""sweep(): a lesson over a grid of parameters, on the workers of dask.distributed, each run through papermill.

A run is written under `unfinished/` and renamed into place only when it is over, so that a notebook beside the table
is always a finished one: a sweep that was killed is started again by the same command, and runs what is missing.
"""

import itertools
import os
import re
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock, Timeout

from gencourse.course.lessons import Spec, find
from gencourse.course.parameters import ParameterError, check
from gencourse.runs.cluster import cluster, each_as_it_ends, how_many, ready
from gencourse.runs.collect import collect, write
from gencourse.runs.execute import parameterise
from gencourse.runs.naming import run_name
from gencourse.support.places import absolute
from gencourse.support.words import read

Grid = dict[str, list[Any]]
_ONE_AT_A_TIME = threading.Lock()  # papermill changes the working directory, which a worker's threads share


def sweep(
    lesson: str,
    grid: Grid,
    to: Path | None = None,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Run a lesson once for each combination of the grid's values; print and keep a table of what they recorded.

    Args:
        lesson: its name or number. grid: the values of each parameter, all checked before anything starts.
        to: the folder of the runs; `runs/LESSON` if left out. What is finished there is not run again.
        jobs: worker processes here; one for each core if left out.
        scheduler: the address of a dask scheduler, whose workers are used instead.

    Returns:
        The names of the runs that failed; their notebooks are in the folder `failed`.

    Raises:
        ParameterError: on a lesson, a parameter or a value that is not allowed.
        RuntimeError: when another sweep runs in the folder, or a cluster's workers cannot do it.
        KeyboardInterrupt: after Ctrl-C, saying how to go on.
    """
    spec = find(lesson)
    runs = expand(spec, grid)
    at_a_time = how_many(jobs, len(runs))
    to = absolute(to or Path("runs") / spec.name)
    to.mkdir(parents=True, exist_ok=True)
    with _only_sweep(to):
        missing = {name: parameters for name, parameters in runs.items() if not is_finished(to / f"{name}.ipynb")}
        say(f"{spec.name}: {len(runs)} runs, {len(runs) - len(missing)} finished before, {len(missing)} to do, in {to}")
        failed: dict[str, str] = {}
        if missing:
            try:
                with cluster(min(at_a_time, len(missing)), scheduler) as (client, threads):
                    ready(client, _problem, str(spec.path), str(to / "unfinished"))
                    failed = _run_all(client, spec, missing, to, threads)
            except KeyboardInterrupt:
                done = sum(is_finished(to / f"{name}.ipynb") for name in runs)
                raise KeyboardInterrupt(f"with {done} of {len(runs)} runs finished; the same command goes on") from None
            finally:
                shutil.rmtree(to / "unfinished", ignore_errors=True)
        _report(to, runs, failed, say)
    return list(failed)


def parse_grid(words: Iterable[str]) -> Grid:
    """`["beta=0.5,1,4", "seed=0:3"]` as {"beta": [0.5, 1, 4], "seed": [0, 1, 2]}; 0:10:2 steps by two.

    Raises:
        ParameterError: on a word of another form, a range with nothing in it, or a name given twice.
    """
    grid: Grid = {}
    for word in words:
        name, equals, values = word.partition("=")
        if not (name and equals) or "" in values.split(","):
            raise ParameterError(f"{word!r} is not understood; write NAME=VALUE,VALUE,… or NAME=FROM:TO, as seed=0:5")
        if name in grid:
            raise ParameterError(f"{name} is given twice; write its values as {name}=VALUE,VALUE")
        grid[name] = [value for part in values.split(",") for value in _values(word, part)]
    return grid


def _values(word: str, part: str) -> list[Any]:
    """One value, or the whole numbers of a range, its end left out as in Python."""
    if not re.fullmatch(r"-?\d+:-?\d+(:\d+)?", part):
        return [read(part)]
    ends = [int(number) for number in part.split(":")]
    if (len(ends) == 3 and ends[2] == 0) or not (numbers := range(*ends)):
        raise ParameterError(f"{word}: the range {part} has nothing in it; its end is left out, as in Python")
    if len(numbers) > 100_000:
        raise ParameterError(f"{word}: the range {part} has {len(numbers):,} numbers; allowed are 100,000")
    return list(numbers)


def expand(spec: Spec, grid: Grid) -> dict[str, dict[str, Any]]:
    """The parameters of each run under its name, which says them; equal runs (beta=4 and 4.0) are one.

    Raises:
        ParameterError: naming every unknown parameter and every value that is not allowed.
    """
    problems: dict[str, None] = {}
    settled: Grid = {name: [] for name in (*spec.parameters, *grid) if name in grid}  # one order, however it was given
    for name, values in grid.items():
        for value in values:
            try:
                settled[name].append(check(spec.name, spec.parameters, {name: value})[name])
            except ParameterError as error:
                problems[str(error)] = None
    if problems:
        raise ParameterError("\n".join(problems))
    runs = (dict(zip(settled, values, strict=True)) for values in itertools.product(*settled.values()))
    return {run_name(spec, run): run for run in runs}


def is_finished(path: Path) -> bool:
    """Whether papermill brought the notebook at `path` to its end without an error."""
    if not path.exists():
        return False
    try:
        run = nbformat.read(path, as_version=4).metadata.get("papermill", {})
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError):
        return False
    return bool(run.get("end_time")) and not run.get("exception")


@contextmanager
def _only_sweep(to: Path) -> Iterator[None]:
    """Keep a second sweep out of the folder; the system opens the lock when this process ends, however it ends."""
    try:
        with FileLock(to / ".lock", timeout=0):
            shutil.rmtree(to / "unfinished", ignore_errors=True)  # of a sweep that was killed
            (to / "unfinished").mkdir()
            (to / "failed").mkdir(exist_ok=True)
            yield
    except Timeout:
        raise RuntimeError(f"another sweep is at work in {to}; wait for its end, or give another folder") from None
    finally:
        if (to / "failed").exists() and not any((to / "failed").iterdir()):
            (to / "failed").rmdir()


def _problem(notebook: str, folder: str) -> str:
    """On a worker: what it lacks."""
    return "".join(f"does not see {path}" for path in (notebook, folder) if not Path(path).exists())


def _run_all(client: Any, spec: Spec, runs: dict[str, dict[str, Any]], to: Path, threads: int | None) -> dict[str, str]:
    """Send the runs out and wait; what went wrong, by the run's name."""
    source = str(spec.path)
    futures = {
        client.submit(_execute, source, name, run, str(to), threads, pure=False): name for name, run in runs.items()
    }
    ended = ((name, problem or result) for name, result, problem in each_as_it_ends(client, futures, "run"))
    return {name: problem for name, problem in ended if problem}


def _execute(source: str, name: str, parameters: dict[str, Any], to: str, threads: int | None) -> str:
    """On a worker: one run, renamed into place when it is over; returns what went wrong, or nothing."""
    if threads:
        os.environ |= {"GENCOURSE_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    folder = Path(to)
    unfinished = folder / "unfinished" / f"{name}.{uuid.uuid4().hex[:8]}.ipynb"
    with _ONE_AT_A_TIME:
        problem = parameterise(Path(source), unfinished, parameters)
    failed = folder / "failed" / f"{name}.ipynb"
    unfinished.replace(failed if problem else folder / f"{name}.ipynb")
    if not problem:
        failed.unlink(missing_ok=True)
    return problem


def _report(to: Path, runs: Iterable[str], failed: dict[str, str], say: Callable[[str], None]) -> None:
    """Print the table, keep it as table.csv, and list what failed with its notebook."""
    paths = {name: to / ("failed" if name in failed else "") / f"{name}.ipynb" for name in runs}
    table = collect(path for path in paths.values() if path.exists())
    for name, problem in failed.items():
        table.loc[table["file"] == str(paths[name]), "status"] = f"failed: {problem}"
    write(table, to / "table.csv")
    shown = table.assign(file=[Path(file).stem for file in table["file"]]).drop(columns="lesson", errors="ignore")
    say(shown.to_string(index=False))
    say(f"{len(table)} runs in {to / 'table.csv'}")
    for name, problem in failed.items():
        say(f"FAILED {name}: {problem}\n       {paths[name]}")
    if failed:
        say(f"{len(failed)} of {len(paths)} runs failed; the same command tries them again, and only them")

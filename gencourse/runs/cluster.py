"""Many runs at once, on the workers of dask.distributed: on this machine, or a cluster that is there already."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

import gencourse
from gencourse.support.threads import wished_threads

NEED = "every worker needs the same installation of gencourse, and the folder of the runs at the same path"


def how_many(jobs: int | None, runs: int) -> int:
    """How many of the runs go at a time: `jobs`, or one for each core.

    Raises:
        ValueError: when it, or GENCOURSE_THREADS, is not a whole number from 1 up.
    """
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs={jobs}: allowed is a whole number from 1 up")
    wished_threads()
    return max(1, min(jobs or os.cpu_count() or 1, runs))


@contextmanager
def cluster(jobs: int, scheduler: str | None) -> Iterator[tuple[Any, int | None]]:
    """A client of the cluster, and how many threads a run may use; None leaves it to the worker's environment.

    Raises:
        RuntimeError: when no scheduler answers at that address.
    """
    from distributed import Client, LocalCluster

    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            raise RuntimeError(f"no dask scheduler answers at {scheduler}: {error}") from error
        with client:
            yield client, None
    else:  # processes of one thread; what takes memory is the run, which dask does not see
        threads = wished_threads() or max(1, (os.cpu_count() or 1) // jobs)
        with (
            LocalCluster(
                n_workers=jobs, threads_per_worker=1, memory_limit=0, dashboard_address=":0", silence_logs=50
            ) as local,
            Client(local) as client,
        ):
            yield client, threads


def ready(client: Any, problem: Callable[..., str], *arguments: Any) -> None:
    """Refuse a cluster whose workers have another version, or of which one answers `problem(*arguments)` with a word.

    Raises:
        RuntimeError: naming the worker.
    """
    try:
        problems = client.run(_problem, gencourse.__version__, problem, arguments)
    except Exception as error:  # whatever went wrong on a worker comes back as it was
        raise RuntimeError(f"the workers cannot run this: {type(error).__name__}: {error}; {NEED}") from error
    if not problems:
        raise RuntimeError(f"the scheduler {client.scheduler.address} has no workers; start some: dask worker ADDRESS")
    for worker, words in problems.items():
        if words:
            raise RuntimeError(f"the worker {worker} {words}; {NEED}")


def _problem(version: str, problem: Callable[..., str], arguments: tuple[Any, ...]) -> str:
    if gencourse.__version__ != version:
        return f"has gencourse {gencourse.__version__}, this is {version}"
    return problem(*arguments)


def each_as_it_ends(client: Any, futures: dict[Any, str], unit: str) -> Iterator[tuple[str, Any, str]]:
    """The name of each run, what it returned, and what went wrong or nothing, under a progress bar.

    Whoever leaves the loop early, as Ctrl-C does, gives up the runs that are not over.
    """
    from distributed import as_completed

    failed = 0
    try:
        with tqdm(total=len(futures), unit=unit, file=sys.stderr) as bar:
            for future in as_completed(futures):
                error = future.exception()
                yield futures[future], None if error else future.result(), _words(error)
                failed += error is not None
                bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
                bar.update()
    finally:
        client.cancel([future for future in futures if not future.done()], force=True)


def _words(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}" if error else ""

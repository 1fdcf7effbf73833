"""run(): what is missing of an experiment, on the workers of dask.distributed, into one table of evidence.

A row is written when its run is over, so a table never holds half a run: an experiment that was killed is started again
by the same command, here or on another machine, and runs what is missing.
"""

import datetime
import os
import platform
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

import gencourse
from gencourse.experiments.evidence import Evidence, Row, load, path_of, read_rows, rows_of, same_run, write_rows
from gencourse.experiments.experiment import Experiment, Setting, catalogue
from gencourse.runs.cluster import cluster, each_as_it_ends, how_many, ready
from gencourse.support.checks import at_least


def run(
    experiment: Experiment,
    *,
    seeds: Iterable[int] | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = print,
    **changes: Any,
) -> Evidence:
    """Run every setting of the experiment with every seed, but for what is in the table already.

    Args:
        seeds: those of the experiment if left out.
        jobs: worker processes here, which share the cores; one for each core if left out.
        scheduler: the address of a dask scheduler, whose workers are used instead.
        changes: parameters that have another value in every setting.

    Returns:
        The evidence, with what was there before.

    Raises:
        ValueError: on a parameter that the experiment does not have, a value of another kind, or a seed that is not a
            whole number from 0 up, before anything starts.
        RuntimeError: when another command runs the same experiment, a cluster's workers cannot do it, or runs failed;
            those that did not are in the table.
        KeyboardInterrupt: after Ctrl-C, saying how to go on.
    """
    chosen = [at_least("seed", seed, 0) for seed in (range(experiment.seeds) if seeds is None else seeds)]
    wanted = [
        (setting, seed)
        for seed in chosen  # a whole grid before the next seed
        for setting in experiment.settings(**changes)
    ]
    rows = rows_of(experiment.name)
    missing = [(s, seed) for s, seed in wanted if not any(same_run(row, s, seed) for row in rows)]
    say(f"{experiment.name}: {len(wanted)} runs, {len(wanted) - len(missing)} finished before, {len(missing)} to do")
    jobs = how_many(jobs, len(missing))
    if missing:
        if rows:
            say(f"about {_left(rows, len(missing), jobs)} with {jobs} at a time, as the runs before")
        with _alone(experiment.name):
            _run_all(experiment, missing, jobs, scheduler)
    return load(experiment.name)


def listing() -> str:
    """The course's experiments, a line each: seeds, age, hours, and whether what they depend on has changed since."""
    lines = [f"{'experiment':<24}{'runs':>10}{'seeds':>7}{'hours':>7}  {'last run':<12}"]
    for name, experiment in catalogue().items():
        rows = rows_of(name)
        done = [row for row in rows if any(same_run(row, s, row["seed"]) for s in experiment.settings())]
        counts = f"{len(done)}/{len(experiment.settings()) * experiment.seeds}"
        hours = sum(row["seconds"] for row in rows) / 3600
        seeds, last = len({row["seed"] for row in rows}), max((row["day"] for row in rows), default="never")
        changed = sum(row["code"] != experiment.code() for row in done)
        notice = f"  {changed} runs are of other code" if changed else ""
        lines.append(f"{name:<24}{counts:>10}{seeds:>7}{hours:>7.1f}  {last:<12}{experiment.question}{notice}")
    return "\n".join(lines)


def _run_all(experiment: Experiment, missing: list[tuple[Setting, int]], jobs: int, scheduler: str | None) -> None:
    """Send the runs out and write each row as it comes.

    Raises:
        RuntimeError: naming the runs that failed, when all are over.
    """
    runs = {f"{experiment.name} {_words(setting)} seed={seed}": (setting, seed) for setting, seed in missing}
    path, failed = path_of(experiment.name), []
    with cluster(jobs, scheduler) as (client, threads):
        ready(client, _can_import)
        futures = {
            client.submit(_measure, experiment, setting, seed, experiment.code(), threads, pure=False): name
            for name, (setting, seed) in runs.items()
        }
        done = 0
        try:
            for name, row, problem in each_as_it_ends(client, futures, "run"):
                if problem:
                    failed.append(f"{name}: {problem}")
                    continue
                write_rows(path, [*read_rows(path), row])
                done += 1
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"with {done} of {len(runs)} runs finished; the same command goes on") from None
    if failed:
        raise RuntimeError(
            f"{len(failed)} of {len(runs)} runs failed; the same command tries them again\n" + "\n".join(failed)
        )


def _measure(experiment: Experiment, setting: Setting, seed: int, code: str, threads: int | None) -> Row:
    """On a worker: one run, as a row."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    start, processor_start = time.perf_counter(), time.process_time()
    numbers = {name: float(f"{value:.6g}") for name, value in experiment(**setting, seed=seed).items()}
    about = {
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - processor_start, 1),
        "threads": torch.get_num_threads(),
        "processor": _processor(),
        "gencourse": gencourse.__version__,
        "torch": torch.__version__,
        "code": code,
        "day": datetime.date.today().isoformat(),
    }
    return setting | {"seed": seed} | numbers | about


def _can_import() -> str:
    """Nothing: a worker that answers has imported this module."""
    return ""


def _processor() -> str:
    """The processor's name, with its kind where Linux tells one."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {os.cpu_count()} cores" if names else platform.machine()


def _alone(name: str) -> Any:
    """Keep a second command out of the table; the system opens the lock when this process ends, however it ends."""
    path = path_of(name).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        raise RuntimeError(f"the experiment {name} is at work already, into {path.with_suffix('.csv')}") from None


def _words(setting: Setting) -> str:
    return " ".join(f"{name}={value}" for name, value in setting.items())


def _left(rows: list[Row], runs: int, jobs: int) -> str:
    """How long so many runs take if each takes as long as those before, on the average."""
    seconds = sum(row["seconds"] for row in rows) / len(rows) * -(-runs // jobs)
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{max(1, round(seconds / 60))} minutes"

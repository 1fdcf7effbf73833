"""A sweep of 8 short runs of lesson 00 with two workers, against one after the other; one thread each."""

import os
import tempfile
import time
from pathlib import Path

from gencourse.runs.notebooks import run
from table import show

from gencourse.runs.sweep import sweep

SEEDS = range(8)


def quiet(line: str) -> None:
    """Say nothing."""


def main() -> None:
    os.environ["GENCOURSE_THREADS"] = "1"
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        for seed in SEEDS:
            assert not run(["00"], {"seed": seed}, Path(folder) / "run", quiet)
        seconds["gencourse run, one after the other"] = time.perf_counter() - start
        for jobs in (1, 2):
            start = time.perf_counter()
            assert not sweep("00", {"seed": list(SEEDS)}, Path(folder) / f"jobs-{jobs}", jobs=jobs, say=quiet)
            seconds[f"gencourse sweep --jobs {jobs}"] = time.perf_counter() - start
    show(f"{len(SEEDS)} runs of lesson 00, one thread each, {os.cpu_count()} cores", seconds, "s")


if __name__ == "__main__":
    main()

"""Bounds on what a reader's function may take while it is graded: time and memory.

In a notebook one sees that a cell does not end, and stops it. Under grading nobody looks.
"""

import contextlib
import math
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

SECONDS = 60  # for all calls of a graded answer together, half of what nbgrader_config.py gives a cell
MEMORY = 2 * 2**30  # bytes, on top of what the process holds already
AGAIN = 0.1  # seconds until code that caught TooLong is told once more


class TooLong(BaseException):
    """The time is up. No Exception, so that the `except Exception` of a loop does not catch it."""


@contextlib.contextmanager
def bounds(seconds: float) -> Iterator[None]:
    """At most so many seconds, and MEMORY bytes more than now; none where `seconds` is infinite.

    Time is bounded in the main thread of POSIX systems, between two instructions of Python; memory on Linux. What they
    do not reach, as one endless call of a compiled function, nbgrader's own limit for a cell ends.

    Raises:
        TooLong: in the code that runs when the time is up.
    """
    if math.isinf(seconds):
        yield
        return
    with _memory(MEMORY), _time(seconds):
        yield


@contextlib.contextmanager
def _time(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    over = False

    def stop(*_: object) -> None:
        if not over:
            raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _memory(more: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = [limit for limit in (held + more, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(allowed), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

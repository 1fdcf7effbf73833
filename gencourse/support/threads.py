"""How many threads the reader allows: the environment variable GENCOURSE_THREADS."""

import os


def wished_threads() -> int | None:
    """The number in GENCOURSE_THREADS, or None where it is unset.

    Raises:
        ValueError: when it is not a whole number from 1 up.
    """
    wish = os.environ.get("GENCOURSE_THREADS", "")
    if wish and not (wish.isdecimal() and int(wish) > 0):
        raise ValueError(f"GENCOURSE_THREADS={wish!r}: allowed is a whole number from 1 up, or leave it unset")
    return int(wish) if wish else None

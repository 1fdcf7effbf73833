"""The reader's own notes: a small file on the reader's own machine, which is sent nowhere.

It holds which exercises were solved and when, what the reader predicted and how that fared, and the answers to quizzes.
It lies at `places.notes()`.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from gencourse.support import places
from gencourse.support.files import write_text

KEPT = ("solved", "predictions", "quizzes")


def read() -> dict[str, dict[str, Any]]:
    """All that is kept, by kind and name; empty if there is no file.

    Raises:
        ValueError: when the file is not one that was written here.
    """
    path = None
    try:
        path = places.notes()
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found["solved"], dict):
            raise TypeError("solved is no table")
    except FileNotFoundError:
        found = {}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a file of progress ({error}); move it away to begin anew") from error
    return {kind: found.get(kind, {}) for kind in KEPT}


def solved() -> dict[str, str]:
    """The exercises that were right once, by name, with the day of the first time."""
    return {str(name): str(day) for name, day in read()["solved"].items()}


def note_solved(name: str) -> None:
    """Remember that the exercise `name` was solved today, if it was not solved before."""
    _note("solved", name, lambda known: known or _today())


def note_prediction(key: str, said: Any) -> None:
    """Remember what was predicted; the first counts."""
    _note("predictions", key, lambda known: known or {"said": said, "day": _today()})


def note_outcome(key: str, near: bool, words: str) -> None:
    """Remember how a prediction that was made has fared."""
    _note("predictions", key, lambda known: known and known | {"near": near, "words": words})


def note_answer(key: str, said: Any, right: bool) -> None:
    """Remember an answer to a quiz: the first for good, the last with its day, and how many were right in a row."""

    def change(known: Any) -> Any:
        first = known or {"first": said, "right_at_first": right, "day": _today(), "in_a_row": 0}
        return first | {"right": right, "last": _today(), "in_a_row": first["in_a_row"] + 1 if right else 0}

    _note("quizzes", key, change)


def _today() -> str:
    return date.today().isoformat()


def _note(kind: str, name: str, change: Callable[[Any], Any]) -> None:
    """Put `change(what is kept)` in its place, if it is something else; whole or not at all.

    Several processes may do so at once, each waiting for its turn. A folder that cannot be written to, or that there is
    not, is no reason to disturb the reader: then nothing is kept.
    """
    from filelock import FileLock  # here, as most readers of notes write none

    try:
        known = read()[kind].get(name)
        if change(known) in (known, None):
            return
        path = places.notes()
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=30):
            notes = read()
            notes[kind][name] = change(notes[kind].get(name))
            write_text(path, json.dumps(notes, indent=1, ensure_ascii=False) + "\n")
    except (OSError, ValueError):  # filelock's Timeout is an OSError too
        return

"""The reader's own notes: a small file on the reader's own machine, which is sent nowhere.

It holds which exercises were solved, and when. It lies at `places.notes()`. Under grading nothing is written.
"""

import json
from datetime import date

from gencourse.support import places
from gencourse.support.files import write_text


def solved() -> dict[str, str]:
    """The exercises that were right once, by name, with the day of the first time; none if there is no file.

    Raises:
        ValueError: when the file is not one that `note_solved` wrote.
    """
    try:
        found = json.loads(places.notes().read_text(encoding="utf-8"))["solved"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{places.notes()} is not a file of progress ({error}); move it away to begin anew") from error
    return {str(name): str(day) for name, day in found.items()}


def note_solved(name: str) -> None:
    """Remember that the exercise `name` was solved today, if it was not solved before; whole or not at all.

    Several processes may do so at once, each waiting for its turn. A folder that cannot be written to, or that there is
    not, is no reason to disturb the reader: then nothing is kept.
    """
    from filelock import FileLock  # here, as most readers of notes write none

    try:
        if name in solved():
            return
        path = places.notes()
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=30):
            known = {name: date.today().isoformat()} | solved()
            write_text(path, json.dumps({"solved": known}, indent=1) + "\n")
    except (OSError, ValueError):  # filelock's Timeout is an OSError too
        return

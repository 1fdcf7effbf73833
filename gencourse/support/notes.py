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

    A folder that cannot be written to is no reason to disturb the reader: then nothing is kept.
    """
    try:
        known = solved()
        if name not in known:
            text = json.dumps({"solved": known | {name: date.today().isoformat()}}, indent=1)
            write_text(places.notes(), text + "\n")
    except (OSError, ValueError):
        return

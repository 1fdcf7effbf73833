"""Which exercises the reader has solved: a small file on the reader's own machine, which is sent nowhere.

It lies at `GENCOURSE_PROGRESS`, or in the user's home as .gencourse/progress.json. Under grading nothing is written.
"""

import json
import os
import re
from datetime import date
from pathlib import Path

from gencourse.lessons import LESSONS


def place() -> Path:
    """Where the file is, or would be."""
    return Path(os.environ.get("GENCOURSE_PROGRESS") or Path.home() / ".gencourse" / "progress.json")


def solved() -> dict[str, str]:
    """The exercises that were right once, by name, with the day of the first time; none if there is no file.

    Raises:
        ValueError: when the file is not one that `note` wrote.
    """
    try:
        found = json.loads(place().read_text(encoding="utf-8"))["solved"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{place()} is not a file of progress ({error}); move it away to begin anew") from error
    return {str(name): str(day) for name, day in found.items()}


def note(name: str) -> None:
    """Remember that the exercise `name` was solved today, if it was not solved before; whole or not at all.

    A folder that cannot be written to is no reason to disturb the reader: then nothing is kept.
    """
    try:
        known = solved()
        if name in known:
            return
        place().parent.mkdir(parents=True, exist_ok=True)
        temporary = place().with_name(f"{place().name}.{os.getpid()}.part")
        text = json.dumps({"solved": known | {name: date.today().isoformat()}}, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(place())
    except (OSError, ValueError):
        return


def exercises() -> dict[str, list[str]]:
    """The exercises of each lesson, by the lesson's name, in the order in which they are asked."""
    from gencourse.notebooks import FOLDER

    texts = {spec.name: (FOLDER / f"{spec.name}.ipynb").read_text(encoding="utf-8") for spec in LESSONS}
    return {name: list(dict.fromkeys(re.findall(r"\b(\w+)\.check\(my_", text))) for name, text in texts.items()}


def course_map() -> str:
    """The lessons, each with how many of its exercises are solved and a tick for each of them."""
    known, lines, total = solved(), [], [0, 0]
    for spec, asked in zip(LESSONS, exercises().values(), strict=True):
        ticks = "".join("✓" if name in known else "·" for name in asked)
        done = sum(name in known for name in asked)
        total = [total[0] + done, total[1] + len(asked)]
        lines.append(f"{spec.name[:2]}  {spec.title:<60} {ticks:<9} {done} of {len(asked)}")
    return "\n".join([*lines, f"{'':<64} {'exercises solved:':>17} {total[0]} of {total[1]}"])

"""What a lesson claims, and what each claim rests on: data beside the lesson, in claims/, a TOML file a lesson.

    [[claim]]
    words = "Partners stand out"
    cell = "cell-31"

    [[claim]]
    words = "no difference found between batches of 128 and 512"
    experiment = "simclr-batch"

The words stand in the lesson as they are here. A claim rests on a cell of the lesson, which everybody can run, or on
an experiment, which ships as a table.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

from gencourse.course.lessons import Spec

HERE = Path(__file__).parent / "claims"


class Claim(NamedTuple):
    """Words of a lesson, and the cell's id or the experiment's name that they rest on; the other is ""."""

    words: str
    cell: str
    experiment: str


def claims(lesson: Spec) -> list[Claim]:
    """The lesson's claims in its order; none where nobody has listed them yet.

    Raises:
        ValueError: on a claim that has other keys than its words and what it rests on.
    """
    path = HERE / f"{lesson.name}.toml"
    if not path.exists():
        return []
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("claim", []):
        if set(entry) not in ({"words", "cell"}, {"words", "experiment"}) or not all(entry.values()):
            raise ValueError(f"{path.name}, {entry}: allowed are words, and either cell or experiment")
        found.append(Claim(entry["words"], entry.get("cell", ""), entry.get("experiment", "")))
    return found

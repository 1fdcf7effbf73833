"""A reader's verdicts on the mistakes that the checks name, beside the pool, in verdicts.toml.

A verdict belongs to an answer and to the words it was given for: "true", the answer's own mistake, or what it does in
other words; "general", true of the answer, but not yet the mistake; "misleading", false, or true by chance and leading
away from the mistake. Where the words have changed since, it is stale, and somebody must read them again.
"""

import re
import tomllib
from pathlib import Path

from gencourse.exercises import Result
from pool.answer import Answer

KINDS = ("true", "general", "misleading")


def said(result: Result) -> str:
    """What a verdict is about: the explanation, without the number of the pool's line in which an answer raised."""
    return re.sub(r"stopped in line \d+", "stopped in a line", result.explanation)


class Verdicts:
    """All verdicts, by exercise and the answer's words."""

    def __init__(self, file: Path):
        with file.open("rb") as opened:
            self.given = tomllib.load(opened)

    def of(self, answer: Answer, result: Result) -> str:
        """One of KINDS, "stale" where it was given for other words, or "none" where nobody has read it."""
        given = self.given.get(answer.exercise, {}).get(answer.words)
        if given is None:
            return "none"
        verdict: str = given["verdict"]
        return verdict if given["said"] == said(result) else "stale"

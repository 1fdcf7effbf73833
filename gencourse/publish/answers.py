"""What a class thought: predictions and first answers to quizzes, from the notes that were handed in."""

import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

from gencourse.course.lessons import ParameterError, find
from gencourse.course.questions import predictions, quizzes
from gencourse.support.places import NOTES_BESIDE


def answers(folder: Path) -> str:
    """A table of all questions that were answered, the hardest first.

    Args:
        folder: where the notes lie, at any depth: nbgrader's `submitted`.

    Raises:
        FileNotFoundError: when there are no notes in it.
    """
    files = sorted(folder.rglob(NOTES_BESIDE))
    if not files:
        raise FileNotFoundError(f"{folder}: no {NOTES_BESIDE} in it; students hand in the folder with their notebook")
    read = {path: _read(path) for path in files}
    said = [notes for notes in read.values() if notes is not None]
    lines = [f"{len(said)} students' notes"]
    lines += [f"left out, as it cannot be read: {path}" for path, notes in read.items() if notes is None]
    for kind, head, row in (("quizzes", "right at first", _quiz), ("predictions", "came near", _prediction)):
        rows = sorted(
            row(key, [notes[kind][key] for notes in said if key in notes.get(kind, {})]) for key in _keys(kind, said)
        )
        if rows:
            lines += ["", f"{kind:<40}{'answered':>9}  {head:>14}"]
            lines += [f"{key:<40}{n:>9}  {share:>14.0%}  {words}".rstrip() for share, key, n, words in rows]
    return "\n".join(lines)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None
    return notes if isinstance(notes, dict) else None


def _keys(kind: str, said: list[dict[str, Any]]) -> list[str]:
    return sorted({key for notes in said for key in notes.get(kind, {})})


def _quiz(key: str, known: list[dict[str, Any]]) -> tuple[float, str, int, str]:
    """How many were right at first, and the wrong answer that most of the others gave."""
    wrong = Counter(json.dumps(answer["first"]) for answer in known if not answer["right_at_first"])
    words = ""
    if wrong:
        first, count = wrong.most_common(1)[0]
        words = f"{count} said: {_in_words(key, json.loads(first))}"
    return sum(answer["right_at_first"] for answer in known) / len(known), key, len(known), words


def _prediction(key: str, known: list[dict[str, Any]]) -> tuple[float, str, int, str]:
    """How many came near, of those whose result is known, and what was said in the middle or most often."""
    fared = [answer["near"] for answer in known if "near" in answer]
    said = [answer["said"] for answer in known]
    if all(isinstance(value, int | float) for value in said) and _question(key, predictions).get("kind") != "choice":
        words = f"in the middle {statistics.median(said):g}"
    else:
        common, count = Counter(json.dumps(value) for value in said).most_common(1)[0]
        words = f"{count} said: {_in_words(key, json.loads(common))}" if count > 1 else ""
    return sum(fared) / max(len(fared), 1), key, len(known), words


def _question(key: str, kind: Any) -> dict[str, Any]:
    lesson, _, name = key.partition("/")
    try:
        found: dict[str, Any] = kind(find(lesson)).get(name, {})
    except ParameterError:  # of a lesson that this version has not
        return {}
    return found


def _in_words(key: str, said: Any) -> str:
    """An answer as its reader saw it."""
    question = _question(key, quizzes) or _question(key, predictions)
    texts = [c["text"] if isinstance(c, dict) else c for c in question.get("choices", question.get("items", []))]
    texts = texts or [pair["right"] for pair in question.get("pairs", [])]
    numbers = said if isinstance(said, list) else [said]
    if texts and all(isinstance(k, int) and 0 <= k < len(texts) for k in numbers):
        return " · ".join(texts[k] for k in numbers)
    return str(said)

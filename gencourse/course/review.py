"""Quizzes that went wrong, asked again: at once, and after days that grow with each right answer."""

import string
from collections.abc import Callable
from datetime import date
from typing import Any

from gencourse.course.asking import key_of
from gencourse.course.lessons import LESSONS, Spec
from gencourse.course.questions import judge, quizzes
from gencourse.support import notes

WAITS = (1, 3, 7, 21)  # days after the first, second, … right answer in a row; after the last it is known


def due(today: date | None = None) -> list[tuple[Spec, str]]:
    """The quizzes to ask again today, by lesson and name: wrong the last time, or wrong once and right long ago."""
    answers, now = notes.read()["quizzes"], today or date.today()
    return [
        (lesson, name)
        for lesson in LESSONS
        for name in quizzes(lesson)
        if (known := answers.get(key_of(lesson, name))) and _is_due(known, now)
    ]


def _is_due(known: dict[str, Any], today: date) -> bool:
    if not known["right"]:
        return True
    in_a_row = known["in_a_row"]
    if known["right_at_first"] or in_a_row > len(WAITS):
        return False
    return (today - date.fromisoformat(known["last"])).days >= WAITS[max(in_a_row, 1) - 1]


def review(ask: Callable[[str], str] = input, say: Callable[[str], None] = print) -> int:
    """Ask in a terminal what is due; returns how many were right. An empty answer, or Ctrl-D, ends it."""
    waiting, right = due(), 0
    if not waiting:
        say("Nothing to ask again today.")
    for lesson, name in waiting:
        question = quizzes(lesson)[name]
        say(f"\n{lesson.title}\n{question['question']}")
        options = _options(question)
        for letter, (_, text) in zip(string.ascii_lowercase, options, strict=False):
            say(f"  {letter}. {text}")
        said = _asked(question, options, ask, say)
        if said is None:
            break
        good, replies = judge(question, said)
        say(f"{'✓ Right.' if good else '✗ Not quite.'} {' '.join(replies)}")
        notes.note_answer(key_of(lesson, name), said, good)
        right += good
    return right


def _options(question: dict[str, Any]) -> list[tuple[int, str]]:
    """What there is to choose from, by number; never in the right order."""
    if "choices" in question:
        return list(enumerate(choice["text"] for choice in question["choices"]))
    texts = question.get("items") or [pair["right"] for pair in question.get("pairs", [])]
    return sorted(enumerate(texts), key=lambda option: option[1])


def _asked(question: dict[str, Any], options: list[tuple[int, str]], ask: Callable[[str], str], say: Any) -> Any:
    """The answer as `judge` takes it; None at the end. What cannot be read is asked for once more."""
    how = {
        "one": "a letter",
        "several": "all letters that are right, as in ac",
        "number": f"a number {question.get('unit', '')}".strip(),
        "order": "the letters in order, as in bca",
        "matching": "a letter for each of: " + "; ".join(pair["left"] for pair in question.get("pairs", [])),
    }[question["kind"]]
    while True:
        try:
            typed = ask(f"({how}) ").strip().lower()
        except EOFError:
            return None
        if not typed:
            return None
        said = _read(question["kind"], typed, [number for number, _ in options])
        if said is not None:
            return said
        say(f"{typed!r} is not {how}.")


def _read(kind: str, typed: str, numbers: list[int]) -> Any:
    """The answer in numbers; None if it is none."""
    if kind == "number":
        try:
            return float(typed.replace(",", "."))
        except ValueError:
            return None
    letters = [letter for letter in typed if letter not in " ,"]
    places = [string.ascii_lowercase.find(letter) for letter in letters]
    if not all(0 <= place < len(numbers) for place in places):
        return None
    said = [numbers[place] for place in places]
    if kind == "one":
        return said[0] if len(said) == 1 else None
    if kind == "several":
        return sorted(set(said))
    whole = len(said) == len(numbers) and (kind == "matching" or len(set(said)) == len(said))
    return said if whole else None

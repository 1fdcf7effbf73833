"""How far the reader is: the lessons, which exercises are solved, how predictions fared, and quizzes at first try."""

import html
from dataclasses import dataclass

from gencourse.course.asking import key_of
from gencourse.course.lessons import LESSONS, Spec
from gencourse.course.questions import predictions, quizzes
from gencourse.course.tasks import exercises_of
from gencourse.support import notes

OPEN = "·"  # not yet done


@dataclass(frozen=True)
class Row:
    """A lesson, with a mark for each exercise, prediction and quiz, in order; OPEN for what is to be done."""

    lesson: Spec
    exercises: str
    predictions: str
    quizzes: str


class CourseMap:
    """The lessons as a table: links in a notebook, plain text in a shell.

    Attributes:
        rows: a Row for each lesson.
        fared: a line for each prediction of which the result is known.
    """

    def __init__(self) -> None:
        kept = notes.read()
        self.rows = [_row(lesson, kept) for lesson in LESSONS]
        self.fared = [
            f"{key}: {known['words']}" for key, known in sorted(kept["predictions"].items()) if known.get("words")
        ]

    @property
    def totals(self) -> tuple[int, int]:
        """How many exercises are solved, and how many there are."""
        marks = "".join(row.exercises for row in self.rows)
        return len(marks) - marks.count(OPEN), len(marks)

    def __repr__(self) -> str:
        heads = f"{'':<64} {'exercises':<10} {'predictions':<12} quizzes"
        lines = [
            f"{row.lesson.name[:2]}  {row.lesson.title:<60} {row.exercises:<10} {row.predictions:<12} {row.quizzes}"
            for row in self.rows
        ]
        done, all_of_them = self.totals
        said = ["", "Your predictions:", *(f"  {line}" for line in self.fared)] if self.fared else []
        return "\n".join([heads, *lines, f"{'':<64} {done} of {all_of_them} exercises solved", *said])

    def _repr_html_(self) -> str:
        cells = "<tr><th></th><th>Lesson</th><th>Exercises</th><th>Predictions</th><th>Quizzes</th></tr>"
        for row in self.rows:
            link = f'<a href="{row.lesson.name}.ipynb">{html.escape(row.lesson.title)}</a>'
            marks = "".join(f"<td>{marks}</td>" for marks in (row.exercises, row.predictions, row.quizzes))
            cells += f'<tr><td>{row.lesson.name[:2]}</td><td style="text-align:left">{link}</td>{marks}</tr>'
        done, all_of_them = self.totals
        said = "".join(f"<li>{html.escape(line)}</li>" for line in self.fared)
        words = f"<p>{done} of {all_of_them} exercises solved.</p>" + (f"<ul>{said}</ul>" if said else "")
        return f"<table>{cells}</table>{words}"


def _row(lesson: Spec, kept: dict[str, dict]) -> Row:
    def marks(kind: str, names: list[str], key: str, good: str, bad: str) -> str:
        known = [kept[kind].get(key_of(lesson, name), {}).get(key) for name in names]
        return "".join(OPEN if value is None else good if value else bad for value in known)

    return Row(
        lesson,
        "".join("✓" if name in kept["solved"] else OPEN for name in exercises_of(lesson)),
        marks("predictions", list(predictions(lesson)), "near", "✓", "≠"),
        marks("quizzes", list(quizzes(lesson)), "right_at_first", "✓", "✗"),
    )

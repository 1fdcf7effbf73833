"""What a lesson asks its reader, as widgets: quizzes, predictions, and results that stay covered until one has said.

What the reader says is kept in the reader's notes, under the lesson's number and the question's name. A run without a
reader says nothing, so nothing is kept.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gencourse.course.lessons import Spec
from gencourse.course.questions import pick, predictions, quizzes
from gencourse.support import notes
from gencourse.widgets.prediction import Prediction
from gencourse.widgets.quiz import Quiz
from gencourse.widgets.reveal import Reveal

POINTS = 21  # of a sketched curve, as in widgets/shared/answers.js


def quiz(lesson: Spec, name: str) -> Quiz:
    """The quiz `name`, unanswered; each answer is kept.

    Raises:
        ValueError: when the lesson has no such quiz.
    """
    widget = Quiz(pick(quizzes(lesson), name, "quiz"), key=key_of(lesson, name))
    widget.observe(lambda _: notes.note_answer(widget.key, widget.said, bool(widget.right)), "said")
    return widget


def predict(lesson: Spec, name: str) -> Prediction:
    """The prediction `name`, with what the reader had said before, if anything; the first is kept.

    Raises:
        ValueError: when the lesson has no such prediction.
    """
    key = key_of(lesson, name)
    widget = Prediction(pick(predictions(lesson), name, "predict"), key=key, said=said_before(key))
    widget.observe(lambda _: notes.note_prediction(key, widget.said), "said")
    return widget


def reveal(lesson: Spec, name: str, result: Any, figure: Any, words: str) -> Reveal:
    """What came out, covered until the reader has predicted it or asks to see it.

    Raises:
        ValueError: when the lesson has no such prediction, the result is not of its kind, or a figure has no words.
    """
    question, key = pick(predictions(lesson), name, "reveal"), key_of(lesson, name)
    shown: dict[str, Any] = {}
    alt = question.get("alt", "")
    if figure is not None and not alt:
        raise ValueError(f"reveal({name!r}): the prediction has no `alt`; say there what the figure shows")
    if figure is not None:
        from gencourse.figures import to_png

        image = to_png(figure, alt)
        shown = {"picture": image.data, "width": image.width}
    comparable = AS_JSON[question["kind"]](question, result, f"reveal({name!r})")
    plain = _in_words(question, comparable)
    widget = Reveal(question, comparable, key=key, said=said_before(key), alt=alt, words=words, plain=plain, **shown)

    def keep(_: Any) -> None:
        notes.note_prediction(key, widget.said)  # the page may tell of the outcome first
        notes.note_outcome(key, widget.fared["near"], widget.fared["words"])

    widget.observe(keep, "fared")
    return widget


def key_of(lesson: Spec, name: str) -> str:
    """Under which an answer is kept: "10/why-log-variance"."""
    return f"{lesson.name[:2]}/{name}"


def said_before(key: str) -> Any:
    """What the reader predicted; None if nothing, or if the notes cannot be read."""
    try:
        return notes.read()["predictions"].get(key, {}).get("said")
    except ValueError:
        return None


def _number(question: dict[str, Any], result: Any, where: str) -> float:
    value = float(result)
    if not np.isfinite(value):
        raise ValueError(f"{where}: {value} is no number that can be compared with a prediction")
    return value


def _choice(question: dict[str, Any], result: Any, where: str) -> int:
    if result not in question["choices"]:
        raise ValueError(f"{where}: {result!r} is none of the choices, {question['choices']!r}")
    return int(question["choices"].index(result))


def _order(question: dict[str, Any], result: Sequence[str], where: str) -> list[int]:
    items = question["items"]
    if sorted(result) != sorted(items):
        raise ValueError(f"{where}: {list(result)!r} is no order of {items!r}")
    return [items.index(item) for item in result]


def _curve(question: dict[str, Any], result: Any, where: str) -> list[float]:
    """Values at equal distances from the first place of the axis to the last, at the places of a sketch."""
    heights = np.asarray(result, dtype=float)
    if heights.ndim != 1 or len(heights) < 2 or not np.isfinite(heights).all():
        raise ValueError(f"{where}: give the heights of the curve, two or more finite numbers in a row")
    places = np.linspace(0, 1, POINTS)
    return [float(h) for h in np.interp(places, np.linspace(0, 1, len(heights)), heights)]


AS_JSON = {"number": _number, "choice": _choice, "order": _order, "curve": _curve}


def _in_words(question: dict[str, Any], result: Any) -> str:
    """The result in a line of Markdown, for pages that show no widgets."""
    if question["kind"] == "number":
        size = abs(result)
        number = f"{result:,.0f}" if size >= 1000 else f"{result:.4g}"
        return f"**It is {number} {question.get('unit', '')}".rstrip() + ".**"
    if question["kind"] == "choice":
        return f"**{question['choices'][result]}**"
    if question["kind"] == "order":
        return f"**It is: {' · '.join(question['items'][k] for k in result)}.**"
    return f"**Measured:** from {result[0]:.3g} to {result[-1]:.3g} {question.get('unit', '')}".rstrip() + "."

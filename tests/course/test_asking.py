"""What a lesson asks: kept when the reader says it, shown again, and nothing kept of a run without a reader."""

import pytest
import torch

import gencourse
from gencourse import figures
from gencourse.course import asking
from gencourse.course.lessons import find
from gencourse.figures.style import SCREEN
from gencourse.support.notes import read

SPECS = {
    "ratio": {"kind": "number", "low": 1, "high": 1e6, "log": True, "unit": "times", "alt": "two empty axes"},
    "course": {"kind": "choice", "choices": ["It falls.", "It rises."]},
    "order": {"kind": "order", "items": ["zero", "one", "seven"]},
    "curve": {"kind": "curve", "x": [0, 1], "y": [0, 10], "xlabel": "step", "ylabel": "KL (nats)"},
}


@pytest.fixture(autouse=True)
def lesson(tmp_path, monkeypatch):
    monkeypatch.setenv("GENCOURSE_PROGRESS", str(tmp_path / "notes.json"))
    specs = {name: {"question": "?", "why": "So.", **spec} for name, spec in SPECS.items()}
    monkeypatch.setattr(asking, "predictions", lambda lesson: specs)
    return gencourse.begin("10")


def test_what_is_predicted_is_kept_once_and_there_again(lesson):
    widget = lesson.predict("ratio")
    assert widget.said is None and read()["predictions"] == {}
    widget.said = 10
    assert lesson.predict("ratio").said == 10 and lesson.reveal("ratio", 25304).said == 10
    again = lesson.predict("ratio")
    again.said = 11
    assert read()["predictions"]["10/ratio"]["said"] == 10


def test_how_it_fared_is_kept(lesson):
    widget = lesson.reveal("ratio", 9)
    with widget.hold_trait_notifications():  # as the page tells it, perhaps before it tells of the prediction
        widget.said, widget.fared = 10, {"near": True, "words": "near"}
    assert read()["predictions"]["10/ratio"]["said"] == 10
    assert read()["predictions"]["10/ratio"]["words"] == "near"


def test_a_quiz_keeps_the_first_answer(lesson):
    widget = lesson.quiz("why-log-variance")
    with widget.hold_trait_notifications():
        widget.said, widget.right = 2, False
    assert read()["quizzes"]["10/why-log-variance"]["right_at_first"] is False


def test_a_run_without_a_reader_keeps_nothing(lesson, tmp_path):
    for name, result in {
        "ratio": 3.0,
        "course": "It rises.",
        "order": ["one", "zero", "seven"],
        "curve": [1, 2],
    }.items():
        lesson.predict(name)._repr_mimebundle_()
        lesson.reveal(name, result)._repr_mimebundle_()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "result", "compared", "words"),
    [
        ("ratio", torch.tensor(25304.4), 25304.4, "**It is 25,304 times.**"),
        ("ratio", 0.123456, 0.123456, "**It is 0.1235 times.**"),
        ("course", "It rises.", 1, "**It rises.**"),
        ("order", ["one", "seven", "zero"], [1, 2, 0], "**It is: one · seven · zero.**"),
    ],
)
def test_results_are_compared_as_they_were_asked(lesson, name, result, compared, words):
    widget = lesson.reveal(name, result)
    assert widget.result == pytest.approx(compared)
    assert widget._repr_mimebundle_()[0]["text/markdown"].startswith(words)


def test_a_curve_is_brought_to_the_places_of_a_sketch(lesson):
    widget = lesson.reveal("curve", torch.linspace(0, 8, 300))
    assert len(widget.result) == 21 and widget.result[10] == pytest.approx(4)


def test_a_figure_goes_under_the_cover(lesson):
    figure, _ = figures.figure(4, 2)
    widget = lesson.reveal("ratio", 3, figure, words="a  1")
    assert widget.picture.startswith("data:image/png;base64,") and widget.width == 4 * SCREEN
    data, metadata = widget._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == "two empty axes" and "a  1" in data["text/markdown"]


def test_a_figure_without_words_is_refused(lesson):
    with pytest.raises(ValueError, match="has no `alt`; say there what the figure shows"):
        lesson.reveal("course", "It rises.", figures.figure(4, 2)[0])


@pytest.mark.parametrize(
    ("name", "result", "told"),
    [
        ("ratio", float("nan"), "no number that can be compared"),
        ("course", "It stays.", "none of the choices"),
        ("order", ["one", "zero"], "no order of"),
        ("curve", [1.0], "two or more finite numbers"),
        ("ration", 1, "the lesson has no such question"),
    ],
)
def test_a_result_of_another_kind_is_refused(lesson, name, result, told):
    with pytest.raises(ValueError, match=told):
        lesson.reveal(name, result)


def test_notes_that_cannot_be_read_disturb_no_one(lesson, tmp_path):
    (tmp_path / "notes.json").write_text("{")
    assert lesson.predict("ratio").said is None


def test_the_key_is_the_lessons_number_and_the_name():
    assert asking.key_of(find("05"), "one-flip") == "05/one-flip"

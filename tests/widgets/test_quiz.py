"""The quiz: what it refuses, what it says without widgets, and that a page answers without a kernel."""

import json

import pytest
import traitlets

from gencourse.widgets.quiz import Quiz

CHOICES = {"`exp` <b>": "Because it is positive.", "second": "No: think of the sign.", "third": "No."}


@pytest.fixture
def quiz():
    return Quiz("Which of `these`?", CHOICES, answer="`exp` <b>")


def test_choosing_answers(quiz):
    assert quiz.correct is None and quiz.chosen is None
    quiz.chosen = 1
    assert quiz.correct is False
    quiz.chosen = 0
    assert quiz.correct is True


@pytest.mark.parametrize("chosen", [3, -1])
def test_a_choice_that_is_not_there_is_refused(quiz, chosen):
    with pytest.raises(traitlets.TraitError, match=f"chosen={chosen}: allowed are None and 0 to 2"):
        quiz.chosen = chosen


def test_bad_questions_are_refused():
    with pytest.raises(ValueError, match="at least two"):
        Quiz("?", {"one": "feedback"}, answer="one")
    with pytest.raises(ValueError, match="answer='x': allowed is one of the choices"):
        Quiz("?", CHOICES, answer="x")
    with pytest.raises(ValueError, match="no feedback for 'b'"):
        Quiz("?", {"a": "yes", "b": " "}, answer="a")


def test_a_page_without_widgets_shows_the_question_and_not_the_answer(quiz):
    data, _ = quiz._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    for kind in ("text/plain", "text/markdown"):
        assert "Which of `these`?" in data[kind] and "second" in data[kind]
        assert "positive" not in data[kind] and "right" not in data[kind].lower()
    assert repr(quiz) == "Quiz('Which of `these`?')"


# ------------------------------------------------------------------------------------------------ in a page

HARNESS = """
import quiz from "widgets/quiz.js";
const handlers = [];
const state = STATE;
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; handlers.forEach((handler) => handler()); },
  save_changes: () => { window.saved = state.chosen; },
  on: (event, handler) => handlers.push(handler),
  off: () => handlers.pop(),
};
window.leave = quiz.render({ model: window.model, el: document.getElementById("here") });
"""


@pytest.fixture
def page(open_page, quiz):
    state = json.dumps({name: getattr(quiz, name) for name in ("question", "choices", "feedback", "right", "chosen")})
    page = open_page(HARNESS.replace("STATE", state))
    page.wait_for_selector("#here form")
    return page


def test_the_keyboard_is_enough(page):
    assert page.is_disabled("button"), "nothing to check before a choice"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.inner_text("[role=status]") == "", "moving through the choices gives nothing away"
    page.keyboard.press("Enter")
    assert page.inner_text("[role=status]") == "✗ Not quite. No: think of the sign."
    assert page.evaluate("window.saved") == 1
    page.keyboard.press("ArrowUp")
    assert page.inner_text("[role=status]") == "", "a new try starts clean"
    page.keyboard.press("Enter")
    assert page.inner_text("[role=status]") == "✓ Right. Because it is positive."
    assert page.get_attribute("[role=status]", "aria-live") == "polite"


def test_keys_stay_in_the_form(page):
    """JupyterLab goes to the next cell on an arrow key that reaches the notebook."""
    page.evaluate("document.addEventListener('keydown', () => { window.reached = true; })")
    page.focus("input >> nth=0")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("input >> nth=1") and not page.evaluate("window.reached")
    assert page.locator("[data-lm-suppress-shortcuts=true] input").count() == 3


def test_the_pointer_is_enough_and_markup_is_text(page):
    page.click("text=<b>")
    page.click("button")
    assert page.inner_text("[role=status]").startswith("✓ Right.")
    assert page.locator("#here label b").count() == 0
    assert page.locator("#here label code").inner_text() == "exp"


def test_an_answer_from_python_is_shown(page):
    page.evaluate("window.model.set('chosen', 2)")
    assert page.inner_text("[role=status]") == "✗ Not quite. No."
    assert page.is_checked("input >> nth=2")
    page.evaluate("window.model.set('chosen', null)")
    assert page.inner_text("[role=status]") == "" and page.is_disabled("button")

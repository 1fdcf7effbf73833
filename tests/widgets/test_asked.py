"""Quizzes, predictions and covered results: what a page without widgets says, and what a page without a kernel does."""

import json

import pytest
import traitlets

from gencourse.publish.export import HOST
from gencourse.widgets.prediction import Prediction
from gencourse.widgets.quiz import Quiz
from gencourse.widgets.reveal import Reveal

CHOICES = [
    {"text": "`exp` <b>", "reply": "Because it is positive.", "right": True},
    {"text": "second", "reply": "No: think of the sign."},
    {"text": "third", "reply": "No."},
]
PAIRS = [
    {"left": "squared error", "right": "Gaussian", "reply": "has a square in its exponent."},
    {"left": "cross-entropy", "right": "categorical", "reply": "is about classes."},
]
QUIZZES = {
    "one": {"choices": CHOICES},
    "several": {"choices": [*CHOICES[:2], CHOICES[2] | {"right": True}], "right": "These two."},
    "number": {
        "answer": 4.33,
        "tolerance": 0.05,
        "unit": "bits",
        "right": "3 / ln 2.",
        "wrong": "Divide by ln 2.",
        "mistakes": [{"answer": 2.08, "reply": "You multiplied."}],
    },
    "order": {"items": ["ELBO", "IWAE-5", "log p(x)"], "right": "So it rises.", "wrong": "More samples tighten."},
    "matching": {"pairs": PAIRS, "right": "Each loss is a density."},
}
PREDICTIONS = {
    "number": {"low": 1, "high": 1e6, "log": True, "unit": "times"},
    "choice": {"choices": ["It falls.", "It rises."]},
    "order": {"items": ["zero", "one", "seven"]},
    "curve": {"x": [0, 100], "y": [0, 10], "xlabel": "step", "ylabel": "KL (nats)", "unit": "nats"},
}


def quiz(kind="one", **options):
    return Quiz({"question": "Which of `these`?", "kind": kind, **QUIZZES[kind]}, key=f"10/{kind}", **options)


def asked(kind):
    return {"question": "What do you expect?", "why": "Because of this.", "kind": kind, **PREDICTIONS[kind]}


# ------------------------------------------------------------------------------------------- without widgets


@pytest.mark.parametrize("kind", QUIZZES)
def test_a_page_without_widgets_shows_the_question_and_not_the_answer(kind):
    data, _ = quiz(kind)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    for mime in ("text/plain", "text/markdown"):
        assert "Which of `these`?" in data[mime]
        for secret in ("positive", "These two", "4.33", "So it rises", "Gaussian", "right"):
            assert secret not in data[mime], mime
    assert repr(quiz(kind)) == "Quiz('Which of `these`?')"
    assert "Run this cell to answer" in data["text/markdown"]


def test_what_is_to_be_ordered_is_not_shown_in_its_order():
    said = Prediction(asked("order"), key="k")._repr_mimebundle_()[0]["text/plain"]
    assert said.index("one") < said.index("seven") < said.index("zero")


def test_a_result_is_open_where_there_are_no_widgets():
    data, metadata = Reveal(
        asked("number"),
        25304.0,
        picture=b"PNG",
        width=300,
        alt="a curve",
        words="a  1",
        plain="**It is 25,304 times.**",
    )._repr_mimebundle_()
    assert data["text/markdown"] == "**It is 25,304 times.**\n\n```text\na  1\n```\n\nBecause of this."
    assert data["image/png"] == "UE5H" and metadata["image/png"] == {"alt": "a curve", "width": 300}


def test_right_is_a_truth_value():
    with pytest.raises(traitlets.TraitError):
        quiz(right="yes")


# ----------------------------------------------------------------------------------------------- in a page

TRAITS = {
    Quiz: ("spec", "key", "said", "right"),
    Prediction: ("spec", "key", "said"),
    Reveal: ("spec", "key", "said", "result", "picture", "width", "alt", "words", "fared"),
}


@pytest.fixture
def open_widgets(open_page):
    """A function that shows widgets one below the other in a page, with host.js and the traits' values alone."""

    def open_widgets(*widgets, **options):
        host, calls = HOST.read_text(encoding="utf-8"), []
        for k, widget in enumerate(widgets):
            names = next(names for kind, names in TRAITS.items() if isinstance(widget, kind))
            state = {name: getattr(widget, name) for name in names}
            arguments = ", ".join(json.dumps(x) for x in (widget._esm, widget._css, state))
            place = 'document.getElementById("here").appendChild(document.createElement("div"))'
            calls.append(f"(window.views ??= [])[{k}] = await mount({place}, {arguments});")
        page = open_page("\n".join([host, *calls, "window.ready = true;"]), **options)
        page.wait_for_function("window.ready")
        return page

    return open_widgets


def said_by(page, k=0):
    return page.evaluate(f"window.views[{k}].model.get('said')")


@pytest.mark.browser
class TestQuiz:
    def test_the_keyboard_is_enough(self, open_widgets):
        page = open_widgets(quiz())
        assert page.is_disabled("button"), "nothing to check before a choice"
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        assert page.inner_text("[role=status]") == "", "moving through the choices gives nothing away"
        page.keyboard.press("Enter")
        assert page.inner_text("[role=status]") == "✗ Not quite. No: think of the sign."
        assert said_by(page) == 1 and page.evaluate("window.views[0].model.get('right')") is False
        page.keyboard.press("ArrowUp")
        assert page.inner_text("[role=status]") == "", "a new try starts clean"
        page.keyboard.press("Enter")
        assert page.inner_text("[role=status]") == "✓ Right. Because it is positive."
        assert page.get_attribute("[role=status]", "aria-live") == "polite"

    def test_keys_stay_in_the_form(self, open_widgets):
        """JupyterLab goes to the next cell on an arrow key that reaches the notebook."""
        page = open_widgets(quiz())
        page.evaluate("document.addEventListener('keydown', () => { window.reached = true; })")
        page.focus("input >> nth=0")
        page.keyboard.press("ArrowDown")
        assert page.is_checked("input >> nth=1") and not page.evaluate("window.reached")
        assert page.locator("[data-lm-suppress-shortcuts=true] input").count() == 3

    def test_the_pointer_is_enough_and_markup_is_text(self, open_widgets):
        page = open_widgets(quiz())
        page.click("text=<b>")
        page.click("button")
        assert page.inner_text("[role=status]").startswith("✓ Right.")
        assert page.locator("#here label b").count() == 0
        assert page.locator("#here label code").inner_text() == "exp"

    def test_several(self, open_widgets):
        page = open_widgets(quiz("several"))
        page.click("text=second")
        page.click("button")
        status = page.inner_text("[role=status]")
        assert all(words in status for words in ("Not quite", "think of the sign", "“third” No.", "“exp <b>” Because"))
        page.click("text=second")
        page.click("text=<b>")
        page.click("text=third")
        page.click("button")
        assert page.inner_text("[role=status]") == "✓ Right. These two."

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("4.3", "✓ Right. 3 / ln 2."),
            ("2,08", "✗ Not quite. You multiplied."),
            ("-7", "✗ Not quite. Divide by ln 2."),
        ],
    )
    def test_a_number(self, open_widgets, typed, told):
        page = open_widgets(quiz("number"))
        page.fill("input", "about four")
        assert page.is_disabled("button")
        page.fill("input", typed)
        page.keyboard.press("Enter")
        assert page.inner_text("[role=status]") == told

    def test_an_order_by_keys_and_by_buttons(self, open_widgets):
        page = open_widgets(quiz("order"))
        rows = lambda: page.locator("li > span").all_inner_texts()  # noqa: E731
        assert page.is_disabled("button >> text=Check") and rows() != QUIZZES["order"]["items"]
        page.locator("li button").nth(1).focus()
        before = rows()
        page.keyboard.press("ArrowDown")
        assert rows() == [before[1], before[0], before[2]]
        for item in ("ELBO", "ELBO", "log p(x)", "log p(x)"):
            way = "up" if item == "ELBO" else "down"
            page.get_by_label(f"{item}: {way}").click()
        page.click("button >> text=Check")
        assert page.inner_text("[role=status]") == "✓ Right. So it rises."
        page.get_by_label("ELBO: down").click()
        page.click("button >> text=Check")
        assert page.inner_text("[role=status]") == "✗ Not quite. “ELBO” comes before “IWAE-5”. More samples tighten."

    def test_pairs(self, open_widgets):
        page = open_widgets(quiz("matching"))
        page.get_by_label("squared error").select_option("categorical")
        assert page.is_disabled("button")
        page.get_by_label("cross-entropy").select_option("categorical")
        page.click("button")
        assert page.inner_text("[role=status]") == "✗ Not quite. “squared error” has a square in its exponent."
        page.get_by_label("squared error").select_option("Gaussian")
        page.click("button")
        assert page.inner_text("[role=status]") == "✓ Right. Each loss is a density."


@pytest.mark.browser
class TestPrediction:
    def shown(self, open_widgets, kind, result, **options):
        covered = Reveal(asked(kind), result, key="10/p", words="a table", plain="It is so.")
        return open_widgets(Prediction(asked(kind), key="10/p"), covered, **options)

    def test_a_result_is_covered_until_one_has_said(self, open_widgets):
        page = self.shown(open_widgets, "number", 25304.0)
        assert "covered" in page.inner_text("#here") and "25,304" not in page.inner_text("#here")
        page.fill("input[type=text]", "10")
        page.keyboard.press("Enter")
        told = page.inner_text("#here")
        assert "You said 10 times; it is 25,304 times: three orders of magnitude too low." in told
        assert "a table" in told and "Because of this." in told
        assert page.locator("svg.gc-line text", has_text="you: 10").count() == 1
        assert page.evaluate("window.views[1].model.get('fared').near") is False
        assert page.is_disabled("input[type=text]"), "it is said once"

    def test_show_me_shows_and_keeps_nothing(self, open_widgets):
        page = self.shown(open_widgets, "choice", 1)
        page.click("text=Show me")
        assert "It rises." in page.locator("#here > div").nth(1).inner_text()
        assert said_by(page) is None and said_by(page, 1) is None

    def test_a_slider_moves_by_keys(self, open_widgets):
        page = self.shown(open_widgets, "number", 1000.0)
        page.focus("input[type=range]")
        page.keyboard.press("ArrowRight")
        assert 900 < float(page.input_value("input[type=text]")) < 1300
        page.click("button >> text=prediction")
        assert "near enough" in page.inner_text("#here")

    def test_a_choice(self, open_widgets):
        page = self.shown(open_widgets, "choice", 1)
        page.click("text=It falls.")
        page.click("button >> text=prediction")
        assert "You said: It falls. It is: It rises." in page.inner_text("#here")

    def test_an_order(self, open_widgets):
        page = self.shown(open_widgets, "order", [1, 2, 0])
        page.get_by_label("one: up").click()
        page.click("button >> text=prediction")
        assert "It is: one · seven · zero." in page.inner_text("#here") or "As you said" in page.inner_text("#here")

    def test_a_curve_by_pointer_and_by_keys(self, open_widgets):
        page = self.shown(open_widgets, "curve", [k / 2 for k in range(21)])
        place = page.locator("svg[role=slider]").bounding_box()
        at = lambda u, v: (place["x"] + place["width"] * u, place["y"] + place["height"] * v)  # noqa: E731
        page.mouse.move(*at(0.3, 0.3))
        page.mouse.down()
        page.mouse.move(*at(0.9, 0.3), steps=5)
        page.mouse.up()
        page.focus("svg[role=slider]")
        page.keyboard.press("ArrowDown")
        page.click("button >> text=prediction")
        said = said_by(page)
        assert len(said) == 21 and said[8] == said[12] > said[-1]
        assert page.locator("path.gc-yours").count() == 2, "in the sketch, and beside what was measured"
        assert "on average" in page.inner_text("#here")

    def test_a_finger_sketches_and_the_page_stays(self, open_widgets, chromium):
        page = self.shown(open_widgets, "curve", [0.0] * 21, has_touch=True, viewport={"width": 360, "height": 640})
        place = page.locator("svg[role=slider]").bounding_box()
        cdp = page.context.new_cdp_session(page)
        for k in range(13):
            kind = "touchMove" if k else "touchStart"
            at = {"x": place["x"] + place["width"] * (0.3 + k / 30), "y": place["y"] + 30 + 5 * k}
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
            page.wait_for_timeout(16)
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.click("button >> text=prediction")
        assert len(set(said_by(page))) > 5 and page.evaluate("window.scrollY") == 0

    def test_what_was_said_before_is_shown_and_the_result_is_open(self, open_widgets):
        page = open_widgets(
            Prediction(asked("number"), key="10/p", said=10), Reveal(asked("number"), 9.0, key="10/p", said=10)
        )
        assert page.input_value("input[type=text]") == "10"
        assert "near enough" in page.inner_text("#here")


# What the notebook says of all drawings and tables in its outputs.
NOTEBOOK = """
.jp-RenderedHTMLCommon svg { max-width: 100%; height: auto }
.jp-OutputArea-output pre { word-break: break-all; white-space: pre-wrap }
"""


@pytest.mark.browser
def test_the_notebook_neither_widens_a_drawing_nor_wraps_a_table(open_widgets):
    words = "score function  " * 8 + "\nreparameterised"
    page = open_widgets(Prediction(asked("curve")), Reveal(asked("number"), 25304.0, words=words))
    page.add_style_tag(content=NOTEBOOK)
    page.evaluate("document.getElementById('here').className = 'jp-RenderedHTMLCommon jp-OutputArea-output'")
    page.click("text=Show me")
    for drawing in (".gc-plot", ".gc-line"):
        assert page.locator(drawing).bounding_box()["width"] <= 420
    page.set_viewport_size({"width": 360, "height": 700})
    table = page.locator(".gc-words")
    assert table.evaluate("table => [table.scrollWidth > table.clientWidth, getComputedStyle(table).whiteSpace]") == [
        True,
        "pre",
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

"""JupyterLab in a real browser: lesson 10, run all, drag, and see the picture change; a widget made again and again."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from lab_driver import open_notebook, run_all, scroll_to

LESSON = "10-training-a-vae.ipynb"
PIXELS = """(canvas) => {
  const { width, height } = canvas;
  return Array.from(canvas.getContext('2d').getImageData(0, 0, width, height).data).join();
}"""


@pytest.fixture(scope="module")
def quick(lab):
    """The lesson with a short live training: here it is not the model that is looked at."""
    path = lab.folder / LESSON
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    source = "".join(cell["source"])
    assert "steps: int = 0" in source
    cell["source"] = source.replace("steps: int = 0", "steps: int = 40")
    (lab.folder / "quick.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return "quick.ipynb"


def wait_for_new_pixels(page, picture, before):
    """The time in ms until the canvas shows something else."""
    handle = picture.element_handle()
    code = f"([canvas, before]) => ({PIXELS})(canvas) !== before"
    page.wait_for_function(code, arg=[handle, before], timeout=5_000)


def test_run_all_then_drag(lab, page, quick):
    page.set_default_timeout(240_000)
    open_notebook(page, lab, quick)
    assert run_all(page) == {"well": True, "not_run": 0, "errors": []}
    assert page.locator(".Toastify__toast").count() == 0, "no pop-up about news"
    drag_the_pad(page, scroll_to(page, "LatentPad("))
    move_a_slider(page, scroll_to(page, "LatentSliders("))


def drag_the_pad(page, cell):
    plane, picture = cell.locator(".gc-plane"), cell.locator(".gc-picture")
    plane.scroll_into_view_if_needed()
    before, box = picture.evaluate(PIXELS), plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.3, steps=8)
    wait_for_new_pixels(page, picture, before)
    page.mouse.up()
    assert "z = (" in cell.locator(".gc-readout").inner_text()

    before, active = picture.evaluate(PIXELS), page.locator(".jp-Cell.jp-mod-active").count()
    plane.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    wait_for_new_pixels(page, picture, before)
    assert active == 1 and cell.locator(".gc-plane").count() == 1, "the keys moved the point, not the notebook"


def move_a_slider(page, cell):
    slider, picture = cell.locator(".gc-slider").first, cell.locator(".gc-picture")
    slider.scroll_into_view_if_needed()
    before, value = picture.evaluate(PIXELS), float(slider.input_value())
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) > value
    wait_for_new_pixels(page, picture, before)


def write(lab, name, sources):
    """A notebook of these cells, which names its kernel: else JupyterLab asks for one."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.folder / name)


ASKED = """import gencourse
from gencourse.course import asking
from gencourse.support import notes

factor = {"kind": "number", "question": "By what factor?", "why": "Look at the noise.", "low": 1, "high": 1e6}
factor["log"] = True
asking.predictions = lambda lesson: {"factor": factor}
lesson = gencourse.begin("10")"""


def test_a_prediction_is_kept_by_the_kernel_and_uncovers_the_result(lab, page):
    """After Run All, too: the result is there, and stays covered until the reader has said."""
    cells = [ASKED, 'lesson.predict("factor")', 'lesson.reveal("factor", 25304)', 'lesson.quiz("why-log-variance")']
    write(lab, "asked.ipynb", cells)
    page.set_default_timeout(60_000)
    open_notebook(page, lab, "asked.ipynb")
    assert run_all(page) == {"well": True, "not_run": 0, "errors": []}
    result = scroll_to(page, "lesson.reveal")
    assert "covered" in result.inner_text() and "25,304" not in result.inner_text()
    question = scroll_to(page, "lesson.predict")
    question.locator("input[type=text]").fill("10")
    question.locator("input[type=text]").press("Enter")
    assert "Your prediction is kept" in question.inner_text()
    page.get_by_text("three orders of magnitude too low").wait_for()
    quiz = scroll_to(page, "lesson.quiz")
    quiz.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    quiz.get_by_text("Not quite.").wait_for()
    assert page.locator(".jp-Cell.jp-mod-active").count() == 1

    def kept():
        return json.loads(Path(os.environ["GENCOURSE_PROGRESS"]).read_text(encoding="utf-8"))

    page.wait_for_timeout(2000)  # the kernel writes
    assert kept()["predictions"]["10/factor"]["said"] == 10 and kept()["predictions"]["10/factor"]["near"] is False
    assert kept()["quizzes"]["10/why-log-variance"]["right_at_first"] is False


def test_a_widget_that_is_made_again_takes_the_place_of_the_one_before(lab, page):
    count = "len(KLDirections.get_manager_state()['state'])"
    sources = ["from gencourse.widgets import KLDirections", "KLDirections()", count]
    write(lab, "again.ipynb", sources)
    open_notebook(page, lab, "again.ipynb")
    for _ in range(3):
        assert run_all(page) == {"well": True, "not_run": 0, "errors": []}
        page.wait_for_selector(".gc-widget")
        assert page.locator(".gc-widget").count() == 1
    assert page.locator(".jp-OutputArea-executeResult").last.inner_text().split() == ["[9]:", "2"]

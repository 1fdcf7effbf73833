"""A cell that was run too early: below the NameError stands which cell makes the name."""

import os

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gencourse.course.guide import cell_that_makes, names_made
from gencourse.course.lessons import find
from gencourse.runs.execute import QUIET

LESSON = nbformat.read(find("00").path, as_version=4)
PARAMETERS, BEGIN, IMPORTS, *_, MAP, REVIEW, RECORD = [cell.source for cell in LESSON.cells if cell.cell_type == "code"]


def run(*sources, allow_errors=True):
    """Cells in a real kernel, in this order; the texts that each one printed, and its error."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=cells), kernel_name="python3", allow_errors=allow_errors, extra_arguments=QUIET
    )
    client.execute(env=os.environ)
    return [
        ["".join(output.get("text", f"{output.get('ename')}: {output.get('evalue')}")) for output in cell.outputs]
        for cell in cells
    ]


@pytest.mark.kernel
def test_a_cell_that_was_run_too_early_says_which_to_run_first():
    early, _, begun, unmade, stranger = run(BEGIN, PARAMETERS, BEGIN, MAP, "print(spam)")
    assert early[0] == "NameError: name 'preset' is not defined"
    assert early[1].startswith('`preset` is made by the cell that begins with\n\n    preset: str = "quick"\n')
    assert "Run that cell first" in early[1] and "Run All Above Selected Cell" in early[1]
    assert len(begun) == 1 and begun[0].startswith("Start here: preset=quick")
    assert unmade[0] == "NameError: name 'CourseMap' is not defined"
    assert unmade[1].startswith("`CourseMap` is made by the cell that begins with\n\n    import platform\n")
    assert stranger == ["NameError: name 'spam' is not defined"]  # no cell of the lesson makes it


@pytest.mark.kernel
def test_headless_it_is_the_error_that_it_was():
    with pytest.raises(CellExecutionError) as caught:
        run(BEGIN, allow_errors=False)
    assert (caught.value.ename, caught.value.evalue) == ("NameError", "name 'preset' is not defined")


def test_of_cells_that_make_a_name_it_is_the_last_before_the_lesson_s_own():
    cells = [cell.source for cell in nbformat.read(find("03").path, as_version=4).cells if cell.cell_type == "code"]
    makers = [cell for cell in cells if "model" in names_made(cell)]
    assert len(makers) == 2
    assert cell_that_makes("model", "03", cells[cells.index(makers[1]) + 2]) == makers[1]
    assert cell_that_makes("model", "03", makers[1]) == makers[0]
    assert cell_that_makes("model", "03", "a cell of one's own") == makers[0]
    assert cell_that_makes("model", "03", cells[2]) == cell_that_makes("model", "99", cells[3]) == ""


def test_names_that_a_cell_makes():
    cell = """
import a.b as c, os.path
from d import e as f
g: int = 3
def h(): local = 1
class I: inner = 1
for j in []: k = 1
with l as m: pass
if (n := 3): use(o)
p, (q, *r) = s
[t for t in u]
"""
    assert names_made(cell) == {*"cfghIjkmnpqr", "os"}
    assert names_made("%%time\nx = 1") == names_made("x = (") == set()


@pytest.mark.kernel
def test_the_course_s_first_instruction_done_to_the_letter():
    """Click into the cell below, press Shift + Enter, and twice more."""
    places = [k for k, cell in enumerate(LESSON.cells) if "Click into the cell below" in cell.source]
    assert len(places) == 1 and "Press it twice more" in LESSON.cells[places[0]].source
    below = LESSON.cells[places[0] + 1 : places[0] + 4]
    assert [cell.cell_type for cell in below] == ["code"] * 3
    texts = run(*[cell.source for cell in below], allow_errors=False)
    assert texts[0] == [] and texts[1][0].startswith("Start here: preset=quick") and texts[2][0].startswith("Python")

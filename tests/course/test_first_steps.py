"""The course's first instruction, done to the letter on a fresh kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

from gencourse.course.lessons import LESSONS, find

pytestmark = pytest.mark.kernel


def test_shift_and_enter_on_the_cells_that_the_words_point_at():
    """Each `Shift + Enter` of lesson 00's first section stands above the cell that it means, and that cell runs."""
    notebook = nbformat.read(find("00").path, as_version=4)
    asked = [
        notebook.cells[i + 1]
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and "**Shift + Enter**" in cell.source
    ]
    assert len(asked) == 2 and all(cell.cell_type == "code" for cell in asked)
    assert asked == [cell for cell in notebook.cells if cell.cell_type == "code"][:2]
    NotebookClient(nbformat.v4.new_notebook(cells=asked), kernel_name="python3", timeout=120).execute()


def test_what_is_run_before_its_parameters_says_which_cell_to_run_first():
    lesson = nbformat.read(LESSONS[1].path, as_version=4)
    begin = [cell for cell in lesson.cells if cell.cell_type == "code"][1]
    notebook = nbformat.v4.new_notebook(cells=[begin])
    NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True).execute()
    error, told = (
        next(output for output in notebook.cells[0].outputs if output.output_type == kind)
        for kind in ("error", "stream")
    )
    assert error.ename == "NameError" and "Run that cell first." in told.text and "preset: str" in told.text

"""Refreshing a small notebook: what is stored, and what is left as it was."""

import nbformat
import pytest

from gencourse.course.lesson import RECORD
from gencourse.runs.execute import WIDGET_VIEW
from gencourse.runs.refresh import refresh, still

PROGRESS = """
import sys
from tqdm.auto import tqdm
for _ in tqdm(range(2), unit="step"): pass
"""
WIDGET = """
from IPython.display import display
import ipywidgets
class Pictured(ipywidgets.IntSlider):
    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": "a picture", "text/markdown": "*a picture*"}
display(Pictured())
"""


@pytest.mark.kernel
def test_refreshed_notebooks_hold_stills_and_no_state(make):
    path, said = make(WIDGET, PROGRESS, "lesson.record(seven=7)"), []
    refresh(["00"], said.append)
    stored = nbformat.read(path, as_version=4)
    begun, picture, record = [output for cell in stored.cells for output in cell.get("outputs", [])]
    assert begun.text.startswith("Start here:")
    assert dict(picture.data) == {"text/plain": "a picture", "text/markdown": "*a picture*"}
    assert record.data[RECORD]["results"] == {"seven": 7}
    assert "widgets" not in stored.metadata and stored.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in stored.cells] == [f"cell-{k}" for k in range(5)]
    assert said[0].startswith("[1/1] 00-start-here") and said[0].endswith("written")

    refresh([], said.append)
    assert said[1].endswith("unchanged")


@pytest.mark.kernel
def test_a_notebook_that_fails_is_left_as_it_was(make):
    path = make("1 / 0")
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="00-start-here.ipynb failed, and is left as it was: ZeroDivisionError"):
        refresh([])
    assert path.read_bytes() == before and list(path.parent.glob("*.part")) == []


@pytest.mark.kernel
def test_a_notebook_that_grew_too_large_is_left_as_it_was(make):
    path = make("print('x' * 1_500_000)")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"would take 1\.50 MB; allowed is 1\.5 MB: make its figures smaller"):
        refresh([])
    assert path.read_bytes() == before


def test_what_a_still_keeps():
    view = {WIDGET_VIEW: {"model_id": "0"}}
    kept = nbformat.v4.new_output("display_data", data=view | {"image/png": "…"}, metadata={WIDGET_VIEW: {}})
    bar = nbformat.v4.new_output("display_data", data=view | {"text/plain": "100%"})
    text_bar = nbformat.v4.new_output("stream", name="stderr", text="100%|██| 9/9 [00:01, 7.0step/s]")
    warning = nbformat.v4.new_output("stream", name="stderr", text="careful")
    times = {"execution": {"shell.execute_reply": "2026"}}
    cell = nbformat.v4.new_code_cell("", outputs=[kept, bar, text_bar, warning], metadata=times)
    notebook = still(nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}}))
    assert [output.output_type for output in notebook.cells[0].outputs] == ["display_data", "stream"]
    assert notebook.cells[0].outputs[0] == {"output_type": "display_data", "data": {"image/png": "…"}, "metadata": {}}
    assert notebook.cells[0].outputs[1].text == "careful"
    assert notebook.cells[0].metadata == {} and "widgets" not in notebook.metadata

"""Running and refreshing small notebooks of the test's own; the lessons themselves are in test_lessons.py."""

import sys
from dataclasses import replace

import nbformat
import pytest

from gencourse.course.lesson import RECORD
from gencourse.course.lessons import LESSONS
from gencourse.runs import refresh as refresh_module
from gencourse.runs import run as run_module
from gencourse.runs.execute import WIDGET_VIEW
from gencourse.runs.refresh import refresh, still
from gencourse.runs.run import run
from gencourse.support import places

METADATA = {"language_info": {"name": "python"}}
PARAMETERS = 'preset: str = "quick"\nseed: int = 0'
BEGIN = 'import gencourse\n\nlesson = gencourse.begin("00", preset=preset, seed=seed)'
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


@pytest.fixture
def make(tmp_path, monkeypatch):
    """A function that writes cells as lesson 00, and tells its path."""
    spec = replace(LESSONS[0])
    monkeypatch.setattr(places, "NOTEBOOKS", tmp_path)
    for module in (run_module, refresh_module):
        monkeypatch.setattr(module, "LESSONS", (spec,))

    def write(*cells):
        made = [
            nbformat.v4.new_code_cell(source, id=f"cell-{k}") for k, source in enumerate((PARAMETERS, BEGIN, *cells))
        ]
        made[0].metadata["tags"] = ["parameters"]
        path = tmp_path / f"{spec.name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=METADATA), path)
        return path

    return write


def outputs(path):
    return [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]


def test_refreshed_notebooks_hold_stills_and_no_state(make):
    path, said = make(WIDGET, PROGRESS, "lesson.record(seven=7)"), []
    refresh(["00"], said.append)
    stored = nbformat.read(path, as_version=4)
    begun, picture, record = outputs(path)
    assert begun.text.startswith("Start here:")
    assert dict(picture.data) == {"text/plain": "a picture", "text/markdown": "*a picture*"}
    assert record.data[RECORD]["results"] == {"seven": 7}
    assert "widgets" not in stored.metadata and stored.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in stored.cells] == [f"cell-{k}" for k in range(5)]
    assert said[0].startswith("[1/1] 00-start-here") and said[0].endswith("written")

    refresh([], said.append)
    assert said[1].endswith("unchanged")


def test_a_notebook_that_fails_is_left_as_it_was(make):
    path = make("1 / 0")
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="00-start-here.ipynb failed, and is left as it was: ZeroDivisionError"):
        refresh([])
    assert path.read_bytes() == before and list(path.parent.glob("*.part")) == []


def test_a_notebook_that_grew_too_large_is_left_as_it_was(make):
    path = make("print('x' * 1_000_000)")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"would take 1\.00 MB; allowed is 1 MB: make its figures smaller"):
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


def test_a_run_that_fails_does_not_stop_the_rest(make, monkeypatch, tmp_path):
    make("assert seed == 0, 'seed is not nought'", "lesson.record(n=1)")
    monkeypatch.setattr(run_module, "LESSONS", run_module.LESSONS * 2)
    said = []
    assert run([], {"seed": 5}, tmp_path / "runs", said.append) == ["00-start-here", "00-start-here"]
    assert len(said) == 2 and said[1].startswith("[2/2] 00-start-here  FAILED")
    assert "AssertionError: seed is not nought" in said[1]
    kept = outputs(tmp_path / "runs" / "00-start-here-seed=5.ipynb")
    assert any(output.output_type == "error" for output in kept)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not Windows'")
def test_a_kernel_that_dies_is_a_failure_like_others(make, tmp_path):
    make("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    said = []
    assert run([], {}, tmp_path / "runs", said.append) == ["00-start-here"]
    assert "FAILED: the kernel died" in said[0]

"""A lesson 00 of the test's own; the lessons themselves are in test_lessons.py."""

import nbformat
import pytest

from gencourse.course.lessons import LESSONS
from gencourse.runs import refresh, run
from gencourse.support import places

METADATA = {"language_info": {"name": "python"}}
PARAMETERS = 'preset: str = "quick"\nseed: int = 0'
BEGIN = 'import gencourse\n\nlesson = gencourse.begin("00", preset=preset, seed=seed)'


@pytest.fixture
def make(tmp_path, monkeypatch):
    """A function that writes cells as lesson 00, the only one there is, and tells its path."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(places, "NOTEBOOKS", folder)
    monkeypatch.setenv("GENCOURSE_THREADS", "1")
    for module in (run, refresh):
        monkeypatch.setattr(module, "LESSONS", LESSONS[:1])

    def write(*cells):
        sources = enumerate((PARAMETERS, BEGIN, *cells))
        made = [nbformat.v4.new_code_cell(source, id=f"cell-{k}") for k, source in sources]
        made[0].metadata["tags"] = ["parameters"]
        path = folder / f"{LESSONS[0].name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=METADATA), path)
        return path

    return write

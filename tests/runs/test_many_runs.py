"""docs/many-runs.md, done by somebody who opens a notebook and follows it."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gencourse.runs.execute import QUIET

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "many-runs.md").read_text(encoding="utf-8")
ELSEWHERE = "import pathlib\nfrom gencourse.support import places\nplaces.made = lambda: pathlib.Path.cwd()"


@pytest.mark.kernel
@pytest.mark.slow
def test_an_experiment_of_ones_own(tmp_path):
    section = GUIDE.split("## An experiment of your own")[1].split("\n## ")[0]
    cells = [ELSEWHERE, *re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}, extra_arguments=QUIET
    )
    client.execute()
    said = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    assert "kl, beta 4.0 − 1.0: -" in said and "(3 seeds, 95 %): a difference" in said
    assert any("image/png" in output.get("data", {}) for output in notebook.cells[-1].outputs)
    assert len((tmp_path / "evidence" / "my-beta.csv").read_text().splitlines()) == 10

import math

import nbformat
import pandas as pd
import pytest

from gencourse.course.lesson import RECORD
from gencourse.runs.collect import collect, write


@pytest.fixture
def runs(tmp_path):
    """Four files: a good run, one that failed, one that recorded nothing, and one that is no notebook."""
    record = {
        "lesson": "10-training-a-vae",
        "parameters": {"seed": 1, "beta": 4.0},
        "seconds": 12.5,
        "results": {"elbo": -80.5, "worst": "nan", "of": "digits"},
    }
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="beta is wrong\nand more", traceback=[])
    outputs = {
        "good": [nbformat.v4.new_output("display_data", data={RECORD: record, "text/plain": "…"})],
        "failed": [error],
        "silent": [nbformat.v4.new_output("stream", text="nothing")],
    }
    for name, output in outputs.items():
        cell = nbformat.v4.new_code_cell("…", outputs=output)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    (tmp_path / "torn.ipynb").write_text('{"cells": [')
    return [tmp_path / f"{name}.ipynb" for name in ("good", "failed", "silent", "torn")]


def test_a_row_for_each_notebook(runs):
    table = collect(runs)
    assert table["file"].tolist() == [str(path) for path in runs]
    assert table["status"].tolist() == ["ok", "failed: ValueError: beta is wrong", "no record", "not a notebook"]
    good = table.iloc[0]
    assert (good["lesson"], good["seed"], good["beta"], good["seconds"]) == ("10-training-a-vae", 1, 4.0, 12.5)
    assert (good["elbo"], good["of"]) == (-80.5, "digits") and math.isnan(good["worst"])
    assert table["worst"].dtype == float


@pytest.mark.parametrize(("name", "read"), [("t.csv", pd.read_csv), ("t.parquet", pd.read_parquet)])
def test_a_table_is_written_and_read(runs, tmp_path, name, read):
    to = tmp_path / "new" / name
    write(collect(runs), to)
    assert read(to)["elbo"].tolist()[0] == -80.5
    assert [path.name for path in to.parent.iterdir()] == [name], "nothing temporary is left"


def test_another_ending_is_not_written(runs, tmp_path):
    with pytest.raises(ValueError, match=r"t.txt: allowed endings are .csv and .parquet"):
        write(collect(runs), tmp_path / "t.txt")


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="give the notebooks of your runs"):
        collect([tmp_path / "no.ipynb"])

"""collect(): many run notebooks in, one table out."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from gencourse.course.lesson import RECORD
from gencourse.support.files import whole

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # words in a record, as JSON has no such numbers


def collect(paths: Iterable[str | Path]) -> pd.DataFrame:
    """One row for each notebook: its file, its parameters, what it recorded, and how it ended.

    The column `status` says "ok", "failed: …" with the error's first line, "no record", or "not a notebook".

    Raises:
        FileNotFoundError: when a path is not there.
    """
    rows = [_row(Path(path)) for path in paths]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame(rows, columns=columns)


def write(table: pd.DataFrame, to: Path) -> None:
    """Write the table as .csv or .parquet, whole or not at all.

    Raises:
        ValueError: on another ending.
    """
    if to.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{to}: allowed endings are .csv and .parquet")
    with whole(to) as temporary:
        if to.suffix == ".csv":
            table.to_csv(temporary, index=False)
        else:
            table.to_parquet(temporary, index=False)


def _row(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there; give the notebooks of your runs, e.g. runs/*.ipynb")
    row: dict[str, Any] = {"file": str(path), "status": "no record"}
    try:
        notebook = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError):
        return row | {"status": "not a notebook"}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        if RECORD in output.get("data", {}):
            record = output["data"][RECORD]
            row |= {"lesson": record["lesson"], **record["parameters"]}
            row |= {name: _NOT_FINITE.get(value, value) for name, value in record["results"].items()}
            row |= {"seconds": record.get("seconds"), "status": "ok"}
    errors = [output for output in outputs if output["output_type"] == "error"]
    if errors:
        first_line = str(errors[0]["evalue"]).split("\n")[0]
        row["status"] = f"failed: {errors[0]['ename']}: {first_line}"
    return row

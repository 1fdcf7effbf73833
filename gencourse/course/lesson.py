"""begin(): a lesson's first line. It checks the parameters, seeds, picks the device, and says what it chose."""

import ast
import html
import math
import random
import time
from typing import Any

from gencourse.course import guide
from gencourse.course.lessons import Spec, find
from gencourse.course.parameters import check
from gencourse.support.shell import shell
from gencourse.support.threads import wished_threads

# Here and not in `begin`, which is looked up before its arguments: the first cell that is run too early is its own.
guide.watch()

RECORD = "application/vnd.gencourse.record+json"
COLUMNS = ("file", "lesson", "status", "seconds")  # of the table that collect makes, besides parameters and results


class Lesson:
    """A running lesson: its parameters are attributes, `device` is where to train, `record` keeps results."""

    def __init__(self, spec: Spec, parameters: dict[str, Any], device: str):
        self.spec, self.name, self.parameters, self.device = spec, spec.name, parameters, device
        self._started = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        parameters = self.__dict__.get("parameters", {})
        if name in parameters:
            return parameters[name]
        raise AttributeError(f"the lesson has no {name!r}; its parameters are {', '.join(parameters)}")

    def __repr__(self) -> str:
        return f"Lesson({self.name}, {', '.join(f'{k}={v!r}' for k, v in self.parameters.items())})"

    def quiz(self, name: str) -> Any:
        """The quiz `name` of the lesson; course/quizzes/ has its words.

        Raises:
            ValueError: when there is none of that name.
        """
        from gencourse.course import asking

        return asking.quiz(self.spec, name)

    def review(self) -> None:
        """Show the quizzes, of all lessons, that went wrong and are to be asked again today."""
        from IPython.display import display

        from gencourse.course import asking
        from gencourse.course.review import due

        waiting = due()
        for lesson, name in waiting:
            display(asking.quiz(lesson, name))
        if not waiting:
            print("Nothing to ask again today.")

    def predict(self, name: str) -> Any:
        """Ask what the reader expects; course/predictions/ has the question. What is said is kept.

        Raises:
            ValueError: when there is none of that name.
        """
        from gencourse.course import asking

        return asking.predict(self.spec, name)

    def reveal(self, name: str, result: Any, figure: Any = None, *, words: str = "") -> Any:
        """Show what was predicted and what came out, covered until the reader has said, or asks to see it.

        Args:
            name: the prediction's.
            result: a number; the words of the choice; the items in their order; or the heights of a curve, at equal
                distances along its axis.
            figure: a matplotlib Figure that belongs to it, under the cover too. The prediction's `alt` says what it
                shows, as the cell may give nothing away.
            words: a table or some lines that belong to it, under the cover too.

        Raises:
            ValueError: when there is no such prediction, or the result is not of its kind.
        """
        from gencourse.course import asking

        return asking.reveal(self.spec, name, result, figure, words)

    def record(self, **results: float | int | str) -> None:
        """Keep results in the notebook's output, where `gencourse collect` finds them, and show them as a table.

        Raises:
            TypeError: on a result that is not a number or a word.
            ValueError: on a result with the name of a parameter: both become columns of one table.
        """
        from IPython.display import display

        if taken := [name for name in results if name in self.parameters or name in COLUMNS]:
            raise ValueError(f"record({taken[0]}=…): a column of the table has that name already; choose another")
        clean = {name: _plain(name, value) for name, value in results.items()}
        seconds = round(time.monotonic() - self._started, 1)
        results = {name: _for_json(value) for name, value in clean.items()}
        content = {"lesson": self.name, "parameters": self.parameters, "results": results, "seconds": seconds}
        width = max(map(len, clean), default=0)
        shown = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in clean.items()}
        text = "\n".join(f"{name:<{width}}  {value}" for name, value in shown.items())
        rows = "".join(
            f"<tr><th style='text-align:left'>{n}</th><td>{html.escape(v)}</td></tr>" for n, v in shown.items()
        )
        display({RECORD: content, "text/plain": text, "text/html": f"<table>{rows}</table>"}, raw=True)


def begin(name: str, **parameters: Any) -> Lesson:
    """Start the lesson `name` with its parameters.

    Everything is checked before anything runs: unknown names (those that papermill injected too), types, ranges,
    and that the data set is at hand or can be fetched. Then Python's, NumPy's and torch's random numbers are
    seeded, threads and device chosen, and the figures' style set.

    Raises:
        ParameterError: naming every parameter that is not allowed.
        gencourse.data.fetch.DataNotFound: when the data set is not here and cannot be fetched.
    """
    spec = find(name)
    strangers = {name: None for name in _injected() if name not in spec.parameters}
    checked = check(spec.name, spec.parameters, strangers | parameters)
    if "dataset" in checked:
        _require(checked["dataset"])
    device, threads = _settle(checked["seed"])
    chosen = ", ".join(f"{key}={value}" for key, value in checked.items())
    print(f"{spec.title}: {chosen}; on {device} with {threads} threads")
    return Lesson(spec, checked, device)


def _injected() -> list[str]:
    """The names in papermill's injected cell, which begins with `# Parameters`; the notebook may not know them.

    Of a cell that was corrected and run again, the last run counts.
    """
    running = shell()
    cells = [cell for cell in (running.user_ns.get("In", []) if running else []) if cell.startswith("# Parameters\n")]
    statements = ast.parse(cells[-1]).body if cells else []
    assigned = [target for statement in statements if isinstance(statement, ast.Assign) for target in statement.targets]
    return [target.id for target in assigned if isinstance(target, ast.Name)]


def _require(dataset: str) -> None:
    """Fetch the data set if it is one of those that are downloaded and it is not here."""
    from gencourse.data import DOWNLOADED
    from gencourse.data.fetch import available, fetch

    if dataset in DOWNLOADED and not available(dataset):
        fetch(dataset)


def _settle(seed: int) -> tuple[str, int]:
    """Seed, choose threads (GENCOURSE_THREADS) and device, set the style; returns device and threads."""
    import numpy as np
    import torch

    from gencourse.figures import use_style

    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    if wish := wished_threads():
        torch.set_num_threads(wish)
    use_style()
    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return device, torch.get_num_threads()


def _plain(name: str, value: Any) -> float | int | str:
    """`value` as JSON knows it; tensors and NumPy numbers of one element count as numbers."""
    if math.prod(getattr(value, "shape", (0,))) == 1:  # of a tensor or a NumPy array or number
        value = value.item()
    if not isinstance(value, bool | int | float | str):
        raise TypeError(f"record({name}={value!r}): allowed are numbers and words; take .mean() or float() of it first")
    return value


def _for_json(value: float | int | str) -> float | int | str:
    """JSON has no NaN and no infinity: they are kept as words, which `collect` turns back."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value

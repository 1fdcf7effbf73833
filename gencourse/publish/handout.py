"""handout(): lessons as an nbgrader course. The answers are the package's own functions, and the marks its checks.

What nbgrader expects is told in docs/classroom.md and https://nbgrader.readthedocs.io: source notebooks with solutions
between markers, which its `generate_assignment` takes out of what the students get, together with the hidden tests.
"""

import ast
import builtins
import inspect
import re
import secrets
import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat

from gencourse.course.lessons import LESSONS, Spec, find
from gencourse.course.questions import TEACHERS, encode
from gencourse.course.tasks import Task, tasks_of
from gencourse.exercises.checking.exercise import Exercise
from gencourse.support import places

CONFIG = "nbgrader_config.py"
NOTES = '{"solved": {}}\n'  # empty: what the student says is kept here, and handed in
HIDDEN = 2  # seeds of hidden checks, besides the one that the students see
INTRO = """This copy is marked: {exercises}, {points}. The cell under each exercise gives the marks, by the share of
its checks that pass; when you hand in, more checks are added, with other numbers. Change what you like, but leave those
cells as they are, and keep the file's name."""
GRADED = """\
# {points}, by the share of the checks that pass. Leave this cell as it is.
from gencourse.exercises.checking.grading import grade

grade("{exercise}", "{answer}", points={number:g}, seeds=[
    0,
    ### BEGIN HIDDEN TESTS
    {seeds},
    ### END HIDDEN TESTS
])"""


def handout(
    names: list[str],
    to: Path,
    *,
    add: bool = False,
    quizzes: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Make the nbgrader course `to` with an assignment for each lesson; all is checked before anything is written.

    Args:
        add: whether `to` is a course already, to which the lessons are added.
        quizzes: a teacher's own questions, which are put beside each notebook.

    Raises:
        ParameterError: on a lesson that there is not.
        ValueError: on a lesson without exercises, or with one in a form that cannot be handed out; on a file of
            questions with a fault in it.
        FileExistsError: when `to` has something in it, or with `add` the lesson.
        FileNotFoundError: when with `add` it is no course.
    """
    specs = list({spec.name: spec for spec in map(find, names)}.values())
    _check_folder(to, specs, add)
    notebooks = {spec.name: assignment(spec) for spec in specs}
    theirs = encode(quizzes) if quizzes else b""
    for name, notebook in notebooks.items():
        path = to / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
        (path.parent / places.NOTES_BESIDE).write_text(NOTES, encoding="utf-8")
        if theirs:
            (path.parent / TEACHERS).write_bytes(theirs)
        total = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells)
        say(f"{path}  {_count(total, 'point')}")
    if not add:
        shutil.copy(Path(__file__).with_name(CONFIG), to)
    say(f"Next, in {to.resolve()}: nbgrader generate_assignment {specs[0].name}")


def _check_folder(to: Path, specs: list[Spec], add: bool) -> None:
    if add and not (to / CONFIG).exists():
        raise FileNotFoundError(f"{to} is no course to add to: there is no {CONFIG} in it")
    if not add and to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise FileExistsError(f"{to} is there already; name a new folder, or give --add to add lessons to a course")
    for spec in specs:
        if (to / "source" / spec.name).exists():
            raise FileExistsError(f"{to / 'source' / spec.name} is there already; delete it to have it made anew")


def assignment(spec: Spec) -> Any:
    """The lesson as nbgrader's source notebook: solutions and hidden checks in it, outputs cleared."""
    notebook = nbformat.read(spec.path, as_version=4)
    tasks = {task.cell.id: task for task in tasks_of(notebook.cells)}
    if not tasks:
        raise ValueError(f"lesson {spec.name} has no exercises: there is nothing to mark in it")
    total = sum(task.exercise.points for task in tasks.values())
    intro = INTRO.format(exercises=_count(len(tasks), "exercise"), points=_count(total, "point"))
    title = notebook.cells[0]
    title.source = _relink(title.source)
    cells = [title, nbformat.v4.new_markdown_cell(intro.replace("\n", " "), id="marked")]
    for cell in notebook.cells[1:]:
        cells.append(cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = _relink(cell.source)
        if task := tasks.get(cell.id):
            cell.source = _with_solution(task)
            cell.metadata["nbgrader"] = _metadata(task.name, solution=True)
            cells.append(_graded(task))
    notebook.cells = cells
    return notebook


def solution(exercise: Exercise) -> str:
    """The package's own answer as lines of code: what it imports, its helpers, and the function itself."""
    functions = (*exercise.helpers, exercise.reference)
    sources = [textwrap.dedent(inspect.getsource(function)).rstrip() for function in functions]
    own = {function.__name__ for function in functions}
    plain: set[str] = set()
    parts: dict[str, set[str]] = {}
    for function, source in zip(functions, sources, strict=True):
        known = vars(inspect.getmodule(function))
        used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} - own
        for name in used & set(known) - set(vars(builtins)):
            if isinstance(known[name], ModuleType):
                plain.add(_import(name, known[name].__name__))
            else:
                parts.setdefault(_home(name, known[name], function.__module__), set()).add(name)
    imports = sorted(plain) + [f"from {home} import {', '.join(sorted(parts[home]))}" for home in sorted(parts)]
    return "\n\n".join(["\n".join(imports), *sources] if imports else sources)


def _import(name: str, module: str) -> str:
    """The statement that gives `module` the name `name`."""
    parent, _, last = module.rpartition(".")
    if last != name:
        return f"import {module} as {name}"
    return f"from {parent} import {name}" if parent else f"import {name}"


def _home(name: str, value: Any, module: str) -> str:
    """The module to import `name` from: where `value` was defined, if it is there, else the one that uses it."""
    home = getattr(value, "__module__", "")
    return home if getattr(sys.modules.get(home), name, None) is value else module


def _with_solution(task: Task) -> str:
    """The cell's source with the package's answer instead of the dots, between nbgrader's markers."""
    arguments = ", ".join(argument.arg for argument in task.stub.args.args)
    body = f"{solution(task.exercise)}\n\nreturn {task.exercise.name}({arguments})"
    dots = task.stub.body[-1]
    lines = task.cell.source.splitlines()
    indented = textwrap.indent(f"### BEGIN SOLUTION\n{body}\n### END SOLUTION", " " * dots.col_offset)
    return "\n".join([*lines[: dots.lineno - 1], indented, *lines[dots.lineno :]])


def _graded(task: Task) -> Any:
    points = task.exercise.points
    seeds = ", ".join(str(secrets.randbelow(2**31)) for _ in range(HIDDEN))
    source = GRADED.format(
        points=_count(points, "point"), number=points, exercise=task.name, answer=task.stub.name, seeds=seeds
    )
    metadata = {"nbgrader": _metadata(f"{task.name}-marks", points=points)}
    return nbformat.v4.new_code_cell(source, metadata=metadata, id=f"{task.cell.id}-marks")


def _metadata(grade_id: str, *, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    """nbgrader's own, schema 3: a cell is the student's (a solution) or gives marks, and is then locked."""
    graded = points is not None
    about = {
        "grade_id": grade_id,
        "grade": graded,
        "solution": solution,
        "locked": graded,
        "task": False,
        "schema_version": 3,
    }
    return about | ({"points": points} if graded else {})


def _relink(markdown: str) -> str:
    """Links to other lessons, each of which lies in a folder of its own here."""
    names = "|".join(spec.name for spec in LESSONS)
    return re.sub(rf"\]\(({names})\.ipynb", r"](../\1/\1.ipynb", markdown)


def _count(number: float, thing: str) -> str:
    return f"{number:g} {thing}{'' if number == 1 else 's'}"

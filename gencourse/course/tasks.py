"""The exercises that a lesson asks, read from its notebook: the one answer to which they are, and in what order."""

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gencourse import exercises
from gencourse.course.lessons import Spec
from gencourse.exercises.checking.exercise import Exercise


@dataclass(frozen=True)
class Task:
    """An exercise as a lesson asks it: the cell, the function of dots in it, and the exercise's name."""

    cell: Any
    stub: ast.FunctionDef
    name: str

    @property
    def exercise(self) -> Exercise:
        """The exercise that checks it."""
        found: Exercise = getattr(exercises, self.name)
        return found


def tasks_of(cells: Iterable[Any]) -> list[Task]:
    """The exercises among a notebook's cells, in the order in which they stand.

    Raises:
        ValueError: on a cell that checks an answer and is not a function of dots with its check at the end.
    """
    return [_task(cell) for cell in cells if cell["cell_type"] == "code" and ".check(my_" in "".join(cell["source"])]


def exercises_of(lesson: Spec) -> list[str]:
    """The names of the exercises that a lesson asks, in order."""
    notebook = json.loads(lesson.path.read_text(encoding="utf-8"))
    return [task.name for task in tasks_of(notebook["cells"])]


def _task(cell: Any) -> Task:
    """A function of dots, and at the end `exercise.check(my_function)`."""
    source = "".join(cell["source"])
    match ast.parse(source).body:
        case [
            *_,
            ast.FunctionDef(name=answer, body=[*_, ast.Expr(value=ast.Constant(value=dots))]) as stub,
            ast.Expr(ast.Call(ast.Attribute(ast.Name(id=name), "check"), [ast.Name(id=checked)])),
        ] if dots is ... and checked == answer and name in exercises.names():
            return Task(cell, stub, name)
    raise ValueError(f"{cell['id']}: an exercise's cell is a function of dots, then its check; here is\n{source}")

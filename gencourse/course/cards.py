"""The cards of a lesson: above each exercise's stub a cell with its question, written from the exercise itself."""

from typing import Any

import nbformat

from gencourse.course.tasks import tasks_of


def card_id(name: str) -> str:
    """The id of the cell that holds the question of the exercise `name`."""
    return f"card-{name.replace('_', '-')}"


def write_cards(notebook: Any) -> None:
    """Put each exercise's card above its stub, or anew where it stands already; cards of no exercise go."""
    tasks = {task.cell["id"]: task for task in tasks_of(notebook.cells)}
    cells = []
    for cell in notebook.cells:
        if cell["id"].startswith("card-"):
            continue
        if task := tasks.get(cell["id"]):
            cells.append(nbformat.v4.new_markdown_cell(task.exercise.card.markdown(), id=card_id(task.name)))
        cells.append(cell)
    notebook.cells = cells

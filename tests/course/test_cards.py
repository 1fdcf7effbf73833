"""Each exercise's question stands above its stub, and says what the exercise says."""

import copy

import nbformat
import pytest
import torch

from gencourse import exercises
from gencourse.course.cards import card_id, write_cards
from gencourse.course.lessons import LESSONS
from gencourse.course.tasks import tasks_of


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name[:2])
def test_every_exercise_has_its_question_above_it(lesson):
    notebook = nbformat.read(lesson.path, as_version=4)
    ids = [cell.id for cell in notebook.cells]
    for task in tasks_of(notebook.cells):
        card = notebook.cells[ids.index(task.cell.id) - 1]
        assert card.id == card_id(task.name) and task.exercise.question in card.source, "gencourse notebooks --cards"
    fresh = copy.deepcopy(notebook)
    write_cards(fresh)
    assert fresh.cells == notebook.cells, "a card is old: gencourse notebooks --cards"


@pytest.mark.parametrize("name", exercises.names())
def test_the_card_says_all_that_one_must_know(name):
    exercise = getattr(exercises, name)
    said = exercise.card.markdown()
    for argument in exercise.trials()[0]:
        assert f"`{argument}`" in exercise.question or argument in exercise.question, argument
    assert f"{name}(" in exercise.question and exercise.card.compared in said
    for line in exercise.card.example:
        assert "tensor of shape" not in line, "an example small enough to be written out"


@pytest.mark.parametrize("name", exercises.names())
def test_the_example_is_made_by_hand_and_small(name):
    exercise = getattr(exercises, name)
    trial = exercise.trials()[0]
    assert list(exercise.example) == list(trial), "the arguments by name, in the order of the call"
    numbers = 0
    for argument, value in exercise.example.items():
        assert isinstance(value, torch.Tensor) == isinstance(trial[argument], torch.Tensor), argument
        if isinstance(value, torch.Tensor):
            assert (value.dtype, value.ndim) == (trial[argument].dtype, trial[argument].ndim), argument
        numbers += value.numel() if isinstance(value, torch.Tensor) else 1
    assert numbers <= 24, "few enough to work through on paper"


def test_each_exercise_has_a_title_of_its_own():
    titles = {name: getattr(exercises, name).title for name in exercises.names()}
    assert [name for name, title in titles.items() if title in ("", name)] == []
    assert len(set(titles.values())) == len(titles)


def test_a_card_is_written_once_and_an_old_one_goes():
    notebook = nbformat.read(LESSONS[0].path, as_version=4)
    before = [cell.id for cell in notebook.cells]
    write_cards(notebook)
    write_cards(notebook)
    assert [cell.id for cell in notebook.cells] == before
    notebook.cells = [cell for cell in notebook.cells if ".check(my_" not in cell.source]
    write_cards(notebook)
    assert not any(cell.id.startswith("card-") for cell in notebook.cells)

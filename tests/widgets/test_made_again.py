"""A widget that is made again in its cell: the one before goes from ipywidgets' memory, IPython's and the page."""

import gc
import weakref

import anywidget
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from samples import SAMPLES

import gencourse.widgets
from gencourse.widgets import KLDirections
from gencourse.widgets.prediction import Prediction
from gencourse.widgets.quiz import Quiz
from gencourse.widgets.reveal import Reveal
from gencourse.widgets.shared.bundle import bundle

QUESTION = {"question": "Which?", "kind": "choice", "choices": ["this", "that"]}
QUESTIONS = {
    "quiz": lambda: Quiz(QUESTION),
    "prediction": lambda: Prediction(QUESTION),
    "reveal": lambda: Reveal(QUESTION, 1),
}
MAKERS = SAMPLES | QUESTIONS


@pytest.fixture(scope="module")
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell):
    """A function that runs a cell by its name, as JupyterLab does; afterwards all that the cells made is closed."""
    shell.user_ns.update(MAKERS=MAKERS, KLDirections=KLDirections)
    ran = set()

    def run(cell, source):
        ran.add(cell)
        with capture_output():
            return shell.run_cell(source, store_history=True, cell_id=cell)

    yield run
    shell.user_ns.clear()
    shell.init_user_ns()
    for cell in [*ran, *ran]:  # in any order: what one made another may show
        run(cell, "")


@pytest.fixture
def count():
    """A function that counts the widgets that ipywidgets holds."""
    return lambda: len(anywidget.AnyWidget.get_manager_state()["state"])


def test_there_is_a_maker_of_each_kind():
    assert {type(make()).__name__ for make in SAMPLES.values()} == set(gencourse.widgets.__all__)


def test_a_module_is_a_path_only_where_it_is_watched(monkeypatch):
    assert "export" in bundle("kl_directions")
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    assert bundle("kl_directions").name == "kl_directions.js"


def test_each_kind_is_closed_once_its_cell_has_made_another(shell, run, count):
    first = {}
    for name in MAKERS:
        run(name, f"made = MAKERS[{name!r}]()")
        first[name], before = weakref.ref(shell.user_ns["made"]), count()
        run(name, f"made = MAKERS[{name!r}]()")
        assert count() == before, name
    gc.collect()
    assert not [name for name, widget in first.items() if widget()]


def test_an_output_that_is_made_again_leaves_nothing_in_ipython(run, count):
    run("a", "MAKERS['quiz']()")
    before, first = count(), weakref.ref(run("a", "MAKERS['quiz']()").result)
    run("a", "MAKERS['quiz']()")
    for _ in range(3):  # IPython's _, __ and ___
        run("b", "1")
    gc.collect()
    assert count() == before and first() is None


def test_a_hundred_in_a_row_leave_one_of_them(run, count):
    before = count()
    for _ in range(100):
        run("a", "pair = KLDirections()")
    assert count() == before + 2  # the widget and its layout
    run("a", "del pair; 1 / 0")
    assert count() == before, "a cell that fails shows nothing either"


def test_one_that_another_cell_shows_stays_until_that_cell_is_run_again(run, count):
    before = count()
    run("a", "pair = MAKERS['quiz']()")
    run("b", "pair")
    run("a", "pair = MAKERS['quiz']()")
    assert count() == before + 4
    run("b", "pair")
    run("a", "pair = MAKERS['quiz']()")
    assert count() == before + 4, "the second is shown, the first is closed"


def test_one_that_a_name_holds_stays(run, count):
    before = count()
    run("a", "first = KLDirections()")
    run("a", "second = KLDirections()")
    assert count() == before + 4 and run("b", "first.comm is not None").result
    run("a", "first = second = None")
    assert count() == before


def test_cells_without_a_name_keep_theirs(run, count):
    before = count()
    for _ in range(2):
        run(None, "pair = KLDirections()")
    assert count() == before + 4

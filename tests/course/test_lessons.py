"""The committed lessons: executed, light, whole, and with the parameters that the package knows. nbval runs them."""

import ast
from pathlib import Path

import nbformat
import pytest

from gencourse.course.lessons import LESSONS, find
from gencourse.runs.execute import WIDGET_VIEW
from gencourse.runs.refresh import LANGUAGE, LIMIT

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_is_a_notebook_for_each_lesson_and_no_other():
    assert [path.stem for path in PATHS] == [spec.name for spec in LESSONS]


def test_it_is_executed_from_top_to_bottom_without_an_error(cells):
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]


def test_it_is_light_and_holds_no_widgets(path, cells):
    assert path.stat().st_size < LIMIT
    assert "widgets" not in nbformat.read(path, as_version=4).metadata
    assert not [output for cell in cells for output in cell.outputs if WIDGET_VIEW in output.get("data", {})]


def test_its_pictures_have_words_for_those_who_cannot_see_them(cells):
    pictures = [output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert pictures
    assert all(output.metadata.get("image/png", {}).get("alt") for output in pictures)


def test_its_title_is_the_one_of_the_list(path):
    first = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
    assert first == f"# {find(path.stem).title}"


def test_its_parameters_are_those_that_are_checked(path, cells):
    """Each with its type, its default and a comment, as `papermill --help-notebook` shows them."""
    (cell,) = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    assert cell is cells[0]
    statements = ast.parse(cell.source).body
    assert all("  # " in line for line in cell.source.splitlines())
    told = {node.target.id: (node.annotation.id, ast.literal_eval(node.value)) for node in statements}
    known = {name: parameter.default for name, parameter in find(path.stem).parameters.items()}
    assert told == {name: (type(default).__name__, default) for name, default in known.items()}


def test_begin_is_given_every_parameter(path, cells):
    """Else one that papermill sets would be ignored."""
    calls = [node for node in ast.walk(ast.parse(cells[1].source)) if isinstance(node, ast.Call)]
    (begin,) = [call for call in calls if ast.unparse(call.func) == "gencourse.begin"]
    assert find(ast.literal_eval(begin.args[0])).name == path.stem
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in begin.keywords}
    assert given == {name: name for name in find(path.stem).parameters}


def test_it_names_no_file_of_the_machine_it_ran_on(path):
    text = path.read_text(encoding="utf-8")
    assert str(FOLDER.parent) not in text and "/tmp/" not in text and "/home/" not in text


def test_it_says_its_language_and_no_version_so_that_a_script_of_it_ends_in_py(path):
    from nbconvert.exporters import ScriptExporter

    assert nbformat.read(path, as_version=4).metadata.language_info == LANGUAGE
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py" and "gencourse.begin(" in script


@pytest.mark.slow
def test_lesson_03_holds_with_the_smallest_queue_and_a_single_step():
    """The cells that use them, word for word, on a few images and with a short watch of the queue."""
    cells = nbformat.read(find("03").path, as_version=4).cells
    source = {cell.id: cell.source for cell in cells}
    world = dict(preset="quick", seed=0, dataset="sprites", encoder="conv", queue=32, backbone="", steps=1)
    smaller = "train, validation, test, labelled = train[:300], validation[:60], test[:60], train[:60]"
    for name in ("cell-02", "cell-03", smaller, "cell-15", "cell-17", "cell-18", "cell-22", "cell-37", "cell-43"):
        exec(source.get(name, name).replace("n_steps=80", "n_steps=8"), world)
    assert "n_steps=80" in source["cell-15"] and len(world["watched"][0.0][0][-1]) == 32
    assert len(world["rows"]) == 5 and world["along"]["step"] == [1]


@pytest.mark.parametrize("place", range(len(LESSONS)), ids=lambda place: LESSONS[place].name[:2])
def test_a_lesson_links_to_the_one_before_and_the_one_after(place):
    cells = [cell.source for cell in nbformat.read(LESSONS[place].path, as_version=4).cells]
    if place:
        assert f"]({LESSONS[place - 1].name}.ipynb)" in cells[0]
    if place + 1 < len(LESSONS):
        after = f"]({LESSONS[place + 1].name}.ipynb)"
        assert after in cells[0] or place == 0
        assert f"**Next:** [lesson {LESSONS[place + 1].name[:2]}" in cells[-1] and after in cells[-1]

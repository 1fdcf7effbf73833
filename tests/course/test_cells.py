"""A lesson shows the lines that are the lesson: short cells, and no more of them than there must be."""

import json

import pytest

from gencourse.course import cells
from gencourse.course.lessons import LESSONS, find


@pytest.mark.parametrize("number", cells.TREATED)
def test_a_lesson_whose_drawing_has_left_is_short(number):
    lines = cells.lines_in(find(number))
    assert lines.longest <= cells.LONGEST and lines.median <= cells.MEDIAN
    assert lines.total - cells.added_in(find(number)) <= cells.SHARE * cells.BEFORE[number]


@pytest.mark.parametrize("number", cells.ADDED)
def test_cells_that_are_counted_apart_are_there(number):
    assert set(cells.ADDED[number]) <= {cell["id"] for cell in cells._cells(find(number))}


def test_lines_are_those_of_code_cells_that_are_not_blank():
    code = [dict(cell_type="code", source=source) for source in ("a\n\nb\n", ["c\n", "  \n", "d\n", "e"], "f")]
    words = dict(cell_type="markdown", source="1\n2\n3\n4\n5")
    assert cells.lines_of([words, *code]) == cells.Lines(total=6, longest=3, median=2)
    with pytest.raises(ValueError, match="no code cell"):
        cells.lines_of([words])


def test_the_table_has_a_row_for_each_lesson():
    rows = cells.table().splitlines()[1:]
    assert [row[:2] for row in rows] == [lesson.name[:2] for lesson in LESSONS] == list(cells.BEFORE)
    assert all(("as it was" in row) != (row[:2] in cells.TREATED) for row in rows)


@pytest.mark.parametrize("number", cells.TREATED)
def test_it_leads_to_the_lessons_before_and_after_it(number):
    names = [lesson.name for lesson in LESSONS]
    place = names.index(find(number).name)
    first, *_, last = json.loads(find(number).path.read_text(encoding="utf-8"))["cells"]
    before, after = names[max(0, place - 1) : place], names[place + 1 : place + 2]
    for name in before + after:
        assert f"({name}.ipynb)" in "".join(first["source"])
    for name in after:
        assert f"({name}.ipynb)" in "".join(last["source"])

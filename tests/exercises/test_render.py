"""Boxes: safe HTML, plain text, and one display a check in a notebook."""

import io
from html.parser import HTMLParser

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from gencourse.exercises.checking import render

BOX = render.Box("wrong", "f", "Not `a < b` & <b>", rows=(("x", "[1] <i>"), ("long label", "2")), footer="`f.hint(1)`")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("kind", render.KINDS)
def test_html_is_well_formed_and_escapes_what_it_is_given(kind):
    page = Tags()
    page.feed(render.Box(kind, BOX.name, BOX.text, BOX.rows, BOX.footer).html())
    assert not page.open and not {"b", "i"} & page.seen
    assert "Not a < b & <b>" in page.text and "[1] <i>" in page.text


@pytest.mark.parametrize("kind", render.KINDS)
def test_an_outcome_is_said_by_symbol_and_word_and_never_by_colour_alone(kind):
    symbol, word, _ = render.KINDS[kind]
    box = render.Box(kind, "f", "text")
    assert box.plain().startswith(f"{symbol} {word}: f") and symbol in box.html() and word in box.html()


def test_plain_text_lines_up_and_fits_a_terminal():
    lines = BOX.plain().splitlines()
    assert lines[2:4] == ["  x           [1] <i>", "  long label  2"]
    long = render.Box("hint", "f", "word " * 100)
    assert max(map(len, long.plain().splitlines())) <= 100


def test_numbers_are_rounded_and_large_tensors_shown_by_shape():
    assert render.short(torch.tensor([[1.23456, -2.0]])) == "[[1.235, -2]]"
    assert render.short(torch.tensor([1, 2])) == "[1, 2] (int64)"
    assert render.short(torch.zeros(5, 5)) == "tensor of shape (5, 5)"
    assert render.short((torch.tensor(1.5), 2)) == "(1.5, 2)"
    assert render.shape(torch.zeros(3, 1)) == "(3, 1)" and render.shape(4) == "4" and render.shape([1]) == "list"


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_check_at_the_end_of_a_cell_is_displayed_once(shell):
    shell.run_cell("from gencourse.exercises import traverse")
    with capture_output() as shown:
        run = shell.run_cell("result = traverse.check(...)\nresult", store_history=True)
    assert run.success and len(shown.outputs) == 1
    assert "Not attempted yet" in shown.outputs[0].data["text/html"]
    with capture_output() as shown:
        shell.run_cell("result", store_history=True)
    assert len(shown.outputs) == 1, "in a later cell it is displayed again"


def test_the_line_of_a_cell_is_found(shell):
    start = "from gencourse.exercises import traverse\ndef walk(z, dim, values):\n    return z + None\n"
    cell = start + "r = traverse.check(walk)"
    with capture_output(stdout=io.StringIO()) as shown:
        assert shell.run_cell(cell, store_history=True).success
    assert "stopped in line 3" in shown.outputs[0].data["text/plain"]
    assert "return z + None" in shown.outputs[0].data["text/plain"]


def test_the_solution_is_highlighted_by_the_page_itself(shell):
    with capture_output() as shown:
        shell.run_cell("from gencourse.exercises import traverse\ntraverse.solution()")
    assert "```python\ndef traverse(" in shown.outputs[0].data["text/markdown"]

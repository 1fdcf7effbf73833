"""The gallery shows every stored picture of a notebook once, with its alt text, on three grounds."""

import json

from gallery import page, pictures

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def output(png, **metadata):
    return {"output_type": "display_data", "data": {"image/png": png}, "metadata": {"image/png": metadata}}


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "id": "words", "source": ""},
        {"cell_type": "code", "id": "two", "outputs": [output([PNG, "\n"], alt="a < b", width=300), output(PNG)]},
        {"cell_type": "code", "id": "none", "outputs": [{"output_type": "stream", "text": "1"}]},
    ]
}


def test_pictures_are_found_with_what_is_said_of_them():
    found = pictures(NOTEBOOK)
    assert [(p.cell, p.png, p.alt, p.width) for p in found] == [("two", PNG, "a < b", 300), ("two", PNG, "", None)]


def test_the_page_holds_each_picture_once_and_shows_it_three_times(tmp_path):
    path = tmp_path / "05-lesson.ipynb"
    path.write_text(json.dumps(NOTEBOOK))
    html = page([path])
    assert html.count(PNG) == 2 and html.count("<img") == 6 and "05-lesson: 2 pictures" in html
    assert 'alt="a &lt; b" width="300"' in html and "No alt text." in html

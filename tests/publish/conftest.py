"""A page opened from the disk that may complain of nothing: no error, and no request to anywhere else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

LOCAL = ("file:", "blob:", "data:")


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[[Path], Any]]:
    """A function that opens a file; whatever the pages complained of fails the test."""
    pages, complaints = [], []

    def opened(file: Path) -> Any:
        page = chromium.new_page()
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(LOCAL) else complaints.append(request.url))
        page.goto(file.as_uri())
        return page

    yield opened
    for page in pages:
        page.close()
    assert not complaints

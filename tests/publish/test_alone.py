"""The playground alone on a page: it trains when it is opened from the disk, without kernel and network."""

import pytest

from gencourse.cli import main
from gencourse.publish.alone import export_alone


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    file = tmp_path_factory.mktemp("alone") / "playground.html"
    assert main(["export", "playground", "--to", str(file)]) == 0
    return file


def test_it_trains_from_the_disk(exported, opened):
    page = opened(exported)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "[...document.querySelectorAll('.gc-figures')].every((f) => Number(f.textContent.split(/\\s+/)[1]) > 3)"
    )


def test_until_it_is_alive_its_still_stands_there(exported):
    text = exported.read_text(encoding="utf-8")
    assert text.count("<img ") == 1 and "samples over" not in text.split("<img")[0]
    assert 'alt="Playground(a playground where normalising flow and diffusion learn points: moons)"' in text


def test_other_names_and_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match="name='sandpit': allowed are 'playground'"):
        export_alone("sandpit", tmp_path / "page.html")
    with pytest.raises(ValueError, match=r"a page ends in \.html"):
        export_alone("playground", tmp_path / "page.txt")

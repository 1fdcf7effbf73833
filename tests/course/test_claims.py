"""Each claim that a lesson lists stands on its page, and what it rests on is there."""

import nbformat
import pytest

from gencourse.course import claims as module
from gencourse.course.claims import claims
from gencourse.course.lessons import LESSONS
from gencourse.experiments.evidence import load
from gencourse.experiments.experiment import find


@pytest.mark.parametrize("spec", LESSONS, ids=[spec.name for spec in LESSONS])
def test_each_claim_is_on_the_page_and_resolves(spec):
    cells = nbformat.read(spec.path, as_version=4).cells
    prose = " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())
    code = {cell.id for cell in cells if cell.cell_type == "code"}
    for claim in claims(spec):
        assert claim.words in prose, claim.words
        if claim.cell:
            assert claim.cell in code, claim
        else:
            assert find(claim.experiment).seeds >= 3
            seeds = load(claim.experiment).table.groupby("seed").size()
            assert len(seeds) >= 3, f"{claim.experiment} has {len(seeds)} seeds: no claim rests on fewer than three"


@pytest.mark.parametrize(
    "entry", ['words = "a"', 'words = "a"\ncell = "b"\nexperiment = "c"', 'words = ""\ncell = "b"']
)
def test_a_claim_rests_on_one_thing(entry, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "HERE", tmp_path)
    (tmp_path / f"{LESSONS[0].name}.toml").write_text(f"[[claim]]\n{entry}\n")
    with pytest.raises(ValueError, match="allowed are words, and either cell or experiment"):
        claims(LESSONS[0])

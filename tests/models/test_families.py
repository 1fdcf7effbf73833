"""The tree agrees with the lecture, and what its leaves can do is read off the classes."""

import pytest

from gencourse.models.families import BRANCHES, FAMILIES, METHODS


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_leaf_can_do_what_its_branch_says(family):
    assert {family.kind, family.way} <= set(BRANCHES)
    assert "sample" in family.abilities
    expected = {"tractable": {"log_prob"}, "approximate": {"elbo"}, "direct": set(), "indirect": set()}[family.way]
    assert set(family.abilities) - {"sample"} == expected
    assert family.kind == ("explicit" if expected else "implicit")


def test_abilities_are_read_off_the_class():
    class Other:
        def log_prob(self, x):
            return x

    import dataclasses

    assert dataclasses.replace(FAMILIES[0], model=Other).abilities == ("log_prob",)
    assert METHODS == ("log_prob", "elbo", "sample")
    assert {(f.kind, f.way) for f in FAMILIES} == {
        ("explicit", "tractable"),
        ("explicit", "approximate"),
        ("implicit", "direct"),
        ("implicit", "indirect"),
    }

"""Evidence: intervals by Student's t, paired differences, tables read and written."""

import math

import pandas as pd
import pytest
from scipy import stats

from gencourse.experiments import evidence
from gencourse.experiments.evidence import Evidence, half_width, read_rows, same_run, write_rows
from gencourse.support import places

ABOUT = {"seconds": 1800.0, "cpu_seconds": 3000.0, "threads": 1, "processor": "p", "gencourse": "0", "torch": "2"}
ABOUT |= {"code": "abc", "day": "2026-01-01"}


def rows(values):
    """Rows of an experiment with the parameters batch and lr: {(batch, lr): accuracies, a seed each}."""
    return [
        {"batch": batch, "lr": lr, "seed": seed, "accuracy": x, "validation": x + 0.1 * lr} | ABOUT
        for (batch, lr), accuracies in values.items()
        for seed, x in enumerate(accuracies)
    ]


def made(values):
    return Evidence("trial", pd.DataFrame(rows(values)))


@pytest.mark.parametrize(("n", "errors"), [(3, 4.30265), (5, 2.77645)])
def test_the_interval_is_students(n, errors):
    x = [0.3, 0.5, 0.1, 0.9, 0.2][:n]
    assert half_width(x) == pytest.approx(errors * stats.sem(x), rel=1e-5)
    assert math.isnan(half_width([1.0]))


def test_means_by_a_parameter():
    means = made({(32, 1): [0.1, 0.2, 0.3], (8, 1): [0.5, 0.5, 0.5]}).means("accuracy", by="batch")
    assert list(means.index) == [8, 32] and list(means["seeds"]) == [3, 3]
    assert means.loc[32, "mean"] == pytest.approx(0.2)
    assert means.loc[32, "half_width"] == pytest.approx(4.30265 * 0.1 / 3**0.5, rel=1e-4)
    assert means.loc[8, "half_width"] == 0


def test_a_difference_is_paired_by_seed_and_claimed_beyond_its_interval():
    large_luck = made({(32, 1): [0.1, 0.5, 0.9], (8, 1): [0.15, 0.56, 0.94]})
    found = large_luck.difference("accuracy", "batch", 8, 32)
    assert found.is_found and found.pairs == 3 and found.mean == pytest.approx(0.05)
    assert str(found).startswith("accuracy, batch 8 − 32: +0.05 ±") and str(found).endswith("a difference")
    none = made({(32, 1): [0.1, 0.5, 0.9], (8, 1): [0.9, 0.1, 0.6]}).difference("accuracy", "batch", 8, 32)
    assert not none.is_found and str(none).endswith("no difference found")
    gaps = made({(32, 1): [0.1, 0.5, 0.9], (8, 1): [0.2, 0.6]}).difference("accuracy", "batch", 8, 32)
    assert gaps.pairs == 2


def test_a_rate_is_chosen_for_each_setting_on_validation():
    both = made({(32, 1): [0.1, 0.2], (32, 2): [0.3, 0.1], (8, 1): [0.9, 0.9], (8, 2): [0.1, 0.1]})
    tuned = both.tuned(over="lr", by="batch", on="validation")
    assert {(row.batch, row.lr) for row in tuned.table.itertuples()} == {(32, 2), (8, 1)}
    with pytest.raises(ValueError, match="several rows of a seed with batch = 32"):
        both.difference("accuracy", "batch", 32, 8)
    assert tuned.difference("accuracy", "batch", 8, 32).pairs == 2


def test_what_is_not_there_is_said():
    two = made({(32, 1): [0.1, 0.2], (8, 1): [0.3]})
    with pytest.raises(ValueError, match=r"trial has no 'acuracy'; allowed are batch, lr, seed, .*mean 'accuracy'"):
        two.means("acuracy", by="batch")
    with pytest.raises(ValueError, match="trial has no row where batch is 7"):
        two.where(batch=7)
    with pytest.raises(ValueError, match="has 1 pairs"):
        two.difference("accuracy", "batch", 32, 8)
    with pytest.raises(ValueError, match="no evidence of 'trial' yet: gencourse experiment trial makes it"):
        evidence.load("trial")


def test_it_says_how_it_was_made_and_is_made_again():
    said = str(made({(32, 1): [0.1, 0.2]}))
    assert said == "experiment trial: 2 runs, 2 seeds, 1.0 hours; again by: gencourse experiment trial"


def test_a_table_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "evidence" / "trial.csv"
    some = rows({(32, 1e-3): [0.25, math.inf], ('all, of "them"', True): [1 / 3]})
    write_rows(path, some)
    assert read_rows(path) == some and same_run(some[0], {"batch": 32, "lr": 0.001}, 0)
    assert not same_run(some[0], {"batch": 32, "lr": 0.001, "steps": 9}, 0)
    write_rows(path, [*some, some[0] | {"new": 1}])
    assert read_rows(path)[-1]["new"] == 1 and read_rows(path)[:-1] == some


def test_the_readers_rows_join_those_that_ship_and_come_before_equal_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "DATA", tmp_path / "shipped")
    monkeypatch.setattr(places, "made", lambda: tmp_path / "own")
    ours, theirs = rows({(32, 1): [0.1, 0.2]}), rows({(32, 1): [0.7], (8, 1): [0.9]})
    write_rows(tmp_path / "shipped" / "evidence" / "trial.csv", ours)
    write_rows(evidence.path_of("trial"), theirs)
    table = evidence.load("trial").table
    assert sorted(table["accuracy"]) == [0.2, 0.7, 0.9]

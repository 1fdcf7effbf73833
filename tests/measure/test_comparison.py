"""What the comparisons promise: errors that cover, statements that are never wrong, lines that are met."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.measure.comparison import chosen_on_validation, drawing_time, paired_difference, surely_better


def test_the_paired_error_is_the_spread_of_the_difference_over_many_test_sets():
    generator = torch.Generator().manual_seed(0)
    image = 6 * torch.randn(4000, 50, generator=generator)  # 4000 test sets of 50 images
    a, b = (image + torch.randn(4000, 50, generator=generator) for _ in range(2))
    found = [paired_difference(x[None], y) for x, y in zip(a, b, strict=True)]
    differences, errors = (torch.cat(part) for part in zip(*found, strict=True))
    assert float(differences.std()) == pytest.approx(float(errors.mean()), rel=0.05)
    assert float((differences.abs() < 2 * errors).float().mean()) == pytest.approx(0.95, abs=0.015)
    assert float(errors.mean()) < 0.25 * float(a[0].std() / 50**0.5), "pairing pays"


def test_a_model_does_not_differ_from_itself():
    a = torch.randn(3, 20)
    difference, error = paired_difference(a, a[1])
    assert difference[1] == 0 and error[1] == 0 and (error[[0, 2]] > 0).all()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 0), st.booleans(), st.integers(0, 9)), min_size=1, max_size=6))
def test_no_statement_is_ever_wrong_and_none_that_is_sure_is_missing(models):
    reported = torch.tensor([float(r) for r, _, _ in models])
    exact = torch.tensor([e for _, e, _ in models])
    slack = torch.tensor([0.0 if e else float(s) for _, e, s in models])  # how loose each bound happens to be
    sure = surely_better(reported, exact)
    truth = reported + slack
    assert not (sure & ~(truth[:, None] > truth)).any()
    loosest = reported + torch.where(exact, 0.0, 1e6)  # if it could be as loose as it likes, nothing more is sure
    tight = reported
    assert torch.equal(sure, (tight[:, None] > loosest))


def test_the_best_of_many_on_validation_is_too_good_there_and_honest_on_test():
    generator = torch.Generator().manual_seed(0)
    shown, reported = [], []
    for _ in range(500):
        validation, test = torch.randn(2, 10, 20, generator=generator).unbind()  # ten equally good models
        best, value = chosen_on_validation(validation, test)
        shown.append(validation.mean(1)[best])
        reported.append(value)
    assert torch.stack(shown).mean() > 0.3
    assert abs(torch.stack(reported).mean()) < 0.04


@settings(deadline=None)
@given(st.floats(0.01, 5), st.floats(0.001, 1), st.lists(st.integers(1, 200), min_size=2, max_size=6, unique=True))
def test_a_straight_line_is_met(start, each, counts):
    counts = torch.tensor(counts, dtype=torch.float64)
    n = torch.tensor([1.0, 10_000.0], dtype=torch.float64)
    torch.testing.assert_close(drawing_time(counts, start + each * counts, n), start + each * n)

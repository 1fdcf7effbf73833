"""The scores agree with scikit-learn and with what they must be at the ends."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.measure.detection import accuracy_at_coverage, auroc, roc_curve
from gencourse.measure.samples import best_of_k

SCORES = st.lists(st.integers(-4, 4), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(SCORES, SCORES)
def test_auroc_is_scikit_learn_s_and_the_area_under_the_curve(inside, outside):
    from sklearn.metrics import roc_auc_score

    a, b = torch.tensor(inside).float(), torch.tensor(outside).float()
    theirs = roc_auc_score([1] * len(a) + [0] * len(b), inside + outside)
    assert float(auroc(a, b)) == pytest.approx(theirs, abs=1e-6)
    false, true = roc_curve(a, b)
    assert float(torch.trapezoid(true, false)) == pytest.approx(theirs, abs=1e-6)
    assert float(auroc(a, b) + auroc(b, a)) == pytest.approx(1)
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)


def test_accuracy_ends_at_the_plain_accuracy():
    torch.manual_seed(0)
    confidence, correct = torch.rand(50), torch.randint(2, (50,))
    coverage, accuracy = accuracy_at_coverage(confidence, correct)
    assert coverage[-1] == 1 and accuracy[-1].item() == pytest.approx(correct.float().mean().item())
    best = confidence.topk(10).indices
    assert coverage[9].item() == pytest.approx(0.2)
    assert accuracy[9].item() == pytest.approx(correct[best].float().mean().item())


def test_best_of_k_falls_with_k_and_is_never_below_the_best_paste():
    torch.manual_seed(0)
    samples, truth = torch.randn(20, 16, 5), torch.randn(20, 5)
    errors = torch.stack([best_of_k(samples[:, :k], truth) for k in range(1, 17)])
    assert (errors.diff(dim=0) <= 0).all()
    torch.testing.assert_close(errors[0], ((samples[:, 0] - truth) ** 2).mean(1))
    pasted = ((samples - truth[:, None]) ** 2).amin(1).mean(1)
    assert (errors[-1] >= pasted).all()

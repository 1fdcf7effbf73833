"""What autograd saves, on sums that can be done by hand."""

import torch

from gencourse.measure.memory import saved_for_backward


def test_a_product_saves_its_input_and_its_weights_unless_they_are_known():
    x, weight = torch.randn(100, 10), torch.randn(10, 5, requires_grad=True)
    assert saved_for_backward(lambda: (x @ weight).sum(), [weight]) == 4 * 100 * 10
    assert saved_for_backward(lambda: (x @ weight).sum()) == 4 * 100 * 10, (
        "the weights serve the input's gradient alone"
    )
    assert saved_for_backward(lambda: (x.requires_grad_() @ weight).sum()) == 4 * (100 * 10 + 10 * 5)


def test_a_storage_counts_once_however_often_it_is_saved():
    x = torch.randn(50, requires_grad=True)
    once = saved_for_backward(lambda: (x * x).sum())
    assert once == saved_for_backward(lambda: (x * x + x * x.view(5, 10).view(50)).sum()) == 4 * 50
    with torch.no_grad():
        assert saved_for_backward(lambda: (x * x).sum()) == 0

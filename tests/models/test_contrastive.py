"""NT-Xent against a naive double loop and a peer library's."""

import math

import half_batch
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from lightly.loss import NTXentLoss

from gencourse import data
from gencourse.models.contrastive import SimCLR, alignment, nt_xent, uniformity
from gencourse.training.fit import fit
from gencourse.training.how import How


def naive(first, second, temperature):
    z = [v / v.norm() for v in (*first, *second)]
    n, total = len(first), 0.0
    for i in range(2 * n):
        terms = {j: math.exp(float(z[i] @ z[j]) / temperature) for j in range(2 * n) if j != i}
        total -= math.log(terms[(i + n) % (2 * n)] / sum(terms.values()))
    return total / (2 * n)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(2, 20), st.floats(0.1, 2.0), st.integers(0, 10_000))
def test_it_is_the_double_loop_and_lightlys_value_and_gradient(n, width, temperature, seed):
    views = torch.randn(2, n, width, generator=torch.Generator().manual_seed(seed))
    ours, theirs = views.clone().requires_grad_(), views.clone().requires_grad_()
    loss, peer = nt_xent(*ours, temperature), NTXentLoss(temperature=temperature)(*theirs)
    torch.testing.assert_close(loss, peer, atol=1e-5, rtol=1e-5)
    assert loss.item() == pytest.approx(naive(*views.double(), temperature), abs=1e-5)
    gradients = [torch.autograd.grad(value, x)[0] for value, x in ((loss, ours), (peer, theirs))]
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-4)


def test_equal_views_cost_the_logarithm_of_the_number_of_choices():
    assert nt_xent(torch.ones(4, 3), torch.ones(4, 3)).item() == pytest.approx(math.log(7), abs=1e-6)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_a_bad_temperature_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature="):
        nt_xent(torch.ones(2, 3), torch.ones(2, 3), temperature)


def test_views_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="two alike"):
        nt_xent(torch.ones(2, 3), torch.ones(3, 3))


@pytest.mark.kernel
def test_two_processes_with_half_the_batch_are_one_with_all_of_it(tmp_path):
    views = torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(0))
    whole = views.clone().requires_grad_()
    loss = nt_xent(*whole, 0.3)
    loss.backward()
    torch.multiprocessing.spawn(half_batch.loss_and_gradient, (tmp_path / "meeting", views, tmp_path), nprocs=2)
    parts = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2)]
    torch.testing.assert_close(sum(part[0] for part in parts) / 2, loss.detach())
    # gradients of the two losses' sum; processes share them out by their mean
    torch.testing.assert_close(torch.cat([part[1] for part in parts], 1) / 2, whole.grad)


def test_alignment_and_uniformity_are_what_loops_say():
    first, second = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0))
    a, b = first / first.norm(dim=1, keepdim=True), second / second.norm(dim=1, keepdim=True)
    assert alignment(first, second).item() == pytest.approx(((a - b) ** 2).sum(1).mean().item(), abs=1e-6)
    assert alignment(first, 3 * first).item() == pytest.approx(0, abs=1e-12)
    pairs = [math.exp(-2 * ((a[i] - a[j]) ** 2).sum().item()) for i in range(5) for j in range(i)]
    assert uniformity(first).item() == pytest.approx(math.log(sum(pairs) / len(pairs)), abs=1e-5)


def test_simclr_learns_to_tell_views_apart_and_its_head_is_not_in_its_features():
    images = data.load("sprites", "train", n=400)
    torch.manual_seed(0)
    model = SimCLR(images.shape, projection=16, augment={"rotate": 10.0})
    history = fit(model, images, steps=40, batch_size=64, lr=2e-3, how=How(show="nothing"))
    assert history.metrics["loss"][-1] < math.log(127) - 0.3  # that of views it cannot tell apart
    x = images.batch(slice(0, 3))
    assert model.encode(x).shape == (3, 128) and model.project(x).shape == (3, 16)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(temperature=0), "temperature=0: allowed"),
        (dict(encoder="cnn"), "encoder='cnn'"),
        (dict(projection=0), "projection=0"),
    ],
)
def test_bad_arguments_of_simclr_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        SimCLR(**options)

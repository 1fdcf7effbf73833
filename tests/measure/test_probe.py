"""The probe on features whose worth is known."""

import numpy as np
import pytest
import torch
from torch import nn

from gencourse import data
from gencourse.measure.probe import (
    STRENGTHS,
    effective_rank,
    features,
    few_labels,
    knn_accuracy,
    label_curve,
    linear_probe,
    unmoved,
)
from gencourse.models.encoders import ConvEncoder


def split(n, seed, noise=0.3):
    """Three classes; the first feature tells them apart, the second is noise a thousand times as large."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 3
    told = y + noise * torch.randn(n, generator=generator)
    return torch.stack([told, 1000 * torch.randn(n, generator=generator)], 1), y


def test_labels_are_drawn_evenly_and_alike_for_the_same_seed():
    y = torch.randint(0, 4, (200,), generator=torch.Generator().manual_seed(0))
    chosen = few_labels(y, 7, seed=3)
    assert y[chosen].bincount().tolist() == [7] * 4 and len(set(chosen.tolist())) == 28
    assert torch.equal(chosen, few_labels(y, 7, seed=3))
    assert not torch.equal(chosen, few_labels(y, 7, seed=4))
    with pytest.raises(ValueError, match="per_class=0"):
        few_labels(y, 0, seed=0)
    with pytest.raises(ValueError, match="per_class=100: allowed is 1 to"):
        few_labels(y, 100, seed=0)


def test_good_features_are_found_good_and_noise_is_at_chance():
    parts = [split(300, seed) for seed in range(3)]
    good = linear_probe(*parts, per_class=30, draws=4)
    assert good.mean > 0.85 and good.per_class == 30 and good.strength in STRENGTHS
    assert len(good.accuracies) == 4 and good.spread == pytest.approx(float(good.accuracies.std()))
    noise = linear_probe(*[(x[:, 1:], y) for x, y in parts], per_class=30, draws=4)
    assert noise.mean < 0.5
    assert str(good).startswith(f"{good.mean:.1%} ± {good.spread:.1%} (4 draws of 30 labels")


def test_the_scale_of_a_feature_does_not_matter():
    parts = [split(150, seed) for seed in range(3)]
    rescaled = [(x * torch.tensor([1e-3, 1e4]) + 7, y) for x, y in parts]
    first, second = (linear_probe(*p, per_class=5, draws=3) for p in (parts, rescaled))
    torch.testing.assert_close(first.accuracies, second.accuracies)


def test_the_setting_is_chosen_without_the_test_labels():
    """With the test labels turned round the same C is chosen, and the accuracy is that of the turned labels."""
    parts = [split(150, seed) for seed in range(3)]
    turned = [*parts[:2], (parts[2][0], 2 - parts[2][1])]
    first, second = (linear_probe(*p, per_class=20, draws=3) for p in (parts, turned))
    assert first.strength == second.strength
    assert second.mean < 0.6 < first.mean


def test_all_labels_are_one_draw_and_the_curve_rises():
    parts = [split(300, seed) for seed in range(3)]
    curve = label_curve(*parts, per_class=(1, 20, None), draws=4)
    assert [len(probe.accuracies) for probe in curve] == [4, 4, 1]
    assert curve[0].mean < curve[1].mean and curve[2].mean > 0.85
    assert curve[2].spread == 0 and str(curve[2]).startswith(f"{curve[2].mean:.1%} (all labels, C = ")


def test_features_are_those_of_evaluation_mode_and_nothing_moves():
    torch.manual_seed(0)
    images, encoder = data.load("sprites", split="test", n=30), ConvEncoder(channels=(4, 6)).train()
    encoder(torch.rand(8, 3, 32, 32))  # running statistics that differ from a batch's own
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    found = features(encoder, images, batch_size=7)
    assert all(torch.equal(tensor, before[name]) for name, tensor in encoder.state_dict().items())
    assert encoder.training and found.shape == (30, 6) and not found.requires_grad
    torch.testing.assert_close(found, encoder.eval()(images.batch(torch.arange(30))).detach())


@pytest.mark.parametrize("part", ["weight", "running_mean"])
def test_a_backbone_that_moves_is_found_out(part):
    layer = nn.BatchNorm2d(3)
    with pytest.raises(RuntimeError, match=f"the backbone moved.*: {part} changed"), unmoved(layer):
        getattr(layer, part).add_(1e-3)


def test_neighbours_vote_with_the_weight_of_their_cosine():
    """Two neighbours of class 0, far off, against one of class 1, near: k = 3 and a low temperature let 1 win."""
    angles = torch.tensor([0.5, -0.5, 0.1])
    known, labels = torch.stack([angles.cos(), angles.sin()], 1), torch.tensor([0, 0, 1])
    asked = (torch.tensor([[5.0, 0.0]]), torch.tensor([1]))
    assert knn_accuracy((known, labels), asked, k=3, temperature=0.07) == 1
    assert knn_accuracy((known, labels), asked, k=3, temperature=10.0) == 0
    with pytest.raises(ValueError, match="k=4: allowed is a whole number from 1 to 3"):
        knn_accuracy((known, labels), asked, k=4)


def test_neighbours_vote_at_any_temperature():
    """The colder, the more the nearest decides; exp(1 / 0.01) alone would be infinite."""
    parts = [split(200, seed, noise=0.1) for seed in range(2)]
    parts = [(torch.stack([x[:, 0].cos(), x[:, 0].sin()], 1), y) for x, y in parts]
    assert all(knn_accuracy(*parts, temperature=t) > 0.97 for t in (1.0, 0.1, 0.0113, 0.01, 1e-3, 1e-30))
    assert knn_accuracy(*parts, temperature=1e-6) == pytest.approx(knn_accuracy(*parts, k=1), abs=0.01)
    for bad in (0, 1e-40, -1.0, float("nan"), "0.07"):
        with pytest.raises(ValueError, match=f"temperature={bad!r}: allowed is"):
            knn_accuracy(*parts, temperature=bad)


@pytest.mark.parametrize("judge", [knn_accuracy, lambda train, test: linear_probe(train, test, test)])
def test_features_that_cannot_be_judged_are_refused_by_name(judge):
    (x, y), good = split(30, 0), split(30, 1)
    spoilt = x.clone()
    spoilt[[3, 7], 0] = torch.tensor([float("nan"), float("inf")])
    with pytest.raises(ValueError, match="train has NaN or infinite features, of 2 of its 30 images"):
        judge((spoilt, y), good)
    with pytest.raises(ValueError, match=r"(validation|test) has features of 0 images and 0 labels"):
        judge(good, (x[:0], y[:0]))
    with pytest.raises(ValueError, match="train has features of 30 images and 29 labels: allowed are as many"):
        judge((x, y[1:]), good)


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="draws=0: allowed is a whole number from 1 up"):
        linear_probe(*[split(30, seed) for seed in range(3)], per_class=2, draws=0)


def test_neighbours_agree_with_scikit_learn():
    from sklearn.neighbors import KNeighborsClassifier

    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(300, 5, generator=generator), torch.randint(0, 4, (300,), generator=generator)
    peer = KNeighborsClassifier(9, metric="cosine", weights=lambda distance: np.exp((1 - distance) / 0.1))
    expected = peer.fit(x[:200].numpy(), y[:200].numpy()).score(x[200:].numpy(), y[200:].numpy())
    assert knn_accuracy((x[:200], y[:200]), (x[200:], y[200:]), k=9, temperature=0.1) == pytest.approx(expected)


def test_the_effective_rank_counts_directions():
    rows = torch.linalg.qr(torch.randn(64, 8, generator=torch.Generator().manual_seed(0)))[0]
    centred = torch.linalg.qr(rows - rows.mean(0))[0]  # eight directions of equal size, each of mean zero
    assert effective_rank(centred) == pytest.approx(8, rel=1e-4)
    assert effective_rank(centred[:, :1] @ torch.ones(1, 8)) == pytest.approx(1, rel=1e-4)
    assert effective_rank(torch.full((10, 3), 0.7)) == 0

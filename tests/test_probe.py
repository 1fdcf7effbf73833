"""The probe on features whose worth is known."""

import pytest
import torch

from gencourse.probe import STRENGTHS, few_labels, linear_probe


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

"""Charts say what they show: its name, its unit, what is better, which class is where."""

from types import SimpleNamespace

import pytest
import torch

from gencourse.figures import code_scatter, contrast, figure, loss_curve, matrix


def history(**metrics):
    steps = list(range(10, 210, 10))
    values = {name: torch.linspace(*ends, len(steps)).tolist() for name, ends in metrics.items()}
    return SimpleNamespace(steps=steps, metrics=values, validation=[])


def titles(fig):
    return [ax.get_title("left") or ax.get_title() for ax in fig.axes]


def test_a_metric_has_its_own_unit_or_none():
    assert titles(loss_curve(history(loss=(3, 1), accuracy=(0.1, 0.9)))) == ["loss ↓", "accuracy ↑"]
    assert titles(loss_curve(history(loss=(3, 1), bits_per_dim=(1, 0.2)))) == ["loss ↓", "bits per dim (bits) ↓"]
    known = loss_curve(
        history(loss=(3, 1), reconstruction=(-9, -5), kl=(1, 2)), {"loss": "nats", "reconstruction": "nats"}
    )
    assert titles(known) == ["loss (nats) ↓", "reconstruction (nats)", "kl (nats)"]


def test_training_and_validation_are_named_at_their_ends():
    curves = history(loss=(3, 1))
    curves.validation = [(100, 2.2), (200, 1.4)]
    fig = loss_curve(curves)
    assert [text.get_text() for text in fig.axes[0].texts if text.get_text()] == ["training", "validation"]


@pytest.mark.parametrize("prior", [True, False])
def test_each_class_is_named_in_the_middle_of_its_codes(prior):
    fig, ax = figure(4.0, 4.0)
    labels = torch.arange(300) % 3
    codes = torch.stack([labels * 4.0, -labels * 2.0], 1) + 0.1 * torch.randn(300, 2)
    code_scatter(ax, codes, labels, ["cat", "dog", "owl"], prior=prior)
    assert [text.get_text() for text in ax.texts] == ["cat", "dog", "owl"]
    assert [text.get_position() for text in ax.texts] == [pytest.approx((4 * k, -2 * k), abs=0.1) for k in range(3)]
    assert len({path.vertices.tobytes() for cloud in ax.collections for path in cloud.get_paths()}) == 3, (
        "three markers"
    )
    assert len(ax.lines) == 2 * prior


def test_the_numbers_of_a_matrix_are_readable_on_their_cells():
    fig, ax = figure(4.0, 2.0)
    values = torch.linspace(0, 3, 12).view(3, 4)
    matrix(ax, values, "abc", "wxyz", decimals=1)
    assert [text.get_text() for text in ax.texts] == [f"{value:.1f}" for value in values.flatten()]
    for text, value in zip(ax.texts, values.flatten().tolist(), strict=True):
        assert contrast(text.get_color(), ax.images[0].to_rgba(value)) >= 4.5

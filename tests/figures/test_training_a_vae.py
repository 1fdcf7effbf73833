"""Lesson 10's drawings show the arrays that they are given, under their names and inside the picture."""

import numpy as np
import pytest
import torch

from gencourse.figures import COLOURS, training_a_vae


def words(fig):
    """All that is written in the figure, after its layout has settled."""
    fig.draw_without_rendering()
    return [text for text in fig.findobj(lambda part: hasattr(part, "get_text")) if text.get_text().strip()]


def test_estimates_are_dots_in_a_row_and_averages_that_settle():
    torch.manual_seed(0)
    estimates = {"noisy": 40 * torch.randn(1000, 2), "quiet": 0.1 * torch.randn(1000, 2)}
    dots, settles = training_a_vae.gradient_estimates(estimates).axes
    assert [text.get_text() for text in dots.get_yticklabels()] == list(estimates)
    for cloud, line, g in zip(dots.lines, settles.lines, estimates.values(), strict=True):
        assert cloud.get_xdata().tolist() == g[: training_a_vae.DOTS, 0].tolist()
        assert line.get_ydata()[-1] == pytest.approx(float(g[:, 0].mean()), abs=1e-4)
    low, high = settles.get_ylim()
    assert low < settles.lines[0].get_ydata()[-1] < high


def test_fewer_estimates_than_dots_will_do():
    training_a_vae.gradient_estimates({name: torch.randn(20, 1) for name in "ab"})


def test_both_densities_have_one_scale():
    axis = torch.linspace(-3, 3, 41)
    log_q = -((axis[:, None] - 1) ** 2) - axis**2  # its crest is at z₂ = 1
    q, p = training_a_vae.aggregate_posterior(axis, log_q).axes
    assert q.collections[0].get_clim() == p.collections[0].get_clim() == (0, pytest.approx(1, abs=0.02))
    row, column = np.unravel_index(q.collections[0].get_array().argmax(), (41, 41))
    assert axis[row] == pytest.approx(1, abs=0.1) and axis[column] == pytest.approx(0, abs=0.1)
    prior = float(p.collections[0].get_array().sum()) * 0.15**2
    assert prior == pytest.approx(0.995, abs=0.005), "a density, of which a little lies outside"


def test_beta_s_points_are_named_and_its_curves():
    reconstruction, kl = np.array([-14.0, -19, -27]), np.array([15.0, 4, 0])
    nats, plane = training_a_vae.beta_sweep([0.1, 1, 30], reconstruction, kl).axes
    said = [text.get_text() for text in nats.texts if text.get_text()]
    assert said == ["−reconstruction", "KL", "−ELBO"]
    assert [text.get_text() for text in plane.texts] == ["β = 0.1", "β = 1", "β = 30"]
    assert nats.lines[2].get_ydata().tolist() == [29, 23, 27]


def test_the_bound_has_its_errors_and_its_data():
    (ax,) = training_a_vae.bound_against_samples([1, 10], [-24.0, -23.5], [0.3, 0.2], "digits test").axes
    assert (ax.get_title("left") or ax.get_title()) == "IWAE-K, digits test (nats) ↑" and ax.lines[
        0
    ].get_ydata().tolist() == [-24.0, -23.5]
    assert ax.get_xscale() == "log" and ax.lines[0].get_color() == COLOURS[0]


def test_a_matrix_for_each_beta_under_its_gap():
    axes = training_a_vae.information(
        {1: torch.rand(10, 7), 16: torch.rand(10, 7)}, {1: 0.08, 16: 0.17}, "abcdefg"
    ).axes
    assert [ax.get_title("left") or ax.get_title() for ax in axes] == ["β = 1: gap 0.08", "β = 16: gap 0.17"]
    assert len(axes[0].texts) == 70


FIGURES = {
    "estimates": lambda: training_a_vae.gradient_estimates(
        {name: scale * torch.randn(400, 2) for name, scale in (("score function", 40), ("reparameterised", 0.2))}
    ),
    "aggregate": lambda: training_a_vae.aggregate_posterior(torch.linspace(-3, 3, 21), torch.randn(21, 21)),
    "sweep": lambda: training_a_vae.beta_sweep(
        [0.1, 0.3, 1, 3, 10, 30],
        -np.array([14.2, 15.2, 19.1, 26.5, 27.2, 27.2]),
        np.array([15.6, 10.4, 4.3, 0.2, 0, 0]),
    ),
    "latents": lambda: training_a_vae.kl_of_latents({0.1: torch.linspace(3, 1, 8), 30.0: torch.zeros(8)}),
    "bound": lambda: training_a_vae.bound_against_samples([1, 10, 100], [-24, -23.9, -23.8], [0.3] * 3, "digits test"),
    "information": lambda: training_a_vae.information(
        {1: torch.rand(10, 7), 16: torch.rand(10, 7)}, {1: 0.08, 16: 0.17}, ["background", "rotation", *"abcde"]
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_word_is_cut_off(name):
    torch.manual_seed(0)
    fig = FIGURES[name]()
    for text in words(fig):
        if (text.get_visible() and text.axes is not None) or text in fig.texts:
            box = text.get_window_extent()
            assert box.x0 >= -1 and box.y0 >= -1, text.get_text()
            assert box.x1 <= fig.bbox.width + 1 and box.y1 <= fig.bbox.height + 1, text.get_text()

"""Lesson 09's pictures say what is in them, and no word is cut off or lies on another."""

import pytest
import torch

from gencourse.figures import the_elbo
from gencourse.figures.style import MODEL, TRUTH

LINE = torch.linspace(0.1, 1.5, 15)


def gaps(level):
    return [torch.full((4,), level / k) + 0.01 * torch.arange(4) for k in (1, 2, 3)]


FIGURES = {
    "figure_eight": lambda: the_elbo.figure_eight(
        LINE, torch.stack([LINE, -LINE], 1), torch.randn(30, 2), torch.rand(9, 9)
    ),
    "errors": lambda: the_elbo.errors(
        [1, 10, 100],
        {source: {1: [3.0, 1, 0.3], 20: [80.0, 40, 24]} for source in ("prior", "q")},
        {source: {1: [3.0, 1, 0.3], 20: [1e9, 3e8, 1e8]} for source in ("prior", "q")},
    ),
    "guess_for_the_posterior": lambda: the_elbo.guess_for_the_posterior(LINE, -(LINE**2), -1.0, LINE.exp()),
    "gap_surfaces": lambda: the_elbo.gap_surfaces(
        LINE, LINE[:7], {"at the end": 12 * torch.rand(7, 15), "at the crossing": 12 * torch.rand(7, 15)}
    ),
    "posteriors": lambda: the_elbo.posteriors(
        4 * (LINE - 0.8), {name: (LINE, LINE.flip(0)) for name in ("at the end: gap 0.02", "b", "c", "d")}
    ),
    "moving_the_decoder": lambda: the_elbo.moving_the_decoder(LINE, -LINE - 1 / LINE, -LINE, (0.4, 0.6)),
    "on_the_plane": lambda: the_elbo.on_the_plane(
        torch.randn(30, 2), {"approximation gap": torch.rand(30), "amortisation gap": torch.rand(30)}
    ),
    "bounds_by_samples": lambda: the_elbo.bounds_by_samples(
        [1, 2, 4], {"fitted best": gaps(0.01), "fitted worst": gaps(0.7)}
    ),
    "signal_to_noise": lambda: the_elbo.signal_to_noise(
        [1, 4, 16], {"q's mean": [0.1, 0.2, 0.05], "decoder's bias": [1.0, 2, 4]}
    ),
    "two_readings": lambda: the_elbo.two_readings(
        LINE, -LINE, ({"reconstruction": -2 * LINE, "− KL to prior": LINE}, {"− energy": -LINE, "entropy": 0 * LINE})
    ),
    "posteriors_on_the_plane": lambda: the_elbo.posteriors_on_the_plane(
        torch.linspace(-5, 5, 20),
        {
            name: (torch.rand(20, 20), torch.tensor([0.3, -0.2]), torch.tensor([0.2, 0.4]))
            for name in ("tight", "loose")
        },
    ),
}


def words_of(fig):
    texts = [text for ax in fig.axes for text in (*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label)]
    return [text for text in texts if text.get_text().strip()]


@pytest.mark.parametrize("name", FIGURES)
def test_words_are_whole_and_apart(name):
    fig = FIGURES[name]()
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in words_of(fig)]
    assert len(boxes) >= 2
    for k, box in enumerate(boxes):
        assert fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1 and fig.bbox.y0 <= box.y0 and box.y1 <= fig.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[:k]), [text.get_text() for text in words_of(fig)]


def test_the_bound_and_log_p_have_their_looks():
    (ax,) = FIGURES["moving_the_decoder"]().axes
    looks = {line.get_label(): line.get_color() for line in ax.lines}
    assert looks["ELBO, $q$ held"] == MODEL["color"] and looks["$\\log p(x)$"] == TRUTH["color"]


def test_the_cross_stands_where_the_gap_is_least():
    surface = torch.ones(3, 4)
    surface[2, 1] = 0
    ax = the_elbo.gap_surfaces(torch.arange(4.0), torch.arange(3.0), {"one": surface, "two": surface}).axes[0]
    (cross,) = ax.lines
    assert (float(cross.get_xdata()[0]), float(cross.get_ydata()[0])) == (1.0, 2.0)

"""The figures of lesson 05 draw what they are given, name it, and cut no word off."""

from types import SimpleNamespace

import pytest
import torch

from gencourse.figures import maximum_likelihood as draw


def climbs():
    paths = {
        name: torch.linspace(a, 0, 500)[:, None] * torch.tensor([1.0, 0.5]) for name, a in (("left", -1), ("wide", 1))
    }
    gaps = {name: path.square().sum(1) for name, path in paths.items()}
    across, up = torch.linspace(-2, 2, 20), torch.linspace(-1, 1, 15)
    return draw.climbs(across, up, across**2 + up[:, None] ** 2, paths, gaps)


def twin_peaks():
    side = torch.linspace(0, 2, 20)
    gap = (side[:, None] - 0.5) ** 2 + (side - 1.5) ** 2
    return draw.twin_peaks(side, gap, [torch.tensor([[0.1, 0.1], [0.5, 1.5]])])


def one_minimum():
    theta = torch.linspace(0.01, 0.99, 50)
    kl = 20 * (theta - 0.3) ** 2 + 1
    return draw.one_minimum(theta, kl + 2, kl, torch.full((17,), 1 / 17), torch.linspace(0, 1, 17))


def two_directions():
    z = torch.linspace(-12, 12, 201)
    ends = {"KL(p ‖ q)": [torch.tensor([0.0, 0.7])] * 3, "KL(q ‖ p)": [torch.tensor([2.0, -0.5])]}
    return draw.two_directions(z, (-(z**2)).exp(), ends)


def by_heart():
    widths, grid = torch.logspace(-3, 1, 41), torch.linspace(0, 2, 50)
    densities = {"σ = 0.002": 9 * grid.sin().abs(), "σ = 0.040": grid}
    return draw.by_heart(widths, -widths.log(), -(widths.log() ** 2), grid, densities, torch.linspace(0.5, 1.5, 9))


def by_components():
    held_out = [SimpleNamespace(value=-25 + k, standard_error=0.3) for k in (0, 2, 1)]
    return draw.by_components([1, 10, 100], [-25, -22, -18], held_out, 10, "digits")


def estimates():
    values = torch.randn(4, 200)
    return draw.estimates(
        torch.tensor([3, 10, 30, 100]),
        {"mean (pixels)": (values, values.abs(), torch.tensor(0.0))}
        | {"σ (pixels)": (values, values.abs(), torch.tensor(0.1))},
    )


def two_contexts():
    shares = torch.linspace(0, 1, 17).softmax(0)
    return draw.two_contexts(
        {"dark": (shares, shares.flip(0), torch.tensor(1.0)), "torn": (shares, shares, torch.tensor(8.0))}
    )


def likelihoods():
    p = torch.linspace(0.001, 0.999, 99)
    return draw.likelihoods(p, p**7 * (1 - p) ** 3)


def courses():
    return draw.courses({"EM": [-40, 0, 7, 7.0], "ascent, rate 0.003": [-40, -39, -38, -37.0]})


# Each figure, and the words that must stand in it.
FIGURES = {
    likelihoods: ["p = 0.704", "log-likelihood (nats)"],
    climbs: ["left", "wide", "closed form", "below the top (nats a point) ↓"],
    twin_peaks: ["μ₁ = μ₂"],
    courses: ["EM", "ascent, rate 0.003", "Σ log p(x) (nats) ↑"],
    one_minimum: ["−mean log-likelihood", "KL from the data", "the best binomial"],
    two_directions: ["target p", "q by KL(p ‖ q)", "q by KL(q ‖ p)"],
    by_heart: ["its own data", "others", "σ = 0.002", "σ = 0.040"],
    by_components: ["training images", "validation images", "K = 10", "digits: log p(x) (nats an image) ↑"],
    estimates: ["truth", "mean (pixels)", "σ (pixels)"],
    two_contexts: ["categorical", "Gaussian", "dark", "torn"],
}


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_a_figure_says_what_it_shows_and_no_word_is_cut_off(make, says):
    says(make, FIGURES[make])


def test_a_place_where_several_descents_ended_is_named_once():
    words = [text.get_text() for text in two_directions().axes[0].texts]
    assert words == ["target p", "q by KL(p ‖ q)", "q by KL(q ‖ p)"]

"""The grid against an adaptive integral, Monte Carlo and itself."""

import math

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from gencourse.models.figure_eight import SPACING, FigureEight

COORDINATE = st.floats(-3, 3)


def integrate(model, x):
    """∫ p(x, z) dz by scipy's adaptive rule, piece by piece."""
    from scipy.integrate import quad

    def joint(z):
        return math.exp(model.log_joint(x, torch.tensor([[z]], dtype=torch.float64)).item())

    return sum(quad(joint, a / 4, (a + 1) / 4, epsabs=1e-14)[0] for a in range(-32, 32))


@given(sigma=st.floats(0.1, 2), first=COORDINATE, second=COORDINATE)
@settings(max_examples=8, deadline=None)
def test_log_prob_is_the_integral(sigma, first, second):
    model, x = FigureEight(sigma), torch.tensor([[first, second]], dtype=torch.float64)
    exact = integrate(model, x)
    if exact > 1e-9:  # below, the adaptive rule has no digits left
        assert model.log_prob(x).item() == pytest.approx(math.log(exact), abs=1e-6)


@pytest.mark.parametrize("sigma", [0.05, 0.3, 2.0])
def test_half_as_fine_a_grid_gives_the_same(sigma):
    model = FigureEight(sigma)
    x = model.sample(50, generator=torch.Generator().manual_seed(0)).double()
    joint = model.log_joint(x, model.grid[::2, None, None])
    coarse = torch.logsumexp(joint, 0) + math.log(2 * SPACING)
    torch.testing.assert_close(coarse, model.log_prob(x), atol=1e-6, rtol=0)


def log_prob(model, x):
    """The model's, a thousand points at a time: the grid of each is large."""
    return torch.cat([model.log_prob(part) for part in x.split(1000)])


@pytest.fixture(scope="module")
def plane():
    """A model, its log p on a grid that is fine beside σ = 0.3, and the area of a cell."""
    model, side = FigureEight(0.3), torch.linspace(-5, 5, 101).double()
    return model, log_prob(model, torch.cartesian_prod(side, side)), 0.1**2


@pytest.mark.slow
def test_the_density_sums_to_one_over_the_plane(plane):
    _, log_p, area = plane
    assert log_p.exp().sum().item() * area == pytest.approx(1, abs=1e-6)


def test_the_posterior_sums_to_one_and_has_two_modes_at_the_crossing():
    model = FigureEight(0.2)
    density = model.posterior_on_grid(torch.tensor([[0.0, 0.0], [2.0, 0.0]]))  # the crossing, the right-hand end
    torch.testing.assert_close(density.sum(0) * SPACING, torch.ones(2).double())
    left, right = density[model.grid < 0], density[model.grid > 0]
    assert left[:, 0].sum() == pytest.approx(right[:, 0].sum().item(), rel=1e-9)
    peaks = (density[1:-1] > density[:-2]) & (density[1:-1] > density[2:]) & (density[1:-1] > 0.1)
    assert peaks.sum(0).tolist() == [2, 1]


@pytest.mark.slow
def test_samples_follow_the_density(plane):
    """The average of log p over samples is minus the entropy, an integral over the plane."""
    model, log_p, area = plane
    entropy = -(log_p.exp() * log_p).sum() * area
    values = -log_prob(model, model.sample(20_000, generator=torch.Generator().manual_seed(0)))
    assert abs(values.mean() - entropy) < 4 * values.std() / 20_000**0.5


@pytest.mark.parametrize("sigma", [0.0, 0.01, 11, float("nan")])
def test_a_sigma_out_of_range_is_refused(sigma):
    with pytest.raises(ValueError, match=r"sigma=.*from 0.05 to 10"):
        FigureEight(sigma)


def test_gaps_are_what_the_elbo_is_short_of_log_p():
    model, x = FigureEight(0.45), torch.tensor([[1.7, 0.6]], dtype=torch.float64)
    means, spreads = torch.tensor([-0.2, 0.3, 0.5]).double(), torch.tensor([0.1, 0.4]).double()
    gaps = model.gaps(x, means, spreads)
    for i, j in ((0, 0), (1, 2)):
        bound = model.exact_elbo(x, means[j].view(1, 1), 2 * spreads[i].log().view(1, 1))
        assert float(gaps[i, j]) == pytest.approx(float(model.log_prob(x) - bound))


@pytest.mark.parametrize("sigma", [0.1, 0.2, 0.45])
def test_the_best_gaussian_of_two_equal_bumps_covers_one_and_pays_log_2(sigma):
    mean, spread, gap = FigureEight(sigma).best_gaussian(torch.tensor([[0.0, 0.0]]).double())
    assert abs(mean) == pytest.approx(1, abs=0.02) and 0 < spread < 0.2
    assert math.log(2) < gap < math.log(2) + 0.03


def test_no_gaussian_is_better_than_the_best():
    model, x = FigureEight(0.45), torch.tensor([[0.5, 0.5]]).double()
    _, _, gap = model.best_gaussian(x)
    grid = model.gaps(x, torch.linspace(-1.5, 1.5, 121).double(), torch.linspace(0.06, 0.3, 25).double())
    assert gap <= float(grid.min()) + 1e-4

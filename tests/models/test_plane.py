"""The three models of points in the plane that say how probable x is: exact where they say so."""

import math

import pytest
import torch

from gencourse.models.autoregressive import Autoregressive, mixture_of_numbers
from gencourse.models.energy import Energy
from gencourse.models.flow import Flow


def shaken(kind, *arguments, scale=0.4, **options):
    """A model, the same each time, with parameters far enough from their start to matter."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = kind(*arguments, **options)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator))
    return model


def mass(log_prob, reach=9.0, cells=500):
    """The integral of a density over a square, by the middles of its cells."""
    middles = (torch.arange(cells) + 0.5) / cells * 2 * reach - reach
    x = torch.cartesian_prod(middles, middles)
    return log_prob(x).exp().sum().item() * (2 * reach / cells) ** 2


@pytest.mark.parametrize(
    "model",
    [
        shaken(Flow, 4, hidden=8, scale=0.2),
        shaken(Autoregressive, 3, hidden=8, scale=0.1),
        shaken(Autoregressive, 3, order=1, hidden=8, scale=0.1),
    ],
)
@torch.no_grad()
def test_the_density_is_normalised_and_samples_follow_it(model):
    assert mass(model.log_prob) == pytest.approx(1, abs=5e-3)
    x = model.sample(40_000, generator=torch.Generator().manual_seed(1))
    inside = (x.abs() < 1).all(1).float().mean().item()
    middles = (torch.arange(200) + 0.5) / 100 - 1
    square = model.log_prob(torch.cartesian_prod(middles, middles)).exp().sum().item() * 0.01**2
    assert inside == pytest.approx(square, abs=0.012)


def test_a_flow_is_undone_and_its_volume_is_the_jacobian_s():
    flow, x = shaken(Flow, 5, hidden=8).double(), torch.randn(7, 2, dtype=torch.float64)
    z, log_volume = flow.encode(x)
    torch.testing.assert_close(flow.decode(z), x)
    for k in range(len(x)):
        jacobian = torch.autograd.functional.jacobian(lambda u: flow.encode(u[None])[0][0], x[k])
        assert log_volume[k].item() == pytest.approx(jacobian.det().abs().log().item())


def test_the_order_says_which_coordinate_is_seen():
    for order in (0, 1):
        model = shaken(Autoregressive, 2, order=order, hidden=8)
        x = torch.zeros(1, 2, requires_grad=True)
        first = mixture_of_numbers(x[:, order], model.first)
        (slope,) = torch.autograd.grad(first.sum(), x)
        assert slope[0, order] != 0 and slope[0, 1 - order] == 0


def test_an_energy_that_is_linear_moves_the_gaussian():
    """q · exp(a·x) is N(spread² a, spread²) times a number."""
    model, a = Energy(2, spread=0.8), torch.tensor([1.0, -0.5])
    model.network = torch.nn.Linear(2, 1, bias=False)
    model.network.weight.data = a[None]
    x = model.sample(4000, generator=torch.Generator().manual_seed(0), proposals=100_000)
    torch.testing.assert_close(x.mean(0), 0.64 * a, atol=0.05, rtol=0)
    log_q = torch.distributions.Normal(0, 0.8).log_prob(x).sum(1)
    torch.testing.assert_close(model.unnormalised(x), log_q + x @ a)


def test_a_classifier_that_knows_nothing_loses_two_coins():
    model = Energy()
    for parameter in model.parameters():
        parameter.data.zero_()
    assert model.loss(torch.randn(8, 2))["loss"].item() == pytest.approx(2 * math.log(2))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Flow(0), "layers=0"),
        (lambda: Autoregressive(0), "components=0"),
        (lambda: Autoregressive(order=2), "order=2"),
        (lambda: Energy(spread=0), "spread=0"),
        (lambda: Flow().log_prob(torch.zeros(4, 3)), r"x \(4, 3\): allowed is \(B, 2\)"),
        (lambda: Autoregressive().log_prob(torch.zeros(4, 3)), r"x \(4, 3\)"),
        (lambda: Energy().unnormalised(torch.zeros(4, 3)), r"x \(4, 3\)"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()

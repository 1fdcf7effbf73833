"""Each density integrates to one, its samples agree with it, and its closed form is where the gradient vanishes."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.distributions import Categorical as TorchCategorical
from torch.distributions import MixtureSameFamily, MultivariateNormal, Normal

from gencourse.models.bars import Categorical, Histogram
from gencourse.models.class_conditional import ClassConditional, bayes_posterior
from gencourse.models.density import log_normalise
from gencourse.models.gaussian import DiagonalGaussian, FullGaussian
from gencourse.models.kernel_density import KernelDensity
from gencourse.models.mixture import Mixture

SHAPES = {
    "histogram": lambda: Histogram(-12, 12, 48),
    "diagonal": lambda: DiagonalGaussian(1),
    "full": lambda: FullGaussian(1),
    "mixture": lambda: Mixture([DiagonalGaussian(1) for _ in range(3)]),
    "class-conditional": lambda: ClassConditional([FullGaussian(1), Mixture([DiagonalGaussian(1)] * 2)]),
}


def shaken(model, seed, scale=0.7):
    """The model with random parameters."""
    generator = torch.Generator().manual_seed(seed)
    for p in model.parameters():
        p.data = scale * torch.randn(p.shape, generator=generator)
    return model


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 12), st.floats(0.1, 300))
def test_bars_sum_to_one(seed, n, scale):
    bars = shaken(Categorical(n), seed, scale)
    total = bars.log_prob(torch.arange(n)).detach().double().exp().sum()
    assert float(total) == pytest.approx(1, abs=1e-5)


def line(reach, step):
    """Points of the line and the lengths they stand for: x = sinh t, fine about 0 and as far as sinh(reach)."""
    t = torch.arange(-reach, reach + step, step, dtype=torch.float64)
    return t.sinh(), step * t.cosh()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(set(SHAPES) - {"histogram"})), st.integers(0, 2**31 - 1))
def test_densities_on_the_line_integrate_to_one(name, seed):
    model, (x, length) = shaken(SHAPES[name](), seed).double(), line(8, 0.001)
    mass = (model.log_prob(x[:, None]).exp() * length).sum()
    assert float(mass.detach()) == pytest.approx(1, abs=1e-6)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31 - 1))
def test_a_histogram_integrates_to_one_and_is_zero_outside(seed):
    model = shaken(SHAPES["histogram"](), seed).double()
    edges = torch.linspace(-30, 30, 60_001, dtype=torch.float64)
    middles = (edges[1:] + edges[:-1]) / 2  # so that no point lies on a bar's edge
    mass = model.log_prob(middles[:, None]).exp().sum() * 0.001
    assert float(mass.detach()) == pytest.approx(1, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31 - 1))
@example(7508)  # a Gaussian so wide that it reaches beyond ±15
@example(35681)  # and one 17 times as long as it is wide
def test_densities_in_the_plane_integrate_to_one(seed):
    x, length = line(6, 0.04)
    grid, area = torch.cartesian_prod(x, x), torch.cartesian_prod(length, length).prod(1)
    kernels = KernelDensity(2, 0.4).fit_(torch.randn(5, 2, generator=torch.Generator().manual_seed(seed)).double())
    for model in (shaken(FullGaussian(2), seed, 0.4), shaken(Mixture([DiagonalGaussian(2)] * 2), seed, 0.4), kernels):
        mass = (model.double().log_prob(grid).exp() * area).sum()
        assert float(mass.detach()) == pytest.approx(1, abs=1e-6)


def test_gaussians_and_mixtures_are_those_of_torch():
    torch.manual_seed(0)
    x = torch.randn(7, 3)
    full, diagonal = shaken(FullGaussian(3), 1), shaken(DiagonalGaussian(3), 2)
    theirs = MultivariateNormal(full.mean, scale_tril=full.cholesky)
    torch.testing.assert_close(full.log_prob(x), theirs.log_prob(x))
    theirs = Normal(diagonal.mean, diagonal.log_scale.exp())
    torch.testing.assert_close(diagonal.log_prob(x), theirs.log_prob(x).sum(-1))
    mixture = shaken(Mixture([FullGaussian(3) for _ in range(4)]), 3)
    means, lower = (
        torch.stack([c.mean for c in mixture.components]),
        torch.stack([c.cholesky for c in mixture.components]),
    )
    theirs = MixtureSameFamily(TorchCategorical(logits=mixture.logits), MultivariateNormal(means, scale_tril=lower))
    torch.testing.assert_close(mixture.log_prob(x), theirs.log_prob(x))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "model", [DiagonalGaussian(3), FullGaussian(3), Categorical(4)], ids=lambda m: type(m).__name__
)
def test_the_closed_form_is_where_the_gradient_vanishes(model, weighted):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(50, 3, generator=generator) @ torch.randn(3, 3, generator=generator)
    x = torch.randint(4, (50,), generator=generator) if isinstance(model, Categorical) else x.double()
    weights = torch.rand(50, generator=generator).double() if weighted else torch.ones(50).double()
    model = model.double().fit_(x, weights if weighted else None)
    model.zero_grad()
    (weights * model.log_prob(x)).sum().backward()
    for parameter in model.parameters():
        assert parameter.grad.abs().max() < 1e-8


def test_directions_without_variance_get_the_floor():
    x = torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])  # one direction only
    full = FullGaussian(2, floor=0.1).double().fit_(x)
    assert torch.linalg.eigvalsh(full.covariance)[0].item() == pytest.approx(0.01)
    diagonal = DiagonalGaussian(2, floor=0.1).fit_(torch.ones(4, 2))
    torch.testing.assert_close(diagonal.log_scale, torch.full((2,), math.log(0.1)))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31 - 1), st.sampled_from([DiagonalGaussian, FullGaussian]), st.integers(1, 4))
def test_em_never_lowers_the_likelihood(seed, kind, k):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(60, 2, generator=generator).double() ** 3
    mixture = Mixture([kind(2, floor=0.1) for _ in range(k)]).double().init_(x, generator=generator)
    path = [mixture.em_step(x) for _ in range(12)]
    assert all(later >= earlier - 1e-9 for earlier, later in zip(path, path[1:], strict=False))
    assert mixture.log_prob(x).mean().item() >= path[-1] - 1e-9
    assert mixture.weights.sum().item() == pytest.approx(1)
    torch.testing.assert_close(mixture.responsibilities(x).sum(1), torch.ones(60).double())


def test_em_agrees_with_scikit_learn():
    from sklearn.mixture import GaussianMixture

    x = torch.cat([torch.randn(200, 2), torch.randn(100, 2) * 0.5 + 4]).double()
    mixture = (
        Mixture([FullGaussian(2) for _ in range(2)])
        .double()
        .fit_(x, steps=100, generator=torch.Generator().manual_seed(0))
    )
    theirs = GaussianMixture(2, tol=1e-10, max_iter=500, reg_covar=0, random_state=0).fit(x.numpy())
    assert mixture.log_prob(x).mean().item() == pytest.approx(theirs.score(x.numpy()), abs=1e-5)


def test_a_mixture_learns_by_gradient_what_em_finds():
    x = torch.cat([torch.randn(100, 1) - 3, 0.5 * torch.randn(50, 1) + 2])
    mixture = Mixture([DiagonalGaussian(1) for _ in range(2)]).init_(x, generator=torch.Generator().manual_seed(0))
    optimiser = torch.optim.Adam(mixture.parameters(), lr=0.02)
    for _ in range(400):
        optimiser.zero_grad()
        mixture.loss(x)["loss"].backward()
        optimiser.step()
    by_em = Mixture([DiagonalGaussian(1) for _ in range(2)]).fit_(
        x, steps=200, generator=torch.Generator().manual_seed(0)
    )
    assert mixture.log_prob(x).mean().item() == pytest.approx(by_em.log_prob(x).mean().item(), abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_samples_agree_with_the_density(name):
    model = shaken(SHAPES[name](), 5)
    x = model.sample(20_000, generator=torch.Generator().manual_seed(0))
    assert x.shape == (20_000, 1)
    cuts = x[:, 0].quantile(torch.linspace(0.1, 0.9, 9))
    fine = torch.linspace(-30, 30, 60_001, dtype=torch.float64)
    density = model.double().log_prob(fine[:, None]).exp().detach() * 1e-3
    below = torch.stack([density[fine < c].sum() for c in cuts])
    assert (below - torch.linspace(0.1, 0.9, 9)).abs().max() < 0.018  # five standard errors


def test_leave_one_out_is_the_likelihood_under_the_others():
    x = torch.randn(6, 2)
    by_hand = torch.stack(
        [KernelDensity(2, 0.7).fit_(torch.cat([x[:i], x[i + 1 :]])).log_prob(x[i : i + 1])[0] for i in range(6)]
    )
    torch.testing.assert_close(KernelDensity(2, 0.7).fit_(x).leave_one_out(), by_hand)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 5))
def test_both_sides_of_bayes_rule_agree(seed, labels):
    model = shaken(ClassConditional([Categorical(512) for _ in range(labels)]), seed, 2).double()
    x = torch.arange(512)  # all binary 3×3 images
    log_px = model.log_prob(x)
    assert log_px.exp().sum().item() == pytest.approx(1, abs=1e-12)
    for y in range(labels):
        of_label = torch.full((512,), y)
        assert model.log_prob(x, of_label).exp().sum().item() == pytest.approx(1, abs=1e-12)
        right = model.posterior(x)[:, y].log() + log_px - model.log_prior[y]
        torch.testing.assert_close(model.log_prob(x, of_label), right, atol=1e-10, rtol=0)
    torch.testing.assert_close(model.posterior(x).sum(1), torch.ones(512).double())


def test_class_conditional_fits_each_label_on_its_own():
    x, y = torch.randn(40, 2), torch.arange(40) % 3
    model = ClassConditional([DiagonalGaussian(2) for _ in range(3)]).fit_(x, y)
    torch.testing.assert_close(model.models[1].mean, x[y == 1].mean(0))
    torch.testing.assert_close(model.log_prior.exp(), torch.tensor([14, 13, 13]) / 40)
    assert model.sample(5, 2, generator=torch.Generator().manual_seed(0)).shape == (5, 2)


def test_extreme_scores_are_normalised():
    scores = torch.tensor([[1000.0, 1000.0, -2000.0], [-5000.0, -5000.0, -5001.0]])
    torch.testing.assert_close(log_normalise(scores), scores.log_softmax(-1))
    torch.testing.assert_close(bayes_posterior(scores, torch.zeros(3)), scores.log_softmax(-1))
    assert log_normalise(torch.zeros(2, 3), dim=0).exp().sum(0).tolist() == pytest.approx([1, 1, 1])


def two_classes():
    return ClassConditional([FullGaussian(2), FullGaussian(2)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Categorical(0), "n=0: allowed is a whole number from 1 up"),
        (lambda: Histogram(1, 1, 4), "low=1.0, high=1.0"),
        (lambda: Histogram(0, 1, 0), "bins=0"),
        (lambda: Histogram("0", 1, 4), "low=.0.: allowed is a finite number"),
        (lambda: FullGaussian(2, floor=math.inf), "floor=inf"),
        (lambda: KernelDensity(2, "1"), "bandwidth=.1.: allowed is a finite number above 0"),
        (lambda: DiagonalGaussian((2, 0)), r"shape=\(2, 0\)"),
        (lambda: FullGaussian(2, floor=0), "floor=0"),
        (lambda: KernelDensity(2, -1.0), "bandwidth=-1.0"),
        (lambda: Mixture([]), "components of shapes"),
        (lambda: Mixture([FullGaussian(2), FullGaussian(3)]), "components of shapes"),
        (lambda: ClassConditional([FullGaussian(2)], torch.zeros(2)), r"log_prior \(2,\)"),
        (lambda: Categorical(3).log_prob(torch.tensor([0, -1])), "x reaches from -1 to 0"),
        (lambda: Categorical(3).fit_(torch.tensor([0, 3])), "x reaches from 0 to 3: allowed .* from 0 to 2"),
        (lambda: two_classes().sample(3, -1), "y=-1: allowed is a whole number from 0 to 1"),
        (lambda: two_classes().log_prob(torch.zeros(2, 2), torch.tensor([0, 2])), "y reaches from 0 to 2"),
        (lambda: two_classes().loss(torch.zeros(2, 2), torch.tensor([0, -1])), "y reaches from -1 to 0"),
        (lambda: two_classes().fit_(torch.randn(4, 2), torch.tensor([0, 1, 2, 0])), "y reaches from 0 to 2"),
        (lambda: FullGaussian(2).log_prob(torch.zeros(4, 3)), r"x \(4, 3\): allowed is \(B, 2\)"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()

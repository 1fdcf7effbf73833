"""The learned tiles: the nearest code, a gradient that passes straight through, a bound that is one."""

import pytest
import torch
from exact import all_images

from gencourse import data
from gencourse.measure.likelihood import bound
from gencourse.models.vq import VQVAE, VQTransformer, nearest_code, straight_through
from gencourse.training.fit import fit
from gencourse.training.how import How


def build(**options):
    torch.manual_seed(0)
    vq = VQVAE((1, 4, 4), **{"patch": 2, "codes": 3, "width": 2, "hidden": 4, **options})
    return VQTransformer(vq, width=8, layers=1, heads=2).eval()


def test_the_nearest_code_is_that_of_a_plain_loop():
    z, codebook = torch.randn(2, 3, 4, 5), torch.randn(7, 5)
    expected = [min(range(7), key=lambda k: (v - codebook[k]).square().sum().item()) for v in z.view(-1, 5)]
    assert nearest_code(z, codebook).flatten().tolist() == expected


def test_the_gradient_passes_straight_through():
    z, q = torch.randn(3, 2, requires_grad=True), torch.randn(3, 2, requires_grad=True)
    out, weight = straight_through(z, q), torch.randn(3, 2)
    (out * weight).sum().backward()
    torch.testing.assert_close(out, q)
    assert torch.equal(z.grad, weight) and q.grad is None


def test_the_bound_is_below_the_exact_likelihood():
    """All 81 sequences of code words can be summed over: p(x) = Σ p(codes) p(x | codes)."""
    model = build()
    x = torch.randint(2, (20, 1, 4, 4)).float()
    codes = torch.cartesian_prod(*[torch.arange(3)] * 4)
    with torch.no_grad():
        prior = model.prior.log_prob(codes)
        each = torch.stack(
            [model.vq.log_likelihood(x, model.vq.decode(c[None]).expand(20, -1, -1, -1, -1)) for c in codes]
        )
        exact = torch.logsumexp(prior[:, None] + each, 0)
        elbo = model.elbo(x)
    assert (elbo.value < exact).all() and torch.allclose(elbo.value, elbo.reconstruction - elbo.kl)
    assert prior.exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_the_decoders_masses_sum_to_one():
    model = build()
    x = all_images((1, 2, 2)).float()
    one_tile = VQVAE((1, 2, 2), patch=2, codes=3, width=2, hidden=4)
    log_prob = one_tile.log_likelihood(x, one_tile.decode(torch.zeros(len(x), 1, dtype=torch.long)))
    assert log_prob.exp().sum().item() == pytest.approx(1, abs=1e-5)
    assert model.calls == 4


def test_training_uses_the_codebook_and_the_prior_leaves_the_autoencoder_alone():
    images = data.load("digits", split="train", binarise="dynamic")
    torch.manual_seed(0)
    vq = VQVAE(images.shape, patch=2, codes=16, hidden=16)
    history = fit(vq, images, steps=150, lr=3e-3, how=How(show="nothing"))
    assert history.metrics["reconstruction"][-1] < 0.8 * history.metrics["reconstruction"][0]
    used = vq.encode(images.batch(slice(0, 500))).unique()
    assert len(used) >= 12
    before = {name: tensor.clone() for name, tensor in vq.state_dict().items()}
    model = VQTransformer(vq, width=16, layers=1, heads=2)
    first = bound(model, images[:200])
    fit(model, images, steps=100, lr=3e-3, how=How(show="nothing"))
    assert all(torch.equal(tensor, before[name]) for name, tensor in vq.state_dict().items())
    second = bound(model, images[:200])
    assert second.kind == "ELBO" and second.value > first.value + 5


def test_samples_follow_the_codes_and_cached_equals_naive():
    model = build(levels=3)
    a, b = (model.sample(6, generator=torch.Generator().manual_seed(0), cached=cached) for cached in (True, False))
    assert torch.equal(a, b) and a.shape == (6, 1, 4, 4) and set(a.unique().tolist()) <= {0.0, 0.5, 1.0}


@pytest.mark.parametrize(
    "options, words", [(dict(patch=3), "patch=3: allowed is a divisor"), (dict(codes=1), "codes=1: allowed")]
)
def test_bad_arguments_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        build(**options)

"""The two implicit models: whose slope goes where, and sampling that is exact where the answer is known."""

import pytest
import torch
import torch.nn.functional as F

from gencourse.models.implicit import GAN, Diffusion, noisy


def test_noising_keeps_the_variance_and_the_share():
    torch.manual_seed(0)
    x, noise = torch.randn(2, 200_000, 1)
    for share in (0.0, 0.3, 1.0):
        mixed = noisy(x, noise, torch.full((len(x),), share))
        assert mixed.var().item() == pytest.approx(1, abs=0.02)
        assert (mixed * x).mean().item() == pytest.approx(share**0.5, abs=0.02)


def test_each_player_of_the_gan_gets_the_slope_of_its_own_loss_only():
    torch.manual_seed(0)
    gan, x = GAN(penalty=0.7), torch.randn(16, 2)
    torch.manual_seed(1)
    gan.loss(x)["loss"].backward()
    joint = [p.grad.clone() for p in gan.parameters()]

    torch.manual_seed(1)
    fake = gan.generator(torch.randn(16, gan.noise))
    x = x.requires_grad_()
    real_logit, fake_logit = gan.discriminator(x), gan.discriminator(fake.detach())
    (slope,) = torch.autograd.grad(real_logit.sum(), x, create_graph=True)
    real, false = torch.ones(16, 1), torch.zeros(16, 1)
    d_loss = F.binary_cross_entropy_with_logits(real_logit, real) + F.binary_cross_entropy_with_logits(
        fake_logit, false
    )
    d_loss = d_loss + 0.35 * slope.square().sum(1).mean()
    g_loss = F.binary_cross_entropy_with_logits(gan.discriminator(fake), real)
    apart = [
        *torch.autograd.grad(g_loss, list(gan.generator.parameters())),
        *torch.autograd.grad(d_loss, list(gan.discriminator.parameters())),
    ]
    for a, b in zip(joint, apart, strict=True):
        torch.testing.assert_close(a, b)


def test_diffusion_noises_from_nearly_all_to_nearly_nothing():
    for steps in (10, 50, 1000):
        share = Diffusion(steps=steps).alpha_bar
        assert (share.diff() < 0).all() and 0 < share[-1] < 1e-3 and share[0] > 0.98 - 1 / steps


@pytest.mark.slow
def test_diffusion_with_the_exact_noise_samples_the_exact_gaussian():
    """For x ~ N(0, s²) the best prediction of the noise is linear and known, so the sampler is held to the truth."""
    spread = 0.5

    class Exact(Diffusion):
        def predict_noise(self, x, t):
            share = self.alpha_bar[t][:, None]
            return x * (1 - share).sqrt() / (share * spread**2 + 1 - share)  # E[noise | x]

    gaps = []
    for steps in (250, 1000):
        x = Exact(1, steps=steps).sample(100_000, generator=torch.Generator().manual_seed(0))
        assert x.mean().item() == pytest.approx(0, abs=0.01)
        assert (x**4).mean().item() / x.var().item() ** 2 == pytest.approx(3, abs=0.1)
        gaps.append(abs(x.std().item() - spread) / spread)
    assert gaps[1] < 0.015 and gaps[1] < 0.5 * gaps[0]  # finite steps narrow it a little; more of them, less


def test_the_trajectory_ends_in_the_sample():
    model = Diffusion(steps=7)
    way = model.trajectory(5, generator=torch.Generator().manual_seed(3))
    assert way.shape == (8, 5, 2)
    assert torch.equal(way[-1], model.sample(5, generator=torch.Generator().manual_seed(3)))


@pytest.mark.parametrize("model", [GAN, Diffusion])
def test_samples_come_with_the_generator_alone(model):
    model = model()
    draw = [model.sample(4, generator=torch.Generator().manual_seed(0)) for _ in range(2)]
    assert torch.equal(*draw) and draw[0].shape == (4, 2)


@pytest.mark.parametrize("make", [lambda: GAN(noise=0), lambda: GAN(hidden=2.5), lambda: Diffusion(steps=0)])
def test_bad_arguments_are_named(make):
    with pytest.raises(ValueError, match=r"(noise=0|hidden=2.5|steps=0): allowed is a whole number"):
        make()

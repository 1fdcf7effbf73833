"""Two models that can be sampled but not asked for a density: a GAN and a diffusion model, each a page long.

Both are for vectors x (B, D) and made to be read; on data in the plane they learn in seconds on one processor core.

[1] Goodfellow et al., Generative Adversarial Networks, 2014.      the game, eq. 1; the loss that is used, section 3
[2] Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020.     eq. 4, 11 and 14, algorithms 1 and 2
[3] Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually Converge?, 2018.     eq. 9, R1
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from gencourse.support.checks import at_least, between


def noisy(x: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """x after many small steps of noising, in one go: √ᾱ · x + √(1 − ᾱ) · noise [2, eq. 4].

    Args:
        x, noise: (B, D). alpha_bar: (B,), the share of x's variance that is left, from 1 (all) to 0 (none).
    """
    alpha_bar = alpha_bar[:, None]  # (B, 1)
    return alpha_bar.sqrt() * x + (1 - alpha_bar).sqrt() * noise


class GAN(nn.Module):
    """A generator that turns noise into x, and a discriminator that tells its x from the data [1].

    Args:
        dim: D, the length of x.
        noise: the length of the generator's input.
        hidden: the width of both networks' two hidden layers.
        penalty: the weight of the discriminator's squared slope at the data, which keeps the game from circling [3].
    """

    def __init__(self, dim: int = 2, *, noise: int = 4, hidden: int = 64, penalty: float = 0.02):
        super().__init__()
        dim, noise, hidden = at_least("dim", dim, 1), at_least("noise", noise, 1), at_least("hidden", hidden, 1)
        self.noise, self.penalty = noise, between("penalty", penalty, 0, math.inf)
        self.config: dict[str, Any] = dict(dim=dim, noise=noise, hidden=hidden, penalty=self.penalty)
        self.generator = _mlp(noise, hidden, dim)
        self.discriminator = _mlp(dim, hidden, 1)  # the logit of "x is real"

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, D), each in a single pass through the generator."""
        sample: Tensor = self.generator(torch.randn(n, self.noise, generator=generator))
        return sample

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """Both players' losses; y is not used. One backward pass gives each player the slope of its own loss only.

        The discriminator sees the fakes without their history; the generator is judged by a frozen copy of the
        discriminator, and wants it to say "real" [1, section 3].
        """
        fake = self.generator(torch.randn(len(x), self.noise, device=x.device))
        x = x.detach().requires_grad_()
        real_logit = self.discriminator(x)
        (slope,) = torch.autograd.grad(real_logit.sum(), x, create_graph=True)
        discriminator = F.softplus(-real_logit).mean() + F.softplus(self.discriminator(fake.detach())).mean()
        discriminator = discriminator + 0.5 * self.penalty * (slope**2).sum(1).mean()

        frozen = {name: weight.detach() for name, weight in self.discriminator.named_parameters()}
        generator = F.softplus(-functional_call(self.discriminator, frozen, (fake,))).mean()
        return {"loss": discriminator + generator, "discriminator": discriminator, "generator": generator}


class Diffusion(nn.Module):
    """Noise is added to x in many small steps; a network learns to say which noise, and so how to go back [2].

    The paper derives a bound on log p(x) for it, which this class does not compute.

    Args:
        dim: D, the length of x; x should have about unit variance.
        steps: T, how many steps lead from x to noise.
        hidden: the width of the network's two hidden layers.
    """

    alpha_bar: Tensor

    def __init__(self, dim: int = 2, *, steps: int = 50, hidden: int = 64):
        super().__init__()
        dim, steps, hidden = at_least("dim", dim, 1), at_least("steps", steps, 1), at_least("hidden", hidden, 1)
        self.config: dict[str, Any] = dict(dim=dim, steps=steps, hidden=hidden)
        self.dim, self.steps = dim, steps
        self.network = _mlp(dim + 3, hidden, dim)
        betas = torch.linspace(1e-4, 0.02, steps) * (
            1000 / steps
        )  # the paper's, for T = 1000, in fewer and larger steps
        self.register_buffer("alpha_bar", torch.cumprod(1 - betas.clamp(max=0.999), 0))  # (T,)

    def predict_noise(self, x: Tensor, t: Tensor) -> Tensor:
        """The noise in x (B, D) that has been noised t + 1 steps, t (B,) from 0 to T − 1."""
        share = t / self.steps
        clock = torch.stack([share, (2 * torch.pi * share).sin(), (2 * torch.pi * share).cos()], dim=1)  # (B, 3)
        noise: Tensor = self.network(torch.cat([x, clock], dim=1))
        return noise

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """The squared error of the predicted noise, at a random step for each x [2, eq. 14]; y is not used."""
        t = torch.randint(self.steps, (len(x),), device=x.device)
        noise = torch.randn_like(x)
        predicted = self.predict_noise(noisy(x, noise, self.alpha_bar[t]), t)
        return {"loss": ((noise - predicted) ** 2).sum(1).mean()}

    def sample(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """n draws, (n, D): from pure noise back through all T steps [2, algorithm 2]."""
        return self.trajectory(n, generator=generator)[-1]

    @torch.no_grad()
    def trajectory(self, n: int, *, generator: torch.Generator | None = None) -> Tensor:
        """The way of n draws from noise to x, (T + 1, n, D)."""
        x = torch.randn(n, self.dim, generator=generator)
        way = [x]
        for t in reversed(range(self.steps)):
            before = self.alpha_bar[t - 1] if t else torch.ones(())  # ᾱ one step nearer to the data
            alpha = self.alpha_bar[t] / before
            noise = self.predict_noise(x, torch.full((n,), t))
            x = (x - (1 - alpha) / (1 - self.alpha_bar[t]).sqrt() * noise) / alpha.sqrt()  # eq. 11
            if t:
                spread = ((1 - before) / (1 - self.alpha_bar[t]) * (1 - alpha)).sqrt()
                x = x + spread * torch.randn(n, self.dim, generator=generator)
            way.append(x)
        return torch.stack(way)


def _mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    leaky = nn.LeakyReLU(0.2)  # with kinks from the start: smoother activations take far longer to learn sharp edges
    return nn.Sequential(nn.Linear(inputs, hidden), leaky, nn.Linear(hidden, hidden), leaky, nn.Linear(hidden, outputs))

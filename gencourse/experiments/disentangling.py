"""Disentangling: which pressure on a VAE gives each factor of a sprite a latent of its own?

A heart that is not turned, of five factors (hue, background, scale, x and y), so that no two settings look alike; six
latents, Gaussian pixels of σ = 0.1. The KL's weight is even, or falls from 100 to where it ends, so that at first only
what saves most is worth its price (Burgess et al. 2018 tell why that orders the factors), or rises from 0. Beside it
the total correlation has a weight of its own (Chen et al. 2018) or none (β-VAE).
"""

import torch
from torch import Tensor

from gencourse.data import sprites
from gencourse.data.images import Images
from gencourse.experiments.experiment import experiment
from gencourse.measure import latents, likelihood
from gencourse.models.disentangling import TotalCorrelationVAE, kl_parts
from gencourse.models.vae import VAE
from gencourse.support.checks import one_of
from gencourse.training.fit import fit
from gencourse.training.how import How

HELD = {"shape": sprites.SHAPES.index("heart"), "rotation": 0}
PRESSURES = ("falling", "even", "rising")
START, END = 100.0, 4.0  # of the KL's weight; an even one is END, a rising one starts at 0


@experiment(
    grid=(
        {"pressure": ("falling",), "total_correlation": (30.0, 0.0)},
        {"pressure": ("even",), "total_correlation": (30.0, 0.0)},
        {"pressure": ("rising",), "total_correlation": (30.0,)},
    ),
    depends=(TotalCorrelationVAE, VAE, kl_parts, fit, latents.mig, sprites.load),
    smoke={"steps": 2, "n": 200},
)
def disentangling(
    pressure: str, total_correlation: float, steps: int = 2500, n: int = 20_000, *, seed: int
) -> dict[str, float]:
    """Which pressure on a VAE gives each factor of a sprite a latent of its own?"""
    one_of("pressure", pressure, PRESSURES)
    images = {split: sprites.load(split, min(n, 3000), held=HELD) for split in ("validation", "test")}
    model = trained(pressure, total_correlation, steps, n, seed)
    gaps = {split: gap(model, held_out) for split, held_out in images.items()}
    terms = likelihood.terms(model, images["validation"])
    named = dict(zip(sprites.FACTORS, gaps["test"][1].tolist(), strict=True))
    return {
        "validation_mig": gaps["validation"][0],
        "test_mig": gaps["test"][0],
        **{f"test_gap_{name}": gap for name, gap in named.items() if name not in HELD},
        "validation_reconstruction": terms.reconstruction,
        "validation_kl": terms.kl,
    }


def gap(model: TotalCorrelationVAE, images: Images) -> tuple[float, Tensor]:
    """The mutual information gap of the codes' means, and that of each factor."""
    assert images.factors is not None, "sprites know what they were drawn from"
    return latents.mig(latents.codes(model, images)[0], images.factors)


def trained(pressure: str, total_correlation: float, steps: int, n: int, seed: int) -> TotalCorrelationVAE:
    """The model of one setting, on n sprites of the training split."""
    images = sprites.load("train", n, held=HELD)
    torch.manual_seed(seed)
    model = TotalCorrelationVAE(
        images.shape,
        latent=6,
        hidden=(128,),
        channels=(32, 32, 32),
        likelihood="gaussian",
        sigma=0.1,
        beta=weight(pressure, 0.0),
        total_correlation=total_correlation,
        n_images=n,
    )

    def on_step(step: int) -> None:
        model.beta = weight(pressure, step / steps)

    how = How(show="nothing", precision="fp32", on_step=on_step)
    fit(model, images, steps=steps, batch_size=64, lr=1e-3, schedule="cosine", seed=seed, how=how)
    return model.cpu()


def weight(pressure: str, done: float) -> float:
    """The KL's weight after a share `done` of the steps; it falls by equal factors, and rises by equal steps."""
    return {"falling": START * (END / START) ** done, "even": END, "rising": END * done}[pressure]

"""The families of generative models, and what a class of each family can do, read off the class itself.

    generative model ─┬─ explicit ─┬─ tractable      log p(x), exactly
                      │            └─ approximate    a bound on log p(x)
                      └─ implicit ─┬─ direct         a sample in one pass
                                   └─ indirect       a sample in many steps

Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks, 2016, section 2.3 and figure 9.
"""

from dataclasses import dataclass

from gencourse.models.implicit import GAN, Diffusion
from gencourse.models.mixture import Mixture
from gencourse.models.vae import VAE

METHODS = ("log_prob", "elbo", "sample")
BRANCHES = {
    "explicit": "The model says how probable x is: log p(x), or a bound on it. Training raises that number.",
    "implicit": "The model gives samples and no number. Training makes its samples harder to tell from data.",
    "tractable": "log p(x) is computed exactly. That restricts how the model may be built.",
    "approximate": "log p(x) is an integral over latents that nobody can do; a bound below it is computed.",
    "direct": "A sample takes one pass: noise in, x out.",
    "indirect": "A sample takes many passes: it starts as noise and is improved step by step.",
}


@dataclass(frozen=True)
class Family:
    """A leaf of the tree: a class of this course, the two branches above it, and what it does in a sentence."""

    model: type
    kind: str  # "explicit" or "implicit"
    way: str  # "tractable", "approximate", "direct" or "indirect"
    name: str
    words: str

    @property
    def abilities(self) -> tuple[str, ...]:
        """Which of log_prob, elbo and sample the class has."""
        return tuple(method for method in METHODS if hasattr(self.model, method))


FAMILIES = (
    Family(
        Mixture,
        "explicit",
        "tractable",
        "Mixture",
        "Several simple densities, each with its weight: the sum is a density again, and computed exactly.",
    ),
    Family(
        VAE,
        "explicit",
        "approximate",
        "VAE",
        "A latent code is drawn, then x given the code. The probability of x under all codes is only bounded.",
    ),
    Family(
        GAN,
        "implicit",
        "direct",
        "GAN",
        "A generator turns noise into x; a second network, which is then thrown away, told it where it was wrong.",
    ),
    Family(
        Diffusion,
        "implicit",
        "indirect",
        "Diffusion",
        "A network says which noise was added to x; taken away little by little, noise becomes x.",
    ),
)

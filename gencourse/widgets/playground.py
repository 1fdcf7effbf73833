"""Seven families of generative models learn points in the plane, in the page; two of them side by side."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from gencourse.figures import COLOURS, INK, figure
from gencourse.models.autoregressive import Autoregressive
from gencourse.models.energy import Energy
from gencourse.models.flow import Flow
from gencourse.models.gaussian import FullGaussian
from gencourse.models.implicit import GAN, Diffusion
from gencourse.models.mixture import Mixture
from gencourse.models.vae import VAE
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.learn.points import SHAPES
from gencourse.widgets.shared.learn.setting import REACH, Setting, parse
from gencourse.widgets.shared.widget import Widget

START = "moons n=400 noise=0.1 seed=1 | flow | diffusion"
STEPS, ROWS = 250, 256  # of the still's training, and points in a batch
EM_STEPS = 40
WIDTH = ("width", "width of the layers", (8, 16, 32, 64, 128), 64)


@dataclass(frozen=True)
class Family:
    """What the page may choose of a family: its name and words, and its knobs as (name, title, choices, value)."""

    title: str
    words: str
    rate: float  # of Adam, as in the page
    knobs: tuple[tuple[str, str, tuple[float, ...], float], ...]


FAMILIES = {
    "mixture": Family(
        "Gaussian mixture",
        "A sum of Gaussians, fitted by EM: each step goes over all points.",
        0.0,
        (
            ("components", "Gaussians", (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64), 12),
            ("floor", "least width", (0.001, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3), 0.03),
        ),
    ),
    "autoregressive": Family(
        "autoregressive",
        "One coordinate, then the other given it; each is a mixture of Gaussians.",
        3e-3,
        (("components", "Gaussians", (1, 2, 4, 8, 16), 8), ("order", "first coordinate", (0, 1), 0), WIDTH),
    ),
    "flow": Family(
        "normalising flow",
        "A Gaussian, bent by coupling layers that can all be undone.",
        2e-3,
        (("layers", "coupling layers", (2, 4, 6, 8, 12), 6), WIDTH),
    ),
    "vae": Family(
        "VAE",
        "A code is drawn, a decoder makes a point of it, and noise is added.",
        2e-3,
        (
            ("latent", "codes", (1, 2), 2),
            ("beta", "β", (0.1, 0.3, 1, 3, 10, 20, 30, 40, 50, 60, 80, 100), 1),
            ("sigma", "decoder's σ", (0.05, 0.1, 0.2, 0.3, 0.5), 0.1),
            WIDTH,
        ),
    ),
    "gan": Family(
        "GAN",
        "Noise is bent until a second network cannot tell it from the data.",
        1e-3,
        (
            ("noise", "numbers of noise", (1, 2, 4), 2),
            ("penalty", "slope penalty", (0, 0.02, 0.1, 0.5, 2), 0.1),
            WIDTH,
        ),
    ),
    "diffusion": Family(
        "diffusion",
        "Noise is taken away, a little in each of many steps.",
        5e-3,
        (("steps", "steps", (5, 10, 20, 50, 100), 50), WIDTH),
    ),
    "energy": Family(
        "energy-based",
        "A landscape, learned by telling data from noise of a known density.",
        2e-3,
        (("spread", "spread of the noise", (0.5, 1, 1.5, 2, 3), 1.5), WIDTH),
    ),
}


def knobs_of(name: str) -> dict[str, float]:
    """What a family's knobs are set to at first."""
    return {knob: value for knob, _, _, value in FAMILIES[name].knobs}


def build_model(name: str, knobs: dict[str, Any]) -> Any:
    """The package's model that the page's is a copy of.

    Args:
        name: one of FAMILIES.
        knobs: by name; what is left out has its default.
    """
    knobs = {**knobs_of(name), **knobs}
    hidden = int(knobs.get("width", 0))  # a mixture has no layers
    match name:
        case "mixture":
            return Mixture([FullGaussian(2, floor=knobs["floor"]) for _ in range(knobs["components"])])
        case "autoregressive":
            return Autoregressive(knobs["components"], order=knobs["order"], hidden=hidden)
        case "flow":
            return Flow(knobs["layers"], hidden=hidden)
        case "vae":
            about = dict(likelihood="gaussian", sigma=float(knobs["sigma"]), beta=knobs["beta"], activation="silu")
            return VAE((1, 1, 2), knobs["latent"], hidden=(hidden, hidden), **about)
        case "gan":
            return GAN(2, noise=knobs["noise"], hidden=hidden, penalty=knobs["penalty"])
        case "diffusion":
            return Diffusion(2, steps=knobs["steps"], hidden=hidden)
    return Energy(2, spread=knobs["spread"], hidden=hidden)


class Playground(Widget):
    """Points to choose, paste or draw, and one or two models that learn them before one's eyes, in the page alone.

    The models are those of `gencourse.models`, with the same gradients; a Web Worker trains them.

    Args:
        state: what is learned by which models, as text: "moons n=400 noise=0.1 seed=1 | flow layers=6 | gan". The page
            shows it, to be copied. Data are "moons", "gaussians", "ring", "checkerboard", "spiral", or "own" with the
            points; families are "mixture", "autoregressive", "flow", "vae", "gan", "diffusion" and "energy".

    Attributes:
        state: as above, as the page has it now.

    Raises:
        TraitError: on a state that cannot be read, naming what is wrong in it and what is allowed.
    """

    _esm = bundle("playground")
    _css = Widget._css + style("playground")
    link = ("state",)

    state = traitlets.Unicode(START).tag(sync=True)
    families = traitlets.List(traitlets.Dict()).tag(sync=True)
    shapes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, state: str = START):
        super().__init__(state=state, families=_for_page(), shapes=list(SHAPES), colours=COLOURS)

    @property
    def setting(self) -> Setting:
        """The state, read."""
        return _read(self.state)

    def label(self) -> str:
        setting = self.setting
        models = " and ".join(FAMILIES[name].title for name, _ in setting.models)
        return f"a playground where {models} learn{'' if len(setting.models) > 1 else 's'} points: {setting.data}"

    @traitlets.validate("state")
    def _can_be_read(self, proposal: Any) -> str:
        try:
            _read(proposal["value"])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None
        return str(proposal["value"])

    def _figure(self) -> Any:
        setting = self.setting
        train, held = setting.points()
        fig, axes = figure(8.4, 4.1, columns=len(setting.models), squeeze=False)
        for ax, (name, knobs), colour in zip(axes[0], setting.models, COLOURS, strict=False):
            samples, words = learned(name, tuple(knobs.items()), train.tobytes(), held.tobytes(), setting.seed)
            ax.scatter(*train.T, s=5, linewidths=0, color=INK, alpha=0.3)
            ax.scatter(*samples.T, s=7, linewidths=0, color=colour)
            ax.set(aspect="equal", xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[], xlabel=words)
            ax.set_title(f"{FAMILIES[name].title}: samples over the data")
            ax.grid(False)
        return fig


@lru_cache(16)
def learned(
    name: str, knobs: tuple[tuple[str, float], ...], train: bytes, held: bytes, seed: int
) -> tuple[np.ndarray, str]:
    """Samples (512, 2) of a family after a short training by torch, and what it reached in words."""
    x, other = (torch.from_numpy(np.frombuffer(part, np.float32).reshape(-1, 2).copy()) for part in (train, held))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_model(name, dict(knobs))
        if name == "mixture":
            model.fit_(x, steps=EM_STEPS)
        else:
            _train(model, x, FAMILIES[name].rate, flat=name != "vae")
        samples = model.sample(512, **({"draw_pixels": True} if name == "vae" else {})).view(-1, 2)
        steps = EM_STEPS if name == "mixture" else STEPS
        return samples.numpy(), f"{steps} steps; {_reached(model, other)}"


def _train(model: Any, x: Tensor, rate: float, flat: bool) -> None:
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(STEPS):
        batch = x[torch.randint(len(x), (ROWS,))]
        optimiser.zero_grad()
        model.loss(batch if flat else batch.view(-1, 1, 1, 2))["loss"].backward()
        optimiser.step()


@torch.no_grad()
def _reached(model: Any, held: Tensor) -> str:
    if hasattr(model, "log_prob"):
        return f"held out {model.log_prob(held).mean():.2f} nats a point, exact"
    if hasattr(model, "elbo"):
        return f"held out {model.elbo(held.view(-1, 1, 1, 2), 8).value.mean():.2f} nats a point or more"
    return "its density is known but for a factor" if hasattr(model, "unnormalised") else "no density to show"


def _read(text: str) -> Setting:
    """The setting that a state's text says."""
    return parse(text, {family["name"]: {knob["name"]: knob for knob in family["knobs"]} for family in _for_page()})


def _for_page() -> list[dict[str, Any]]:
    """The families as the page reads them."""
    return [
        {
            "name": name,
            "title": family.title,
            "words": family.words,
            "knobs": [
                {"name": knob, "title": title, "choices": list(choices), "value": value}
                for knob, title, choices, value in family.knobs
            ],
        }
        for name, family in FAMILIES.items()
    ]

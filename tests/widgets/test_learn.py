"""Training in the page: its gradients are torch's, and its runs end where torch's do (learn.test.js asks that of it).

python tests/widgets/test_learn.py    writes learn.json, torch's states, gradients and losses
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gencourse.models.autoregressive import Autoregressive
from gencourse.models.energy import Energy
from gencourse.models.flow import Flow
from gencourse.models.implicit import GAN, Diffusion
from gencourse.models.mixture import Mixture
from gencourse.widgets.playground import FAMILIES, build_model, knobs_of
from gencourse.widgets.shared.learn.points import draw_points
from gencourse.widgets.shared.learn.random import Random

NUMBERS = Path(__file__).parent / "learn.json"
ROWS, STEPS, LAST, SEEDS = 256, 200, 50, 4
SMALL = {
    "autoregressive": dict(components=5, order=1),
    "flow": dict(layers=3),
    "vae": dict(latent=2, beta=0.7, sigma=0.3),
    "gan": dict(noise=2, penalty=0.3),
    "diffusion": dict(steps=20),
    "energy": dict(spread=1.5),
}


def networks(name: str, model: Any) -> list[Any]:
    """The model's networks in the order of the page's blocks; a lone parameter as it is."""
    if name == "autoregressive":
        return [model.first, model.network]
    if name == "flow":
        return list(model.networks)
    if name == "vae":
        return [model.encoder, model.decoder]
    return [model.generator, model.discriminator] if name == "gan" else [model.network]


def parameters(part: Any) -> list[torch.nn.Parameter]:
    return [part] if isinstance(part, torch.nn.Parameter) else list(part.parameters())


def batch(step: int) -> torch.Tensor:
    return torch.from_numpy(draw_points("moons", ROWS, 0.1, 1000 + step))


def noise(name: str, model: Any) -> dict[str, list[float]]:
    """What `loss` draws from torch's generator, drawn alike."""
    if name == "diffusion":
        return {"t": torch.randint(model.steps, (ROWS,)).tolist(), "noise": torch.randn(ROWS, 2).flatten().tolist()}
    if name == "energy":
        return {"noise": (model.spread * torch.randn(ROWS, 2)).flatten().tolist()}
    if name in ("vae", "gan"):
        return {"noise": torch.randn(ROWS, 2).flatten().tolist()}
    return {}


def loss(name: str, model: Any, x: torch.Tensor) -> torch.Tensor:
    return model.loss(x.view(-1, 1, 1, 2) if name == "vae" else x)["loss"]


def train(name: str, model: Any, steps: int) -> list[float]:
    optimiser = torch.optim.Adam(model.parameters(), lr=FAMILIES[name].rate)
    losses = []
    for step in range(steps):
        optimiser.zero_grad()
        value = loss(name, model, batch(step))
        value.backward()
        optimiser.step()
        losses.append(value.item())
    return losses


def packed(values: list[float]) -> str:
    return base64.b64encode(np.asarray(values, np.float32).tobytes()).decode()


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.float32)


def state(name: str, model: Any) -> dict[str, Any]:
    """Weights, a batch, its noise, and the loss and gradients that they give, by torch."""
    x = batch(999)
    torch.manual_seed(7)
    drawn = {key: (value if key == "t" else packed(value)) for key, value in noise(name, model).items()}
    torch.manual_seed(7)
    model.zero_grad()
    value = loss(name, model, x)
    value.backward()
    parts = networks(name, model)
    weights = [[packed(p.detach().flatten().tolist()) for p in parameters(part)] for part in parts]
    shapes = [[list(p.shape) for p in parameters(part)] for part in parts]
    gradients = [packed(torch.cat([p.grad.flatten() for p in parameters(part)]).tolist()) for part in parts]
    held = {"x": packed(x.flatten().tolist()), "drawn": drawn, "loss": value.item()}
    return {**held, "weights": weights, "shapes": shapes, "gradients": gradients}


def states(name: str) -> dict[str, Any]:
    torch.manual_seed(0)
    knobs = SMALL[name]
    model = build_model(name, {**knobs, "width": 16})
    first = state(name, model)
    train(name, model, STEPS)
    return {"knobs": {**knobs, "width": 16}, "states": [first, state(name, model)]}


def band(name: str) -> dict[str, Any]:
    """The mean loss over the last steps of runs of the size that the playground opens with, seed by seed."""
    ends = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        losses = train(name, build_model(name, knobs_of(name)), STEPS)
        ends.append(float(np.mean(losses[-LAST:])))
    return {"knobs": knobs_of(name), "ends": ends}


def mixture() -> dict[str, Any]:
    """A mixture after one and after eleven steps of EM: the page goes from the one to the other by ten."""
    x = batch(0).double()
    model = build_model("mixture", dict(components=4, floor=0.1)).double()
    model.init_(x, generator=torch.Generator().manual_seed(0))

    def parts() -> list[dict[str, Any]]:
        weights = model.weights.tolist()
        covariances = [c.covariance for c in model.components]
        return [
            {"weight": w, "mean": c.mean.tolist(), "covariance": [v[0, 0].item(), v[0, 1].item(), v[1, 1].item()]}
            for w, c, v in zip(weights, model.components, covariances, strict=True)
        ]

    before = parts()
    for _ in range(10):
        model.em_step(x)
    return {"x": x.flatten().tolist(), "before": before, "after": parts(), "logProb": model.log_prob(x).tolist()}


def random_numbers() -> dict[str, Any]:
    draws = Random(5)
    points = {name: draw_points(name, 8, 0.1, 3).flatten().tolist() for name in ("moons", "gaussians", "ring")}
    points |= {name: draw_points(name, 8, 0.1, 3).flatten().tolist() for name in ("checkerboard", "spiral")}
    return {"uniform": draws.uniform(4).tolist(), "normal": draws.normal(5).tolist(), "points": points}


@pytest.mark.parametrize("name", SMALL)
def test_the_gradients_kept_are_torch_s(name):
    family = json.loads(NUMBERS.read_text(encoding="utf-8"))["families"][name]
    assert family["rate"] == FAMILIES[name].rate
    kept = family["states"]
    torch.manual_seed(0)
    model = build_model(name, {**SMALL[name], "width": 16})
    for which, held in enumerate(kept):
        for part, blobs in zip(networks(name, model), held["weights"], strict=True):
            for parameter, blob in zip(parameters(part), blobs, strict=True):
                parameter.data = torch.from_numpy(unpacked(blob).copy()).view_as(parameter)
        now = state(name, model)
        assert now["loss"] == pytest.approx(held["loss"], rel=1e-5), which
        for a, b in zip(now["gradients"], held["gradients"], strict=True):
            assert np.linalg.norm(unpacked(a) - unpacked(b)) <= 1e-5 * np.linalg.norm(unpacked(b))


def test_the_random_numbers_and_points_kept_are_python_s():
    kept, now = json.loads(NUMBERS.read_text(encoding="utf-8"))["random"], random_numbers()
    assert now["uniform"] == kept["uniform"] and now["normal"] == pytest.approx(kept["normal"], abs=1e-6)
    for name, points in now["points"].items():
        assert points == pytest.approx(kept["points"][name], abs=1e-6)


def test_the_page_s_models_are_the_package_s():
    kinds = [type(build_model(name, knobs_of(name))) for name in FAMILIES]
    assert {Mixture, Autoregressive, Flow, GAN, Diffusion, Energy} < set(kinds) and len(kinds) == 7


if __name__ == "__main__":
    families = {name: {"rate": FAMILIES[name].rate, **states(name), "band": band(name)} for name in SMALL}
    NUMBERS.write_text(
        json.dumps({"families": families, "mixture": mixture(), "random": random_numbers()}) + "\n", encoding="utf-8"
    )

"""Weights the course ships: `load(name)`, the recipe that made them, and how well they did.

A file of weights is safetensors with the model's configuration in its header; its SHA-256 and its measured
figures stand in manifest.json beside it. `gencourse pretrain NAME` makes it again.
"""

import difflib
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from gencourse.checkpoint import read_safetensors, write_safetensors

FOLDER = Path(__file__).resolve().parents[1] / "data" / "pretrained"


class DamagedWeights(RuntimeError):
    """A weights file that is missing, or is not the one its manifest describes."""


@dataclass(frozen=True)
class Recipe:
    """All it takes to make some weights again: the data, the model and how it was trained.

    kind is the model's class, one of KINDS; half stores the weights in half precision, and measures those.
    """

    data: str
    model: dict[str, Any]
    fit: dict[str, Any]
    kind: str = "VAE"
    half: bool = False
    data_options: dict[str, Any] = field(default_factory=dict)
    importance_samples: int = 5000
    seed: int = 0


KINDS = {
    "VAE": "gencourse.models.vae",
    "MADE": "gencourse.models.made",
    "GatedPixelCNN": "gencourse.models.pixelcnn",
    "PatchTransformer": "gencourse.models.patches",
    "Classifier": "gencourse.models.supervised",
    "SimCLR": "gencourse.models.contrastive",
    "MoCo": "gencourse.models.moco",
    "DINO": "gencourse.models.dino",
}
VIEWS = dict(hue=0.5, rotate=45.0)  # colour and direction are not what makes a sprite the shape it is


def _sprites(beta: float) -> Recipe:
    return Recipe(
        data="sprites",
        data_options=dict(n=50_000),
        model=dict(shape=(3, 32, 32), latent=10, hidden=(128,), channels=(32, 32, 32), likelihood="gaussian",
                   sigma=0.1, beta=beta),
        fit=dict(steps=16_000, batch_size=64, lr=1e-3, schedule="cosine", precision="fp32"),
        importance_samples=500,
    )  # fmt: skip


def _features(kind: str, lr: float, steps: int = 4000, n: int = 20_000, **model: Any) -> Recipe:
    """An encoder of n sprites; but for the Classifier's, no label is looked at."""
    fit = dict(steps=steps, batch_size=128, lr=lr, schedule="cosine")
    return Recipe(kind=kind, half=True, data="sprites", data_options=dict(n=n), model=model, fit=fit)


RECIPES = {
    "vae-mnist-2d": Recipe(
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(latent=2, hidden=(300, 150)),
        fit=dict(steps=50_000, batch_size=200, lr=1e-3, schedule="cosine", precision="fp32"),
    ),
    # One stochastic layer of 50 latents behind two hidden layers, as in Burda et al. 2016, table 1, but 300 SiLU units
    # each where theirs have 200 tanh units and take 3,280 epochs of batches of 20.
    "vae-mnist-50d": Recipe(
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(latent=50, hidden=(300, 300), activation="silu"),
        fit=dict(steps=400_000, batch_size=128, lr=2e-3, schedule="cosine"),
    ),
    "made-mnist": Recipe(
        kind="MADE",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(hidden=(1300,), direct=True),
        fit=dict(steps=60_000, batch_size=128, lr=2e-3, schedule="cosine"),
    ),
    "pixelcnn-mnist": Recipe(
        kind="GatedPixelCNN",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(channels=48, layers=10),
        fit=dict(steps=32_000, batch_size=16, lr=1e-3, schedule="cosine"),
    ),
    "patch-transformer-mnist": Recipe(
        kind="PatchTransformer",
        half=True,
        data="mnist",
        data_options=dict(binarise="dynamic"),
        model=dict(patch=2, width=128, layers=4, heads=2),
        fit=dict(steps=18_000, batch_size=32, lr=1e-3, schedule="cosine", precision="bf16"),
    ),
    "supervised-sprites": _features("Classifier", 2e-3),
    "simclr-sprites": _features("SimCLR", 2e-3, temperature=0.2, augment=VIEWS),
    "simclr-sprites-5k": _features("SimCLR", 2e-3, n=5_000, temperature=0.2, augment=VIEWS),
    "simclr-sprites-1k": _features("SimCLR", 2e-3, n=1_000, temperature=0.2, augment=VIEWS),
    "simclr-sprites-200": _features("SimCLR", 2e-3, n=200, temperature=0.2, augment=VIEWS),
    "moco-sprites": _features("MoCo", 1e-3, steps=16_000, queue=1024, momentum=0.99, augment=VIEWS | dict(blur=0.0)),
    # Two large views in any direction: what small ones show of a sprite is often the ground alone. The teacher is
    # sharp, since at 0.04 the answers went flat: log K nats for every image.
    "dino-sprites": _features(
        "DINO",
        1e-3,
        steps=16_000,
        local_crops=0,
        global_scale=(0.3, 1.0),
        teacher_temperature=0.01,
        horizon=32_000,
        augment=VIEWS | dict(rotate=180.0),
    ),
    "vae-sprites-10d-beta1": _sprites(1.0),
    "vae-sprites-10d-beta4": _sprites(4.0),
    "vae-sprites-10d-beta16": _sprites(16.0),
}


def names() -> list[str]:
    """The weights that have a recipe, shipped or not."""
    return list(RECIPES)


def load(name: str, folder: Path = FOLDER) -> Any:
    """The model called `name`, on the CPU, in evaluation mode.

    Raises:
        ValueError: on a name with no recipe.
        DamagedWeights: when the file is missing, or its SHA-256 is not the manifest's.
    """
    recipe = _known(name)
    path, entry = folder / f"{name}.safetensors", _manifest(folder).get(name)
    way_on = f"`git checkout -- {path.name}` brings the shipped file back, `gencourse pretrain {name}` makes it again"
    if entry is None or not path.exists():
        raise DamagedWeights(f"the weights {name!r} are not at {path}; {way_on}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise DamagedWeights(f"{path} is not the file of the manifest (its SHA-256 differs); {way_on}")
    tensors, metadata = read_safetensors(path)
    model = _class(recipe)(**json.loads(metadata["config"]))
    model.load_state_dict(tensors)
    return model.eval()


def figures(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """What was measured when the weights `name` were made: the manifest's entry ("exact", "iwae", "seconds" …)."""
    _known(name)
    return _manifest(folder)[name]


def pretrain(name: str, folder: Path = FOLDER, progress: bool = True, **changes: Any) -> dict[str, Any]:
    """Train `name` by its recipe, measure it on the test split, once, and write weights and manifest.

    Args:
        changes: `fit` arguments to change (steps=10 for a trial); the manifest records those used.

    Returns:
        The manifest's new entry.
    """
    import torch

    from gencourse import data
    from gencourse.train import fit

    recipe = _known(name)
    train_split = "train+validation" if recipe.data == "mnist" else "train"
    images = data.load(recipe.data, split=train_split, **recipe.data_options)
    test = data.load(recipe.data, split="test", **{k: v for k, v in recipe.data_options.items() if k != "n"})
    torch.manual_seed(recipe.seed)
    model = _class(recipe)(**recipe.model)
    arguments = {**recipe.fit, "seed": recipe.seed, **changes}
    history = fit(
        model, images, **arguments, log_every=100, progress=progress, plot=False, checkpoint=_unfinished(folder, name)
    )
    if history.interrupted:
        raise KeyboardInterrupt(f"{name} stopped at step {history.steps[-1]}; the same command goes on from there")
    if recipe.half:
        model.half().float()  # what is measured is what will be stored
    entry = {"seconds": round(history.seconds), "fit": arguments, **_measure(model, test, recipe, progress)}
    _write(folder, name, model, entry, recipe.half)
    _unfinished(folder, name).unlink(missing_ok=True)
    return entry


def table(folder: Path = FOLDER) -> str:
    """The shipped weights and their measured figures, as two Markdown tables: models of images, and encoders."""
    entries = _manifest(folder)
    models = [
        [f"`{name}`", f"{e['parameters']:,}", f"{e['bytes'] / 1e6:.2f} MB", e["data"], e.get("elbo", "–"),
         e.get("exact") or e["iwae"], f"{e['bits_per_dim']:.4f}", f"{e['mig']:.2f}" if "mig" in e else "–",
         f"{e['fit']['steps']:,}", f"{e['seconds']:,}",
         f"{e['sampling_seconds']:.2f}" if "sampling_seconds" in e else "–"]
        for name, e in entries.items() if "bits_per_dim" in e
    ]  # fmt: skip
    encoders = [
        [f"`{name}`", f"{e['parameters']:,}", f"{e['bytes'] / 1e6:.2f} MB", e["data"], e["probe"], e["knn"],
         f"{e['fit']['steps']:,}", f"{e['seconds']:,}"]
        for name, e in entries.items() if "probe" in e
    ]  # fmt: skip
    head = ["name", "parameters", "size", "test set"]
    tables = [
        _markdown([*head, "ELBO (nats)", "log p(x): exact, or a tighter bound (nats)", "bits/dim", "MIG", "steps",
                   "training (s)", "16 samples (s)"], models),
        _markdown([*head, "linear probe", "20 nearest neighbours", "steps", "training (s)"], encoders),
    ]  # fmt: skip
    return "\n\n".join(part for part in tables if part)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, or nothing where there are no rows."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) if rows else ""


def _measure(model: Any, test: Any, recipe: Recipe, progress: bool) -> dict[str, Any]:
    """The figures of the manifest, and the number of parameters."""
    parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if hasattr(model, "encode") and not hasattr(model, "elbo"):
        return {**_probe(model, test, recipe), "parameters": parameters}
    figures = _bounds(model, test, recipe, progress) if hasattr(model, "elbo") else _exact(model, test)
    start = time.perf_counter()
    model.sample(16)
    return {**figures, "sampling_seconds": time.perf_counter() - start, "parameters": parameters}


def _probe(model: Any, test: Any, recipe: Recipe) -> dict[str, Any]:
    """How well the labels of test images are read from the features, by a linear probe and by neighbours."""
    from gencourse import data
    from gencourse.probe import features, knn_accuracy, linear_probe

    train, validation = (data.load(recipe.data, split=split, n=n) for split, n in
                         (("train", 10_000), ("validation", 2_000)))  # fmt: skip
    test = test[:5_000]
    known, chosen, asked = ((features(model, images), images.y) for images in (train, validation, test))
    return {
        "data": f"{test.card.name}, test, {len(test):,} images; labels of {len(train):,}",
        "probe": f"{linear_probe(known, chosen, asked).mean:.1%}",
        "knn": f"{knn_accuracy(known, asked):.1%}",
    }


def _exact(model: Any, test: Any) -> dict[str, Any]:
    from gencourse.evaluate import exact

    found = exact(model, test, batch_size=200)
    return {
        "data": f"{found.data}, {found.n_images:,} images",
        "exact": f"{found.value:.2f} ± {found.standard_error:.2f} (exact)",
        "bits_per_dim": found.bits_per_dim,
    }


def _bounds(model: Any, test: Any, recipe: Recipe, progress: bool) -> dict[str, Any]:
    """The ELBO and the importance-weighted bound, and MIG where factors are known."""
    from gencourse.evaluate import codes, likelihood, mig

    k = recipe.importance_samples
    if test.factors is not None:
        test = test[:2000]  # importance sampling of a convolutional decoder is slow on a CPU
    elbo, iwae = likelihood(model, test), likelihood(model, test, n_samples=k, progress=progress)
    figures = {
        "data": f"{elbo.data}, {elbo.n_images:,} images",
        "elbo": f"{elbo.value:.2f} ± {elbo.standard_error:.2f}",
        "iwae": f"{iwae.value:.2f} ± {iwae.standard_error:.2f} ({iwae.kind})",
        "bits_per_dim": iwae.bits_per_dim,
    }
    if test.factors is not None:
        figures["mig"] = mig(codes(model, test)[0], test.factors)[0]
    return figures


def _write(folder: Path, name: str, model: Any, entry: dict[str, Any], half: bool) -> None:
    path = folder / f"{name}.safetensors"
    # whole numbers, such as a step count, stay what they are
    state = model.state_dict()
    tensors = {key: x.half() if half and x.is_floating_point() else x for key, x in state.items()}
    write_safetensors(path, tensors, {"config": json.dumps(model.config), "name": name})
    entry |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
    manifest = _manifest(folder) | {name: entry}
    ordered = {n: manifest[n] for n in RECIPES if n in manifest}
    temporary = folder / f"manifest.json.{os.getpid()}.part"
    temporary.write_text(json.dumps(ordered, indent=1) + "\n")
    os.replace(temporary, folder / "manifest.json")


def _class(recipe: Recipe) -> Any:
    return getattr(import_module(KINDS[recipe.kind]), recipe.kind)


def _unfinished(folder: Path, name: str) -> Path:
    return folder / f"{name}.unfinished"


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _known(name: str) -> Recipe:
    if name not in RECIPES:
        close = difflib.get_close_matches(str(name), RECIPES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"name={name!r}: allowed are {', '.join(RECIPES)}{hint}")
    return RECIPES[name]

"""pretrain(): train shipped weights again by their recipe, and measure them on the test split, once."""

import copy
import time
from pathlib import Path
from typing import Any

import torch

from gencourse import data
from gencourse.experiments.weights.recipes import RECIPES, Recipe, snapshot
from gencourse.measure import latents, likelihood
from gencourse.measure.probe import features, knn_accuracy, linear_probe
from gencourse.support import places
from gencourse.support.checks import did_you_mean
from gencourse.training import pretrained
from gencourse.training.fit import fit
from gencourse.training.how import How


def pretrain(name: str, folder: Path | None = None, progress: bool = True, **changes: Any) -> dict[str, Any]:
    """Train `name` by its recipe, measure it on the test split, once, and write weights and manifest.

    Args:
        folder: where to; the repository's weights in a checkout, else a folder of the reader's own.
        changes: `fit` arguments to change (steps=10 for a trial); the manifest records those used.

    Returns:
        The manifest's new entry.
    """
    if name not in RECIPES:
        raise ValueError(f"name={name!r}: allowed are {', '.join(RECIPES)}{did_you_mean(name, RECIPES)}")
    recipe, folder = RECIPES[name], folder or places.made() / "pretrained"
    train_split = "train+validation" if recipe.data == "mnist" else "train"
    images = data.load(recipe.data, split=train_split, **recipe.data_options)
    test = data.load(recipe.data, split="test", **{k: v for k, v in recipe.data_options.items() if k != "n"})
    torch.manual_seed(recipe.seed)
    model = pretrained.model_class(recipe.kind)(**recipe.model)
    arguments = {**recipe.fit, "seed": recipe.seed, **changes}
    used = arguments | {"precision": recipe.precision}

    def keep(name: str, model: Any, **about: Any) -> None:
        if recipe.half:
            model.half().float()  # what is measured is what will be stored
        entry = {**about, "fit": used, **_measure(model, test, recipe, progress)}
        pretrained.store(name, model, entry, folder, recipe.half)

    def on_step(step: int) -> None:
        if step in recipe.snapshots:
            keep(snapshot(name, step), copy.deepcopy(model).cpu().eval(), snapshot=step)

    how = How(show="bar" if progress else "nothing", precision=recipe.precision, log_every=100, on_step=on_step)
    unfinished = folder / f"{name}.unfinished"
    history = fit(model, images, **arguments, checkpoint=unfinished, how=how)
    if history.interrupted:
        raise KeyboardInterrupt(f"{name} stopped at step {history.steps[-1]}; the same command goes on from there")
    keep(name, model, seconds=round(history.seconds))
    unfinished.unlink(missing_ok=True)
    return pretrained.figures(name, folder)


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
    sizes = {"train": 10_000, "validation": 2_000}
    drawn = recipe.data == "sprites"  # as many as one asks for; others have what they have
    options: dict[str, dict[str, Any]] = {split: {"n": n} if drawn else {} for split, n in sizes.items()}
    train, validation = (data.load(recipe.data, split, **options[split])[:n] for split, n in sizes.items())
    test = test[:5_000]
    known, chosen, asked = ((features(model, images), images.y) for images in (train, validation, test))
    return {
        "data": f"{test.card.name}, test, {len(test):,} images; labels of {len(train):,}",
        "probe": f"{linear_probe(known, chosen, asked).mean:.1%}",
        "knn": f"{knn_accuracy(known, asked):.1%}",
    }


def _exact(model: Any, test: Any) -> dict[str, Any]:
    found = likelihood.exact(model, test, batch_size=200)
    return {
        "data": f"{found.data}, {found.n_images:,} images",
        "exact": f"{found.value:.2f} ± {found.standard_error:.2f} (exact)",
        "bits_per_dim": found.bits_per_dim,
    }


def _bounds(model: Any, test: Any, recipe: Recipe, progress: bool) -> dict[str, Any]:
    """The ELBO and the importance-weighted bound, and MIG where factors are known."""
    k = recipe.importance_samples
    if test.factors is not None:
        test = test[:2000]  # importance sampling of a convolutional decoder is slow on a CPU
    elbo, iwae = likelihood.bound(model, test), likelihood.bound(model, test, n_samples=k, progress=progress)
    figures = {
        "data": f"{elbo.data}, {elbo.n_images:,} images",
        "elbo": f"{elbo.value:.2f} ± {elbo.standard_error:.2f}",
        "iwae": f"{iwae.value:.2f} ± {iwae.standard_error:.2f} ({iwae.kind})",
        "bits_per_dim": iwae.bits_per_dim,
    }
    if test.factors is not None:
        figures["mig"] = latents.mig(latents.codes(model, test)[0], test.factors)[0]
    return figures

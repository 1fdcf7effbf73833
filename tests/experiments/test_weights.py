"""Recipes of shipped weights: each has its file, a recipe runs, and the printed figures are the stored ones."""

from dataclasses import replace
from pathlib import Path

import torch

from gencourse import data
from gencourse.experiments.weights.pretrain import pretrain
from gencourse.experiments.weights.recipes import RECIPES, Recipe, snapshot
from gencourse.experiments.weights.table import table
from gencourse.measure import likelihood
from gencourse.support.places import DATA, PRETRAINED
from gencourse.training import pretrained


def test_every_file_and_every_entry_belongs_to_a_recipe():
    kinds = {name: recipe.kind for name, recipe in RECIPES.items()}
    kinds |= {snapshot(name, step): r.kind for name, r in RECIPES.items() for step in r.snapshots}
    assert {path.stem for path in PRETRAINED.glob("*.safetensors")} == set(kinds)
    assert {name: entry["kind"] for name, entry in pretrained.manifest().items()} == kinds


def test_the_table_is_the_one_in_the_readme():
    assert table() in (DATA / "README.md").read_text(encoding="utf-8")


def test_an_exact_model_is_stored_in_half_precision_and_measured_as_stored(tmp_path, monkeypatch):
    recipe = Recipe(
        kind="GatedPixelCNN",
        half=True,
        data="digits",
        data_options={"binarise": "dynamic"},
        model={"shape": (1, 8, 8), "channels": 4, "layers": 2},
        fit={"steps": 5, "batch_size": 64},
    )
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    entry = pretrain("tiny", tmp_path, progress=False)
    model = pretrained.load("tiny", tmp_path)
    found = likelihood.exact(model, data.load("digits", "test", binarise="dynamic"))
    assert entry["exact"] == f"{found.value:.2f} ± {found.standard_error:.2f} (exact)"
    assert entry["bytes"] < 2 * entry["parameters"] + 5_000 and entry["sampling_seconds"] > 0
    assert "| `tiny` |" in table(tmp_path) and "(exact)" in table(tmp_path)


def test_a_recipe_runs_and_gives_the_same_weights_again(tmp_path, monkeypatch):
    recipe = Recipe(
        data="digits",
        data_options={"binarise": "dynamic"},
        model={"shape": (1, 8, 8), "latent": 2, "hidden": (16,)},
        fit={"steps": 20, "batch_size": 64},
        importance_samples=10,
    )
    monkeypatch.setitem(RECIPES, "tiny", recipe)
    entries = [pretrain("tiny", tmp_path / folder, progress=False) for folder in ("one", "two")]
    assert entries[0]["elbo"] == entries[1]["elbo"] and "IWAE-10" in entries[0]["iwae"]
    first, second = (pretrained.load("tiny", Path(tmp_path / folder)) for folder in ("one", "two"))
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["manifest.json", "tiny.safetensors"]


def test_snapshots_are_the_weights_on_the_way_and_change_nothing(tmp_path, monkeypatch):
    recipe = Recipe(
        kind="SimCLR", data="sprites", data_options={"n": 64}, model={}, fit={"steps": 3, "batch_size": 8}, half=True
    )
    for name, snapshots in (("plain", ()), ("watched", (2,))):
        monkeypatch.setitem(RECIPES, name, replace(recipe, snapshots=snapshots))
        monkeypatch.setattr("gencourse.experiments.weights.pretrain._probe", lambda *_: dict(data="", probe="", knn=""))
        pretrain(name, tmp_path, progress=False)
    plain, watched, on_the_way = (
        pretrained.load(name, tmp_path).state_dict() for name in ("plain", "watched", snapshot("watched", 2))
    )
    assert all(torch.equal(plain[key], watched[key]) for key in plain)
    assert not torch.equal(on_the_way["encoder.layers.0.weight"], watched["encoder.layers.0.weight"])
    assert on_the_way["encoder.layers.1.num_batches_tracked"] < watched["encoder.layers.1.num_batches_tracked"]
    assert "watched-at-2" not in table(tmp_path)

"""Recipes of shipped weights: each has its file, a recipe runs, and the printed figures are the stored ones."""

from pathlib import Path

import torch

from gencourse import data
from gencourse.experiments.weights.pretrain import pretrain
from gencourse.experiments.weights.recipes import RECIPES, Recipe
from gencourse.experiments.weights.table import table
from gencourse.measure import likelihood
from gencourse.support.places import DATA, PRETRAINED
from gencourse.training import pretrained


def test_every_file_and_every_entry_belongs_to_a_recipe():
    assert {path.stem for path in PRETRAINED.glob("*.safetensors")} == set(RECIPES)
    assert set(pretrained.manifest()) == set(RECIPES)
    assert {name: entry["kind"] for name, entry in pretrained.manifest().items()} == {
        name: recipe.kind for name, recipe in RECIPES.items()
    }


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

"""Shipped weights: they load, a damaged file is refused, a recipe runs, and the printed figures are the stored ones."""

import shutil
from pathlib import Path

import pytest
import torch

from gencourse import data, evaluate, pretrained
from gencourse.data.fetch import available
from gencourse.pretrained import FOLDER, DamagedWeights
from gencourse.probe import features, knn_accuracy

README = FOLDER.parent / "README.md"


@pytest.mark.parametrize("name", pretrained.names())
def test_every_recipe_has_its_weights(name):
    model = pretrained.load(name)
    assert not model.training
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert trained == pretrained.figures(name)["parameters"]
    if hasattr(model, "sample"):
        assert model.sample(2).shape == (2, *model.shape)
    else:
        assert model.encode(torch.rand(2, *model.shape)).shape == (2, model.encoder.n_features)


def test_the_encoders_know_the_shapes_that_no_label_told_them():
    """As good on images of another seed as the manifest says, within what 600 of them can tell."""
    images = data.load("sprites", split="validation", n=2_600, seed=1)
    for name in ("simclr-sprites", "moco-sprites", "dino-sprites", "supervised-sprites"):
        found = features(pretrained.load(name), images)
        accuracy = knn_accuracy((found[:2_000], images.y[:2_000]), (found[2_000:], images.y[2_000:]))
        assert accuracy > float(pretrained.figures(name)["knn"].rstrip("%")) / 100 - 0.06


@pytest.mark.parametrize(
    ("kinds", "megabytes"),
    [
        ({"VAE"}, 8),
        ({"MADE", "GatedPixelCNN", "PatchTransformer"}, 8),
        ({"Classifier", "SimCLR", "MoCo", "DINO"}, 6),
    ],
)
def test_the_weights_of_each_part_are_small(kinds, megabytes):
    names = [name for name, recipe in pretrained.RECIPES.items() if recipe.kind in kinds]
    assert sum((FOLDER / f"{name}.safetensors").stat().st_size for name in names) < megabytes * 1_000_000


def test_every_file_and_every_entry_belongs_to_a_recipe():
    assert {path.stem for path in FOLDER.glob("*.safetensors")} == set(pretrained.names())
    assert set(pretrained._manifest(FOLDER)) == set(pretrained.names())


def test_the_table_is_the_one_in_the_readme():
    assert pretrained.table() in README.read_text(encoding="utf-8")


def test_sprites_reconstruct_much_better_than_their_average():
    sprites = data.load("sprites", "validation", n=200)
    x = sprites.batch(slice(None))
    error = (pretrained.load("vae-sprites-10d-beta1").reconstruct(x) - x).square().mean()
    assert error < 0.2 * (x.mean(0) - x).square().mean()


@pytest.mark.may_skip
@pytest.mark.skipif(not available("mnist"), reason="needs MNIST under GENCOURSE_DATA or data/")
def test_the_figures_of_mnist_are_found_again():
    test = data.load("mnist", "test", binarise="dynamic")[:2000]
    elbo = evaluate.likelihood(pretrained.load("vae-mnist-50d"), test)
    stored = float(pretrained._manifest(FOLDER)["vae-mnist-50d"]["elbo"].split()[0])
    assert abs(elbo.value - stored) < 4 * elbo.standard_error + 1


def test_damaged_missing_and_unknown_weights_are_refused(tmp_path):
    with pytest.raises(ValueError, match="did you mean 'vae-mnist-2d'"):
        pretrained.load("vae-mnist-3d")
    with pytest.raises(DamagedWeights, match="gencourse pretrain vae-mnist-2d"):
        pretrained.load("vae-mnist-2d", tmp_path)
    for name in ("manifest.json", "vae-mnist-2d.safetensors"):
        shutil.copy(FOLDER / name, tmp_path)
    path = tmp_path / "vae-mnist-2d.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + b"evil")
    with pytest.raises(DamagedWeights, match="SHA-256 differs"):
        pretrained.load("vae-mnist-2d", tmp_path)


def test_an_exact_model_is_stored_in_half_precision_and_measured_as_stored(tmp_path, monkeypatch):
    recipe = pretrained.Recipe(
        kind="GatedPixelCNN",
        half=True,
        data="digits",
        data_options={"binarise": "dynamic"},
        model={"shape": (1, 8, 8), "channels": 4, "layers": 2},
        fit={"steps": 5, "batch_size": 64},
    )
    monkeypatch.setitem(pretrained.RECIPES, "tiny", recipe)
    entry = pretrained.pretrain("tiny", tmp_path, progress=False)
    model = pretrained.load("tiny", tmp_path)
    found = evaluate.exact(model, data.load("digits", "test", binarise="dynamic"))
    assert entry["exact"] == f"{found.value:.2f} ± {found.standard_error:.2f} (exact)"
    assert entry["bytes"] < 2 * entry["parameters"] + 5_000 and entry["sampling_seconds"] > 0
    assert "| `tiny` |" in pretrained.table(tmp_path) and "(exact)" in pretrained.table(tmp_path)


def test_a_recipe_runs_and_gives_the_same_weights_again(tmp_path, monkeypatch):
    recipe = pretrained.Recipe(
        data="digits",
        data_options={"binarise": "dynamic"},
        model={"shape": (1, 8, 8), "latent": 2, "hidden": (16,)},
        fit={"steps": 20, "batch_size": 64},
        importance_samples=10,
    )
    monkeypatch.setitem(pretrained.RECIPES, "tiny", recipe)
    entries = [pretrained.pretrain("tiny", tmp_path / folder, progress=False) for folder in ("one", "two")]
    assert entries[0]["elbo"] == entries[1]["elbo"] and "IWAE-10" in entries[0]["iwae"]
    first, second = (pretrained.load("tiny", Path(tmp_path / folder)) for folder in ("one", "two"))
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["manifest.json", "tiny.safetensors"]

"""Shipped weights: they load, a damaged file is refused, and they are as good as their manifest says."""

import shutil

import pytest
import torch

from gencourse import data
from gencourse.measure import likelihood
from gencourse.measure.probe import features, knn_accuracy
from gencourse.support.places import PRETRAINED
from gencourse.training import pretrained
from gencourse.training.pretrained import DamagedWeights


@pytest.mark.parametrize("name", sorted(pretrained.manifest()))
def test_weights_load(name):
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
        ({"Classifier", "SimCLR", "MoCo", "DINO"}, 8),
    ],
)
def test_the_weights_of_each_part_are_small(kinds, megabytes):
    names = [name for name, entry in pretrained.manifest().items() if entry["kind"] in kinds]
    assert sum((PRETRAINED / f"{name}.safetensors").stat().st_size for name in names) < megabytes * 1_000_000


def test_sprites_reconstruct_much_better_than_their_average():
    sprites = data.load("sprites", "validation", n=200)
    x = sprites.batch(slice(None))
    error = (pretrained.load("vae-sprites-10d-beta1").reconstruct(x) - x).square().mean()
    assert error < 0.2 * (x.mean(0) - x).square().mean()


def test_the_figures_of_mnist_are_found_again():
    test = data.load("mnist", "test", binarise="dynamic")[:2000]
    elbo = likelihood.bound(pretrained.load("vae-mnist-50d"), test)
    stored = float(pretrained.manifest()["vae-mnist-50d"]["elbo"].split()[0])
    assert abs(elbo.value - stored) < 4 * elbo.standard_error + 1


def test_damaged_missing_and_unknown_weights_are_refused(tmp_path):
    with pytest.raises(ValueError, match="did you mean 'vae-mnist-2d'"):
        pretrained.load("vae-mnist-3d")
    with pytest.raises(DamagedWeights, match="there are no weights in"):
        pretrained.load("vae-mnist-2d", tmp_path)
    for name in ("manifest.json", "vae-mnist-2d.safetensors"):
        shutil.copy(PRETRAINED / name, tmp_path)
    path = tmp_path / "vae-mnist-2d.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + b"evil")
    with pytest.raises(DamagedWeights, match="SHA-256 differs"):
        pretrained.load("vae-mnist-2d", tmp_path)

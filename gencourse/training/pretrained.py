"""Weights the course ships: `load(name)`, what was measured of them, and `store`, which writes them.

A file of weights is safetensors with the model's configuration in its header; the model's class, the file's SHA-256 and
its measured figures stand in manifest.json beside it. The recipes that make weights are in `experiments.weights`.
"""

import hashlib
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from gencourse.support.checks import did_you_mean
from gencourse.support.files import write_text
from gencourse.support.places import PRETRAINED
from gencourse.training.checkpoint import read_safetensors, write_safetensors

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


class DamagedWeights(RuntimeError):
    """A weights file that is missing, or is not the one its manifest describes."""


def load(name: str, folder: Path = PRETRAINED) -> Any:
    """The model called `name`, on the CPU, in evaluation mode.

    Raises:
        ValueError: on a name that the manifest does not know.
        DamagedWeights: when the file or the manifest is missing, or the file's SHA-256 is not the manifest's.
    """
    entry, path = figures(name, folder), folder / f"{name}.safetensors"
    way_on = "install the course again, or in a checkout bring the file back by `git checkout`"
    if not path.exists():
        raise DamagedWeights(f"the weights {name!r} are not at {path}; {way_on}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise DamagedWeights(f"{path} is not the file of the manifest (its SHA-256 differs); {way_on}")
    tensors, metadata = read_safetensors(path)
    model = model_class(entry["kind"])(**json.loads(metadata["config"]))
    model.load_state_dict(tensors)
    return model.eval()


def figures(name: str, folder: Path = PRETRAINED) -> dict[str, Any]:
    """What was measured when the weights `name` were made: the manifest's entry ("exact", "iwae", "seconds" …).

    Raises:
        ValueError: on a name that the manifest does not know.
        DamagedWeights: when there is no manifest.
    """
    known = manifest(folder)
    if not known:
        raise DamagedWeights(f"there are no weights in {folder}; install the course again")
    if name not in known:
        raise ValueError(f"name={name!r}: allowed are {', '.join(known)}{did_you_mean(name, known)}")
    return known[name]


def manifest(folder: Path = PRETRAINED) -> dict[str, dict[str, Any]]:
    """The shipped weights by name, each with its entry."""
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def model_class(kind: str) -> Any:
    """The class of models called `kind`, one of KINDS."""
    return getattr(import_module(KINDS[kind]), kind)


def store(name: str, model: Any, entry: dict[str, Any], folder: Path = PRETRAINED, half: bool = False) -> None:
    """Write the weights of `model` under `name`, and `entry` into the manifest.

    Args:
        half: in half precision; whole numbers, such as a step count, stay what they are.
    """
    path = folder / f"{name}.safetensors"
    tensors = {key: x.half() if half and x.is_floating_point() else x for key, x in model.state_dict().items()}
    write_safetensors(path, tensors, {"config": json.dumps(model.config), "name": name})
    written = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
    entries = manifest(folder) | {name: {"kind": type(model).__name__, **entry, **written}}
    write_text(folder / "manifest.json", json.dumps(entries, indent=1) + "\n")

"""What makes a run this run and no other: its arguments, its model, its data."""

import hashlib
import json
from typing import Any

import torch
from torch import Tensor, nn


def settings_of(model: nn.Module, images: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """The settings of a run, as JSON knows them: `arguments`, the model's class and its `config`, and the images.

    Of a model without a `config` the layers are compared; what else it was made of cannot be seen.
    """
    made_of = getattr(model, "config", None) or {"layers": str(model)}
    settings = {
        **arguments,
        "model": f"{type(model).__module__}.{type(model).__qualname__}",
        **{f"model.{name}": value for name, value in made_of.items()},
        "data": str(images.card),
        "n": len(images),
        "fingerprint of the data": fingerprint(images.x, images.y),
    }
    as_json: dict[str, Any] = json.loads(json.dumps(settings, default=repr))
    return as_json


def fingerprint(*tensors: Tensor) -> str:
    """Sixteen letters that change with any value, shape or type of the tensors; MNIST's 60,000 images take 0.2 s."""
    digest = hashlib.blake2b(digest_size=8)
    for tensor in tensors:
        digest.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def differences(then: dict[str, Any], now: dict[str, Any]) -> str:
    """What differs between the settings of two runs, in words; nothing if they are one."""
    differ = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    if "model" in differ:  # of two models, all else that differs goes without saying
        differ = [name for name in differ if not name.startswith("model.")]
    return "; ".join(f"{name} was {_said(then, name)} and is now {_said(now, name)}" for name in differ)


def _said(settings: dict[str, Any], name: str) -> str:
    said = repr(settings[name]) if name in settings else "not noted"
    return said if len(said) <= 200 else f"{said[:150]} … {said[-40:]}"

"""A training run on disk: one safetensors file with the weights, the optimiser's state and where the run was.

A killed run leaves either the previous checkpoint or the new one, never half of one. No pickle is written or read.
"""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gencourse.support.files import whole


def write_safetensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file in one step: all of it or nothing."""
    from safetensors.torch import save

    content = save({name: t.detach().cpu().contiguous() for name, t in tensors.items()}, metadata)
    with whole(path) as temporary:
        temporary.write_bytes(content)


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file.

    Raises:
        ValueError: when the file is not a whole safetensors file; it names the file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            names = list(file.keys())
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path} is not a whole safetensors file ({error}); delete it and make it again") from error


def save_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: dict[str, Any]) -> None:
    """Write `model`, `optimizer` and the JSON-able `progress` to `path`, atomically."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in state.items()}
    write_safetensors(path, tensors, {"progress": json.dumps(progress)})


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The state at `path`, and the `progress` saved with it.

    Raises:
        ValueError: when the file is damaged, or is no checkpoint.
    """
    tensors, metadata = read_safetensors(path)
    if "progress" not in metadata:
        raise ValueError(f"checkpoint {path} holds weights and no run of fit; give another path")
    return tensors, json.loads(metadata["progress"])


def restore(path: Path, tensors: dict[str, Tensor], model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put the state that was read from `path` into `model` and `optimizer`.

    Raises:
        ValueError: when it is of another model.
    """
    weights = {name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")}
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"checkpoint {path} is of another model: {error}; give another path or delete it") from error
    state: dict[int, dict[str, Tensor]] = {}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".")
            like = parameters[int(index)]
            # in the parameter's memory layout, which a file does not keep: fused Adam goes through both side by side
            same = torch.empty_like(like, dtype=tensor.dtype).copy_(tensor) if tensor.shape == like.shape else tensor
            state.setdefault(int(index), {})[key] = same
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})

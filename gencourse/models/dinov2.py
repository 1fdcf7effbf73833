"""The published DINOv2 backbones: large vision transformers, trained by others, as one more encoder of the course.

They are not shipped: torch.hub fetches the authors' code and weights on first use and keeps them in its cache.

[1] Oquab et al., DINOv2: Learning Robust Visual Features without Supervision, 2023.
[2] Darcet, Oquab, Mairal and Bojanowski, Vision Transformers Need Registers, 2024.       the names that end in _reg
"""

import os
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.support.checks import at_least, did_you_mean

REPOSITORY = "facebookresearch/dinov2"
SIZES = ("vits14", "vitb14", "vitl14", "vitg14")
NAMES = tuple(f"dinov2_{size}{registers}" for size in SIZES for registers in ("", "_reg"))
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet: what the networks were trained with


class Unreachable(RuntimeError):
    """The published code or weights are neither in the cache nor to be had."""


class Backbone(nn.Module):
    """A published network that takes the course's images: resized, normalised, grey ones as three channels.

    Args:
        network: maps (B, 3, S, S), S a multiple of `network.patch_size`, to features (B, `network.embed_dim`).
        size: S, to which images are resized.

    Raises:
        ValueError: on a size that is no multiple of the patch.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, network: Any, size: int = 112):
        super().__init__()
        if at_least("size", size, 1) % network.patch_size:
            raise ValueError(f"size={size!r}: allowed is a multiple of the patch, {network.patch_size} pixels")
        self.network, self.size, self.n_features = network.eval().requires_grad_(False), size, int(network.embed_dim)
        for name, values in (("mean", MEAN), ("std", STD)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, 1 or 3, H, W) in [0, 1] -> features (B, n_features)."""
        x = F.interpolate(x, (self.size, self.size), mode="bicubic", antialias=True).clamp(0, 1)
        features: Tensor = self.network((x.expand(-1, 3, -1, -1) - self.mean) / self.std)
        return features


def published_backbone(name: str, repository: str = REPOSITORY) -> Backbone:
    """The backbone `name`, such as "dinov2_vits14" (21 million parameters), frozen, on the CPU.

    Args:
        repository: at GitHub, "owner/name"; or a folder with a hubconf.py.

    Raises:
        ValueError: on a name that was not published.
        Unreachable: without a network, on first use.
    """
    if name not in NAMES:
        raise ValueError(f"backbone={name!r}: allowed are {', '.join(NAMES)}{did_you_mean(name, NAMES)}")
    local = os.path.isdir(repository)
    try:
        network = torch.hub.load(repository, name, source="local" if local else "github", trust_repo=True)
    except (OSError, RuntimeError) as error:  # torch.hub's own, and URLError, which is an OSError
        raise Unreachable(
            f"backbone={name!r} could not be fetched from {repository} ({error}), and is not in {torch.hub.get_dir()}. "
            "Run once with a network, or copy that folder from a machine that has it; without the backbone, leave the "
            "parameter empty"
        ) from error
    return Backbone(network)

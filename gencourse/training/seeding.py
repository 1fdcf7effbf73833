"""What is random in a run: the order of the images, and each step's noise.

Both are functions of the seed and the step alone, so that a run can stop anywhere and go on to the same weights.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import torch
from torch import Tensor


def seed_of(seed: int, step: int, rank: int) -> int:
    """One 63-bit seed for each (seed, step, rank)."""
    return (seed * 0x9E3779B97F4A7C15 + step * 0xBF58476D1CE4E5B9 + rank * 0x94D049BB133111EB) % 2**63


def seed_noise(device: torch.device, number: int) -> None:
    """As torch.manual_seed, for one device: without CUDA that one formats a stack trace at each call, in 1 ms."""
    torch.default_generator.manual_seed(number)
    if device.type == "cuda":
        torch.cuda.manual_seed(number)
    elif device.type == "mps":
        torch.mps.manual_seed(number)


@contextmanager
def own_randomness(device: torch.device) -> Iterator[None]:
    """Random numbers drawn inside leave the caller's generators as they were."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield


def batch_index(n: int, batch_size: int, step: int, seed: int) -> Tensor:
    """The images of a step: the seed shuffles each epoch anew, and a last incomplete batch is left out."""
    epoch, position = divmod(step, n // batch_size)
    return _shuffled(n, seed, epoch)[position * batch_size : (position + 1) * batch_size]


@lru_cache(maxsize=2)
def _shuffled(n: int, seed: int, epoch: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed_of(seed, epoch, -1)))

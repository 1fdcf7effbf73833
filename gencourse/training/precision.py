"""Which numbers a run computes in: float32 or bf16, and in which memory layout."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def is_convolutional(model: nn.Module) -> bool:
    return any(isinstance(module, nn.Conv2d) for module in model.modules())


def uses_bf16(model: nn.Module, precision: str) -> bool:
    """Whether the forward pass runs under bf16 autocast.

    Left to us ("auto"), a model with convolutions does where there is bf16: it trains two to three times as fast, and
    as well. Likelihoods of fully connected models do not: their sums over hundreds of pixels lose a nat by it.
    """
    return precision == "bf16" or (precision == "auto" and is_convolutional(model) and has_bf16())


def has_bf16() -> bool:
    """Whether the GPU, or else the processor, computes in bf16."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()  # torch has no public word for it in all versions allowed


def memory_format(model: nn.Module) -> torch.memory_format:
    """The layout of images and weights: channels last is the faster one for convolutions."""
    return torch.channels_last if is_convolutional(model) else torch.contiguous_format


@contextmanager
def matrix_products(precision: str) -> Iterator[None]:
    """Let float32 matrix products run in bf16, if the precision is left to us; the caller's setting comes back."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if precision == "auto" else before)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)

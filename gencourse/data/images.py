"""Images in memory: a data set as a few tensors, and batches as slices of them."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Card:
    """What a figure measured on a data set must say beside it."""

    name: str
    split: str
    shape: tuple[int, int, int]  # (C, H, W)
    levels: int
    binarisation: str  # "grey" (none), "fixed", "dynamic" or "threshold"
    source: str
    licence: str

    def __str__(self) -> str:
        shape = "×".join(map(str, self.shape))
        pixels = f"{self.levels} grey levels" if self.binarisation == "grey" else f"{self.binarisation} binarisation"
        return f"{self.name} {self.split}: {shape}, {pixels}; {self.source}; {self.licence}"


@dataclass(frozen=True)
class Images:
    """A data set in memory.

    x: (N, C, H, W) uint8, values 0 … levels − 1. y: (N,) int64 labels. Where more is known of each image,
    factors: (N, F) int64, and their names; where they are quantities, factor_values: (N, F) float32. Where the classes
    have names, those.

    Raises:
        ValueError: when x or y is of another type or shape, or x has a value beyond the card's levels; it says what
            to do.
    """

    x: Tensor
    y: Tensor
    card: Card
    factors: Tensor | None = None
    factor_values: Tensor | None = None
    factor_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        x, y, (c, h, w) = self.x, self.y, self.shape
        if not isinstance(x, Tensor) or x.dtype != torch.uint8:
            raise ValueError(
                f"x is {_kind(x)}: allowed is a tensor of torch.uint8, grey levels from 0 to {self.levels - 1}; "
                f"make one of numbers in [0, 1] by ({self.levels - 1} * x).round().to(torch.uint8)"
            )
        if x.ndim != 4 or x.shape[1:] != (c, h, w):
            raise ValueError(f"x is {tuple(x.shape)}: allowed is (N, {c}, {h}, {w}), as the card says{self._way_on()}")
        if not isinstance(y, Tensor) or y.dtype != torch.int64 or y.shape != x.shape[:1]:
            raise ValueError(
                f"y is {_kind(y)}: allowed is a tensor of torch.int64, {len(x)} long, a label for each image; where "
                f"there are none, torch.zeros({len(x)}).long()"
            )
        if self.levels < 256 and x.numel() and not x.is_meta and (top := int(x.max())) >= self.levels:
            raise ValueError(
                f"x reaches {top}: allowed is 0 to {self.levels - 1}, as the card says {self.levels} levels; "
                "give another card, with levels=256 say, or scale x"
            )

    def _way_on(self) -> str:
        """The end of a sentence: how x gets the card's shape, where that is plain."""
        shape, card = tuple(self.x.shape[1:]), self.shape
        if shape == card[1:] and card[0] == 1:
            return "; write x.unsqueeze(1)"
        if shape == (*card[1:], card[0]):
            return "; write x.permute(0, 3, 1, 2)"
        return f"; give the card shape={shape}, if that is right" if len(shape) == 3 else ""

    @property
    def levels(self) -> int:
        return self.card.levels

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.card.shape

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: Any) -> "Images":
        """The images of a slice, a list or a LongTensor of indices."""
        if isinstance(index, int) or getattr(index, "ndim", 1) == 0:  # a number of Python, NumPy or torch
            index = int(index)
            raise TypeError(f"images[{index}] would lose the batch dimension; write images[{index}:{index + 1}]")
        return self._map(lambda tensor: tensor[index])

    def to(self, device: torch.device | str) -> "Images":
        return self._map(lambda tensor: tensor.to(device))

    def batch(self, index: Any, generator: torch.Generator | None = None) -> Tensor:
        """The images at `index` as float32 (B, C, H, W) in [0, 1]; with dynamic binarisation, 0 or 1 drawn anew."""
        x = self.x[index].float() / (self.levels - 1)
        return torch.bernoulli(x, generator=generator) if self.card.binarisation == "dynamic" else x

    def binarised(self, how: str, seed: int = 0) -> "Images":
        """These images as black and white.

        Args:
            how: "grey" leaves them; "fixed" draws each pixel once, white with its grey value as probability;
                "dynamic" does so anew at each `batch`; "threshold" asks whether the value is above one half.
            seed: of the fixed draw.

        Raises:
            ValueError: on another word.
        """
        if how == "grey":
            return self
        if how == "dynamic":
            return replace(self, card=replace(self.card, binarisation=how))
        probability = self.x.float() / (self.levels - 1)
        if how == "fixed":
            x = torch.bernoulli(probability, generator=torch.Generator().manual_seed(seed))
        elif how == "threshold":
            x = probability > 0.5
        else:
            raise ValueError(f"binarise={how!r}: allowed are 'grey', 'fixed', 'dynamic' and 'threshold'")
        return replace(self, x=x.to(torch.uint8), card=replace(self.card, levels=2, binarisation=how))

    def _map(self, change: Any) -> "Images":
        def maybe(tensor: Tensor | None) -> Tensor | None:
            return None if tensor is None else change(tensor)

        return replace(
            self,
            x=change(self.x),
            y=change(self.y),
            factors=maybe(self.factors),
            factor_values=maybe(self.factor_values),
        )


def _kind(value: Any) -> str:
    """What something is, for an error: "torch.float32 (5, 28, 28)", or the name of its class."""
    return f"{value.dtype} {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__

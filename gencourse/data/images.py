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

    x: (N, C, H, W) uint8, values 0 … levels − 1. y: (N,) int64 labels. Where the generating factors are known,
    factors: (N, F) int64, factor_values: (N, F) float32, and their names.
    """

    x: Tensor
    y: Tensor
    card: Card
    factors: Tensor | None = None
    factor_values: Tensor | None = None
    factor_names: tuple[str, ...] = ()

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

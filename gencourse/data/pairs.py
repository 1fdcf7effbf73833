"""Two drawings of one emoji at a time: what a contrastive model learns from when two styles are its two views."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gencourse.data.images import Images


@dataclass(frozen=True)
class Pairs:
    """Emoji, each with two drawings or more, of which a batch holds two.

    An item is an emoji and not a picture: so no emoji is twice in a batch, where it would be its own negative.
    """

    images: Images
    drawings: Tensor  # (N, K) int64, the places in `images` of each emoji's drawings, then −1
    alike: bool
    card: str

    def __len__(self) -> int:
        return len(self.drawings)

    @property
    def x(self) -> Tensor:
        """All pictures, (M, C, H, W): no item of a batch, but what a checkpoint knows the data by."""
        return self.images.x

    @property
    def y(self) -> Tensor:
        """The label of each emoji, (N,)."""
        return self.images.y[self.drawings[:, 0]]

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.images.shape

    def batch(self, index: Tensor | slice, generator: torch.Generator | None = None) -> Tensor:
        """Two drawings of each emoji at `index`, in two styles drawn anew: float32 (B, 2, C, H, W) in [0, 1].

        Where the pairs are `alike`, one drawing twice.
        """
        drawings = self.drawings[index]
        lots = torch.rand(drawings.shape, generator=generator, device=drawings.device)
        order = lots.masked_fill(drawings < 0, -1).argsort(dim=1, descending=True)[:, :2]
        pair = drawings.gather(1, order)  # (B, 2)
        return self.images.batch(pair[:, :1].expand(-1, 2) if self.alike else pair, generator)

    def to(self, device: torch.device | str) -> "Pairs":
        return replace(self, images=self.images.to(device), drawings=self.drawings.to(device))


def pairs(images: Images, alike: bool = False) -> Pairs:
    """Pairs of drawings of one emoji in two styles.

    Args:
        images: emoji, of one split; those drawn once among them are left out.
        alike: give one drawing twice instead, of the same emoji: the comparison that leaves all else as it is.

    Raises:
        ValueError: when the images are no emoji, or none is drawn twice among them.
    """
    if images.factors is None or "emoji" not in images.factor_names:
        raise ValueError(f"images are {images.card.name}: allowed are emoji, as data.load('emoji', …) gives them")
    emoji = images.factors[:, images.factor_names.index("emoji")].cpu()
    order = emoji.argsort(stable=True)
    groups = [places for places in order.split(emoji.bincount().tolist()) if len(places) > 1]
    if not groups:
        raise ValueError("images has no emoji in two styles: give data.load('emoji', …) two styles or more")
    drawings = torch.nn.utils.rnn.pad_sequence(groups, batch_first=True, padding_value=-1)
    which = "one drawing twice" if alike else "two styles"
    return Pairs(images, drawings.to(images.x.device), alike, f"{images.card}, in pairs of {which}")

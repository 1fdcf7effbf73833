"""Encoders that learn by answering the questions of `pretext`; the head is thrown away.

    input ── encoder ── head ──> guess         loss: guess against target
               └─ kept    └─ thrown away

[1] Gidaris, Singh and Komodakis, Unsupervised Representation Learning by Predicting Image Rotations, 2018.
[2] Doersch, Gupta and Efros, Unsupervised Visual Representation Learning by Context Prediction, 2015.
[3] Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016.
[4] He et al., Masked Autoencoders Are Scalable Vision Learners, 2022.   the loss on hidden patches alone
[5] Zhang, Isola and Efros, Colorful Image Colorization, 2016.   colours as classes
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.augment import grey
from gencourse.models.encoders import build_encoder
from gencourse.models.pretext import hide_patches, hue_bins, masked_mse, patch_pairs, rotate_quarters
from gencourse.support.checks import at_least, between, image_shape


class _Pretext(nn.Module):
    """What the four share: an encoder that is kept, under the name `encoder`."""

    def __init__(self, shape: tuple[int, int, int], encoder: str, **config: Any):
        super().__init__()
        self.shape = image_shape(shape)
        self.config: dict[str, Any] = dict(shape=self.shape, encoder=encoder, **config)
        self.encoder = build_encoder(encoder, self.shape)
        self.generator: torch.Generator | None = None  # of the task's draws; None is torch's own

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> the features to keep, (B, F)."""
        features: Tensor = self.encoder(x)
        return features

    def _draw(self, x: Tensor, n: int) -> Tensor:
        """Integers 0 to n − 1, one for each image."""
        place = getattr(self.generator, "device", x.device)
        return torch.randint(n, (len(x),), generator=self.generator, device=place).to(x.device)


def _classified(logits: Tensor, target: Tensor) -> dict[str, Tensor]:
    """Cross-entropy in nats, and the share that is right."""
    return {
        "loss": F.cross_entropy(logits, target),
        "accuracy": (logits.detach().argmax(1) == target).float().mean(),
    }


class Rotation(_Pretext):
    """Which of four ways up is the image? [1]

    Args:
        shape: (C, H, H) of an image. encoder: "conv", "vit" or "resnet18".
    """

    def __init__(self, shape: tuple[int, int, int] = (3, 32, 32), *, encoder: str = "conv"):
        super().__init__(shape, encoder)
        if self.shape[1] != self.shape[2]:
            raise ValueError(f"shape={shape!r}: allowed are square images, (C, H, H)")
        self.head = nn.Linear(self.encoder.n_features, 4)

    def logits(self, x: Tensor) -> Tensor:
        """Turned images (B, C, H, H) -> (B, 4), one for each quarter turn."""
        out: Tensor = self.head(self.encoder(x))
        return out

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """Cross-entropy in nats on freshly turned images, and accuracy; y is not used."""
        quarters = self._draw(x, 4)
        return _classified(self.logits(rotate_quarters(x, quarters)), quarters)


class RelativePatch(_Pretext):
    """Where does this patch lie, seen from the middle one? Eight answers [2].

    Args:
        shape: (C, H, W) of an image. encoder: "conv" or "resnet18"; it sees single patches here, whole images later.
        size: of a patch, in pixels. gap, jitter: what keeps the task honest, see patch_pairs.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        encoder: str = "conv",
        size: int = 8,
        gap: int = 2,
        jitter: int = 2,
    ):
        size, gap, jitter = at_least("size", size, 1), at_least("gap", gap, 0), at_least("jitter", jitter, 0)
        super().__init__(shape, encoder, size=size, gap=gap, jitter=jitter)
        self.size, self.gap, self.jitter = size, gap, jitter
        patch_pairs(torch.zeros(1, *self.shape), torch.zeros(1, dtype=torch.long), size, gap, jitter)  # does it fit?
        width = self.encoder.n_features
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 8))

    def logits(self, middle: Tensor, other: Tensor) -> Tensor:
        """Two patches, each (B, C, size, size) -> (B, 8), one for each of NEIGHBOURS."""
        both = self.encoder(torch.cat([middle, other]))  # one pass: both see the same batch statistics
        out: Tensor = self.head(torch.cat(both.chunk(2), dim=1))
        return out

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """Cross-entropy in nats on freshly cut pairs, and accuracy; y is not used."""
        position = self._draw(x, 8)
        pair = patch_pairs(x, position, self.size, self.gap, self.jitter, self.generator)
        return _classified(self.logits(*pair), position)


class _Painter(nn.Sequential):
    """A throw-away head from features (B, F) to a picture (B, channels, H, W)."""

    def __init__(self, features: int, channels: int, height: int, width: int, hidden: int = 128):
        super().__init__(
            nn.Linear(features, hidden),
            nn.ReLU(),
            nn.Linear(hidden, channels * height * width),
            nn.Unflatten(1, (channels, height, width)),
        )


class Inpainting(_Pretext):
    """What stood where patches are hidden? The loss looks at the hidden pixels alone [3, 4].

    Args:
        shape: (C, H, W) of an image. encoder: "conv", "vit" or "resnet18".
        patch: the side of a patch, a divisor of H and W. share: of the patches that are hidden, 0 < share < 1.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        encoder: str = "conv",
        patch: int = 4,
        share: float = 0.5,
    ):
        patch, share = at_least("patch", patch, 1), between("share", share, 0, 1)
        super().__init__(shape, encoder, patch=patch, share=share)
        _, height, width = self.shape
        if height % patch or width % patch:
            raise ValueError(f"patch={patch!r}: allowed is a divisor of height and width, {height} and {width}")
        patches = (height // patch) * (width // patch)
        if not 0 < round(share * patches) < patches:
            raise ValueError(f"share={share!r}: allowed is one that hides some of the {patches} patches, and not all")
        self.patch, self.share = patch, share
        self.head = _Painter(self.encoder.n_features, *self.shape)

    def paint(self, holed: Tensor) -> Tensor:
        """Images with holes -> whole images, both (B, C, H, W) in [0, 1]."""
        out: Tensor = self.head(self.encoder(holed)).sigmoid()
        return out

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """The mean squared error of freshly hidden pixels; y is not used."""
        holed, hidden = hide_patches(x, self.patch, self.share, self.generator)
        return {"loss": masked_mse(self.paint(holed), x, hidden)}


class Colorization(_Pretext):
    """Which hue had each pixel of this grey image? Asked of coloured pixels alone [5].

    Args:
        shape: (3, H, W) of an image. encoder: "conv", "vit" or "resnet18"; it sees the grey in all three channels.
        bins: into how many classes the colour circle is cut.
    """

    def __init__(self, shape: tuple[int, int, int] = (3, 32, 32), *, encoder: str = "conv", bins: int = 8):
        bins = at_least("bins", bins, 2)
        super().__init__(shape, encoder, bins=bins)
        if self.shape[0] != 3:
            raise ValueError(f"shape={shape!r}: allowed are images of three channels, (3, H, W)")
        self.bins = bins
        self.head = _Painter(self.encoder.n_features, bins, *self.shape[1:])

    def encode(self, x: Tensor) -> Tensor:
        """x (B, 3, H, W) in [0, 1] -> the features of its grey version, (B, F): colours were never seen."""
        features: Tensor = self.encoder(grey(x).expand_as(x))
        return features

    def logits(self, x: Tensor) -> Tensor:
        """x (B, 3, H, W), coloured or grey -> (B, bins, H, W)."""
        out: Tensor = self.head(self.encode(x))
        return out

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """Cross-entropy in nats of the coloured pixels' hues; 0 where nothing is coloured. y is not used."""
        hue, coloured = hue_bins(x, self.bins)
        each = F.cross_entropy(self.logits(x), hue, reduction="none")  # (B, H, W)
        return {"loss": each[coloured].sum() / coloured.sum().clamp(min=1)}

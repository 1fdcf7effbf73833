"""Pretext tasks: make up a question whose answer is free, train an encoder on it, throw the rest away.

    x ── spoil it, remember how ──> input ── encoder ── head ──> guess         loss: guess against what was done
                                               └─ kept                └─ thrown away

Each task has a function that makes it, (images, a draw) -> (input, target), and a module that learns it.

[1] Gidaris, Singh and Komodakis, Unsupervised Representation Learning by Predicting Image Rotations, 2018.
[2] Doersch, Gupta and Efros, Unsupervised Visual Representation Learning by Context Prediction, 2015.   section 3
[3] Noroozi and Favaro, Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles, 2016.
[4] Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016.
[5] He et al., Masked Autoencoders Are Scalable Vision Learners, 2022.   the loss on hidden patches alone
[6] Zhang, Isola and Efros, Colorful Image Colorization, 2016.   colours as classes
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.augment import grey
from gencourse.models.encoders import build_encoder
from gencourse.support.checks import at_least, between, image_shape

# (down, right) of the eight neighbours of the middle cell in a 3 × 3 grid, in reading order
NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


def rotate_quarters(x: Tensor, quarters: Tensor) -> Tensor:
    """Turn each square image (B, C, H, H) by quarters (B,), 0 to 3, of a full turn anticlockwise, pixel for pixel."""
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(f"x={tuple(x.shape)}: allowed are square images, (B, C, H, H)")
    turned = torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)])  # (4, B, C, H, H)
    return turned[quarters, torch.arange(len(x), device=x.device)]


def crop_patches(x: Tensor, top: Tensor, left: Tensor, size: int) -> Tensor:
    """Cut the square of side `size` at (top, left), each (B,), out of each image (B, C, H, W): (B, C, size, size)."""
    step = torch.arange(size, device=x.device)
    rows = (top[:, None] + step)[:, None, :, None]  # (B, 1, size, 1)
    columns = (left[:, None] + step)[:, None, None, :]
    image = torch.arange(len(x), device=x.device)[:, None, None, None]
    channel = torch.arange(x.shape[1], device=x.device)[None, :, None, None]
    return x[image, channel, rows, columns]


def patch_pairs(
    x: Tensor, position: Tensor, size: int, gap: int = 0, jitter: int = 0, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """The middle patch of each image, and the neighbour at `position` [2, section 3].

    With gap 0 and jitter 0 the patches touch, and a line that runs on from one into the other answers the question
    without a look at what is drawn: a shortcut. A gap takes the touching edges away, jitter the exact distance.

    Args:
        x: (B, C, H, W). position: (B,), 0 to 7, an index into NEIGHBOURS. size: of a patch, in pixels.
        gap: pixels between the patches. jitter: each patch moves by up to this many pixels either way, in both axes.

    Returns:
        Both (B, C, size, size).

    Raises:
        ValueError: when three patches, their gaps and the jitter do not fit into the image.
    """
    height, width = x.shape[-2:]
    if 3 * size + 2 * gap + 2 * jitter > min(height, width):
        raise ValueError(
            f"size={size!r}, gap={gap!r}, jitter={jitter!r}: allowed is 3·size + 2·gap + 2·jitter of at most "
            f"{min(height, width)} pixels"
        )
    place = getattr(generator, "device", x.device)
    moved = torch.randint(-jitter, jitter + 1, (2, 2, len(x)), generator=generator, device=place).to(x.device)
    way = torch.tensor(NEIGHBOURS, device=x.device)[position].T * (size + gap)  # (2, B): down, right
    middle = torch.tensor([(height - size) // 2, (width - size) // 2], device=x.device)[:, None]
    first, second = middle + moved[0], middle + way + moved[1]  # (2, B) each: top and left
    return crop_patches(x, first[0], first[1], size), crop_patches(x, second[0], second[1], size)


def hidden_patches(scores: Tensor, share: float) -> Tensor:
    """Choose the patches with the smallest scores: the same number, round(share · patches), in each image.

    Args:
        scores: (B, rows, columns), one number for each patch; random ones make a random choice [5].

    Returns:
        bool (B, rows, columns), true where a patch is to be hidden.
    """
    flat = scores.flatten(1)
    chosen = flat.argsort(1)[:, : round(share * flat.shape[1])]
    return torch.zeros_like(flat, dtype=torch.bool).scatter(1, chosen, True).view_as(scores)


def hide_patches(
    x: Tensor, patch: int, share: float, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Paint a share of each image's patches grey, chosen anew for each image [5].

    Returns:
        The images with grey (0.5) holes, (B, C, H, W), and where they are, bool (B, 1, H, W).
    """
    place = getattr(generator, "device", x.device)
    cells = len(x), x.shape[-2] // patch, x.shape[-1] // patch
    hidden = hidden_patches(torch.rand(cells, generator=generator, device=place).to(x.device), share)
    hidden = hidden.repeat_interleave(patch, 1).repeat_interleave(patch, 2)[:, None]
    return torch.where(hidden, 0.5, x), hidden


def masked_mse(guess: Tensor, x: Tensor, hidden: Tensor) -> Tensor:
    """The mean squared error over the hidden pixels alone, all images and channels; hidden is bool (B, 1, H, W) [5]."""
    weight = hidden.expand_as(x).to(x.dtype)
    return ((guess - x).square() * weight).sum() / weight.sum()


def hue_bins(x: Tensor, bins: int, least: float = 0.1) -> tuple[Tensor, Tensor]:
    """The hue of each pixel as a class, and whether it has one: pixels near grey have no hue worth asking for [6].

    Args:
        x: (B, 3, H, W) in [0, 1]. bins: the colour circle is cut into so many, the first from red on.
        least: the chroma (largest less smallest channel) from which on a pixel counts as coloured.

    Returns:
        Integers 0 to bins − 1 and bool, both (B, H, W).
    """
    red, green, blue = x.unbind(1)
    # the angle of the colour seen along the grey axis: red at 0, green at a third, blue at two thirds of a turn
    angle = torch.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue) / (2 * math.pi) % 1
    return (angle * bins).long().clamp(max=bins - 1), x.amax(1) - x.amin(1) >= least


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
    """What stood where patches are hidden? The loss looks at the hidden pixels alone [4, 5].

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
    """Which hue had each pixel of this grey image? Asked of coloured pixels alone [6].

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

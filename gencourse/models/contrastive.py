"""Contrastive learning: two views of one image attract, all other views repel.

    x ── view 1 ── encoder ── head ──> z ─┐
      └─ view 2 ── encoder ── head ──> z' ┴─ NT-Xent: which of all other views is of the same image?

[1] Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, 2020.    eq. 1, algorithm 1
[2] Wang and Isola, Understanding Contrastive Representation Learning through Alignment and Uniformity, 2020.   eq. 2
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.augment import Augment
from gencourse.models.encoders import build_encoder
from gencourse.support.checks import as_temperature, at_least, image_shape


def nt_xent(first: Tensor, second: Tensor, temperature: float = 0.5) -> Tensor:
    """The normalised, temperature-scaled cross-entropy of two views of a batch, in nats [1, eq. 1].

    Each of the 2N views must pick its partner among the 2N − 1 other views, by cosine similarity / temperature. Under
    several processes the views of all of them take part, with their gradients: P processes with N images each give, on
    average, the loss and the gradient of one process with P · N.

    Args:
        first, second: (N, D), row i of both from image i; they need not be normalised.
        temperature: what divides the cosines; a small one lets the nearest negatives take most of the gradient.

    Returns:
        The mean over this process's 2N views, a scalar.

    Raises:
        ValueError: on views of different shapes, or a temperature that is not finite and above 0.
    """
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError(f"first={tuple(first.shape)}, second={tuple(second.shape)}: allowed are two alike (N, D)")
    as_temperature("temperature", temperature)
    first, second = (F.normalize(z.float(), dim=1) for z in (first, second))
    (all_first, rank), (all_second, _) = _of_all_processes(first), _of_all_processes(second)
    n, total = len(first), len(all_first)
    similarity = torch.cat([first, second]) / temperature @ torch.cat([all_first, all_second]).T  # (2N, 2PN)
    own = torch.arange(n, device=first.device) + rank * n
    own = torch.cat([own, own + total])  # the column of each view itself; its partner's is half the columns away
    with torch.no_grad():  # no view is its own negative; in place, as the gradient there is 0 in any case
        similarity.scatter_(1, own[:, None], -math.inf)
    return F.cross_entropy(similarity, (own + total) % (2 * total))


def _of_all_processes(z: Tensor) -> tuple[Tensor, int]:
    """The rows (N, D) of all processes, (P · N, D), with gradient, and the number of this process."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return z, 0
    from torch.distributed.nn.functional import all_gather

    return torch.cat(list(all_gather(z))), torch.distributed.get_rank()


def cosines(a: Tensor, b: Tensor) -> Tensor:
    """The cosine of each row of a (A, D) with each row of b (B, D): (A, B)."""
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def negative_shares(cosine: Tensor, temperature: float) -> Tensor:
    """How the push away from an anchor is shared among its negatives: their softmax, rows that sum to 1 [1, table 2].

    Args:
        cosine: (B, K), of B anchors with K negatives each.
        temperature: of the loss; towards 0 the nearest negative takes all.
    """
    return (cosine / temperature).softmax(1)


def alignment(first: Tensor, second: Tensor) -> Tensor:
    """The mean squared distance of the two views of an image, on the unit sphere: 0 when they agree [2, section 4.1].

    Args:
        first, second: (N, D), row i of both from image i; they are normalised here.
    """
    return (F.normalize(first, dim=1) - F.normalize(second, dim=1)).square().sum(1).mean()


def uniformity(z: Tensor, t: float = 2.0) -> Tensor:
    """log of the mean of exp(−t · squared distance) over pairs, on the unit sphere: lower is more evenly spread [2].

    Args:
        z: (N, D), N ≥ 2; normalised here.
    """
    return torch.pdist(F.normalize(z, dim=1)).square().mul(-t).exp().mean().log()


class SimCLR(nn.Module):
    """SimCLR on one of the course's encoders: two random views, a projection head, NT-Xent [1].

    Args:
        shape: (C, H, W) of an image; its views are square, W wide, whatever its height.
        encoder: "conv", "vit" or "resnet18".
        projection: D, the length of what the loss compares; the head that makes it is thrown away.
        temperature: of the loss.
        augment: options of gencourse.data.augment.Augment that differ from its own.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        encoder: str = "conv",
        projection: int = 64,
        temperature: float = 0.5,
        augment: dict[str, Any] | None = None,
    ):
        super().__init__()
        self.shape, self.temperature = image_shape(shape), as_temperature("temperature", temperature)
        self.augment = Augment(self.shape[-1], **(augment or {}))
        self.config: dict[str, Any] = dict(
            shape=self.shape,
            encoder=encoder,
            projection=at_least("projection", projection, 1),
            temperature=self.temperature,
            augment=self.augment.given(augment),
        )
        self.encoder = build_encoder(encoder, self.shape)
        width = self.encoder.n_features
        self.head: nn.Module = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, self.config["projection"])
        )

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> the features to keep, (B, F)."""
        features: Tensor = self.encoder(x)
        return features

    def project(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) -> what the loss compares, (B, D)."""
        z: Tensor = self.head(self.encoder(x))
        return z

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """NT-Xent of two fresh views, in nats; their alignment; y is not used.

        Args:
            x: (B, C, H, W), or (B, 2, C, H, W) with two pictures of each thing, of each of which a view is made.
        """
        one, other = x.unbind(1) if x.ndim == 5 else (x, x)
        first, second = self.project(torch.cat([self.augment(one), self.augment(other)])).chunk(2)
        return {"loss": nt_xent(first, second, self.temperature), "alignment": alignment(first, second).detach()}

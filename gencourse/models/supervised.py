"""An encoder and a linear classifier trained together, on labels: the yardstick of self-supervised features."""

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.encoders import build_encoder
from gencourse.support.checks import at_least, image_shape, indices


class Classifier(nn.Module):
    """One of the course's encoders with a linear layer on its features.

    Args:
        shape: (C, H, W) of an image. classes: how many. encoder: "conv", "vit" or "resnet18".

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(self, shape: tuple[int, int, int] = (3, 32, 32), *, classes: int = 4, encoder: str = "conv"):
        super().__init__()
        self.shape, self.classes = image_shape(shape), at_least("classes", classes, 2)
        self.config: dict[str, Any] = dict(shape=self.shape, classes=self.classes, encoder=encoder)
        self.encoder = build_encoder(encoder, self.shape)
        self.head = nn.Linear(self.encoder.n_features, self.classes)

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> the features under the linear layer, (B, F)."""
        features: Tensor = self.encoder(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> logits (B, classes)."""
        logits: Tensor = self.head(self.encoder(x))
        return logits

    def loss(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """The mean cross-entropy, in nats, and the share of images put into their class."""
        indices("y", y, self.classes)
        logits = self(x)
        return {"loss": F.cross_entropy(logits, y), "accuracy": (logits.argmax(1) == y).float().mean()}

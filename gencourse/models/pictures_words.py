"""Contrastive learning of pictures and words: a picture and its own words attract, all other words repel.

    picture ── encoder ── linear ──> p ─┐
                                        ├─ which of the batch's texts is this picture's, and the other way round?
    words ── mean of embeddings ─────> t ┘

[1] Radford et al., Learning Transferable Visual Models from Natural Language Supervision (CLIP), 2021.  figure 3
[2] Zhai et al., Sigmoid Loss for Language Image Pre-Training (SigLIP), 2023.   algorithm 1
[3] Liang et al., Mind the Gap, 2022.   section 2: the modality gap
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.models.contrastive import cosines
from gencourse.models.encoders import ConvEncoder
from gencourse.support.checks import as_temperature, at_least, image_shape, indices, one_of

LARGEST_SCALE = 100.0  # of the cosines in the loss, as in [1, section 2.5]


def symmetric_info_nce(
    pictures: Tensor, texts: Tensor, temperature: float | Tensor, same: Tensor | None = None
) -> Tensor:
    """Each picture must pick its text among the batch's, and each text its picture: the mean in nats [1, figure 3].

    Args:
        pictures, texts: (N, D), row i of both belong together; they need not be normalised.
        temperature: what divides the cosines.
        same: (N, N), true where picture i and text j are of one thing; off the diagonal such pairs are left out, as
            they are no negatives.

    Returns:
        A scalar.

    Raises:
        ValueError: on pictures and texts of different shapes, or same of another shape than (N, N).
    """
    _check(pictures, texts, same)
    logits = cosines(pictures, texts) / temperature
    if same is not None:
        logits = logits.masked_fill(_others(same), -math.inf)
    own = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def sigmoid_loss(
    pictures: Tensor, texts: Tensor, temperature: float | Tensor, bias: float | Tensor, same: Tensor | None = None
) -> Tensor:
    """Each pair is asked by itself whether it belongs together; summed over texts, mean over pictures [2, algorithm 1].

    Args:
        pictures, texts, temperature, same: as in `symmetric_info_nce`.
        bias: added to each logit; about −log N, as one pair in N belongs together.

    Returns:
        A scalar, in nats.

    Raises:
        ValueError: as `symmetric_info_nce`.
    """
    _check(pictures, texts, same)
    logits = cosines(pictures, texts) / temperature + bias
    sign = 2 * torch.eye(len(logits), device=logits.device) - 1
    each = -F.logsigmoid(sign * logits)
    if same is not None:
        each = each.masked_fill(_others(same), 0)
    return each.sum() / len(logits)


def zero_shot(pictures: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """p(class | picture) from the vectors of the classes' prompts: the softmax of cosines / temperature, (N, K) [1].

    Args:
        pictures: (N, D). classes: (K, D), one vector a class, as `prompt_ensemble` gives.
    """
    return (cosines(pictures, classes) / as_temperature("temperature", temperature)).softmax(1)


def prompt_ensemble(prompts: Tensor) -> Tensor:
    """One vector a class from several prompts each: the mean of the normalised ones, (K, P, D) -> (K, D) [1, 3.1.4]."""
    return F.normalize(F.normalize(prompts, dim=-1).mean(1), dim=-1)


def modality_gap(pictures: Tensor, texts: Tensor) -> Tensor:
    """How far the middle of the pictures lies from that of the texts, on the unit sphere: 0 to 2 [3, section 2].

    Args:
        pictures: (N, D). texts: (M, D). Both are normalised here.
    """
    return (F.normalize(pictures, dim=1).mean(0) - F.normalize(texts, dim=1).mean(0)).norm()


def _check(pictures: Tensor, texts: Tensor, same: Tensor | None) -> None:
    if pictures.shape != texts.shape or pictures.ndim != 2:
        raise ValueError(f"pictures={tuple(pictures.shape)}, texts={tuple(texts.shape)}: allowed are two alike (N, D)")
    n = len(pictures)
    if same is not None and same.shape != (n, n):
        raise ValueError(f"same={tuple(same.shape)}: allowed is ({n}, {n}), pictures by texts")


def _others(same: Tensor) -> Tensor:
    """(N, N), true off the diagonal where a pair is of one thing."""
    return same.bool() & ~torch.eye(len(same), dtype=torch.bool, device=same.device)


class PicturesAndWords(nn.Module):
    """CLIP in small: the course's convolutional encoder, and the mean of word embeddings [1].

    A text is a row of word numbers, 1 for the first word of the vocabulary; 0 fills what is left over.

    Args:
        shape: (C, H, W) of a picture.
        vocabulary: the words that have a vector.
        width: D, the length of what is compared.
        objective: "softmax" for `symmetric_info_nce`, "sigmoid" for `sigmoid_loss`. Scale and bias are learned.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        vocabulary: Sequence[str],
        width: int = 128,
        objective: str = "softmax",
    ):
        super().__init__()
        if isinstance(vocabulary, str) or not vocabulary or len(set(vocabulary)) < len(vocabulary):
            raise ValueError(f"vocabulary of {len(vocabulary)} words: allowed are one or more, each once, in a list")
        self.shape, width = image_shape(shape), at_least("width", width, 1)
        self.config: dict[str, Any] = dict(
            shape=self.shape,
            vocabulary=tuple(vocabulary),
            width=width,
            objective=one_of("objective", objective, ("softmax", "sigmoid")),
        )
        self.number = {word: k + 1 for k, word in enumerate(vocabulary)}
        self.encoder = ConvEncoder(self.shape)
        self.head = nn.Linear(self.encoder.n_features, width)
        self.words = nn.Embedding(len(vocabulary) + 1, width, padding_idx=0)
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-10.0 if objective == "sigmoid" else 0.0))

    @property
    def temperature(self) -> Tensor:
        """What divides the cosines, learned and at least 1 / 100."""
        return 1 / self.log_scale.exp().clamp(max=LARGEST_SCALE)

    def encode(self, x: Tensor) -> Tensor:
        """Pictures x (B, C, H, W) in [0, 1] -> (B, D), not normalised."""
        vectors: Tensor = self.head(self.encoder(x))
        return vectors

    def encode_text(self, texts: Tensor) -> Tensor:
        """Rows of word numbers (B, L) -> the mean of their words' vectors (B, D); 0 where no word is known."""
        indices("texts", texts, len(self.number) + 1)
        known = (texts > 0).sum(1, keepdim=True).clamp(min=1)
        return self.words(texts).sum(1) / known

    def numbers(self, texts: Sequence[Sequence[str]]) -> Tensor:
        """Texts, each a list of words, as word numbers (B, L); a word without a vector is left out."""
        rows = [[self.number[word] for word in text if word in self.number] for text in texts]
        longest = max(1, *map(len, rows)) if rows else 1
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows]).view(len(rows), longest)

    def pair_loss(self, x: Tensor, texts: Tensor, same: Tensor | None = None) -> Tensor:
        """The objective's loss of pictures (B, C, H, W) and their texts (B, L), a scalar in nats."""
        pictures, vectors = self.encode(x).float(), self.encode_text(texts).float()
        if self.config["objective"] == "sigmoid":
            return sigmoid_loss(pictures, vectors, self.temperature, self.bias, same)
        return symmetric_info_nce(pictures, vectors, self.temperature, same)

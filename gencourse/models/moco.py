"""Momentum contrast: many negatives at a small batch, from a queue of keys and an encoder that moves slowly.

    view 1 ── encoder ──────────> query ─┐
                │ average                ├─ InfoNCE: which of these keys is from the same image?
    view 2 ── slow encoder ────> key ────┤
                  (no gradient)   └─> queue of the last K keys

[1] He, Fan, Wu, Xie and Girshick, Momentum Contrast for Unsupervised Visual Representation Learning, 2020.
[2] Chen, Fan, Girshick and He, Improved Baselines with Momentum Contrastive Learning, 2020.     `version=2`
"""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.augment import Augment
from gencourse.models.encoders import build_encoder
from gencourse.support.checks import as_temperature, at_least, between, image_shape

VERSIONS = {1: dict(temperature=0.07, blur=0.0), 2: dict(temperature=0.2, blur=0.5)}


def info_nce(query: Tensor, key: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    """The average cross-entropy, in nats, of finding each query's own key among the negatives [1, eq. 1].

    Args:
        query, key: (B, D), two views of the same images, of any length: they are normalised here. Gradients flow into
            the queries alone.
        negatives: (K, D), keys of other images; with none of them there is nothing to confuse, and the loss is 0.
        temperature: what the cosines are divided by.
    """
    query, key, negatives = (F.normalize(x, dim=-1) for x in (query, key.detach(), negatives.detach()))
    positive = (query * key).sum(-1, keepdim=True)  # (B, 1), the cosine with the key of the same image
    logits = torch.cat([positive, query @ negatives.T], dim=1) / temperature  # (B, 1 + K)
    return F.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long, device=query.device))


def enqueue(queue: Tensor, keys: Tensor, pointer: int) -> tuple[Tensor, int]:
    """The newest keys over the oldest, around the ring: the queue (K, D) and the pointer as they are afterwards.

    Args:
        queue: (K, D); it is left as it is, a copy is returned.
        keys: (B, D), at most K of them, in the order in which they join.
        pointer: the place of the next key, 0 to K − 1; behind it lies the oldest.

    Raises:
        ValueError: when there are more keys than places.
    """
    if len(keys) > len(queue):
        raise ValueError(f"{len(keys)} keys: allowed are at most the {len(queue)} places of the queue")
    places = (pointer + torch.arange(len(keys), device=queue.device)) % len(queue)
    return queue.index_copy(0, places, keys), (pointer + len(keys)) % len(queue)


def moving_average(slow: Tensor, fast: Tensor, momentum: float) -> Tensor:
    """momentum · slow + (1 − momentum) · fast: with momentum 1 nothing moves, with 0 slow becomes fast [1, eq. 2]."""
    return momentum * slow + (1 - momentum) * fast


@torch.no_grad()
def follow(slow: nn.Module, fast: nn.Module, momentum: float) -> None:
    """Move the parameters of `slow` towards those of `fast`, in place. Running statistics are each network's own."""
    for theirs, ours in zip(slow.parameters(), fast.parameters(), strict=True):
        theirs.copy_(moving_average(theirs, ours, momentum))


def frozen_copy(network: nn.Module) -> nn.Module:
    """A copy that no gradient reaches and no optimizer moves."""
    return copy.deepcopy(network).requires_grad_(False)


class KeyQueue(nn.Module):
    """The last `size` keys, in a ring one can look into. Its contents are buffers: they are saved with the model.

    Attributes:
        ring: (size, D), the keys where they lie; places never filled are 0.
        born: (size,), the step at which each key joined; −1 for a place never filled.
        pointer: the place of the next key.
    """

    ring: Tensor
    born: Tensor
    pointer: Tensor

    def __init__(self, size: int, dim: int):
        super().__init__()
        self.register_buffer("ring", torch.zeros(size, dim))
        self.register_buffer("born", torch.full((size,), -1))
        self.register_buffer("pointer", torch.zeros((), dtype=torch.long))

    @property
    def keys(self) -> Tensor:
        """(F, D): the places that have been filled, and no others."""
        return self.ring[self.born >= 0]

    def ages(self, step: int) -> Tensor:
        """(size,): how many steps ago each key joined; −1 for a place never filled."""
        return torch.where(self.born >= 0, step - self.born, -1)

    def in_order(self) -> Tensor:
        """(F, D): the keys from the oldest to the newest."""
        turned = torch.arange(len(self.ring), device=self.ring.device).roll(-int(self.pointer))
        return self.ring[turned][self.born[turned] >= 0]

    @torch.no_grad()
    def put(self, keys: Tensor, step: int) -> None:
        """keys (B, D) join at `step`; of a batch larger than the queue only the last keys stay."""
        keys = keys[-len(self.ring) :].to(self.ring.dtype)
        pointer, births = int(self.pointer), torch.full((len(keys), 1), step, device=self.born.device)
        self.born.copy_(enqueue(self.born[:, None], births, pointer)[0][:, 0])
        ring, pointer = enqueue(self.ring, keys, pointer)
        self.ring.copy_(ring)
        self.pointer.fill_(pointer)


class MoCo(nn.Module):
    """MoCo v1 and v2 on one of the course's encoders. Each call of `loss` while training is one step: the momentum
    encoder follows, the keys of the batch are compared with the queue, then they join it.

    Args:
        shape: (C, H, W) of an image; its views are square, W wide, whatever its height.
        encoder: "conv", "vit" or "resnet18".
        version: 1 is a linear head and temperature 0.07, 2 a head with one hidden layer, temperature 0.2 and blur [2].
        projection: D, the length of a key.
        queue: K, how many keys are kept.
        momentum: of the key encoder; 0 copies the encoder at each step, 1 leaves it as it began.
        temperature: instead of the version's.
        augment: options of gencourse.data.augment.Augment that differ from the version's.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    steps: Tensor

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        encoder: str = "conv",
        version: int = 2,
        projection: int = 64,
        queue: int = 4096,
        momentum: float = 0.99,
        temperature: float | None = None,
        augment: dict[str, Any] | None = None,
    ):
        super().__init__()
        version = at_least("version", version, 1, at_most=max(VERSIONS))
        projection, queue = at_least("projection", projection, 1), at_least("queue", queue, 1)
        temperature = None if temperature is None else as_temperature("temperature", temperature)
        self.shape, self.momentum = image_shape(shape), between("momentum", momentum, 0, 1)
        self.temperature = temperature or VERSIONS[version]["temperature"]
        self.augment = Augment(self.shape[-1], **{"blur": VERSIONS[version]["blur"], **(augment or {})})
        self.config: dict[str, Any] = dict(
            shape=self.shape,
            encoder=encoder,
            version=version,
            projection=projection,
            queue=queue,
            momentum=self.momentum,
            temperature=temperature,
            augment=self.augment.given(augment),
        )
        self.encoder = build_encoder(encoder, self.shape)
        self.head = _head(self.encoder.n_features, projection, version)
        self.key_encoder, self.key_head = frozen_copy(self.encoder), frozen_copy(self.head)
        self.queue = KeyQueue(queue, projection)
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))  # of training, so far

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> the features to keep, (B, F); the head is thrown away."""
        features: Tensor = self.encoder(x)
        return features

    def query(self, x: Tensor) -> Tensor:
        """A view (B, C, H, W) -> queries (B, D) of length 1, with gradient."""
        return F.normalize(self.head(self.encoder(x)).float(), dim=-1)

    @torch.no_grad()
    def key(self, x: Tensor) -> Tensor:
        """A view (B, C, H, W) -> keys (B, D) of length 1, from the momentum encoder: no gradient."""
        return F.normalize(self.key_head(self.key_encoder(x)).float(), dim=-1)

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """InfoNCE of two fresh views against the queue, in nats, and how often the right key wins; y is not used."""
        if self.training:
            follow(self.key_encoder, self.encoder, self.momentum)
            follow(self.key_head, self.head, self.momentum)
        query, key = self.query(self.augment(x)), self.key(self.augment(x))
        negatives = self.queue.keys
        loss = info_nce(query, key, negatives, self.temperature)
        with torch.no_grad():
            beaten = (query @ negatives.T).amax(1) if len(negatives) else torch.full_like(query[:, 0], -1)
            accuracy = ((query * key).sum(-1) > beaten).float().mean()
        if self.training:
            self.steps += 1
            self.queue.put(gathered(key), int(self.steps))
        return {"loss": loss, "accuracy": accuracy}


def gathered(keys: Tensor) -> Tensor:
    """The keys of all processes, (world · B, D), in the order of the processes; without gradient."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return keys
    parts = [torch.empty_like(keys) for _ in range(torch.distributed.get_world_size())]
    torch.distributed.all_gather(parts, keys.contiguous())
    return torch.cat(parts)


def _head(features: int, projection: int, version: int) -> nn.Module:
    if version == 1:
        return nn.Linear(features, projection)
    return nn.Sequential(nn.Linear(features, features), nn.ReLU(), nn.Linear(features, projection))

"""DINO: a student learns to say what a teacher says of another view; the teacher is the student's own average.

    all views ──── student ─ softmax(· / 0.1) ───────────────┐
                     │ average                               ├─ cross-entropy, between different views
    large views ── teacher ─ softmax((· − centre) / 0.04) ───┘
                  (no gradient)

No negatives. Two things keep the answers from becoming all alike: the centre is taken from the teacher's logits, so
that no output wins always, and the low temperature sharpens them, so that the answer is not always "anything".

[1] Caron, Touvron, Misra, Jégou, Mairal, Bojanowski and Joulin, Emerging Properties in Self-Supervised Vision
    Transformers, 2021.                                      algorithm 1, section 3.1, the collapse in section 5.3
[2] Caron et al., Unsupervised Learning of Visual Features by Contrasting Cluster Assignments, 2020.     multi-crop
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.data.augment import Augment, share
from gencourse.models.encoders import build_encoder
from gencourse.models.moco import follow, frozen_copy, gathered, moving_average
from gencourse.support.checks import as_temperature, at_least, between, image_shape


def teacher_probabilities(logits: Tensor, centre: Tensor, temperature: float) -> Tensor:
    """What the teacher says: softmax((logits − centre) / temperature), without gradient [1, section 3.1].

    Args:
        logits: (..., K). centre: (K,), the moving average of the teacher's logits.
    """
    return ((logits - centre) / temperature).softmax(-1).detach()


def distillation_loss(student: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """The cross-entropy of the student's answers to the teacher's, in nats, over pairs of different views.

    Args:
        student: (V, B, K), logits for V views of B images; the first T of them are the teacher's.
        targets: (T, B, K), the teacher's probabilities, T ≤ V. No gradient flows into them.
        temperature: the student's.

    Returns:
        The average over images and over the pairs (teacher's view t, student's view v) with t ≠ v [1, algorithm 1].
    """
    log_p = (student / temperature).log_softmax(-1)
    with torch.autocast(log_p.device.type, enabled=False):  # einsum would round both to bf16
        cross_entropy = -torch.einsum("tbk,vbk->tv", targets.detach(), log_p) / student.shape[1]  # (T, V)
    different = ~torch.eye(*cross_entropy.shape, dtype=torch.bool, device=student.device)
    return cross_entropy[different].mean()


def update_centre(centre: Tensor, teacher_logits: Tensor, momentum: float) -> Tensor:
    """The centre (K,) moved towards the batch's average of the teacher's logits (..., K) [1, eq. 4]."""
    return moving_average(centre, teacher_logits.detach().flatten(0, -2).mean(0), momentum)


def cosine_schedule(start: float, end: float, step: int, steps: int) -> float:
    """From start at step 0 to end at `steps`, along half a cosine; end from there on."""
    progress = min(step / steps, 1.0)
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2


class Head(nn.Module):
    """Features (B, F) -> K logits: the cosines of a bottleneck's vector with K prototypes [1, section 3.1]."""

    def __init__(self, features: int, hidden: int, bottleneck: int, outputs: int):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(features, hidden), nn.GELU(), nn.Linear(hidden, bottleneck))
        self.prototypes = nn.Parameter(torch.randn(outputs, bottleneck))

    def forward(self, features: Tensor) -> Tensor:
        code = F.normalize(self.layers(features).float(), dim=-1)
        with torch.autocast(code.device.type, enabled=False):  # a temperature of 0.04 would magnify bf16's rounding
            return F.linear(code, F.normalize(self.prototypes.float(), dim=-1))  # (B, K)


class DINO(nn.Module):
    """DINO on one of the course's encoders. Each call of `loss` while training is one step: first the teacher follows.

    Args:
        shape: (C, H, W) of an image; its large views are square, W wide, whatever its height.
        encoder: "conv", "vit" or "resnet18".
        outputs: K, how many prototypes the answer is spread over.
        hidden, bottleneck: widths of the head.
        local_crops: small views besides the two large ones; the student alone sees them. local_size: their side.
        student_temperature: of the student's softmax.
        teacher_temperature: of the teacher's, smaller; it rises to it from `warmup_temperature` over `warmup` steps.
        momentum: of the teacher at the start; it rises to 1 along a cosine at step `horizon`.
        centre_momentum: of the centre.
        centering, sharpening: False leaves one of the two guards off; unsharpened, the teacher's temperature is the
            student's.
        augment: options of data.augment.Augment, for large and small views. global_scale, local_scale: the share of
            the image's area that a large and a small view show.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    centre: Tensor
    steps: Tensor

    def __init__(
        self,
        shape: tuple[int, int, int] = (3, 32, 32),
        *,
        encoder: str = "conv",
        outputs: int = 256,
        hidden: int = 256,
        bottleneck: int = 64,
        local_crops: int = 2,
        local_size: int = 16,
        student_temperature: float = 0.1,
        teacher_temperature: float = 0.04,
        warmup_temperature: float = 0.04,
        warmup: int = 0,
        momentum: float = 0.99,
        horizon: int = 10_000,
        centre_momentum: float = 0.9,
        centering: bool = True,
        sharpening: bool = True,
        global_scale: tuple[float, float] = (0.4, 1.0),
        local_scale: tuple[float, float] = (0.15, 0.4),
        augment: dict[str, Any] | None = None,
    ):
        super().__init__()
        self.shape = image_shape(shape)
        self.large = Augment(self.shape[-1], crop=share("global_scale", global_scale), **(augment or {}))
        self.small = Augment(
            at_least("local_size", local_size, 1), crop=share("local_scale", local_scale), **(augment or {})
        )
        self.config: dict[str, Any] = dict(
            shape=self.shape,
            encoder=encoder,
            outputs=at_least("outputs", outputs, 1),
            hidden=at_least("hidden", hidden, 1),
            bottleneck=at_least("bottleneck", bottleneck, 1),
            local_crops=at_least("local_crops", local_crops, 0),
            local_size=self.small.options["size"],
            student_temperature=as_temperature("student_temperature", student_temperature),
            teacher_temperature=as_temperature("teacher_temperature", teacher_temperature),
            warmup_temperature=as_temperature("warmup_temperature", warmup_temperature),
            warmup=at_least("warmup", warmup, 0),
            momentum=between("momentum", momentum, 0, 1),
            horizon=at_least("horizon", horizon, 1),
            centre_momentum=between("centre_momentum", centre_momentum, 0, 1),
            centering=bool(centering),
            sharpening=bool(sharpening),
            global_scale=self.large.options["crop"],
            local_scale=self.small.options["crop"],
            augment=self.large.given(augment),
        )
        outputs = self.config["outputs"]
        self.encoder = build_encoder(encoder, self.shape)
        self.head = Head(self.encoder.n_features, self.config["hidden"], self.config["bottleneck"], outputs)
        self.teacher_encoder, self.teacher_head = frozen_copy(self.encoder), frozen_copy(self.head)
        self.register_buffer("centre", torch.zeros(outputs))
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))  # of training, so far

    def encode(self, x: Tensor) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> the teacher's features, (B, F): they are the better ones [1, figure 6]."""
        features: Tensor = self.teacher_encoder(x)
        return features

    def temperatures(self) -> tuple[float, float]:
        """The student's temperature and the teacher's, at this step."""
        c = self.config
        if not c["sharpening"]:
            return c["student_temperature"], c["student_temperature"]
        risen = min(int(self.steps) / c["warmup"], 1.0) if c["warmup"] else 1.0
        low, high = c["warmup_temperature"], c["teacher_temperature"]
        return c["student_temperature"], low + (high - low) * risen

    def teacher_momentum(self) -> float:
        """The teacher's momentum at this step."""
        return cosine_schedule(self.config["momentum"], 1.0, int(self.steps), self.config["horizon"])

    def views(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Fresh crops of x (B, C, H, W): two large ones, (2B, C, H, W), and the small ones, (L·B, C, s, s), if any."""
        large = torch.cat([self.large(x), self.large(x)])
        count = self.config["local_crops"]
        return large, torch.cat([self.small(x) for _ in range(count)]) if count else None

    @torch.no_grad()
    def teach(self, large: Tensor) -> Tensor:
        """Large views (2B, C, H, W) -> the teacher's logits, (2, B, K); no gradient."""
        logits: Tensor = self.teacher_head(self.teacher_encoder(large))
        return logits.unflatten(0, (2, -1))

    def study(self, large: Tensor, small: Tensor | None) -> Tensor:
        """All views -> the student's logits, (2 + L, B, K). Views of one size go through the encoder together."""
        n = len(large) // 2
        features = [self.encoder(large)] + ([] if small is None else [self.encoder(small)])
        logits: Tensor = self.head(torch.cat(features))
        return logits.unflatten(0, (-1, n))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """The cross-entropy to the teacher, and its two parts on the large views, in nats: the teacher's entropy, and
        the KL divergence of the student's answer from the teacher's. y is not used."""
        if self.training:
            momentum = self.teacher_momentum()
            follow(self.teacher_encoder, self.encoder, momentum)
            follow(self.teacher_head, self.head, momentum)
        large, small = self.views(x)
        student_temperature, teacher_temperature = self.temperatures()
        taught, student = self.teach(large), self.study(large, small)
        centre = self.centre if self.config["centering"] else torch.zeros_like(self.centre)
        targets = teacher_probabilities(taught, centre, teacher_temperature)
        loss = distillation_loss(student, targets, student_temperature)
        with torch.no_grad():
            entropy = torch.special.entr(targets).sum(-1).mean()
            kl = distillation_loss(student[:2], targets, student_temperature) - entropy
        if self.training:
            self.centre.copy_(
                update_centre(self.centre, gathered(taught.flatten(0, 1)), self.config["centre_momentum"])
            )
            self.steps += 1
        return {"loss": loss, "entropy": entropy, "kl": kl}

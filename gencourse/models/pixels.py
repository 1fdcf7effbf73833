"""What exact models of images share: one pixel after another, each with a distribution given those before it.

    p(x) = Π p(x_i | x_1 … x_{i−1})        i: rows from the top, each from the left, and in a pixel R, G, B

A model is a network `outputs(x)` whose answer for sub-pixel i never depends on sub-pixels i, i+1, … So one
evaluation gives the likelihood of a whole image (training is parallel), and sampling asks once for each sub-pixel.
Everything is in nats and exact: each factor is a softmax over the levels, a sigmoid where there are only two, or a
mixture of a few bell curves cut into levels, which knows that 137 lies beside 138.

[1] van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016.     section 2: the order
[2] Salimans, Karpathy, Chen and Kingma, PixelCNN++, 2017.     section 2.1: the discretised mixture of logistics
"""

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.support.checks import as_temperature, at_least, image_shape, indices, of_shape, unit_interval

# step(r, c, s) -> (n, K) logits of sub-pixel s of the pixel in row r and column c, given all before it
Step = Callable[[int, int, int], Tensor]


def to_levels(x: Tensor, levels: int) -> Tensor:
    """Values in [0, 1] -> whole numbers 0 … levels − 1, int64 of the same shape.

    Raises:
        ValueError: on values outside [0, 1].
    """
    unit_interval("x", x)
    return (x * (levels - 1)).round().long()


def level_log_prob(k: Tensor, logits: Tensor) -> Tensor:
    """log p(k) in nats of each sub-pixel, in float32 or, for float64 logits, in float64.

    Args:
        k: (...), whole numbers, the levels. logits: (..., K); K = 1 is the logit of level 1 against level 0.
    """
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    if logits.shape[-1] == 1:
        logit = logits[..., 0]
        return k * logit - F.softplus(logit)
    return logits.log_softmax(-1).gather(-1, k[..., None])[..., 0]


def draw_level(logits: Tensor, u: Tensor, temperature: float = 1.0) -> Tensor:
    """The level that a uniform number picks: the cumulated probabilities are climbed until they exceed u.

    Args:
        logits: (n, K) as in `level_log_prob`. u: (n,), uniform in [0, 1).

    Returns:
        (n,) int64. The same u gives the same level, however the logits were computed.
    """
    logits = logits.float() / temperature
    if logits.shape[-1] == 1:
        return (u >= torch.sigmoid(-logits[:, 0])).long()
    cumulated = logits.softmax(-1).cumsum(-1)
    return (u[:, None] >= cumulated[:, :-1]).sum(-1)


def mixture_log_prob(k: Tensor, params: Tensor, levels: int) -> Tensor:
    """log p(k) in nats under a discretised mixture of logistic distributions [2, eq. 2].

    A level takes the mass between the middles to its neighbours; the first and the last take the tails as well.

    Args:
        k: (...), whole numbers 0 … levels − 1.
        params: (..., 3·M), for each of M components its logit, its mean and the logarithm of its scale, where the
            levels lie evenly in [−1, 1]; components run fastest.
    """
    params = params.to(torch.promote_types(params.dtype, torch.float32))
    weight, mean, log_scale = params.unflatten(-1, (3, -1)).unbind(-2)  # (..., M) each
    inverse = torch.exp(-log_scale.clamp(min=-7))
    width = inverse * 2 / (levels - 1)  # of a level, in scales
    low = ((2 * k[..., None].to(mean) - 1) / (levels - 1) - 1 - mean) * inverse  # its border with the level below
    # σ(b) − σ(a) = σ(b) σ(−a) (1 − exp(a − b)), which has no difference of nearly equal numbers
    below, above = F.logsigmoid(low + width), F.logsigmoid(-low)
    inner = below + above + torch.log(-torch.expm1(-width))
    first, last = (k == 0)[..., None], (k == levels - 1)[..., None]
    mass = torch.where(first, below, torch.where(last, above, inner))
    return torch.logsumexp(mass + weight.log_softmax(-1), dim=-1)


def mixture_logits(params: Tensor, levels: int) -> Tensor:
    """`mixture_log_prob` of every level: params (..., 3·M) -> (..., levels), whose exponentials sum to 1."""
    return mixture_log_prob(torch.arange(levels, device=params.device), params[..., None, :], levels)


class PixelModel(nn.Module):
    """The frame of an exact model: a subclass gives `outputs`, and `stepper` to sample with what it already computed.

    Args:
        shape: (C, H, W) of an image.
        levels: how many values a sub-pixel takes; 2 for binary images, 256 for 8-bit colour.
        classes: how many classes the model is conditioned on; 0 for none.
        mixtures: components of a discretised mixture of logistics; 0 for a softmax over the levels.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(self, shape: tuple[int, int, int], levels: int, classes: int, mixtures: int = 0):
        super().__init__()
        self.shape, self.levels = image_shape(shape), at_least("levels", levels, 2)
        self.classes, self.mixtures = at_least("classes", classes, 0), at_least("mixtures", mixtures, 0)
        self.config: dict[str, Any] = dict(
            shape=self.shape, levels=self.levels, classes=self.classes, mixtures=self.mixtures
        )
        # what a network says of one sub-pixel
        self.n_outputs = 3 * self.mixtures or (1 if self.levels == 2 else self.levels)

    @property
    def calls(self) -> int:
        """How many questions sampling one image asks, one after another: the length of the sequence."""
        return math.prod(self.shape)

    def outputs(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """The network: x (B, C, H, W) in [0, 1] -> (B, C, H, W, n_outputs), each for what comes before it."""
        raise NotImplementedError

    def logits(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """The network's answers as logits of the levels: (B, C, H, W, K)."""
        return self.as_logits(self.outputs(x, y))

    def stepper(self, x: Tensor, y: Tensor | None = None) -> Step:
        """A function that answers for one sub-pixel at a time, in order, while the caller fills in x (n, C, H, W).

        This one knows no short cut: each answer costs an evaluation of the whole image.
        """
        return lambda r, c, s: self.logits(x, y)[:, s, r, c]

    def log_prob(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """The exact log p(x), or log p(x | y) of a conditional model: (B,) nats."""
        of_shape("x", x, self.shape)
        k, outputs = to_levels(x, self.levels), self.outputs(x, y)
        each = mixture_log_prob(k, outputs, self.levels) if self.mixtures else level_log_prob(k, outputs)
        return each.sum((1, 2, 3))

    def loss(self, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
        """What `fit` minimises: −log p(x), averaged over the batch; also as bits per dimension."""
        nats = -self.log_prob(x, y).mean()
        return {"loss": nats, "bits_per_dim": nats.detach() / (math.prod(self.shape) * math.log(2))}

    @torch.no_grad()
    def sample(
        self,
        n: int,
        *,
        generator: torch.Generator | None = None,
        prefix: Tensor | None = None,
        y: Tensor | int | None = None,
        temperature: float = 1.0,
        cached: bool = True,
    ) -> Tensor:
        """n images, drawn sub-pixel by sub-pixel: (n, C, H, W) in [0, 1].

        One uniform number for each sub-pixel is drawn first; the image is a function of them.

        Args:
            prefix: (C, h, W) or (n, C, h, W), the top rows, which are kept; only those below are drawn.
            y: the class of a conditional model, one for all or (n,).
            temperature: the logits are divided by it; below 1 the likely levels gain.
            cached: sample with what was already computed; False evaluates the whole image for each sub-pixel.
        """
        temperature = as_temperature("temperature", temperature)
        channels, height, width = self.shape
        x, start = self._canvas(n, prefix)
        device = x.device
        u = torch.rand(height, width, channels, n, generator=generator, device=getattr(generator, "device", device))
        u = u.to(device)
        y = None if y is None else labels_for(n, y, device)
        step = self.stepper(x, y) if cached else PixelModel.stepper(self, x, y)
        for r in range(start, height):
            for c in range(width):
                for s in range(channels):
                    x[:, s, r, c] = draw_level(step(r, c, s), u[r, c, s], temperature) / (self.levels - 1)
        return x

    def as_logits(self, outputs: Tensor) -> Tensor:
        """What a network says, (..., n_outputs), as logits (..., K)."""
        return mixture_logits(outputs, self.levels) if self.mixtures else outputs

    def class_embedding(self, width: int) -> nn.Embedding | None:
        """What a class adds to `width` features; None in a model without classes."""
        return nn.Embedding(self.classes, width) if self.classes else None

    def class_features(self, embedding: nn.Embedding | None, y: Tensor | None) -> Tensor | float:
        """(B, width) for the classes y (B,), or 0 in a model without classes, which takes no notice of y."""
        if embedding is None:
            return 0.0
        if y is None:
            raise ValueError(f"y=None: this model is conditional; give each image one of its {self.classes} classes")
        indices("y", y, self.classes)
        return embedding(y)

    def _canvas(self, n: int, prefix: Tensor | None) -> tuple[Tensor, int]:
        """An empty image for each of n, with the rows of the prefix in place, and how many rows those are."""
        channels, height, width = self.shape
        x = next(self.parameters()).new_zeros(n, *self.shape)
        if prefix is None:
            return x, 0
        rows = prefix.shape[-2] if prefix.dim() in (3, 4) else -1
        if (
            not 0 <= rows <= height
            or prefix.shape[-3:] != (channels, rows, width)
            or (prefix.dim() == 4 and len(prefix) != n)
        ):
            raise ValueError(
                f"prefix {tuple(prefix.shape)}: allowed are the top rows, ({channels}, h ≤ {height}, "
                f"{width}), or {n} times that"
            )
        unit_interval("prefix", prefix)
        x[:, :, :rows] = prefix.to(x)
        return x, rows


def labels_for(n: int, y: Tensor | int, device: torch.device) -> Tensor:
    """The classes of n samples, (n,), from one for all or one for each.

    Raises:
        ValueError: on another number of them.
    """
    y = torch.as_tensor(y, device=device)
    if y.numel() != 1 and y.shape != (n,):
        raise ValueError(f"y {tuple(y.shape)}: allowed is one class for all, or ({n},)")
    return y.expand(n) if y.numel() == 1 else y


def receptive_field(
    model: PixelModel, row: int, column: int, sub: int = 0, n: int = 32, generator: torch.Generator | None = None
) -> Tensor:
    """Which sub-pixels the model's answer for one sub-pixel depends on, by gradients.

    Args:
        row, column, sub: the sub-pixel that is asked about.
        n: how many random images are tried; a ReLU may hide a dependence in one of them.

    Returns:
        (C, H, W), the largest |∂ logit / ∂ x| over the images; 0 where the answer cannot see.
    """
    x = torch.rand(n, *model.shape, generator=generator).to(next(model.parameters())).requires_grad_()
    y = torch.zeros(n, dtype=torch.long, device=x.device)
    answer = model.logits(x, y)[:, sub, row, column].square().sum()
    (gradient,) = torch.autograd.grad(answer, x)
    return gradient.abs().amax(0)

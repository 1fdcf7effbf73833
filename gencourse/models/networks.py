"""An encoder and the decoder that mirrors it: fully connected, with strided convolutions in front if asked for."""

import math
from collections.abc import Sequence

from torch import nn

from gencourse.support.checks import one_of

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU}


def mirrored(
    shape: tuple[int, int, int],
    latent: int,
    outputs: int,
    hidden: Sequence[int] = (),
    channels: Sequence[int] = (),
    activation: str = "relu",
) -> tuple[nn.Sequential, nn.Sequential]:
    """An encoder, (B, C, H, W) -> (B, outputs), and a decoder, (B, latent) -> (B, C, H, W).

    Args:
        shape: (C, H, W) of an image.
        latent: how many numbers the decoder reads.
        outputs: how many numbers the encoder gives; 2 · latent for a mean and a log-variance.
        hidden: widths of the fully connected layers of the encoder; the decoder mirrors them. With neither hidden
            layers nor channels both networks are linear.
        channels: () for fully connected networks. (32, 64) puts two strided convolutions before the
            encoder's hidden layers, mirrored in the decoder; H and W must be divisible by 2 ** len(channels).
        activation: "relu", "tanh" or "silu".

    Raises:
        ValueError: on channels too many for the shape, or another activation.
    """
    c, h, w = shape
    if any(side % 2 ** len(channels) for side in (h, w)):
        raise ValueError(
            f"channels={channels!r}: height and width of shape={shape!r} are halved {len(channels)} times "
            f"and must be divisible by {2 ** len(channels)}; give fewer channels"
        )
    one_of("activation", activation, tuple(ACTIVATIONS))
    act = ACTIVATIONS[activation]
    maps = [c, *channels]
    narrow = (maps[-1], h >> len(channels), w >> len(channels))  # the shape between convolutions and hidden layers
    widths = [math.prod(narrow), *hidden]

    encoder: list[nn.Module] = []
    for a, b in zip(maps, maps[1:], strict=False):
        encoder += [nn.Conv2d(a, b, 4, stride=2, padding=1), act()]
    encoder += [nn.Flatten()]
    for a, b in zip(widths, widths[1:], strict=False):
        encoder += [nn.Linear(a, b), act()]
    encoder += [nn.Linear(widths[-1], outputs)]

    decoder: list[nn.Module] = []
    backwards = [latent, *reversed(widths)]
    for a, b in zip(backwards, backwards[1:], strict=False):
        decoder += [nn.Linear(a, b), act()]
    if not channels:
        decoder.pop()  # the last linear layer gives the decoder's answer itself
    decoder += [nn.Unflatten(1, narrow)]
    for a, b in zip(reversed(maps), list(reversed(maps))[1:], strict=False):
        decoder += [nn.ConvTranspose2d(a, b, 4, stride=2, padding=1), act()]
    if channels:
        decoder.pop()
    return nn.Sequential(*encoder), nn.Sequential(*decoder)

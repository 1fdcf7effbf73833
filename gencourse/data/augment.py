"""Random views of images, a whole batch at once and yet each image with its own draw.

Geometry (crop, resize, flip, rotation) is one affine map an image and one `grid_sample` for the batch. Colours follow:
brightness, contrast, saturation, hue, grey, blur, solarisation, always in this order. Each operation takes its
parameters, one for each image, and equals torchvision's with the same ones; `Augment` draws them.

[1] Szegedy et al., Going Deeper with Convolutions, 2015.      random crops by area and aspect ratio
[2] Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, 2020.     appendix A
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gencourse.support.checks import at_least, between

GREY = (0.2989, 0.587, 0.114)  # what red, green and blue add to brightness, as in torchvision


def crop_resize(x: Tensor, box: Tensor, size: int, angle: Tensor | None = None, flip: Tensor | None = None) -> Tensor:
    """Cut a box out of each image, turn it, mirror it and resize it, all in one interpolation.

    Args:
        x: (B, C, H, W). box: (B, 4), its top, left, height and width in pixels. size: of the result.
        angle: (B,), degrees anticlockwise, about the box's middle; 0 if left out.
        flip: (B,), whether the result is mirrored left to right.

    Returns:
        (B, C, size, size), bilinear. Unlike torchvision's crop, the interpolation sees past the box's edge where the
        image goes on, and mirrors the image where it does not.
    """
    height, width = x.shape[-2:]
    top, left, tall, wide = box.to(x).unbind(1)
    turn = torch.zeros(len(x), device=x.device) if angle is None else torch.deg2rad(angle.to(x))
    mirror = torch.ones(len(x), device=x.device) if flip is None else 1 - 2 * flip.to(x)
    cos, sin = turn.cos(), turn.sin()
    a, b = tall / height, wide / width  # half the box, where the image reaches from −1 to 1
    middle = (2 * left + wide) / width - 1, (2 * top + tall) / height - 1
    aspect = height / width
    # where the result's pixel (u, v) is looked up: what its column u adds, and what its row v adds
    place = (2 * torch.arange(size, device=x.device, dtype=x.dtype) + 1) / size - 1
    by_column = torch.stack([b * cos * mirror, b / aspect * sin * mirror], dim=1)[:, None, None] * place[:, None]
    by_row = torch.stack([a * aspect * -sin, a * cos], dim=1)[:, None, None] * place[:, None, None]
    grid = by_column + (by_row + torch.stack(middle, dim=1)[:, None, None])
    # clamped, as rounding can step out of the image's range
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False).clamp_(0, 1)


def grey(x: Tensor) -> Tensor:
    """The brightness of RGB images (B, 3, H, W) -> (B, 1, H, W)."""
    red, green, blue = x.split(1, dim=1)
    return (GREY[0] * red).add_(green, alpha=GREY[1]).add_(blue, alpha=GREY[2])


def _blend(x: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    return torch.lerp(other, x, factor.to(x).view(-1, 1, 1, 1)).clamp_(0, 1)


def adjust_brightness(x: Tensor, factor: Tensor) -> Tensor:
    """factor (B,) times x (B, C, H, W), clamped to [0, 1]."""
    return (factor.view(-1, 1, 1, 1) * x).clamp_(0, 1)


def adjust_contrast(x: Tensor, factor: Tensor) -> Tensor:
    """Away from each image's mean brightness (factor > 1) or towards it (factor < 1)."""
    means = x.mean((2, 3), keepdim=True)
    return _blend(x, grey(means) if x.shape[1] == 3 else means, factor)


def adjust_saturation(x: Tensor, factor: Tensor) -> Tensor:
    """Away from each pixel's grey (factor > 1) or towards it; for RGB images."""
    return _blend(x, grey(x), factor)


def adjust_hue(x: Tensor, shift: Tensor) -> Tensor:
    """Turn the hue of RGB images by shift (B,), in turns of the colour circle, −0.5 to 0.5."""
    top, bottom = x.amax(1), x.amin(1)
    chroma = top - bottom
    red, green, blue = x.unbind(1)
    # In sixths of the circle and from −3 to 3 its distance from red is 1 − r + g + b for the channels scaled to reach
    # from 0 to 1, and its sign that of g − b: one formula where the textbook has three, one for each greatest channel.
    far = (top - bottom).sub_(bottom).sub_(red).add_(green).add_(blue).div_(chroma.clamp(min=1e-12))
    hue = far.copysign_(green - blue).add_(6 * shift.to(x).view(-1, 1, 1))
    # back: a channel is full within a sixth of its own place on the circle and gone from two sixths on
    turns = hue[:, None] - x.new_tensor([0.0, 2.0, -2.0]).view(3, 1, 1)
    turns.sub_((turns / 6).round_(), alpha=6).abs_()
    return turns.neg_().add_(2).clamp_(0, 1).mul_(chroma[:, None]).add_(bottom[:, None])


def gaussian_blur(x: Tensor, sigma: Tensor, size: int = 5) -> Tensor:
    """Blur each image with its own sigma (B,), in pixels; kernels of an odd `size`, mirrored borders."""
    places = torch.arange(size, device=x.device, dtype=x.dtype) - size // 2
    kernel = torch.exp(-0.5 * (places / sigma.to(x).view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(x.shape[1], 0)  # (B·C, size)
    flat = F.pad(x, [size // 2] * 4, mode="reflect").flatten(0, 1)[None]  # (1, B·C, H + …, W + …)
    flat = F.conv2d(flat, kernel[:, None, :, None], groups=len(kernel))
    return F.conv2d(flat, kernel[:, None, None, :], groups=len(kernel))[0].view_as(x)


def solarise(x: Tensor, threshold: float = 0.5) -> Tensor:
    """Invert what is at least as bright as the threshold."""
    return torch.where(x >= threshold, 1 - x, x)


class Augment(nn.Module):
    """A random view of each image, drawn anew at each call. Without parameters of its own.

    Args:
        size: of the views, in pixels.
        crop: least and greatest share of the area that is cut out; the aspect ratio is between 3/4 and 4/3 [1].
        flip: the probability of mirroring left to right.
        rotate: the greatest angle, in degrees, either way.
        jitter: brightness, contrast and saturation are multiplied by factors from 1 − jitter to 1 + jitter.
        hue: the greatest turn of the hue, up to 0.5.
        grey, blur, solarise: the probabilities of these; the blur's sigma is between 0.1 and 2 pixels.

    Images of one channel have no saturation, hue or greying.

    Raises:
        ValueError: on an argument out of range, naming it.
    """

    def __init__(
        self,
        size: int = 32,
        *,
        crop: tuple[float, float] = (0.3, 1.0),
        flip: float = 0.5,
        rotate: float = 0.0,
        jitter: float = 0.4,
        hue: float = 0.1,
        grey: float = 0.2,
        blur: float = 0.0,
        solarise: float = 0.0,
    ):
        super().__init__()
        self.options: dict[str, Any] = dict(
            size=at_least("size", size, 1),
            crop=share("crop", crop),
            flip=between("flip", flip, 0, 1),
            rotate=between("rotate", rotate, 0, 180),
            jitter=between("jitter", jitter, 0, 1),
            hue=between("hue", hue, 0, 0.5),
            grey=between("grey", grey, 0, 1),
            blur=between("blur", blur, 0, 1),
            solarise=between("solarise", solarise, 0, 1),
        )

    def given(self, options: dict[str, Any] | None) -> dict[str, Any] | None:
        """Those of its options that were given, as they were understood: what a model's configuration keeps."""
        return None if options is None else {name: self.options[name] for name in options}

    def forward(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """x (B, C, H, W) in [0, 1] -> (B, C, size, size) in [0, 1], in the precision of x even under autocast."""
        draws = self._draw(x, generator)
        few = 32 if x.device.type == "cpu" else len(x)  # what fits a processor's cache is several times faster
        parts = zip(x.split(few), *(draw.split(few) for draw in draws.values()), strict=True)
        with torch.autocast(x.device.type, enabled=False):  # the blur is a convolution, but of images, not of features
            return torch.cat([self._view(part, dict(zip(draws, drawn, strict=True))) for part, *drawn in parts])

    def _draw(self, x: Tensor, generator: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of every operation that is switched on, a row for each image."""
        o, colour = self.options, x.shape[1] == 3

        def uniform(low: float, high: float) -> Tensor:
            place = getattr(generator, "device", x.device)
            return (low + (high - low) * torch.rand(len(x), generator=generator, device=place)).to(x)

        draws = {}
        if o["rotate"]:
            draws["angle"] = uniform(-o["rotate"], o["rotate"])
        draws["box"] = _boxes(x, o["crop"], uniform)
        draws["flip"] = uniform(0, 1) < o["flip"]
        if o["jitter"]:
            for name in ["brightness", "contrast", "saturation"] if colour else ["brightness", "contrast"]:
                draws[name] = uniform(1 - o["jitter"], 1 + o["jitter"])
        if o["hue"] and colour:
            draws["hue"] = uniform(-o["hue"], o["hue"])
        if o["grey"] and colour:
            draws["grey"] = uniform(0, 1) < o["grey"]
        if o["blur"]:
            draws["sigma"] = uniform(0.1, 2.0)
            draws["blur"] = uniform(0, 1) < o["blur"]
        if o["solarise"]:
            draws["solarise"] = uniform(0, 1) < o["solarise"]
        return draws

    def _view(self, x: Tensor, draws: dict[str, Tensor]) -> Tensor:
        def where(name: str, changed: Tensor) -> Tensor:
            return torch.lerp(x, changed, draws[name].to(x).view(-1, 1, 1, 1))

        x = crop_resize(x, draws["box"], self.options["size"], draws.get("angle"), draws["flip"])
        colours = dict(
            brightness=adjust_brightness, contrast=adjust_contrast, saturation=adjust_saturation, hue=adjust_hue
        )
        for name, adjust in colours.items():
            if name in draws:
                x = adjust(x, draws[name])
        if "grey" in draws:
            x = where("grey", grey(x))
        if "blur" in draws:
            x = where("blur", gaussian_blur(x, draws["sigma"]))
        if "solarise" in draws:
            x = where("solarise", solarise(x))
        return x


def share(name: str, limits: Any) -> tuple[float, float]:
    """`limits`, if they are the least and the greatest share of an image's area that a view may show.

    Raises:
        ValueError: if not, naming the argument.
    """
    try:
        least, greatest = (between(name, limit, 0, 1) for limit in limits)
    except (TypeError, ValueError):  # not two of them, or not numbers from 0 to 1
        least = greatest = 0
    if not 0 < least <= greatest:
        raise ValueError(f"{name}={limits!r}: allowed are two shares of the area, 0 < least ≤ greatest ≤ 1")
    return least, greatest


def _boxes(x: Tensor, crop: tuple[float, float], uniform: Any) -> Tensor:
    """Random boxes (B, 4) as in torchvision's RandomResizedCrop; one that would not fit is cut at the border [1]."""
    height, width = x.shape[-2:]
    area, ratio = height * width * uniform(*crop), uniform(math.log(3 / 4), math.log(4 / 3)).exp()
    wide, tall = (area * ratio).sqrt().clamp(max=width), (area / ratio).sqrt().clamp(max=height)
    return torch.stack([uniform(0, 1) * (height - tall), uniform(0, 1) * (width - wide), tall, wide], dim=1)

"""Lesson 01, second part: questions about what was taken away, patches and colours.

In the mistakes, h are hidden pixels.
"""

import math

import torch
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import pretext as key

# -------------------------------------------------------------------------------------------- hidden_patches


def _scores(generator: torch.Generator, B: int, H: int, W: int, share: float) -> dict[str, object]:
    return {"scores": torch.rand(B, H, W, generator=generator) ** 3, "share": share}  # the cube: not even


def _smallest(scores: Tensor, n: int) -> Tensor:
    """True for the n smallest scores of each image."""
    return (scores.flatten(1).argsort(1).argsort(1) < n).view(scores.shape)


hidden_patches = Exercise(
    reference=key.hidden_patches,
    title="choose what to hide",
    difficulty=2,
    minutes=10,
    question="Write `hidden_patches(scores, share)`: `scores` (B, rows, columns) holds a random number for each "
    "patch of each image, no two alike. Return a bool tensor of the same shape that is true for the "
    "patches to be hidden: in every image the `share` · rows · columns patches, rounded to the "
    "nearest whole number, with the smallest scores.",
    example={"scores": torch.tensor([[[0.9, 0.1], [0.5, 0.3]], [[0.2, 0.8], [0.6, 0.7]]]), "share": 0.5},
    make_inputs=_scores,
    sizes=(
        dict(B=2, H=2, W=2, share=0.25),
        dict(B=3, H=4, W=4, share=0.25),
        dict(B=1, H=3, W=4, share=0.5),
        dict(B=4, H=3, W=5, share=0.8),
        dict(B=2, H=3, W=3, share=0.3),  # 2.7, rounded up
        dict(B=1, H=3, W=3, share=0.25),  # 2.25, rounded down
    ),
    clauses={
        "no two alike": ALWAYS,
        "rounded to the nearest whole number": lambda scores, share: share * scores[0].numel() % 1 > 0.5,
    },
    hints=(
        "`scores < share` hides the share only on average. Sort each image's scores instead.",
        "Flatten to (B, patches); `argsort(1)[:, :n]` are the n to hide; `scatter(1, those, True)` into zeros.",
    ),
    mistakes=(
        Mistake(
            lambda z, share: z < share,
            "You compared the scores with the share, so each image hides another number of patches. Take the n "
            "smallest.",
        ),
        Mistake(lambda z, share: key.hidden_patches(-z, share), "You hid the patches with the largest scores."),
        Mistake(lambda z, share: ~key.hidden_patches(z, share), "That is what stays in sight: true means hidden."),
        Mistake(
            lambda z, share: key.hidden_patches(z, share)[:1].expand_as(z),
            "You hid the first image's patches in all: each image has its own.",
        ),
        Mistake(
            lambda z, share: key.hidden_patches(z.reshape(1, -1, 1), share).view_as(z),
            "You sorted the batch as a whole: each image must hide the same number.",
        ),
        Mistake(
            lambda z, share: z.flatten(1).argsort(1).view_as(z) < round(share * z[0].numel()),
            "argsort gives the places in order of their scores, and not each place's rank: `argsort` twice gives "
            "ranks, or scatter the first n.",
        ),
        Mistake(
            lambda scores, share: _smallest(scores, int(share * scores[0].numel())),
            "You cut the number of patches off to a whole number. Round it: 2.7 patches are 3.",
        ),
        Mistake(
            lambda scores, share: _smallest(scores, round(share * scores[0].numel()) - 1),
            "One patch too few is hidden: the largest of the smallest scores belongs to them. Compare with ≤, not <.",
        ),
    ),
)

# ------------------------------------------------------------------------------------------------ masked_mse


def _painted(generator: torch.Generator, B: int, C: int, H: int) -> dict[str, Tensor]:
    hidden = torch.rand(B, 1, H, H, generator=generator) < 0.3
    hidden[0, 0, 0] = torch.arange(H) > 0  # some hidden, some in sight, and not alike in all images
    return {
        "guess": torch.rand(B, C, H, H, generator=generator),
        "x": torch.rand(B, C, H, H, generator=generator),
        "hidden": hidden,
    }


def _squares(guess: Tensor, x: Tensor, h: Tensor) -> Tensor:
    return (guess - x).square() * h


masked_mse = Exercise(
    reference=key.masked_mse,
    title="the error where something was hidden",
    difficulty=2,
    minutes=5,
    question="Write `masked_mse(guess, x, hidden)`: the mean squared error between `guess` and `x`, both (B, C, H, "
    "W), over the hidden pixels alone. `hidden`, bool (B, 1, H, W), is true at these, and at least one "
    "is. The result is one mean over all images, hidden pixels and channels, a scalar.",
    example={
        "guess": torch.tensor([[[[1.0, 0.0], [0.0, 1.0]], [[0.5, 1.0], [1.0, 0.0]]]]),
        "x": torch.tensor([[[[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]]]]),
        "hidden": torch.tensor([[[[True, False], [True, False]]]]),
    },
    make_inputs=_painted,
    sizes=(dict(B=2, C=3, H=2), dict(B=3, C=2, H=4), dict(B=4, C=3, H=5)),
    differentiable=("guess",),
    clauses={
        "at least one is": ALWAYS,
    },
    hints=(
        "Multiply the squared errors by the mask, add them up, and divide by how many numbers were added: pixels × "
        "channels.",
        "`((guess - x) ** 2 * hidden).sum() / hidden.expand_as(x).sum()`.",
    ),
    mistakes=(
        Mistake(
            lambda g, x, h: (g - x).square().mean(),
            "You took all pixels. Copying what is in sight teaches nothing: count the hidden ones alone.",
        ),
        Mistake(
            lambda g, x, h: _squares(g, x, h).mean(),
            "You divided by all pixels, hidden or not, so the loss shrinks with the share that is hidden.",
        ),
        Mistake(
            lambda g, x, h: _squares(g, x, h).sum() / h.sum(),
            "You divided by the number of pixels: the mask has one channel, the error has C.",
        ),
        Mistake(
            lambda g, x, h: _squares(g, x, ~h).sum() / (~h).expand_as(x).sum(),
            "You took the pixels that are in sight: the mask is the wrong way round.",
        ),
        Mistake(lambda g, x, h: _squares(g, x, h).sum(), "You forgot to divide: the mean is asked for."),
        Mistake(
            lambda g, x, h: ((g - x).abs() * h).sum() / h.expand_as(x).sum(), "You took the absolute error: square it."
        ),
        Mistake(
            lambda g, x, h: key.masked_mse(g, x, h).detach(), "The value is right, but no gradient reaches the guess."
        ),
        Mistake(
            lambda guess, x, hidden: (
                _squares(guess, x, hidden).flatten(1).sum(1) / (hidden.flatten(1).sum(1) * x.shape[1]).clamp(min=1)
            ).mean(),
            "You took each image's mean first. Then a pixel counts more in an image that hides few: take one mean "
            "over all.",
        ),
    ),
)

# -------------------------------------------------------------------------------------------------- hue_bins


def _coloured(generator: torch.Generator, B: int, H: int, bins: int) -> dict[str, object]:
    x = torch.rand(B, 3, H, H, generator=generator)
    x[:, :, 0, 0] = 0.5 + 0.02 * x[:, :, 0, 0]  # one pixel near grey
    x[:, :, 1, 1] = torch.tensor([0.1, 0.0, 0.0])  # and one that is just coloured enough
    return {"x": x, "bins": bins}


def _angle(x: Tensor, cos: Tensor, sin: Tensor, bins: int) -> tuple[Tensor, Tensor]:
    turn = torch.atan2(sin, cos) / (2 * math.pi) % 1
    return (turn * bins).long().clamp(max=bins - 1), key.hue_bins(x, bins)[1]


def _along(x: Tensor) -> Tensor:
    return 2 * x[:, 0] - x[:, 1] - x[:, 2]


def _across(x: Tensor) -> Tensor:
    return math.sqrt(3) * (x[:, 1] - x[:, 2])


def _turn(x: Tensor) -> Tensor:
    return torch.atan2(_across(x), _along(x)) / (2 * math.pi) % 1


hue_bins = Exercise(
    reference=key.hue_bins,
    title="which of the hues?",
    difficulty=2,
    minutes=10,
    question="Write `hue_bins(x, bins)` for RGB images `x` (B, 3, H, W), values in [0, 1]. A pixel's hue is the "
    "angle of the point (2r − g − b, √3 · (g − b)), from 0 up to, but without, a whole turn; cut the turn "
    "into `bins` equal parts, numbered from 0; a grey pixel, at (0, 0), lies in part 0. "
    "Return the part of every pixel, int64 (B, H, W), and then "
    "a bool tensor (B, H, W): whether the pixel is coloured, which it is when its largest channel lies at "
    "least 0.1 above its smallest.",
    example={
        "x": torch.tensor([[[[1.0, 0.0], [0.0, 0.5]], [[0.0, 1.0], [0.0, 0.5]], [[0.0, 0.0], [1.0, 0.55]]]]),
        "bins": 8,
    },
    make_inputs=_coloured,
    sizes=(dict(B=1, H=2, bins=4), dict(B=2, H=4, bins=8), dict(B=3, H=5, bins=12)),
    clauses={
        "from 0 up to, but without, a whole turn": lambda x, bins: (x[:, 1] < x[:, 2]).any(),
        "cut the turn into `bins` equal parts": ALWAYS,
        "whether the pixel is coloured, which it is when": ALWAYS,
        "at least 0.1 above its smallest": lambda x, bins: (x.amax(1) - x.amin(1) == torch.tensor(0.1)).any(),
    },
    hints=(
        "`torch.atan2(y, x)` is the angle of (x, y), between −π and π. Divide by 2π and take `% 1` to get turns.",
        "`turn = torch.atan2(3**0.5 * (g - b), 2 * r - g - b) / (2 * math.pi) % 1`; then `(turn * bins).long()`.",
    ),
    mistakes=(
        Mistake(
            lambda x, bins: _angle(x, math.sqrt(3) * (x[:, 1] - x[:, 2]), 2 * x[:, 0] - x[:, 1] - x[:, 2], bins),
            "You exchanged the arguments of atan2: the vertical part comes first.",
        ),
        Mistake(
            lambda x, bins: _angle(x, 2 * x[:, 0] - x[:, 1] - x[:, 2], math.sqrt(3) * (x[:, 2] - x[:, 1]), bins),
            "You run round the circle the wrong way: it is g − b, so that green comes before blue.",
        ),
        Mistake(
            lambda x, bins: _angle(x, 2 * x[:, 0] - x[:, 1] - x[:, 2], x[:, 1] - x[:, 2], bins),
            "You left out √3: the three primaries are then not a third of a turn apart.",
        ),
        Mistake(
            lambda x, bins: (
                (
                    torch.atan2(math.sqrt(3) * (x[:, 1] - x[:, 2]), 2 * x[:, 0] - x[:, 1] - x[:, 2])
                    / (2 * math.pi)
                    * bins
                )
                .floor()
                .long(),
                key.hue_bins(x, bins)[1],
            ),
            "Half of your bins are negative: atan2 answers from −π to π. Take the turns `% 1`.",
        ),
        Mistake(
            lambda x, bins: _angle(x, x[:, 1] + x[:, 2] - 2 * x[:, 0], math.sqrt(3) * (x[:, 2] - x[:, 1]), bins),
            "Your circle is turned by half: adding half a turn to atan2's angles makes them positive, but red "
            "no longer lies at 0. Add a whole turn to the negative ones, or take the turns `% 1`.",
        ),
        Mistake(
            lambda x, bins: (key.hue_bins(x, bins)[0], ~key.hue_bins(x, bins)[1]),
            "Your bool marks the grey pixels: true means that there is a hue to ask for.",
        ),
        Mistake(
            lambda x, bins: (key.hue_bins(x, bins)[0], torch.ones_like(x[:, 0], dtype=torch.bool)),
            "You count pixels near grey as coloured: their hue is noise.",
        ),
        Mistake(
            lambda x, bins: (
                (_turn(x) * bins).round().long() % bins,
                key.hue_bins(x, bins)[1],
            ),
            "You rounded to the nearest number: a part reaches from its own number up to the next. Cut off, with "
            "`floor`.",
        ),
        Mistake(
            lambda x, bins: (
                ((torch.atan(_across(x) / _along(x)) / (2 * math.pi) % 1) * bins).long().clamp(max=bins - 1),
                key.hue_bins(x, bins)[1],
            ),
            "`atan` of a quotient cannot tell a direction from the opposite one. `atan2` takes both parts.",
        ),
        Mistake(
            lambda x, bins: (key.hue_bins(x, bins)[0], x.amax(1) - x.amin(1) > torch.tensor(0.1)),
            "You left out the pixels whose channels lie exactly 0.1 apart: it is *at least* 0.1.",
        ),
    ),
)

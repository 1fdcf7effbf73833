"""Lesson 07, second part: what a convolution may see.

In the mistakes, b and a are the places of the features before and after a layer.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import masked_convolution as key

# --------------------------------------------------------------------------------------------- subpixel_mask


def _places(generator: torch.Generator, inputs: int, outputs: int, kind: str) -> dict[str, Any]:
    before = torch.randperm(inputs, generator=generator) % 3
    after = torch.randperm(outputs, generator=generator) % 3
    return {"before": before, "after": after, "kind": kind}


subpixel_mask = Exercise(
    reference=key.subpixel_mask,
    title="red, green and blue at one pixel",
    difficulty=2,
    minutes=6,
    question="Write `subpixel_mask(before, after, kind)`: which features of a pixel may feed which at the same pixel. "
    "`before` (I,) and `after` (O,) say which sub-pixel each feature belongs to: 0 red, 1 green, 2 blue, "
    'drawn in this order. `kind` is "A" for the first layer, which sees the image itself, and "B" for all '
    "others. The result is (O, I), 1.0 where a connection is kept and 0.0 where it is cut.",
    make_inputs=_places,
    example=dict(before=torch.tensor([0, 1, 2]), after=torch.tensor([2, 1]), kind="A"),
    sizes=(
        dict(inputs=3, outputs=4, kind="A"),
        dict(inputs=4, outputs=3, kind="B"),
        dict(inputs=6, outputs=5, kind="A"),
        dict(inputs=5, outputs=6, kind="B"),
        dict(inputs=3, outputs=1, kind="B"),
        dict(inputs=1, outputs=3, kind="A"),
    ),
    clauses={
        "which features of a pixel may feed which": ALWAYS,
        '`kind` is "A" for the first layer': lambda before, after, kind: kind == "A",
        "1.0 where a connection is kept and 0.0 where it is cut": ALWAYS,
    },
    hints=(
        "The order in a pixel is red, green, blue. Green's probability may depend on the value of red. May a feature "
        "of green see the image's green? And may it see an earlier feature of green, which never saw that value?",
        "`before < after[:, None]` for kind A, `before <= after[:, None]` for kind B; then `.float()`.",
    ),
    mistakes=(
        Mistake(
            lambda b, a, kind: key.subpixel_mask(b, a, "B"),
            "You always used mask B: in the first layer green then sees the very green it is to predict.",
        ),
        Mistake(
            lambda b, a, kind: key.subpixel_mask(b, a, "A"),
            "You always used mask A: from the second layer on, a sub-pixel may listen to its own features. They "
            "have never seen its value, and without them red's features are cut off from red's answer.",
        ),
        Mistake(
            lambda b, a, kind: key.subpixel_mask(b, a, "A" if kind == "B" else "B"),
            "You took A for B: A, without the sub-pixel itself, is for the image; B is for features.",
        ),
        Mistake(
            lambda b, a, kind: key.subpixel_mask(-b, -a, kind),
            "Your order in a pixel is blue, green, red. It is red, green, blue: what is before feeds what is after.",
        ),
        Mistake(
            lambda b, a, kind: key.subpixel_mask(b, a, kind).T,
            "Rows and columns are exchanged: one row for each feature after the layer, (O, I).",
        ),
        Mistake(
            lambda b, a, kind: (b == a[:, None]).float(),
            "You kept each sub-pixel to itself. Green may see red, and blue may see both.",
        ),
        Mistake(
            lambda b, a, kind: torch.zeros(len(a), len(b)) if kind == "A" else torch.ones(len(a), len(b)),
            "You treated all sub-pixels of a pixel alike: none in A, all in B. Then blue's features, which saw "
            "green, feed green's.",
        ),
        Mistake(
            lambda b, a, kind: b < a[:, None] if kind == "A" else b <= a[:, None],
            "The mask is right but holds truth values: it multiplies weights, so make it `.float()`.",
        ),
    ),
)

# ----------------------------------------------------------------------------------------------- causal_mask


def _kernel(generator: torch.Generator, reach: int, outputs: int, inputs: int) -> dict[str, Any]:
    # Both values, as often as there is room for both: neither all kept nor all cut.
    centre = torch.arange(outputs * inputs).add(int(torch.randint(2, (), generator=generator))) % 2
    return {"size": 2 * reach + 1, "centre": centre.float().view(outputs, inputs)}


def _rows_above(size: int, centre: Tensor) -> Tensor:
    mask = torch.zeros(*centre.shape, size, size)
    mask[..., : size // 2, :] = 1
    return mask


def _with_centre(mask: Tensor, centre: Tensor) -> Tensor:
    mask[..., mask.shape[-1] // 2, mask.shape[-1] // 2] = centre
    return mask


def _without_left(size: int, centre: Tensor) -> Tensor:
    return _with_centre(_rows_above(size, centre), centre)


def _only_above_left(size: int, centre: Tensor) -> Tensor:
    mask = torch.zeros(*centre.shape, size, size)
    mask[..., : size // 2 + 1, : size // 2 + 1] = 1
    return _with_centre(mask, centre)


def _whole_row(size: int, centre: Tensor) -> Tensor:
    mask = _rows_above(size, centre)
    mask[..., size // 2, :] = 1
    return _with_centre(mask, centre)


causal_mask = Exercise(
    reference=key.causal_mask,
    title="a kernel that looks back",
    difficulty=2,
    minutes=8,
    question="Write `causal_mask(size, centre)`: the mask of a `size` × `size` kernel, odd, that sees only what comes "
    "before its pixel in raster order, from O × I pairs of features. `centre` (O, I) is what is kept at the "
    "pixel itself, 1.0 or 0.0. The result is (O, I, size, size), rows before columns, 1.0 where a weight is "
    "kept and 0.0 where it is cut.",
    make_inputs=_kernel,
    example=dict(size=3, centre=torch.tensor([[0.0], [1]])),
    sizes=(
        dict(reach=1, outputs=2, inputs=2),
        dict(reach=2, outputs=2, inputs=3),
        dict(reach=1, outputs=1, inputs=2),
        dict(reach=3, outputs=3, inputs=1),
        dict(reach=2, outputs=3, inputs=2),
    ),
    clauses={
        "1.0 where a weight is kept and 0.0 where it is cut": ALWAYS,
    },
    hints=(
        "Begin with zeros. Which rows of the kernel lie above the pixel? Which columns of its own row lie to the left?",
        "With middle = size // 2: ones in `[..., :middle, :]` and `[..., middle, :middle]`, and `centre` in "
        "`[..., middle, middle]`.",
    ),
    mistakes=(
        Mistake(
            lambda k, c: _with_centre(key.causal_mask(k, c), torch.ones_like(c)),
            "You kept everything at the centre: that makes mask B of every mask A, and the pixel sees itself.",
        ),
        Mistake(
            lambda k, c: _with_centre(key.causal_mask(k, c), torch.zeros_like(c)),
            "You cut everything at the centre: put `centre` there. Mask B keeps the pixel's own features.",
        ),
        Mistake(
            lambda k, c: key.causal_mask(k, c).flip(-1),
            "Left and right are exchanged: in its own row a kernel sees columns 0 … middle − 1.",
        ),
        Mistake(
            lambda k, c: key.causal_mask(k, c).flip(-2, -1),
            "Your kernel sees the future: the rows below and the pixels to the right.",
        ),
        Mistake(
            lambda k, c: key.causal_mask(k, c).transpose(-2, -1),
            "Rows and columns are exchanged: raster order finishes a row before it begins the next.",
        ),
        Mistake(_without_left, "You left out the row's own left part, which is drawn already."),
        Mistake(
            _only_above_left,
            "You left out what is above and to the right. Those rows are finished: all their columns count.",
        ),
        Mistake(_whole_row, "You kept the row's right part too, which is not drawn yet."),
        Mistake(
            lambda k, c: key.causal_mask(k, c).transpose(0, 1),
            "Inputs and outputs are exchanged: a convolution's weight is (O, I, size, size).",
        ),
        Mistake(
            lambda k, c: key.causal_mask(k, c)[0, 0],
            "You made one mask for all pairs of features: at the centre they differ, (O, I, size, size).",
        ),
    ),
)

# ------------------------------------------------------------------------------------------- compose_kernels


def _two_kernels(generator: torch.Generator, k: int, m: int) -> dict[str, Tensor]:
    return {"first": torch.randn(k, k, generator=generator), "second": torch.randn(m, m, generator=generator)}


def _slide(first: Tensor, kernel: Tensor, padding: int) -> Tensor:
    return F.conv2d(first[None, None], kernel[None, None], padding=padding)[0, 0]


compose_kernels = Exercise(
    reference=key.compose_kernels,
    title="two kernels in one",
    difficulty=3,
    minutes=15,
    question="Write `compose_kernels(first, second)`: the one kernel that does what two convolutions do, one after the"
    " other. `first` is (k, k) and `second` (m, m), k and m odd; the result is (k + m − 1, k + m − 1), rows "
    "before columns. A network's convolution does not flip its kernel: each weight multiplies the value at "
    "its own offset from the middle.",
    make_inputs=_two_kernels,
    example=dict(
        first=torch.tensor([[0.0, 1, 0], [0, 0, 2], [0, 0, 0]]),
        second=torch.tensor([[0.0, 0, 0], [3, 1, 0], [0, 0, 0]]),
    ),
    sizes=(dict(k=3, m=3), dict(k=3, m=5), dict(k=5, m=3), dict(k=1, m=3), dict(k=5, m=5)),
    clauses={
        "at its own offset": ALWAYS,
    },
    hints=(
        "A path takes a step of the first kernel, at offset a, and one of the second, at offset b. It ends at a "
        "+ b and "
        "has the weight first[a] · second[b]. Many paths may end at one offset.",
        "Add up, for each entry (i, j) of `second`, a copy of `second[i, j] * first` whose upper left corner lies at "
        "(i, j); or let `F.conv2d` do so, with `second` flipped in both directions and padding m − 1.",
    ),
    mistakes=(
        Mistake(
            lambda f, s: _slide(f, s, len(s) - 1),
            "You slid the second kernel over the first unflipped: offsets are then subtracted. A step right and "
            "another step right lead two to the right: flip it in both directions.",
        ),
        Mistake(
            lambda f, s: _slide(f, s.flip(0, 1), len(s) // 2),
            "You kept only the first kernel's size. The paths lead further: k + m − 1.",
        ),
        Mistake(
            lambda f, s: _slide(f, s.flip(1), len(s) - 1),
            "You flipped the second kernel left to right only: flip it in both directions.",
        ),
        Mistake(
            lambda f, s: _slide(f, s.flip(0), len(s) - 1),
            "You flipped the second kernel upside down only: flip it in both directions.",
        ),
        Mistake(
            lambda f, s: _slide(f, s.flip(0, 1).T, len(s) - 1), "Rows and columns of the second kernel are exchanged."
        ),
        Mistake(
            lambda f, s: _slide(f, torch.ones_like(s), len(s) - 1),
            "You ignored the second kernel's weights: a path weighs first[a] · second[b].",
        ),
        Mistake(
            lambda f, s: key.compose_kernels(f, s).abs(),
            "You took absolute values: weights may be negative, and paths may cancel.",
        ),
        Mistake(
            lambda f, s: F.pad(f, (len(s) // 2,) * 4) + F.pad(s, (len(f) // 2,) * 4),
            "You added the kernels: that is what two convolutions side by side do, not one after the other.",
        ),
    ),
)

"""Lesson 07, first part: what a unit of a fully connected network may see.

In the mistakes, b and a are the degrees of the features before and after a layer.
"""

from typing import Any

import torch

from gencourse.exercises.checking.exercise import ALWAYS, Exercise, Mistake
from gencourse.models import made

# ------------------------------------------------------------------------------------------------- made_mask


def _degrees(generator: torch.Generator, inputs: int, outputs: int, last: bool) -> dict[str, Any]:
    # Each degree stands on both sides, so that < and ≤ differ.
    before = torch.randperm(inputs, generator=generator) % outputs + 1
    after = torch.randperm(outputs, generator=generator) + 1
    return {"before": before, "after": after, "last": last}


made_mask = Exercise(
    reference=made.made_mask,
    title="a mask for MADE",
    difficulty=2,
    minutes=8,
    question="Write `made_mask(before, after, last)`: the mask between two layers of a MADE. `before` (I,) and `after`"
    " (O,) are the degrees of their units, whole numbers from 1 in any order; a unit of degree m may know the"
    " sub-pixels 1 … m. `last` says whether the second layer is the output: there degree i is the answer for "
    "sub-pixel i, which it must not know. The result is (O, I), 1.0 where a connection is kept and 0.0 where "
    "it is cut.",
    make_inputs=_degrees,
    example=dict(before=torch.tensor([2, 1]), after=torch.tensor([1, 3, 2]), last=True),
    sizes=(
        dict(inputs=3, outputs=2, last=False),
        dict(inputs=4, outputs=3, last=True),
        dict(inputs=5, outputs=4, last=False),
        dict(inputs=3, outputs=5, last=True),
        dict(inputs=3, outputs=1, last=False),
        dict(inputs=1, outputs=3, last=True),
    ),
    clauses={
        "in any order": lambda before, after, last: not torch.equal(before, before.sort().values),
        "a unit of degree m may know the sub-pixels 1 … m": ALWAYS,
        "whether the second layer is the output": lambda before, after, last: last,
        "1.0 where a connection is kept and 0.0 where it is cut": ALWAYS,
    },
    hints=(
        "A unit of degree m may know the sub-pixels 1 … m. So which units before it may it listen to? And what is "
        "different at the output for sub-pixel i, which must not know sub-pixel i?",
        "Compare `after[:, None]` with `before`: with `>=` between hidden layers, with `>` in the last; then "
        "`.float()`.",
    ),
    mistakes=(
        Mistake(
            lambda b, a, last: (a[:, None] >= b).float(),
            "You kept equal degrees in the last layer too: the output for sub-pixel i then hears of sub-pixel i "
            "itself, and the model copies it. There it must be >.",
        ),
        Mistake(
            lambda b, a, last: (a[:, None] > b).float(),
            "You cut equal degrees everywhere. Between hidden layers a unit may listen to one of its own degree: "
            "with > at each layer, what the last outputs see shrinks with depth.",
        ),
        Mistake(
            lambda b, a, last: made.made_mask(b, a, not last),
            "You exchanged the two cases: > belongs to the last layer, ≥ to the others.",
        ),
        Mistake(
            lambda b, a, last: made.made_mask(b, a, last).T,
            "Rows and columns are exchanged: a linear layer's weight is (O, I), one row for each unit after.",
        ),
        Mistake(
            lambda b, a, last: (a[:, None] < b if last else a[:, None] <= b).float(),
            "The comparison is the wrong way round: information flows from lower degrees to higher ones.",
        ),
        Mistake(
            lambda b, a, last: 1 - made.made_mask(b, a, last),
            "Your mask is the opposite: 1.0 where a connection is kept, 0.0 where it is cut.",
        ),
        Mistake(
            lambda b, a, last: (torch.arange(len(a))[:, None] > torch.arange(len(b))).float(),
            "You compared the positions of the units. Compare their degrees: units need not be in that order.",
        ),
        Mistake(
            lambda b, a, last: a[:, None] > b if last else a[:, None] >= b,
            "The mask is right but holds truth values: it multiplies weights, so make it `.float()`.",
        ),
    ),
)

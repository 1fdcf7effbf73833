"""What an argument can be taken for, and what can be done to an answer that is right: the words, and the change.

`{0}` in the words stands for the argument's name. A change that does not suit a value raises.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize, softplus

Change = Callable[[Any], Any]


def _of_both(of_tensor: Callable[[Tensor], Tensor]) -> Change:
    """Of a tensor, or of a number."""

    def change(value: Any) -> Any:
        return of_tensor(value) if isinstance(value, Tensor) else float(of_tensor(torch.tensor(float(value))))

    return change


def _of_tensors(of_tensor: Callable[[Tensor], Tensor], axes: int = 0) -> Change:
    """Of a tensor with so many axes at least."""

    def change(value: Any) -> Any:
        if not isinstance(value, Tensor) or value.dim() < axes:
            raise TypeError
        return of_tensor(value)

    return change


def _first_for_all(value: Tensor) -> Tensor:
    return value[:1].expand_as(value).contiguous()


def _mean_for_all(value: Tensor) -> Tensor:
    return value.mean(0, keepdim=True).expand_as(value).contiguous()


# Of real numbers, and of tensors of them.
OF_REALS: dict[str, Change] = {
    "You used the square of `{0}` where `{0}` itself is meant.": lambda value: value**2,
    "You used the square root of `{0}` where `{0}` itself is meant.": _of_both(torch.sqrt),
    "You used exp({0}) where `{0}` itself is meant.": _of_both(torch.exp),
    "You used log({0}) where `{0}` itself is meant.": _of_both(torch.log),
    "You used 1/{0} where `{0}` is meant: multiplied in place of divided, or the other way round.": lambda v: v**-1,
    "You used `{0}` with the wrong sign.": lambda value: -value,
    "You used half of `{0}`.": lambda value: value / 2,
    "You used twice `{0}`.": lambda value: value * 2,
    "You left `{0}` out: it is as if it were 1.": _of_both(torch.ones_like),
    "You left `{0}` out: it is as if it were 0.": _of_both(torch.zeros_like),
    "You took 1 − {0} for `{0}`.": lambda value: 1 - value,
    "You normalised `{0}` to length 1, which is not asked for.": _of_tensors(lambda v: normalize(v, dim=-1), 1),
    "You took `{0}` for logits: you passed it through a softmax first.": _of_tensors(lambda v: v.softmax(-1), 1),
    "You passed `{0}` through a sigmoid first.": _of_tensors(torch.sigmoid),
    "You used the mean of `{0}` for all of it.": _of_tensors(_mean_for_all, 1),
}
# Of tensors of any kind, and then of whole numbers: these two are not looked for beside another mistake.
OF_TENSORS: dict[str, Change] = {
    "You read the last axis of `{0}` from its end.": _of_tensors(lambda value: value.flip(-1), 1),
    "You read the first axis of `{0}` from its end.": _of_tensors(lambda value: value.flip(0), 1),
    "You used the first of `{0}` for all.": _of_tensors(_first_for_all, 1),
    "You exchanged the last two axes of `{0}`.": _of_tensors(lambda value: value.transpose(-1, -2).contiguous(), 2),
}
OF_WHOLE: dict[str, Change] = {
    "You went one too far with `{0}`: it is as if it were 1 more.": lambda value: value + 1,
    "You stopped one short with `{0}`: it is as if it were 1 less.": lambda value: value - 1,
}
OF_TRUTH: dict[str, Change] = {
    "You read `{0}` the other way round: true for false.": lambda v: ~v if isinstance(v, Tensor) else not v,
    "You did not use `{0}`: it is as if it were true everywhere.": lambda v: v | True,
    "You did not use `{0}`: it is as if it were false everywhere.": lambda v: v & False,
}
# Of an argument and the answer that is to be.
OF_STEPS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "You went the other way from `{0}`: what is to be added to it is taken off, or the reverse.": lambda x, out: (
        2 * x - out
    ),
    "You returned only what is to be added to `{0}`, without it.": lambda x, out: out - x,
    "You added `{0}` once too often.": lambda x, out: out + x,
}

# How far a Gaussian reaches is said in five ways: each from σ, and back to σ.
SCALES: dict[str, tuple[Change, Change]] = {
    "σ": (lambda s: s, lambda s: s),
    "σ²": (lambda s: s**2, _of_both(torch.sqrt)),
    "log σ": (_of_both(torch.log), _of_both(torch.exp)),
    "log σ²": (lambda s: 2 * _of_both(torch.log)(s), lambda value: _of_both(torch.exp)(value / 2)),
    "the precision, 1/σ²": (lambda s: s**-2, lambda value: value**-0.5),
}
SOFTPLUS = "You made σ of `{0}` by a softplus; `{0}` is {1}."
SCALE_NAMES = {"log_var": "log σ²", "log_scale": "log σ", "log_sigma": "log σ", "variance": "σ²", "sigma": "σ"}


def of_scale(name: str) -> dict[str, Change]:
    """What an argument of that name can be taken for, if it is a Gaussian's scale."""
    kind = next((kind for part, kind in SCALE_NAMES.items() if name.endswith(part)), None)
    if kind is None:
        return {}
    from_sigma = SCALES[kind][0]
    taken = {
        f"You took `{{0}}`, which is {kind}, for {other}.": _after(to_sigma, from_sigma)
        for other, (_, to_sigma) in SCALES.items()
        if other != kind
    }
    if kind.startswith("log"):
        taken[SOFTPLUS.format("{0}", kind)] = _of_tensors(_after(softplus, from_sigma))
    return taken


def of_answer(axes: int) -> dict[str, Change]:
    """What can be done too much to an answer of so many axes."""
    wanted = "The numbers are right, and each is wanted by itself."
    found: dict[str, Change] = {
        f"You summed over everything. {wanted}": lambda out: out.sum(),
        f"You averaged over everything. {wanted}": lambda out: out.mean(),
        "You exchanged the two outputs.": lambda out: (
            tuple(reversed(out)) if isinstance(out, tuple) and len(out) == 2 else None
        ),
        "The answer is right but for its sign, and cut off at 0.": lambda out: (-out).clamp(min=0),
        "You cut the answer off at 0: negative numbers are right ones here.": lambda out: out.clamp(min=0),
        "You rounded the answer.": lambda out: out.round(),
        "You normalised the rows of the answer once more.": lambda out: out / out.sum(-1, keepdim=True),
        "The answer is the other way round: true for false.": torch.logical_not,
    }
    for axis in range(axes):
        for done, change in (("summed", torch.sum), ("averaged", torch.mean), ("took the largest", torch.amax)):
            words = f"You {done} over axis {axis} of the answer: its numbers are wanted one by one."
            found[words] = partial(_along, change, axis)
    return found


def _after(first: Change, then: Change) -> Change:
    return lambda value: then(first(value))


def _along(change: Callable[[Tensor, int], Tensor], axis: int, out: Tensor) -> Tensor:
    if out.dim() < 2:
        raise ValueError("its only axis is everything")
    return change(out, axis)

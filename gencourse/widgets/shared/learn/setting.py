"""What a playground is set to, as a line of text that can be copied: setting.js beside this reads and writes the same.

    moons n=400 noise=0.1 seed=1 | flow layers=6 width=64 | vae latent=2 beta=1 sigma=0.2 width=64

The first part names the data, the others one or two families with their knobs. Points of the reader's own are
`own=…`, four characters a point: two digits in base 36 a coordinate, of 1296 steps from −2.6 to 2.6.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gencourse.support.checks import at_least, between, one_of
from gencourse.widgets.shared.learn.points import SHAPES, draw_points

REACH = 2.6  # the plane that is shown: from −2.6 to 2.6
STEPS = 36**2 - 1
OWN = "own"


@dataclass(frozen=True)
class Setting:
    """The data, and the models that learn them."""

    data: str = "moons"
    n: int = 400
    noise: float = 0.1
    seed: int = 1
    own: str = ""
    models: list[tuple[str, dict[str, float]]] = field(default_factory=list)

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Points to learn from, (N, 2), and held out, (M, 2), both float32: of a shape n of each, of one's own every
        fourth is held out."""
        if self.data == OWN:
            own = decoded(self.own)
            held = np.arange(len(own)) % 4 == 3
            return own[~held], own[held]
        both = draw_points(self.data, 2 * self.n, self.noise, self.seed)
        return both[: self.n], both[self.n :]


def decoded(text: str) -> np.ndarray:
    """Four characters a point -> (N, 2) float32."""
    steps = np.array([int(text[k : k + 2], 36) for k in range(0, len(text), 2)], dtype=np.float64)
    return (steps / STEPS * 2 * REACH - REACH).astype(np.float32).reshape(-1, 2)


def parse(text: str, knobs: dict[str, dict[str, Any]]) -> Setting:
    """A setting from its text; what is left out has its default.

    Args:
        knobs: of each family, by name: each knob's {"choices": […], "value": …}.

    Raises:
        ValueError: naming the part that is wrong, and what is allowed.
    """
    first, *others = [part.split() for part in text.split("|")]
    if not first or not 1 <= len(others) <= 2 or not all(others):
        raise ValueError(f"state={text!r}: allowed is data, then one or two families, as 'moons n=400 | flow layers=6'")
    values = _pairs(first[1:], ("n", "noise", "seed", OWN))
    data = one_of("data", first[0], (*SHAPES, OWN))
    own = values.get(OWN, "")
    if data == OWN and (len(own) < 32 or len(own) % 4 or not own.isascii() or not own.isalnum()):
        raise ValueError(f"own={own!r}: allowed are eight points or more, four letters or digits each")
    models = []
    for name, *pairs in others:
        allowed = knobs[one_of("family", name, tuple(knobs))]
        chosen = {key: _number(key, value) for key, value in _pairs(pairs, tuple(allowed)).items()}
        for key, value in chosen.items():
            if value not in allowed[key]["choices"]:
                raise ValueError(
                    f"{name}'s {key}={value:g}: allowed are {', '.join(map(str, allowed[key]['choices']))}"
                )
        models.append((name, {key: knob["value"] for key, knob in allowed.items()} | chosen))
    return Setting(
        data,
        at_least("n", _number("n", values.get("n", "400")), 8, 4000),
        between("noise", _number("noise", values.get("noise", "0.1")), 0, 1),
        at_least("seed", _number("seed", values.get("seed", "1")), 0, 2**32 - 1),
        own,
        models,
    )


def _pairs(words: list[str], allowed: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(word.partition("=")[::2] for word in words)
    for name in pairs:
        one_of("setting", name, allowed)
    return pairs


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{name}={text!r}: allowed is a number") from None
    return int(number) if number.is_integer() else number

"""Look into MoCo's queue: how old is each key, and does it still say what the encoder would say now?"""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from matplotlib.colors import to_rgb
from torch import Tensor

from gencourse.figures import COLOURS, MARKERS, PLATE, figure
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget, floats

MOST_KEYS = 256
MOST_MOMENTA = 6  # each with its own colour
MOST_VALUES = 60_000  # cosines in all, so that a page stays under a megabyte


class KeyRing(Widget):
    """The queue as a ring of keys, coloured by the cosine between each and the key its image would get now.

    Sliders and buttons choose the step of training and the momentum; a click, or the arrow keys, choose a place. Beside
    the ring: the cosine against the age, with the mean at each age for every momentum.

    Args:
        born: (S, K), the step at which each key joined, −1 where there is none, at each of S moments: what
            `gencourse.models.moco.KeyQueue` keeps in `born`. A dict of momentum to such, or one for all.
        cosines: (S, K), or a dict of momentum to such; ignored where there is no key.
        step: (S,), the steps of training at those moments, rising. S · K · (number of momenta) is at most 60,000.

    Attributes:
        momentum: the number of the momentum. moment: from 0 to S − 1. place: from 0 to K − 1.

    Raises:
        ValueError: on sizes that do not fit each other, or a key from the future.
    """

    _esm = bundle("key_ring")
    link = ("momentum", "moment", "place")

    born = traitlets.Bytes().tag(sync=True)
    cosines = traitlets.Bytes().tag(sync=True)
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    step = traitlets.List(traitlets.Int()).tag(sync=True)
    momenta = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode()).tag(sync=True)
    momentum = traitlets.Int(0, min=0).tag(sync=True)
    moment = traitlets.Int(0, min=0).tag(sync=True)
    place = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(
        self, born: Tensor | dict[Any, Tensor], cosines: Tensor | dict[Any, Tensor], step: Tensor | Sequence[int]
    ):
        by_momentum = cosines if isinstance(cosines, dict) else {"": cosines}
        births = born if isinstance(born, dict) else dict.fromkeys(by_momentum, born)
        if births.keys() != by_momentum.keys():
            raise ValueError(f"born has {list(births)}, cosines {list(by_momentum)}: allowed are the same momenta")
        steps = [int(value) for value in step]
        for name, values in by_momentum.items():
            _check(name, births[name], values, steps)
        if not 1 <= len(by_momentum) <= MOST_MOMENTA:
            raise ValueError(f"cosines={list(by_momentum)}: allowed are 1 to {MOST_MOMENTA} momenta")
        sizes = {tuple(values.shape) for values in by_momentum.values()}
        if len(sizes) > 1 or len(by_momentum) * next(iter(by_momentum.values())).numel() > MOST_VALUES:
            raise ValueError(
                f"cosines of {sorted(sizes)} for {len(by_momentum)} momenta: allowed is one shape, and "
                f"{MOST_VALUES:,} values in all; keep fewer steps"
            )
        self._born = torch.stack([births[name].detach().cpu().long() for name in by_momentum])
        self._cosines = torch.stack([values.detach().cpu().float() for values in by_momentum.values()])
        super().__init__(
            born=floats(self._born),
            cosines=floats(self._cosines.nan_to_num()),
            size=list(self._born.shape),
            step=steps,
            momenta=[str(name) for name in by_momentum],
            colours=COLOURS[3:6] + COLOURS[7:],
            moment=len(steps) - 1,
        )

    def pointer(self) -> int:
        """The place of the next key: after the newest one."""
        born = self._born[self.momentum, self.moment]
        after_newest = (born.roll(1) == born.max()) & (born != born.max())
        return int(after_newest.int().argmax())

    def mean_cosine(self) -> float:
        """Over the keys in the ring; nan if there are none."""
        kept = self._born[self.momentum, self.moment] >= 0
        return self._cosines[self.momentum, self.moment][kept].mean().item()

    def label(self) -> str:
        kept = int((self._born[self.momentum, self.moment] >= 0).sum())
        name = f", momentum {self.momenta[self.momentum]}" if self.momenta[self.momentum] else ""
        return f"{kept} keys at step {self.step[self.moment]}{name}: mean cosine {self.mean_cosine():.2f} with now"

    @traitlets.validate("momentum", "moment", "place")
    def _exists(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = self._born.shape[("momentum", "moment", "place").index(name)]
        if not 0 <= value < count:
            raise traitlets.TraitError(f"{name}={value}: allowed are 0 to {count - 1}")
        return int(value)

    def _figure(self) -> Any:
        fig, (ring, chart) = figure(7.2, 3.0, columns=2, width_ratios=[1, 1.5])
        born, cosines = self._born[self.momentum, self.moment], self._cosines[self.momentum, self.moment]
        low = float(self._cosines[self._born >= 0].min()) if (self._born >= 0).any() else 0.0
        shares = ((cosines - low) / max(1 - low, 1e-6)).clamp(0, 1)
        colours = [
            _between(COLOURS[1], COLOURS[0], float(s)) if b >= 0 else "none" for s, b in zip(shares, born, strict=True)
        ]
        ring.pie(
            torch.ones(len(born)),
            colors=colours,
            startangle=90,
            counterclock=False,
            wedgeprops={"width": 0.34, "edgecolor": PLATE, "linewidth": 0.4},
        )
        angle = torch.tensor(90 - 360 * self.pointer() / len(born)).deg2rad()
        ring.annotate(
            "",
            (1.02 * angle.cos(), 1.02 * angle.sin()),
            (1.3 * angle.cos(), 1.3 * angle.sin()),
            arrowprops={"arrowstyle": "-|>", "color": COLOURS[2]},
        )
        ring.text(0, 0, f"step {self.step[self.moment]}\nmean {self.mean_cosine():.2f}", ha="center", va="center")
        keys = zip(self._born[:, self.moment], self._cosines[:, self.moment], strict=True)
        for name, (births, values), colour, marker in zip(self.momenta, keys, self.colours, MARKERS, strict=False):
            ages = self.step[self.moment] - births[births >= 0]
            chart.plot(ages, values[births >= 0], marker, markersize=3, color=colour, label=name)
        chart.set(xlabel="age of the key (steps)", ylabel="cosine with now")
        if self.momenta != [""]:
            chart.legend(title="momentum", loc="center left", bbox_to_anchor=(1, 0.5))
        return fig


def _between(first: str, second: str, share: float) -> tuple[float, ...]:
    return tuple((1 - share) * a + share * b for a, b in zip(to_rgb(first), to_rgb(second), strict=True))


def _check(name: Any, born: Tensor, cosines: Tensor, steps: list[int]) -> None:
    """Raise a ValueError unless born and cosines are (S, K) of possible values at these steps."""
    where = f"[{name!r}]" if name != "" else ""
    if born.ndim != 2 or born.shape != cosines.shape or len(born) != len(steps) or not 2 <= born.shape[1] <= MOST_KEYS:
        raise ValueError(
            f"born{where}={tuple(born.shape)}, cosines{where}={tuple(cosines.shape)}: allowed are "
            f"({len(steps)}, K), one row for each step, with K from 2 to {MOST_KEYS}"
        )
    if not (born.cpu() <= torch.tensor(steps)[:, None]).all() or steps != sorted(set(steps)):
        raise ValueError(f"born{where} or step: allowed are rising steps, and keys born no later than their step")
    if not (cosines[born >= 0].abs() <= 1 + 1e-4).all():
        raise ValueError(f"cosines{where}: allowed are values from −1 to 1 wherever there is a key")

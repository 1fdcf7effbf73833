"""What an image of any size would cost an autoregressive model: questions, seconds, and how they grow."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from gencourse.figures import COLOURS, INK, end_labels, figure
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

SIDES = tuple(2**k for k in range(3, 11))  # 8 … 1024

Law = tuple[float, float]  # (a, b): seconds = a · N ** b for an image of N sub-pixels


class CostCalculator(Widget):
    """Choose a model, a size and grey or colour, and read off the questions and the seconds, naive and cached.

    Args:
        laws: for each model the naive and the cached law, and how many sub-pixels one question answers for (1, or 4
            for tiles of 2×2).
        points: for each model what was measured, [(N, seconds), …] naive and cached.

    Attributes:
        model: the name chosen. side: of the image, 8 to 1024. colour: whether a pixel has three sub-pixels.

    Raises:
        ValueError: without laws.
    """

    _esm = bundle("cost_calculator")
    link = ("model", "side", "colour")

    laws = traitlets.Dict().tag(sync=True)
    points = traitlets.Dict().tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    side = traitlets.Enum(SIDES, default_value=64).tag(sync=True)
    colour = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        laws: Mapping[str, tuple[Law, Law, int]],
        points: Mapping[str, tuple[Sequence[Law], Sequence[Law]]] | None = None,
        **traits: Any,
    ):
        if not laws:
            raise ValueError("laws={}: allowed is at least one model with its naive and its cached law")
        plain = {name: [list(naive), list(cached), each] for name, (naive, cached, each) in laws.items()}
        dots = {name: [[list(p) for p in part] for part in parts] for name, parts in (points or {}).items()}
        super().__init__(laws=plain, points=dots, **{"model": next(iter(plain)), **traits})

    @traitlets.validate("model")
    def _is_known(self, proposal: Any) -> str:
        if proposal["value"] not in self.laws:
            raise traitlets.TraitError(f"model={proposal['value']!r}: allowed are {', '.join(self.laws)}")
        name: str = proposal["value"]
        return name

    def sub_pixels(self) -> int:
        return self.side**2 * (3 if self.colour else 1)

    def questions(self) -> int:
        """How many answers of the network an image takes, one after another."""
        each: int = self.laws[self.model][2]
        return self.sub_pixels() // each

    def seconds(self) -> tuple[float, float]:
        """Of one image by the laws: naive, cached."""
        naive, cached = (a * self.sub_pixels() ** b for a, b in self.laws[self.model][:2])
        return naive, cached

    def label(self) -> str:
        size = f"{self.side}×{self.side} {'in colour' if self.colour else 'grey'}"
        naive, cached = self.seconds()
        return (
            f"{self.model}, {size}: {self.questions():,} questions, naive {in_words(naive)}, cached {in_words(cached)}"
        )

    def _figure(self) -> Any:
        fig, ax = figure(7.4, 3.0)
        sizes = [64, 3 * 1024**2]
        for (name, ((a, b), (c, d), _)), colour in zip(self.laws.items(), COLOURS, strict=False):
            weight = 2.2 if name == self.model else 0.8
            ax.plot(sizes, [a * n**b for n in sizes], "--", color=colour, linewidth=weight)
            ax.plot(sizes, [c * n**d for n in sizes], color=colour, linewidth=weight, label=name)
        ax.plot([self.sub_pixels()] * 2, self.seconds(), "o", color=INK)
        ax.set(xscale="log", yscale="log", xlabel="sub-pixels", ylabel="seconds for one image")
        ax.text(0.02, 0.94, "dashed: naive, solid: cached", transform=ax.transAxes, va="top", fontsize=8.5)
        ax.set_title(self.label(), fontsize=8)
        end_labels(ax)
        return fig


def in_words(seconds: float) -> str:
    """A time as one would say it: "0.25 s", "3.1 hours", "12 years"."""
    for size, word in ((86400 * 365.25, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            count = seconds / size
            return f"{count:,.0f} {word}" if count >= 10 else f"{count:.1f} {word}"
    return f"{seconds:.2g} s"

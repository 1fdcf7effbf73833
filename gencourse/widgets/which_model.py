"""Three decisions, and the family of models that they lead to, with what was measured of it."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.figures import COLOURS, image_rows
from gencourse.measure.comparison import Entry
from gencourse.widgets.cost_calculator import in_words
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.widget import Widget, to_bytes

NUMBERS = ("none", "bound", "exact")  # what is demanded of log p(x), the weakest first


class WhichModel(Widget):
    """Decide what a model must do, and see which models do it, and at what price.

    Args:
        entries: the models with their figures and samples, all of one shape and equally many.
        traits: values of the attributes below.

    Attributes:
        number: what is needed of log p(x): "none", "bound" (an exact one will do too) or "exact".
        codes: whether each image needs a code. one_pass: whether a sample must take a single pass.
        chosen: the name of the model whose figures are shown; "" for the first that meets the demands.

    Raises:
        ValueError: without entries, on two of the same name, or on samples that differ in shape.
    """

    _esm = bundle("which_model")
    link = ("number", "codes", "one_pass", "chosen")
    _css = Widget._css + style("which_model")

    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    strips = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)  # n, C, H, W of each model's samples
    data = traitlets.Unicode().tag(sync=True)  # what the figures were measured on
    number = traitlets.Enum(NUMBERS, default_value="none").tag(sync=True)
    codes = traitlets.Bool(False).tag(sync=True)
    one_pass = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)

    def __init__(self, entries: Sequence[Entry], **traits: Any):
        names = [entry.name for entry in entries]
        if not entries or len(set(names)) < len(names):
            raise ValueError(f"entries={names!r}: allowed is at least one, each with a name of its own")
        shapes = {tuple(entry.samples.shape) for entry in entries}
        if len(shapes) > 1:
            raise ValueError(f"entries with samples of the shapes {sorted(shapes)}: allowed is one shape (n, C, H, W)")
        self._samples = {entry.name: entry.samples for entry in entries}
        numbers = [entry.number for entry in entries if entry.number]
        super().__init__(
            rows=[_row(entry) for entry in entries],
            strips=to_bytes(torch.cat(list(self._samples.values()))),
            shape=list(shapes.pop()),
            data=numbers[0].data if numbers else "",
            **traits,
        )

    @traitlets.validate("chosen")
    def _is_a_name(self, proposal: Any) -> str:
        name: str = proposal["value"]
        if name and name not in self._samples:
            raise traitlets.TraitError(f"chosen={name!r}: allowed are '' and {', '.join(self._samples)}")
        return name

    def matches(self) -> list[str]:
        """The models that meet all demands, the one that the decisions lead to first.

        Where a number is asked for the highest leads; else the models made to draw only, the fastest first.
        """
        found = [row for row in self.rows if not self.lacks(row)]
        if self.number == "none":
            found.sort(key=lambda row: (row["answer"] != "none", not row["way"] and not self.codes, row["seconds"]))
        else:
            found.sort(key=lambda row: -row["nats"])
        return [row["name"] for row in found]

    def lacks(self, row: dict[str, Any]) -> list[str]:
        """What a model does not have of what is demanded, in words."""
        short = []
        if NUMBERS.index(row["answer"]) < NUMBERS.index(self.number):
            short.append("only a bound" if row["answer"] == "bound" else "no likelihood")
        if self.codes and not row["codes"]:
            short.append("no codes")
        if self.one_pass and row["passes"] > 1:
            short.append(f"{row['passes']} passes")
        return short

    def shown(self) -> str:
        """The name of the model whose figures are shown; "" when none meets the demands."""
        matches = self.matches()
        return self.chosen if self.chosen in matches else matches[0] if matches else ""

    def label(self) -> str:
        demands = [f"log p(x): {self.number}", *["a code"] * self.codes, *["one pass"] * self.one_pass]
        return (
            f"Needed: {', '.join(demands)}. {len(self.matches())} of {len(self.rows)} models; {self.shown() or 'none'}"
        )

    def _figure(self) -> Any:
        names = (self.matches() or [row["name"] for row in self.rows])[:5]
        rows = {row["name"]: row for row in self.rows}
        shown = {name: self._samples[name][:8] for name in names}
        fig = image_rows(shown, beside=[_said(rows[name]) for name in names], note=self.label())
        for text in fig.texts:
            if text.get_text() == self.shown():
                text.set_color(COLOURS[0])
        return fig


def _said(row: dict[str, Any]) -> str:
    """What a model's row says of it."""
    sign = "≥" if row["answer"] == "bound" else "="
    number = f"log p(x) {sign} {row['nats']:.1f} nats".replace("-", "−") if "nats" in row else "log p(x): no answer"
    return f"{number}\n{brief(row['seconds'])} for 16 samples"


def brief(seconds: float) -> str:
    """A time as one would say it, below a tenth of a second in milliseconds."""
    return f"{1000 * seconds:.2g} ms" if seconds < 0.1 else in_words(seconds)


def _row(entry: Entry) -> dict[str, Any]:
    """An entry as the page reads it."""
    number = entry.number
    figures = dict(nats=number.value, error=number.standard_error, bits=number.bits_per_dim) if number else {}
    return dict(
        name=entry.name,
        way=entry.way,
        path=entry.path,
        words=entry.words,
        answer=entry.answer,
        codes=entry.codes,
        kind=number.kind if number else "none",
        parameters=entry.parameters,
        training=entry.training,
        seconds=entry.drawing,
        passes=entry.passes,
        **figures,
    )

"""The derivation of the ELBO, a line at a time, each with its terms as numbers and bars."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from gencourse.figures import INK, figure
from gencourse.models.figure_eight import SPACING, FigureEight
from gencourse.support.mathml import mathml
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.widget import Widget

_LIKELIHOOD, _PRIOR, _POSTERIOR, _Q = r"\log p(x\mid z)", r"\log p(z)", r"\log p(z\mid x)", r"\log q(z\mid x)"
_TO_PRIOR, _TO_POSTERIOR = r"\log\frac{q(z\mid x)}{p(z)}", r"\log\frac{q(z\mid x)}{p(z\mid x)}"

# A line: why it follows, whether it holds at one z or on average over q, and its terms: sign, formula, and what
# derivation.js computes for it.
LINES: list[tuple[str, bool, list[tuple[str, str, str]]]] = [
    ("What we are after: one number, which the grid knows.", False, [("+", r"\log p(x)", "logP")]),
    (
        "Bayes' rule, p(x) = p(x | z) p(z) / p(z | x), in logarithms. It is true at every z: move z and see.",
        False,
        [("+", _LIKELIHOOD, "likelihood"), ("+", _PRIOR, "prior"), ("-", _POSTERIOR, "posterior")],
    ),
    (
        "Multiply by q / q: add and subtract log q(z | x). Nothing changes, and q has come in.",
        False,
        [
            ("+", _LIKELIHOOD, "likelihood"),
            ("+", _PRIOR, "prior"),
            ("-", _POSTERIOR, "posterior"),
            ("+", _Q, "q"),
            ("-", _Q, "q"),
        ],
    ),
    (
        "Sort them into three logarithms: each other density is compared with q.",
        False,
        [("+", _LIKELIHOOD, "likelihood"), ("-", _TO_PRIOR, "toPrior"), ("+", _TO_POSTERIOR, "toPosterior")],
    ),
    (
        "Average over z ~ q(z | x). The left-hand side has no z in it, so it stays. Each term is one number now.",
        True,
        [
            ("+", rf"\mathbb{{E}}_q\left[{_LIKELIHOOD}\right]", "likelihood"),
            ("-", rf"\mathbb{{E}}_q\left[{_TO_PRIOR}\right]", "toPrior"),
            ("+", rf"\mathbb{{E}}_q\left[{_TO_POSTERIOR}\right]", "toPosterior"),
        ],
    ),
    (
        "Two of the averages have a name: Kullback-Leibler divergences, which are never negative.",
        True,
        [
            ("+", rf"\mathbb{{E}}_q\left[{_LIKELIHOOD}\right]", "likelihood"),
            ("-", r"\mathrm{KL}(q\,\|\,p(z))", "toPrior"),
            ("+", r"\mathrm{KL}(q\,\|\,p(z\mid x))", "toPosterior"),
        ],
    ),
    (
        "Drop the last, which needs the posterior that nobody has. What is left is lower by it: the ELBO.",
        True,
        [
            ("+", rf"\mathbb{{E}}_q\left[{_LIKELIHOOD}\right]", "likelihood"),
            ("-", r"\mathrm{KL}(q\,\|\,p(z))", "toPrior"),
        ],
    ),
]


class Derivation(Widget):
    """From log p(x) to the ELBO in seven lines, on the figure-eight model, where every term can be computed.

    The buttons step through the lines. Each term of the current line has a bar with its value in nats; their sum
    stands beside them, against log p(x). Before the average over q is taken the reader moves z: the terms change,
    the sum does not.

    Args:
        model: whose σ is used.
        x: the observed point.
        mean, spread: of q = N(mean, spread²).

    Attributes:
        line: the current line, from 0 to 6. z: where the lines 0 to 3 are evaluated.
    """

    _esm = bundle("derivation")
    link = ("line", "z")

    sigma = traitlets.Float().tag(sync=True)
    x = traitlets.List(traitlets.Float(), minlen=2, maxlen=2).tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    spread = traitlets.Float().tag(sync=True)
    z = traitlets.Float().tag(sync=True)
    line = traitlets.Int(0, min=0, max=len(LINES) - 1).tag(sync=True)
    lines = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(self, model: FigureEight, x: Sequence[float], mean: float, spread: float):
        self._model = model
        lines = [
            {
                "why": why,
                "averaged": averaged,
                "terms": [{"sign": s, "formula": mathml(f), "key": k} for s, f, k in terms],
            }
            for why, averaged, terms in LINES
        ]
        super().__init__(sigma=model.sigma, x=[float(v) for v in x], mean=mean, spread=spread, z=mean, lines=lines)

    def terms(self, line: int) -> list[float]:
        """The values of a line's terms with their signs, in nats, computed by torch on the grid."""
        _, averaged, terms = LINES[line]
        x, grid = torch.tensor([self.x], dtype=torch.float64), self._model.grid
        z = grid if averaged else torch.tensor([self.z], dtype=torch.float64)
        column = z[:, None, None]
        q = torch.distributions.Normal(self.mean, self.spread).log_prob(z)
        prior = torch.distributions.Normal(0.0, 1.0).log_prob(z)
        posterior = self._model.log_posterior(column, x)[:, 0]
        values = {
            "logP": self._model.log_prob(x),
            "likelihood": self._model.log_likelihood(x, column)[:, 0],
            "prior": prior,
            "posterior": posterior,
            "q": q,
            "toPrior": q - prior,
            "toPosterior": q - posterior,
        }
        weight = q.exp() * SPACING if averaged else torch.ones(1)
        return [float((weight * values[key]).sum()) * (1 if sign == "+" else -1) for sign, _, key in terms]

    def label(self) -> str:
        total = sum(self.terms(self.line))
        return f"line {self.line + 1} of {len(LINES)} of the ELBO's derivation; its terms add up to {total:.2f} nats"

    def _figure(self) -> Any:
        """All lines, with the values of their terms and their sums."""
        fig, ax = figure(8.2, 0.42 * len(LINES) + 0.2)
        for row, (_, _, terms) in enumerate(LINES):
            values = self.terms(row)
            formula = " ".join(f"{sign if i or sign == '-' else ''} {f}" for i, (sign, f, _) in enumerate(terms))
            ax.text(0, -row, f"${formula.replace('!', '')}$", color=INK, va="center", fontsize=9.5)
            numbers = " ".join(f"{value:+.2f}" for value in values)
            ax.text(0.72, -row, numbers.replace("-", "−"), color=INK, va="center", ha="right", fontsize=8)
            ax.text(0.8, -row, f"= {sum(values):.2f}".replace("-", "−"), color=INK, va="center", weight="bold")
        ax.set(xlim=(0, 0.9), ylim=(-len(LINES) + 0.4, 0.6))
        ax.axis("off")
        return fig

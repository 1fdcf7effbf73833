"""A multiple-choice question with an answer to every choice; once shown, it needs no kernel.

Quiz(
    "Why does the encoder give log σ² and not σ?",
    {
        "Any real number is then a valid output": "Right: exp turns it into a positive variance.",
        "It makes the KL convex": "The KL is what it is, whatever parameters σ has.",
    },
    answer="Any real number is then a valid output",
)
"""

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from gencourse.support.remade import made, shown
from gencourse.widgets.shared.bundle import bundle


class Quiz(anywidget.AnyWidget):
    """A question, its choices with feedback for each, and one right answer.

    Args:
        question: the question; `code` in backticks, formulas in Unicode.
        choices: what the reader may choose -> what the reader who chose it is told. At least two.
        answer: the choice that is right.

    Raises:
        ValueError: on fewer than two choices, a choice without feedback, or an answer that is no choice.

    Attributes:
        chosen: the number of the choice that the reader submitted, from 0; None before. Setting it answers.
    """

    _esm = bundle("quiz")
    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    feedback = traitlets.List(traitlets.Unicode()).tag(sync=True)
    right = traitlets.Int().tag(sync=True)
    chosen = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(self, question: str, choices: Mapping[str, str], *, answer: str):
        if len(choices) < 2:
            raise ValueError(f"choices={list(choices)!r}: give at least two, each with its feedback")
        if silent := [choice for choice, feedback in choices.items() if not feedback.strip()]:
            raise ValueError(f"choices: no feedback for {silent[0]!r}; say why it is right or wrong")
        if answer not in choices:
            raise ValueError(f"answer={answer!r}: allowed is one of the choices, {list(choices)!r}")
        super().__init__(
            question=question,
            choices=list(choices),
            feedback=list(choices.values()),
            right=list(choices).index(answer),
        )
        made(self)

    @property
    def correct(self) -> bool | None:
        """Whether the submitted choice is the right one; None before the reader has answered."""
        return None if self.chosen is None else self.chosen == self.right

    @traitlets.validate("chosen")
    def _is_a_choice(self, proposal: Any) -> int | None:
        value: int | None = proposal["value"]
        if value is not None and value not in range(len(self.choices)):
            raise traitlets.TraitError(f"chosen={value!r}: allowed are None and 0 to {len(self.choices) - 1}")
        return value

    def __repr__(self) -> str:
        return f"Quiz({self.question!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the question in words for pages that show no widgets."""
        shown(self)
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        letters = [f"{chr(ord('A') + i)}. {choice}" for i, choice in enumerate(self.choices)]
        data["text/plain"] = "\n".join([f"Quiz: {self.question}", *(f"  {line}" for line in letters)])
        listed = "\n".join(f"- {line}" for line in letters)
        data["text/markdown"] = f"**Quiz.** {self.question}\n\n{listed}\n\n*Run this cell to answer.*"
        return data, metadata

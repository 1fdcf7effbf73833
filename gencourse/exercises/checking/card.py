"""An exercise's question as a card: what to write, what is compared, and one example with numbers.

Lesson, hand-out, docs and boxes all show what stands here, so that they cannot differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gencourse.exercises.checking.answer import Answer
from gencourse.exercises.checking.render import short

DIFFICULTY = {1: "●○○", 2: "●●○", 3: "●●●"}
MOST_NUMBERS = 48  # of an input or an output that is still written out


@dataclass(frozen=True)
class Card:
    """A question's parts, and what the reference makes of the example's inputs."""

    name: str
    title: str
    difficulty: int
    minutes: int
    question: str
    inputs: Mapping[str, Any]
    answer: Answer

    @property
    def compared(self) -> str:
        """In a sentence or two: values, of what kind, gradients, and where none may flow."""
        return _compared(self.answer)

    @property
    def example(self) -> tuple[str, ...]:
        """A line for each input and each output."""
        return (*_lines(self.inputs.items()), *_lines(_named(self.answer)))

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What stands below the question in a box: labels and values."""
        return (("compared", self.compared.replace("`", "")), ("for example", "\n".join(self.example)))

    def markdown(self) -> str:
        """As a cell of a lesson."""
        effort = f"{DIFFICULTY[self.difficulty]} · about {self.minutes} min"
        example = [f"> {line}" for line in ("```text", *self.example, "```")]
        lines = [f"### Your turn: {self.title}", "", f"> {effort}", ">", f"> {self.question}", ">"]
        helps = f"`{self.name}.hint()`, `{self.name}.hint(2)`, `{self.name}.solution()`"
        return "\n".join([*lines, f"> *Compared:* {self.compared} *For example:*", ">", *example, ">", f"> {helps}"])


def _named(answer: Answer) -> list[tuple[str, Any]]:
    return [(f"→ {name}" if name else "→", value) for name, value in answer.outputs.items()]


def _lines(values: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{name} {'' if name == '→' else '= '}{short(value, MOST_NUMBERS)}" for name, value in values]


def _compared(answer: Answer) -> str:
    kinds = list(dict.fromkeys(map(_kind, answer.outputs.values())))
    many = len(answer.outputs)
    each = "each " if len(kinds) == 1 else ""
    said = [f"the values ({f'a tuple of {many}, {each}' if many > 1 else ''}{', '.join(kinds)})"]
    flows = [f"`{name}`" for name, gradient in answer.gradients.items() if gradient is not None]
    stops = [f"`{name}`" for name, gradient in answer.gradients.items() if gradient is None]
    if flows:
        said.append(f"and the gradients with respect to {_listed(flows)}")
    sentence = " ".join(said) + "."
    if stops:
        sentence += f" No gradient may flow to {_listed(stops)}."
    return sentence


def _kind(value: Any) -> str:
    if not isinstance(value, Tensor):
        return "a number" if isinstance(value, int | float) else type(value).__name__
    if value.is_floating_point():
        return "a tensor"
    return "a tensor of truth values" if value.dtype == torch.bool else "a tensor of whole numbers"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]

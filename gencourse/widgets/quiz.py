"""A question with a reply to every answer; once shown, it needs no kernel."""

from typing import Any

import traitlets

from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.question import Question, written


class Quiz(Question):
    """A question of one choice, several, a number, an order or pairs. `lesson.quiz(NAME)` makes it.

    Attributes:
        right: whether what was said last is right; None before. The page judges (widgets/shared/judge.js).
    """

    _esm = bundle("quiz")
    right = traitlets.Bool(None, allow_none=True).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the question in words for pages that show no widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | written("Quiz", self.spec, "Run this cell to answer."), metadata

"""What the reader expects, said before the result is seen: a number, a choice, an order or a sketched curve."""

from typing import Any

from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.question import Question, written


class Prediction(Question):
    """A prediction to be made once. `lesson.predict(NAME)` makes it, and keeps what is said."""

    _esm = bundle("prediction")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the question in words for pages that show no widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | written("Predict", self.spec, "Run this cell to make your prediction."), metadata

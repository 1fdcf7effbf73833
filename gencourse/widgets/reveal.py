"""A result under a cover, until the reader has predicted it or asks to see it."""

import base64
from typing import Any

import traitlets

from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.question import Question


class Reveal(Question):
    """What a lesson computed, beside what the reader had predicted. `lesson.reveal(NAME, result)` makes it.

    Args:
        spec: the prediction's.
        result: as the page compares it: a number, the number of the choice, the items' numbers in order, or the
            heights of a curve at the places of a sketch.
        picture: a PNG that belongs to the result.
        width: of the picture, in pixels of a page.
        alt: what it shows, in words.
        words: a table or a few lines that belong to the result.
        plain: the result in a line, for pages that show no widgets.

    Attributes:
        fared: {"near", "words"}: how the prediction fared, once both are known. The page compares
            (widgets/shared/compare.js).
    """

    _esm = bundle("reveal")
    result = traitlets.Any().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    fared = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        spec: dict[str, Any],
        result: Any,
        *,
        picture: bytes = b"",
        alt: str = "",
        words: str = "",
        plain: str = "",
        **traits: Any,
    ):
        self._png, self._plain = picture, plain
        address = f"data:image/png;base64,{base64.b64encode(picture).decode()}" if picture else ""
        super().__init__(spec, result=result, picture=address, alt=alt, words=words, **traits)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and beside it the open result, as picture and words, for pages that show no widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        table = f"```text\n{self.words}\n```" if self.words else ""
        data["text/plain"] = repr(self)
        data["text/markdown"] = "\n\n".join(filter(None, [self._plain, table, self.spec["why"]]))
        if self._png:
            data["image/png"] = base64.b64encode(self._png).decode()
            metadata = {**metadata, "image/png": {"alt": self.alt, "width": self.width}}
        return data, metadata

"""What quiz, prediction and reveal share: a question as data, under a key, and what the reader has said.

In Jupyter what the reader says is kept by the kernel (`course/` hands in how), in an exported page by the page itself,
under the same key.
"""

from typing import Any

import anywidget
import traitlets

from gencourse.support.remade import made, shown
from gencourse.widgets.shared.bundle import style


class Question(anywidget.AnyWidget):
    """The base of what asks the reader.

    Args:
        spec: the question as the page reads it; course/questions.py says what is in it and checks it.
        key: under which the answer is kept, such as "10/why-log-variance".
        said: what the reader has said before, as JSON; None if nothing.

    Attributes:
        said: the same, and what the reader says now.
    """

    _css = style("shared/questions")
    spec = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    said = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, spec: dict[str, Any], *, key: str = "", said: Any = None, **traits: Any):
        super().__init__(spec=spec, key=key, said=said, **traits)
        made(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        shown(self)
        return super()._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.spec['question']!r})"


def written(kind: str, spec: dict[str, Any], invitation: str) -> dict[str, str]:
    """The question in words, for a page that shows no widgets: what may be answered, and no answer."""
    offered = spec.get("choices") or spec.get("items") or [pair["left"] for pair in spec.get("pairs", [])]
    texts = [choice["text"] if isinstance(choice, dict) else choice for choice in offered]
    if "items" in spec:
        texts = sorted(texts)  # their order is the answer
    lines = [f"{chr(ord('A') + i)}. {text}" for i, text in enumerate(texts)]
    listed = "".join(f"- {line}\n" for line in lines)
    return {
        "text/plain": "\n".join([f"{kind}: {spec['question']}", *(f"  {line}" for line in lines)]),
        "text/markdown": f"**{kind}.** {spec['question']}\n\n{listed}\n*{invitation}*",
    }

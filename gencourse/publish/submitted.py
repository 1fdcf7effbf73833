"""What was handed in, mended before nbgrader marks it: of a cell that was copied, one counts."""

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor


class OneOfEach(NbGraderPreprocessor):
    """Of cells with the same id nbgrader marks none, and stops. Here the last one keeps it, as it is run last.

    The others stay, as cells that nobody marks: what they define is still there for those below them.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        seen: set[str] = set()
        for cell in reversed(nb.cells):
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in seen:
                self.log.warning("%s was copied: the last copy counts", name)
                del cell.metadata["nbgrader"]
            elif name:
                seen.add(name)
        return nb, resources

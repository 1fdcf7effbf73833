"""The papers: docs/bibliography.toml, and which lessons cite each."""

import tomllib
from typing import Any

from gencourse.course.lessons import Spec
from gencourse.support import places


def references() -> dict[str, dict[str, Any]]:
    """Authors, title and year of each paper, by its address."""
    return tomllib.loads((places.ROOT / "docs" / "bibliography.toml").read_text(encoding="utf-8"))


def page(lessons: list[Spec]) -> str:
    """The bibliography, each paper with links to those of `lessons` that cite it."""
    cited = {spec.name: spec.path.read_text(encoding="utf-8") for spec in lessons}
    lines = ["# Bibliography", "", "What the lessons cite. What each paper is read for stands at a lesson's end.", ""]
    for address, paper in references().items():
        links = ", ".join(
            f"[{spec.number}](notebooks/{spec.name}.ipynb)" for spec in lessons if address in cited[spec.name]
        )
        where = f" In {links}." if links else ""
        lines.append(f"- {paper['authors']}, [*{paper['title']}*](<{address}>), {paper['year']}.{where}")
    return "\n".join(lines) + "\n"

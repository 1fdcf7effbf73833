"""Pages of models and losses, made from their docstrings: a page a module, with links to its lessons."""

import inspect
import json
import pkgutil
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from gencourse import models
from gencourse.course.lessons import LESSONS, Spec

SECTIONS = ("Args:", "Returns:", "Raises:", "Attributes:", "Yields:")
FIELD = re.compile(r"^(\*{0,2}[\w, ./*]+?):\s+(.*)$", re.DOTALL)


def pages(lessons: list[Spec]) -> dict[str, tuple[str, str]]:
    """Each page's text and what it is about, by its name."""
    made, rows = {}, []
    for info in pkgutil.iter_modules(models.__path__):
        module = import_module(f"gencourse.models.{info.name}")
        about = _first_sentence(module)
        made[f"models/{info.name}"] = (_page(module, lessons), about)
        rows.append(f"- [`{info.name}`]({info.name}.md): {_text(about)}")
    entries = "\n".join(name.removeprefix("models/") for name in made)
    tree = f"```{{toctree}}\n:hidden:\n\n{entries}\n```"
    about = "Every model and loss of the course, a file each."
    index = f"# Models and losses\n\nEach is one file, to be read beside its paper.\n\n{chr(10).join(rows)}\n\n{tree}\n"
    return made | {"models/index": (index, about)}


def _first_sentence(module: ModuleType) -> str:
    """What a module is, from its docstring."""
    return (inspect.getdoc(module) or "").partition("\n\n")[0].replace("\n", " ")


def _page(module: ModuleType, lessons: list[Spec]) -> str:
    name = module.__name__.rpartition(".")[2]
    head = [f"# `{module.__name__}`", "", _lessons_of(name, lessons), "", _markdown(inspect.getdoc(module) or ""), ""]
    return "\n".join([*head, *(_entry(label, thing) for label, thing in _public(module))])


def _lessons_of(module: str, lessons: list[Spec]) -> str:
    """Links to the lessons that import it."""
    has_page = {spec.name for spec in lessons}
    asked = re.compile(rf"from gencourse\.models import [^\n]*\b{module}\b|gencourse\.models\.{module}\b")
    found = [spec for spec in LESSONS if asked.search(_code_of(spec.path))]
    links = [
        f"[{spec.number} {spec.title}](../notebooks/{spec.name}.ipynb)"
        if spec.name in has_page
        else f"{spec.number} {spec.title}"
        for spec in found
    ]
    return f"In lesson {', '.join(links)}." if links else "No lesson imports it by name."


@cache
def _code_of(lesson: Path) -> str:
    """A lesson's code without its outputs."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _public(module: ModuleType) -> list[tuple[str, Any]]:
    """Its classes and functions, in the order of the file."""
    own = [
        (name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    ]
    return sorted(own, key=lambda pair: inspect.getsourcelines(pair[1])[1])


def _entry(name: str, thing: Any) -> str:
    """A class with its public methods, or a function: signature and docstring."""
    lines = [f"## {name}", "", _signature(name, thing), "", _markdown(_own_doc(thing)), ""]
    if inspect.isclass(thing):
        methods = {n: m for n, m in vars(thing).items() if inspect.isfunction(m) and not n.startswith("_")}
        for method, function in methods.items():
            if doc := inspect.getdoc(function):
                lines += [f"### {name}.{method}", "", _signature(method, function), "", _markdown(doc), ""]
    return "\n".join(lines)


def _own_doc(thing: Any) -> str:
    """A docstring of its own, and not one that a class has from torch."""
    return inspect.cleandoc(thing.__doc__) if thing.__dict__.get("__doc__") else ""


def _signature(name: str, thing: Any) -> str:
    try:
        arguments = str(inspect.signature(thing))
    except ValueError:  # an error's class, whose arguments are Python's own
        arguments = "()"
    arguments = re.sub(r"\btorch\.Tensor\b", "Tensor", arguments.replace("gencourse.", "").replace("typing.", ""))
    return f"```python\n{name}{arguments}\n```"


def _markdown(doc: str) -> str:
    """A docstring in Google's style as Markdown: its drawings as they are, its sections as lists."""
    lines: list[str] = []
    blocks = re.split(rf"^({'|'.join(SECTIONS)})$", doc, flags=re.MULTILINE)
    lines.append(_prose(blocks[0]))
    for title, body in zip(blocks[1::2], blocks[2::2], strict=True):
        fields, _, rest = body.partition("\n\n")
        lines += ["", f"**{title.rstrip(':')}**", "", _fields(inspect.cleandoc(fields)), "", _prose(rest)]
    return "\n".join(lines)


def _fields(body: str) -> str:
    """`name: words`, a bullet each; lines that are further in belong to the one above."""
    items = re.split(r"\n(?=\S)", body.strip())
    found = []
    for item in items:
        text = " ".join(item.split())
        match = FIELD.match(text)
        found.append(f"- `{match[1]}`: {_text(match[2])}" if match else f"- {_text(text)}")
    return "\n".join(found)


def _prose(text: str) -> str:
    """Paragraphs as they are, and what is set in from the margin as a drawing."""
    parts = re.split(r"\n\n+", text.strip("\n"))
    return "\n\n".join(
        f"```text\n{inspect.cleandoc(part) if part.startswith('    ') else part}\n```"
        if _is_drawing(part)
        else _text(part)
        for part in parts
        if part.strip()
    )


def _is_drawing(part: str) -> bool:
    return all(line.startswith("    ") for line in part.splitlines() if line)


def _text(text: str) -> str:
    """Prose whose signs Markdown would read as its own."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(p if k % 2 else re.sub(r"([*_<>\[\]|$])", r"\\\1", p) for k, p in enumerate(pieces))

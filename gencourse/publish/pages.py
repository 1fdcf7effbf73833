"""The site's pages that are no lessons: the first one, how to run, models, evidence, and those of docs/."""

from pathlib import Path
from typing import Any

from gencourse.course.lessons import Spec
from gencourse.publish import bibliography, docstrings, evidence_page
from gencourse.publish.mounting import as_stored
from gencourse.publish.parts import Parts
from gencourse.publish.repository import evidence_links, kept_links, page_links
from gencourse.support import places
from gencourse.support.files import write_text

DOCS = ("classroom", "plan", "exercises", "your-own-images", "many-runs", "glossary", "errata")
BUILT = ("architecture", "figures")
ABOUT = "A course on self-supervised learning and generative models: every claim is a cell that runs, every formula a \
number that is checked, every latent a slider that moves."


def write(source: Path, lessons: list[Spec], parts: Parts) -> dict[str, str]:
    """Write the pages into `source`; returns what each page of the site is about, by its name."""
    about = {"index": ABOUT, "run": "How to run the lessons: two commands, offline, without a GPU."}
    texts = {"index": _front(lessons, parts), "run": _run()}
    texts |= {f"docs/{name}": _doc(f"docs/{name}.md", lessons) for name in (*DOCS, *BUILT)}
    texts |= {"data/README": _doc("data/README.md", lessons), "bibliography": bibliography.page(lessons)}
    texts |= {"contributing": _doc("CONTRIBUTING.md", lessons)}
    for name, (text, words) in (docstrings.pages(lessons) | evidence_page.pages(parts)).items():
        texts[name], about[name] = text, words
    for name, text in texts.items():
        path = source / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    (source / "docs" / "house.svg").write_bytes((places.ROOT / "docs" / "house.svg").read_bytes())
    return about | {f"notebooks/{spec.name}": f"{spec.title}: {spec.about}." for spec in lessons}


def front_widget() -> Any:
    """The widget of the first page."""
    from gencourse import data
    from gencourse.training import pretrained
    from gencourse.widgets import LatentPad

    return LatentPad(pretrained.load("vae-mnist-2d"), data.load("mnist", "test", binarise="dynamic"))


def _front(lessons: list[Spec], parts: Parts) -> str:
    """The first page: a widget to drag, the lessons, and the tree of all pages."""
    element = parts.element(as_stored(front_widget()), {}, "")
    rows = "\n".join(
        f'<li><a href="notebooks/{spec.name}.html"><b>{spec.number}</b> <span><strong>{spec.title}</strong>'
        f"<br>{spec.about[0].upper()}{spec.about[1:]}.</span></a></li>"
        for spec in lessons
    )
    trees = {
        "Lessons": [f"{spec.number} {spec.title} <notebooks/{spec.name}>" for spec in lessons],
        "To look up": [
            "Models and losses <models/index>",
            "Evidence <evidence/index>",
            "docs/glossary",
            "bibliography",
        ],
        "To use": ["run", *(f"docs/{name}" for name in DOCS[:-2]), "data/README", "docs/errata"],
        "How it is made": ["contributing", *(f"docs/{name}" for name in BUILT)],
    }
    tree = "\n\n".join(
        "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```"])
        for caption, entries in trees.items()
    )
    return (
        f"# Self-supervised learning and generative models\n\n"
        f'<p class="gc-lead">Sixty thousand handwritten digits went through <strong>two numbers</strong>. Drag the '
        f"point through the plane of the two, and see what a network makes of each pair.</p>\n\n{element}\n\n"
        f"*Every claim is a cell that runs, every formula is a number that is checked, every latent is a slider that "
        f"moves.* The lessons run on a laptop without a GPU, offline: [two commands](run.md).\n\n"
        f'## The lessons\n\n<ol class="gc-lessons">\n{rows}\n</ol>\n\n'
        "## Also here\n\n"
        "- [Models and losses](models/index.md): each in one file, with its equations.\n"
        "- [Evidence](evidence/index.md): what was measured over several seeds, and how to measure it again.\n"
        "- [In a class](docs/classroom.md): hand-outs, marks, and [a plan on one page](docs/plan.md).\n"
        "- [Glossary](docs/glossary.md), [bibliography](bibliography.md), [errata](docs/errata.md).\n\n"
        "The digits under the pad are MNIST's, by Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0; the network has "
        "drawn the picture beside it: [source, licence and what was changed](data/README.md#what-was-changed).\n\n"
        f"{page_links('README.md')}\n\n{tree}\n"
    )


def _run() -> str:
    """README's section on the two commands."""
    readme = (places.ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Two commands\n")[1].split("\n## ")[0]
    return f"# Run it\n\n{kept_links(section, lambda path: False)}\n\n{page_links('README.md')}\n"


def _doc(path: str, lessons: list[Spec]) -> str:
    """A page of the repository, its links kept where they lead to a page of the site."""
    names = {spec.name for spec in lessons}
    up = "../" * path.count("/")

    def has(link: str) -> bool:
        name = Path(link).name
        if name.endswith(".ipynb"):
            return name.removesuffix(".ipynb") in names
        where = (places.ROOT / path).parent.joinpath(link).resolve()
        return where in pages or link.endswith(".svg")

    pages = {(places.ROOT / "docs" / f"{name}.md").resolve() for name in (*DOCS, *BUILT)}
    pages.add((places.DATA / "README.md").resolve())
    text = (places.ROOT / path).read_text(encoding="utf-8")
    text = kept_links(text, has, str(Path(path).parent))
    return f"{evidence_links(text, up)}\n\n{page_links(path)}\n"

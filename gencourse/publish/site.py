"""The course as a site: static pages that live on any server and from a folder, and ask nothing of anywhere else.

The pages are written into a folder that lies as the repository does (`pages`, `lesson_page`), and Sphinx makes HTML of
them with the configuration in `theme/`. Widgets are mounted as on the one-file page of `export`, when they come near
the screen; what they are made of is shared by all pages (`Parts`).
"""

import io
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat

from gencourse.course.lessons import LESSONS, Spec, find
from gencourse.publish import pages
from gencourse.publish.export import HOST, read
from gencourse.publish.lesson_page import to_page
from gencourse.publish.parts import Parts
from gencourse.support import places
from gencourse.support.files import write_text
from gencourse.support.mathml import STYLE

THEME = places.PACKAGE / "publish" / "theme"
MARK = "searchindex.js"  # what a folder holds that is a site


def build(
    to: Path, lessons: Iterable[str] = (), executed: Path | None = None, say: Callable[[str], None] = print
) -> Path:
    """Write the site into the folder `to`, whole or not at all.

    Args:
        lessons: those that get a page; all if left out.
        executed: a folder of lessons that were run before, with the state of their widgets. What is missing in it is
            run and kept there. Left out, every lesson is run.

    Raises:
        FileNotFoundError: outside a checkout, which holds the pages for teachers and runs.
        FileExistsError: when `to` holds something else than a site.
        RuntimeError: when a cell fails, or Sphinx warns of something.
    """
    if places.IS_INSTALLED:
        raise FileNotFoundError("the site is built from a checkout: an installed course lacks its pages for teachers")
    if to.exists() and any(to.iterdir()) and not (to / MARK).exists():
        raise FileExistsError(f"{to} holds something else than a site: give an empty folder, or a name that is new")
    specs = [find(name) for name in lessons] or list(LESSONS)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        parts = Parts(work / "source" / "static")
        for number, spec in enumerate(specs, 1):
            content = to_page(_run(spec, executed), spec, {other.name for other in specs}, parts)
            _write(work / "source" / "notebooks" / f"{spec.name}.ipynb", nbformat.writes(content))
            say(f"[{number}/{len(specs)}] {spec.name}")
        about = pages.write(work / "source", specs, parts)
        _write_static(work / "source" / "static")
        _sphinx(work / "source", work / "html", about)
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(work / "html", to)
    return to


def _run(spec: Spec, executed: Path | None) -> Any:
    """The lesson with its outputs and the state of its widgets."""
    kept = executed / f"{spec.name}.ipynb" if executed else None
    if kept and kept.exists():
        return read(kept, run=False)
    content = read(spec.path)
    if kept:
        _write(kept, nbformat.writes(content))
    return content


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)


def _write_static(folder: Path) -> None:
    """The style, the script that mounts widgets, and the picture for those who share a link."""
    host = HOST.read_text(encoding="utf-8").replace("export ", "")
    mount = (THEME / "mount.js").read_text(encoding="utf-8")
    _write(folder / "mount.js", f"(() => {{\n{host}\n{mount}}})();\n")
    _write(folder / "site.css", STYLE + (THEME / "site.css").read_text(encoding="utf-8"))
    _share(folder / "share.png")


def _share(path: Path) -> None:
    """The screen of lesson 10, as wide as the services that show such pictures ask: 1200 × 630."""
    from PIL import Image, ImageOps

    with Image.open(places.ROOT / "docs" / "lesson10.png") as picture:
        cut = ImageOps.fit(picture.convert("RGB"), (1200, 630), centering=(0.5, 0.3))
        cut.quantize(128).save(path, optimize=True)


def _sphinx(source: Path, to: Path, about: dict[str, str]) -> None:
    """Run Sphinx; a warning is an error, since it tells of a link or a formula that is broken."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    wishes = {"gencourse_about": about, "html_static_path": [str(source / "static")]}
    try:
        with patch_docutils(THEME), docutils_namespace():  # what one build registers, the next does not find
            app = Sphinx(source, THEME, to, source.parent / "doctrees", "html", wishes, status=None, warning=warnings)
            app.build()
    finally:
        for handler in logging.getLogger("sphinx").handlers[:]:  # of a stream that is gone
            logging.getLogger("sphinx").removeHandler(handler)
    if told := warnings.getvalue().strip():
        raise RuntimeError(f"Sphinx warns:\n{told}")
    for left in ("objects.inv", ".buildinfo"):
        (to / left).unlink(missing_ok=True)

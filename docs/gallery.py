"""Every figure and widget's still that the lessons store, on one page: on white, in JupyterLab's dark, and on a phone.

python docs/gallery.py [NOTEBOOK …]     writes runs/gallery.html; `make gallery` does so for all lessons
"""

import json
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "runs" / "gallery.html"
HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gallery</title>
<style>
  body { margin: 0; font: 14px/1.5 system-ui, sans-serif; color: #1f2328; background: #d9dbde; }
  header { position: sticky; top: 0; padding: 8px 16px; background: #fff; border-bottom: 1px solid #aaa; }
  header label { margin-right: 1.2em; }
  h2, figcaption { margin: 0; padding: 12px 16px 4px; }
  figure { margin: 0; }
  .grounds { display: grid; grid-template-columns: max-content max-content; align-items: start; overflow-x: auto; }
  .grounds > div { padding: 16px; }
  .light { background: #fff; }
  .dark { background: #111; }
  .phone { grid-area: 1 / 2 / span 2; width: 328px; margin-left: 16px; background: #fff; }
  img { display: block; max-width: 100%; height: auto; }
  .light img, .dark img { max-width: 900px; }
  body:has(#light:checked) .dark, body:has(#light:checked) .phone, body:has(#dark:checked) .light,
  body:has(#dark:checked) .phone, body:has(#phone:checked) .light, body:has(#phone:checked) .dark { display: none; }
</style>
<header>Show
  <label><input type="radio" name="ground" id="all" checked> side by side</label>
  <label><input type="radio" name="ground" id="light"> white page</label>
  <label><input type="radio" name="ground" id="dark"> JupyterLab's dark</label>
  <label><input type="radio" name="ground" id="phone"> 360 pixels wide</label>
</header>
"""
# A picture stands in the page once, however often it is shown.
COPY = """<script>
  for (const figure of document.querySelectorAll("figure")) {
    const [first, ...others] = figure.querySelectorAll("img");
    for (const image of others) image.src = first.src;
  }
</script>
</html>
"""


@dataclass(frozen=True)
class Picture:
    """A stored PNG: the cell's id, the PNG in base64, its alt text and its width on the page, if that is said."""

    cell: str
    png: str
    alt: str
    width: int | None

    @property
    def kilobytes(self) -> float:
        return len(self.png) * 3 / 4 / 1000


def pictures(notebook: dict[str, Any]) -> list[Picture]:
    """The pictures that a notebook's outputs hold, a widget's still among them, in their order."""
    found = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            png = "".join(output.get("data", {}).get("image/png", ""))
            if png:
                size = output.get("metadata", {}).get("image/png", {})
                found.append(Picture(cell["id"], png.replace("\n", ""), size.get("alt", ""), size.get("width")))
    return found


def section(name: str, found: list[Picture]) -> str:
    """A lesson's pictures, each with its cell, its size and its alt text, on the three grounds."""
    total = sum(picture.kilobytes for picture in found)
    parts = [f"<h2>{escape(name)}: {len(found)} pictures, {total:.0f} kB</h2>"]
    for k, picture in enumerate(found, 1):
        width = f' width="{picture.width}"' if picture.width else ""
        alt = escape(picture.alt, quote=True)
        first = f'<img src="data:image/png;base64,{picture.png}" alt="{alt}"{width}>'
        other = f'<img alt=""{width}>'
        said = f"{k}. {escape(picture.cell)}, {picture.kilobytes:.0f} kB. {alt or '<strong>No alt text.</strong>'}"
        parts.append(
            f'<figure><figcaption>{said}</figcaption><div class="grounds"><div class="light">{first}</div>'
            f'<div class="dark">{other}</div><div class="phone">{other}</div></div></figure>'
        )
    return "\n".join(parts)


def page(notebooks: list[Path]) -> str:
    """The whole page, as HTML."""
    sections = [
        section(path.stem, pictures(json.loads(path.read_text(encoding="utf-8")))) for path in sorted(notebooks)
    ]
    return HEAD + "\n".join(sections) + COPY


def main() -> None:
    notebooks = [Path(name) for name in sys.argv[1:]] or list((REPOSITORY / "notebooks").glob("*.ipynb"))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(notebooks), encoding="utf-8")
    print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB. Open it in a browser.")


if __name__ == "__main__":
    main()

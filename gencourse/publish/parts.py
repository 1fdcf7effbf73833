"""What the site's pages share: the values of widgets and the pictures, each in one file named by its hash."""

import base64
import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from gencourse import widgets
from gencourse.publish.mounting import Stored, still

SHARED = 4000  # letters of a value that gets a file of its own
ELSEWHERE = ("layout", "tabbable", "tooltip")  # traits of ipywidgets, of which the page knows nothing


class Parts:
    """Writes parts and pictures into `folder`, which pages know as _static."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("parts", "pictures"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def part(self, value: Any) -> str:
        """Write a value as a script that hands it over, unless that is there already; returns its name."""
        text = json.dumps(value)
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        (self.folder / "parts" / f"{name}.js").write_text(f'gencoursePart("{name}", {text});\n', encoding="utf-8")
        return name

    def picture(self, png: str) -> str:
        """Write a PNG in base64; returns where it lies, as seen from the static folder."""
        content = base64.b64decode(png)
        name = f"pictures/{hashlib.sha256(content).hexdigest()[:12]}.png"
        (self.folder / name).write_bytes(content)
        return name

    def element(self, widget: Stored, names: dict[str, int], up: str) -> str:
        """The element that a widget is mounted in, with its still in it.

        Args:
            names: how many widgets of each name the page has so far; counted on here.
            up: how one gets from the page to the site's root.
        """
        link: tuple[str, ...] = getattr(getattr(widgets, widget.kind, None), "link", ())
        name = self._name(widget.kind, names)
        state = {trait: self._shared(value) for trait, value in widget.state.items() if trait not in ELSEWHERE}
        data = {
            "name": name if link else "",
            "link": " ".join(link),
            "esm": self.part(widget.esm),
            "css": self.part(widget.css),
            "state": self.part(state),
        }
        attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items() if value)
        inside = still(widget, f"{up}_static/{self.picture(widget.picture)}" if widget.picture else "", lazy=True)
        label = escape(widget.label)
        return f'<div class="gc-mount" id="widget-{name}"{attributes} role="group" aria-label="{label}">{inside}</div>'

    def _shared(self, value: Any) -> Any:
        """A long value, such as the weights that several widgets decode with, as the name of a part of its own."""
        is_long = isinstance(value, dict | list | str) and len(json.dumps(value)) > SHARED
        return {"part": self.part(value)} if is_long else value

    @staticmethod
    def _name(kind: str, names: dict[str, int]) -> str:
        """The last word of a widget's name, as links to its state begin: LatentPad is pad, and the next one pad-2."""
        word = re.findall("[A-Z][a-z]*", kind)[-1].lower()
        names[word] = names.get(word, 0) + 1
        return word if names[word] == 1 else f"{word}-{names[word]}"

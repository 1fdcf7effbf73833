"""Boxes that the reader sees: HTML for a notebook in any theme, plain text for a terminal and for tests."""

import html
import re
import textwrap
from dataclasses import dataclass

from torch import Tensor

from gencourse.support.shell import shell

# Symbol, word, colour. The word and the symbol say it all without the colour. The colours are JupyterLab's
# own, with mid-tones that are seen on white and on black where a page has no such theme.
KINDS = {
    "right": ("✓", "Right", "var(--jp-success-color1, #388e3c)"),
    "wrong": ("✗", "Not yet right", "var(--jp-error-color1, #d84a3f)"),
    "raised": ("!", "It raised an error", "var(--jp-warn-color1, #d97a00)"),
    "not attempted": ("○", "Not attempted yet", "var(--jp-border-color0, #808080)"),
    "hint": ("?", "Hint", "var(--jp-info-color1, #0288a7)"),
    "question": ("✎", "Your turn", "var(--jp-info-color1, #0288a7)"),
}


@dataclass(frozen=True)
class Box:
    """A headline, a text with `code` in backticks, labelled rows set in a fixed-width font, and a footer."""

    kind: str
    name: str
    text: str
    rows: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    note: str = ""

    @property
    def headline(self) -> str:
        symbol, word, _ = KINDS[self.kind]
        return f"{symbol} {word}{self.note}: {self.name}"

    def plain(self) -> str:
        """For a terminal: at most 100 columns wide, no colour."""
        width = max((len(label) for label, _ in self.rows), default=0)
        below = "\n" + " " * (width + 4)
        rows = [f"  {label:<{width}}  {value.replace(chr(10), below)}" for label, value in self.rows]
        paragraphs = [textwrap.fill(text, 98) for text in (self.text, self.footer) if text]
        body = [textwrap.indent(p, "  ") for p in paragraphs[:1]] + rows
        return "\n".join([self.headline, *body, *(textwrap.indent(p, "  ") for p in paragraphs[1:])])

    def html(self) -> str:
        """For a notebook. Without its styles (an untrusted notebook) it still reads in order."""
        symbol, word, colour = KINDS[self.kind]
        rows = "".join(_row(label, value) for label, value in self.rows)
        grid = "display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 14px;margin:8px 0 2px"
        parts = [
            f'<div role="status" style="border:1px solid {_tint(colour, 45)};border-left:5px solid {colour};'
            f"border-radius:4px;background:{_tint(colour, 7)};padding:8px 14px;margin:4px 0;"
            f'max-width:52em;box-sizing:border-box">',
            f'<div><span aria-hidden="true" style="color:{colour};font-weight:bold">{symbol}</span> ',
            f"<strong>{word}{html.escape(self.note)}</strong> · <code>{html.escape(self.name)}</code></div>",
            f'<div style="margin-top:4px;line-height:1.5">{inline(self.text)}</div>',
            f'<dl style="{grid}">{rows}</dl>' if rows else "",
            f'<div style="margin-top:6px;font-size:90%;opacity:.8">{inline(self.footer)}</div>' if self.footer else "",
            "</div>",
        ]
        return "".join(parts)

    def bundle(self) -> dict[str, str]:
        return {"text/plain": self.plain(), "text/html": self.html()}


def inline(text: str) -> str:
    """Escaped for HTML, with `code` in backticks turned into <code>."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def show(bundle: dict[str, str]) -> None:
    """Display a mime bundle in a notebook; print its plain text where there is none."""
    if execution_count() is None:
        print(bundle["text/plain"])
        return
    from IPython.display import display

    display(bundle, raw=True)


def execution_count() -> int | None:
    """The number of the cell that is running; None outside IPython."""
    running = shell()
    return None if running is None else int(running.execution_count)


def short(value: object, limit: int = 16) -> str:
    """A value in one line: a small tensor rounded, a large one by its shape."""
    if isinstance(value, Tensor):
        value = value.detach().cpu()
        if value.numel() > limit:
            return f"tensor of shape {tuple(value.shape)}"
        text = _rounded(value.tolist())
        return text if value.is_floating_point() else f"{text} ({str(value.dtype).removeprefix('torch.')})"
    if isinstance(value, list | tuple):
        return "(" + ", ".join(short(v, limit) for v in value) + ")"
    return textwrap.shorten(_rounded(value), 120)


def shape(value: object) -> str:
    """(3, 2) for a tensor, the value itself for a number, otherwise its type."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    return repr(value) if isinstance(value, bool | int | float | str) else type(value).__name__


def _rounded(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_rounded(v) for v in value) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _row(label: str, value: str) -> str:
    # JupyterLab floats <dt> and <dd> and tints <code>; here a grid places them, and the box has its own tint.
    cell = "float:none;width:auto;margin:0;padding:0"
    code = "white-space:pre-wrap;overflow-wrap:anywhere;background:none;padding:0"
    return (
        f'<dt style="{cell};font-weight:normal;white-space:nowrap;opacity:.8">{html.escape(label)}</dt>'
        f'<dd style="{cell}"><code style="{code}">{html.escape(value)}</code></dd>'
    )


def _tint(colour: str, percent: int) -> str:
    return f"color-mix(in srgb, {colour} {percent}%, transparent)"

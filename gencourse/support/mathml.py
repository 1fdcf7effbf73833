"""Formulas as MathML, which browsers show by themselves: no network, no script.

latex2mathml does the translation. What browsers leave out of MathML is put right here: they know no `mathvariant`
but "normal" (so 𝔼 and 𝒩 would be an E and an N), and they set no space beside the name of a function.
"""

import re
import unicodedata
from html import escape
from xml.etree import ElementTree

NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
STYLES = {
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "fraktur": "FRAKTUR",
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}
# Letters that Unicode had before it had a block of mathematical ones: ℝ, ℒ, ℌ.
OLDER = {"DOUBLE-STRUCK": "DOUBLE-STRUCK", "SCRIPT": "SCRIPT", "FRAKTUR": "BLACK-LETTER"}
# Environments in the words of latex2mathml, which would number the lines of `align`.
ENVIRONMENTS = {"align": "split", "aligned": "split", "eqnarray": "split", "gather": "matrix", "gathered": "matrix"}
FUNCTIONS = ("arg", "det", "dim", "deg", "ker", "gcd", "hom", "Pr")  # those that latex2mathml leaves as they are
# Fonts that can stretch a bracket, on one system or another; a page's text font cannot.
STYLE = """
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math; }
.gc-formula { display: block; margin: 0.8em 0; overflow-x: auto; overflow-y: hidden; }
mtd[columnalign="left"] { padding-left: 0; text-align: left; }
mtd[columnalign="right"] { padding-right: 0; text-align: right; }
"""


def mathml(tex: str, display: bool = False) -> str:
    """A formula as HTML, with its TeX as the text for those who cannot see it; STYLE belongs in the page.

    Args:
        tex: without the dollars around it.
        display: on lines of its own.

    Raises:
        ValueError: on a formula that cannot be translated.
    """
    from latex2mathml.converter import convert

    layout = "block" if display else "inline"
    plain = re.sub(r"\\(begin|end)\{([a-z]+)\*?\}", _environment, tex.strip())
    try:
        root = ElementTree.fromstring(convert(plain, display=layout).replace(NAMESPACE, ""))
    except Exception as error:  # latex2mathml's own errors have no common base but this one
        raise ValueError(f"the formula {tex!r} cannot be shown: {type(error).__name__}; mend its TeX") from error
    for parent in list(root.iter()):
        _name_functions(parent, tex)
        _set_in_style(parent)
    _space_functions(root)
    root.attrib = {"display": layout, "alttext": tex.strip()}
    html = ElementTree.tostring(root, encoding="unicode")
    return f'<span class="gc-formula">{html}</span>' if display else html


def latex_html(tex: str) -> str:
    """An output of type text/latex as HTML: one formula, or text in which formulas stand between dollars."""
    bare = tex.strip()
    if match := re.fullmatch(r"\$\$(.+)\$\$|\$\\displaystyle(.+)\$|(\\begin\{.+\})", bare, re.DOTALL):
        return mathml(next(group for group in match.groups() if group), display=True)
    parts = re.split(r"(?<!\\)\$([^$]+)\$", bare)
    return "".join(mathml(part) if k % 2 else escape(part) for k, part in enumerate(parts))


def _environment(match: re.Match[str]) -> str:
    side, name = match.groups()
    if name in ("equation", "displaymath", "math"):
        return ""
    return rf"\{side}{{{ENVIRONMENTS[name]}}}" if name in ENVIRONMENTS else match[0]


def _name_functions(element: ElementTree.Element, tex: str) -> None:
    """latex2mathml passes on what it does not know as text with a backslash."""
    text = element.text or ""
    if element.tag == "mi" and re.fullmatch(r"\\[A-Za-z]+", text):
        if text[1:] not in FUNCTIONS:
            raise ValueError(f"the formula {tex!r} cannot be shown: {text} is not known")
        element.text = text[1:]


def _set_in_style(element: ElementTree.Element) -> None:
    """Letters of the style's own code points, in place of the attribute."""
    if (style := STYLES.get(element.get("mathvariant", ""))) and element.text and element.tag != "mtext":
        del element.attrib["mathvariant"]
        element.text = "".join(_styled(letter, style) for letter in element.text)


def _styled(letter: str, style: str) -> str:
    """unicodedata knows E as LATIN CAPITAL LETTER E, and 𝔼 as MATHEMATICAL DOUBLE-STRUCK CAPITAL E."""
    name = re.sub(r"(LATIN|GREEK) (CAPITAL|SMALL) LETTER", r"\2", unicodedata.name(letter, ""))
    for candidate in (f"MATHEMATICAL {style} {name}", f"{OLDER.get(style)} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return letter


def _space_functions(root: ElementTree.Element) -> None:
    """The thin space of TeX between the name of a function and what is no bracket: log p, not logp."""
    for parent in root.iter():
        children = list(parent)
        if parent.tag not in ("mrow", "math", "mtd", "mstyle"):
            continue
        for before, after in reversed(list(zip(children, children[1:], strict=False))):
            if (_is_function(before) and after.tag not in ("mo", "mspace")) or (
                _is_function(after) and before.tag not in ("mo", "mspace") and not _is_function(before)
            ):
                parent.insert(children.index(after), ElementTree.Element("mspace", width="0.167em"))


def _is_function(element: ElementTree.Element) -> bool:
    """A name of several letters, with or without limits below and above it."""
    if element.tag in ("msub", "msup", "msubsup", "munder") and len(element):
        element = element[0]
    return element.tag == "mi" and len(element.text or "") > 1 and (element.text or "").isalpha()

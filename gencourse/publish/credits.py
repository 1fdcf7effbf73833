"""Whose images a page holds: the rows of data/README.md, which is where source and licence of all data are told."""

import re

from gencourse.support import places

ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
CHANGED = {"mnist": "#what-was-changed", "emoji": "#what-was-changed"}
# What a lesson's code calls the data, where that is not the name itself.
ALSO = {"digits": "FIGURES", "text": "python-topics|data.text|lesson.path"}


def credits(code: str, up: str) -> str:
    """A paragraph on the data sets that the code names; "" if there are none.

    Args:
        up: how one gets from the page to the site's root.
    """
    told = []
    for name, what, source, licence in ROW.findall((places.DATA / "README.md").read_text(encoding="utf-8")):
        asked = rf"[\"'-](?:{name})[\"'-]" + (f"|{ALSO[name]}" if name in ALSO else "")
        if re.search(asked, code) and name not in ("fashion_mnist", "cifar10"):
            plain = re.sub(r"\]\((?!http)[^)]*\)", "]", f"{what}; {source}; {licence}")
            plain = re.sub(r"\[([^\]]*)\](?!\()", r"\1", plain)
            changed = f" [What was changed]({up}data/README.md{CHANGED[name]})." if name in CHANGED else ""
            told.append(f"- *{name}*: {plain}.{changed}")
    return "\n".join(["## Data on this page", "", *told]) if told else ""

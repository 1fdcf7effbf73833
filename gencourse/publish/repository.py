"""Links of the site's pages: to each other, to the project's files where the project has an address, else none."""

import re
from collections.abc import Callable
from urllib.parse import quote

from gencourse.experiments import evidence
from gencourse.support import address as project
from gencourse.support import places

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|`[^`]*`)*)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
GITHUB = "https://github.com/"


def kept_links(text: str, has: Callable[[str], bool], folder: str = "") -> str:
    """Markdown whose links lead somewhere on the site.

    Args:
        has: whether the site has a page of that path, as written in the link.
        folder: where the text lies in the repository; a link to a file without a page leads to the project's address,
            and where there is none its words stay alone.
    """

    def kept(match: re.Match[str]) -> str:
        words, target = match.groups()
        path = target.partition("#")[0]
        if not path or ":" in path or has(path):
            return match[0]
        where = (places.ROOT / folder / path).resolve()
        inside = where.relative_to(places.ROOT).as_posix() if where.is_relative_to(places.ROOT) else ""
        return f"[{words}]({project.address()}/blob/main/{inside})" if project.address() and inside else words

    return LINK.sub(kept, text)


def page_links(path: str) -> str:
    """Where one can do something about the page made of the file `path`: nothing while the project has no address.

    Where the project is on GitHub, a lesson also opens in Colab, Binder and Codespaces.
    """
    if not (home := project.address()):
        return ""
    links = {"Edit this page": f"{home}/edit/main/{path}", "Report an error": f"{home}/issues/new?title={quote(path)}"}
    if path.endswith(".ipynb") and home.startswith(GITHUB):
        name = home.removeprefix(GITHUB)
        links |= {
            "Open in Colab": f"https://colab.research.google.com/github/{name}/blob/main/{path}",
            "Open in Binder": f"https://mybinder.org/v2/gh/{name}/main?urlpath=lab/tree/{path}",
            "Open in Codespaces": f"https://codespaces.new/{name}",
        }
    return " · ".join(f"[{words}]({target})" for words, target in links.items())


def evidence_names() -> list[str]:
    """The experiments whose rows ship."""
    return sorted(path.stem for path in (places.DATA / "evidence").glob("*.csv") if evidence.read_rows(path))


def evidence_links(text: str, up: str) -> str:
    """Markdown in which the name of an experiment, in backticks, leads to its page."""
    for name in evidence_names():
        text = re.sub(rf"(?<!\[)`{name}`", f"[`{name}`]({up}evidence/{name}.md)", text)
    return text

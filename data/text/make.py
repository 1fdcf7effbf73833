"""How python-topics.txt was made: CPython's language reference, without its repetitions, in three parts.

python data/text/make.py, with CPython 3.11.7: its help topics (pydoc_data.topics) are the reference's chapters, and
differ a little between versions. Topics quote each other at length, so a text that is simply cut holds the same
paragraphs before and after the cut. Here

- a paragraph is left out when it brings a run of 50 characters that stood before it, in this topic or another;
- what remains is cut into pages of about 3,000 characters, between paragraphs; of every ten the fifth goes to
  validation, the tenth to test, the others to train;
- where paragraphs that now follow each other still make a run that another part has, the one that completes it goes.

Runs are compared as they stand and with all white space as single spaces: a copy that is indented or wrapped otherwise
is a copy. Tables lose their rules and their padding, which are no language. The parts lie end to end in one file, each
after a form feed but the first.
"""

import hashlib
import re
from bisect import bisect_left
from pathlib import Path

RUN, PAGE = 50, 3_000  # characters
TARGET = Path(__file__).with_name("python-topics.txt")


def runs(text: str) -> set[str]:
    """All stretches of RUN characters."""
    return {text[i : i + RUN] for i in range(len(text) - RUN + 1)}


def one_line(text: str) -> str:
    return " ".join(text.split())


def paragraphs(topic: str) -> list[str]:
    """A topic at its empty lines; of tables, the words."""
    ruled = re.compile(r"[ |+=-]*[|+][ |+=-]*")
    lines = [line.rstrip() for line in topic.splitlines() if not ruled.fullmatch(line)]
    plain = [re.sub(r"(?<=\S) +", " ", line) if re.fullmatch(r" *\|.*\|", line) else line for line in lines]
    return re.split(r"\n\n+", "\n".join(plain).strip("\n"))


def without_repetitions(topics: dict[str, str]) -> list[str]:
    """The paragraphs of all topics, in order, but those that bring a run that stood before.

    A short one is judged by the RUN characters that end with it, so that it goes with the passage it was quoted in.
    """
    before, seen, kept = "", set(), []
    for paragraph in (p for name in sorted(topics) for p in paragraphs(topics[name])):
        line = one_line(paragraph)
        read = f"{before[-RUN:]} {line}"
        if not runs(read[-max(len(line), RUN) :]) & seen:
            kept.append(paragraph)
        seen |= runs(read)
        before = read
    return kept


def parted(kept: list[str]) -> list[str]:
    """Train, validation and test: no run of RUN characters stands in two of them."""
    pages: list[list[str]] = [[]]
    for paragraph in kept:
        if sum(map(len, pages[-1])) >= PAGE:
            pages.append([])
        pages[-1].append(paragraph)
    parts: tuple[list[str], ...] = ([], [], [])
    for i, page in enumerate(pages):
        parts[{4: 1, 9: 2}.get(i % 10, 0)].extend(page)
    taken: set[str] = set()
    for part in parts:
        while not all_runs(part).isdisjoint(taken):
            del part[first_shared(part, taken)]
        taken |= all_runs(part)
    return ["\n\n".join(part) + "\n" for part in parts]


def all_runs(part: list[str]) -> set[str]:
    text = "\n\n".join(part)
    return runs(text) | runs(one_line(text))


def first_shared(part: list[str], taken: set[str]) -> int:
    """The place of the paragraph with which the first run of `taken` is complete."""
    return bisect_left(range(len(part)), True, key=lambda i: not all_runs(part[: i + 1]).isdisjoint(taken))


def make(topics: dict[str, str]) -> str:
    return "\f".join(parted(without_repetitions(topics)))


if __name__ == "__main__":
    from pydoc_data.topics import topics

    content = make(topics).encode()
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {', '.join(f'{len(part):,}' for part in content.decode().split(chr(12)))} characters")
    print(f"MD5 {hashlib.md5(content).hexdigest()}")

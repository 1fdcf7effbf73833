"""Real English that is always at hand: Python's own language reference, character by character; or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from gencourse.data.shipped import read
from gencourse.support.checks import at_least
from gencourse.support.places import expanded

MD5 = "6d60e356c4485f5890b0581af81c5946"  # of python-topics.txt
SPLITS = {"train": slice(0, 1), "validation": slice(1, 2), "test": slice(2, 3), "train+validation": slice(0, 2)}


@dataclass(frozen=True)
class Text:
    """A text as tokens, one for each character: x (N,) int64, indices into `vocabulary`."""

    x: Tensor
    vocabulary: tuple[str, ...]
    card: str

    def __len__(self) -> int:
        return len(self.x)

    def windows(self, length: int) -> "Windows":
        """All its stretches of `length` characters.

        Raises:
            ValueError: when the text is shorter.
        """
        length = at_least("length", length, 1, at_most=len(self))
        return Windows(self.x, length, f"{self.card}, in windows of {length}")

    def encode(self, text: str) -> Tensor:
        """Characters -> tokens (len(text),).

        Raises:
            ValueError: on a character that the vocabulary lacks.
        """
        index = {character: i for i, character in enumerate(self.vocabulary)}
        if unknown := sorted(set(text) - set(index)):
            raise ValueError(f"text has {unknown!r}; allowed are the {len(index)} characters of the vocabulary")
        return torch.tensor([index[character] for character in text], dtype=torch.long)

    def decode(self, tokens: Tensor | Sequence[int]) -> str:
        """Tokens (N,) -> N characters.

        Raises:
            ValueError: on a token that is not an index into the vocabulary.
        """
        indices = tokens.tolist() if isinstance(tokens, Tensor) else [int(token) for token in tokens]
        if unknown := sorted({i for i in indices if not 0 <= i < len(self.vocabulary)}):
            raise ValueError(f"tokens has {unknown}; allowed are 0 to {len(self.vocabulary) - 1}")
        return "".join(self.vocabulary[i] for i in indices)


@dataclass(frozen=True)
class Windows:
    """All stretches of `length` characters of a text, one for each place it can begin at: what `fit` trains on."""

    x: Tensor  # (N,) tokens
    length: int
    card: str

    def __len__(self) -> int:
        return len(self.x) - self.length + 1

    @property
    def y(self) -> Tensor:
        """Text has no labels: (len,) zeros."""
        return self.x.new_zeros(1).expand(len(self))

    def batch(self, index: Tensor | slice) -> Tensor:
        """The windows at `index` as tokens (B, length)."""
        windows: Tensor = self.x.unfold(0, self.length, 1)[index]
        return windows

    def to(self, device: torch.device | str) -> "Windows":
        return replace(self, x=self.x.to(device))


def load(split: str, path: str | Path | None = None, binarise: str = "grey") -> Text:
    """A split of Python's language reference, no two of which share a run of 50 characters; or of a text of your own.

    The vocabulary is that of the whole text, so that every split can be encoded. data/text/make.py tells how the
    reference was freed of its repetitions and parted. A text of your own is taken as it stands: the first 90 % are
    train, the next 5 % validation, the last 5 % test, and what it says twice may stand in two of them.

    Args:
        split: "train", "validation", "test" or "train+validation".
        path: a UTF-8 file of your own; by default Python's language reference.
        binarise: "grey", as for every data set; a text has no pixels to make black and white.

    Raises:
        ValueError: on another split or binarisation, when `path` is not a readable UTF-8 file, or when its text is
            too short to be split.
        DamagedData: when the file of the language reference is missing or damaged.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r}: text has {', '.join(SPLITS)}")
    if binarise != "grey":
        raise ValueError(f"binarise={binarise!r}: a text has no pixels; leave it at 'grey'")
    parts, source = (
        (_reference(), "CPython's language reference, PSF licence") if path is None else _own(expanded(path))
    )
    vocabulary = tuple(sorted(set("".join(parts))))
    part = "".join(parts[SPLITS[split]])
    card = f"text {split}: {len(part):,} characters of {len(vocabulary)} kinds; {source}"
    return Text(Text(torch.empty(0, dtype=torch.long), vocabulary, card).encode(part), vocabulary, card)


def _reference() -> list[str]:
    """Train, validation and test of the text that is shipped: they lie end to end, parted by form feeds."""
    return read("text", "python-topics.txt", MD5).decode().split("\f")


def _own(path: Path) -> tuple[list[str], str]:
    """The same of a reader's own file, by place, and its path."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"path={str(path)!r} cannot be read as UTF-8 text: {error}") from error
    if len(text) < 100:
        raise ValueError(f"path={str(path)!r} holds {len(text)} characters; allowed are 100 or more, to be split")
    first, second = round(0.9 * len(text)), round(0.95 * len(text))
    return [text[:first], text[first:second], text[second:]], str(path)

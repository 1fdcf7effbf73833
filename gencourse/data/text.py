"""Real English that is always at hand: Python's own language reference, character by character; or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from gencourse.support.places import expanded

SPLITS = {"train": (0.0, 0.9), "validation": (0.9, 0.95), "test": (0.95, 1.0), "train+validation": (0.0, 0.95)}


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
        if not 1 <= length <= len(self):
            raise ValueError(f"length={length!r}: allowed is a whole number from 1 to the text's {len(self):,}")
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
    """The first 90 % of the text ("train"), the next 5 % ("validation") or the last 5 % ("test").

    The vocabulary is that of the whole text, so that every split can be encoded.

    Args:
        split: "train", "validation", "test", or "train+validation" (the first 95 %).
        path: a UTF-8 file of your own; by default Python's language reference.
        binarise: "grey", as for every data set; a text has no pixels to make black and white.

    Raises:
        ValueError: on another split or binarisation, when `path` is not a readable UTF-8 file, or when the text is
            too short to be split.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r}: text has {', '.join(SPLITS)}")
    if binarise != "grey":
        raise ValueError(f"binarise={binarise!r}: a text has no pixels; leave it at 'grey'")
    text, source = (_python_reference(), "CPython's language reference (pydoc_data.topics), PSF licence")
    if path is not None:
        text, source = _read(expanded(path)), str(path)
    if len(text) < 100:
        raise ValueError(f"path={str(path)!r} holds {len(text)} characters; allowed are 100 or more, to be split")
    vocabulary = tuple(sorted(set(text)))
    start, end = (round(share * len(text)) for share in SPLITS[split])
    card = f"text {split}: {end - start:,} characters of {len(vocabulary)} kinds; {source}"
    whole = Text(torch.empty(0, dtype=torch.long), vocabulary, card)
    return Text(whole.encode(text[start:end]), vocabulary, card)


def _python_reference() -> str:
    from pydoc_data.topics import topics

    return "\n".join(topics[name] for name in sorted(topics))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"path={str(path)!r} cannot be read as UTF-8 text: {error}") from error

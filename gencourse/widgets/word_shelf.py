"""Type a word, and a shelf of pictures sorts itself: cosines of pictures and words, in the page."""

import re
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from torch import Tensor

from gencourse.figures import figure, pixels
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.pictures import check_pictures, sprite_sheet
from gencourse.widgets.shared.widget import Widget

COLUMNS, MOST, SHEET = 21, 500, 900_000  # of the sheet of pictures: pictures in a row, pictures, bytes
FIRST = 6  # that are shown large


class WordShelf(Widget):
    """A shelf of pictures, sorted by their cosines with the mean of the typed words' vectors.

    A word without a vector is left out, and named. Without any word the shelf stands as it was given.

    Args:
        pictures: (N, C, H, W) in [0, 1], at most 500.
        vectors: (N, D), theirs. names: what each picture is called.
        vocabulary: the words that have a vector, in lower case. words: (V, D), theirs. All are sent as float16.
        text: what is typed at the start.

    Attributes:
        text: as it was typed.

    Raises:
        ValueError: on numbers of pictures, names, words and vectors that do not agree.
    """

    _esm = bundle("word_shelf")
    _css = Widget._css + style("word_shelf")
    link = ("text",)

    sheet = traitlets.Bytes().tag(sync=True)
    tile = traitlets.List(traitlets.Int()).tag(sync=True)
    columns = traitlets.Int(COLUMNS).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    vectors = traitlets.Bytes().tag(sync=True)
    vocabulary = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.Bytes().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        pictures: Tensor,
        vectors: Tensor,
        names: Sequence[str],
        words: Tensor,
        vocabulary: Sequence[str],
        text: str = "",
    ):
        self._pictures = check_pictures("pictures", pictures, most=MOST)
        n, width = len(self._pictures), vectors.shape[-1]
        if tuple(vectors.shape) != (n, width) or len(names) != n:
            raise ValueError(
                f"vectors={tuple(vectors.shape)}, {len(names)} names: allowed is one of each for each of {n} pictures"
            )
        if tuple(words.shape) != (len(vocabulary), width):
            raise ValueError(f"words={tuple(words.shape)}: allowed is {(len(vocabulary), width)}, one for each word")
        self._vectors, self._words = (x.detach().cpu().half().float() for x in (F.normalize(vectors, dim=1), words))
        self._number = {word: k for k, word in enumerate(vocabulary)}
        sheet, height, columns = sprite_sheet(self._pictures, COLUMNS, SHEET)
        super().__init__(
            sheet=sheet,
            tile=[height, columns],
            names=list(names),
            vectors=_halves(self._vectors),
            vocabulary=list(vocabulary),
            words=_halves(self._words),
            text=text,
        )

    def known(self) -> tuple[list[str], list[str]]:
        """The typed words that have a vector, and those that have none."""
        typed = re.findall(r"[^\W_]+", self.text.lower())
        return [word for word in typed if word in self._number], [word for word in typed if word not in self._number]

    def scores(self) -> Tensor:
        """(N,): each picture's cosine with the mean of the known words' vectors; 0 where no word is known."""
        numbers = [self._number[word] for word in self.known()[0]]
        if not numbers:
            return torch.zeros(len(self._vectors))
        return F.normalize(self._vectors, dim=1) @ F.normalize(self._words[numbers].mean(0), dim=0)

    def order(self) -> list[int]:
        """The numbers of the pictures as they stand on the shelf, the nearest to the words first."""
        return self.scores().argsort(descending=True, stable=True).tolist()

    def label(self) -> str:
        first = ", ".join(self.names[k] for k in self.order()[:FIRST])
        return f"{len(self.names)} pictures sorted by “{self.text}”; first stand {first}"

    def _figure(self) -> Any:
        fig, axes = figure(7.2, 1.7, columns=FIRST)
        scores, order = self.scores(), self.order()
        for ax, k in zip(axes, order, strict=False):
            pixels(ax, self._pictures[k])
            ax.set_title(f"{self.names[k][:18]}\n{scores[k]:.2f}", fontsize=8)
        fig.suptitle(f"“{self.text}”", fontsize=10)
        return fig


def _halves(x: Tensor) -> bytes:
    return x.half().contiguous().numpy().astype("<f2").tobytes()

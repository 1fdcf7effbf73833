"""Play a pretext task oneself: guess, see the answer, and see what the network said of the same image."""

from collections.abc import Sequence
from typing import Any

import traitlets
from torch import Tensor

from gencourse.figures import figure, pixels
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.pictures import check_pictures
from gencourse.widgets.shared.widget import Widget, to_bytes

MOST, MOST_CHOICES = 60, 10


class PretextGame(Widget):
    """One image after another with a question; after each guess the answer, the network's guess and both scores.

    The answer is chosen with a button, or with a number key while the widget has the focus.

    Args:
        images: (N, 1 or 3, H, W) in [0, 1], as the network saw them; N up to 60.
        answers: (N,), the right choice of each image, from 0.
        guesses: (N,), the network's choices.
        choices: what can be answered, 2 to 10 names.
        question: what is asked of each image.

    Attributes:
        given: the reader's guesses so far, in the order of the images.

    Raises:
        ValueError: on lists that do not fit each other, or a choice that does not exist.
    """

    _esm = bundle("pretext_game")
    link = ("given",)

    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    answers = traitlets.List(traitlets.Int()).tag(sync=True)
    guesses = traitlets.List(traitlets.Int()).tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    given = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self,
        images: Tensor,
        answers: Tensor | Sequence[int],
        guesses: Tensor | Sequence[int],
        choices: Sequence[str],
        question: str,
    ):
        self._images = check_pictures("images", images, most=MOST)
        names = [str(choice) for choice in choices]
        if not 2 <= len(names) <= MOST_CHOICES:
            raise ValueError(f"choices={names}: allowed are 2 to {MOST_CHOICES} names")
        lists = {"answers": [int(a) for a in answers], "guesses": [int(g) for g in guesses]}
        for name, values in lists.items():
            if len(values) != len(self._images):
                raise ValueError(f"len({name})={len(values)}: allowed is {len(self._images)}, one for each image")
            if not all(0 <= value < len(names) for value in values):
                raise ValueError(f"{name}={values}: allowed are choices from 0 to {len(names) - 1}")
        super().__init__(
            images=to_bytes(self._images), shape=list(self._images.shape[1:]), choices=names, question=question, **lists
        )

    def score(self) -> tuple[int, int]:
        """How many of the images that were answered the reader had right, and the network."""
        played = range(len(self.given))
        mine = sum(self.given[k] == self.answers[k] for k in played)
        return mine, sum(self.guesses[k] == self.answers[k] for k in played)

    def label(self) -> str:
        mine, network = self.score()
        count = len(self.given)
        return f"{self.question} {count} of {len(self.answers)} answered: you {mine} right, the network {network}"

    def _figure(self) -> Any:
        shown = min(8, len(self._images))
        fig, axes = figure(7.2, 1.6, columns=shown, squeeze=False)
        for k, ax in enumerate(axes.flat):
            pixels(ax, self._images[k])
            ax.set_title(f"{k + 1}", fontsize=8.5)
        fig.suptitle(self.question, fontsize=9)
        return fig

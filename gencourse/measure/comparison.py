"""Comparing models fairly: which differences are real, which statements a bound allows, and what a choice costs.

[1] Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016.   bounds beside exact numbers, table 1
[2] Theis, van den Oord and Bethge, A Note on the Evaluation of Generative Models, 2016.
"""

from dataclasses import dataclass

from torch import Tensor

from gencourse.measure.likelihood import Bound
from gencourse.models.families import BRANCHES

OUTSIDE = (
    "No distribution of x at all, so no branch of the tree: a code and a way back. What it draws are codes from a "
    "Gaussian fitted afterwards."
)


@dataclass(frozen=True)
class Entry:
    """What was measured of one model: a row of the table of all models.

    Args:
        name: of the model. way: its branch, "tractable", "approximate", "direct" or "indirect"; "" for a model that is
            no distribution of x.
        number: its log-likelihood or a bound on it; None where there is neither.
        parameters: how many. training, drawing: seconds, to learn and to draw a batch of samples.
        passes: of its networks, one after another, for a sample. codes: whether it gives each image a code.
        samples: (n, C, H, W) in [0, 1].

    Raises:
        ValueError: on a way that the tree does not have.
    """

    name: str
    way: str
    number: Bound | None
    parameters: int
    training: float
    drawing: float
    passes: int
    codes: bool
    samples: Tensor

    def __post_init__(self) -> None:
        ways = ("tractable", "approximate", "direct", "indirect", "")
        if self.way not in ways:
            raise ValueError(f"way={self.way!r}: allowed are {', '.join(map(repr, ways))}")

    @property
    def answer(self) -> str:
        """What it says of a given x: "exact", "bound" or "none"."""
        return "none" if self.number is None else "exact" if self.number.kind == "exact" else "bound"

    @property
    def path(self) -> str:
        """Its branches, as in "explicit, tractable"."""
        kind = {"tractable": "explicit", "approximate": "explicit", "": ""}.get(self.way, "implicit")
        return f"{kind}, {self.way}" if kind else "no density"

    @property
    def words(self) -> str:
        """Its branch in a sentence or two."""
        return BRANCHES.get(self.way, OUTSIDE)


def paired_difference(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """How much better each of M models is than a given one on the same images, and the standard errors of that.

    Images that are hard for one model are hard for another too. Image by image that cancels, so the error of the
    difference is often far smaller than either model's own.

    Args:
        a: (M, N), log p(x) in nats of N ≥ 2 images under M models. b: (N,), of the same images, equally binarised,
            under the model that they are compared with.

    Returns:
        The means of a − b over the images and their standard errors, standard deviations over √N; (M,) each.
    """
    difference = a - b  # (M, N)
    return difference.mean(1), difference.std(1) / len(b) ** 0.5


def surely_better(reported: Tensor, exact: Tensor) -> Tensor:
    """Which model surely has the higher likelihood, when some report a lower bound only [1].

    Where the number is exact it is the likelihood. Where it is a bound the likelihood is at least that, and may be any
    amount more.

    Args:
        reported: (M,), nats, of exact likelihoods and of lower bounds. exact: (M,) of truth values, which are exact.

    Returns:
        (M, M) of truth values: row i, column j says whether i surely beats j.
    """
    higher = reported[:, None] > reported[None, :]  # (M, M)
    return higher & exact[None, :]  # the loser's number must be all that it has


def chosen_on_validation(validation: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Choose one of M models by validation images, and report it by test images [2].

    The best of M noisy numbers is too good on average, and so the number one chooses by is not the one to report.

    Args:
        validation: (M, N), log p(x) in nats of N validation images under each model. test: (M, K), of K test images.

    Returns:
        The number of the model chosen, from 0, and its mean over the test images.
    """
    best = validation.mean(1).argmax()
    return best, test[best].mean()


def drawing_time(counts: Tensor, seconds: Tensor, n: Tensor) -> Tensor:
    """What drawing n images at once will take, by a straight line through what a few batches took.

    A batch costs something that does not depend on its size (an autoregressive model asks as many questions for one
    image as for a hundred), and something for each image: seconds = a + b · count, by least squares.

    Args:
        counts, seconds: (K,), sizes of K ≥ 2 batches, not all alike, and what each took. n: (Q,), how many images.

    Returns:
        Seconds, (Q,).
    """
    centred = counts - counts.mean()
    slope = (centred * (seconds - seconds.mean())).sum() / (centred**2).sum()
    return seconds.mean() + slope * (n - counts.mean())

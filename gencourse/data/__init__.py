"""Where x comes from: `load(name, split)` for every data set of the course.

Here live the data sets, each in a file, the fetching and checking of files, and `augment`, which makes random views.
What learns from images stands in `models`. It may import `support` alone.
"""

from typing import Any, Literal, overload

from gencourse.data import digits, emoji, mnist, sprites, text
from gencourse.data.folder import folder
from gencourse.data.images import Card, Images
from gencourse.data.pairs import Pairs, pairs
from gencourse.data.text import Text
from gencourse.support.checks import did_you_mean
from gencourse.support.places import OWN

DOWNLOADED = ("fashion_mnist", "cifar10")
NAMES = ("digits", "sprites", "emoji", "mnist", *DOWNLOADED, "text")
OPTIONS = {
    "sprites": ("n", "seed", "held"),
    "emoji": ("styles",),
    "mnist": ("size",),
    "text": ("path",),
    OWN: ("size", "grey"),
}
SPLITS = ("train", "validation", "train+validation", "test")
BINARISATIONS = ("grey", "fixed", "dynamic", "threshold")
__all__ = ["NAMES", "Card", "Images", "Pairs", "Text", "folder", "load", "pairs"]


ImageName = Literal["digits", "sprites", "emoji", "mnist", "fashion_mnist", "cifar10"]


@overload
def load(name: ImageName, split: str = "train", *, binarise: str = "grey", **options: Any) -> Images: ...
@overload
def load(name: Literal["text"], split: str = "train", *, binarise: str = "grey", **options: Any) -> Text: ...
@overload
def load(name: str, split: str = "train", *, binarise: str = "grey", **options: Any) -> Any: ...
def load(name: str, split: str = "train", *, binarise: str = "grey", **options: Any) -> Images | Text:
    """A split of a data set, in memory.

    Args:
        name: "digits", "sprites", "emoji", "mnist" and "text" need no network; "fashion_mnist" and "cifar10" are
            looked for under the environment variable GENCOURSE_DATA, then data/, and then downloaded. "folder:PATH" is
            a folder of your own pictures, as `folder` reads it.
        split: "train", "validation" (for choosing), "test" (for reporting, once), or "train+validation".
        binarise: "grey", "fixed", "dynamic" or "threshold"; see `Images.binarised`. A text has only "grey".
        options: `n`, `seed` and `held` of sprites; `styles` of emoji; `size` of mnist, 28 or 14; `path` of text; `size`
            and `grey` of a folder.

    Returns:
        Images; for "text" a Text.

    Raises:
        ValueError: on a name, split, binarisation or option that is not there, or a folder that will not do.
        DataNotFound: when files are missing and cannot be downloaded; it says the ways on.
        DamagedData: when a file that is shipped is missing or damaged; it says the way on.
    """
    _check(name, split, binarise, options)
    if name.startswith(OWN):
        return folder(name.removeprefix(OWN), split, **options).binarised(binarise)
    if name == "text":
        return text.load(split, binarise=binarise, **options)
    if name == "sprites":
        return sprites.load(split, **options).binarised(binarise)
    if name == "emoji":
        return emoji.load(split, **options).binarised(binarise)
    if name == "digits":
        return digits.load(split).binarised(binarise)
    if name == "mnist":
        return mnist.load(split, **options).binarised(binarise)
    from gencourse.data import downloaded

    return downloaded.load(name, split).binarised(binarise)


def _check(name: str, split: str, binarise: str, options: dict[str, Any]) -> None:
    if str(name).startswith(OWN):
        name = OWN
    elif name not in NAMES:
        raise ValueError(f"data set {name!r}: allowed are {', '.join(NAMES)}, {OWN}PATH{did_you_mean(name, NAMES)}")
    splits = [known for known in SPLITS if not (name == "sprites" and known == "train+validation")]
    if split not in splits:
        raise ValueError(f"split={split!r}: {name} has {', '.join(splits)}")
    if binarise not in BINARISATIONS:  # said before anything is read or downloaded
        raise ValueError(f"binarise={binarise!r}: allowed are {', '.join(map(repr, BINARISATIONS))}")
    allowed = OPTIONS.get(name, ())
    if unknown := sorted(set(options) - set(allowed)):
        raise ValueError(
            f"{', '.join(unknown)}: {name} takes {' and '.join(allowed) or 'no options besides split and binarise'}"
        )

"""Where x comes from: `load(name, split)` for every data set of the course."""

import difflib
from typing import Any

from gencourse.data import digits, sprites, text
from gencourse.data.images import Card, Images
from gencourse.data.text import Text

VISION = ("mnist", "fashion_mnist", "cifar10")
NAMES = ("digits", "sprites", *VISION, "text")
OPTIONS = {"sprites": ("n", "seed"), "text": ("path",)}
SPLITS = ("train", "validation", "train+validation", "test")
__all__ = ["NAMES", "Card", "Images", "Text", "load"]


def load(name: str, split: str = "train", *, binarise: str = "grey", **options: Any) -> Any:
    """A split of a data set, in memory.

    Args:
        name: "digits", "sprites" and "text" need no network; "mnist", "fashion_mnist" and "cifar10" are looked
            for under the environment variable GENCOURSE_DATA, then data/, and then downloaded.
        split: "train", "validation" (for choosing), "test" (for reporting, once), or "train+validation".
        binarise: "grey", "fixed", "dynamic" or "threshold"; see `Images.binarised`.
        options: `n` and `seed` of sprites; `path` of text.

    Returns:
        Images; for "text" a Text.

    Raises:
        ValueError: on a name, split or option that is not there.
        DataNotFound: when files are missing and cannot be downloaded; it says the ways on.
    """
    _check(name, split, options)
    if name == "text":
        return text.load(split, **options)
    if name == "sprites":
        return sprites.load(split, **options).binarised(binarise)
    if name == "digits":
        return digits.load(split).binarised(binarise)
    from gencourse.data import vision

    return vision.load(name, split).binarised(binarise)


def _check(name: str, split: str, options: dict[str, Any]) -> None:
    if name not in NAMES:
        close = difflib.get_close_matches(str(name), NAMES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"data set {name!r}: allowed are {', '.join(NAMES)}{hint}")
    splits = [known for known in SPLITS if not (name == "sprites" and known == "train+validation")]
    if split not in splits:
        raise ValueError(f"split={split!r}: {name} has {', '.join(splits)}")
    allowed = OPTIONS.get(name, ())
    if unknown := sorted(set(options) - set(allowed)):
        raise ValueError(f"{', '.join(unknown)}: {name} takes {' and '.join(allowed) or 'no options besides split and binarise'}")

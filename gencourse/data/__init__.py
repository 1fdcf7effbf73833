"""Where x comes from: `load(name, split)` for every data set of the course."""

import difflib
from typing import Any

from gencourse.data.images import Card, Images

VISION = ("mnist", "fashion_mnist", "cifar10")
NAMES = ("digits", "sprites", *VISION)
SPLITS = ("train", "validation", "train+validation", "test")
__all__ = ["NAMES", "Card", "Images", "load"]


def load(name: str, split: str = "train", *, binarise: str = "grey", **options: Any) -> Images:
    """A split of a data set, in memory.

    Args:
        name: "digits" and "sprites" need no network; "mnist", "fashion_mnist" and "cifar10" are looked for under
            the environment variable GENCOURSE_DATA, then data/, and then downloaded.
        split: "train", "validation" (for choosing), "test" (for reporting, once), or "train+validation".
        binarise: "grey", "fixed", "dynamic" or "threshold"; see `Images.binarised`.
        options: `n` and `seed` for sprites.

    Raises:
        ValueError: on a name, split or option that is not there.
        DataNotFound: when files are missing and cannot be downloaded; it says the ways on.
    """
    from gencourse.data import digits, sprites

    if name not in NAMES:
        close = difflib.get_close_matches(str(name), NAMES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"data set {name!r}: allowed are {', '.join(NAMES)}{hint}")
    splits = SPLITS[:2] + SPLITS[3:] if name == "sprites" else SPLITS
    if split not in splits:
        raise ValueError(f"split={split!r}: {name} has {', '.join(splits)}")
    if name == "sprites":
        if unknown := set(options) - {"n", "seed"}:
            raise ValueError(f"{', '.join(sorted(unknown))}: sprites take the options n and seed")
        images = sprites.load(split, **options)
    elif options:
        raise ValueError(f"{', '.join(sorted(options))}: {name} takes no options besides split and binarise")
    elif name == "digits":
        images = digits.load(split)
    else:
        from gencourse.data import vision

        images = vision.load(name, split)
    return images.binarised(binarise)

"""What emoji are called: the words of their names and keywords, and random texts of them to learn from."""

import random
import re
from collections.abc import Iterable

from gencourse.data.emoji import Emoji, table

MOST_KEYWORDS = 4  # in one text


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, without signs: "Woman’s hat" -> ["woman", "s", "hat"]."""
    return re.findall(r"[^\W_]+", text.lower())


def name_of(emoji: Emoji) -> list[str]:
    """The words of its name."""
    return split_words(emoji.name)


def all_of(emoji: Emoji) -> list[str]:
    """The words of its name and of all its keywords."""
    return split_words(" ".join([emoji.name, *emoji.keywords]))


def vocabulary(split: str = "train") -> tuple[str, ...]:
    """The words of names and keywords of a split's emoji, in alphabetical order."""
    return tuple(sorted({word for emoji in table() if emoji.split == split for word in all_of(emoji)}))


def random_text(emoji: Emoji, chance: random.Random) -> list[str]:
    """The words of its name, or as often those of one to four of its keywords."""
    if chance.random() < 0.5:
        return name_of(emoji)
    many = min(chance.randint(1, MOST_KEYWORDS), len(emoji.keywords))
    return split_words(" ".join(chance.sample(emoji.keywords, many)))


def random_texts(emoji: Iterable[int], chance: random.Random) -> list[list[str]]:
    """One random text for each of these numbers of the table."""
    return [random_text(table()[k], chance) for k in emoji]

"""The words of emoji: how texts are split, what the vocabulary holds, and what a random text is made of."""

import random

from gencourse.data.emoji import table
from gencourse.data.emoji_words import MOST_KEYWORDS, all_of, name_of, random_texts, split_words, vocabulary


def test_words_are_in_lower_case_and_without_signs():
    assert split_words("Woman’s hat: A-button!") == ["woman", "s", "hat", "a", "button"]


def test_the_vocabulary_is_that_of_the_training_emoji_alone():
    words = vocabulary()
    assert list(words) == sorted(set(words)) and {"heart", "red"} <= set(words)
    unseen = {word for emoji in table() if emoji.split == "test" for word in all_of(emoji)} - set(words)
    assert unseen, "some words of test emoji have no vector"


def test_a_random_text_is_the_name_or_some_keywords():
    numbers, chance = [0, 500, 1900], random.Random(0)
    seen = [random_texts(numbers, chance) for _ in range(40)]
    for k, number in enumerate(numbers):
        emoji, texts = table()[number], [row[k] for row in seen]
        assert name_of(emoji) in texts and any(text != name_of(emoji) for text in texts)
        assert all(set(text) <= set(all_of(emoji)) for text in texts)
    assert MOST_KEYWORDS == 4

"""Captions say what the factors are, words are left out as the noise says, and obeying is counted word by word."""

import pytest
import torch

from gencourse.data import sprites
from gencourse.data.captions import BANDS, N_WORDS, WORDS, caption, captions, in_words, leave_out, obeyed, one_hot

FACTORS = torch.tensor([[2, 0, 8, 5, 3, 0, 15], [3, 7, 2, 0, 0, 8, 8]])


def test_every_value_of_a_factor_has_a_word_and_every_word_a_value():
    for slot, (factor, band) in BANDS.items():
        assert len(band) == sprites.FACTORS[factor] and set(band) == set(range(len(WORDS[slot]))), slot


def test_a_caption_says_what_the_factors_are():
    rows = captions(FACTORS)
    assert in_words(rows[0]) == "a large red heart, low left, on purple"
    assert in_words(rows[1]) == "a small blue flag, in the middle centre, on yellow"
    assert in_words(torch.zeros(6).long()) == "a shape"
    assert torch.equal(
        rows[0], caption(dict(size="large", colour="red", shape="heart", height="low", side="left", ground="purple"))
    )


def test_a_word_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="shape='circle': allowed are square, triangle"):
        caption({"shape": "circle"})
    with pytest.raises(ValueError, match="form='heart': allowed are size, colour"):
        caption({"form": "heart"})


def test_words_are_left_out_as_the_noise_says():
    words = torch.tensor([[1, 2, 3], [4, 5, 6]])
    noise = torch.tensor([[0.1, 0.9, 0.2, 0.9], [0.9, 0.9, 0.9, 0.05]])
    assert leave_out(words, 0.2, 0.1, noise).tolist() == [[0, 2, 3], [0, 0, 0]]
    with pytest.raises(ValueError, match=r"noise=\(2, 3\): allowed is \(2, 4\)"):
        leave_out(words, 0.2, 0.1, noise[:, :3])


def test_obeying_counts_the_words_that_were_asked():
    asked = torch.tensor([[1, 2, 0], [3, 3, 3]])
    assert obeyed(asked, torch.tensor([[1, 1, 5], [3, 3, 3]])).tolist() == [0.5, 1.0]


def test_each_word_has_a_place_of_its_own_and_one_left_out_has_none():
    hot = one_hot(captions(FACTORS))
    assert hot.shape == (2, N_WORDS) and (hot.sum(1) == len(WORDS)).all()
    assert one_hot(torch.zeros(1, 6).long()).sum() == 0

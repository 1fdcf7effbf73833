"""Pictures and words: the losses against loops, what is left out, and a gap that is known."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.pictures_words import (
    PicturesAndWords,
    modality_gap,
    prompt_ensemble,
    sigmoid_loss,
    symmetric_info_nce,
    zero_shot,
)


def draw(n, width, seed):
    return torch.randn(2, n, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).unbind()


def loop(pictures, texts, temperature, same):
    """Each picture against all texts but other ones of its thing, and each text against all pictures likewise."""
    n, total = len(pictures), 0.0
    score = [[float(p @ t / p.norm() / t.norm()) / temperature for t in texts] for p in pictures]
    for i in range(n):
        for row in ([score[i][j] for j in range(n)], [score[j][i] for j in range(n)]):
            others = [value for j, value in enumerate(row) if j == i or not same[i, j]]
            total -= row[i] - math.log(sum(math.exp(value) for value in others))
    return total / (2 * n)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(2, 8), st.floats(0.1, 2.0), st.integers(0, 10_000))
def test_both_losses_are_their_loops_where_drawings_of_one_thing_are_left_out(n, width, temperature, seed):
    pictures, texts = draw(n, width, seed)
    thing = torch.arange(n) % 3
    same = thing[:, None] == thing[None]
    found = symmetric_info_nce(pictures, texts, temperature, same)
    assert found.item() == pytest.approx(loop(pictures, texts, temperature, same), abs=1e-6)
    total = 0.0
    for i, p in enumerate(pictures):
        for j, t in enumerate(texts):
            z = float(p @ t / p.norm() / t.norm()) / temperature - 2.0
            if i == j or not same[i, j]:
                total += math.log1p(math.exp(-z if i == j else z))
    assert sigmoid_loss(pictures, texts, temperature, -2.0, same).item() == pytest.approx(total / n, abs=1e-6)


def test_vectors_that_are_all_alike_cost_the_logarithm_of_the_number_of_choices():
    alike = torch.ones(8, 3)
    assert symmetric_info_nce(alike, alike, 0.1).item() == pytest.approx(math.log(8), abs=1e-5)


def test_what_is_left_out_gets_no_gradient():
    pictures, texts = (x.requires_grad_() for x in draw(3, 4, 0))
    same = torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    for loss in (symmetric_info_nce(pictures, texts, 0.5, same), sigmoid_loss(pictures, texts, 0.5, -1.0, same)):
        (gradient,) = torch.autograd.grad(loss, pictures)
        assert gradient.isfinite().all() and gradient.abs().sum() > 0


@pytest.mark.parametrize("loss", [symmetric_info_nce, lambda p, t, s, m=None: sigmoid_loss(p, t, s, 0.0, m)])
def test_what_does_not_fit_is_refused(loss):
    with pytest.raises(ValueError, match=r"texts=\(4, 3\): allowed are two alike"):
        loss(torch.ones(3, 3), torch.ones(4, 3), 1.0)
    with pytest.raises(ValueError, match=r"same=\(2, 3\): allowed is \(3, 3\)"):
        loss(torch.ones(3, 3), torch.ones(3, 3), 1.0, torch.ones(2, 3))


def test_zero_shot_is_a_distribution_and_prefers_the_nearest():
    classes = torch.eye(3)
    p = zero_shot(torch.tensor([[2.0, 0.1, 0.0]]), classes, 0.1)
    assert p.sum().item() == pytest.approx(1) and p.argmax() == 0


def test_an_ensemble_weighs_long_and_short_vectors_alike():
    prompts = torch.tensor([[[10.0, 0.0], [0.0, 1.0]]])
    torch.testing.assert_close(prompt_ensemble(prompts), torch.tensor([[0.5**0.5, 0.5**0.5]]))


def test_the_gap_of_opposite_cones_is_two():
    assert modality_gap(torch.tensor([[1.0, 0.0]]), torch.tensor([[-3.0, 0.0]])).item() == pytest.approx(2)


def test_a_text_is_the_mean_of_the_words_that_are_known():
    model = PicturesAndWords(vocabulary=("red", "heart"), width=4)
    both, red, none = model.encode_text(model.numbers([["red", "heart"], ["red", "zebra"], ["zebra"]]))
    torch.testing.assert_close(both, model.words.weight[1:].mean(0))
    torch.testing.assert_close(red, model.words.weight[1])
    assert (none == 0).all()
    with pytest.raises(ValueError, match="vocabulary of 2 words"):
        PicturesAndWords(vocabulary=("red", "red"))


@pytest.mark.parametrize("objective", ["softmax", "sigmoid"])
def test_it_learns_which_word_is_which_picture(objective):
    torch.manual_seed(0)
    model = PicturesAndWords(vocabulary=tuple("abcd"), width=8, objective=objective)
    x, texts = torch.rand(4, 3, 8, 8), model.numbers([[letter] for letter in "abcd"])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        optimiser.zero_grad()
        model.pair_loss(x, texts).backward()
        optimiser.step()
    with torch.no_grad():
        assert zero_shot(model.eval().encode(x), model.encode_text(texts), 0.1).argmax(1).tolist() == [0, 1, 2, 3]

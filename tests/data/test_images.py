"""Images: batches, binarisation, indexing and the card."""

import pytest
import torch

from gencourse import data


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


def test_a_batch_is_float_between_0_and_1(digits):
    batch = digits.batch(torch.tensor([3, 1]))
    assert batch.shape == (2, 1, 8, 8) and batch.dtype == torch.float32
    torch.testing.assert_close(batch[1] * 16, digits.x[1].float())


def test_dynamic_binarisation_is_new_each_time_and_right_on_average():
    images = data.load("digits", binarise="dynamic")
    first, second = images.batch(slice(0, 50)), images.batch(slice(0, 50))
    assert set(first.unique().tolist()) == {0.0, 1.0} and not torch.equal(first, second)
    again = [images.batch(slice(0, 50), torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*again)
    average = torch.stack([images.batch(slice(0, 5)) for _ in range(4000)]).mean(0)
    torch.testing.assert_close(average, images.x[:5].float() / 16, atol=0.05, rtol=0)


def test_fixed_binarisation_is_white_with_the_grey_value_as_probability(digits):
    drawn = [digits.binarised("fixed", seed=seed).x for seed in range(300)]
    assert torch.equal(drawn[3], digits.binarised("fixed", seed=3).x) and not torch.equal(drawn[3], drawn[4])
    average = torch.stack([x[:5] for x in drawn]).float().mean(0)
    torch.testing.assert_close(average, digits.x[:5].float() / 16, atol=0.15, rtol=0)


def test_grey_is_left_as_it_is_and_another_word_refused(digits):
    assert digits.binarised("grey") is digits
    with pytest.raises(ValueError, match="binarise='coin': allowed are 'grey', 'fixed', 'dynamic' and 'threshold'"):
        digits.binarised("coin")


def test_fixed_and_threshold_binarisation_are_the_same_each_time(digits):
    for how in ("fixed", "threshold"):
        images = data.load("digits", binarise=how)
        assert images.levels == 2 and images.card.binarisation == how
        assert torch.equal(images.batch(slice(None)), data.load("digits", binarise=how).batch(slice(None)))
    assert torch.equal(data.load("digits", binarise="threshold").x.bool(), digits.x > 8)


def test_indexing_keeps_everything_together():
    sprites = data.load("sprites", n=10)
    part = sprites[torch.tensor([7, 2])]
    assert len(part) == 2 and torch.equal(part.factors, sprites.factors[[7, 2]]) and part.card == sprites.card
    with pytest.raises(TypeError, match=r"images\[3:4\]"):
        sprites[3]
    for number in (torch.tensor(3), sprites.y.numpy()[:1][0] * 0 + 3):
        with pytest.raises(TypeError, match=r"images\[3:4\]"):
            sprites[number]
    assert len(sprites[[3]]) == len(sprites[torch.tensor([3])]) == len(sprites[sprites.y.numpy()[:1]]) == 1


def test_to_a_device_takes_everything_along():
    sprites = data.load("sprites", n=3).to("meta")
    assert {t.device.type for t in (sprites.x, sprites.y, sprites.factors, sprites.factor_values)} == {"meta"}


def test_the_card_says_all_that_a_figure_must_say(digits):
    assert str(digits.card).startswith("digits train: 1×8×8, 17 grey levels; scikit-learn")
    assert "dynamic binarisation" in str(data.load("digits", binarise="dynamic").card)

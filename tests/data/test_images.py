"""Images, the digits and load(): shapes, splits, binarisation and refusals."""

import pytest
import torch

from gencourse import data


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


def test_digits_have_17_levels_and_disjoint_splits(digits):
    parts = [data.load("digits", split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [1297, 200, 300]
    assert digits.x.dtype == torch.uint8 and digits.shape == (1, 8, 8)
    assert digits.x.max() == 16 and digits.levels == 17
    together = torch.cat([part.x for part in parts])
    assert len(together.unique(dim=0)) > 1780  # the set itself holds a few images twice
    assert torch.equal(together[:1497], data.load("digits", "train+validation").x)
    assert torch.equal(digits.x, data.load("digits").x)


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


def test_the_card_says_all_that_a_figure_must_say(digits):
    assert str(digits.card).startswith("digits train: 1×8×8, 17 grey levels; scikit-learn")
    assert "dynamic binarisation" in str(data.load("digits", binarise="dynamic").card)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("digit",), {}, "did you mean 'digits'"),
        (("digits", "dev"), {}, "split='dev': digits has train, validation"),
        (("sprites", "train+validation"), {}, "sprites has train, validation, test"),
        (("digits",), {"n": 5}, "n: digits takes no options"),
        (("sprites",), {"size": 5}, "size: sprites takes n and seed"),
        (("sprites",), {"n": 0}, "n=0: allowed is a whole number"),
        (("digits",), {"binarise": "coin"}, "binarise='coin': allowed are 'grey', 'fixed'"),
    ],
)
def test_bad_input_is_named(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        data.load(*arguments, **options)

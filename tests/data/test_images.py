"""Images: batches, binarisation, indexing, the card, and what is refused."""

from dataclasses import replace

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


def card(**changes):
    return replace(data.Card("mine", "train", (1, 4, 4), 256, "grey", "my scanner", "mine"), **changes)


ONES, LABELS = torch.ones(5, 1, 4, 4, dtype=torch.uint8), torch.zeros(5).long()


@pytest.mark.parametrize(
    ("x", "y", "changes", "said"),
    [
        (torch.rand(5, 1, 4, 4), LABELS, {}, r"x is torch.float32 \(5, 1, 4, 4\): allowed is a tensor of torch.uint8"),
        (
            torch.rand(5, 1, 4, 4),
            LABELS,
            {},
            r"make one of numbers in \[0, 1\] by \(255 \* x\).round\(\).to\(torch.uint8",
        ),
        (ONES.bool(), LABELS, {}, "x is torch.bool"),
        (ONES.numpy(), LABELS, {}, "x is ndarray: allowed is a tensor of torch.uint8"),
        (
            ONES[:, 0],
            LABELS,
            {},
            r"x is \(5, 4, 4\): allowed is \(N, 1, 4, 4\), as the card says; write x.unsqueeze\(1\)",
        ),
        (ONES.permute(0, 2, 3, 1), LABELS, {}, r"x is \(5, 4, 4, 1\).*; write x.permute\(0, 3, 1, 2\)"),
        (torch.cat([ONES, ONES], 2), LABELS, {}, r"x is \(5, 1, 8, 4\).*; give the card shape=\(1, 8, 4\)"),
        (ONES[0, 0, 0], LABELS, {}, r"x is \(4,\): allowed is \(N, 1, 4, 4\), as the card says$"),
        (
            ONES,
            LABELS[:4],
            {},
            r"y is torch.int64 \(4,\): allowed is a tensor of torch.int64, 5 long, a label for each",
        ),
        (ONES, LABELS.int(), {}, r"y is torch.int32 \(5,\)"),
        (ONES, None, {}, r"y is NoneType: .* where there are none, torch.zeros\(5\).long\(\)"),
        (ONES, [0, 1, 0, 1, 0], {}, "y is list"),
        (17 * ONES, LABELS, {"levels": 17}, "x reaches 17: allowed is 0 to 16, as the card says 17 levels"),
        (255 * ONES, LABELS, {"levels": 2, "binarisation": "fixed"}, "x reaches 255: allowed is 0 to 1"),
    ],
)
def test_what_are_no_images_is_said_and_what_to_do(x, y, changes, said):
    with pytest.raises(ValueError, match=said):
        data.Images(x, y, card(**changes))


def test_images_of_ones_own_tensor():
    images = data.Images((255 * torch.rand(5, 1, 4, 4)).round().to(torch.uint8), LABELS, card())
    assert images.batch(slice(None)).max() <= 1 and len(images[:0]) == 0
    assert len(data.Images(ONES[:0], LABELS[:0], card(levels=2))) == 0

"""Pairs: two drawings of one emoji, in two styles, drawn anew; and that one can train on them."""

import pytest
import torch

from gencourse import data
from gencourse.data import emoji
from gencourse.models.contrastive import SimCLR
from gencourse.training.fit import fit
from gencourse.training.how import How


@pytest.fixture(scope="module")
def images():
    return data.load("emoji", "validation")


def looked_up(images, batch):
    """Emoji and style of each picture of a batch (B, 2, 3, 32, 32): two tensors (B, 2)."""
    known = {x.numpy().tobytes(): f.tolist() for x, f in zip(images.x, images.factors, strict=True)}
    pixels = (batch * 255).round().to(torch.uint8)
    found = torch.tensor([[known[picture.numpy().tobytes()] for picture in pair] for pair in pixels])
    return found[..., 0], found[..., 1]


def test_a_pair_is_one_emoji_in_two_styles(images):
    alone = data.load("emoji", "validation", styles=("noto", "twemoji", "fluent-emoji"))
    pairs = data.pairs(alone)
    batch = pairs.batch(torch.arange(len(pairs)))
    assert batch.shape == (len(pairs), 2, 3, 32, 32) and batch.dtype == torch.float32 and pairs.shape == (3, 32, 32)
    style = looked_up(alone, batch)[1]
    assert (style[:, 0] != style[:, 1]).all() and set(style.unique().tolist()) == {0, 1, 2}


def test_each_emoji_is_there_once_and_those_drawn_once_are_left_out(images):
    pairs = data.pairs(images)
    expected = [k for k, row in enumerate(emoji.table()) if row.split == "validation" and len(row.styles) > 1]
    own = images.factors[pairs.drawings[:, 0], 0]
    assert own.tolist() == expected
    for of, row in zip(own, pairs.drawings, strict=True):
        drawn = row[row >= 0]
        assert (images.factors[drawn, 0] == of).all() and len(drawn) == len(emoji.table()[of].styles)
    assert torch.equal(pairs.y, images.y[pairs.drawings[:, 0]])


def test_every_two_styles_of_an_emoji_come_equally_often(images):
    pairs = data.pairs(images)
    five = int((pairs.drawings >= 0).all(1).nonzero()[0])
    batch = pairs.batch(torch.full((4000,), five), torch.Generator().manual_seed(0))
    style = looked_up(images, batch)[1]
    counts = (5 * style[:, 0] + style[:, 1]).bincount(minlength=25).view(5, 5) / 4000
    assert counts.diagonal().sum() == 0
    assert (counts[~torch.eye(5, dtype=torch.bool)] - 1 / 20).abs().max() < 0.015


def test_draws_follow_the_generator_or_torch_s_seed(images):
    pairs = data.pairs(images)
    first, again = (pairs.batch(slice(0, 50), torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, again) and not torch.equal(first, pairs.batch(slice(0, 50)))


def test_alike_gives_one_drawing_twice_of_the_same_emoji(images):
    pairs = data.pairs(images, alike=True)
    batch = pairs.batch(slice(None))
    assert len(pairs) == len(data.pairs(images)) and torch.equal(batch[:, 0], batch[:, 1])
    assert len(looked_up(images, batch)[1].unique()) == 5


def test_the_card_says_that_these_are_pairs(images):
    assert data.pairs(images).card == f"{images.card}, in pairs of two styles"
    assert data.pairs(images, alike=True).card == f"{images.card}, in pairs of one drawing twice"


def test_to_a_device_takes_everything_along(images):
    pairs = data.pairs(images).to("meta")
    assert {t.device.type for t in (pairs.x, pairs.images.y, pairs.drawings)} == {"meta"}


def test_what_has_no_pairs_is_refused():
    with pytest.raises(ValueError, match="images are mnist: allowed are emoji, as data.load"):
        data.pairs(data.load("mnist", "test"))
    with pytest.raises(ValueError, match="images are sprites: allowed are emoji"):
        data.pairs(data.load("sprites", n=3))
    with pytest.raises(ValueError, match="no emoji in two styles: give data.load.* two styles or more"):
        data.pairs(data.load("emoji", "test", styles=("noto",)))


def test_fit_trains_on_pairs_and_goes_on_from_a_checkpoint(images, tmp_path):
    def trained(steps, **options):
        torch.manual_seed(0)
        model = SimCLR()
        fit(model, data.pairs(images), steps=steps, batch_size=32, how=How(show="nothing"), **options)
        return torch.cat([p.flatten() for p in model.parameters()])

    path = tmp_path / "run.safetensors"
    trained(1, checkpoint=path)
    assert torch.equal(trained(2, checkpoint=path), trained(2))
    with pytest.raises(ValueError, match="one drawing twice"):
        torch.manual_seed(0)
        fit(SimCLR(), data.pairs(images, alike=True), steps=2, batch_size=32, checkpoint=path)

"""Sprites: what is drawn follows from the factors, and only from them."""

import pytest
import torch

from gencourse import data
from gencourse.data import sprites
from gencourse.data.sprites import FACTORS, SHAPES, render


def sprite(**changes):
    """One sprite in the middle; the factors that are given differ."""
    factors = dict(shape=0, hue=2, background=7, scale=4, rotation=0, x=8, y=8) | changes
    return render(torch.tensor([list(factors.values())]))[0].float()


def ink(image):
    """How much each pixel differs from the ground, (32, 32)."""
    return (image - image[:, :1, :1]).abs().sum(0)


def centre(image):
    weights = ink(image) / ink(image).sum()
    grid = torch.arange(32.0)
    return float((weights.sum(0) * grid).sum()), float((weights.sum(1) * grid).sum())


def test_same_seed_same_sprites_whatever_the_number():
    few, many = data.load("sprites", n=50, seed=3), data.load("sprites", n=500, seed=3)
    assert torch.equal(few.x, data.load("sprites", n=50, seed=3).x)
    assert few.x.shape == (50, 3, 32, 32) and few.x.dtype == torch.uint8
    assert torch.equal(render(many.factors), many.x)
    assert torch.equal(render(many.factors, chunk=7), many.x)
    assert not torch.equal(few.x, data.load("sprites", n=50, seed=4).x)
    assert not torch.equal(few.x, data.load("sprites", "test", n=50, seed=3).x)


def test_factors_are_even_and_the_label_is_the_shape():
    images = data.load("sprites", n=5000)
    assert images.factor_names == tuple(FACTORS) and torch.equal(images.y, images.factors[:, 0])
    for column, size in zip(images.factors.T, FACTORS.values(), strict=True):
        counts = torch.bincount(column, minlength=size) / len(column)
        assert len(counts) == size and (counts - 1 / size).abs().max() < 0.03
    assert images.factor_values.shape == (5000, 7)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_position_and_scale_show(shape):
    left, right = centre(sprite(shape=shape, x=2)), centre(sprite(shape=shape, x=12))
    high, low = centre(sprite(shape=shape, y=2)), centre(sprite(shape=shape, y=12))
    step = 0.86 / 15 * 16 * 10  # ten steps, in pixels
    assert right[0] - left[0] == pytest.approx(step, abs=0.3) and right[1] == pytest.approx(left[1], abs=0.3)
    assert low[1] - high[1] == pytest.approx(step, abs=0.3) and low[0] == pytest.approx(high[0], abs=0.3)
    areas = [float(ink(sprite(shape=shape, scale=s)).sum()) for s in range(6)]
    assert areas == sorted(areas) and areas[-1] > 2 * areas[0]


def reach(outline):
    """The distance from a sprite's centre to the farthest point of its outline, in units of its scale."""
    grid = torch.linspace(-1.5, 1.5, 1501)
    u, v = grid[None, :].expand(1501, -1), grid[:, None].expand(-1, 1501)
    return float(torch.hypot(u, v)[outline(u, v) <= 0].max())


@pytest.mark.parametrize(("shape", "outside"), [("square", 0), ("triangle", 0), ("heart", 0), ("flag", 0.9)])
def test_no_sprite_reaches_beyond_the_frame_except_a_flag_s_corner_by_less_than_a_pixel(shape, outside):
    largest, farthest = 0.54, 0.43  # the last scale and the last position, in halves of the image
    beyond = (reach(getattr(sprites, f"_{shape}")) * largest + farthest - 1) * 16
    assert beyond <= outside


@pytest.mark.parametrize("shape", ["square", "triangle", "heart"])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (0, 15), (15, 0), (15, 15)])
def test_at_the_corners_of_the_frame_only_the_soft_edge_touches_it(shape, x, y):
    for rotation in range(12):
        factors = [SHAPES.index(shape), 2, 7, 5, rotation, x, y]
        image = render(torch.tensor([factors]))[0].float()
        covered = (image - sprite()[:, :1, :1]).abs().sum(0)  # against the ground: a corner may be the sprite's
        near = torch.cat([covered[0 if y == 0 else -1], covered[:, 0 if x == 0 else -1]])
        far = torch.cat([covered[-1 if y == 0 else 0], covered[:, -1 if x == 0 else 0]])
        assert near.max() < 0.5 * covered.max() and far.max() == 0


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_edges_are_smooth(shape):
    values = ink(sprite(shape=shape, rotation=2))
    assert ((values > 0) & (values < values.max())).sum() > 5


def test_rotation_changes_the_picture_and_not_the_area():
    for shape in range(len(SHAPES)):
        pictures = [ink(sprite(shape=shape, rotation=r)) for r in range(12)]
        areas = [float(picture.sum()) for picture in pictures]
        assert max(areas) < 1.03 * min(areas)
        differences = [(pictures[0] - picture).abs().sum() / areas[0] for picture in pictures[1:]]
        assert min(differences) > 0.02


def test_a_quarter_turn_leaves_the_square_alone_and_shows_on_every_other_shape():
    for shape, name in enumerate(SHAPES):
        # Twelve steps are the quarter turn that `render` stops short of.
        start, turned = (sprites._render(torch.tensor([[shape, 2, 7, 4, r, 8, 8]]))[0].float() for r in (0, 12))
        changed = float((ink(start) - ink(turned)).abs().sum() / ink(start).sum())
        assert changed < 0.005 if name == "square" else changed > 0.1


def test_each_seed_and_split_has_a_stream_of_its_own():
    drawn = [data.load("sprites", split, n=8, seed=s) for s in range(4) for split in ("train", "validation", "test")]
    assert len({tuple(images.factors.flatten().tolist()) for images in drawn}) == len(drawn)


def test_hues_colour_the_sprite_and_the_ground_alone():
    base, other, ground = sprite(), sprite(hue=5), sprite(background=1)
    assert torch.equal(base[:, 0, 0], other[:, 0, 0]) and not torch.equal(base[:, 16, 16], other[:, 16, 16])
    assert torch.equal(base[:, 16, 16], ground[:, 16, 16]) and not torch.equal(base[:, 0, 0], ground[:, 0, 0])


def test_factors_out_of_range_are_refused():
    with pytest.raises(ValueError, match="allowed are"):
        render(torch.tensor([[4, 0, 0, 0, 0, 0, 0]]))
    with pytest.raises(ValueError, match=r"\(N, 7\)"):
        render(torch.zeros(2, 6, dtype=torch.long))
    for factors in (torch.zeros(2, 7), torch.full((2, 7), torch.nan)):
        with pytest.raises(ValueError, match="of torch.float32: allowed are"):
            render(factors)


def test_factors_that_are_held_keep_their_value_and_the_others_are_drawn_as_before():
    free, held = sprites.load("train", 50), sprites.load("train", 50, held={"shape": 2, "rotation": 0})
    assert held.factors[:, [0, 4]].unique(dim=0).tolist() == [[2, 0]] and (held.y == 2).all()
    others = [1, 2, 3, 5, 6]
    assert torch.equal(held.factors[:, others], free.factors[:, others])

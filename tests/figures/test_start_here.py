"""Lesson 00's drawings: what a pixel costs is written where the pixel is."""

import math

import torch

from gencourse.figures import start_here


def test_each_pixel_has_its_bits():
    ink = torch.full((1, 2, 3), 0.5)
    ink[0, 0, 0] = 0.001
    paper = torch.distributions.Bernoulli(ink).log_prob(torch.zeros(4, 1, 2, 3))
    fig = start_here.bent_coins(ink, paper)
    often, cost = fig.axes
    assert [text.get_text() for text in cost.texts] == ["0.0", "1.0", "1.0", "1.0", "1.0", "1.0"]
    assert often.images[0].get_array()[0, 0] == ink[0, 0, 0] and cost.images[0].get_clim() == (0, 1)
    assert abs(float(cost.images[0].get_array()[1, 1]) + paper[0, 0, 1, 1].item() / math.log(2)) < 1e-6


def test_digits_and_their_flips_are_named():
    fig = start_here.coin_flips(torch.rand(3, 1, 8, 8), torch.ones(3, 1, 8, 8))
    assert [text.get_text() for text in fig.texts] == ["digits", "as coin flips"]

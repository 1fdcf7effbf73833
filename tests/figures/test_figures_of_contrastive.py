"""The figures of lesson 02 draw what they are given, name it, and cut no word off."""

import pytest
import torch

from gencourse.figures import contrastive as draw

SHAPES = ["square", "triangle", "heart", "flag"]


def training():
    return draw.training([0, 10, 20], [5.5, 5.3, 4.9], 5.54)


def label_curves():
    curves = {
        name: [(level + 0.1 * k, 0.03) for k in range(3)]
        for name, level in (("random, untrained", 0.3), ("SimCLR, shipped with the course", 0.7))
    }
    return draw.label_curves((1, 10, None), curves, 0.25)


def similarities(names=SHAPES):
    blocks = torch.eye(len(names)).repeat_interleave(6, 0).repeat_interleave(6, 1)
    return draw.similarities({"before": torch.ones_like(blocks), "after": blocks}, [6] * len(names), names)


def push():
    return draw.push({0.07: torch.linspace(3, 0, 30).softmax(0), 1.0: torch.full((30,), 1 / 30)})


def bound():
    ks = [2, 4, 8, 16]
    return draw.bound(ks, [0.5, 0.9, 1.2, 1.4], 1.5)


# Each figure, and the words that must stand in it.
FIGURES = {
    training: ["the network", "choosing at random", "NT-Xent (nats) ↓"],
    label_curves: ["random, untrained", "SimCLR, shipped with the course", "chance", "labels a class"],
    similarities: ["before", "after"],
    push: ["τ = 0.07", "τ = 1"],
    bound: ["log K", "mutual information", "log K − loss"],
}


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_a_figure_says_what_it_shows_and_no_word_is_cut_off(make, says):
    says(make, FIGURES[make])


def test_a_class_is_named_in_the_middle_of_its_rows():
    ax = similarities().axes[0]
    assert ax.get_yticks().tolist() == [2.5, 8.5, 14.5, 20.5]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == SHAPES


def test_many_classes_are_named_once():
    ax = similarities([f"group {k}" for k in range(9)]).axes[0]
    assert ax.get_yticklabels()[8].get_text() == "group 8"
    assert {tick.get_text() for tick in ax.get_xticklabels()} == {""}

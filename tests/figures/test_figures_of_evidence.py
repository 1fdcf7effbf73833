"""Evidence drawn: the numbers given are those drawn, and the reader's own point is named."""

import math

import pytest

from gencourse.figures import intervals, standings


def words(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_intervals_are_drawn_as_given_on_an_axis_of_their_values():
    fig = intervals(
        {"tuned": ([32, 128], [50, 52], [1, 2]), "one rate": ([32, 128], [40, 51], [1, 1])},
        "batch size",
        "accuracy",
        chance=10,
        here=(128, 30),
        log=True,
    )
    (ax,) = fig.axes
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["32", "128"]
    (bars,) = ax.containers[0][2]
    assert [tuple(segment[:, 1]) for segment in bars.get_segments()] == [(49, 51), (50, 54)]
    assert {"tuned", "one rate", "chance", "your run"} <= set(words(fig))


def test_one_series_needs_no_name():
    fig = intervals({"": ([1, 2], [3, 4], [0.5, 0.5])}, "x", "y")
    assert words(fig) == []


def test_standings_say_each_number_with_its_interval_where_there_is_one():
    fig = standings(["SimCLR", "pixels"], [65.11, 38.9], [0.62, math.nan], "accuracy", chance=10, here={"SimCLR": 50})
    (ax,) = fig.axes
    assert {"65.1 ± 0.6", "38.9", "chance", "your run"} == set(words(fig))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["SimCLR", "pixels"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first on top"
    with pytest.raises(ValueError, match="'MoCo' is not in list"):
        standings(["SimCLR"], [1], [1], "accuracy", here={"MoCo": 1})


def of_batches():
    means = {
        "tuned": ([32, 128, 512], [50, 52, 51], [1, 2, 1]),
        "one rate": ([32, 128, 512], [40, 51, 51.5], [1, 1, 1]),
    }
    return intervals(means, "batch size", "accuracy (%) ↑", chance=10, here=(128, 30), log=True)


def of_methods():
    return standings(["SimCLR, 10,000 steps", "pixels"], [65.1, 38.9], [0.6, math.nan], "accuracy (%) ↑", chance=10)


@pytest.mark.parametrize("make", [of_batches, of_methods])
def test_no_word_is_cut_off(make, says):
    says(make, ["chance", "accuracy (%) ↑" if make is of_batches else "65.1 ± 0.6"])

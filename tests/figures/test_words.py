"""Words beside lines and points cover neither each other nor other points, where there is room."""

import numpy as np
import pytest

from gencourse.figures import end_labels, figure, label_points, line, top_labels


def boxes(texts):
    return [text.get_window_extent() for text in texts]


def overlapping(found):
    return [1 for i, a in enumerate(found) for b in found[:i] if a.overlaps(b)]


def test_names_find_room():
    fig, ax = figure(7.0, 3.5)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    points = [
        (2, 5, "alpha model", "C0"),
        (2.6, 5.2, "beta model", "C1"),
        (2.2, 6, "gamma", "C2"),
        (8, 1, "delta", "C3"),
    ]
    ax.plot([x for x, *_ in points], [y for _, y, *_ in points], "o")
    label_points(ax, points)
    assert [text.get_text() for text in ax.texts] == [name for _, _, name, _ in points]
    assert not overlapping(boxes(ax.texts))
    spots = [ax.transData.transform((x, y)) for x, y, *_ in points]
    assert not [1 for box in boxes(ax.texts) for spot in spots if box.contains(*spot)]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_words_at_the_ends_of_lines_are_in_their_order_and_apart_and_within_the_picture(scale):
    fig, ax = figure(5.0, 2.6)
    x = np.linspace(0, 10, 50)
    ends = {"first": 1.0, "second": 0.99, "third": 0.98, "far": 0.2}
    for k, (name, end) in enumerate(ends.items()):
        ax.plot(x, 0.01 + end * x / 10, label=name, **line(k))
    ax.plot(x, x / 20)  # has no name
    ax.set_yscale(scale)
    texts = end_labels(ax)
    fig.draw_without_rendering()
    assert {text.get_text(): text.get_color() for text in texts} == {
        name: line(k)["color"] for k, name in enumerate(ends)
    }
    found = boxes(texts)
    assert [box.y0 for box in found] == sorted((box.y0 for box in found), reverse=True) and not overlapping(found)
    right, top = fig.bbox.width, fig.bbox.height
    assert all(ax.bbox.x1 < box.x1 <= right and box.y0 >= 0 and box.y1 <= top for box in found)
    assert abs(found[3].y0 + found[3].y1 - 2 * ax.transData.transform((10, 0.21))[1]) < 8, "nothing pushed this one"


def test_an_end_that_the_limits_cut_off_and_a_line_across_the_axes_are_named_where_they_leave():
    fig, ax = figure(5.0, 2.6)
    ax.plot([0, 1, 2, 3], [0, 1, 2, np.nan], label="rising")
    ax.axhline(0.5, label="chance")
    ax.set(xlim=(0, 4), ylim=(0, 1))
    rising, chance = end_labels(ax)
    assert rising.xy == (2, 1) and chance.xy == (4, 0.5)


def test_the_label_of_error_bars_counts():
    fig, ax = figure(5.0, 2.6)
    ax.errorbar([1, 2, 3], [1, 2, 3], [0.1, 0.2, 0.3], label="measured", color="C3")
    (text,) = end_labels(ax)
    assert (text.get_text(), text.xy, text.get_color()) == ("measured", (3, 3), "C3")


def test_a_name_stands_where_no_line_runs_through_it_and_within_the_figure():
    fig, ax = figure(4.0, 3.0)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    ax.plot([5, 10], [5, 7])  # to the right and up, where names stand at first
    label_points(ax, [(5, 5, "the start", "C0"), (9.9, 2, "at the very edge of it", "C1")])
    path = ax.transData.transform_path(ax.lines[0].get_path())
    start, edge = boxes(ax.texts)
    assert not path.intersects_bbox(start, filled=False) and edge.x1 <= fig.bbox.width


def test_lines_without_a_name_are_said():
    fig, ax = figure(5.0, 2.6)
    ax.plot([0, 1])
    with pytest.raises(ValueError, match="label=NAME"):
        end_labels(ax)
    ax.plot([0, 1], label="too far left")
    ax.set_xlim(5, 6)
    with pytest.raises(ValueError, match="'too far left' has no point within the axes"):
        end_labels(ax)


def test_a_density_is_named_at_its_top():
    fig, ax = figure(5.0, 2.6)
    x = np.linspace(-4, 4, 201)
    for k, mean in enumerate((-2.0, 1.0)):
        ax.plot(x, np.exp(-((x - mean) ** 2)), label=f"mean {mean:.0f}", **line(k))
    top_labels(ax)
    assert [text.get_text() for text in ax.texts] == ["mean -2", "mean 1"]
    assert [text.xy for text in ax.texts] == [pytest.approx((-2, 1)), pytest.approx((1, 1))]

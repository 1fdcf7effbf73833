"""Names beside points cover neither each other nor other points, where there is room."""

from gencourse.figures import figure, label_points


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
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not [1 for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    spots = [ax.transData.transform((x, y)) for x, y, *_ in points]
    assert not [1 for box in boxes for spot in spots if box.contains(*spot)]

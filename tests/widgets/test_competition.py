import numpy as np
import pytest
import torch

from gencourse.widgets import Competition

JOINT = torch.tensor([[0.30, 0.10], [0.05, 0.35], [0.15, 0.05]])


def build(mode="p(x)"):
    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    return Competition(images, JOINT, x_names=["a", "b", "c"], y_names=["3", "8"], mode=mode)


@pytest.fixture
def host(mount):
    return mount(build(), viewport={"width": 900, "height": 600})


def table(host):
    return np.array(host.get("joint")).reshape(3, 2)


def press(host, name, key, times=1):
    host.page.get_by_role("slider", name=name, exact=True).focus()
    for _ in range(times):
        host.page.keyboard.press(key)
    host.settle()


def test_raising_an_input_sinks_the_others_and_leaves_p_of_y_given_x(host):
    press(host, "p(x = a)", "Shift+ArrowUp")
    px, before = table(host).sum(1), JOINT.numpy().sum(1)
    assert px[0] == pytest.approx(0.5, abs=1e-6)
    assert px[1:] == pytest.approx(before[1:] * 0.5 / 0.6)
    assert table(host).sum() == pytest.approx(1)
    assert table(host) / px[:, None] == pytest.approx(JOINT.numpy() / before[:, None])


def test_in_p_of_y_given_x_only_the_labels_of_one_input_compete(mount):
    host = mount(build("p(y | x)"))
    press(host, "p(y = 8 | x = a)", "ArrowUp", times=5)
    after, before = table(host), JOINT.numpy()
    assert after[1:] == pytest.approx(before[1:])
    assert after[0, 1] / after[0].sum() == pytest.approx(0.25 + 0.1, abs=1e-6)
    assert after.sum(1) == pytest.approx(before.sum(1))


def test_in_p_of_x_given_y_the_inputs_of_one_label_compete(mount):
    host = mount(build("p(x | y)"))
    press(host, "p(x = b | y = 3)", "ArrowUp", times=5)
    after, before = table(host), JOINT.numpy()
    assert after[:, 1] == pytest.approx(before[:, 1])
    assert after.sum(0) == pytest.approx(before.sum(0))
    assert after[1, 0] / after[:, 0].sum() == pytest.approx(0.1 + 0.1, abs=1e-6)
    assert after[0, 0] / after[2, 0] == pytest.approx(2), "the others keep their proportions"


def test_no_bar_leaves_its_range_and_the_sum_stays_one(host):
    press(host, "p(x = a)", "Shift+ArrowUp", times=15)
    assert table(host).sum(1)[0] == pytest.approx(0.998)
    press(host, "p(x = a)", "Shift+ArrowDown", times=15)
    assert table(host).sum(1)[0] == pytest.approx(0.002)
    assert table(host).sum() == pytest.approx(1)
    assert host.page.locator(".gc-chart text", has_text="sum 1.000").count() == 1
    host.page.click(".gc-reset")
    assert table(host) == pytest.approx(JOINT.numpy())


def test_dragging_a_knob_moves_its_bar(host):
    host.settle()
    knob = host.page.get_by_role("slider", name="p(x = c)", exact=True)
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    host.page.mouse.move(x, y)
    host.page.mouse.down()
    host.page.mouse.move(x, y - 60, steps=4)
    host.page.mouse.up()
    host.settle()
    assert table(host).sum(1)[2] > 0.4
    assert table(host).sum() == pytest.approx(1)


def test_the_view_is_chosen_by_a_button_and_shows_its_groups(host):
    for name, groups, bars in (("p(y | x)", 3, 6), ("p(x | y)", 2, 6), ("p(x)", 1, 3)):
        host.page.get_by_role("button", name=name, exact=True).click()
        host.settle()
        assert host.page.locator(".gc-chart text", has_text="sum 1.000").count() == groups
        assert host.page.locator(".gc-knob").count() == bars
        assert host.page.get_by_role("button", name=name, exact=True).get_attribute("aria-pressed") == "true"


def test_the_numbers_are_those_of_the_table(mount):
    host = mount(build("p(y | x)"))
    host.settle()
    shown = host.page.locator(".gc-knob").evaluate_all(
        "knobs => knobs.map((k) => Number(k.getAttribute('aria-valuenow')))"
    )
    assert shown == pytest.approx((JOINT / JOINT.sum(1, keepdim=True)).flatten().tolist(), abs=1e-3)


@pytest.mark.parametrize("width", [360, 900])
def test_nothing_is_wider_than_the_page(mount, width):
    host = mount(build("p(y | x)"), viewport={"width": width, "height": 600})
    host.settle()
    assert host.js("document.documentElement.scrollWidth") <= width


def test_label_table_and_still():
    widget = build()
    assert widget.table == pytest.approx(JOINT.numpy())
    assert widget.label().endswith("p(x): a 0.40, b 0.40, c 0.20")
    assert widget.still().width > 500


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(images=torch.zeros(3, 8, 8)), "images"),
        (dict(joint=torch.ones(2, 2)), r"joint \(2, 2\)"),
        (dict(joint=torch.zeros(3, 2)), "above 0"),
        (dict(mode="p(y)"), "mode='p\\(y\\)'"),
        (dict(x_names=["a"]), "x_names=.*allowed are 3 names"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = dict(images=torch.zeros(3, 1, 8, 8), joint=JOINT) | change
    with pytest.raises(ValueError, match=message):
        Competition(**arguments)

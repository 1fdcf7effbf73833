import numpy as np
import pytest

from gencourse.widgets import Bumps


def build():
    return Bumps(means=[-2.0, 1.0], scales=[0.6, 0.9], weights=[1.0, 3.0])


@pytest.fixture
def host(mount):
    return mount(build(), viewport={"width": 900, "height": 600})


def press(host, name, key, times=1):
    host.page.get_by_role("slider", name=name, exact=True).focus()
    for _ in range(times):
        host.page.keyboard.press(key)
        host.settle()


def area(host):
    return float(host.page.inner_text(".gc-area").split()[1])


def test_weights_are_normalised_and_the_bells_integrate_to_one():
    widget = build()
    assert widget.weights == pytest.approx([0.25, 0.75])
    x = np.linspace(-20, 20, 20001)
    assert np.trapezoid(widget.bells(x).sum(0), x) == pytest.approx(1, abs=1e-9)
    assert "area of 1" in widget.label() and widget.still().width > 300


def test_the_page_measures_an_area_of_one_whatever_is_moved(host):
    host.settle()
    assert area(host) == pytest.approx(1, abs=2e-4)
    press(host, "Bell 1: mean and weight", "ArrowRight", times=3)
    assert host.get("means") == pytest.approx([-1.7, 1.0])
    press(host, "Bell 1: mean and weight", "Shift+ArrowUp", times=2)
    low, high = host.get("weights")
    assert low > 0.4 and low + high == pytest.approx(1)
    press(host, "Bell 2: width", "Shift+ArrowRight")
    assert host.get("scales") == pytest.approx([0.6, 1.15])
    assert area(host) == pytest.approx(1, abs=2e-4)
    host.page.click(".gc-reset")
    assert host.get("means") == [-2.0, 1.0]


def test_widths_and_weights_stay_in_range(host):
    press(host, "Bell 2: width", "Shift+ArrowLeft", times=8)
    assert host.get("scales")[1] == pytest.approx(0.35)
    press(host, "Bell 1: mean and weight", "Shift+ArrowDown", times=5)
    assert host.get("weights") == pytest.approx([0.01, 0.99])
    press(host, "Bell 1: mean and weight", "Shift+ArrowLeft", times=8)
    assert host.get("means")[0] == -5


def test_dragging_up_gives_weight(host):
    host.settle()
    box = host.page.get_by_role("slider", name="Bell 1: mean and weight").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    host.page.mouse.move(x, y)
    host.page.mouse.down()
    host.page.mouse.move(x, y - 40, steps=4)
    host.page.mouse.up()
    host.settle()
    assert host.get("weights")[0] > 0.4
    assert host.get("means")[0] == pytest.approx(-2, abs=0.1)
    assert area(host) == pytest.approx(1, abs=2e-4)


def test_the_curve_is_python_s(host):
    host.settle()
    highest = float(host.page.inner_text(".gc-area").split()[-1])
    assert highest == pytest.approx(build().bells(np.linspace(-5, 5, 401)).sum(0).max(), abs=0.006)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0], [1.0, 2.0], [1.0]), "means, scales and weights"),
        (([], [], []), "means, scales and weights"),
        (([9.0], [1.0], [1.0]), "means=9.0: allowed is a number from -5 to 5"),
        (([0.0], [0.1], [1.0]), "scales=0.1"),
        (([0.0], [1.0], [0.0]), "weights=0.0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Bumps(*arguments)

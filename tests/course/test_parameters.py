import math

import pytest

from gencourse.course.lessons import COMMON, LESSONS, find
from gencourse.course.parameters import Parameter, ParameterError, check

ALLOWED = {
    "steps": Parameter(0, "", low=0, high=10**7),
    "beta": Parameter(1.0, "", low=0.0),
    "dataset": Parameter("digits", "", choices=("digits", "mnist")),
}


def problem(**given):
    with pytest.raises(ParameterError) as caught:
        check("a lesson", ALLOWED, given)
    return str(caught.value)


def test_what_is_left_out_has_its_default():
    assert check("a lesson", ALLOWED, {"beta": 2}) == {"steps": 0, "beta": 2, "dataset": "digits"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"stepz": 1}, "stepz is not a parameter of a lesson; allowed are steps, beta, dataset; did you mean 'steps'?"),
        ({"steps": 2.0}, "steps=2.0 is a float; allowed is a whole number from 0 to 10,000,000"),
        ({"steps": "9"}, "steps='9' is a str; allowed is a whole number"),
        ({"steps": True}, "steps=True is a bool"),
        ({"steps": None}, "steps=None is a NoneType"),
        ({"steps": -1}, "steps=-1 is out of range; allowed is a whole number from 0 to 10,000,000"),
        ({"beta": False}, "beta=False is a bool; allowed is a number from 0 up"),
        ({"beta": math.nan}, "beta=nan is out of range"),
        (
            {"dataset": "minst"},
            "dataset='minst' is not known; allowed is one of 'digits', 'mnist'; did you mean 'mnist'?",
        ),
        ({"dataset": 3}, "dataset=3 is a int; allowed is one of 'digits', 'mnist'"),
    ],
)
def test_what_is_wrong_is_said(given, said):
    assert said in problem(**given)


def test_all_that_is_wrong_is_said_at_once():
    lines = problem(stepz=1, beta="much", dataset="nothing like it").splitlines()
    assert [line.split("=")[0].split(" ")[0] for line in lines] == ["stepz", "beta", "dataset"]


@pytest.mark.parametrize("spec", LESSONS, ids=lambda spec: spec.name)
def test_each_default_is_allowed_and_explained(spec):
    assert spec.parameters.keys() >= COMMON.keys()
    for name, parameter in spec.parameters.items():
        assert parameter.problem(parameter.default) is None, name
        assert parameter.help, name


def test_a_lesson_is_found_by_its_number():
    assert find("10") is find("10-training-a-vae")
    with pytest.raises(ParameterError, match="did you mean '00-start-here'"):
        find("00-start-her")

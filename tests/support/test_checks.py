"""Arguments: what is allowed comes back as Python's own number, what is not is refused by name."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from gencourse.support.checks import at_least, between, image_shape, one_of, positive, widths

WHOLE = [3, np.int64(3), np.uint8(3), np.array(3), torch.tensor(3)]
REAL = [0.5, np.float32(0.5), np.float64(0.5), np.array(0.5), torch.tensor(0.5), Fraction(1, 2)]
NO_NUMBERS = ["3", None, True, [3], (), np.array([1, 2]), torch.ones(2), 3j, object]


@pytest.mark.parametrize("value", WHOLE, ids=repr)
def test_whole_numbers_come_back_as_python_s(value):
    for kept in (at_least("n", value, 1), positive("n", value), *widths("n", (value,)), *image_shape((value,) * 3)):
        assert kept == 3 and json.dumps(kept) in ("3", "3.0")


@pytest.mark.parametrize("value", REAL, ids=repr)
def test_real_numbers_come_back_as_python_s(value):
    assert json.dumps([positive("x", value), between("x", value, 0, 1)]) == "[0.5, 0.5]"


@pytest.mark.parametrize("value", [*NO_NUMBERS, 2.0, 0.5, np.float64(2), torch.tensor(2.0), math.nan], ids=repr)
def test_what_is_no_whole_number_is_named(value):
    for check in (lambda v: at_least("n", v, 0), lambda v: widths("n", (v,))):
        with pytest.raises(ValueError, match="^n=.*: allowed is a"):
            check(value)


@pytest.mark.parametrize("value", [*NO_NUMBERS, math.nan, math.inf, -math.inf, "nan", 10**400], ids=str)
def test_what_is_no_finite_number_is_named(value):
    for check in (positive, lambda name, v: between(name, v, 0, math.inf), lambda name, v: between(name, v, -1, 1)):
        with pytest.raises(ValueError, match=r"(?s)^x=.*: allowed is a"):
            check("x", value)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: at_least("n", 0, 1), "n=0: allowed is a whole number from 1 up"),
        (lambda: at_least("n", 61, 1, at_most=60), "n=61: allowed is a whole number from 1 to 60"),
        (lambda: positive("x", 0), "x=0: allowed is a finite number above 0"),
        (lambda: between("x", -1, 0, math.inf), "x=-1: allowed is a finite number from 0 up"),
        (lambda: between("x", 2, 0, 0.5), "x=2: allowed is a number from 0 to 0.5"),
        (lambda: between("x", "2", -math.inf, math.inf), "x='2': allowed is a finite number"),
        (lambda: one_of("word", "gre", ("grey", "fixed")), "word='gre': allowed are 'grey', 'fixed'; did you mean"),
        (lambda: widths("hidden", (8, 0)), r"hidden=\(8, 0\): allowed is a tuple of whole numbers from 1 up"),
        (lambda: widths("hidden", 8), "hidden=8: allowed is a tuple of whole numbers from 1 up"),
        (lambda: image_shape((28, 28)), r"shape=\(28, 28\): allowed is \(channels, height, width\), each at least 1"),
        (lambda: image_shape((1, 28, 0)), r"shape=\(1, 28, 0\): allowed is \(channels, height, width\)"),
        (lambda: image_shape("abc"), "shape='abc': allowed is"),
    ],
)
def test_what_is_allowed_is_said(check, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        check()

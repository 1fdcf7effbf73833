"""Whatever an answer returns or does, a check ends, in bounded memory, and says what came."""

import contextlib
import itertools
import math
import resource
import sys
import time

import numpy as np
import pytest
import torch

from gencourse.exercises import bits_per_dim
from gencourse.exercises.checking import bounds, exercise, grading
from gencourse.exercises.checking.grading import grade
from gencourse.exercises.checking.returned import MOST_PARTS, Refused, flatten


class Liar:
    """Says of itself whatever makes a comparison hang or pass."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __len__(self):
        return 10**18

    def __iter__(self):
        return itertools.count()

    def __getattr__(self, name):
        return Liar()

    __class__ = torch.Tensor


class LyingList(list):
    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 10**18


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise RuntimeError("never called")


def nested():
    parts = []
    parts.append(parts)
    return parts


def endless(nats, n_dims):
    while True:
        pass


def deaf(nats, n_dims):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


REFUSED = [
    (lambda: torch.zeros(1).expand(10**12), r"a tensor of shape \(1000000000000,\): 1,000,000,000,000 numbers"),
    (lambda: np.broadcast_to(np.zeros(1), (10**12,)), "a NumPy array of shape"),
    (lambda: torch.zeros(3).to_sparse(), "a tensor that is sparse"),
    (lambda: torch.zeros(3, device="meta"), "without numbers"),
    (lambda: (i for i in range(3)), "a generator. A check compares tensors"),
    (itertools.count, "a count"),
    (lambda: range(10**12), "a range"),
    (lambda: "a" * 10**8, "a text of 100,000,000 characters"),
    (lambda: 1 << 10**6, "a whole number of 1,000,001 bits"),
    (lambda: [0.0] * (MOST_PARTS + 1), "more than 100,000 values in a list"),
    (nested, "more than 8 deep"),
    (Liar, "a Liar"),
    (lambda: {Liar(): 1}, "neither texts nor whole numbers"),
    (lambda: {1, 2}, "a set"),
    (lambda: np.array(["a", "b"]), "an array of no numbers"),
    (lambda: np.array([object()], dtype=object), "an array of no numbers"),
    (lambda: bits_per_dim, "an Exercise"),
]


@pytest.mark.parametrize(("value", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_be_compared_is_refused_with_what_came(value, words):
    with pytest.raises(Refused, match=words):
        flatten(value())
    result = bits_per_dim.judge(lambda nats, n_dims: value())
    assert result.outcome == "wrong" and result.explanation.startswith("Your function returns")


def test_methods_of_a_class_of_the_readers_own_are_not_called():
    assert flatten(LyingList([1.0, 2.0])) == {"output 1": 1.0, "output 2": 2.0}
    lying = torch.ones(2).as_subclass(LyingTensor)
    assert type(flatten(lying)[""]) is torch.Tensor


def test_a_very_large_whole_number_is_a_number():
    assert flatten(10**30) == {"": 1e30}
    assert not bits_per_dim.judge(lambda nats, n_dims: 10**30)


@pytest.fixture
def graded(monkeypatch):
    """Under grading, with half a second."""
    monkeypatch.setenv("GENCOURSE_GRADING", "1")
    for module in (exercise, grading):
        monkeypatch.setattr(module, "SECONDS", 0.5)


@pytest.mark.skipif(not hasattr(bounds.signal, "setitimer"), reason="no timer here: nbgrader's limit holds alone")
@pytest.mark.parametrize("function", [endless, deaf, lambda n, d: [i for i in itertools.count() if i < 0]])
def test_an_endless_loop_ends_under_grading(function, graded, capsys):
    began = time.monotonic()
    with pytest.raises(AssertionError, match="After 0.5 seconds your function had not come to an end"):
        bits_per_dim.check(function)
    with pytest.raises(AssertionError, match=r"After 0\.25 seconds .*\s.*It was in line"):
        grade("bits_per_dim", function, seeds=(0, 1))
    assert time.monotonic() - began < 5
    assert bounds.signal.getitimer(bounds.signal.ITIMER_REAL) == (0, 0), "the timer is off"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
@pytest.mark.parametrize(
    "function", [lambda n, d: torch.ones(10**11), lambda n, d: bytearray(10**12), lambda n, d: "a" * 10**11]
)
def test_memory_is_bounded_under_grading(function, graded, capsys):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(AssertionError, match="raised an error"):
        bits_per_dim.check(function)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_leaving_is_an_error_like_others(graded, capsys):
    with pytest.raises(AssertionError, match="SystemExit"):
        bits_per_dim.check(lambda nats, n_dims: sys.exit())


def test_a_right_answer_is_right_within_the_bounds(graded, capsys):
    assert bits_per_dim.check(lambda nats, n_dims: nats / n_dims / math.log(2))
    assert grade("bits_per_dim", lambda nats, n_dims: (nats / n_dims / math.log(2)).numpy(), points=2) == 2

"""What is told of a wrong answer that no listed mistake explains: relations, places, families, and nothing false."""

import math

import numpy as np
import pytest
import torch

from gencourse.exercises import Exercise, Mistake
from gencourse.exercises.checking.patterns import pattern
from gencourse.exercises.checking.where import which_entries, which_inputs

SIZES = ({"N": 2, "K": 3}, {"N": 5, "K": 4}, {"N": 4, "K": 1}, {"N": 3, "K": 3})


def weighted(x, scale):
    return x * scale


def make_inputs(generator, N, K):
    return {"x": torch.randn(N, K, generator=generator), "scale": 0.3 + float(torch.rand((), generator=generator))}


def exercise(**options):
    settings = {
        "reference": weighted,
        "question": "Write `weighted(x, scale)`.",
        "make_inputs": make_inputs,
        "hints": ("one", "two"),
        "sizes": SIZES,
    }
    return Exercise(**{**settings, **options})


def told(function, **options):
    result = exercise(**options).judge(function)
    assert not result
    return result.box.plain().replace("\n  ", " ")


# ------------------------------------------------------------------------------------------------- relations


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x, s: x * s / x.shape[1], "1/the size of axis 1 of `x` times what it should be"),
        (lambda x, s: x * s * math.sqrt(x.shape[0]), "√(the size of axis 0 of `x`) times"),
        (lambda x, s: x * s + math.log(x.shape[0]), "too large by log(the size of axis 0 of `x`)"),
        (lambda x, s: x * s * 1.7, "Everywhere it is 1.7 times what it should be"),
        (lambda x, s: x * s - 0.25, "Everywhere it is too small by 0.25"),
        (lambda x, s: (x * s).exp(), "It is the exponential of what it should be"),
        (lambda x, s: (x * s).roll(1, 0), "one place further on"),
        (lambda x, s: (x * s).sort(1).values, "Each row has the right numbers, but not at their places"),
        (lambda x, s: (x * s).flatten().sort().values.view(x.shape), "It has the right numbers, but not at their pl"),
        (lambda x, s: x * s + x[:, :1], "Each row is off by a constant of its own"),
    ],
)
def test_a_relation_is_told(function, words):
    assert words in told(function)


def test_a_relation_needs_numbers_enough():
    one = [(torch.tensor(2.0), torch.tensor(1.0))]
    assert pattern(one, [{"x": torch.ones(1)}], 1e-4) == ""


def test_infinite_entries_that_are_right_do_not_hide_a_relation():
    right = torch.tensor([1.0, 2.0, 4.0, -math.inf])
    assert "1.5 times" in pattern([(1.5 * right, right)], [{"x": right}], 1e-4)


# ---------------------------------------------------------------------------------------------------- places


def test_which_inputs():
    trials = exercise().trials()
    assert which_inputs(trials, [2], {}) == "", "a single form of input parts the trials by chance"
    trials = exercise(sizes=[*SIZES, {"N": 7, "K": 1}]).trials()
    assert which_inputs(trials, [2, 4], {}) == " It fails exactly on the inputs where axis 1 of `x` has size 1."
    assert which_inputs(trials, [0, 1, 3], {}) == " It is right only on the inputs where axis 1 of `x` has size 1."
    assert which_inputs(trials, [0, 1, 2, 3, 4], {}) == which_inputs(trials, [], {}) == ""


def test_a_clause_of_the_question_comes_before_other_properties():
    trials = exercise().trials()
    asked = {"K may be 1": [False, False, True, False], "N is 5": [False, True, False, False]}
    told = which_inputs(trials, [2], asked)
    assert told == " It fails exactly on the inputs that ask this of the question: “K may be 1”."


def test_which_entries():
    right = torch.ones(3, 3)
    assert which_entries([torch.eye(3) > 0], [right]) == " Wrong are exactly the entries on the diagonal."
    row = torch.tensor([[0, 0], [1, 1]]) > 0
    assert which_entries([row], [right[:2, :2]]) == "", "once may be chance"
    wide = row[:, :1].expand(2, 3)
    assert which_entries([row, wide], [right[:2, :2], right[:2]]) == " Wrong are exactly the entries of the last row."
    above = torch.ones(3, 3).triu(1) > 0
    assert which_entries([above], [right]) == " Wrong are exactly the entries above the diagonal."
    assert which_entries([right > 0], [right]) == ""


def test_the_first_differing_entry_is_shown_with_both_values():
    def third_row_wrong(x, s):
        out = x * s
        out[1, 0] += 1
        return out

    text = told(third_row_wrong)
    assert "at [1, 0]" in text and "expected" in text and "yours" in text


def both(x, scale):
    return x.sum(1), x * scale


def test_an_output_that_is_right_is_named_as_right_and_the_example_is_of_the_wrong_one():
    text = told(lambda x, s: (x.sum(1), x * s + x**3), reference=both)
    assert "`output 1` is right." in text and "your output 2" in text and "your output 1" not in text


def masked(x, scale):
    return torch.where(x > 0, x * scale, -math.inf)


def test_no_advice_on_infinities_where_the_right_answer_has_some():
    text = told(lambda x, s: torch.where(x < 0.1, x * s, -math.inf), reference=masked)
    assert "overflow" not in text and "infinite in other places" in text
    assert "overflow" in told(lambda x, s: x * s + (1e30 * torch.ones(())) ** 2)


# -------------------------------------------------------------------------------------------------- families


def quotient(x, scale):
    return x / scale


def pair(a, b):
    return a - 2 * b


def make_pair(generator, N, K):
    return {"a": torch.randn(N, K, generator=generator), "b": torch.randn(N, K, generator=generator)}


@pytest.mark.parametrize(
    ("function", "reference", "words"),
    [
        (lambda x, s: x * s**2, weighted, "You used the square of `scale`"),
        (lambda x, s: x * math.log(s), weighted, "You used log(scale)"),
        (lambda x, s: x * s, quotient, "You used 1/scale where `scale` is meant"),
        (lambda x, s: x, quotient, "You left `scale` out: it is as if it were 1."),
        (lambda x, s: (x * s).sum(), weighted, "You summed over everything"),
        (lambda x, s: (x * s).mean(0), weighted, "You averaged over axis 0 of the answer"),
    ],
)
def test_a_family_of_mistakes_is_told(function, reference, words):
    assert words in told(function, reference=reference)


def density(x, log_var, sigma):
    return -0.5 * x.square() / log_var.exp() - 0.5 * log_var + x / sigma


def make_density(generator, N, K):
    x, log_var = torch.randn(2, N, K, generator=generator)
    return {"x": x, "log_var": log_var, "sigma": 0.5 + float(torch.rand((), generator=generator))}


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x, v, s: density(x, 2 * v, s), "You took `log_var`, which is log σ², for log σ."),
        (lambda x, v, s: density(x, v.log(), s), "You took `log_var`, which is log σ², for σ²."),
        (lambda x, v, s: density(x, -v, s), "You used `log_var` with the wrong sign"),
        (lambda x, v, s: density(x, 2 * torch.nn.functional.softplus(v).log(), s), "You made σ of `log_var` by a soft"),
        (lambda x, v, s: density(x, v, s**0.5), "You took `sigma`, which is σ, for σ²."),
        (lambda x, v, s: density(x, v, math.exp(s)), "You took `sigma`, which is σ, for log σ."),
    ],
)
def test_a_scale_taken_for_another_is_told(function, words):
    assert words in told(function, reference=density, make_inputs=make_density)


def softmaxed(x, scale):
    return (x / scale).softmax(-1)


def loss(a, b):
    return (a - b).square().sum(1).sqrt().mean()


def moved(a, b):
    return a + 0.1 * (b - a)


def kept(x, mask, n):
    return x * mask + n


def make_kept(generator, N, K):
    x = torch.randn(N, K, generator=generator)
    return {"x": x, "mask": torch.rand(N, K, generator=generator) < 0.5, "n": 1 + N % 3}


@pytest.mark.parametrize(
    ("function", "reference", "inputs", "words"),
    [
        (lambda x, s: (x / s).softmax(0), softmaxed, make_inputs, "axes 0 and 1 have changed places"),
        (lambda x, s: (x / s).softmax(-1).sum(1), softmaxed, make_inputs, "You summed over axis 1 of the answer"),
        (lambda a, b: a - 0.1 * (b - a), moved, make_pair, "You went the other way from `a`"),
        (lambda a, b: 0.1 * (b - a), moved, make_pair, "You returned only what is to be added to `a`"),
        (lambda a, b: moved(a, b[:1].expand_as(b)), moved, make_pair, "You used the first of `b` for all"),
        (lambda a, b: (pair(a, b) + pair(b, a)) / 2, pair, make_pair, "You averaged both directions"),
        (lambda x, m, n: x * ~m + n, kept, make_kept, "You read `mask` the other way round"),
        (lambda x, m, n: x * m + n + 1, kept, make_kept, "You went one too far with `n`"),
    ],
)
def test_further_families(function, reference, inputs, words):
    assert words in told(function, reference=reference, make_inputs=inputs)


def total_of_rows(x, scale):
    return (x.sum() * scale).square()


def test_rows_taken_one_by_one_are_told():
    rows = lambda x, s: torch.stack([(row.sum() * s).square() for row in x]).mean()  # noqa: E731
    assert "each row of the inputs by itself and averaged" in told(rows, reference=total_of_rows)


def test_what_fits_the_trials_by_chance_is_not_told():
    """On the trials of seed 0 alone a size of 1 parts right from wrong; on those of other seeds it does not."""
    first = exercise().trials()
    chance = lambda x, s: x * s + float(any(torch.equal(x, t["x"]) for t in first) and x.shape[1] > 1)  # noqa: E731
    assert "inputs where" not in told(chance)
    narrow = told(lambda x, s: x * s + (x.shape[1] > 1) * x**3, sizes=[*SIZES, {"N": 7, "K": 1}])
    assert "right only on the inputs where axis 1 of `x` has size 1" in narrow


def test_of_explanations_that_fit_equally_well_two_are_told_and_more_are_not():
    inputs = lambda generator, N, K: {"x": make_inputs(generator, N, K)["x"], "n": str(N)}  # noqa: E731
    text = told(lambda x, n: (-x).sin(), reference=lambda x, n: x.sin(), make_inputs=inputs)
    assert "It has the wrong sign everywhere. Or: You used `x` with the wrong sign." in text


def test_no_family_explains_a_right_answer():
    from gencourse import exercises
    from gencourse.exercises.checking.answer import call
    from gencourse.exercises.checking.difference import difference
    from gencourse.exercises.checking.exercise import _known

    for name in ("auroc", "gaussian_kl", "enqueue", "hidden_patches"):
        known = _known(getattr(exercises, name), 0)
        for mistake in known.families:
            try:
                made = [call(mistake.function, inputs) for inputs in known.trials]
            except Exception:
                continue
            assert any(difference(m, k, known.tolerance, "value") for m, k in zip(made, known.keys, strict=True))


def test_mistakes_are_made_once_and_kept():
    called = []

    def counted(x, s):
        called.append(1)
        return x + s

    tested = exercise(mistakes=(Mistake(counted, "You added."),))
    tested.judge(lambda x, s: x * s + x**3)
    first = len(called)
    assert first > 5, "the mistake itself, and pairs with it"
    tested.judge(lambda x, s: x * s + x**5)
    assert len(called) == first


def test_exchanged_arguments_are_told():
    text = told(lambda a, b: b - 2 * a, reference=pair, make_inputs=make_pair)
    assert "You exchanged `a` and `b`." in text


def test_a_listed_mistake_comes_first_and_two_at_once_are_both_told():
    plus = Mistake(lambda x, s: x + s, "You added.")
    assert told(lambda x, s: x + s, mistakes=(plus,)).count("You added.") == 1
    text = told(lambda x, s: x + s**2, mistakes=(plus,))
    assert "Two things. You added. And: You used the square of `scale`" in text


def test_a_listed_mistake_that_is_made_on_some_inputs_only_is_told_with_how_many():
    plus = Mistake(lambda x, s: x + s, "You added.")
    text = told(lambda x, s: x + s if x.shape[1] > 1 else x * s, mistakes=(plus,))
    assert "You added. It is so on 3 of 4 inputs; on the others your answer is right." in text
    once = told(lambda x, s: x + s if x.shape[1] == 1 else x * s, mistakes=(plus,))
    assert "You added" not in once, "one input is too few"


def test_a_listed_mistake_in_one_output_is_told_of_that_output():
    both = lambda x, s: (x - s, x * s)  # noqa: E731
    minus = Mistake(lambda x, s: (s - x, x * s), "You took the difference the other way round.")
    text = told(lambda x, s: (s - x, x), reference=both, mistakes=(minus,))
    assert "In `output 1`: You took the difference the other way round." in text


def test_a_listed_mistake_is_known_by_its_finite_numbers():
    root = Mistake(lambda x, s: (x * s).sqrt(), "You took the root.")  # NaN below 0
    clamped = lambda x, s: (x * s).clamp(min=0).sqrt() + torch.where(x < 0, math.inf, 0.0)  # noqa: E731
    assert "You took the root." in told(clamped, mistakes=(root,))
    few = lambda x, s: torch.where(x == x.max(), (x * s).sqrt(), math.inf)  # noqa: E731
    assert "You took the root" not in told(few, mistakes=(root,)), "a number or two say nothing"


def test_a_gradient_where_none_should_flow_is_told():
    text = told(
        lambda x, s: (x * s).sum() + x.detach().sum() * 0 + (x - x.detach()).sum(),
        reference=lambda x, s: (x.detach() * s).sum() + 0 * x.sum(),
        differentiable=("x",),
    )
    assert "a gradient flows into `x`, and none should" in text


def test_other_inputs_are_judged_after_one_that_raised():
    def only_wide(x, s):
        if x.shape[1] == 1:
            raise IndexError("too narrow")
        return x * s**2

    text = told(only_wide)
    assert "too narrow" in text and "On the other inputs: You used the square of `scale`" in text
    text = told(lambda x, s: x * s if x.shape[1] > 1 else x[:, 1])
    assert "On all other inputs it is right." in text


# --------------------------------------------------------------------------- right answers in another spelling


@pytest.mark.parametrize(
    "function",
    [
        lambda x, s: np.asarray(x) * s,
        lambda x, s: [[float(v) * s for v in row] for row in x],
        lambda x, s: (x.double() * s).tolist(),
    ],
)
def test_numpy_and_plain_python_pass_where_nobody_trains(function):
    assert exercise().judge(function)


def test_where_gradients_are_compared_they_do_not():
    result = exercise(differentiable=("x",)).judge(lambda x, s: np.asarray(x.detach()) * s)
    assert not result and "NumPy array" in result.explanation


def total(x, scale):
    return (x * scale).sum()


def test_a_python_number_is_a_tensor_without_axes():
    assert exercise(reference=total).judge(lambda x, s: float((x * s).sum()))

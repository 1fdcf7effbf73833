"""What every model of sequences must do: sum to one, look only back, sample what it says, read on where it stopped."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gencourse.models.ngram import NGram
from gencourse.models.rnn import RNN, rnn_step
from gencourse.models.sequence import SequenceModel, draw_token, keep_top_k, keep_top_p, restrict
from gencourse.models.transformer import Transformer, attention_weights, causal_attention

MODELS: dict[str, Callable[..., Any]] = {
    "rnn": lambda vocab, **k: RNN(vocab, cell="rnn", width=6, **k),
    "gru": lambda vocab, **k: RNN(vocab, cell="gru", width=6, layers=2, **k),
    "lstm": lambda vocab, **k: RNN(vocab, cell="lstm", width=6, **k),
    "transformer": lambda vocab, **k: Transformer(vocab, length=6, width=8, layers=2, heads=2, **k),
    "recent": lambda vocab, **k: Transformer(vocab, length=6, width=8, layers=2, heads=2, recent=True, **k),
    "grid": lambda vocab, **k: Transformer(vocab, length=6, width=8, layers=2, heads=2, grid=3, **k),
}
LEARNED = pytest.mark.parametrize("name", MODELS)
NAMES = pytest.mark.parametrize("name", [*MODELS, "ngram"])


def build(name: str, vocab: int = 3, classes: int = 0, seed: int = 0) -> Any:
    """A random model in float64, far from uniform, so that mistakes show."""
    torch.manual_seed(seed)
    if name == "ngram":
        return NGram(vocab, order=3, strength=0.5).count(torch.randint(vocab, (40,)))
    model = MODELS[name](vocab, classes=classes).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    return model


def everything(vocab: int, length: int) -> torch.Tensor:
    return torch.cartesian_prod(*[torch.arange(vocab)] * length).view(-1, length)


@NAMES
@pytest.mark.parametrize("vocab, length", [(2, 6), (3, 4), (5, 2)])
def test_all_sequences_of_a_length_share_one_unit_of_mass(name, vocab, length):
    mass = build(name, vocab).log_prob(everything(vocab, length)).exp()
    assert mass.sum().item() == pytest.approx(1, abs=1e-5) and mass.std() > 0.2 * mass.mean()


@LEARNED
def test_so_do_they_for_each_class_and_the_classes_differ(name):
    model, x = build(name, classes=3), everything(3, 3)
    log_probs = torch.stack([model.log_prob(x, torch.full((len(x),), k)) for k in range(3)])
    torch.testing.assert_close(log_probs.exp().sum(1), torch.ones(3, dtype=torch.float64))
    assert (log_probs[0] - log_probs[1]).abs().max() > 0.01
    with pytest.raises(ValueError, match="this model is conditional; give each sequence one of its 3 classes"):
        model.log_prob(x)


@NAMES
@settings(max_examples=15, deadline=None)
@given(vocab=st.integers(2, 5), length=st.integers(1, 6), place=st.integers(0, 5), seed=st.integers(0, 1000))
def test_changing_a_token_changes_no_earlier_answer_nor_its_own(name, vocab, length, place, seed):
    model, place = build(name, vocab, seed=seed), place % length
    x = torch.randint(vocab, (4, length), generator=torch.Generator().manual_seed(seed))
    changed = x.clone()
    changed[:, place] = (x[:, place] + 1) % vocab
    a, b = model.logits(x), model.logits(changed)
    assert torch.equal(a[:, : place + 1], b[:, : place + 1])
    if name != "ngram" and place + 1 < length:
        assert not torch.allclose(a[:, place + 1], b[:, place + 1])


@LEARNED
def test_the_jacobian_of_answers_by_inputs_is_zero_above_the_diagonal_and_nowhere_below(name):
    model, x = build(name), torch.randint(3, (1, 6))
    weight = model.embed.weight.detach()
    model.embed = _Given()
    inputs = torch.nn.functional.embedding(torch.cat([torch.full((1, 1), 3), x[:, :-1]], 1), weight)
    jacobian = torch.autograd.functional.jacobian(lambda e: _read(model, e)[0].sum(-1), inputs)[:, 0].abs().sum(-1)
    assert (jacobian.triu(1) == 0).all()
    assert (jacobian[torch.ones(6, 6).tril().bool()] > 0).all()


class _Given(torch.nn.Module):
    """Stands in for an embedding and gives back vectors handed to it."""

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.vectors


def _read(model: Any, vectors: torch.Tensor) -> torch.Tensor:
    model.embed.vectors = vectors
    return model.read(torch.zeros(vectors.shape[:2], dtype=torch.long))[0]


@NAMES
@pytest.mark.parametrize("parts", [[1] * 6, [3, 3], [2, 1, 3]])
def test_reading_in_parts_gives_the_answers_of_reading_at_once(name, parts):
    model = build(name)
    x = torch.randint(3, (2, 6))
    inputs = torch.cat([model.start(2, None, x.device), x[:, :-1]], 1)
    whole, state, answers = model.read(inputs)[0], None, []
    for part in inputs.split(parts, dim=1):
        answer, state = model.read(part, state)
        answers.append(answer)
    torch.testing.assert_close(torch.cat(answers, 1), whole)
    torch.testing.assert_close(model.logits(x), whole)


@NAMES
def test_cached_and_naive_sampling_give_the_same_sequences(name):
    model = build(name).float()
    for prefix in (None, torch.tensor([2, 0]), torch.randint(3, (20, 3))):
        a, b = (
            model.sample(20, 6, generator=torch.Generator().manual_seed(1), prefix=prefix, cached=cached)
            for cached in (True, False)
        )
        assert torch.equal(a, b) and a.shape == (20, 6) and a.unique().tolist() == [0, 1, 2]
        if prefix is not None:
            assert torch.equal(a[:, : prefix.shape[-1]], prefix.expand(20, -1))


@NAMES
@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}, {"top_k": 2}, {"top_p": 0.9}])
def test_samples_are_as_frequent_as_their_probability_says(name, options):
    """Pearson's chi-square over all 27 sequences of three tokens; restrictions act on each factor first."""
    from scipy.stats import chi2

    model, x, n = build(name), everything(3, 3), 20_000
    samples = model.sample(n, 3, generator=torch.Generator().manual_seed(1), **options)
    observed = torch.bincount(samples @ torch.tensor([9, 3, 1]), minlength=27)
    logits = model.logits(x) / options.get("temperature", 1)
    logits = restrict(logits.flatten(0, 1), options.get("top_k"), options.get("top_p")).view_as(logits)
    p = logits.double().log_softmax(-1).gather(-1, x[..., None])[..., 0].sum(1).exp()
    assert p.sum().item() == pytest.approx(1) and (observed[p == 0] == 0).all()
    expected, observed = n * p[p > 0], observed[p > 0]
    assert chi2.sf(((observed - expected) ** 2 / expected).sum().item(), len(expected) - 1) > 1e-4


def test_top_k_and_top_p_keep_what_they_say():
    logits = torch.tensor([[0.1, 0.4, 0.2, 0.3]]).log()
    kept = lambda **k: restrict(logits, **k)[0].isfinite().nonzero()[:, 0].tolist()  # noqa: E731
    assert kept(top_k=2) == [1, 3] and kept(top_k=9) == [0, 1, 2, 3] and kept(top_k=1) == [1]
    assert kept(top_p=0.39) == [1] and kept(top_p=0.41) == [1, 3] and kept(top_p=1.0) == [0, 1, 2, 3]
    for bad, words in ((dict(top_k=0), "top_k=0: allowed"), (dict(top_p=0.0), "top_p=0.0: allowed")):
        with pytest.raises(ValueError, match=words):
            restrict(logits, **bad)


def test_the_nucleus_is_what_reaches_p_by_hand_and_not_by_rounding():
    """0.5 + 0.3 is 0.8, in float32 a hair less; and 1 is reached with the last token, not when the sum rounds to 1."""
    kept = lambda p, *shares: int(keep_top_p(torch.tensor([shares]).log(), p).isfinite().sum())  # noqa: E731
    assert [kept(p, 0.5, 0.3, 0.1, 0.1) for p in (0.5, 0.8, 0.9, 0.95, 1.0)] == [1, 2, 3, 4, 4]
    assert kept(1e-9, 0.5, 0.5) == 1 and kept(0.5, 0.5, 0.5) == 1 and kept(0.51, 0.5, 0.5) == 2
    assert [kept(k / 10, *[0.1] * 10) for k in range(1, 11)] == list(range(1, 11))
    assert kept(1.0, 1.0, *[1e-12] * 1000) == 1001
    assert torch.equal(restrict(torch.randn(3, 1000), top_p=1.0).isfinite(), torch.ones(3, 1000, dtype=torch.bool))


def test_what_ties_with_the_last_of_the_top_k_stays():
    assert keep_top_k(torch.tensor([[2.0, 1.0, 1.0, 0.0]]), 2).isfinite().tolist() == [[True, True, True, False]]
    assert keep_top_k(torch.zeros(1, 5), 1).isfinite().all()


def test_the_smallest_temperatures_draw_the_likeliest_token():
    model = build("gru")
    likeliest = model.sample(1, 6, top_k=1)
    assert torch.equal(model.sample(5, 6, temperature=1e-30), likeliest.expand(5, -1))
    assert likeliest.any()  # a NaN would draw token 0 each time


def test_a_token_that_was_ruled_out_is_never_drawn_not_even_by_the_largest_number_below_one():
    logits = restrict(torch.tensor([[0.3, 0.2, 0.1, 0.05]]).log(), top_k=2)
    assert draw_token(logits, torch.tensor([1 - 2**-24])).item() == 1


@LEARNED
def test_a_model_that_knows_nothing_pays_the_logarithm_of_the_vocabulary(name):
    model = build(name, vocab=4)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.randint(4, (3, 5))
    assert model.loss(x)["bits"].item() == pytest.approx(2)
    assert model.log_prob(x)[0].item() == pytest.approx(-5 * math.log(4))


def test_an_n_gram_is_what_a_plain_loop_counts():
    x, strength = torch.randint(3, (60,), generator=torch.Generator().manual_seed(0)).tolist(), 2.0

    def p(word, context):
        if context is None:
            return 1 / 3
        shorter = p(word, context[1:] if context else None)
        places = [i for i in range(len(context), 60) if x[i - len(context) : i] == context]
        hits = sum(x[i] == word for i in places)
        return (hits + strength * shorter) / (len(places) + strength)

    model = NGram(3, order=3, strength=strength).count(torch.tensor(x))
    text = [2, 0, 1, 1, 2, 0]
    expected = [math.log(p(w, text[max(0, i - 2) : i])) for i, w in enumerate(text)]
    torch.testing.assert_close(model.token_log_probs(torch.tensor([text]))[0], torch.tensor(expected))
    assert model.size == sum(len({tuple(x[i : i + k]) for i in range(61 - k)}) for k in (1, 2, 3))


def test_the_plain_cell_is_torchs():
    ours, theirs = RNN(4, cell="rnn", width=5).cell, torch.nn.RNN(5, 5, batch_first=True)
    theirs.weight_ih_l0, theirs.weight_hh_l0, theirs.bias_ih_l0 = ours.w.weight, ours.u.weight, ours.w.bias
    torch.nn.init.zeros_(theirs.bias_hh_l0)
    x = torch.randn(2, 7, 5)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])
    torch.testing.assert_close(
        rnn_step(x[:, 0], torch.zeros(2, 5), ours.w.weight, ours.u.weight, ours.w.bias), theirs(x)[0][:, 0]
    )


@pytest.mark.parametrize("queries", [1, 3, 5])
def test_attention_is_its_weights_times_the_values(queries):
    q, k, v = torch.randn(2, 3, queries, 4), torch.randn(2, 3, 5, 4), torch.randn(2, 3, 5, 4)
    weights = attention_weights(q, k)
    torch.testing.assert_close(causal_attention(q, k, v), weights @ v)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, queries))
    assert (weights.triu(5 - queries + 1) == 0).all()
    low = causal_attention(q.bfloat16(), k.bfloat16(), v.bfloat16())
    torch.testing.assert_close(low.float(), weights @ v, atol=0.05, rtol=0.05)


def test_scores_fall_with_the_distance_at_each_heads_own_rate():
    q, k, slopes = torch.zeros(3, 4, 2), torch.zeros(3, 5, 2), torch.tensor([1.0, 0.25, 0.0])
    weights = attention_weights(q, k, slopes)
    expected = torch.exp(-slopes[:, None] * torch.tensor([4.0, 3, 2, 1, 0]))  # the last query, of equal scores
    torch.testing.assert_close(weights[:, -1], expected / expected.sum(1, keepdim=True))
    assert (weights.triu(2) == 0).all()


def test_the_attention_maps_are_those_of_the_answers():
    model, x = build("transformer"), torch.randint(3, (2, 6))
    maps = model.attention(x)
    assert maps.shape == (2, 2, 2, 6, 6) and torch.allclose(maps.sum(-1), torch.ones(()).double())
    assert (maps.triu(1) == 0).all() and (maps[..., 0, 0] == 1).all()


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: NGram(1), "vocab=1: allowed is a whole number from 2 up"),
        (lambda: NGram(100, order=12), "order=12: allowed are at most 9 for 100 tokens"),
        (lambda: NGram(3, strength=0), "strength=0: allowed is a finite number above 0"),
        (lambda: NGram(3).count(torch.tensor([1])), r"x \(1,\): allowed is one sequence of at least order=3"),
        (lambda: NGram(3).logits(torch.zeros(1, 2, dtype=torch.long)), "nothing has been counted yet"),
        (lambda: RNN(3, cell="elman"), "cell='elman', layers=1: allowed are 'rnn' with one layer, 'gru' and 'lstm'"),
        (lambda: RNN(3, cell="rnn", layers=2), "cell='rnn', layers=2"),
        (lambda: RNN(3, width=0), "width=0"),
        (lambda: Transformer(3, length=4, width=10, heads=4), "width=10: allowed is a multiple of heads=4"),
        (lambda: build("transformer").logits(torch.zeros(1, 7, dtype=torch.long)), "7 tokens: allowed are at most"),
        (lambda: build("gru").log_prob(torch.zeros(2, 3)), "whole numbers"),
        (lambda: build("gru").log_prob(torch.zeros(3).long()), r"x \(3,\): allowed are sequences \(B, T\)"),
        (lambda: build("gru").log_prob(torch.tensor([[0, 3]])), "x reaches from 0 to 3: allowed .* from 0 to 2"),
        (lambda: build("transformer").logits(torch.tensor([[-1, 0]])), "x reaches from -1 to 0"),
        (lambda: build("transformer").attention(torch.tensor([[3, 0]])), "x reaches from 0 to 3"),
        (lambda: NGram(3).count(torch.tensor([0, 1, 2, 3])), "x reaches from 0 to 3"),
        (lambda: build("transformer", classes=2).sample(2, 3, y=-1), "y reaches from -1 to -1: .* from 0 to 1"),
        (lambda: build("transformer", classes=2).sample(2, 3, y=2), "y reaches from 2 to 2"),
        (lambda: build("gru", classes=2).log_prob(torch.zeros(2, 3).long(), torch.tensor([0, 2])), "y reaches from 0"),
        (lambda: build("gru", classes=2).sample(2, 3, y=[0, 1, 0]), r"y \(3,\): allowed is one class for all, or"),
        (lambda: build("gru").sample(2, 3, temperature=0), "temperature=0"),
        (lambda: build("gru").sample(2, 3, temperature=1e-40), "temperature=1e-40: allowed is 1e-30 or more"),
        (lambda: build("gru").sample(2, 3, temperature="1"), "temperature='1'"),
        (lambda: build("gru").sample(2, 3, top_p="0.5"), "top_p='0.5'"),
        (lambda: build("gru").sample(2, 3, top_k=1.0), "top_k=1.0"),
        (lambda: build("gru").sample(2, 3, prefix=torch.tensor([3])), "prefix reaches from 3 to 3"),
        (lambda: build("transformer").sample(2, 3, prefix=torch.tensor([[0, -1]])), "prefix reaches from -1 to 0"),
        (lambda: build("gru").sample(2, 3, prefix=torch.zeros(4, dtype=torch.long)), r"prefix \(4,\): allowed is"),
        (lambda: build("gru").sample(2, 0), "length=0"),
    ],
)
def test_bad_arguments_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_the_frame_says_that_it_has_no_network():
    with pytest.raises(NotImplementedError):
        SequenceModel(2).logits(torch.zeros(1, 2, dtype=torch.long))

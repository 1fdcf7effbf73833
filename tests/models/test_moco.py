"""The queue holds the last keys in order, InfoNCE is lightly's, and no gradient reaches the momentum encoder."""

import hypothesis.strategies as st
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings

from gencourse.models.moco import KeyQueue, MoCo, enqueue, follow, frozen_copy, info_nce, moving_average
from gencourse.training.checkpoint import read_safetensors, write_safetensors

PLAIN = dict(shape=(3, 16, 16), projection=8, queue=10)


def images(n: int = 4, seed: int = 0, size: int = 16) -> torch.Tensor:
    return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(seed))


@given(size=st.integers(1, 12), batches=st.lists(st.integers(0, 15), max_size=8))
@settings(max_examples=100, deadline=None)
def test_the_queue_holds_the_last_keys_in_order(size, batches):
    queue, everything = KeyQueue(size, 2), torch.zeros(0, 2)
    for step, count in enumerate(batches):
        keys = torch.stack([torch.arange(count) + len(everything), torch.full((count,), step)], 1).float()
        queue.put(keys, step)
        everything = torch.cat([everything, keys])
    assert torch.equal(queue.in_order(), everything[-size:])
    assert len(queue.keys) == min(size, len(everything))
    lying = queue.ring[queue.born >= 0]  # each key's second number is the step it joined at
    assert torch.equal(queue.born[queue.born >= 0], lying[:, 1].long())
    now = len(batches)
    assert torch.equal(queue.ages(now)[queue.born >= 0], now - lying[:, 1].long())
    assert (queue.ages(now)[queue.born < 0] == -1).all()


@given(size=st.integers(1, 9), pointer=st.integers(0, 8), data=st.data())
@settings(max_examples=60, deadline=None)
def test_enqueue_goes_around_the_ring_and_leaves_its_argument_alone(size, pointer, data):
    pointer, count = pointer % size, data.draw(st.integers(0, size))
    before, keys = torch.arange(float(size))[:, None], -1 - torch.arange(float(count))[:, None]
    after, moved = enqueue(before, keys, pointer)
    expected = list(range(size))
    for k in range(count):
        expected[(pointer + k) % size] = -1 - k
    assert after[:, 0].tolist() == expected and moved == (pointer + count) % size
    assert torch.equal(before[:, 0], torch.arange(float(size)))


def test_more_keys_than_places_are_refused():
    with pytest.raises(ValueError, match="5 keys: allowed are at most the 4 places"):
        enqueue(torch.zeros(4, 2), torch.zeros(5, 2), 0)


def test_the_queue_is_used_only_where_it_is_filled():
    """Three keys in a queue of ten: the zeros of the other seven places are no negatives."""
    torch.manual_seed(0)
    model = MoCo(**PLAIN)
    model.queue.put(F.normalize(torch.randn(3, 8), dim=1), step=1)
    assert model.queue.keys.shape == (3, 8)
    query, key = F.normalize(torch.randn(2, 8), dim=1), F.normalize(torch.randn(2, 8), dim=1)
    by_hand = torch.cat([(query * key).sum(1, keepdim=True), query @ model.queue.ring[:3].T], 1) / 0.2
    expected = -by_hand.log_softmax(1)[:, 0].mean()
    torch.testing.assert_close(info_nce(query, key, model.queue.keys, 0.2), expected)
    assert info_nce(query, key, model.queue.ring, 0.2) > expected + 0.1  # what an unfilled queue would have done


def test_with_an_empty_queue_nothing_can_be_confused():
    model = MoCo(**PLAIN).train()
    assert model.loss(images())["loss"].item() == 0
    assert model.loss(images())["loss"].item() > 0


@given(
    batch=st.integers(1, 6),
    dim=st.integers(2, 8),
    negatives=st.integers(1, 20),
    temperature=st.floats(0.05, 1.0),
    seed=st.integers(0, 10_000),
)
@settings(max_examples=60, deadline=None)
def test_the_loss_is_lightlys_with_a_memory_bank(batch, dim, negatives, temperature, seed):
    from lightly.loss import NTXentLoss

    generator = torch.Generator().manual_seed(seed)
    query, key, bank = (torch.randn(n, dim, generator=generator) for n in (batch, batch, negatives))
    theirs = NTXentLoss(temperature=temperature, memory_bank_size=(negatives, dim))
    theirs.memory_bank.bank = F.normalize(bank, dim=1)
    theirs.memory_bank.bank_ptr = torch.zeros(1, dtype=torch.long)
    ours, their = query.clone().requires_grad_(), query.clone().requires_grad_()
    mine, yours = info_nce(ours, key, bank, temperature), theirs(their, key)
    torch.testing.assert_close(mine, yours, rtol=1e-5, atol=1e-5)
    mine.backward()
    yours.backward()
    torch.testing.assert_close(ours.grad, their.grad, rtol=1e-4, atol=1e-5)


def test_no_gradient_reaches_keys_negatives_or_the_momentum_encoder():
    query, key, bank = (torch.randn(3, 4, requires_grad=True) for _ in range(3))
    info_nce(query, key, bank, 0.2).backward()
    assert query.grad is not None and key.grad is None and bank.grad is None
    model = MoCo(**PLAIN).train()
    model.loss(images(seed=1))
    model.loss(images())["loss"].backward()
    slow = [*model.key_encoder.parameters(), *model.key_head.parameters()]
    fast = [*model.encoder.parameters(), *model.head.parameters()]
    assert all(p.grad is None and not p.requires_grad for p in slow)
    assert all(p.grad is not None for p in fast)
    assert not model.queue.ring.requires_grad


@given(momentum=st.floats(0, 1), seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_following_is_the_moving_average_it_claims(momentum, seed):
    torch.manual_seed(seed)
    fast, slow = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    before = [p.clone() for p in slow.parameters()]
    follow(slow, fast, momentum)
    for old, theirs, ours in zip(before, slow.parameters(), fast.parameters(), strict=True):
        torch.testing.assert_close(theirs, momentum * old + (1 - momentum) * ours)


def test_momentum_one_stands_still_and_momentum_nought_copies():
    slow, fast = torch.randn(5), torch.randn(5)
    assert torch.equal(moving_average(slow, fast, 1.0), slow)
    assert torch.equal(moving_average(slow, fast, 0.0), fast)


def test_the_first_step_follows_before_it_looks():
    model = MoCo(**PLAIN, momentum=0.0).train()
    torch.nn.init.constant_(next(model.encoder.parameters()), 0.01)
    model.loss(images())
    for ours, theirs in zip(model.encoder.parameters(), model.key_encoder.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_evaluation_changes_nothing():
    model = MoCo(**PLAIN).train()
    model.loss(images())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.eval().loss(images(seed=3))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_queue_ages_and_steps_come_back_from_a_file(tmp_path):
    model = MoCo(**PLAIN).train()
    for seed in range(4):
        model.loss(images(seed=seed))
    write_safetensors(tmp_path / "moco.safetensors", model.state_dict(), {})
    again = MoCo(**model.config)
    again.load_state_dict(read_safetensors(tmp_path / "moco.safetensors")[0])
    assert torch.equal(again.queue.in_order(), model.queue.in_order()) and int(again.steps) == 4
    assert torch.equal(again.queue.born, model.queue.born)


def test_the_versions_differ_as_the_papers_say():
    first, second = MoCo(version=1), MoCo(version=2)
    assert isinstance(first.head, torch.nn.Linear) and first.temperature == 0.07
    assert isinstance(second.head, torch.nn.Sequential) and second.temperature == 0.2
    assert MoCo(version=1, temperature=0.5).temperature == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(version=3), "version=3: allowed is a whole number from 1 to 2"),
        (dict(queue=0), "queue=0"),
        (dict(projection=True), "projection=True"),
        (dict(momentum=1.1), "momentum=1.1"),
        (dict(temperature=0.0), "temperature=0.0"),
        (dict(encoder="none"), "none"),
    ],
)
def test_a_bad_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        MoCo(**arguments)


def test_a_frozen_copy_stays_when_the_original_moves():
    network = torch.nn.Linear(2, 2)
    copy = frozen_copy(network)
    before = copy.weight.clone()
    with torch.no_grad():
        network.weight.add_(1)
    assert torch.equal(copy.weight, before) and not copy.weight.requires_grad

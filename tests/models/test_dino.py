"""The centre is the moving average it claims, the teacher gets no gradient, and the loss is the papers' double loop."""

import math

import hypothesis.strategies as st
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings

from gencourse.models.dino import (
    DINO,
    cosine_schedule,
    distillation_loss,
    teacher_probabilities,
    update_centre,
)

SMALL = dict(shape=(3, 16, 16), outputs=6, hidden=8, bottleneck=4, local_size=8, horizon=10)


def images(n: int = 4, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, 3, 16, 16, generator=torch.Generator().manual_seed(seed))


@given(views=st.integers(2, 5), batch=st.integers(1, 4), outputs=st.integers(2, 6), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_the_loss_is_the_double_loop(views, batch, outputs, seed):
    generator = torch.Generator().manual_seed(seed)
    student = torch.randn(views, batch, outputs, generator=generator)
    targets = torch.randn(2, batch, outputs, generator=generator).softmax(-1)
    terms = [
        -(targets[t] * (student[v] / 0.1).log_softmax(-1)).sum(-1).mean()
        for t in range(2)
        for v in range(views)
        if v != t
    ]
    expected = torch.stack(terms).mean()
    torch.testing.assert_close(distillation_loss(student, targets, 0.1), expected)
    with torch.autocast("cpu", dtype=torch.bfloat16):  # no rounding to two or three digits
        torch.testing.assert_close(distillation_loss(student, targets, 0.1), expected)


@given(seed=st.integers(0, 1000), views=st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_the_loss_is_lightlys(seed, views):
    from lightly.loss import DINOLoss

    generator = torch.Generator().manual_seed(seed)
    student, teacher = (torch.randn(n, 3, 5, generator=generator) for n in (views, 2))
    theirs = DINOLoss(output_dim=5, warmup_teacher_temp=0.04, teacher_temp=0.04, student_temp=0.1)
    expected = theirs(list(teacher), list(student), epoch=0)
    ours = distillation_loss(student, teacher_probabilities(teacher, torch.zeros(5), 0.04), 0.1)
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-5)
    centre = update_centre(torch.zeros(5), teacher, 0.9)
    torch.testing.assert_close(centre, theirs.center.flatten(), rtol=1e-5, atol=1e-6)


@given(momentum=st.floats(0, 1), counts=st.lists(st.integers(1, 5), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_centre_is_the_moving_average_of_the_batches(momentum, counts):
    generator, centre = torch.Generator().manual_seed(len(counts)), torch.zeros(3)
    batches = [torch.randn(2, n, 3, generator=generator) for n in counts]
    for batch in batches:
        centre = update_centre(centre, batch, momentum)
    weights = [(1 - momentum) * momentum ** (len(counts) - 1 - i) for i in range(len(counts))]
    expected = sum(w * b.mean((0, 1)) for w, b in zip(weights, batches, strict=True))
    torch.testing.assert_close(centre, expected, atol=1e-5, rtol=1e-5)


def test_the_models_centre_comes_from_the_teacher_after_the_batch(monkeypatch):
    torch.manual_seed(0)
    model = DINO(**SMALL).train()
    expected, before = torch.zeros(6), []
    teach = model.teach

    def watched(large):
        before.append(model.centre.clone())
        logits = teach(large)
        nonlocal expected
        expected = 0.9 * expected + 0.1 * logits.flatten(0, 1).mean(0)
        return logits

    monkeypatch.setattr(model, "teach", watched)
    for seed in range(3):
        model.loss(images(seed=seed))
        torch.testing.assert_close(model.centre, expected)
    assert torch.equal(before[0], torch.zeros(6))  # a batch is centred by the batches before it


def test_no_gradient_reaches_the_teacher_or_the_centre():
    model = DINO(**SMALL).train()
    model.loss(images())["loss"].backward()
    teacher = [*model.teacher_encoder.parameters(), *model.teacher_head.parameters()]
    assert all(p.grad is None and not p.requires_grad for p in teacher)
    assert all(p.grad is not None for p in [*model.encoder.parameters(), *model.head.parameters()])
    assert not model.centre.requires_grad
    logits = torch.randn(2, 3, 4, requires_grad=True)
    assert not teacher_probabilities(logits, torch.zeros(4), 0.04).requires_grad
    assert not update_centre(torch.zeros(4), logits, 0.9).requires_grad


def test_the_teacher_is_the_average_of_the_students():
    torch.manual_seed(0)
    model = DINO(**{**SMALL, "horizon": 4}, momentum=0.5).train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
    average = [p.clone() for p in model.encoder.parameters()]
    for step in range(6):
        m = cosine_schedule(0.5, 1.0, step, 4)
        average = [m * a + (1 - m) * p.detach() for a, p in zip(average, model.encoder.parameters(), strict=True)]
        optimizer.zero_grad()
        model.loss(images(seed=step))["loss"].backward()
        optimizer.step()
        for ours, theirs in zip(average, model.teacher_encoder.parameters(), strict=True):
            torch.testing.assert_close(ours, theirs.detach())


@given(start=st.floats(0, 2), end=st.floats(0, 2), steps=st.integers(1, 100))
@settings(max_examples=40, deadline=None)
def test_a_schedule_begins_and_ends_where_it_says_and_never_turns(start, end, steps):
    values = [cosine_schedule(start, end, step, steps) for step in range(steps + 3)]
    assert values[0] == pytest.approx(start) and values[steps:] == pytest.approx([end] * 3)
    differences = [b - a for a, b in zip(values, values[1:], strict=False)]
    assert all(d * (end - start) >= -1e-12 for d in differences)
    assert cosine_schedule(start, end, 1, 2) == pytest.approx((start + end) / 2)


def test_the_teachers_temperature_rises():
    model = DINO(**SMALL, warmup=4, warmup_temperature=0.02, teacher_temperature=0.06)
    found = []
    for step in range(6):
        model.steps.fill_(step)
        found.append(model.temperatures()[1])
    assert found == pytest.approx([0.02, 0.03, 0.04, 0.05, 0.06, 0.06])
    assert DINO(**SMALL, sharpening=False).temperatures() == (0.1, 0.1)


def test_the_parts_add_up_and_entropy_is_a_distributions():
    """On two large views alone the loss is entropy + KL; both are those of torch.distributions."""
    torch.manual_seed(0)
    model = DINO(**{**SMALL, "local_crops": 0}).train()
    terms = model.loss(images())
    torch.testing.assert_close(terms["loss"], terms["entropy"] + terms["kl"])
    targets, student = torch.randn(2, 3, 5).softmax(-1), torch.randn(2, 3, 5)
    p = torch.distributions.Categorical(probs=targets)
    q = torch.distributions.Categorical(logits=student.flip(0) / 0.1)  # the other view's
    kl = torch.distributions.kl_divergence(p, q).mean()
    torch.testing.assert_close(distillation_loss(student, targets, 0.1), p.entropy().mean() + kl)


@pytest.mark.parametrize("encoder", ["conv", "vit"])
def test_multi_crop_small_views_go_to_the_student_alone(encoder, monkeypatch):
    model = DINO(**{**SMALL, "local_crops": 3}, encoder=encoder).train()
    seen = {"student": [], "teacher": []}
    model.encoder.register_forward_hook(lambda _, x, __: seen["student"].append(tuple(x[0].shape)))
    model.teacher_encoder.register_forward_hook(lambda _, x, __: seen["teacher"].append(tuple(x[0].shape)))
    model.loss(images())
    assert seen["teacher"] == [(8, 3, 16, 16)]
    assert seen["student"] == [(8, 3, 16, 16), (12, 3, 8, 8)]


def test_views_stay_in_order():
    """The logits of view v, image b are those of that crop alone."""
    model = DINO(**SMALL).eval()
    large, small = model.views(images())
    logits = model.study(large, small)
    assert logits.shape == (4, 4, 6)
    one = model.head(model.encoder(small[4 + 2 : 4 + 3]))  # the second small view of the third image
    torch.testing.assert_close(logits[3, 2], one[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(logits[1, 0], model.head(model.encoder(large[4:5]))[0], atol=1e-5, rtol=1e-4)


def test_without_centering_the_targets_ignore_the_centre():
    torch.manual_seed(0)
    model = DINO(**SMALL, centering=False).eval()
    torch.manual_seed(1)
    before = model.loss(images())["loss"]
    model.centre.normal_()
    torch.manual_seed(1)
    assert torch.equal(model.loss(images())["loss"], before)


def test_the_logits_are_cosines():
    model = DINO(**SMALL)
    logits = model.head(torch.randn(50, model.encoder.n_features) * 100)
    assert logits.abs().max() <= 1 + 1e-6
    code = F.normalize(model.head.layers(torch.ones(1, model.encoder.n_features)), dim=-1)
    expected = F.cosine_similarity(code, model.head.prototypes)
    torch.testing.assert_close(model.head(torch.ones(1, model.encoder.n_features))[0], expected)


@pytest.mark.parametrize(
    "arguments",
    [
        dict(outputs=0),
        dict(local_crops=-1),
        dict(warmup=1.5),
        dict(student_temperature=0.0),
        dict(momentum=2.0),
        dict(teacher_temperature=math.nan),
        dict(centre_momentum=-0.1),
        dict(horizon=0),
    ],
)
def test_a_bad_argument_is_named(arguments):
    name, value = next(iter(arguments.items()))
    with pytest.raises(ValueError, match=f"{name}={value!r}: allowed"):
        DINO(**arguments)

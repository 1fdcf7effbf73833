"""The matrix's losses are nt_xent's, in Python and in the page, and its shares are those of the gradient."""

import re

import hypothesis.strategies as st
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings

from gencourse.models.contrastive import nt_xent
from gencourse.widgets import SimilarityMatrix

WIDE = {"viewport": {"width": 900, "height": 800}}


def draw_views(n, seed=0):
    z = F.normalize(torch.randn(n, 6, generator=torch.Generator().manual_seed(seed)), dim=1)
    return torch.cat([z, F.normalize(z + 0.3 * torch.randn(n, 6, generator=torch.Generator().manual_seed(9)), dim=1)])


def losses_in(host):
    host.settle()
    return [float(x) for x in re.findall(r"(\d+\.\d+) nats", host.page.inner_text(".gc-readout"))]


@given(n=st.integers(2, 32), seed=st.integers(0, 1000), temperature=st.floats(0.05, 2))
@settings(max_examples=30, deadline=None)
def test_the_mean_of_the_rows_is_nt_xent(n, seed, temperature):
    z = draw_views(n, seed)
    widget = SimilarityMatrix(z @ z.T, temperature=temperature)
    assert widget.losses().mean().item() == pytest.approx(nt_xent(z[:n], z[n:], temperature).item(), abs=1e-5)
    assert torch.allclose(widget.probabilities().sum(1), torch.ones(2 * n).double())
    assert (widget.probabilities().diag() == 0).all()


def test_the_page_computes_nt_xent_as_the_temperature_moves(mount):
    z = draw_views(8)
    host = mount(SimilarityMatrix(z @ z.T, temperature=0.5), **WIDE)
    assert losses_in(host)[1] == pytest.approx(nt_xent(z[:8], z[8:], 0.5).item(), abs=6e-4)
    host.page.focus(".gc-slider")
    host.page.keyboard.press("Home")
    assert host.get("temperature") == pytest.approx(0.05)
    assert losses_in(host)[1] == pytest.approx(nt_xent(z[:8], z[8:], 0.05).item(), abs=6e-4)


def test_the_shares_in_the_page_are_those_of_the_gradient(mount):
    z = draw_views(6)
    cosines = (z @ z.T).requires_grad_()
    widget = SimilarityMatrix(cosines.detach(), temperature=0.3)
    widget.row = 8
    logits = (cosines[8] / 0.3).masked_fill(torch.arange(12) == 8, -torch.inf)
    F.cross_entropy(logits[None], torch.tensor([2])).backward()
    gradient = cosines.grad[8]
    gradient[2] = 0
    expected = (100 * gradient / gradient.sum()).topk(5).values.tolist()
    host = mount(widget, **WIDE)
    shares = [float(x.split()[0]) for x in host.page.locator(".gc-share .gc-number").all_inner_texts()]
    assert shares == pytest.approx(expected, abs=0.06)
    assert losses_in(host)[0] == pytest.approx(widget.losses()[8].item(), abs=6e-4)


def test_clicks_and_keys_choose_the_anchor_and_the_toggle_redraws(mount):
    z = draw_views(5)
    pictures = torch.rand(10, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    host = mount(SimilarityMatrix(z @ z.T, pictures, labels=list("abcde")), **WIDE)
    before = host.pixels(".gc-matrix")
    box = host.page.locator(".gc-matrix").bounding_box()
    host.page.mouse.click(box["x"] + 30, box["y"] + 0.75 * box["height"])
    assert host.get("row") == 7
    host.page.keyboard.press("ArrowDown")
    host.settle()
    assert host.get("row") == 8
    assert "image 4, view 2: d" in host.page.inner_text(".gc-views")
    anchor = host.pixels(".gc-views canvas")[..., :3].permute(2, 0, 1)
    assert torch.equal(anchor, (pictures[8] * 255).round().to(torch.uint8))
    host.page.click("text='cosines'")
    host.settle()
    assert host.get("shown") == "cosines" and not torch.equal(host.pixels(".gc-matrix"), before)


def test_the_still_and_the_label_follow_the_temperature():
    z = draw_views(4)
    widget = SimilarityMatrix(z @ z.T)
    before, label = widget.still().tobytes(), widget.label()
    widget.temperature = 0.1
    assert widget.still().tobytes() != before and widget.label() != label


@pytest.mark.parametrize(
    ("similarity", "options", "message"),
    [
        (torch.zeros(6, 4), {}, r"similarity=\(6, 4\)"),
        (torch.zeros(5, 5), {}, r"\(2N, 2N\)"),
        (torch.zeros(66, 66), {}, "N from 2 to 32"),
        (3 * torch.eye(4), {}, "normalise"),
        (torch.eye(4), {"temperature": 0.01}, "temperature=0.01"),
        (torch.eye(4), {"images": torch.zeros(3, 3, 4, 4)}, "allowed is 4"),
        (torch.eye(4), {"labels": [1, 2, 3]}, "len.labels.=3"),
    ],
)
def test_what_cannot_be_shown_is_refused(similarity, options, message):
    with pytest.raises(ValueError, match=message):
        SimilarityMatrix(similarity, **options)

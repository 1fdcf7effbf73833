"""The page shows the chosen map over the chosen image, and measures its spread as torch does."""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given, settings

from gencourse.widgets import AttentionMaps

WIDE = {"viewport": {"width": 900, "height": 800}}


def draw(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def build(**options):
    maps = {"before": draw(3, 4, 4, 4), "after": draw(3, 4, 4, 4, seed=1) ** 6}
    return AttentionMaps(draw(3, 3, 16, 16), maps, names=["a", "b", "c"], **options)


def spreads(host):
    host.settle()
    texts = host.page.locator(".gc-looks .gc-caption").all_inner_texts()[1:]
    return [float(text.split(" of ")[0].split()[-1]) for text in texts]


@given(count=st.integers(1, 16))
@settings(max_examples=16, deadline=None)
def test_even_attention_to_k_patches_spreads_over_k(count):
    flat = torch.zeros(16).index_fill_(0, torch.arange(count), 0.3)
    widget = AttentionMaps(draw(1, 1, 8, 8), flat.view(1, 1, 4, 4))
    assert widget.spread()[0] == pytest.approx(count, rel=1e-4)


def test_the_page_measures_each_head_as_torch_does(mount):
    widget = build()
    host = mount(widget, **WIDE)
    for widget.chosen, widget.head in [(0, -1), (2, -1), (2, 3), (1, 0)]:
        host.page.locator("[role=radio]").nth(widget.chosen).click()
        host.page.locator("[aria-label=Head] button").nth(widget.head + 1).click()
        assert (host.get("chosen"), host.get("head")) == (widget.chosen, widget.head)
        assert spreads(host) == pytest.approx(widget.spread(), abs=0.051)


def test_the_overlay_goes_from_the_image_to_the_map_alone(mount):
    widget = build()
    host = mount(widget, **WIDE)
    image = (draw(3, 3, 16, 16)[0] * 255).round()
    host.page.focus(".gc-slider")
    host.page.keyboard.press("Home")
    shown = host.pixels("[aria-label='attention after']")[..., :3].permute(2, 0, 1)
    assert (shown - image).abs().max() <= 1
    host.page.keyboard.press("End")
    shown = host.pixels("[aria-label='attention after']")[..., :3].float()
    patches = shown.view(4, 4, 4, 4, 3).transpose(1, 2)  # (h, w, 4, 4, 3): one colour in each patch
    assert (patches == patches[:, :, :1, :1]).all()
    brightness, expected = patches[:, :, 0, 0].sum(-1).flatten(), widget.maps()[1].flatten()
    assert torch.equal(brightness.argsort()[-3:], expected.argsort()[-3:])
    assert torch.equal(host.pixels("[aria-label='the image']")[..., :3].permute(2, 0, 1).float(), image)


def test_a_click_on_a_small_map_chooses_its_head(mount):
    host = mount(build(), **WIDE)
    host.page.locator(".gc-heads canvas").nth(2).click()
    assert host.get("head") == 2


def test_the_still_follows_and_what_does_not_exist_is_refused():
    widget = build()
    before, label = widget.still().tobytes(), widget.label()
    widget.head = 1
    assert widget.still().tobytes() != before and widget.label() != label
    for name, value in [("head", 4), ("chosen", 3), ("strength", 1.2)]:
        with pytest.raises(traitlets.TraitError):
            setattr(widget, name, value)


@pytest.mark.parametrize(
    ("attention", "names", "message"),
    [
        (torch.ones(2, 4, 4), None, r"attention=\(2, 4, 4\)"),
        (torch.ones(3, 1, 4, 4), None, r"\(2, heads, h, w\)"),
        ({"a": torch.ones(2, 1, 4, 4), "b": torch.ones(2, 2, 4, 4)}, None, r"attention\['b'\]"),
        (torch.zeros(2, 1, 4, 4), None, "not all 0"),
        (torch.full((2, 1, 4, 4), np.nan), None, "finite"),
        (torch.ones(2, 1, 4, 4), ["x"], "len.names.=1"),
    ],
)
def test_what_does_not_fit_is_refused(attention, names, message):
    with pytest.raises(ValueError, match=message):
        AttentionMaps(draw(2, 3, 8, 8), attention, names)

"""The decisions lead to the same models in Python and in the page, with the figures that were given."""

import itertools

import pytest
import torch
import traitlets

from gencourse.measure.comparison import Entry
from gencourse.measure.likelihood import Bound
from gencourse.widgets import WhichModel
from gencourse.widgets.which_model import brief

COMBINATIONS = list(itertools.product(("none", "bound", "exact"), (False, True), (False, True)))


def number(value, kind="exact"):
    return Bound(value, 0.25, kind, 300, 64, "digits test, dynamic binarisation")


def build(**traits):
    def entry(k, name, way, bound, seconds, passes, codes):
        samples = torch.full((6, 1, 8, 8), k / 10)
        return Entry(name, way, bound, 1000 * k, 2.0, seconds, passes, codes, samples)

    rows = [
        entry(1, "coins", "tractable", number(-30.5), 0.001, 1, False),
        entry(2, "pixels", "tractable", number(-20.25), 0.5, 64, False),
        entry(3, "words", "approximate", number(-24.0, "ELBO"), 0.1, 5, True),
        entry(4, "VAE", "approximate", number(-22.0, "IWAE-100"), 0.002, 1, True),
        entry(5, "autoencoder", "", None, 0.0005, 1, True),
        entry(6, "GAN", "direct", None, 0.001, 1, False),
        entry(7, "diffusion", "indirect", None, 0.03, 50, False),
    ]
    return WhichModel(rows, **traits)


@pytest.fixture
def host(mount):
    return mount(build(), viewport={"width": 900, "height": 700})


def choose(host, words):
    host.page.get_by_role("button", name=words, exact=True).click()
    host.settle()


@pytest.mark.parametrize(
    "needed, codes, one_pass, leads_to",
    [
        ("none", False, False, "GAN"),
        ("none", True, False, "autoencoder"),
        ("bound", False, False, "pixels"),
        ("bound", True, False, "VAE"),
        ("bound", False, True, "VAE"),
        ("exact", False, False, "pixels"),
        ("exact", False, True, "coins"),
        ("exact", True, False, ""),
    ],
)
def test_the_decisions_lead_to_a_model(needed, codes, one_pass, leads_to):
    widget = build(number=needed, codes=codes, one_pass=one_pass)
    assert widget.shown() == leads_to
    assert all(not widget.lacks(row) for row in widget.rows if row["name"] in widget.matches())


@pytest.mark.parametrize("needed, codes, one_pass", COMBINATIONS)
def test_the_page_finds_the_same(mount, needed, codes, one_pass):
    widget = build(number=needed, codes=codes, one_pass=one_pass)
    host = mount(widget)
    host.settle()
    open_rows = host.page.locator(".gc-models button:enabled")
    assert sorted(open_rows.evaluate_all("all => all.map((b) => b.childNodes[1].textContent)")) == sorted(
        widget.matches()
    )
    title = host.page.inner_text(".gc-verdict h4")
    assert title == (widget.shown() or "No model here does all of that")
    notes = host.page.locator(".gc-models button:disabled span:last-child").all_inner_texts()
    assert notes == [", ".join(widget.lacks(row)) for row in widget.rows if widget.lacks(row)]


def test_a_decision_shows_the_figures_and_the_samples_of_what_it_leads_to(host):
    assert "log p(x): no answer" in host.page.inner_text(".gc-verdict .gc-readout")
    choose(host, "a bound will do")
    choose(host, "needed")
    assert host.get("number") == "bound" and host.get("codes") is True
    words = host.page.inner_text(".gc-verdict .gc-readout")
    assert "log p(x) ≥ −22.00 ± 0.25 nats (IWAE-100), 0.496 bits/dim" in words
    assert "2 ms for 16, in one pass" in words and "4,000 parameters" in words
    assert set(host.pixels(".gc-drawn canvas")[..., 0].flatten().tolist()) == {round(0.4 * 255)}


def test_when_nothing_is_left_it_says_what_could_give_way(host):
    choose(host, "exact")
    choose(host, "needed")
    assert host.page.inner_text(".gc-verdict h4") == "No model here does all of that"
    assert host.page.inner_text(".gc-verdict .gc-readout").splitlines() == [
        "do without log p(x): autoencoder",
        "be content with a bound: VAE",
        "do without codes: pixels",
    ]
    assert not host.page.is_visible(".gc-drawn")


def test_the_arrow_keys_walk_the_models_that_are_left(host):
    choose(host, "exact")
    host.page.focus(".gc-models [aria-checked=true]")
    for name in ("coins", "pixels", "coins"):
        host.page.keyboard.press("ArrowDown")
        host.settle()
        assert host.page.inner_text(".gc-verdict h4") == name
        assert host.js("document.activeElement.getAttribute('aria-checked')") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_stands_out(mount, scheme):
    host = mount(build(), color_scheme=scheme)
    host.settle()
    chosen, other = (
        host.js(f"getComputedStyle(document.querySelector('.gc-models [aria-checked={state}]')).backgroundColor")
        for state in ("true", "false")
    )
    assert chosen != other


def test_label_and_still():
    widget = build(number="exact", codes=True)
    assert widget.label() == "Needed: log p(x): exact, a code. 0 of 7 models; none"
    assert widget.still().width > 400 and build(number="bound").still().width > 400


@pytest.mark.parametrize(
    "seconds, words", [(2e-5, "0.02 ms"), (0.0123, "12 ms"), (0.19, "0.19 s"), (90, "1.5 minutes")]
)
def test_a_time_is_said_as_one_would(seconds, words):
    assert brief(seconds) == words


def test_bad_arguments_are_refused():
    entry = Entry("a", "direct", None, 1, 1.0, 1.0, 1, False, torch.zeros(6, 1, 8, 8))
    with pytest.raises(ValueError, match="entries=\\[\\]"):
        WhichModel([])
    with pytest.raises(ValueError, match="'a', 'a'"):
        WhichModel([entry, entry])
    with pytest.raises(ValueError, match="allowed is one shape"):
        WhichModel([entry, Entry("b", "direct", None, 1, 1.0, 1.0, 1, False, torch.zeros(5, 1, 8, 8))])
    with pytest.raises(ValueError, match="way='sideways'"):
        Entry("a", "sideways", None, 1, 1.0, 1.0, 1, False, torch.zeros(6, 1, 8, 8))
    with pytest.raises(traitlets.TraitError, match="chosen='flow'"):
        build(chosen="flow")
    with pytest.raises(traitlets.TraitError):
        build(number="maybe")

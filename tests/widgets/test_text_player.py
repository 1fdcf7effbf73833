"""The page says the same of the next character as torch, whatever the knobs, and the reader's hand counts."""

import pytest
import torch

from gencourse.models.rnn import RNN
from gencourse.widgets import TextPlayer

VOCABULARY = ("\n", " ", "a", "b", "c", "d")


def build(**options):
    torch.manual_seed(0)
    model = RNN(6, cell="gru", width=8)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model, TextPlayer(model, VOCABULARY, **options)


def shown(host):
    host.settle()
    rows = host.js("[...document.querySelectorAll('.gc-row')].map((b) => [b.getAttribute('aria-label'), +b.dataset.p])")
    return {label.split(",")[0]: p for label, p in rows}


def expected(widget):
    names = ["new line", "space", *VOCABULARY[2:]]
    return dict(zip(names, widget.probabilities().tolist(), strict=True))


def test_the_probabilities_are_the_models():
    model, widget = build(text="abba cab")
    x = torch.tensor([[VOCABULARY.index(c) for c in "abba cab"] + [0]])
    with torch.no_grad():
        p = model.logits(x)[0, -1].softmax(-1)
    torch.testing.assert_close(widget.probabilities(), p, atol=2e-3, rtol=0)


@pytest.mark.parametrize("knobs", [{}, {"temperature": 0.5}, {"top_k": 2}, {"top_p": 0.6}, {"top_k": 3, "top_p": 0.5}])
def test_the_page_agrees_with_python(mount, knobs):
    _, widget = build(text="dad", **knobs)
    page = shown(mount(widget))
    assert page == pytest.approx(expected(widget), abs=1e-5) and sum(page.values()) == pytest.approx(1)


def test_a_pressed_bar_is_written_and_read(mount):
    _, widget = build(text="ab")
    host = mount(widget)
    host.page.click(".gc-row[aria-label^='c,']")
    assert host.get("text") == "abc"
    _, after = build(text="abc")
    assert shown(host) == pytest.approx(expected(after), abs=1e-5)
    assert "bits a character" in host.page.inner_text(".gc-readout")


def test_one_may_type_but_only_what_the_vocabulary_has(mount):
    host = mount(build()[1])
    host.page.fill("textarea", "bad Zebra")
    host.settle()
    assert host.get("text") == "bad ba" and host.page.input_value("textarea") == "bad ba"
    _, after = build(text="bad ba")
    assert shown(host) == pytest.approx(expected(after), abs=1e-5)


def test_it_plays_pauses_steps_and_clears(mount):
    host = mount(build(text="a")[1])
    host.page.click(".gc-play")
    host.page.wait_for_function("view.model.get('text').length > 4")
    host.page.click(".gc-play")
    length = len(host.get("text"))
    host.page.wait_for_timeout(200)
    assert len(host.get("text")) == length
    host.page.click("text=One step")
    assert len(host.get("text")) == length + 1
    host.page.click("text=Clear")
    assert host.get("text") == ""
    _, empty = build()
    assert shown(host) == pytest.approx(expected(empty), abs=1e-5)


def test_top_k_one_writes_the_likeliest_each_time(mount):
    host = mount(build(top_k=1)[1])
    for _ in range(5):
        best = max(shown(host).items(), key=lambda item: item[1])
        assert best[1] == 1
        before = host.get("text")
        host.page.click("text=One step")
        added = host.get("text")[len(before) :]
        assert {"new line": "\n", "space": " "}.get(best[0], best[0]) == added


def test_the_still_and_the_label_name_what_comes_next():
    _, widget = build(text="cab\nab")
    assert "likeliest next" in widget.label() and widget.still().width > 400


def test_what_the_page_cannot_run_is_refused():
    with pytest.raises(ValueError, match="model: allowed is an RNN"):
        TextPlayer(RNN(6, cell="lstm", width=8), VOCABULARY)
    with pytest.raises(ValueError, match=r"text has \['z'\]; allowed are the 6 characters"):
        build(text="zab")

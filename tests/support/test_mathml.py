"""Formulas become MathML of what browsers know."""

import re

import pytest

from gencourse.support.mathml import STYLE, latex_html, mathml


def text(html):
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\mathbb E", "𝔼"),
        (r"\mathbb R^n", "ℝn"),
        (r"\mathcal N(\mu)", "𝒩(μ)"),
        (r"\mathcal L", "ℒ"),
        (r"\mathbb 1", "𝟙"),
        (r"\boldsymbol{\mu}", "𝝁"),
        (r"\mathbf x", "𝐱"),
        (r"\mathfrak H", "ℌ"),
        (r"\arg\max_x", "argmaxx"),
        (r"x < y", "x&lt;y"),
    ],
)
def test_letters_are_of_their_style(tex, shown):
    html = mathml(tex)
    assert text(html) == shown
    assert set(re.findall(r'mathvariant="([^"]*)"', html)) <= {"normal"}, "browsers know no other"


def test_names_of_functions_have_space_beside_them():
    space = '<mspace width="0.167em" />'
    assert f"<mi>log</mi>{space}<mi>p</mi>" in mathml(r"\log p(x)")
    assert f"<mn>2</mn>{space}<mi>log</mi>{space}<mi>x</mi>" in mathml(r"2\log x")
    assert space not in mathml(r"\log(x) + \exp(y)")
    assert mathml(r"\log\log x").count(space) == 2


@pytest.mark.parametrize("name", ["align", "align*", "aligned", "split"])
def test_lines_are_aligned_and_not_numbered(name):
    html = mathml(rf"\begin{{{name}}} a &= b \\ &\le c \end{{{name}}}", display=True)
    assert html.count("<mtr>") == 2 and html.count('columnalign="right"') == 2
    assert "(1)" not in text(html) and "&amp;" not in text(html)
    assert 'mtd[columnalign="right"]' in STYLE, "browsers leave the attribute to the page's style"


def test_limits_stand_below_a_sum_on_a_line_of_its_own():
    assert "<munderover>" in mathml(r"\sum_{k=1}^K w_k", display=True)
    assert "<msubsup>" in mathml(r"\sum_{k=1}^K w_k")


def test_the_tex_is_the_text_for_those_who_cannot_see_it():
    assert r'alttext="a &lt; \frac12"' in mathml(r"a < \frac12")


@pytest.mark.parametrize("tex", [r"\left( x", r"\foo{x}", "a & b"])
def test_a_formula_that_cannot_be_shown_is_named(tex):
    with pytest.raises(ValueError, match=re.escape(f"the formula {tex!r} cannot be shown")):
        mathml(tex)


def test_outputs_of_latex():
    assert latex_html(r"$$x^2$$").startswith('<span class="gc-formula"><math display="block"')
    assert latex_html(r"$\displaystyle x^2$").startswith('<span class="gc-formula">')
    assert text(latex_html(r"a < $\mu$ costs \$5")) == r"a &lt; μ costs \$5"

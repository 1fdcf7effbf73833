"""The site, opened from a folder without network: pages, widgets, links to a state, and nothing asked of elsewhere."""

import json
import re

import nbformat
import pytest

from gencourse import widgets
from gencourse.course.lessons import LESSONS
from gencourse.publish import bibliography
from gencourse.publish.repository import kept_links, page_links
from gencourse.publish.site import build
from gencourse.runs.execute import execute
from gencourse.support import places

CODE, PROSE = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
CELLS = [
    PROSE("# Start here\n\n[The map](#5-·-The-map) · [01 Pretext tasks →](01-pretext-tasks.ipynb)\n\nOf $x^2$."),
    CODE(
        "from gencourse.figures import figure, show\nfrom gencourse.widgets import Bumps\n"
        "show(figure(3, 2)[0], 'a <b>')"
    ),
    CODE("from gencourse.widgets import LatentPad\nfrom gencourse.training import pretrained"),
    CODE("LatentPad(pretrained.load('vae-mnist-2d'))"),
    PROSE("far\n\n" + "away\n\n" * 60),
    CODE("Bumps([-1.0, 1.0], [0.5, 0.5], [1.0, 1.0])"),
    CODE("LatentPad(pretrained.load('vae-mnist-2d'))"),
    CODE("import gencourse\nlesson = gencourse.begin('00')"),
    CODE("lesson.quiz('which-is-better')"),
    PROSE(
        "### Your turn: bits\n\n> Write it.\n>\n> `bits_per_dim.hint()`, `bits_per_dim.solution()`",
        id="card-bits-per-dim",
    ),
    CODE(
        "from gencourse.exercises import bits_per_dim\n\n\ndef my_bits(nats, n_dims):\n    ...\n\n\n"
        "bits_per_dim.check(my_bits)"
    ),
    PROSE("## 5 · The map\n\nAs measured in `simclr-head`."),
]
PAGE = "notebooks/00-start-here.html"
SHOWN = ".gc-mount[data-alive] .gc-readout"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of one lesson, which is none of the course's, and all other pages."""
    folder = tmp_path_factory.mktemp("site")
    lesson = folder / "executed" / "00-start-here.ipynb"
    lesson.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=CELLS), lesson)
    nbformat.write(execute(lesson), lesson)
    return build(folder / "html", ["00"], lesson.parent, say=lambda line: None)


@pytest.fixture
def visit(site, chromium):
    """Opens a page of the site from its folder; nothing may be asked of elsewhere, and nothing complained of."""
    context = chromium.new_context(offline=True)
    complaints, sizes = [], {}

    def heard(request):
        if not request.url.startswith(("file:", "blob:", "data:")):
            complaints.append(request.url)
        elif request.url.startswith("file:"):
            path = request.url.removeprefix("file://").partition("#")[0].partition("?")[0]
            sizes[path] = places.Path(path).stat().st_size

    def opened(address):
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", heard)
        page.goto(f"{site.as_uri()}/{address}")
        page.sizes = sizes
        return page

    yield opened
    context.close()
    assert not complaints


def html_of(site, name=PAGE):
    return (site / name).read_text(encoding="utf-8")


@pytest.mark.kernel
def test_no_page_asks_anything_of_elsewhere(site):
    loads = re.compile(
        r"""(?:src|srcset)=["']?(?:https?:)?//|<link[^>]*href=["'](?:https?:)?//|@import|url\(["']?https?:"""
    )
    for path in site.rglob("*.html"):
        assert not loads.search(path.read_text(encoding="utf-8")), path
    for path in site.rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), path


@pytest.mark.kernel
def test_a_page_says_what_it_is_to_those_who_link_to_it(site):
    page = html_of(site)
    assert "<title>Start here - gencourse</title>" in page
    assert '<meta name="description" content="Start here: run a cell' in page
    assert 'property="og:image" content="../_static/share.png"' in page and (site / "_static" / "share.png").exists()


@pytest.mark.kernel
def test_a_lesson_s_page_has_words_for_anchors_and_pictures_formulas_and_links(site):
    page = html_of(site)
    assert '<section id="the-map">' in page and 'href="#the-map"' in page
    assert 'alt="a &lt;b&gt;"' in page and 'loading="lazy"' in page
    assert "<math " in page and "01-pretext-tasks" not in page, "that lesson has no page here"
    assert '../evidence/simclr-head.html"' in page
    assert "<summary>Hint 1</summary>" in page and "bits_per_dim.hint()" not in page and "run.html" in page
    assert "Data on this page" in page and "CC BY-SA 3.0" in page and "data/README.html#what-was-changed" in page


@pytest.mark.kernel
def test_pages_share_what_widgets_are_made_of(site):
    parts = list((site / "_static" / "parts").iterdir())
    assert sum(path.stat().st_size > 600_000 for path in parts) == 1, "three pads of one network, on two pages"


def test_models_evidence_glossary_and_bibliography_have_pages(site):
    assert "lesson" in html_of(site, "models/vae.html") and "reparameterise" in html_of(site, "models/vae.html")
    assert "±" in html_of(site, "evidence/simclr-views.html")
    assert "nan" not in html_of(site, "evidence/simclr-head.html").split("In numbers")[-1]  # of one seed
    assert (site / "docs" / "glossary.html").exists() and "Kingma" in html_of(site, "bibliography.html")


def test_a_page_is_light_until_its_widgets_are_near_and_then_they_live(visit):
    page = visit(PAGE)
    page.wait_for_selector("#widget-pad[data-alive]")
    assert page.locator("#widget-pad-2[data-alive]").count() == 0
    pad = sum(size for path, size in page.sizes.items() if "/parts/" in path)
    assert sum(page.sizes.values()) - pad < 1e6
    page.locator("#widget-pad-2").scroll_into_view_if_needed()
    page.wait_for_selector("#widget-pad-2[data-alive]")


def test_a_link_to_a_state_shows_it_and_a_state_is_copied_as_a_link(visit):
    page = visit(f"{PAGE}#pad-2=0.7,-1.2")
    page.wait_for_selector("#widget-pad-2[data-alive]")
    assert "z = (0.70, −1.20)" in page.inner_text("#widget-pad-2 .gc-readout")
    page.evaluate("location.hash = '#pad=-1,0.5'")
    page.wait_for_function("document.querySelector('#widget-pad .gc-readout')?.innerText.includes('(−1.00, 0.50)')")
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    page.focus("#widget-pad canvas")
    page.keyboard.press("Home")
    page.click("#widget-pad + .gc-link button")
    page.wait_for_function("window.copied")
    assert page.evaluate("window.copied").endswith("#pad=0,0")


@pytest.mark.parametrize("state", ["1", "a,b", "1,2,3", "Infinity,0"])
def test_a_link_that_does_not_fit_says_so_and_the_widget_starts_as_it_is(visit, state):
    page = visit(f"{PAGE}#pad={state}")
    page.wait_for_selector("#widget-pad[data-alive]")
    assert "z = (0.00, 0.00)" in page.inner_text("#widget-pad .gc-readout")
    assert "does not fit this widget" in page.inner_text("#widget-pad + .gc-link output")


def test_what_a_talk_does_without_is_hidden(visit):
    page = visit(f"{PAGE}?hide=code,menu,nonsense")
    assert not page.locator("div.cell_input").first.is_visible() and not page.locator(".sidebar-drawer").is_visible()
    assert "?hide=nonsense hides nothing; allowed are code, exercises" in page.inner_text(".gc-note")


def test_a_quiz_answers_and_the_browser_keeps_it(visit):
    page = visit(PAGE)
    page.locator(".gc-mount:has-text('Which is better')").last.scroll_into_view_if_needed()
    page.locator(".gc-question [type=radio]").first.check()
    page.locator(".gc-question button").first.click()
    said = page.locator(".gc-question [role=status]").inner_text()
    page.reload()
    page.locator(".gc-mount:has-text('Which is better')").last.scroll_into_view_if_needed()
    page.wait_for_selector(".gc-question")
    assert said and page.locator(".gc-question [type=radio]").first.is_checked()


def test_every_widget_says_which_traits_a_link_tells():
    for name in widgets.__all__:
        kind = getattr(widgets, name)
        assert kind.link and set(kind.link) <= set(kind.class_trait_names(sync=True)), name


def test_every_paper_that_a_lesson_cites_is_in_the_bibliography():
    known = bibliography.references()
    assert all(set(paper) == {"authors", "title", "year"} for paper in known.values())
    for spec in LESSONS:
        cells = json.loads(spec.path.read_text(encoding="utf-8"))["cells"]
        prose = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        cited = re.findall(r"\]\((https?://(?:[^()\s]|\([^()]*\))+)\)", prose)
        assert set(cited) <= set(known), f"add to docs/bibliography.toml: {sorted(set(cited) - set(known))}"


def test_links_lead_to_the_project_where_it_has_an_address_and_are_left_out_else(monkeypatch):
    text = "see [`vae`](../gencourse/models/vae.py), [here](#x), [there](https://e.org/(a)) and [page](a.md)"
    assert page_links("notebooks/x.ipynb") == ""
    assert kept_links(text, {"a.md"}.__contains__, "docs").startswith(
        "see `vae`, [here](#x), [there](https://e.org/(a))"
    )
    monkeypatch.setattr("gencourse.support.address.address", lambda: "https://github.com/a/b")
    assert "(https://github.com/a/b/blob/main/gencourse/models/vae.py)" in kept_links(text, lambda path: False, "docs")
    links = page_links("notebooks/x.ipynb")
    for words in ("Edit this page", "Report an error", "Open in Colab", "Open in Binder", "Open in Codespaces"):
        assert words in links
    assert "colab.research.google.com/github/a/b/blob/main/notebooks/x.ipynb" in links
    monkeypatch.setattr("gencourse.support.address.address", lambda: "https://example.org/course")
    assert "Edit this page" in page_links("notebooks/x.ipynb") and "Colab" not in page_links("notebooks/x.ipynb")


@pytest.mark.slow
def test_with_an_address_pages_link_to_it(site, tmp_path, monkeypatch):
    assert "Report an error" not in html_of(site)
    monkeypatch.setattr("gencourse.support.address.address", lambda: "https://github.com/a/b")
    page = html_of(build(tmp_path / "html", ["00"], site.parent / "executed", say=lambda line: None))
    assert "https://github.com/a/b/edit/main/notebooks/00-start-here.ipynb" in page


def test_bad_input_is_refused(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(FileExistsError, match="something else than a site"):
        build(tmp_path)
    with pytest.raises(ValueError, match="lesson '99' is not known"):
        build(tmp_path / "new", ["99"])

"""The exported page: opened from the disk, without network or kernel, its widgets move."""

import nbformat
import pytest
from PIL import Image

from gencourse.publish.export import export
from gencourse.support import places

CELLS = [
    nbformat.v4.new_markdown_cell(
        r"The price is $x^2$, not `a $5 note`: $$\mathbb{E}[x] = \int x\,p(x)\,dx$$ or \$6 to \$7." + "\n\n"
        r"\begin{align} a &= b * c \\ d * e &< f \end{align}" + "\n\n~~~\n$code$\n~~~\n\n![a dot](dot.png)"
    ),
    nbformat.v4.new_code_cell(
        "import torch\n"
        "from gencourse import data\n"
        "from gencourse.models.vae import VAE\n"
        "from gencourse.widgets.quiz import Quiz\n"
        "from gencourse.widgets import Interpolation, LatentPad, LatentSliders\n"
        "torch.manual_seed(0)\n"
        "images = data.load('digits', 'test')[:60]\n"
        "vae = VAE((1, 8, 8), 2, hidden=(16,))\n"
        "vae.decoder[-2].weight.data *= 20\n"  # so that each place in the plane looks different
        "LatentPad(vae, images)"
    ),
    nbformat.v4.new_code_cell("LatentSliders(vae, images)"),
    nbformat.v4.new_code_cell("Interpolation(vae, images)"),
    nbformat.v4.new_code_cell(
        "from gencourse.models.figure_eight import FigureEight\nfrom gencourse.widgets import Gap\nGap(FigureEight())"
    ),
    nbformat.v4.new_code_cell(
        "choices = [{'text': 'this </script>', 'reply': 'Good.'}, {'text': 'that', 'reply': 'Why?', 'right': True}]\n"
        "Quiz({'kind': 'one', 'question': 'Which?', 'choices': choices}, key='00/which')"
    ),
    nbformat.v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider()"),
    nbformat.v4.new_code_cell("from tqdm.notebook import tqdm\nfor _ in tqdm(range(5)): pass\nprint('went through')"),
    nbformat.v4.new_code_cell("from IPython.display import Math\nMath(r'\\mu')"),
]
PIXELS = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.join()"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    nbformat.write(nbformat.v4.new_notebook(cells=CELLS), folder / "lesson.ipynb")
    Image.new("L", (3, 2)).save(folder / "dot.png")
    return export(folder / "lesson.ipynb", folder / "pages" / "lesson.html")


@pytest.fixture
def page(exported, opened):
    page = opened(exported)
    page.wait_for_selector(".gc-question")  # the last one that is mounted
    return page


def test_a_chart_s_knob_answers_to_the_keyboard(page):
    before = page.inner_text(".gc-widget:has(.gc-climb) .gc-readout")
    page.focus("[aria-label='mean of q']")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.gc-widget:has(.gc-climb) .gc-readout').innerText !== before", arg=before
    )


def test_the_pad_answers_to_the_keyboard_and_to_the_hand(page):
    plane, picture = page.locator("canvas.gc-plane").first, page.locator("canvas.gc-picture").first
    before = picture.evaluate(PIXELS)
    plane.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    after_key = picture.evaluate(PIXELS)
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_timeout(100)
    assert len({before, after_key, picture.evaluate(PIXELS)}) == 3


def test_a_slider_moves_its_picture(page):
    slider = page.locator("input.gc-slider").first
    slider.scroll_into_view_if_needed()
    before = page.locator("canvas.gc-picture").nth(1).evaluate(PIXELS)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert page.locator("canvas.gc-picture").nth(1).evaluate(PIXELS) != before


def test_the_quiz_answers(page):
    page.get_by_role("radio", name="that").check()
    page.locator(".gc-question button").first.click()
    assert "Right" in page.locator(".gc-question [role=status]").inner_text()


def test_the_interpolation_plays(page):
    picture = page.locator("canvas.gc-picture").nth(2)
    before = picture.evaluate(PIXELS)
    page.click("button.gc-play")
    page.wait_for_timeout(200)
    assert picture.evaluate(PIXELS) != before


def test_formulas_are_mathml_and_what_looks_like_one_is_left_alone(page):
    assert page.locator("math").count() == 4, "two, the aligned lines and the output"
    assert page.locator("math mtr").count() == 2
    words = page.locator(".jp-MarkdownOutput").first.inner_text()
    assert "𝔼" in words and "$6 to $7" in words
    assert page.locator("code", has_text="a $5 note").count() == 1
    assert page.locator("pre code", has_text="$code$").count() == 1


def test_pictures_are_in_the_page(page):
    assert page.locator("img[alt='a dot']").evaluate("image => image.naturalWidth") == 3


def test_without_scripts_the_stills_are_shown(exported, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(exported.as_uri())
    still = page.get_by_role("img", name="LatentPad(the image decoded at")
    assert still.bounding_box()["width"] > 300
    context.close()


def test_a_widget_that_fails_says_so_and_the_others_live(tmp_path, chromium):
    def output(name):
        data = {"application/vnd.jupyter.widget-view+json": {"model_id": name}, "text/plain": f"Widget({name})"}
        return nbformat.v4.new_code_cell("w", outputs=[nbformat.v4.new_output("display_data", data)])

    modules = {
        "bad": "export default { render() { throw new Error('no picture <b>'); } };",
        "good": "export default { render({ el, model }) { el.append(model.get('word')); } };",
    }
    state = {name: {"state": {"_esm": esm, "word": "alive <!--<script>"}} for name, esm in modules.items()}
    notebook = nbformat.v4.new_notebook(cells=[output(name) for name in modules])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    nbformat.write(notebook, tmp_path / "x.ipynb")
    page = chromium.new_page()
    page.goto(export(tmp_path / "x.ipynb", tmp_path / "x.html", execute=False).as_uri())
    page.wait_for_function("document.querySelector('#widget-1').textContent.includes('alive <!--<script>')")
    assert page.inner_text("#widget-0") == "Widget(bad)This widget does not move here: no picture <b>"
    page.close()


def test_what_is_no_picture_in_the_page_is_its_text_or_nothing(page):
    text = page.inner_text("body")
    assert "IntSlider(value=0)" in text and "went through" in text
    assert "0%|" not in text, "a bar that stands at nothing would be a lie"


def test_controls_are_seen_in_the_dark(exported, chromium):
    page = chromium.new_page(color_scheme="dark")
    page.goto(exported.as_uri())
    style = "getComputedStyle(document.querySelector('input[type=radio]')).colorScheme"
    page.wait_for_selector("input[type=radio]")
    assert page.evaluate(style) == "light dark"
    page.close()


@pytest.mark.kernel
def test_nothing_half_written_remains(exported):
    assert [path.name for path in exported.parent.iterdir()] == ["lesson.html"]


@pytest.mark.parametrize("lesson", sorted(places.NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_formula_of_the_lessons_can_be_shown(lesson, tmp_path):
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if cell.cell_type == "markdown"
    ]  # the rest has none, and takes long
    nbformat.write(notebook, tmp_path / lesson.name)
    formulas = (
        export(tmp_path / lesson.name, tmp_path / "page.html", execute=False)
        .read_text(encoding="utf-8")
        .count("<math ")
    )
    assert formulas >= lesson.read_text(encoding="utf-8").count("$$") // 2, "and one that cannot is an error"


def test_bad_input_is_refused(tmp_path):
    with pytest.raises(ValueError, match="a page ends in .html"):
        export(tmp_path / "x.ipynb", tmp_path / "x.pdf")
    with pytest.raises(FileNotFoundError, match="x.ipynb"):
        export(tmp_path / "x.ipynb", tmp_path / "x.html")
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    cells = [nbformat.v4.new_code_cell("f()", outputs=[error])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "bad.ipynb")
    with pytest.raises(ValueError, match="cell 0 ended with ValueError: no"):
        export(tmp_path / "bad.ipynb", tmp_path / "bad.html", execute=False)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(r"$\foo$")]), tmp_path / "math.ipynb")
    with pytest.raises(ValueError, match="is not known"):
        export(tmp_path / "math.ipynb", tmp_path / "bad.html", execute=False)
    assert not list(tmp_path.glob("bad.html*"))


def test_an_experiment_that_is_named_is_linked_to_what_tells_of_it(tmp_path):
    told = "experiment simclr-batch: 36 runs, 3 seeds, 1.5 hours; again by: gencourse experiment simclr-batch\n"
    cell = nbformat.v4.new_code_cell("print(evidence)", outputs=[nbformat.v4.new_output("stream", text=told)])
    prose = nbformat.v4.new_markdown_cell("As measured in `simclr-batch`, and not in `another`.")
    nbformat.write(nbformat.v4.new_notebook(cells=[prose, cell]), tmp_path / "one.ipynb")
    page = export(tmp_path / "one.ipynb", tmp_path / "one.html", execute=False).read_text(encoding="utf-8")
    assert '<a href="#experiment-simclr-batch"><code>simclr-batch</code></a>' in page
    assert page.count('id="experiment-simclr-batch"') == 1 and "<code>another</code>" in page

"""A page in which a widget lives without Jupyter, and small models to show."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from gencourse.data.images import Card, Images
from gencourse.models.vae import VAE
from gencourse.publish.export import HOST
from gencourse.widgets.shared.bundle import WIDGETS

SOURCES = "https://sources.test/"
HEAD = f"""<!doctype html><meta name="viewport" content="width=device-width">
<script type="importmap">{{"imports": {{"widgets/": "{SOURCES}"}}}}</script>"""


def draw_images(shape: tuple[int, int, int] = (1, 8, 8), n: int = 40) -> Images:
    generator = torch.Generator().manual_seed(1)
    x = torch.randint(0, 17, (n, *shape), generator=generator, dtype=torch.uint8)
    card = Card("noise", "train", shape, 17, "grey", "drawn here", "none")
    return Images(x=x, y=torch.arange(n) % 5, card=card)


def build_model(latent: int = 2, shape: tuple[int, int, int] = (1, 8, 8), scale: float = 1.5, **options: Any) -> VAE:
    """A VAE with weights large enough that every latent changes the picture."""
    torch.manual_seed(latent)
    model = VAE(shape, latent, **{"hidden": (16,), **options})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(scale)
    return model


@pytest.fixture
def make_images() -> Callable[..., Images]:
    return draw_images


@pytest.fixture
def make_model() -> Callable[..., VAE]:
    return build_model


@dataclass
class Host:
    """A widget alive in a page of its own."""

    page: Any

    def js(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def settle(self) -> None:
        """Wait until the frame that the last event asked for is drawn."""
        self.js("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def get(self, name: str) -> Any:
        return self.js(f"view.model.get({json.dumps(name)})")

    def pixels(self, selector: str = "canvas.gc-picture") -> torch.Tensor:
        """The canvas's pixels, (H, W, 4) uint8."""
        self.settle()
        size, values = self.js(
            f"""(() => {{ const c = document.querySelector({json.dumps(selector)});
            return [[c.height, c.width], [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data]]; }})()"""
        )
        return torch.tensor(values, dtype=torch.uint8).view(*size, 4)


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """A function that opens a page with an inline module, which imports the sources from "widgets/…".

    An error in any of the pages fails the test.
    """
    pages, errors = [], []

    def give(route: Any) -> None:
        path = WIDGETS / route.request.url.removeprefix(SOURCES)
        route.fulfill(path=path, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})

    def open_page(script: str, **options: Any) -> Any:
        page = chromium.new_page(**options)
        page.on("pageerror", lambda error: errors.append(error))
        page.route(f"{SOURCES}**", give)
        pages.append(page)
        page.set_content(f'{HEAD}<div id="here"></div><script type="module">{script}</script>')
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not errors, errors


@pytest.fixture
def mount(open_page: Callable[..., Any]) -> Callable[..., Host]:
    """A function that shows a widget in a page, with host.js and the traits' values alone."""

    def mount(widget: Any, **options: Any) -> Host:
        host = HOST.read_text(encoding="utf-8")
        arguments = ", ".join(json.dumps(x) for x in (widget._esm, widget._css, widget.page_state()))
        page = open_page(f'{host}\nwindow.view = await mount(document.getElementById("here"), {arguments});', **options)
        page.wait_for_function("window.view")
        return Host(page)

    return mount

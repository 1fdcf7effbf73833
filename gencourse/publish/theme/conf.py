"""Sphinx's configuration of the site; gencourse/publish/site.py writes the pages and calls Sphinx."""

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

import gencourse
from gencourse.support.mathml import mathml

project = "gencourse"
author = copyright = "the gencourse authors"
version = release = gencourse.__version__
language = "en-GB"
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_mime_priority_overrides = [("*", "text/html", 0)]
myst_enable_extensions = ["amsmath", "deflist", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]
html_theme = "furo"
html_title = "gencourse"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("mount.js", {"defer": "defer"})]
html_math_renderer = "gencourse"
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_theme_options = {"navigation_with_keys": False}
highlight_language = "none"
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"


def setup(app: Sphinx) -> dict[str, Any]:
    """Formulas as MathML, which needs no script; and what is told of each page where it is linked to."""
    app.add_config_value("gencourse_about", {}, "html")
    app.add_html_math_renderer("gencourse", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.connect("html-page-context", _describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(self: Any, node: nodes.Element) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.Element) -> None:
    self.body.append(mathml(node.astext(), display=True))
    raise nodes.SkipNode


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """What is shown of the page where somebody links to it."""
    about = app.config.gencourse_about.get(page) or app.config.gencourse_about["index"]
    title = re.sub("<.*?>", "", context.get("title", project))
    told = {"og:title": title, "og:description": about, "og:image": context["pathto"]("_static/share.png", 1)}
    told |= {"og:type": "article", "og:site_name": project}
    tags = [f'<meta property="{name}" content="{escape(text)}">' for name, text in told.items()]
    tags += [f'<meta name="description" content="{escape(about)}">']
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)

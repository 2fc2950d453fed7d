"""Sphinx settings of the web edition; `llmexposure site` writes the sources that they apply to."""

from pathlib import Path

import latex2mathml.converter
from docutils import nodes

ROOT = Path(__file__).resolve().parents[1]

project = "LLM exposure and labour demand"
author = "The llmexposure authors"
copyright = "the llmexposure authors. Text and derived tables CC BY 4.0, code MIT"
language = "en"
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath", "deflist", "attrs_inline", "attrs_block"]
myst_heading_anchors = 3
# Links of notebooks to files of the repository; addresses of a fork are its own.
suppress_warnings = ["myst.xref_missing", "myst.header", "toc.not_included"]
exclude_patterns = ["_extra"]
html_theme = "pydata_sphinx_theme"
html_title = "LLM exposure and labour demand"
html_baseurl = ""
html_favicon = "static/icon.svg"
html_static_path = ["static"]
html_extra_path = [str(ROOT / "build" / "site-source" / "_extra")]
SCRIPTS = ("core.js", "charts.js", "curve.js", "browse.js", "score.js", "score_page.js")
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in SCRIPTS]
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = True
html_last_updated_fmt = None
html_use_index = False
html_domain_indices = False
html_math_renderer = "mathml"
# Folders whose pages need no list of their neighbours.
html_sidebars = dict.fromkeys(
    ("exhibits/*", "explore/*", "reference/*", "zh/index", "index", "about", "search"), []
)
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "header_links_before_dropdown": 7,
    "show_toc_level": 1,
    "secondary_sidebar_items": dict.fromkeys(("findings/*", "notebooks/*", "zh/*"), ["page-toc"]),
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "logo": {"text": "LLM exposure and labour demand"},
    "back_to_top_button": False,
}


def _inline(writer, node):  # noqa: ANN001, ANN202
    writer.body.append(latex2mathml.converter.convert(node.astext()))
    raise nodes.SkipNode


def _block(writer, node):  # noqa: ANN001, ANN202
    equation = latex2mathml.converter.convert(node.astext().strip(), display="block")
    writer.body.append(f'<div class="equation" tabindex="0">{equation}</div>')
    raise nodes.SkipNode


def _spoken(app, pagename, templatename, context, doctree):  # noqa: ANN001, ANN202
    """Pages in Chinese say so: a screen reader then reads them in Chinese."""
    if pagename.startswith("zh/"):
        context["language"] = "zh"


def setup(app):  # noqa: ANN001, ANN201
    """Equations as MathML, which browsers draw themselves: MathJax would come from elsewhere."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("html-page-context", _spoken)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

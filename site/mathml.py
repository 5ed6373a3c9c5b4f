"""A Sphinx extension: formulas as MathML, which browsers render without a script.

Temml turns TeX into MathML while the book is built, in V8 (mini-racer). The page loads a font, cut
to the glyphs of the book's formulas. With JavaScript off, or on paper, formulas look the same.
`math/README.md` says where the files come from.
"""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from fonts import subset
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

FILES = Path(__file__).parent / "math"
FONT = "STIXTwoMath.woff2"
logger = logging.getLogger(__name__)


@cache
def temml() -> MiniRacer:
    engine = MiniRacer()
    engine.eval((FILES / "temml.min.js").read_text(encoding="utf-8"))
    return engine


def mathml(tex: str, display: bool) -> str:
    options = {"displayMode": display, "throwOnError": True, "wrap": "none" if display else "tex"}
    return temml().call("temml.renderToString", tex, options)


def rendered(node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return mathml(tex, display)
    except JSEvalException as error:
        logger.warning("formula %r: %s", tex, str(error).splitlines()[0], location=node)
        return node.astext()


def visit_math(translator, node):
    span = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    translator.body.append(f"{span}{rendered(node, node.astext(), display=False)}</span>")
    raise nodes.SkipNode


def visit_math_block(translator, node):
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(rendered(node, with_lines(node.astext()), display=True) + "</div>\n")
    raise nodes.SkipNode


def with_lines(tex: str) -> str:
    r"""Several lines (`\\`) need an environment; Sphinx promises one to those who wrote none."""
    return rf"\begin{{split}}{tex}\end{{split}}" if r"\\" in tex and "begin{" not in tex else tex


def add_files(app, config):
    # Not in html_static_path of _config.yml: Jupyter Book would load every script below it.
    config.html_static_path.append(str(FILES / "Temml-STIX2.css"))


def drop_mathjax(app, page, template, context, doctree):
    """MyST-NB configures MathJax, which is not there."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "MathJax" not in script.attributes.get("body", "")
    ]


def cut_font(app, error):
    """The glyphs that the book's formulas need, and no others: 20 KB in place of 400."""
    if error or app.builder.format != "html":
        return
    pages = Path(app.outdir).rglob("*.html")
    formulas = "".join(
        formula
        for page in pages
        for formula in re.findall(r"<math.*?</math>", page.read_text(encoding="utf-8"), re.S)
    )
    subset(FILES / FONT, Path(app.outdir, "_static", FONT), formulas)


def setup(app):
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_math_block, None),
    )
    app.connect("config-inited", add_files, priority=100)
    app.connect("html-page-context", drop_mathjax, priority=900)
    app.connect("build-finished", cut_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

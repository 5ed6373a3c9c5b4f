"""A Sphinx extension: formulas as MathML, which browsers render without a script.

math-core turns TeX into MathML while the book is built.  With JavaScript off, or on paper, formulas
look the same.  `typefaces.py` brings their font.
"""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

# math-core would show the distance in "\\\\[1ex]" as text.
SPACED_LINES = re.compile(r"\\\\\[")

converter = LatexToMathML()
logger = logging.getLogger(__name__)


def mathml(tex: str, display: bool) -> str:
    return converter.convert_with_local_state(tex, displaystyle=display)


def rendered(node: nodes.Element, tex: str, display: bool) -> str:
    if SPACED_LINES.search(tex):
        logger.warning("formula %r: a distance between lines is not known", tex, location=node)
    try:
        return mathml(tex, display)
    except LatexError as error:
        logger.warning("formula %r: %s", tex, error, location=node)
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


def drop_mathjax(app, page, template, context, doctree):
    """MyST-NB configures MathJax, which is not there."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "MathJax" not in script.attributes.get("body", "")
    ]


def setup(app):
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_math_block, None),
    )
    app.connect("html-page-context", drop_mathjax, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

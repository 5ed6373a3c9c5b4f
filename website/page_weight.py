"""A Sphinx extension: a page loads what it uses, and nothing that it does not.

The theme brings every icon of Font Awesome twice, and Jupyter Book the files of extensions that
this book does not use.
"""

import re
from fnmatch import fnmatch
from pathlib import Path

import imagesize
import pydata_sphinx_theme
from docutils import nodes
from sphinx.util import logging

from website.cut_fonts import subset

logger = logging.getLogger(__name__)
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"

# What Jupyter Book loads on every page, and no page of this book uses.
UNUSED = "thebe", "toggle", "design-tabs", "sphinx-design", "sphinx_highlight"
# The style sheets of others, in the order in which the theme loads them. A page shows nothing until
# it has them all, and one file comes sooner than nine, one of which asks for a tenth.
SHEETS = [
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
]
LISTED = [Path(sheet).name for sheet in SHEETS[2:]]  # by Sphinx; the theme's template has two
ALL = "all.css"
OWN = "book.css", "explorables.css"
# What the theme does with each block of code while the page loads; see static/tab-stops.js.
TAB_STOP = re.compile(
    r"(?<=\.forEach\()(\w)=>\{\1\.tabIndex=\1\.scrollWidth>\1\.clientWidth"
    r"\|\|\1\.scrollHeight>\1\.clientHeight\?0:-1\}(?=\))"
)
# Scripts that others call while the page is still being read, and two that decide how it is shown.
AT_ONCE = "documentation_options.js", "doctools.js", "far-sections.js", "hide-code.js"

ICON = re.compile(r"\bfa-[a-z0-9-]+")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"(\\[0-9a-f]+|.)"\}')
PRIVATE = re.compile("[\ue000-\uf8ff]")  # icons that a style sheet names by their character


def load_what_is_used(app, page, template, context, doctree):
    """Each script once, after the page is read; no script that is not used; one style for all."""
    sheets = [Path(css.filename).name.split("?")[0] for css in context["css_files"] if is_used(css)]
    others = [name for name in sheets if name not in OWN]
    if not all(map(fnmatch, others, LISTED)) or len(others) != len(LISTED):
        logger.warning("page_weight.py joins the style sheets %s; the theme has %s", LISTED, others)
    context["css_files"] = [css for css in context["css_files"] if is_own(css)]
    scripts = {
        (script.filename or "", script.attributes.get("body")): script
        for script in context["script_files"]
        if is_used(script)
    }
    for script in scripts.values():
        if script.filename and not script.filename.endswith(AT_ONCE):
            script.attributes["defer"] = "defer"
    context["script_files"] = list(scripts.values())


def is_own(sheet) -> bool:
    """Of this book: book.css, explorables.css. The sheets of others are in ALL."""
    return Path(sheet.filename).name.split("?")[0] in OWN


def is_used(asset) -> bool:
    text = f"{asset.filename} {asset.attributes}".lower()
    return not any(name in text for name in UNUSED)


def visit_image(translator, node):
    """A picture says its size, so that nothing moves when it comes; it comes when it is near."""
    width, height = imagesize.get(Path(translator.builder.srcdir, node["uri"]))
    type(translator).visit_image(translator, node)
    words = f'<img width="{width}" height="{height}"'
    if translator.builder.current_docname != translator.config.root_doc:
        words += ' loading="lazy"'  # the first page shows its picture at once
    translator.body[-1] = translator.body[-1].replace("<img", words, 1)


def joined(static: Path) -> str:
    """The text of all SHEETS, for a file one folder higher than the theme's."""
    texts = []
    for pattern in SHEETS:
        [path] = static.glob(pattern)
        texts.append(path.read_text(encoding="utf-8").removeprefix('@charset "UTF-8";'))
    return "\n".join(texts).replace("url(../vendor/", "url(vendor/")


def write_styles(app, error):
    """One style sheet, and in it and in its font the icons that the pages show."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    files = [*Path(app.outdir).rglob("*.html"), *static.rglob("*.js")]
    used = {
        name
        for path in files
        if path.name != "fontawesome.js"
        for name in ICON.findall(path.read_text(encoding="utf-8"))
    }
    characters = ""

    def keep(rule: re.Match) -> str:
        nonlocal characters
        if not used & set(ICON.findall(rule[1])):
            return ""
        characters += chr(int(rule[2][1:], 16)) if rule[2].startswith("\\") else rule[2]
        return rule[0]

    css = ICON_RULE.sub(keep, joined(static))
    Path(static, ALL).write_text(css, encoding="utf-8")
    characters += "".join(PRIVATE.findall(css))
    font = Path("vendor", "fontawesome", "webfonts", "fa-solid-900.woff2")
    subset(THEME / font, static / font, characters)


def write_script(app, error):
    """The theme's script hands over what may scroll; static/tab-stops.js asks whether it does."""
    if error or app.builder.format != "html":
        return
    script = Path(app.outdir, "_static", "scripts", "pydata-sphinx-theme.js")
    text, found = TAB_STOP.subn(r"\1=>tabStops.observe(\1)", script.read_text(encoding="utf-8"))
    if found != 1:
        logger.warning("page_weight.py finds the theme's question for tab stops %s times", found)
    script.write_text(text, encoding="utf-8")


def depart_image(translator, node):
    type(translator).depart_image(translator, node)


def setup(app):
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    # After the handlers of Sphinx and the theme, whose priority is 500.
    app.connect("html-page-context", load_what_is_used, priority=950)
    app.connect("build-finished", write_styles, priority=900)  # the theme still writes pygments.css
    app.connect("build-finished", write_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

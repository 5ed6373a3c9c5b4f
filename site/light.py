"""A Sphinx extension: a page loads what it uses, and nothing that it does not.

The theme brings every icon of Font Awesome twice, and Jupyter Book the files of extensions that
this book does not use.
"""

import re
from pathlib import Path

import imagesize
import pydata_sphinx_theme
from docutils import nodes
from fonts import subset

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"

# What Jupyter Book loads on every page, and no page of this book uses.
UNUSED = "thebe", "design-tabs", "sphinx-design"
# Scripts that others call while the page is still being read: these cannot wait.
AT_ONCE = "documentation_options.js", "doctools.js"

ICON = re.compile(r"\bfa-[a-z0-9-]+")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"(\\[0-9a-f]+|.)"\}')
PRIVATE = re.compile("[\ue000-\uf8ff]")  # icons that a style sheet names by their character


def load_what_is_used(app, page, template, context, doctree):
    """Each script once, after the page is read; no script or style that is not used."""
    context["css_files"] = [css for css in context["css_files"] if is_used(css)]
    scripts = {
        (script.filename, script.attributes.get("body")): script
        for script in context["script_files"]
        if is_used(script)
    }
    for script in scripts.values():
        if script.filename and not script.filename.endswith(AT_ONCE):
            script.attributes["defer"] = "defer"
    context["script_files"] = list(scripts.values())


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


def cut_icons(app, error):
    """The icons that the pages show, in the font and in the style sheet."""
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

    sheet = Path("styles", "pydata-sphinx-theme.css")
    css = ICON_RULE.sub(keep, Path(THEME, sheet).read_text(encoding="utf-8"))
    Path(static, sheet).write_text(css, encoding="utf-8")
    characters += "".join(
        character
        for path in static.rglob("*.css")
        for character in PRIVATE.findall(path.read_text(encoding="utf-8"))
    )
    font = Path("vendor", "fontawesome", "webfonts", "fa-solid-900.woff2")
    subset(THEME / font, static / font, characters)


def depart_image(translator, node):
    type(translator).depart_image(translator, node)


def setup(app):
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    # After the handlers of Sphinx and the theme, whose priority is 500.
    app.connect("html-page-context", load_what_is_used, priority=950)
    app.connect("build-finished", cut_icons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A Sphinx extension: on a page with code of a notebook, a switch in its header hides that code.

The button is of a kind that the theme has. Its script does not wait for the page to be read: hidden
code is never seen to go.
"""

from pathlib import Path

from docutils import nodes

FOLDER = Path(__file__).with_suffix("")
SCRIPT = "hide-code.js"
BUTTON = {
    "type": "javascript",
    "javascript": "switchCode()",
    "text": "Hide code",
    "icon": "fas fa-code",
    "label": "hide-code",
    "classes": "pst-js-only",  # the theme hides it where scripts do not run
}


def has_code(doctree: nodes.document | None) -> bool:
    """Whether the page shows code of a notebook, open or folded; exercises have some to fill in."""
    return doctree is not None and any(
        cell.get("nb_element") == "cell_code_source" for cell in doctree.findall(nodes.container)
    )


def append_static(app, config):
    # Not in _config.yml: Jupyter Book loads all scripts of the folders named there on every page.
    config.html_static_path.append(str(FOLDER / SCRIPT))


def add_script(app, page, template, context, doctree):
    if has_code(doctree):
        app.add_js_file(SCRIPT)


def add_button(app, page, template, context, doctree):
    if has_code(doctree):
        context["header_buttons"].append(dict(BUTTON))


def setup(app):
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_script)
    app.connect("html-page-context", add_button, priority=900)  # after the theme's own buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}

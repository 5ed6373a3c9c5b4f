"""A Sphinx extension: "My loss is stuck at [ ]", on Broken losses, above its table.

diagnosis/causes.js holds the numbers, diagnosis/diagnosis.js looks one up. The search uses both.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

PAGE = "chapters/appendix/broken-losses"
FILES = Path(__file__).with_suffix("")
SCRIPTS = "causes.js", "diagnosis.js"
# The theme hides .pst-js-only where scripts do not run: the table below says the same.
FIELD = """
<div class="diagnosis pst-js-only d-print-none">
  <label>My loss is stuck at
    <input type="text" inputmode="text" size="8" placeholder="2.303" autocomplete="off"></label>
  <div class="causes" aria-live="polite"></div>
</div>
"""


class Diagnosis(SphinxTransform):
    default_priority = 500

    def apply(self, **kwargs):
        if self.env.docname == PAGE:
            table = next(self.document.findall(nodes.table))
            table.parent.insert(table.parent.index(table), nodes.raw("", FIELD, format="html"))


def append_static(app, config):
    # Not in _config.yml: Jupyter Book loads all scripts of the folders named there on every page.
    config.html_static_path += [str(FILES / name) for name in SCRIPTS]


def add_scripts(app, page, template, context, doctree):
    if page == PAGE:
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer", priority=900)


def setup(app):
    app.add_transform(Diagnosis)
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

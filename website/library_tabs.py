"""A Sphinx extension: what a reader writes in other libraries stands in tabs.

    **PyTorch**

    ```python
    import torch

    torch.tensor([0.5, 1.0]).mean().item()  # 0.75
    ```

In a notebook such blocks stand one below the other, as on paper; of a run of them the site makes
tabs of sphinx-design. They are radio buttons, which need no script. That of the library's own would
be ten times as long as library-tabs.js, which only pages with tabs load.
"""

import re
from pathlib import Path

SCRIPT = Path(__file__).with_suffix("") / "library-tabs.js"
# In this order, and what each of them imports.
LIBRARIES = {
    "PyTorch": {"torch"},
    "Keras": {"keras"},
    "JAX": {"jax", "optax"},
    "scikit-learn": {"sklearn"},
}
BLOCK = re.compile(
    rf"^\*\*({'|'.join(LIBRARIES)})\*\*\n\n```python\n((?:(?!```).*\n)+)```$", re.MULTILINE
)
RUN = re.compile(rf"{BLOCK.pattern}(?:\n\n{BLOCK.pattern})+", re.MULTILINE)


def tabs(text: str) -> str:
    """A text of a notebook, in which each run of blocks is a set of tabs in MyST."""
    return RUN.sub(tab_set, text)


def tab_set(run: re.Match) -> str:
    items = [
        f":::{{tab-item}} {library}\n:sync: {library}\n\n```python\n{code}```\n:::\n"
        for library, code in BLOCK.findall(run[0])
    ]
    return f"::::{{tab-set}}\n{''.join(items)}::::"


def append_static(app, config):
    # Not in _config.yml: Jupyter Book loads all scripts of the folders named there on every page.
    config.html_static_path.append(str(SCRIPT))


def add_script(app, page, template, context, doctree):
    if 'class="sd-tab-set' in context.get("body", ""):
        app.add_js_file(SCRIPT.name, loading_method="defer", priority=900)


def setup(app):
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

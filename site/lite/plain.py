"""The chapters as JupyterLite wants them; their text is plain Markdown as it is."""

import json
import re
from pathlib import PurePosixPath

INTRODUCTION = (
    "*This copy of the page runs in your browser: change a cell, then press Shift+Enter. The first"
    " run loads Python and takes a while; **Run › Run All Cells** runs everything. Your changes"
    " stay in this browser.*"
)
PAGE_OF_THE_SITE = re.compile(r"\[([^\]]+)\]\([^)]+\.md(?:#[^)]*)?\)")


def plain_output(output):
    """JupyterLite puts a comma between the lines of a text that is stored as a list of lines."""
    if "text" in output:
        output["text"] = "".join(output["text"])
    for kind, data in output.get("data", {}).items():
        output["data"][kind] = "".join(data)


def plain_notebook(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            cell["source"] = PAGE_OF_THE_SITE.sub(r"\1 (on the site)", text)
            continue
        cell["metadata"]["trusted"] = True  # the outputs are the book's own
        for output in cell["outputs"]:
            plain_output(output)
    introduction = {"cell_type": "markdown", "id": "introduction", "metadata": {}}
    notebook["cells"].insert(1, {**introduction, "source": INTRODUCTION})
    return notebook


def plain_notebooks(root):
    """Each notebook of the book, by its path from the root."""
    return {
        PurePosixPath(path.relative_to(root).as_posix()): plain_notebook(
            json.loads(path.read_text("utf-8"))
        )
        for path in sorted(root.glob("chapters/**/*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
    }

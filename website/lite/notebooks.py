"""The chapters as JupyterLite wants them; their text is plain Markdown as it is."""

import re

from nbformat.v4 import new_markdown_cell

from website.find_pages import read_notebooks

INTRODUCTION = (
    "*This copy of the page runs in your browser: change a cell, then press Shift+Enter. The first"
    " run loads Python and takes a while; **Run › Run All Cells** runs everything. Your changes"
    " stay in this browser.*"
)
PAGE_OF_THE_SITE = re.compile(r"\[([^\]]+)\]\([^)]+\.md(?:#[^)]*)?\)")


def plain_notebook(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = PAGE_OF_THE_SITE.sub(r"\1 (on the site)", cell.source)
        else:
            cell.metadata.trusted = True  # the outputs are the book's own
    notebook.cells.insert(1, new_markdown_cell(INTRODUCTION, id="introduction"))
    return notebook


def plain_notebooks(root):
    """Each notebook of the book, by its path from the root."""
    return {page: plain_notebook(notebook) for page, notebook in read_notebooks(root).items()}

"""There is one finder of the book's pages, and JupyterLab's checkpoints are no pages for it."""

import re
import shutil

from tests.support.notebooks import NOTEBOOKS
from website.find_pages import ROOT, find_files, find_notebooks, read_notebooks

SOURCES = [
    path for folder in ["website", "tools", "tests"] for path in (ROOT / folder).rglob("*.py")
]


def test_checkpoints_do_not_count(tmp_path):
    folder = tmp_path / "chapters" / "1-part"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ["1-1-page.ipynb", ".ipynb_checkpoints/1-1-page-checkpoint.ipynb"]:
        shutil.copy(NOTEBOOKS[0], folder / name)
    for name in ["words.md", ".ipynb_checkpoints/words-checkpoint.md"]:
        (folder / name).write_text("# Words", encoding="utf-8")
    assert find_notebooks(tmp_path) == [folder / "1-1-page.ipynb"]
    assert find_files(tmp_path, "*.md") == [folder / "words.md"]
    assert [str(page) for page in read_notebooks(tmp_path)] == ["chapters/1-part/1-1-page.ipynb"]


def test_nothing_else_looks_for_pages():
    """Whatever searches the chapters by itself would count checkpoints."""
    searching = re.compile(r"""glob\([^)]*\.(ipynb|md)["']""")
    own = ROOT / "tests" / "browser" / "node_modules"
    found = [
        path.name
        for path in SOURCES
        if not path.is_relative_to(own) and searching.search(path.read_text("utf-8"))
    ]
    assert found == []

"""The notebooks in JupyterLab itself, as a reader opens them: `jupyter lab chapters`.

Numbers, captions, citations and folded solutions stand in their text; here JupyterLab shows them.
It works on a copy of the chapters, so that nothing in the tree changes.
"""

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest

from tests.support.notebooks import CHAPTERS, code_cells, images, raw_markup, tags, text_of
from website.cross_references import CAPTION, CITATION, EQUATION

OPENED = [
    "3-losses/3-1-mean-squared-error.ipynb",  # formulas, boxes, links to places and cells
    "1-background/1-1-deep-learning.ipynb",  # a table of citations
    "appendix/loss-cards.ipynb",  # written by a program
]
RUN = "6-questions/6-2-descent-and-loss.ipynb"

OUTPUT_FOLDED = ".jp-CodeCell > .jp-Cell-outputWrapper .jp-OutputPlaceholder"

# The text of the notebook, as the reader sees it, without formulas and code.
WORDS = """() => {
  const words = [...document.querySelectorAll(".jp-RenderedMarkdown")].map((it) => {
    const copy = it.cloneNode(true);
    for (const other of copy.querySelectorAll("mjx-container, code")) other.remove();
    return copy.textContent;
  });
  return words.join("\\n\\n");
}"""
# The numbers of the formulas, as MathJax says them to a screen reader.
TAGS = """[...document.querySelectorAll(".jp-RenderedMarkdown mjx-labels")].map(
    (it) => it.closest("mjx-container").querySelector("mtext").textContent)"""
TOP = """place => {
  const shown = [...document.querySelectorAll(".jp-NotebookPanel")].find((it) => it.offsetWidth);
  return shown.querySelector(place)?.getBoundingClientRect().top;
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of JupyterLab on a copy of the chapters, without the outputs of RUN."""
    home = tmp_path_factory.mktemp("jupyter")
    checkpoints = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(CHAPTERS, home / "chapters", ignore=checkpoints)
    for path in [*OPENED, RUN]:
        prepare(home / "chapters" / path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Of this machine, nothing but the installed packages.
    own = {name: str(home / name.lower()) for name in ["JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"]}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(home), "JUPYTERLAB_WORKSPACES_DIR": str(home)}
    options = ["--no-browser", "--allow-root", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", f"--ServerApp.port={port}"]
    command = [sys.executable, "-m", "jupyterlab", *options, home / "chapters"]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(server, address, home / "log")
        yield address
    finally:
        server.terminate()
        server.wait()


def prepare(path):
    """As run_notebooks.py would write it here, with this Python; RUN without outputs."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info.version = platform.python_version()
    for cell in code_cells(notebook) if path.match(RUN) else []:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)


def wait_for(server, address, log):
    for _ in range(120):
        try:
            return urlopen(address).close()
        except URLError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.5)
    pytest.fail(log.read_text())


@pytest.fixture
def open_notebook(lab, browser):
    """Open a notebook in a window of its own, and wait until all of it is shown."""
    pages = []

    def open_(path):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        pages.append(page)
        page.goto(f"{lab}lab/tree/{path}?reset")
        cells = nbformat.read(CHAPTERS / path, as_version=4).cells
        texts = sum(cell.cell_type == "markdown" for cell in cells)
        page.wait_for_function(
            f"document.querySelectorAll('.jp-RenderedMarkdown').length === {texts}", timeout=120_000
        )
        page.locator("[data-status=idle]").first.wait_for(state="attached", timeout=60_000)
        page.wait_for_timeout(1000)  # formulas are set after the text
        return page

    yield open_
    for page in pages:
        page.close()


@pytest.mark.parametrize("path", OPENED)
def test_all_that_a_reader_needs_is_shown(open_notebook, path):
    cells = nbformat.read(CHAPTERS / path, as_version=4).cells
    source = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    page = open_notebook(path)
    words = page.evaluate(WORDS)

    assert raw_markup(words) == []
    assert re.findall(r"\{[\w:-]+\}|\$\$|\\[a-z]+\{|</?[a-z]+\b|\*\*|\]\(", words) == []
    # A mistake in a formula, and a command that MathJax does not know.
    assert page.locator("mjx-merror, mjx-assistive-mml [mathcolor=red]").count() == 0

    captions = [match[3] for cell in cells if (match := CAPTION.match(cell.source))]
    assert captions and re.findall(r"^(Fig\. [\d.]*\d)\. ", words, re.M) == captions
    numbers = [f"({number})" for _, _, number in EQUATION.findall(source)]
    assert page.evaluate(TAGS) == numbers

    addresses = page.locator(".jp-RenderedMarkdown a").evaluate_all("all => all.map((a) => a.href)")
    assert set(CITATION.findall(source)) <= set(addresses)

    folded = page.locator(".jp-RenderedMarkdown details:not([open])")
    assert folded.count() == source.count("<details>")
    assert page.locator(".jp-RenderedMarkdown details[open]").count() == 0
    code = [cell for cell in cells if "outputs" in cell]
    hidden = sum(bool({"hide-cell", "hide-input", "setup"} & tags(cell)) for cell in code)
    assert (
        page.locator(".jp-CodeCell > .jp-Cell-inputWrapper .jp-InputPlaceholder").count() == hidden
    )
    folds = page.locator(OUTPUT_FOLDED).all_text_contents()
    assert len(folds) == sum("guess" in tags(cell) for cell in code)
    assert "".join(folds).strip() == ""  # not a word of the answers

    assert page.locator(".lm-TabBar-tab.jp-mod-dirty").count() == 0  # nothing was changed


FORMS = [
    r"\]\(()#(eq-[\w-]+)\)",
    r"\]\(()#(fig-[\w-]+)\)",
    r"\]\(()#(cell-id=[\w-]+)\)",
    r"\]\(([^()\s]+\.ipynb)#(cell-id=[\w-]+)\)",  # last: it opens another page
]


def test_links_lead_to_their_places(open_notebook):
    here = CHAPTERS / OPENED[0]
    cells = nbformat.read(here, as_version=4).cells
    source = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    page = open_notebook(OPENED[0])
    for form in FORMS:
        file, fragment = re.findall(form, source)[-1]
        page.locator(f".jp-RenderedMarkdown a[href$='#{fragment}']:visible").last.click()
        wait_until_seen(page, place_of(here.parent / file if file else here, fragment))
    assert Path(file).name[:9] in page.title()


def place_of(path, fragment):
    """What a link leads to: an anchor in the text, or a cell."""
    _, is_cell, name = fragment.rpartition("cell-id=")
    if not is_cell:
        return f"[data-jupyter-id={name}]"
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    return f".jp-Cell[data-windowed-list-index='{ids.index(name)}']"


def wait_until_seen(page, place):
    for _ in range(100):
        top = page.evaluate(TOP, place)
        if top is not None and -50 < top < 900:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{place} lies at {top}")


def test_a_notebook_runs_to_the_end(open_notebook):
    page = open_notebook(RUN)
    assert page.locator(".jp-OutputArea-output").count() == 0
    cells = code_cells(nbformat.read(CHAPTERS / RUN, as_version=4))
    guesses = sum("guess" in tags(cell) for cell in cells)
    assert page.locator(OUTPUT_FOLDED).count() == guesses > 0
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
    last.wait_for(state="attached", timeout=120_000)
    assert page.locator(OUTPUT_FOLDED).count() == 0
    shown = page.locator(".jp-CodeCell").evaluate_all(
        """cells => cells.map((cell) => [
            cell.querySelectorAll(".jp-OutputArea-output img").length,
            [...cell.querySelectorAll(".jp-OutputArea-output pre")].map((it) => it.textContent),
        ])"""
    )
    for cell, (pictures, texts) in zip(cells, shown, strict=True):
        assert pictures == len(images(cell))
        told = [text_of(output) for output in cell.outputs if output.output_type == "stream"]
        assert "".join(texts) == "".join(told)

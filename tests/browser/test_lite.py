"""Run this page: every chapter is a notebook that runs in the reader's browser.

Build it first, as CONTRIBUTING.md says. Pyodide's public CDN is never asked: the files that
`pyodide_stand_in.py` wrote answer in its place. They hold no compiled package, so an import of
NumPy fails here, and only here.
"""

import json
import re
import zipfile
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urljoin, urlsplit

import nbformat
import pytest

from tests.support.notebooks import code_cells
from tests.support.site import PAGES, SITE
from website.find_pages import ROOT
from website.lite.notebooks import INTRODUCTION, plain_notebooks

LITE = SITE / "lite"
HERE = ROOT / "tests" / "browser"
STAND_IN = ROOT / "_build" / "pyodide"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
NOTEBOOKS = [page for page in PAGES if (ROOT / f"{page}.ipynb").is_file()]
CHAPTER = "chapters/3-losses/3-1-mean-squared-error"
OPEN_CELL = ".jp-CodeCell:not(:has(.jp-InputPlaceholder))"


@pytest.fixture
def pyodide_address():
    """Where the kernel gets Pyodide: a CDN, or a folder of the site."""
    settings = json.loads((LITE / "jupyter-lite.json").read_text("utf-8"))
    kernel = settings["jupyter-config-data"]["litePluginSettings"][KERNEL]
    return kernel["loadPyodideOptions"]["indexURL"]


@pytest.fixture(scope="module")
def plain():
    return {page.with_suffix("").as_posix(): cells for page, cells in plain_notebooks(ROOT).items()}


def markdown(notebook):
    return "\n\n".join(c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown")


def shown_on_the_site(page):
    return (SITE / f"{page}.html").read_text("utf-8")


# The copies of the notebooks


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_no_link_leads_to_a_page_that_is_no_notebook(plain, page):
    assert not re.findall(r"\]\([^)]*\.md\b", markdown(plain[page]))


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_text_is_that_of_the_page(plain, page):
    original = json.loads((ROOT / f"{page}.ipynb").read_text("utf-8"))
    texts = ["".join(c["source"]) for c in original["cells"] if c["cell_type"] == "markdown"]
    ours = [c["source"] for c in plain[page]["cells"] if c["cell_type"] == "markdown"]
    assert ours.pop(1) == INTRODUCTION
    for our, text in zip(ours, texts, strict=True):
        assert our == text or ".md" in text


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_code_and_outputs_are_those_of_the_page(plain, page):
    ours = code_cells(plain[page])
    theirs = code_cells(nbformat.read(ROOT / f"{page}.ipynb", as_version=4))
    assert [cell.source for cell in ours] == [cell.source for cell in theirs]
    assert [cell.outputs for cell in ours] == [cell.outputs for cell in theirs]


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_no_output_is_a_list_of_lines(page):
    """JupyterLite would put a comma between them."""
    stored = json.loads((LITE / "files" / f"{page}.ipynb").read_text("utf-8"))
    outputs = [output for cell in stored["cells"] for output in cell.get("outputs", [])]
    texts = [text for it in outputs for text in [it.get("text"), *it.get("data", {}).values()]]
    assert [text for text in texts if isinstance(text, list)] == []


# The site


@pytest.mark.parametrize("page", PAGES)
def test_the_button_is_on_the_notebooks_and_leads_to_one(page):
    button = re.search(r'<a href="([^"]*)"[^>]*\bbtn-run-this-page\b', shown_on_the_site(page))
    assert bool(button) == (page in NOTEBOOKS)
    if button:
        address = urlsplit(urljoin(f"/{page}.html", unescape(button[1])))
        assert (SITE / address.path.strip("/")).is_file()
        [notebook] = parse_qs(address.query)["path"]
        assert notebook == f"{page}.ipynb"
        assert (LITE / "files" / notebook).is_file()


def test_the_wheel_holds_the_whole_module():
    [wheel] = (LITE / "static").glob("lossbook-*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [path for path in (ROOT / "lossbook").rglob("*") if path.is_file()]
    ours = {path.relative_to(ROOT).as_posix() for path in files}
    assert packed == {name for name in ours if "/." not in name and "__pycache__" not in name}


def test_no_source_maps_and_one_application():
    assert not list(LITE.rglob("*.map"))
    assert not (LITE / "lab").exists()


def test_the_versions_of_the_browser_are_the_ones_that_are_tested(pyodide_address):
    """The workflow runs pytest --nbval with those of website/lite/pyodide-versions.txt, too."""
    npm = HERE / "node_modules" / "pyodide"
    version = json.loads((npm / "package.json").read_text("utf-8"))["version"]
    assert pyodide_address in {
        "./static/pyodide/",
        f"https://cdn.jsdelivr.net/pyodide/v{version}/full/",
    }
    packages = json.loads((npm / "pyodide-lock.json").read_text("utf-8"))["packages"]
    text = (ROOT / "website" / "lite" / "pyodide-versions.txt").read_text("utf-8")
    stated = [line for line in text.splitlines() if not line.startswith("#")]
    assert stated == [f"{name}=={packages[name]['version']}" for name in ["numpy", "matplotlib"]]


# The notebook in the browser


@pytest.fixture
def notebook(open_page, pyodide_address):
    """A chapter in the notebook application; `foreign` and `answers` list what it asks for."""
    page = open_page(f"{CHAPTER}.html", alone=True)

    def answer(route):
        path = STAND_IN / PurePosixPath(urlsplit(route.request.url).path).name
        shared = {"Access-Control-Allow-Origin": "*"}
        if path.is_file():
            route.fulfill(path=path, headers=shared | kind(path))
        else:
            route.fulfill(status=404, headers=shared)

    def kind(path):
        types = {".mjs": "text/javascript", ".wasm": "application/wasm"}
        return {"Content-Type": types.get(path.suffix, "application/octet-stream")}

    if pyodide_address.startswith("https:"):
        page.context.route(f"{pyodide_address}**", answer)
    page.answers = {}
    page.context.on("response", lambda got: page.answers.update({got.url: got.status}))
    page.goto(urljoin(page.url, page.locator(".btn-run-this-page").get_attribute("href")))
    page.locator(".jp-CodeCell .cm-content").first.wait_for(timeout=60_000)
    # What is run before the notebook has asked for its kernel is lost.
    page.locator("[data-status=idle]").first.wait_for(state="attached", timeout=60_000)
    return page


def run(page, code, result):
    """Put code into the first cell that is open, and run it: once more if the result was lost."""
    cell = page.locator(OPEN_CELL).first
    output = cell.locator(".jp-OutputArea-output", has_text=result)
    for _ in range(3):
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(code)
        page.keyboard.press("Shift+Enter")
        for _ in range(60):
            if output.count():
                return
            page.wait_for_timeout(1000)
    pytest.fail(f"no {result!r} in {cell.inner_text()!r}")


def test_a_cell_runs_and_lossbook_comes_from_the_site(notebook, pyodide_address):
    run(notebook, "import sys; print('on', sys.platform)", "on emscripten")
    attempt = "try:\n    import lossbook\nexcept ImportError as error:\n    print('so:', error)"
    run(notebook, attempt, "so: No module named 'numpy'")
    wheels = "from importlib.metadata import version\nprint('has', version('lossbook'))"
    run(notebook, wheels, re.compile(r"has \d+\.\d+"))
    quiet = "import logging\nprint('w', logging.getLogger('matplotlib.font_manager').level)"
    run(notebook, quiet, "w 40")  # no warning that the list of fonts is being made

    answers = {url.rpartition("/")[2]: status for url, status in notebook.answers.items()}
    for name in ["lossbook", "array_api_compat", "comm"]:
        [status] = [s for file, s in answers.items() if file.startswith(f"{name}-")]
        assert status == 200, name
    numpy = [url for url in notebook.answers if "/numpy-" in url]
    assert numpy, "the import of lossbook asks for NumPy"
    if pyodide_address.startswith("https:"):
        assert numpy[0].startswith(pyodide_address)
        assert {url for url in notebook.foreign if not url.startswith(pyodide_address)} == set()
    else:
        assert notebook.foreign == []


def test_solutions_are_folded_and_links_lead_to_cells(notebook):
    link = notebook.locator("a[href^='#cell-id=']").first
    link.wait_for(state="attached")
    link.scroll_into_view_if_needed()
    name = link.get_attribute("href").removeprefix("#cell-id=")
    cells = json.loads((LITE / "files" / f"{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
    [index] = [i for i, cell in enumerate(cells) if cell["id"] == name]
    link.click()
    shown = notebook.locator(f".jp-Cell[data-windowed-list-index='{index}']")
    shown.wait_for(state="visible")
    box = shown.bounding_box()
    assert -box["height"] < box["y"] < 800


def test_the_notebook_leads_back_to_its_page(notebook, site_url):
    notebook.get_by_text("Back to the page").click()
    notebook.wait_for_url(f"{site_url}{CHAPTER}.html")


# When Python does not come

THEIRS = re.compile(r"/(full|static/pyodide)/pyodide")  # of the CDN, or of the site


@pytest.fixture
def without_python(open_page):
    """Open a chapter in the notebook application; `handle` answers in place of Python's host."""

    def open_(handle, clock=False):
        page = open_page("search.html", alone=True)
        page.context.route(THEIRS, handle)
        if clock:
            page.clock.install()
        page.goto(urljoin(page.url, f"lite/notebooks/index.html?path={CHAPTER}.ipynb"))
        return page

    return open_


def test_python_that_is_refused_is_reported_at_once(without_python, site_url):
    page = without_python(lambda route: route.abort())
    said = page.locator("#python", has_text="could not be loaded from")
    said.wait_for(timeout=60_000)
    assert (
        said.get_by_role("link", name="the page").get_attribute("href").endswith(f"{CHAPTER}.html")
    )
    with page.expect_download() as download:
        said.get_by_role("link", name="download this notebook").click()
    assert download.value.suggested_filename == f"{PurePosixPath(CHAPTER).name}.ipynb"


def test_python_that_does_not_come_is_reported_after_a_minute(without_python):
    page = without_python(lambda route: None, clock=True)
    said = page.locator("#python")
    assert said.inner_text() == "Python is loading …"
    page.clock.run_for(55_000)
    assert "loading" in said.inner_text()
    page.wait_for_timeout(5_000)  # the files of this site come meanwhile, and are news
    page.clock.run_for(65_000)
    said.filter(has_text="could not be loaded").wait_for()


# What the application lacks


def test_progress_a_click_that_runs_a_cell_and_the_width_of_a_figure(notebook):
    said = notebook.locator("#python")
    said.wait_for(state="hidden", timeout=120_000)
    assert re.search(r"[1-9]\d*\.\d MB", said.text_content())

    cell = notebook.locator(OPEN_CELL).first
    cell.locator(".cm-content").click()
    notebook.keyboard.press("Control+A")
    notebook.keyboard.insert_text("print('by', 'click')")
    cell.locator(".jp-InputPrompt").first.click()
    cell.locator(".jp-OutputArea-output", has_text="by click").wait_for(timeout=120_000)

    picture = notebook.locator(".jp-OutputArea-output :is(img, svg)").first
    picture.scroll_into_view_if_needed()
    assert 300 < picture.bounding_box()["width"] <= 37 * 16


SAVE_AN_OLDER_COPY = """async (path) => {
  const { contents } = jupyterapp.serviceManager;
  const copy = await contents.get(path, { content: true });
  copy.content.metadata.edition = "older";
  await contents.save(path, copy);
}"""

EDITION = """async (path) => {
  const { contents } = jupyterapp.serviceManager;
  return (await contents.get(path, { content: true })).content.metadata.edition;
}"""


def test_a_copy_of_an_older_book_is_named_and_can_be_changed_for_the_new_one(without_python):
    path = f"{CHAPTER}.ipynb"
    page = without_python(lambda route: route.abort())
    page.wait_for_function("window.jupyterapp?.serviceManager", timeout=60_000)
    old = page.locator("#old-copy")
    assert old.count() == 0
    page.evaluate(SAVE_AN_OLDER_COPY, path)
    page.reload()
    old.wait_for(timeout=60_000)
    with page.expect_download() as download:
        old.get_by_role("button").click()
    assert download.value.suggested_filename == PurePosixPath(path).name
    old.wait_for(state="detached")
    page.wait_for_function("window.jupyterapp?.serviceManager", timeout=60_000)
    assert page.evaluate(EDITION, path) != "older"


def test_without_a_server_the_page_says_what_to_do(open_page):
    page = open_page(f"{(LITE / 'notebooks/index.html').as_uri()}?path={CHAPTER}.ipynb", alone=True)
    assert "http.server" in page.locator(".needs-server").inner_text()

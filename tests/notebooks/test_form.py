"""Every notebook is as the reader may expect it: executed in order, quiet, readable, described.

That the outputs are right is not checked here but by ``pytest --nbval``, which executes every cell.
"""

import ast
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml

from tests.support.notebooks import (
    CHAPTERS,
    NOTEBOOKS,
    NUMBERED,
    code_cells,
    images,
    markdown_of,
    name_of,
    tags,
    text_of,
)
from website.cross_references import CAPTION
from website.find_pages import ROOT, find_files
from website.reading_time import minutes

LIBRARIES = {"numpy", "matplotlib", "lossbook"} | sys.stdlib_module_names
SHOWS = {"print", "show", "display", "check"}  # calls that may end a cell with an output
# hide-cell: a solution; card: of a loss card, where no code is seen; setup: its code is folded;
# guess: its output is folded; trial: stored trials need it
TAGS = {"card", "guess", "hide-cell", "hide-input", "raises-exception", "setup", "trial"}
GUESSES = 5  # on a page, at most
PROMPT = {
    "code_prompt_show": "Show the solution in code",
    "code_prompt_hide": "Hide the solution in code",
}
LINE = 72  # characters of a line of code, which fit beside two side bars
# Pages with longer lines, and how many. The list may only shrink; ruff.toml of the chapters names
# the same pages, because shorter lines are laid out in another way.
LONGER = {
    "4-4-one-network-four-losses.ipynb": 44,
    "4-5-losses-elsewhere.ipynb": 35,
    "5-1-trends.ipynb": 68,
    "5-2-challenges.ipynb": 54,
    "6-1-loss-and-performance.ipynb": 41,
    "6-3-choosing-a-loss.ipynb": 46,
    "broken-losses.ipynb": 75,
    "loss-cards.ipynb": 10,
}
# A chapter is read in one go. These are too long for that, or too short to be one; the list may
# only shrink.
HEADINGS, CELLS, MINUTES = 12, 35, range(10, 26)
LAST = {"Summary", "Exercises", "Sources"}  # headings that do not count
NOT_IN_ONE_GO = {
    "4-1-mean-squared-error-in-code.ipynb",
    "4-2-cross-entropy-in-code.ipynb",
    "4-4-one-network-four-losses.ipynb",
    "4-5-losses-elsewhere.ipynb",
    "5-1-trends.ipynb",
    "5-2-challenges.ipynb",
    "5-3-beyond-plain-descent.ipynb",
    "6-3-choosing-a-loss.ipynb",
}
SEEDED = {"default_rng", "Generator", "SeedSequence"}  # the rest of np.random has a hidden state

MACHINE_PATH = re.compile(
    r"(?<![\w.:/])(?:/(?:home|root|Users|tmp|usr|opt|var|mnt|work)/|~/)|[A-Z]:\\Users"
)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
WIDE_INTEGER = re.compile(r"\bu?int64\b")  # in a browser NumPy's own are 32 bits wide
UNFORMATTED = re.compile(r"\.\d{12,}")
FILE_NAME = re.compile(r"\S+\.(?:png|svg|jpe?g|ipynb|md|py)$")


# The checks. Each takes a notebook and yields what is wrong with it.


def check_kernel(notebook):
    name = notebook.metadata.get("kernelspec", {}).get("name")
    if name != "python3":
        yield f"the kernel is {name!r}, not 'python3'"


def check_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if None in counts:
        yield f"code cell {counts.index(None) + 1} was not executed"
    elif counts != list(range(1, len(counts) + 1)):
        yield f"cells were not executed once each and in order: {counts}"


def check_outputs(notebook):
    for cell in code_cells(notebook):
        raised = False
        for output in cell.outputs:
            text = text_of(output)
            raised = raised or output.output_type == "error"
            if output.get("name") == "stderr":
                yield f"output on stderr: {text[:60]!r}"
            elif re.search(r"\w*Warning: ", text):
                yield f"a warning in the output: {text[:60]!r}"
            if WIDE_INTEGER.search(text):
                yield f"the width of this machine's integers in the output: {text[:60]!r}"
            if ADDRESS.search(text):
                yield f"a memory address in the output: {ADDRESS.search(text).group()}"
            if UNFORMATTED.search(text):
                yield f"a number without a format in the output: {text[:60]!r}"
        if raised and "raises-exception" not in tags(cell):
            yield f"an error without the tag raises-exception: {cell.source[:60]!r}"
        if "raises-exception" in tags(cell) and not raised:
            yield f"tagged raises-exception, but raises nothing: {cell.source[:60]!r}"


def check_tags(notebook):
    for cell in code_cells(notebook):
        if tags(cell) - TAGS:
            yield f"a tag that is not in use here: {sorted(tags(cell) - TAGS)}"
        shows_numbers = cell.outputs and not images(cell)
        if "hide-input" in tags(cell) and shows_numbers and "card" not in tags(cell):
            yield f"hidden code that draws no figure: {cell.source[:60]!r}"
        prompted = cell.metadata.get("mystnb", {}).items() >= PROMPT.items()
        if "hide-cell" in tags(cell) and not prompted:
            yield f"a folded cell that is no solution: {cell.source[:60]!r}"
        if prompted and "hide-cell" not in tags(cell):
            yield f"a solution in the open: {cell.source[:60]!r}"


def check_setup(notebook):
    """The first code cell, if it is only plumbing, is folded; what is folded is only plumbing."""
    for number, cell in enumerate(code_cells(notebook)):
        plumbing = is_plumbing(cell.source)
        if "setup" in tags(cell) and not plumbing:
            yield f"a set-up that does more than import and set the style: {cell.source[:60]!r}"
        if "setup" in tags(cell) and cell.outputs:
            yield f"a set-up with an output: {cell.source[:60]!r}"
        if "setup" not in tags(cell) and plumbing and number == 0:
            yield f"a set-up in the open: {cell.source[:60]!r}"


def is_plumbing(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return bool(body) and all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or ast.unparse(node) == "figures.use_book_style()"
        for node in body
    )


def check_guesses(notebook):
    guesses = [cell for cell in code_cells(notebook) if "guess" in tags(cell)]
    if len(guesses) > GUESSES:
        yield f"{len(guesses)} outputs to guess; {GUESSES} is the most"
    for cell in guesses:
        if not cell.outputs:
            yield f"nothing to guess, no output: {cell.source[:60]!r}"
        if "hide-cell" in tags(cell):
            yield f"a guess in a solution: {cell.source[:60]!r}"
        if "explorable" in cell.metadata.get("book", {}):
            yield f"a guess that would hide a figure to move: {cell.source[:60]!r}"


def is_caption(cell) -> bool:
    return cell.cell_type == "markdown" and bool(CAPTION.match(cell.source))


def check_figures(notebook):
    below = [*map(is_caption, notebook.cells[1:]), False]
    for cell, has_caption in zip(notebook.cells, below, strict=True):
        pictures = images(cell) if cell.cell_type == "code" else []
        if has_caption and not pictures:
            yield f"a caption below a cell without a figure: {cell.source[:60]!r}"
        if not pictures:
            continue
        if len(pictures) > 1:
            yield "more than one figure in a cell"
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if len(alt) < 30 or FILE_NAME.search(alt):
            yield f"a figure without a description (mystnb.image.alt): {alt!r}"
        if not has_caption:
            yield f"a figure without a caption in the cell below: {cell.source[:60]!r}"
        for picture in pictures:
            # lossbook.pages.figures.figure_data; nbval compares it in place of the picture.
            if not picture.data.get("text/plain", "").startswith("axes"):
                yield f"a figure without its data as text: {picture.data.get('text/plain')!r}"


def check_size(notebook):
    lengths = [
        sum(bool(line.strip()) for line in cell.source.splitlines())
        for cell in code_cells(notebook)
    ]
    if lengths and max(lengths) > 15:
        yield f"a cell of {max(lengths)} lines; 15 is the most"
    if lengths and statistics.median(lengths) > 5:
        yield f"the median cell has {statistics.median(lengths)} lines; 5 is the most"


def check_line_length(notebook):
    for cell in code_cells(notebook):
        for line in cell.source.splitlines():
            if len(line) > LINE:
                yield f"a line longer than {LINE} characters: {line.strip()!r}"


def check_text_between(notebook):
    kinds = [cell.cell_type for cell in notebook.cells if not is_caption(cell)]
    if any(kinds[i : i + 3] == ["code"] * 3 for i in range(len(kinds))):
        yield "more than two code cells without text between them"


def check_paths(notebook):
    for cell in notebook.cells:
        for text in [cell.source, *map(text_of, cell.get("outputs", []))]:
            if MACHINE_PATH.search(text):
                yield f"a path of one machine: {MACHINE_PATH.search(text).group()!r}"


def check_code(notebook):
    for cell in code_cells(notebook):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            yield f"not plain Python: {cell.source[:60]!r}"
            continue
        if WIDE_INTEGER.search(cell.source):
            yield f"integers of 64 bits, too wide for a browser: {cell.source[:60]!r}"
        if any(line.rstrip().endswith(";") for line in cell.source.splitlines()):
            yield f"a semicolon at the end of a line: {cell.source[:60]!r}"
        for node in ast.walk(tree):
            yield from foreign_import(node)
            yield from hidden_random_state(node)
        shown = cell.outputs and "raises-exception" not in tags(cell)
        if shown and not (tree.body and ends_by_showing(tree.body[-1])):
            yield f"the last line neither prints, asserts nor shows: {cell.source[-60:]!r}"


def foreign_import(node: ast.AST) -> Iterator[str]:
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "."]
    for name in names:
        if name.split(".")[0] not in LIBRARIES:
            yield f"an import from outside numpy, matplotlib and lossbook: {name}"


def hidden_random_state(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr not in SEEDED:
        if ast.unparse(node.value) in {"np.random", "numpy.random"}:
            yield f"np.random.{node.attr} instead of np.random.default_rng(seed)"


def ends_by_showing(statement: ast.stmt) -> bool:
    """Is the last thing that a statement does an assert or a call that shows something?"""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        return getattr(function, "attr", getattr(function, "id", None)) in SHOWS
    if isinstance(statement, ast.For | ast.With | ast.If | ast.While | ast.Try):
        return ends_by_showing(statement.body[-1])
    return isinstance(statement, ast.Assert)


CHECKS = [
    check_kernel,
    check_executed_in_order,
    check_outputs,
    check_tags,
    check_setup,
    check_guesses,
    check_figures,
    check_size,
    check_line_length,
    check_text_between,
    check_paths,
    check_code,
]


def problems(notebook) -> list[str]:
    return [problem for check in CHECKS for problem in check(notebook)]


# The notebooks pass them.


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_notebook(path):
    found = problems(nbformat.read(path, as_version=4))
    longer = [problem for problem in found if "a line longer" in problem]
    assert len(longer) == LONGER.get(path.name, 0), "\n".join(["", *longer])
    assert found == longer, "\n".join(["", *found])


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_chapter_is_read_in_one_go(path):
    notebook = nbformat.read(path, as_version=4)
    headings = set(re.findall(r"^##+ (.*)", markdown_of(path), re.M)) - LAST
    cells, time = len(code_cells(notebook)), minutes(notebook)
    fits = len(headings) <= HEADINGS and cells <= CELLS and time in MINUTES
    found = f"{len(headings)} headings, {cells} cells of code, {time} minutes"
    assert fits == (path.name not in NOT_IN_ONE_GO), found


def test_pages_with_longer_lines_are_laid_out_as_before():
    settings = tomllib.loads((CHAPTERS / "ruff.toml").read_text(encoding="utf-8"))
    assert settings["line-length"] == LINE
    assert set(settings["format"]["exclude"]) == set(LONGER)


def table_of_contents() -> set[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return {toc["root"]} | {page["file"] for part in toc["parts"] for page in part["chapters"]}


def pages() -> list[Path]:
    return NOTEBOOKS + find_files(CHAPTERS, "*.md")


def test_table_of_contents_holds_every_page_and_no_other():
    files = {path.relative_to(ROOT).with_suffix("").as_posix() for path in pages()}
    assert files | {"genindex"} == table_of_contents()


def title_of(path: Path) -> str:
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
    return path.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_title_has_the_number_of_the_file(path):
    number = re.match(r"(\d)-(\d)-", path.name)
    expected = rf"# {number[1]}\.{number[2]} \S" if number else r"# \D"
    assert re.match(expected, title_of(path))


# And the checks find what they look for: tiny notebooks, each with one fault.

ALT = {"image": {"alt": "A parabola whose lowest point lies at zero"}}
BELOW = nbformat.v4.new_markdown_cell("**Fig. 1.** The parabola is lowest at 0.")


def words():
    return nbformat.v4.new_markdown_cell("Words.")


WORDS = words()


def printed(text="1\n", name="stdout"):
    return nbformat.v4.new_output("stream", text=text, name=name)


def drawn(text="axes\n  line: x 0 1 | y 0 1"):
    return nbformat.v4.new_output("display_data", {"image/png": "iVBO", "text/plain": text})


def raised(*traceback):
    return nbformat.v4.new_output(
        "error", ename="ValueError", evalue="no", traceback=list(traceback)
    )


def code(source="print(1)", *outputs, count=1, tags=(), **mystnb):
    metadata = {"tags": list(tags), "mystnb": mystnb}
    return nbformat.v4.new_code_cell(
        source, outputs=list(outputs), execution_count=count, metadata=metadata
    )


def guessed_and_moved():
    cell = code("print(1)", printed(), tags=["guess"])
    cell.metadata.book = {"name": "moved", "explorable": "threshold"}
    return cell


def notebook_of(*cells, kernel="python3"):
    return nbformat.v4.new_notebook(
        cells=list(cells), metadata={"kernelspec": {"name": kernel, "display_name": "Python 3"}}
    )


GOOD = {
    "a print": [code("print(1)", printed())],
    "a loop that prints": [code("for i in (1, 2):\n    print(i)", printed("1\n2\n"))],
    "an assert after a print": [code("print(1)\nassert True", printed())],
    "a solution": [code("print(1)", printed(), tags=["hide-cell"], **PROMPT)],
    "a line as long as may be": [code("print(1)" + "# ".rjust(LINE - 8), printed())],
    "a figure": [code("plt.show()", drawn(), tags=["hide-input"], **ALT), BELOW],
    "a line of a card": [code("print(1)", printed(), tags=["card", "hide-input"])],
    "a set-up": [code("import numpy as np\nfigures.use_book_style()", tags=["setup"])],
    "an output to guess": [code("print(1)", printed(), tags=["guess"])],
    "a figure to guess": [code("plt.show()", drawn(), tags=["guess", "hide-input"], **ALT), BELOW],
    "a wanted error": [code("lb.huber(1)", raised(), tags=["raises-exception"])],
    "two cells, words, two cells": [
        code("a = 1", count=1),
        code("b = 1", count=2),
        WORDS,
        code("c = 1", count=3),
        code("import numpy as np\nrng = np.random.default_rng(0)", count=4),
    ],
    "words with a formula and a link": [
        nbformat.v4.new_markdown_cell(r"$f: \mathbb{R} \to [0, 1]$, a/b, <https://a.org/usr/x>")
    ],
}

FAULTS = {
    "not executed": [code(count=None)],
    "not executed once each and in order": [code(count=2), code(count=1)],
    "output on stderr": [code("print(1)", printed("careful", name="stderr"))],
    "a warning in the output": [code("print(1)", printed("RuntimeWarning: overflow"))],
    "a memory address": [code("print(1)", printed("<Line2D at 0x7f00aa11bb22>"))],
    "this machine's integers": [code("print(1)", printed("kind: int64 (101,)"))],
    "integers of 64 bits": [code("y = y.astype(np.int64)")],
    "a number without a format": [code("print(1)", printed("0.30000000000000004"))],
    "an error without the tag": [code("print(1)", raised())],
    "but raises nothing": [code("print(1)", printed(), tags=["raises-exception"])],
    "a tag that is not in use": [code("print(1)", printed(), tags=["nbval-skip"])],
    "hidden code": [code("print(1)", printed(), tags=["hide-input"])],
    "a folded cell that is no solution": [code("print(1)", printed(), tags=["hide-cell"])],
    "a solution in the open": [code("print(1)", printed(), **PROMPT)],
    "does more than import": [code("import math\nmath.pi", tags=["setup"])],
    "a set-up with an output": [code("import math", raised(), tags=["setup", "raises-exception"])],
    "a set-up in the open": [code("import numpy as np\n\nfigures.use_book_style()")],
    "6 outputs to guess": [
        cell
        for count in range(1, 7)
        for cell in (words(), code("print(1)", printed(), count=count, tags=["guess"]))
    ],
    "no output": [code("a = 1", tags=["guess"])],
    "a guess in a solution": [
        code("print(1)", printed(), tags=["guess", "hide-cell"], **PROMPT),
    ],
    "hide a figure to move": [guessed_and_moved()],
    "more than one figure": [code("plt.show()", drawn(), drawn(), **ALT), BELOW],
    "without a description": [code("plt.show()", drawn()), BELOW],
    "'a/very/long/path/to/some/figure.png'": [
        code("plt.show()", drawn(), image={"alt": "a/very/long/path/to/some/figure.png"}),
        BELOW,
    ],
    "without a caption": [code("plt.show()", drawn(), **ALT)],
    "without a figure": [code("print(1)", printed()), BELOW],
    "without its data": [code("plt.show()", drawn("<Figure size 1x1>"), **ALT), BELOW],
    "a cell of 16 lines": [code("a = 1\n" * 16, count=1), code(count=2), WORDS, code(count=3)],
    "the median cell has 6": [code("a = 1\n\n" * 6)],
    "a line longer": [code("print(1)" + "# ".rjust(LINE - 7), printed())],
    "more than two code cells": [code(count=1), code(count=2), code(count=3)],
    "two code cells without text": [
        code("plt.show()", drawn(), count=1, **ALT),
        BELOW,
        code(count=2),
        code(count=3),
    ],
    "'/home/'": [code("open('/home/me/data')")],
    "'~/'": [code("print(1)", raised("File ~/x.py"), tags=["raises-exception"])],
    r"'C:\\Users'": [nbformat.v4.new_markdown_cell(r"In C:\Users\me.")],
    "not plain Python": [code("%timeit 1")],
    "a semicolon": [code("a = 1;")],
    "from outside numpy, matplotlib and lossbook: torch": [code("import torch.nn", tags=["setup"])],
    "from outside numpy, matplotlib and lossbook: scipy.special": [
        code("from scipy.special import expit", tags=["setup"])
    ],
    "np.random.seed instead": [code("np.random.seed(0)")],
    "np.random.rand instead": [code("a = numpy.random.rand(3)")],
    "the last line neither": [code("print(1)\n1 + 1", printed())],
    "nor shows: 'for i in [1]:": [code("for i in [1]:\n    print(i)\n    i + 1", printed())],
    "nor shows: 'ax.plot(x)'": [code("ax.plot(x)", printed("[]"))],
}


@pytest.mark.parametrize("cells", GOOD.values(), ids=GOOD)
def test_good_notebook_is_accepted(cells):
    assert problems(notebook_of(*cells)) == []


@pytest.mark.parametrize("message", FAULTS)
def test_notebook_with_a_fault_is_refused(message):
    [problem] = problems(notebook_of(*FAULTS[message]))
    assert message in problem


def test_notebook_of_another_kernel_is_refused():
    [problem] = problems(notebook_of(code(), kernel="julia"))
    assert "'julia'" in problem

"""Execute notebooks from a clean kernel and save them in one normal form.

    python -m tools.run_notebooks                                  # every chapter
    python -m tools.run_notebooks chapters/3-losses other.ipynb    # these folders and files
    python -m tools.run_notebooks --text                           # none: the text alone

A notebook in which a cell fails (without the tag `raises-exception`) is reported and left alone.
At the end the numbers, names and addresses in the text of all chapters are right: see
`website/cross_references.py`.
"""

import hashlib
import os
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from website.cross_references import fill, names_in, read_sources
from website.find_pages import ROOT, find_notebooks, read_notebooks

# Several notebooks run at once: one core for each.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# As JupyterLab writes it, with `language_info` of the kernel: a notebook that is only opened there
# is not changed.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

# JupyterLab tells the first line of what it folds: of an output to guess that would be the answer.
NOTHING = nbformat.v4.new_output("display_data")


def run(path):
    """Execute one notebook in its own folder and save it; None, or what went wrong."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        coalesce_streams=True,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return str(error)
    save(path, notebook)
    return None


def save(path, notebook):
    path.write_text(normal_text(notebook), encoding="utf-8", newline="\n")


def normal_text(notebook):
    normalise(notebook)
    return nbformat.writes(notebook) + "\n"


def normalise(notebook):
    """Keep what the book needs; drop what changes from run to run and from machine to machine."""
    language = notebook.metadata.get("language_info", {})
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": language})
    notebook.nbformat_minor = 5
    seen = Counter()
    for cell in notebook.cells:
        # Its name, or an id made of the source: it stays the same when cells are added above.
        names = names_in(cell)
        cell.id = names[0] if names else hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[cell.id] += 1
        if seen[cell.id] > 1:
            cell.id += f"-{seen[cell.id]}"
        for key in set(cell.metadata) - {"book", "mystnb", "tags", "trials"}:
            del cell.metadata[key]
        if folds := folds_of(cell):
            cell.metadata.jupyter = folds
        if "outputs_hidden" in folds and cell.outputs and cell.outputs[0] != NOTHING:
            cell.outputs.insert(0, NOTHING)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                # The frames inside libraries hold paths of this machine; the reader's cell stays.
                output.traceback = [part for part in output.traceback if not in_library(part)]


def folds_of(cell):
    """For JupyterLab: it folds what the site folds, and shows an output when its cell is run."""
    tags = set(cell.metadata.get("tags", []))
    folds = {"source_hidden": {"hide-cell", "hide-input", "setup"}, "outputs_hidden": {"guess"}}
    return {name: True for name, folding in folds.items() if folding & tags}


def in_library(frame):
    return re.sub(r"\x1b\[[\d;]*m", "", frame).startswith("File ")


def main(arguments):
    failed = arguments != ["--text"] and run_all(arguments)
    notebooks = read_notebooks(ROOT)
    fill(notebooks, read_sources(ROOT))
    for page, notebook in notebooks.items():
        save(ROOT / page, notebook)
    return failed


def run_all(arguments):
    paths = [Path(argument).resolve() for argument in arguments] or [ROOT / "chapters"]
    notebooks = [
        notebook
        for path in paths
        for notebook in (find_notebooks(path) if path.is_dir() else [path])
    ]
    failed = False
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        for notebook, problem in zip(notebooks, pool.map(run, notebooks), strict=True):
            print(f"{'FAILED' if problem else 'saved'}  {notebook}", flush=True)
            if problem:
                print(problem, flush=True)
                failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

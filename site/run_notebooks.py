"""Execute notebooks from a clean kernel and save them in one normal form.

    python site/run_notebooks.py                                  # every chapter
    python site/run_notebooks.py chapters/3-losses other.ipynb    # these folders and files

A notebook in which a cell fails (without the tag `raises-exception`) is reported and left alone.
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

# Several notebooks run at once: one core for each.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


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
    normalise(notebook)
    text = nbformat.writes(notebook) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return None


def normalise(notebook):
    """Keep what the book needs; drop what changes from run to run and from machine to machine."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    seen = Counter()
    for cell in notebook.cells:
        # An id made of the source: it stays the same when cells are added above.
        cell.id = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[cell.id] += 1
        if seen[cell.id] > 1:
            cell.id += f"-{seen[cell.id]}"
        for key in set(cell.metadata) - {"book", "mystnb", "tags"}:
            del cell.metadata[key]
        if {"hide-cell", "hide-input"} & set(cell.metadata.get("tags", [])):
            cell.metadata.jupyter = {"source_hidden": True}  # JupyterLab folds what the site folds
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                # The frames inside libraries hold paths of this machine; the reader's cell stays.
                output.traceback = [part for part in output.traceback if not in_library(part)]


def in_library(frame):
    return re.sub(r"\x1b\[[\d;]*m", "", frame).startswith("File ")


def main(arguments):
    paths = [Path(argument).resolve() for argument in arguments] or [CHAPTERS]
    notebooks = [
        notebook
        for path in paths
        for notebook in (sorted(path.rglob("*.ipynb")) if path.is_dir() else [path])
        if ".ipynb_checkpoints" not in notebook.parts
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

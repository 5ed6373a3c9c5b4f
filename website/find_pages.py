"""The pages of the book: the one place that says which files count."""

from pathlib import Path, PurePosixPath

import nbformat

ROOT = Path(__file__).resolve().parents[1]


def find_notebooks(folder: Path) -> list[Path]:
    return find_files(folder, "*.ipynb")


def find_files(folder: Path, pattern: str) -> list[Path]:
    """All such files below a folder, in their order; JupyterLab's checkpoints are none."""
    found = sorted(folder.rglob(pattern))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def read_notebooks(root: Path) -> dict[PurePosixPath, nbformat.NotebookNode]:
    """The chapters, by their paths from the root."""
    return {
        PurePosixPath(path.relative_to(root).as_posix()): nbformat.read(path, as_version=4)
        for path in find_notebooks(root / "chapters")
    }

"""The notebooks of the book: the one place that says which files count."""

from pathlib import Path, PurePosixPath

import nbformat

ROOT = Path(__file__).resolve().parents[1]


def find_notebooks(folder: Path) -> list[Path]:
    """All notebooks below a folder, in their order; JupyterLab's checkpoints are none."""
    return [
        path for path in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts
    ]


def read_notebooks(root: Path) -> dict[PurePosixPath, nbformat.NotebookNode]:
    """The chapters, by their paths from the root."""
    return {
        PurePosixPath(path.relative_to(root).as_posix()): nbformat.read(path, as_version=4)
        for path in find_notebooks(root / "chapters")
    }

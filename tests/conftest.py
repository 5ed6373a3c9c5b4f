"""Parts of the tests that need more than the book does: where it is absent, a word in their place.

A part is skipped as a whole, one line a module. With REQUIRE_ALL=1 it runs, and fails.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.site import SITE
from tools import chromium

HERE = Path(__file__).parent
LITE = SITE / "lite" / "notebooks" / "index.html"
ORIGINALS = HERE / "browser" / "node_modules"


def absent(*modules: str) -> str:
    return ", ".join(name for name in modules if not find_spec(name))


def needs_site() -> str:
    return "" if (SITE / "index.html").is_file() else "no site: `jupyter-book build .` makes it"


def needs_browser() -> str:
    if missing := absent("playwright", "axe_playwright_python", "pikepdf", "pypdf", "xdist"):
        return f"no {missing}: `nox -s browser` installs it"
    if not chromium.executable():
        return f"no browser: none of {', '.join(chromium.NAMES)} is installed"
    return needs_site()


def needs_lite() -> str:
    return needs_browser() or ("" if LITE.is_file() else "no notebooks on it: `nox -s site`")


def needs_originals() -> str:
    return "" if ORIGINALS.is_dir() else "no files of npm: `nox -s browser` fetches them"


def needs_libraries() -> str:
    names = "torch", "keras", "jax", "optax", "sklearn", "dask", "distributed"
    missing = absent(*names, "array_api_strict", "mpmath")
    return missing and f"no {missing}: `nox -s elsewhere` installs it"


NEEDS = {  # a folder or a file, the first that fits
    "browser/test_lite.py": needs_lite,
    "browser/test_files_of_others.py": needs_originals,
    "browser": needs_browser,
    "losses/test_derivatives.py": needs_libraries,
    "losses/test_other_arrays.py": needs_libraries,
    "notebooks/test_library_tabs.py": needs_libraries,
    "site": needs_site,
}


def missing(path: Path) -> str:
    """What is absent that a file of tests needs."""
    if os.environ.get("REQUIRE_ALL"):
        return ""
    return next((needs() for part, needs in NEEDS.items() if path.is_relative_to(HERE / part)), "")


class LeftOut(pytest.File):
    """A file of tests that is not imported, and says why."""

    def collect(self):
        pytest.skip(missing(self.path), allow_module_level=True)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    collectors = yield
    return [LeftOut.from_parent(parent, path=file_path)] if missing(file_path) else collectors

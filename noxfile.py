"""The commands of those who work on the book: `nox -l` lists them, `nox -s site` runs one.

They run in the environment in which nox runs, the README's, and install there what they need.
"""

import os
import tarfile
import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["package", "notebooks", "site"]  # what needs nothing but the README's line

ADDRESSES = {"SITE_URL": "https://book.example", "REPOSITORY_URL": "https://forge.example/book"}
ALL = {"REQUIRE_ALL": "1"}  # a part of the tests whose needs are absent fails
BUILD = Path("_build")
LITE = BUILD / "html" / "lite"
EVERYTHING = "style package wheel notebooks site browser elsewhere references".split()
REFERENCES = ["losses", "loss_libraries", "optimizers", "other_libraries"]


def install(session, extra: str):
    session.run("pip", "install", "-q", "-e", f".[{extra}]", "-c", "constraints.txt")


def build_site(session):
    session.run("jupyter-book", "build", ".", "-W", "-n", "--keep-going", "--quiet")


@nox.session
def style(session):
    """One style for modules and notebooks, and the types of lossbook."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def package(session):
    """The losses, descent and the rest of lossbook, and the examples of its docstrings."""
    session.run("pytest", "tests/losses", "tests/package", "lossbook", *session.posargs)


@nox.session
def wheel(session):
    """The package alone: its file, installed where there is nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--quiet", "--outdir", folder, env=ADDRESSES)
        [wheel], [source] = Path(folder).glob("*.whl"), Path(folder).glob("*.tar.gz")
        with tarfile.open(source) as files:
            folders = {name.split("/")[1] for name in files.getnames() if name.count("/") > 1}
        if folders != {"lossbook", "lossbook.egg-info"}:
            session.error(f"the source distribution holds {folders}")
        session.run("python", "-m", "venv", f"{folder}/venv")
        python = f"{folder}/venv/{'Scripts' if os.name == 'nt' else 'bin'}/python"
        session.run(python, "-m", "pip", "install", "-q", "-c", "constraints.txt", wheel)
        session.run(python, "-I", "-W", "error", "tools/check_wheel.py", env=ADDRESSES)
        user = ["-c", "import lossbook; lossbook.huber([1], [2])"]
        with session.chdir(folder):  # away from the lossbook of this folder
            session.run("mypy", "--strict", "--python-executable", python, *user)


@nox.session
def notebooks(session):
    """Every cell again, and what the notebooks look like, claim and ask."""
    session.run("pytest", "--nbval", "chapters", "tests/notebooks", *session.posargs)


@nox.session
def site(session):
    """Build the site with "Run this page", where a warning is an error, and test it."""
    install(session, "lite")
    session.run("jupyter-book", "clean", ".")
    session.run("python", "-m", "website.lite.build")
    build_site(session)
    session.run("pytest", "tests/site", *session.posargs, env=ALL)


@nox.session
def browser(session):
    """The site in Chromium or Chrome, which the system has: reading, moving, searching, running."""
    install(session, "browser,lite")
    session.run("npm", "ci", "--silent", "--prefix", "tests/browser", external=True)
    session.run("python", "-m", "tests.support.pyodide_stand_in", "_build/pyodide")
    if not LITE.exists():
        session.run("python", "-m", "website.lite.build")
    build_site(session)
    session.run("pytest", "tests/browser", "--durations=5", *session.posargs, env=ALL)


@nox.session
def elsewhere(session):
    """The losses on arrays of PyTorch, JAX and Dask; the lines in other libraries on the pages."""
    install(session, "libraries")
    parts = ["tests/losses/test_other_arrays.py", "tests/losses/test_derivatives.py"]
    parts += ["tests/notebooks/test_library_tabs.py"]
    session.run("pytest", "--dist=worksteal", *parts, *session.posargs, env=ALL)


@nox.session
def references(session):
    """Compute the stored references again, which the tests compare lossbook with."""
    install(session, "libraries")
    for name in REFERENCES:
        session.run("python", "-m", f"tests.references.{name}")
    readers = ["losses/test_stored_references.py", "losses/test_other_libraries.py"]
    readers += ["package/test_descent.py"]
    session.run("pytest", *[f"tests/{reader}" for reader in readers])


@nox.session(name="all")
def everything(session):
    """All of the commands above, one after the other."""
    for name in EVERYTHING:
        session.notify(name)

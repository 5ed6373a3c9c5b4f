"""Write _build/html/lite: every chapter as a notebook that runs in the reader's browser.

The browser loads Python, NumPy and Matplotlib (Pyodide) from a public CDN. With --pyodide FOLDER,
an unpacked distribution of Pyodide, they lie on the site, and no other host is asked for anything.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

from website.find_pages import ROOT
from website.lite.notebooks import plain_notebooks

HERE = Path(__file__).parent
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
EXTENSION = Path(sys.prefix, "share/jupyter/labextensions", KERNEL.partition(":")[0])
LOGO = "@jupyterlite/notebook-application-extension:logo"  # it links to an application left out
# What the notebooks import and Pyodide lacks, and `comm`, which the kernel would fetch from PyPI.
WHEELS = {
    "lossbook": ["numpy", "matplotlib", "array-api-compat"],  # Matplotlib for lossbook.pages
    "array-api-compat": ["numpy"],
    "comm": [],
}


def write_contents(folder):
    for page, notebook in plain_notebooks(ROOT).items():
        text = json.dumps(notebook, ensure_ascii=False)
        # head.html compares it with that of the reader's own copy.
        notebook["metadata"]["edition"] = hashlib.sha256(text.encode()).hexdigest()
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def write_wheels(folder):
    """The wheels, and wheels.json: their entries in Pyodide's list of packages."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: setuptools leaves files beside what it builds, and would take old ones along.
        package = Path(scratch)
        shutil.copytree(ROOT / "lossbook", package / "lossbook")
        for name in ["pyproject.toml", "setup.py", "README.md", "LICENSE"]:
            shutil.copy(ROOT / name, package)
        others = [name for name in WHEELS if name != "lossbook"]
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
        subprocess.run([*pip, "-c", ROOT / "constraints.txt", package, *others], check=True)
    wheels = [entry(path) for path in sorted(folder.glob("*.whl"))]
    (folder / "wheels.json").write_text(json.dumps(wheels, indent=1), "utf-8")


def entry(path):
    with zipfile.ZipFile(path) as wheel:
        metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        about = Parser().parsestr(wheel.read(metadata).decode())
    name = about["Name"].lower().replace("_", "-")
    return {
        "name": name,
        "version": about["Version"],
        "file_name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "imports": [name.replace("-", "_")],
        "depends": WHEELS[name],
        "install_dir": "site",
        "package_type": "package",
    }


def write_settings(folder, pyodide):
    kernel = {
        "pyodideUrl": "./static/pyodide.mjs",
        "loadPyodideOptions": {"indexURL": pyodide},  # `./` is relative to the folder lite/
    }
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "The Book of Losses",
            "disabledExtensions": [LOGO],
            "exposeAppInBrowser": True,  # head.html asks it for the reader's copy, and runs cells
            "litePluginSettings": {KERNEL: kernel},
        },
    }
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), "utf-8")
    # Light or dark, as the reader's system.
    themes = {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}}
    (folder / "overrides.json").write_text(json.dumps(themes), "utf-8")


def write_build_settings(folder):
    """JupyterLite would copy every extension of JupyterLab that is installed here."""
    extensions = {
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(EXTENSION)],
    }
    (folder / "jupyter_lite_config.json").write_text(
        json.dumps({"LiteBuildConfig": extensions}), "utf-8"
    )


def add_head(index):
    html = index.read_text("utf-8")
    assert html.count("</head>") == 1, index
    head = (HERE / "head.html").read_text("utf-8")
    index.write_text(html.replace("</head>", f"{head}</head>"), "utf-8")


def build(output, pyodide):
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        write_contents(work / "contents")
        write_settings(work, "./static/pyodide/" if pyodide else f"{PYODIDE_CDN_URL}/")
        write_build_settings(work)
        options = ["--apps=notebooks", "--no-sourcemaps", "--no-unused-shared-packages"]
        places = [f"--lite-dir={work}", f"--contents={work}/contents", f"--output-dir={output}"]
        lite = [sys.executable, "-m", "jupyterlite_core", "build", "--log-level=ERROR"]
        built = subprocess.run([*lite, *options, *places], capture_output=True, text=True, cwd=work)
        if built.returncode:
            sys.exit(built.stdout + built.stderr)
        write_wheels(work / "static")
        shutil.copytree(work / "static", output / "static", dirs_exist_ok=True)
    shutil.copy(HERE / "pyodide.mjs", output / "static")
    if pyodide:
        maps = shutil.ignore_patterns("*.map")
        shutil.copytree(pyodide, output / "static" / "pyodide", ignore=maps)
    add_head(output / "notebooks/index.html")


def distribution(folder):
    """The folder, if it holds the Pyodide for which the kernel was made."""
    start = Path(folder, "pyodide.mjs")
    if not start.is_file() or PYODIDE_VERSION not in start.read_text("utf-8"):
        raise argparse.ArgumentTypeError(f"{folder} does not hold Pyodide {PYODIDE_VERSION}")
    return Path(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pyodide", type=distribution, metavar="FOLDER", help="serve it, too")
    build(ROOT / "_build/html/lite", parser.parse_args().pyodide)

"""Write a folder that stands in for a distribution of Pyodide, where its CDN is out of reach.

    python -m tests.support.pyodide_stand_in FOLDER

npm has Pyodide itself (run `npm ci` here first), PyPI the packages of the kernel. What is compiled,
NumPy above all, is missing: the kernel starts, and an import of NumPy fails.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from website.find_pages import ROOT

NPM = ROOT / "tests" / "browser" / "node_modules" / "pyodide"
KERNEL = ["micropip", "packaging", "ipython", "jedi"]  # what the kernel asks Pyodide for


def with_dependencies(names, packages):
    found = {}
    for name in names:
        package = packages[name.lower().replace("_", "-")]
        found |= {name: package} | with_dependencies(package["depends"], packages)
    return found


def write(folder):
    shutil.copytree(NPM, folder, dirs_exist_ok=True)
    lock = json.loads((NPM / "pyodide-lock.json").read_text("utf-8"))
    packages = with_dependencies(KERNEL, lock["packages"]).values()
    wanted = [f"{package['name']}=={package['version']}" for package in packages]
    python = ["--python-version", lock["info"]["python"], "--only-binary=:all:", "--no-deps"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, *python]
    subprocess.run([*pip, *wanted], check=True)
    for package in packages:
        # The same version and file name; Pyodide packs its wheels anew, so their sums differ.
        wheel = (folder / package["file_name"]).read_bytes()
        package["sha256"] = hashlib.sha256(wheel).hexdigest()
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

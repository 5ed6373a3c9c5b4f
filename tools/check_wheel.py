"""What must hold where nothing but the package is installed: `nox -s wheel` runs this there."""

import doctest
import os
from importlib import import_module
from importlib.metadata import distributions, files, metadata
from pkgutil import walk_packages

import lossbook

installed = {distribution.name.lower() for distribution in distributions()}
installed -= {"pip", "setuptools"}  # the environment's own
assert installed == {"array-api-compat", "lossbook", "numpy"}, installed

paths = {path.as_posix() for path in files("lossbook")}
assert "lossbook/py.typed" in paths, paths
folders = {path.split("/")[0].partition("-")[0] for path in paths}
assert folders == {"lossbook"}, folders

about = metadata("lossbook")
assert about["Version"] == lossbook.__version__, about["Version"]
assert about["Description-Content-Type"] == "text/markdown"
assert about["Description"].startswith("# The Book of Losses"), about["Description"]
assert about["Keywords"] and "Typing :: Typed" in about.get_all("Classifier")
addresses = {f"Documentation, {os.environ['SITE_URL']}", f"Source, {os.environ['REPOSITORY_URL']}"}
assert set(about.get_all("Project-URL")) == addresses, about.get_all("Project-URL")

try:
    import lossbook.pages.figures
except ImportError as error:
    assert "pip install lossbook[figures]" in str(error), error
else:
    raise AssertionError("lossbook.pages.figures works without Matplotlib")

examples = 0
of_others = {"lossbook.pages.figures", "lossbook.in_jax", "lossbook.in_torch"}
for module in walk_packages(lossbook.__path__, "lossbook."):
    if module.name not in of_others:  # which are not installed here
        result = doctest.testmod(import_module(module.name))
        assert result.failed == 0, module.name
        examples += result.attempted
assert examples > 0
print(f"{len(paths)} files, {examples} examples of the docstrings hold")

"""What the package says of itself: one version, addresses not made up, a page that reads well."""

import re
import runpy
import sys
from types import SimpleNamespace

import pytest
import yaml

import lossbook
from website.find_pages import ROOT

SITE, REPOSITORY = "https://book.example", "https://forge.example/book"


def said_by_setup(monkeypatch, **addresses: str) -> dict:
    """What setup.py hands to setuptools, which this environment need not have."""
    said: dict = {}
    for name in ("SITE_URL", "REPOSITORY_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, address in addresses.items():
        monkeypatch.setenv(name, address)
    monkeypatch.setitem(sys.modules, "setuptools", SimpleNamespace(setup=said.update))
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py")
    return said


def test_version_and_date_are_the_same_everywhere():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    [newest, *_] = re.findall(r"^## (\S+), .*\((\S+)\)$", changes, re.MULTILINE)
    assert newest == (lossbook.__version__, cited["date-released"])
    assert cited["version"] == lossbook.__version__


@pytest.mark.parametrize(
    "addresses, urls",
    [
        ({}, {}),
        ({"SITE_URL": SITE}, {"Documentation": SITE}),
        (
            {"SITE_URL": SITE, "REPOSITORY_URL": REPOSITORY},
            {"Documentation": SITE, "Source": REPOSITORY},
        ),
    ],
)
def test_addresses_are_those_of_whoever_builds(addresses, urls, monkeypatch):
    assert said_by_setup(monkeypatch, **addresses)["project_urls"] == urls


def test_description_is_the_readme_without_what_lies_beside_it(monkeypatch):
    """On the page of a package nothing lies beside it: no picture, no file to link to."""
    description = said_by_setup(monkeypatch)["long_description"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((?!https:)[^)]*\)", readme), "setup.py has nothing to leave out"
    assert re.findall(r"\]\((?!https:|#)[^)]*\)|<img|src=|^\[.*\]: ", description, re.M) == []
    left_out = [line for line in readme.splitlines() if line not in description.splitlines()]
    assert len(left_out) == 1 and left_out[0].startswith("![")

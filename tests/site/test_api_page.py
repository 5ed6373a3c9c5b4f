"""The page that documents lossbook leaves out no public name, and docstrings render as meant."""

import inspect
import re

import pytest

import lossbook as lb
from tests.support.site import SITE, read
from website import api_page
from website.find_pages import ROOT

PAGE = "chapters/appendix/api"


def sections(source: str) -> list[str]:
    """The names that a page's source asks for: of modules, and of data."""
    return re.findall(r"^\.\. (?:api|automodule|py:data):: (\S+)$", source, re.MULTILINE)


def home(name: str) -> str:
    """What a page has to name so that it documents lossbook's `name`."""
    thing = getattr(lb, name)
    return thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", name)


@pytest.mark.parametrize("name", lb.__all__)
def test_source_covers(name):
    assert home(name) in sections((ROOT / f"{PAGE}.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", lb.__all__)
def test_built_page_has_an_anchor(name):
    ids = read(SITE / f"{PAGE}.html").ids
    assert {f"lossbook.{name}", f"module-lossbook.{name}"} & ids


@pytest.mark.parametrize("loss", lb.losses)
def test_built_page_says_what_the_help_of_a_loss_says(loss):
    """What a formula names, and what lossbook.loss adds to it."""
    page = (SITE / f"{PAGE}.html").read_text(encoding="utf-8")
    entry = page.partition(f'id="lossbook.{loss}"')[2].partition('<dt class="sig ')[0]
    said = " ".join(re.sub("<.*?>", "", entry).split())
    for part in "bad weights or an unknown reduction", "Pitfalls", "Curve", "sample_weight:":
        assert said.count(part) == 1, part


def test_entries_come_from_the_module_in_its_order():
    found = api_page.documented("lossbook.formulas.regression")
    assert found[:2] == ["lossbook.mean_squared_error", "lossbook.mean_absolute_error"]
    assert {name.removeprefix("lossbook.") for name in found} <= set(lb.__all__)
    assert "lossbook.descent.Descent" in api_page.documented("lossbook.descent", also="Descent")
    assert "lossbook.descent.Descent" not in api_page.documented("lossbook.descent")


DOCSTRING = r"""
Size of the error |e|.

.. math:: |e| : e, \qquad
          e \ge 0

Parameters
----------
y_true, y_pred : numbers, of one
    shape
delta : number > 0

Raises
------
ValueError
    for |e| < 0

Source: Huber (1964),
Ann. Math. Statist.

Examples
--------
>>> print("a : |b|")
a : |b|
"""

RENDERED = r"""
Size of the error \|e\|.

.. math:: |e| : e

.. math:: e \ge 0

:Parameters:

   * **y_true, y_pred**: numbers, of one
     shape
   * **delta**: number > 0

:Raises:

   * **ValueError**: for \|e\| < 0

:Source:

   Huber (1964),
   Ann. Math. Statist.

>>> print("a : |b|")
a : |b|
"""


def test_docstring_becomes_fields():
    lines = api_page.format_docstring(DOCSTRING.strip().splitlines())
    assert "\n".join(lines).strip() == RENDERED.strip()

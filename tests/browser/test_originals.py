"""The files in site/typefaces are as their makers publish them."""

import pytest
from test_site import ROOT

from .conftest import missing

PACKAGES = ROOT / "tests" / "browser" / "node_modules"
TEXT = "@fontsource-variable/stix-two-text"
ORIGINALS = {
    "STIXTwoText.woff2": f"{TEXT}/files/stix-two-text-latin-wght-normal.woff2",
    "STIXTwoText-Italic.woff2": f"{TEXT}/files/stix-two-text-latin-wght-italic.woff2",
    "STIXTwoMath.woff2": ("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"),
    "LICENSE": "@fontsource/stix-two-math/LICENSE",
}


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_file_is_the_original(name):
    original = PACKAGES / ORIGINALS[name]
    if not original.is_file():
        missing("no originals: npm ci in tests/browser")
    assert (ROOT / "site" / "typefaces" / name).read_bytes() == original.read_bytes()


def test_every_file_has_an_original():
    files = {path.name for path in (ROOT / "site" / "typefaces").iterdir()}
    assert files == {*ORIGINALS, "README.md"}

"""The files in site/math are as their makers publish them."""

import pytest
from test_site import ROOT

from .conftest import missing

PACKAGES = ROOT / "tests" / "browser" / "node_modules"
ORIGINALS = {
    "temml.min.js": "temml/dist/temml.min.js",
    "Temml-STIX2.css": "temml/dist/Temml-STIX2.css",
    "LICENSE-temml": "temml/LICENSE",
    "STIXTwoMath.woff2": ("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"),
    "LICENSE-STIXTwoMath": "@fontsource/stix-two-math/LICENSE",
}


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_file_is_the_original(name):
    original = PACKAGES / ORIGINALS[name]
    if not original.is_file():
        missing("no originals: npm ci in tests/browser")
    assert (ROOT / "site" / "math" / name).read_bytes() == original.read_bytes()


def test_every_file_has_an_original():
    files = {path.name for path in (ROOT / "site" / "math").iterdir()}
    assert files == {*ORIGINALS, "README.md"}

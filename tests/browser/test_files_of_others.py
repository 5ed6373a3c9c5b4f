"""The files of others in website/typefaces and website/search are as their makers publish them."""

import pytest

from website.find_pages import ROOT

PACKAGES = ROOT / "tests" / "browser" / "node_modules"
TEXT = "@fontsource-variable/stix-two-text/files/stix-two-text-latin-wght"
MATH = "@fontsource/stix-two-math"
ORIGINALS = {
    "typefaces/STIXTwoText.woff2": f"{TEXT}-normal.woff2",
    "typefaces/STIXTwoText-Italic.woff2": f"{TEXT}-italic.woff2",
    "typefaces/STIXTwoMath.woff2": f"{MATH}/files/stix-two-math-latin-400-normal.woff2",
    "typefaces/LICENSE": f"{MATH}/LICENSE",
    "search_page/minisearch.js": "minisearch/dist/umd/index.js",
    "search_page/LICENSE-minisearch": "minisearch/LICENSE.txt",
}
OURS = {"typefaces/README.md", "search_page/README.md", "search_page/search.js"}


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_file_is_the_original(name):
    original = PACKAGES / ORIGINALS[name]
    assert (ROOT / "website" / name).read_bytes() == original.read_bytes()


def test_every_file_has_an_original():
    site = ROOT / "website"
    folders = {name.partition("/")[0] for name in ORIGINALS}
    files = {path for folder in folders for path in (site / folder).iterdir()}
    assert {path.relative_to(site).as_posix() for path in files} == {*ORIGINALS, *OURS}

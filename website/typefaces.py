"""A Sphinx extension: the typeface of the book, STIX Two, for words and for formulas.

Words and formulas then match on every system, and a reader needs no font for mathematics.
`typefaces/README.md` says where the files come from.
"""

import re
import shutil
from html import unescape
from pathlib import Path

from website.cut_fonts import subset

FILES = Path(__file__).with_suffix("")
TEXT = "STIXTwoText.woff2", "STIXTwoText-Italic.woff2"
MATH = "STIXTwoMath.woff2"
# Drawn, but not written: <mi>x</mi> shows the italic letter U+1D465, and <msqrt> a radical sign.
UNWRITTEN = "√ℎ" + "".join(map(chr, [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]))
# Before the style sheets, which would ask for it late: words would move when it comes.  In a folder
# a browser refuses, and nothing is late.
PRELOAD = """
<script>
  if (location.protocol !== "file:")
    document.head.insertAdjacentHTML("beforeend",
      '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>');
</script>
"""


def preload(app, page, template, context, doctree):
    """The face that every page begins with comes at once."""
    address = context["pathto"](f"_static/{TEXT[0]}", resource=True)
    context["metatags"] = context.get("metatags", "") + PRELOAD.replace("{}", address)


def write_files(app, error):
    """The faces for words as they are; that for formulas with what the pages show, 30 KB of 400."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for name in TEXT:
        shutil.copy(FILES / name, static)
    pages = [page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")]
    subset(FILES / MATH, static / MATH, characters(pages) + UNWRITTEN)


def characters(pages: list[str]) -> str:
    """What the pages write: in formulas, and in words the Greek letters and signs between them."""
    formulas = "".join(formula for page in pages for formula in re.findall("<math.*?</math>", page))
    words = {character for page in pages for character in unescape(page) if ord(character) > 0xFF}
    return unescape(re.sub("<[^>]*>", "", formulas)) + "".join(words)


def setup(app):
    app.connect("html-page-context", preload)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

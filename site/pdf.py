"""The whole book as one PDF, with bookmarks and working links, for paper and for a slow network.

    pip install -r tests/browser/requirements.txt    # Playwright; it drives the system's Chromium
    python site/pdf.py                               # writes _build/html/the-book-of-losses.pdf
    jupyter-book build .                             # the menu of downloads now leads to it

Sphinx joins all pages in one; a browser prints it as it prints each of them. Other ways lost: LaTeX
needs gigabytes and draws other formulas and tables than the site; WeasyPrint knows no MathML.
"""

import subprocess
from pathlib import Path

from buttons import PDF
from chromium import executable
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "_build" / "joined"  # the pages as Sphinx remembers them serve one builder only
JOINED = OWN / "_build" / "singlehtml"
TARGET = ROOT / "_build" / "html" / PDF
PAGE_NUMBER = '<span class="pageNumber" style="font-size: 9px; margin: auto"></span>'
MARGIN = "15mm"


def join() -> Path:
    """All pages in one; each begins on a new sheet."""
    options = ["--builder", "singlehtml", "--path-output", OWN, "--quiet"]
    subprocess.run(["jupyter-book", "build", ROOT, *options], check=True)
    html = (JOINED / "chapters" / "index.html").read_text(encoding="utf-8")
    # Sphinx writes the page for a root at the top of the site, and ours is in a folder.
    html = html.replace('href="chapters/index.html#', 'href="#')
    style = "<style>span[id^='document-'] + section { break-before: page }</style>"
    page = JOINED / "book.html"
    page.write_text(html.replace("</head>", f"{style}</head>", 1), encoding="utf-8")
    return page


def print_to(page, target: Path):
    page.evaluate("() => document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("() => [...document.images].every(i => i.complete)")
    page.pdf(
        path=target,
        format="A4",
        scale=0.8,
        margin=dict.fromkeys(("top", "right", "bottom", "left"), MARGIN),
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=PAGE_NUMBER,
        outline=True,
        tagged=True,
    )


def main():
    joined = join()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable())
        page = browser.new_page()
        page.goto(joined.as_uri())
        print_to(page, TARGET)
        browser.close()
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

"""The whole book as one PDF: a book for paper, with page numbers, an index, solutions at the end.

    pip install -e ".[browser]" -c constraints.txt   # Playwright drives the system's Chromium
    python -m tools.pdf                              # writes _build/html/the-book-of-losses.pdf
    jupyter-book build .                             # the menu of downloads now leads to it

The pages of the built site are joined (pdf/book.html), get the look of a book (pdf/paper.css) and
are printed by a browser. CSS cannot ask on which page a link ends: so the print is asked, and
printed again.
Other ways lost: LaTeX needs gigabytes and draws other formulas and tables than the site; WeasyPrint
knows no MathML; Sphinx's own way to join pages gives one name to the summaries of all of them.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath

import pikepdf
import yaml
from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import sync_playwright

from tools.chromium import executable
from website.buttons import PDF

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SITE = "html"  # in BUILD, where the joined book is, too
PAPER = ROOT / "tools" / "pdf"

# What the site has and the book leaves out: long tables, to be looked up and not to be read.
LEFT_OUT = "what-is-proven", "api", "how-fast"
INDEX = "genindex"
LOOKED_UP = "glossary", "notation", "references"  # a link that leads there needs no page number
NOT_ON_PAPER = (
    "script, .headerlink, .reading-time, .toctree-wrapper, .pst-js-only, "
    ".tag_hide-input > .above-input"
)
# Folded on the site, and on paper as if nothing had been folded.
OPEN_ON_PAPER = ".tag_setup > .above-input, .tag_guess > .below-input"
SOLUTION = ".exercise > :is(.dropdown, .tag_hide-cell, details)"
EVERYWHERE = "Summary", "Exercises", "Sources"  # sections of each chapter, not in the contents
TOKENS = {"c1", "k", "kn", "ow"}  # of code, what is set apart on paper: comments and keywords

FILL_IN = """pages => {
  for (const link of document.querySelectorAll("[data-page]"))
    link.dataset.page = pages[link.getAttribute("href").slice(1)];
  for (const entry of document.querySelectorAll(".index .pages")) {
    const links = [...entry.children].sort((a, b) => a.dataset.page - b.dataset.page);
    entry.replaceChildren(...links);
    links.forEach((it, i) => it.hidden = it.dataset.page === links[i - 1]?.dataset.page);
  }
}"""


@dataclass
class Solution:
    """The solution of an exercise, in a part of its own."""

    exercise: str
    name: str
    parts: list[Tag]

    @property
    def asked(self) -> str:
        """The name of the exercise."""
        return f"{self.name}-asked"


@dataclass
class Chapter:
    """A page of the site, as the book has it."""

    name: str
    article: Tag
    solutions: list[Solution]

    @property
    def title(self) -> str:
        return self.article.h1.get_text()

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The names and the titles of its sections, for the contents."""
        found = [(it.parent["id"], it.get_text()) for it in self.article.select("section > h2")]
        return [(name, title) for name, title in found if title not in EVERYWHERE]

    @property
    def pieces(self) -> list[Tag]:
        return [self.article, *(part for it in self.solutions for part in it.parts)]


@dataclass
class Entry:
    """A term of the index, the places that it leads to, the terms below it."""

    term: str
    places: list[str]
    below: list["Entry"]


def anchor(page: str, name: str = "") -> str:
    """What a place on a page of the site is called in the book."""
    return f"{Path(page).name}-{name}".rstrip("-")


def article(page: str) -> Tag:
    """What a page of the site says, with links and pictures as the joined book finds them."""
    html = (BUILD / SITE / f"{page}.html").read_text(encoding="utf-8")
    found = BeautifulSoup(html, "html.parser").article
    for element in found.select(NOT_ON_PAPER):
        element.decompose()
    for fold in found.select(OPEN_ON_PAPER):
        fold.summary.decompose()
        fold.unwrap()
    for element in found.select("[id]"):
        element["id"] = anchor(page, element["id"])
    for image in found.select("img"):
        image["src"] = normpath(join(SITE, dirname(page), image["src"]))
        image["loading"] = "eager"
    for link in found.select("a[href]:not(.external)"):
        path, _, name = link["href"].partition("#")
        target = normpath(join(dirname(page), path)).removesuffix(".html") if path else page
        link["href"] = "#" + anchor(target, name)
        if target != page and Path(target).name not in LOOKED_UP:
            link["data-page"] = ""
    return found


def chapter(page: str) -> Chapter:
    found = Chapter(anchor(page), article(page), [])
    found.solutions = take_solutions(found)
    for piece in found.pieces:
        unfold(piece)
    return found


def take_solutions(found: Chapter) -> list[Solution]:
    """Cut the solutions out; the title of each exercise says where its solution is now."""
    solutions = []
    for number, exercise in enumerate(found.article.select(".exercise"), start=1):
        title = exercise.select_one(".exercise-title")
        parts = [part.extract() for part in exercise.select(SOLUTION)]
        solutions.append(Solution(title.get_text(), f"{found.name}-solution-{number}", parts))
        title["id"] = solutions[-1].asked
        title.append(line_to(solutions[-1]))
    return solutions


def line_to(solution: Solution) -> BeautifulSoup:
    link = f' <a class="solution" href="#{solution.name}" data-page="">Solution</a>'
    return BeautifulSoup(link, "html.parser")


def unfold(part: Tag):
    """Nothing to open, and few coloured words: in a PDF, each of them is a tag."""
    for switch in part.select("summary"):
        switch.parent.name = "div"
        switch.decompose()
    for token in part.select("pre span"):
        if not TOKENS & set(token.get("class", [])):
            token.unwrap()


def index(page: str, places: set[str]) -> dict[str, list[Entry]]:
    """The index of the site, by letter, as far as it leads to places of the book."""
    found = {
        letter.get_text(): list(entries(letter.find_next("ul"), places))
        for letter in article(page).select("h2")
    }
    return {letter: terms for letter, terms in found.items() if terms}


def entries(terms: Tag, places: set[str]) -> Iterator[Entry]:
    for item in terms.find_all("li", recursive=False):
        links = [link["href"].removeprefix("#") for link in item.find_all("a", recursive=False)]
        entry = Entry(
            next(item.stripped_strings).rstrip(","),
            [place for place in links if place in places],
            list(entries(item.ul, places)) if item.ul else [],
        )
        if entry.places or entry.below:
            yield entry


def join_book(toc: dict, about: dict) -> Path:
    """All pages of a table of contents in one, as a book."""
    parts = {"": [chapter(toc["root"])]}
    for part in toc["parts"]:
        pages = [it["file"] for it in part["chapters"]]
        parts[part["caption"]] = [
            chapter(page) for page in pages if Path(page).name not in (*LEFT_OUT, INDEX)
        ]
    chapters = [it for part in parts.values() for it in part]
    chapters[0].article.h1.string = "Preface"
    names = drop_dead_links(chapters)
    book = {
        "parts": parts,
        "chapters": chapters,
        "index": index(INDEX, names),
        "sheets": style_sheets(toc["root"]),
        "about": about,
        "settings": settings("_config.yml"),
        "address": os.environ.get("SITE_URL"),
    }
    templates = Environment(loader=FileSystemLoader(PAPER), trim_blocks=True, lstrip_blocks=True)
    joined = BUILD / "book.html"
    joined.write_text(templates.get_template("book.html").render(book), encoding="utf-8")
    return joined


def drop_dead_links(chapters: list[Chapter]) -> set[str]:
    """The names of all places in the book; a link to what is left out becomes plain words."""
    pieces = [piece for it in chapters for piece in it.pieces]
    names = {element["id"] for piece in pieces for element in piece.select("[id]")}
    names |= {it.name for chapter in chapters for it in [chapter, *chapter.solutions]}
    for piece in pieces:
        for link in piece.select("a[href^='#']"):
            if link["href"][1:] not in names:
                link.unwrap()
    return names


def style_sheets(page: str) -> list[str]:
    """Those of the site, as the joined book finds them."""
    html = BeautifulSoup((BUILD / SITE / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    links = html.select("link[rel=stylesheet]")
    return [normpath(join(SITE, dirname(page), link["href"])) for link in links]


def print_book(book: Path, browser) -> bytes:
    """Print, fill in on which page each link ends, and print again."""
    numbers = page_numbers(print_with({}, book, browser))
    printed = print_with(numbers, book, browser)
    if not page_numbers(printed).items() <= numbers.items():
        raise RuntimeError("page numbers need more room than paper.css gives them")
    return printed


def print_with(numbers: dict[str, int], book: Path, browser) -> bytes:
    # In a new window: a page that has been printed breaks in other places the next time.
    page = browser.new_page()
    page.goto(book.as_uri())
    if numbers:
        page.evaluate(FILL_IN, numbers)
    printed = page.pdf(prefer_css_page_size=True, outline=True, tagged=True)
    page.close()
    return printed


def page_numbers(printed: bytes) -> dict[str, int]:
    """The page of each place that a link leads to."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return {name[1:]: numbers[place[0].objgen] for name, place in pdf.Root.Dests.items()}


def save(printed: bytes, target: Path, about: dict):
    """With small objects packed: the tags that a screen reader reads take half of the space."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        pdf.docinfo["/Author"] = ", ".join(author["name"] for author in about["authors"])
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        print(f"{target}: {len(pdf.pages)} pages, {target.stat().st_size / 1e6:.1f} MB")


def settings(file: str) -> dict:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def main():
    subprocess.run(["jupyter-book", "build", ROOT, "--quiet"], check=True)
    about = settings("CITATION.cff")
    book = join_book(settings("_toc.yml"), about)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable())
        save(print_book(book, browser), BUILD / SITE / PDF, about)
        browser.close()


if __name__ == "__main__":
    main()

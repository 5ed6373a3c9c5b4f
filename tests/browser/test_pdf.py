"""The book for paper, of a few pages of the site: what it says about pages is true."""

import re

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tools import pdf

ABOUT = {
    "title": "A Small Book",
    "abstract": "Losses in short. It is made as the whole one is.",
    "authors": [{"name": "Ada Author"}, {"name": "Ben Writer"}],
    "version": "1.2.3",
    "date-released": "2031-05-06",
}
CHAPTERS = (
    "chapters/3-losses/3-1-mean-squared-error",
    "chapters/4-code/4-1-mean-squared-error-in-code",
)
TOC = {
    "root": "chapters/index",
    "parts": [
        {"caption": "The losses", "chapters": [{"file": name} for name in CHAPTERS]},
        {
            "caption": "Appendix",
            "chapters": [
                {"file": f"chapters/appendix/{name}"} for name in ("api", "glossary", "references")
            ]
            + [{"file": "genindex"}],
        },
    ],
}


class Book:
    """The printed book, and the joined pages that were printed."""

    def __init__(self, joined, reader):
        self.html = BeautifulSoup(joined.read_text(encoding="utf-8"), "html.parser")
        self.reader = reader
        self.texts = [squeezed(sheet.extract_text()) for sheet in reader.pages]

    def page_of(self, link) -> int:
        """Where a link leads, as the PDF has it."""
        place = self.reader.named_destinations["/" + link["href"][1:]]
        return self.reader.get_destination_page_number(place) + 1


def squeezed(text: str) -> str:
    """Without blanks: where a print breaks its lines says nothing."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def book(browser, site_url, tmp_path_factory):
    target = tmp_path_factory.mktemp("book") / "book.pdf"
    joined = pdf.join_book(TOC, ABOUT)
    pdf.save(pdf.print_book(joined, browser), target, ABOUT)
    return Book(joined, PdfReader(target))


def test_title_page_and_its_back(book):
    for words in "A Small Book", "Losses in short", "Ada Author, Ben Writer", "Version 1.2.3, 2031":
        assert squeezed(words) in book.texts[0]
    for words in "It is made as the whole one is.", "CC BY 4.0", "BSD 3-Clause":
        assert squeezed(words) in book.texts[1]
    assert book.reader.metadata.author == "Ada Author, Ben Writer"


def test_each_page_says_its_number_and_its_chapter(book):
    starts = [book.page_of(link) for link in book.html.select(".book-contents > ul > li > a")]
    titles = [it.h1.get_text() for it in book.html.select(".chapter")]
    for number, text in enumerate(book.texts[2:], start=3):
        chapter = sum(start <= number for start in starts)
        head = titles[chapter - 1] if chapter else "Contents"
        assert text.startswith(squeezed(f"{head}{number}")), number


def test_contents_tell_the_pages_of_the_headings(book):
    [contents] = [sheet.extract_text() for sheet in book.reader.pages[2:3]]
    links = book.html.select(".book-contents a")
    assert len(links) > 20
    for link in links:
        title = squeezed(link.get_text())
        [page] = re.findall(r"\s*".join(map(re.escape, title)) + r"\s+(\d+)\s", contents + "\n")
        assert title in book.texts[int(page) - 1]
        assert book.page_of(link) == int(page) > 3


def test_index_tells_the_pages_of_the_words(book):
    """The page that stands behind a term holds what the site's index leads to."""
    index = "".join(text for text in book.texts if text.startswith("Index"))
    entries = [it for it in book.html.select("#book-index .pages") if it.a]
    assert len(entries) > 50
    for entry in entries:
        term = next(entry.parent.stripped_strings)
        pages = sorted({book.page_of(link) for link in entry.select("a")})
        line = squeezed(f"{term}, {', '.join(map(str, pages))}")
        assert re.search(re.escape(line) + r"(?![\d,])", index)
        for link in entry.select("a"):
            words = squeezed(book.html.find(id=link["href"][1:]).get_text())[:15]
            assert words in book.texts[book.page_of(link) - 1]


def test_solutions_are_not_beside_their_exercises(book):
    exercises = book.html.select(".chapter a.solution")
    assert len(exercises) == 2 * 5
    start = book.page_of(book.html.select_one(".book-contents a[href='#book-solutions']"))
    for link in exercises:
        solution = book.html.find(id=link["href"][1:])
        page, asked = book.page_of(link), book.page_of(solution.h3.a)
        assert asked < start <= page
        assert f"Solution:page{page}." in book.texts[asked - 1]
        assert squeezed(f"{solution.h3.get_text()}, page {asked}") in book.texts[page - 1]
        texts = [it for p in solution.select("p") for it in p.strings if not it.find_parent("math")]
        texts += [it.get_text().split("check(")[0] for it in solution.select("pre")]
        words = squeezed(max(texts, key=len))[25:50]  # after the head that the exercise gives
        assert len(words) > 15
        assert not any(words in text for text in book.texts[: start - 1])
        assert words in "".join(book.texts[page - 1 : page + 1])


def test_no_page_is_empty_and_no_switch_is_printed(book):
    for text, sheet in zip(book.texts[2:], book.reader.pages[2:], strict=True):
        assert len(text) > 150 or sheet.images
        assert not re.search("Showthe|Hidethe", text)


def test_lines_of_all_libraries_are_printed_and_no_button(book):
    assert "/AcroForm" not in book.reader.root_object
    [tabs] = book.html.select(".sd-tab-set")
    lines = [squeezed(it.get_text()) for it in tabs.select("pre")]
    [text] = [text for text in book.texts if lines[0] in text]
    assert len(lines) == 4 and all(it in text for it in lines)
    assert all(it.get_text().strip() in text for it in tabs.select("label"))


def test_links_bookmarks_and_tags(book):
    places = set(book.reader.named_destinations)
    links = [link.get_object() for sheet in book.reader.pages for link in sheet.get("/Annots", [])]
    inside = {link["/Dest"] for link in links if "/Dest" in link}
    assert len(inside) > 100
    assert inside <= places
    assert {it.title for it in book.reader.outline if not isinstance(it, list)} >= {
        "Contents",
        "Index",
    }
    assert book.reader.root_object["/MarkInfo"]["/Marked"]
    assert book.reader.root_object["/Lang"] == "en"


def test_each_root_has_its_sign(book):
    roots = book.html.select("msqrt")
    assert len(roots) >= 4
    assert "".join(book.texts).count("√") == len(roots)


def test_outputs_to_guess_and_set_ups_stand_in_the_open(book):
    printed = "".join(book.texts)
    outputs = book.html.select(".tag_guess > .cell_output pre")
    assert len(outputs) == len(book.html.select(".tag_guess")) > 5
    for output in outputs:
        assert squeezed(output.text.splitlines()[0]) in printed
    assert len(book.html.select(".tag_setup > .cell_input")) == len(CHAPTERS)
    assert "Myguessisready" not in printed


def test_figure_to_guess_is_on_paper_and_its_code_is_not():
    chapter = pdf.article("chapters/5-outlook/5-3-beyond-plain-descent")
    cell = chapter.select_one(".tag_guess.tag_hide-input")
    assert cell.select_one(".cell_output figcaption")
    assert not cell.select("details, pre")

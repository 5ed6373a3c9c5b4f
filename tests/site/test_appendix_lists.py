"""The lists of the appendix: Chinese is marked, letters lead down, places have names that stay."""

import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from pybtex.database import parse_file

from tests.support.site import SITE
from website import index_page
from website.find_pages import ROOT
from website.glossary import marked

CHINESE = re.compile("[\u3400-\u9fff]+")


def html(page: str) -> str:
    return (SITE / f"{page}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["chapters/appendix/glossary", "chapters/appendix/corrections"])
def test_chinese_says_that_it_is_chinese(page):
    article = re.search("<article.*</article>", html(page), re.S)[0]
    runs = CHINESE.findall(article)
    assert runs
    assert re.findall('<span lang="zh">([\u3400-\u9fff]+)</span>', article) == runs


def test_only_chinese_is_marked():
    assert isinstance(marked("softmax 函数"), nodes.Text)
    assert marked("函数")["classes"] == ["language-zh"]


def test_each_letter_of_the_glossary_leads_to_its_first_term():
    page = html("chapters/appendix/glossary")
    bar = re.search('<p class="jump-bar">(.*?)</p>', page, re.S)[1]
    letters = re.findall('href="#([^"]+)">(.)</a>', bar)
    first = {}
    for term in re.findall('<dt id="(term-[^"]+)"', page):
        first.setdefault(term.removeprefix("term-")[0].upper(), term)
    assert sorted(first) == [letter for _, letter in letters]
    assert {letter: term for term, letter in letters} == first


def test_index_names_its_places_and_has_no_names_of_the_module():
    page = re.search("<article.*</article>|<h1 id=.index.*?</main>", html("genindex"), re.S)[0]
    names = re.findall('<a href="chapters/[^"]*">(.*?)</a>', page)
    assert len(names) > 300
    places = {re.sub("<[^>]+>", "", name) for name in names}
    assert all(re.fullmatch(r"\d\.\d|[A-Z][\w ]+", place) for place in places), places
    assert not re.search(r"\[\d+\]|appendix/api\.html|Symbols", page)


def test_name_of_a_page():
    titles = {
        "a": nodes.title("", "3.2 Cross-entropy: pay"),
        "b": nodes.title("", "Broken losses: by"),
    }
    env = SimpleNamespace(titles=titles)
    assert [index_page.short_name(env, name) for name in "ab"] == ["3.2", "Broken losses"]


def test_sources_keep_their_addresses():
    page = html("chapters/appendix/references")
    keys = re.findall('<div class="citation" id="([^"]+)"', page)
    known = parse_file(ROOT / "references.bib").entries
    assert keys and set(keys) <= {nodes.make_id(key) for key in known}

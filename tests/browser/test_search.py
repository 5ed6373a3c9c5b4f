"""The search as a reader uses it, "My loss is stuck at", and the lists of the appendix."""

import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.browser import MOUNT
from tests.support.site import SITE, read

CHAPTER = "chapters/3-losses/3-1-mean-squared-error"
BROKEN = "chapters/appendix/broken-losses"


def results(page) -> list[str]:
    """The links of the results, when they are there, or it is said that there are none."""
    page.wait_for_function("/[“f]/.test(document.querySelector('.search-summary').innerText)")
    return page.locator("ol.found a").evaluate_all("links => links.map((link) => link.href)")


def said(page) -> str:
    return page.locator(".search-summary").inner_text()


def place(link: str) -> str:
    """The page and the section of a link, without the words that are marked there."""
    parts = urlsplit(link.partition(":~:")[0])
    return f"{parts.path.partition(MOUNT)[2].removesuffix('.html')}#{parts.fragment}"


@pytest.mark.parametrize(
    "words, found",
    [
        ("Huber", "chapters/3-losses/3-4-numbers-with-mistakes#huber-s-loss"),
        ("pinball", "chapters/3-losses/3-4-numbers-with-mistakes"),
        ("mean_squared_error", "chapters/appendix/api#lossbook.mean_squared_error"),
        ("surprise", "chapters/3-losses/3-2-cross-entropy"),
        ("nan", "chapters/appendix/broken-losses#nan-from-the-first-step-on"),
        ("log(0)", "chapters/3-losses/3-2-cross-entropy"),
        ("δ", "chapters/appendix/notation"),
        ("λ", "chapters/2-concepts/2-2-gradient-descent"),
        ("np.errstate", "chapters/4-code/4-2-cross-entropy-in-code"),
        ("losses of one example", "chapters/appendix/broken-losses"),
        ("Schroff", "chapters/appendix/references#schroff2015facenet"),
    ],
)
def test_search_finds(open_page, words, found):
    page = open_page(f"{CHAPTER}.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    assert any(place(link).startswith(found) for link in results(page)[:20])
    assert page.foreign == [] and page.errors == []


@pytest.mark.parametrize(
    "number, section",
    [
        ("1.461", "it-never-falls-below-1-461"),
        ("1,461", "it-never-falls-below-1-461"),
        ("1.46115", "it-never-falls-below-1-461"),
        ("2.303", "it-starts-at-2-303"),
        ("0.693", "two-classes-and-it-stays-above-0-313"),
        ("16.12", "it-stays-at-14-51-or-at-16-12-for-some-examples"),
    ],
)
def test_a_number_leads_to_where_the_book_says_it(open_page, number, section):
    page = open_page(f"search.html?q={number}")
    assert place(results(page)[0]) == f"{BROKEN}#{section}"
    assert "found" in said(page), "as it is, not as what it may have been meant for"
    printed = number.replace(",", ".")[:5]
    assert printed in page.locator("ol.found li").first.inner_text()
    assert page.locator("ol.found mark").first.inner_text().startswith(printed[:4])


def test_a_number_has_its_causes_above_the_results(open_page, site_url):
    page = open_page("search.html?q=2.303")
    causes = page.locator("main .causes")
    assert "2.303 is log k for 10 classes" in causes.inner_text()
    page.locator("main .bd-search input").fill("Huber")
    assert causes.inner_text() == ""
    page.locator("main .bd-search input").fill("2.303")
    causes.locator("a", has_text="a dead network").click()
    page.wait_for_url(f"{site_url}{BROKEN}.html#broken-zeros")


@pytest.mark.parametrize(
    "term, entry",
    [
        ("交叉熵", "term-cross-entropy"),
        ("熵", "term-entropy"),
        ("梯度", "term-gradient"),
        ("梯度下降", "term-gradient-descent"),
        ("相对熵", "term-Kullback-Leibler-divergence"),
    ],
)
def test_a_chinese_term_leads_to_its_entry(open_page, term, entry):
    page = open_page(f"search.html?q={term}")
    assert place(results(page)[0]) == f"chapters/appendix/glossary#{entry}"
    first = page.locator("ol.found li").first
    assert first.locator("mark [lang=zh]").all_inner_texts() == [term]


def test_excerpt_shows_the_passage_and_the_link_leads_to_it(open_page):
    page = open_page("search.html?q=argmax")
    first = page.locator("ol.found li").first
    excerpt = first.locator("p").inner_text()
    assert 60 < len(excerpt) < 260
    marked = first.locator("mark").first.inner_text()
    section, _, words = results(page)[0].partition(":~:text=")
    assert unquote(words).startswith(marked)
    first.locator("a").click()
    page.wait_for_url("**/chapters/**")
    seen = "words => find(words) && getSelection().getRangeAt(0).getBoundingClientRect().top"
    assert page.evaluate("scrollY") > 0
    page.evaluate(
        "id => getSelection().collapse(document.getElementById(id))", page.url.split("#")[1]
    )
    assert -100 < page.evaluate(seen, unquote(words)) < 800, section


@pytest.mark.parametrize("typed, meant", [("hubr", "huber"), ("gradeint", "gradient")])
def test_a_slip_of_the_hand_is_understood(open_page, typed, meant):
    page = open_page(f"search.html?q={typed}")
    assert results(page)
    assert said(page) == f"Nothing has “{typed}”. Is it “{meant}”?"
    assert meant in page.locator("ol.found li").first.inner_text().lower()


def test_search_without_a_result_says_so(open_page):
    page = open_page("search.html?q=xylophone")
    assert results(page) == []
    assert said(page) == "Nothing in the book has “xylophone”."


def test_results_come_while_the_reader_types_and_more_on_demand(open_page):
    page = open_page("search.html")
    page.keyboard.type("sof")  # the field has the focus
    few = results(page)
    assert any("#term-softmax" in link for link in few)
    page.get_by_role("button", name="More").click()
    assert len(results(page)) > len(few)
    page.keyboard.type("x")
    page.go_back()  # to where the reader came from, not to each letter
    assert "search.html" not in page.url


def test_from_a_folder(open_page):
    page = open_page((SITE / "search.html").as_uri() + "?q=1.461")
    assert "it-never-falls-below-1-461" in results(page)[0]
    assert page.foreign == [] and page.errors == []


@pytest.mark.parametrize("words", ["softmax", "2.303"])
def test_no_page_is_fetched_for_results_and_nothing_moves(open_page, words):
    moved = """() => new Promise((found) => {
      const sum = (list) => list.getEntries().reduce((all, it) => all + it.value, 0);
      const shifts = new PerformanceObserver((list) => found(sum(list)));
      shifts.observe({ type: "layout-shift", buffered: true });
      setTimeout(found, 500, 0);
    })"""
    page = open_page(f"search.html?q={words}", alone=True)
    results(page)
    assert page.evaluate(moved) < 0.05
    asked = page.evaluate("performance.getEntriesByType('resource').map((it) => it.name)")
    assert [address for address in asked if ".html" in address] == []


def test_icon_stands_beside_the_words(open_page):
    page = open_page(f"{CHAPTER}.html")
    page.keyboard.press("Control+k")
    icon = page.locator("dialog[open] .fa-magnifying-glass").bounding_box()
    field = page.locator("dialog[open] input")
    padding = float(field.evaluate("it => getComputedStyle(it).paddingLeft").removesuffix("px"))
    assert icon["x"] + icon["width"] <= field.bounding_box()["x"] + padding


def test_no_words_stay_marked_on_other_pages(open_page):
    page = open_page("search.html?q=softmax")
    results(page)
    page.goto(page.url.replace("search.html?q=softmax", f"{CHAPTER}.html"))
    assert page.locator("span.highlighted, .highlight-link").count() == 0


def test_without_scripts_the_page_leads_to_the_index(open_page):
    page = open_page("search.html", javascript=False)
    assert page.locator("main input").is_hidden()
    page.locator("main").get_by_role("link", name="index", exact=True).click()
    assert page.url.endswith("genindex.html")


@pytest.mark.parametrize("page_of_results", ["search.html?q=softmax", "search.html?q=0.693"])
def test_each_result_leads_to_a_section(open_page, page_of_results):
    for link in results(open_page(page_of_results)):
        page, anchor = place(link).split("#")
        assert anchor in read(SITE / f"{page}.html").ids


# Broken losses


@pytest.mark.parametrize(
    "typed, words, anchor",
    [
        ("2.303", "2.303 is log k for 10 classes", "broken-zeros"),
        ("2,31", "2,31 is close to 2.303", "broken-start"),
        ("NaN", "NaN:", "broken-nan-first"),
        ("-0.4", "-0.4 lies below zero", "broken-negative"),
        ("42", "42 is the number of no fault alone", "broken-clip"),
    ],
)
def test_a_number_leads_to_its_cause(open_page, site_url, typed, words, anchor):
    page = open_page(f"{BROKEN}.html")
    page.get_by_label("My loss is stuck at").fill(typed)
    causes = page.locator(".diagnosis .causes")
    assert words in causes.inner_text()
    causes.locator(f"a[href$='#{anchor}']").first.click()
    assert page.url == f"{site_url}{BROKEN}.html#{anchor}"


def test_what_is_no_number_is_asked_for_again(open_page):
    page = open_page(f"{BROKEN}.html")
    field = page.get_by_label("My loss is stuck at")
    field.fill("high")
    assert page.locator(".diagnosis .causes").inner_text() == "A number, nan or inf, please."
    field.fill("")
    assert page.locator(".diagnosis .causes").inner_text() == ""


# Lists of the appendix


def test_claims_are_filtered_by_page_and_oracle(open_page):
    page = open_page("chapters/appendix/what-is-proven.html")
    rows = page.locator(".claims").first.locator("tbody tr:visible")
    every = rows.count()
    assert page.locator(".claim-filter output").inner_text() == f"{every} claims"
    page.get_by_label("Oracle").select_option("finite difference")
    assert 0 < rows.count() < every
    assert set(rows.locator("td:nth-child(2)").all_inner_texts()) == {"finite difference"}
    page.get_by_label("Oracle").select_option("real data")  # and how each of them was tried
    words = rows.locator("td:nth-child(2)").all_inner_texts()
    assert all(it.startswith("real data") for it in words)
    assert any("trial" in it for it in words)
    page.get_by_label("Oracle").select_option("finite difference")
    page.get_by_role("combobox", name="Page").select_option(index=1)  # 1.1, which has one
    assert page.locator(".claims").first.locator("table:visible").count() == 1
    shown = page.locator(".claim-filter output").inner_text()
    assert shown == f"{rows.count()} claims"


def test_claims_stand_below_each_other_on_a_phone(open_page):
    page = open_page("chapters/appendix/what-is-proven.html", width=390)
    width = page.locator(".claims tbody td").first.bounding_box()["width"]
    assert width > 320
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("path", ["chapters/appendix/glossary", "genindex"])
def test_letters_lead_down_a_list(open_page, path):
    page = open_page(f"{path}.html")
    page.locator(".jump-bar a", has_text="S").click()
    name = unquote(page.url.split("#")[1])
    assert 0 <= page.locator(f"[id='{name}']").bounding_box()["y"] < 400


# On a phone


def test_search_is_in_the_drawer(open_page):
    page = open_page(f"{CHAPTER}.html", width=390)
    page.locator("button.primary-toggle:visible").click()
    page.locator("dialog[open] .search-button-field").click()
    page.keyboard.type("Huber")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Huber")


def test_a_phone_has_no_button_for_a_full_screen(open_page):
    button = "button.btn-fullscreen-button"
    assert open_page(f"{CHAPTER}.html").locator(button).is_visible()
    assert open_page(f"{CHAPTER}.html", width=390).locator(button).is_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_citation_stands_below_the_text(open_page, width):
    page = open_page(f"{CHAPTER}.html", width=width)
    left = "it => it.getBoundingClientRect().left"
    text = page.locator("article p").first.evaluate(left)
    assert page.locator("details.cite").evaluate(left) == text


def test_a_dead_link_offers_the_search_and_three_ways(open_page, site_url):
    page = open_page("no/such/page.html")
    ways = page.locator("article li a").evaluate_all("links => links.map((link) => link.href)")
    assert len(ways) == 3
    for way in ways:
        assert (SITE / way.removeprefix(site_url)).is_file()
    page.locator("article input").fill("Huber")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site_url}search.html?q=Huber")
    assert not re.search("Cite this page", (SITE / "404.html").read_text("utf-8"))

"""Tabs with the lines of other libraries: chosen once, followed everywhere, read without script."""

import threading
from functools import partial
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tests.support.browser import MOUNT, Server, StaticHost, lay_out
from tests.support.site import SITE
from website.library_tabs import LIBRARIES, SCRIPT

PAGE = "chapters/4-code/4-1-mean-squared-error-in-code"
NAMES = list(LIBRARIES)
LINES = "F.mse_loss(", "MeanSquaredError()", "optax.l2_loss(", "sklearn.metrics"  # one of each
SET = ".sd-tab-set"
# Of each set of tabs, the library that is chosen, and those whose lines are seen.
CHOSEN = f"""() => [...document.querySelectorAll("{SET}")].map((set) => [
    set.querySelector(":checked + label").textContent.trim(),
    ...[...set.querySelectorAll(".sd-tab-content")].filter((it) => it.checkVisibility())
        .map((it) => it.previousElementSibling.textContent.trim()),
])"""


def tab(page, name: str, number: int = 0):
    return page.locator(f"{SET} > label", has_text=name).nth(number)


def choose(page, name: str, number: int = 0):
    lay_out(page)  # what is still to come above it would move it under the pointer
    tab(page, name, number).click()


def chosen(page) -> list[str]:
    """What is chosen in each set of tabs, and is all that is seen of it."""
    found = page.evaluate(CHOSEN)
    assert [seen for _, *seen in found] == [[name] for name, *_ in found]
    return [name for name, *_ in found]


# Pages with two sets


def with_a_second_set(html: str) -> str:
    """The page with its tabs once more at its end, without the first library."""
    soup = BeautifulSoup(html, "html.parser")
    second = BeautifulSoup(str(soup.select_one(SET)), "html.parser").div
    for element in second.find_all(True):
        for key in {"id", "for", "name", "aria-controls"} & set(element.attrs):
            element[key] = f"second-{element[key]}"
    for element in second.find_all(recursive=False)[:3]:
        element.decompose()
    second.input["checked"] = ""
    soup.article.append(second)
    return str(soup)


@pytest.fixture(params=["served", "from a folder"])
def two_pages(request, tmp_path):
    """The addresses of two pages with two sets of tabs each."""
    html = with_a_second_set((SITE / f"{PAGE}.html").read_text(encoding="utf-8"))
    (tmp_path / "_static").symlink_to(SITE / "_static")
    names = [f"chapters/4-code/{number}.html" for number in ("one", "two")]
    (tmp_path / names[0]).parent.mkdir(parents=True)
    for name in names:
        (tmp_path / name).write_text(html, encoding="utf-8")
    if request.param == "from a folder":
        yield [(tmp_path / name).as_uri() for name in names]
        return
    server = Server(("127.0.0.1", 0), partial(StaticHost, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}{MOUNT}{name}" for name in names]
    server.shutdown()
    server.server_close()


def test_all_tabs_follow_and_the_choice_is_remembered(browser, two_pages):
    one, two = two_pages
    reader = browser.new_context()
    page = reader.new_page()
    page.goto(one)
    assert chosen(page) == ["PyTorch", "Keras"]  # nothing was chosen yet: the first of each
    choose(page, "JAX", 1)
    assert chosen(page) == ["JAX", "JAX"]
    page.reload()
    assert chosen(page) == ["JAX", "JAX"]
    page.goto(two)
    assert chosen(page) == ["JAX", "JAX"]
    choose(page, "PyTorch")
    assert chosen(page) == ["PyTorch", "JAX"]  # the second has no PyTorch
    choose(page, "Keras")
    page.go_back()
    page.wait_for_load_state()
    assert chosen(page) == ["Keras", "Keras"]
    later = reader.new_page()
    page.close()
    later.goto(two)
    assert chosen(later) == ["Keras", "Keras"]
    reader.close()


@pytest.mark.parametrize("anchoring", ["auto", "none"])  # "none": as in Safari
def test_what_is_chosen_stays_where_it_is(open_page, two_pages, anchoring):
    page = open_page(two_pages[0])
    lay_out(page)
    page.add_style_tag(content=f"* {{ overflow-anchor: {anchoring} !important; }}")
    for name in "scikit-learn", "Keras", "JAX":
        label = tab(page, name, 1)
        label.scroll_into_view_if_needed()
        place = label.evaluate("it => it.getBoundingClientRect().top")
        label.click()
        page.wait_for_timeout(100)
        assert abs(label.evaluate("it => it.getBoundingClientRect().top") - place) < 1


def test_tabs_of_a_page_follow_where_the_browser_keeps_nothing(browser, two_pages):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error.stack)))
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('none'); } })"
    )
    page.goto(two_pages[0])
    choose(page, "JAX")
    assert chosen(page) == ["JAX", "JAX"]
    assert [it for it in errors if SCRIPT.name in it] == []  # the theme's scripts are less careful
    page.close()


def test_without_javascript(open_page, two_pages):
    page = open_page(two_pages[0], javascript=False)
    for name in reversed(NAMES):
        choose(page, name)
        assert page.locator(f"{SET} .sd-tab-content:visible").count() == 2
        [lines] = [it for it, library in zip(LINES, NAMES, strict=True) if library == name]
        assert lines in page.locator(f"{SET} .sd-tab-content:visible").first.inner_text()


# The page of the book


def test_script_is_small():
    assert SCRIPT.stat().st_size < 1500


RING = """() => {
  const style = getComputedStyle(document.activeElement.nextElementSibling);
  return [style.borderColor, style.backgroundColor, style.color];
}"""


def test_keyboard(open_page):
    page = open_page(f"{PAGE}.html")
    page.add_style_tag(content="* { transition: none !important; }")
    plain = tab(page, "PyTorch").evaluate(
        "it => (({ borderColor, backgroundColor, color }) => [borderColor, backgroundColor, color])"
        "(getComputedStyle(it))"
    )
    page.locator("#in-other-libraries .copybtn").first.focus()  # of the cell above
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches('{SET} > input')"):
            break
    assert page.evaluate(f"document.activeElement === document.querySelector('{SET} > input')")
    ring = page.evaluate(RING)
    assert ring[0] != plain[0] and ring[1] != plain[1]
    for name in [*NAMES[1:], NAMES[0]]:
        page.keyboard.press("ArrowRight")
        assert chosen(page) == [name]
        assert page.evaluate(RING) == ring
    page.keyboard.press("ArrowLeft")
    assert chosen(page) == [NAMES[-1]]
    page.keyboard.press("Tab")  # one stop for all tabs
    assert not page.evaluate(f"document.activeElement.matches('{SET} > input')")


def test_group_and_its_tabs_have_names(open_page):
    page = open_page(f"{PAGE}.html")
    tabs = page.get_by_role("group", name="Library").get_by_role("radio")
    assert tabs.count() == len(NAMES)
    for name in NAMES:
        assert page.get_by_role("radio", name=name, exact=True).count() == 1


@pytest.mark.parametrize("width, rows", [(1280, 1), (390, 1), (320, 2)])
def test_names_wrap_and_nothing_scrolls_sideways(open_page, width, rows):
    page = open_page(f"{PAGE}.html", width=width)
    for name in NAMES:
        choose(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        boxes = [tab(page, each).bounding_box() for each in NAMES]
        lines = page.locator(f"{SET} .sd-tab-content:visible").bounding_box()
        assert len({box["y"] for box in boxes}) == rows
        assert all(box["x"] + box["width"] <= width for box in boxes)
        assert all(box["height"] >= 24 for box in boxes)  # for a finger: WCAG 2.5.8
        assert all(box["y"] + box["height"] < lines["y"] for box in boxes)


@pytest.mark.parametrize("javascript", [True, False])
def test_on_paper_all_libraries_stand_one_below_the_other(open_page, javascript):
    page = open_page(f"{PAGE}.html", theme="dark", javascript=javascript)
    choose(page, "JAX")
    page.emulate_media(media="print")
    assert page.locator(f"{SET} > input:visible").count() == 0
    parts = [it.bounding_box() for it in page.locator(f"{SET} > :not(input)").all()]
    assert len(parts) == 2 * len(NAMES)
    ends = [box["y"] + box["height"] for box in parts]
    assert all(end <= box["y"] for end, box in zip(ends, parts[1:], strict=False))
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    text = "\n".join(sheet.extract_text() for sheet in sheets)
    assert [words for words in LINES if words not in text] == []
    assert set(NAMES) <= set(text.splitlines())


def test_search_finds_the_lines_once(open_page):
    page = open_page("search.html?q=mse_loss+l2_loss")
    found = page.locator("ol.found li")
    found.first.wait_for()
    assert found.filter(has=page.locator(f"a[href*='{PAGE}.html#in-other-libraries']")).count() == 1

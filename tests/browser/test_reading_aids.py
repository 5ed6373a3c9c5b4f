"""Three aids: an output to guess is folded, a set-up too, and a switch hides code of notebooks."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.support.browser import OPEN_ALL, lay_out
from tests.support.site import SITE

CHAPTER = "chapters/2-concepts/2-2-gradient-descent.html"
ANOTHER = "chapters/3-losses/3-1-mean-squared-error.html"
FIGURE = "chapters/5-outlook/5-3-beyond-plain-descent.html"  # one to guess
WITHOUT_CODE = "chapters/appendix/glossary.html"

GUESS = "article .tag_guess > .below-input"
SETUP = "article .tag_setup > .above-input"
# Of the cells of the notebook, those of exercises aside: all code, open and folded.
CODE = "article .cell:not(.exercise .cell) .cell_input"
REFUSED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("not from a folder", "SecurityError"); },
})"""
# What moved on the page after it was first seen. The signs in the header wait for their font.
MOVED = """new Promise((resolve) => {
  const moved = [];
  const look = ({ sources }) => moved.push(...sources.map((it) => it.node));
  new PerformanceObserver((list) => list.getEntries().forEach(look))
    .observe({ type: "layout-shift", buffered: true });
  const inPage = (node) => node?.parentElement?.closest("main article, .btn-hide-code");
  setTimeout(() => resolve(moved.filter(inPage).map((node) => node.outerHTML)), 500);
})"""


def visible(page, selector: str) -> set[bool]:
    return {it.is_visible() for it in page.locator(selector).all()}


def switch(page):
    return page.get_by_role("button", name="Hide code")


def state(page) -> tuple[str | None, set[bool]]:
    """What the switch says, and whether code is seen, all unfolded."""
    lay_out(page)
    page.evaluate(OPEN_ALL)
    return switch(page).get_attribute("aria-pressed"), visible(page, CODE)


SHOWN, HIDDEN = ("false", {True}), ("true", {False})


# An output to guess, a set-up


@pytest.mark.parametrize("path", [CHAPTER, FIGURE])
@pytest.mark.parametrize("javascript", [True, False])
def test_output_waits_for_the_guess(open_page, path, javascript):
    page = open_page(path, javascript=javascript)
    lay_out(page)
    assert page.locator(GUESS).count() > 1
    assert visible(page, f"{GUESS} .cell_output") == {False}
    for fold in page.locator(GUESS).all():
        fold.get_by_text("My guess is ready").click()
        fold.get_by_text("Hide the answer").wait_for()
    assert visible(page, f"{GUESS} .cell_output") == {True}


def test_code_is_seen_before_the_guess_and_a_caption_is_not(open_page):
    page = open_page(FIGURE)
    assert visible(page, "article .tag_guess:not(.tag_hide-input) > .cell_input") == {True}
    assert visible(page, f"{GUESS} figcaption") == {False}
    # The figure's code has a switch of its own.
    page.locator(".tag_guess.tag_hide-input").get_by_text("Show the code").click()
    assert visible(page, ".tag_guess.tag_hide-input .cell_input") == {True}
    assert visible(page, f"{GUESS} figcaption") == {False}


def test_guess_opens_and_closes_by_keyboard(open_page):
    page = open_page(CHAPTER)
    fold = page.locator(GUESS).first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator(".cell_output").is_visible()
    page.keyboard.press("Space")
    assert not fold.locator(".cell_output").is_visible()


def test_link_to_a_figure_opens_its_fold(open_page):
    page = open_page(FIGURE)
    page.locator("a[href='#fig-optim-rates']:not(.headerlink)").first.click()
    page.locator(f"{GUESS} figcaption").wait_for()


def test_on_paper_outputs_to_guess_are_open(open_page):
    page = open_page(CHAPTER)
    outputs = " ".join(it.text_content() for it in page.locator(f"{GUESS} pre").all())
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    printed = " ".join(sheet.extract_text() for sheet in sheets)
    assert set(re.findall(r"\w{5,}", outputs)) <= set(re.findall(r"\w{5,}", printed))
    page.emulate_media(media="print")
    assert visible(page, f"{GUESS} .cell_output") == {True}


@pytest.mark.parametrize("javascript", [True, False])
def test_set_up_is_folded(open_page, javascript):
    page = open_page(CHAPTER, javascript=javascript)
    fold = page.locator(SETUP)
    assert fold.count() == 1
    assert not fold.locator(".cell_input").is_visible()
    fold.get_by_text("Show the set-up").click()
    assert fold.locator(".cell_input").is_visible()
    fold.get_by_text("Hide the set-up").click()
    assert not fold.locator(".cell_input").is_visible()


# The switch "Hide code"


def test_switch_says_its_state_and_hides_code_alone(open_page):
    page = open_page(CHAPTER)
    assert state(page) == SHOWN
    switch(page).click()
    assert state(page) == HIDDEN
    assert visible(page, "article .cell_output") == {True}
    assert visible(page, "article .exercise .cell_input") == {True}
    assert visible(page, "article .tag_setup, article details.above-input:not(.exercise *)") == {
        False
    }
    switch(page).click()
    assert state(page) == SHOWN


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_switch_by_keyboard(open_page, key):
    page = open_page(CHAPTER)
    switch(page).focus()
    page.keyboard.press(key)
    assert state(page) == HIDDEN


def choose(page):
    """Click the switch, and wait until the browser has told the process of the next page."""
    switch(page).click()
    page.wait_for_timeout(300)


def test_choice_is_remembered(open_page, site_url):
    page = open_page(CHAPTER)
    page.goto(site_url + ANOTHER)
    choose(page)
    page.reload()
    assert state(page) == HIDDEN
    page.go_back()
    assert state(page) == HIDDEN
    choose(page)
    page.goto(site_url + ANOTHER)
    assert state(page) == SHOWN


def test_choice_is_remembered_from_a_folder(open_page):
    page = open_page((SITE / CHAPTER).as_uri())
    choose(page)
    page.goto((SITE / ANOTHER).as_uri())
    assert state(page) == HIDDEN


def test_switch_works_where_nothing_may_be_remembered(open_page):
    page = open_page("about:blank")
    page.add_init_script(REFUSED)
    page.goto((SITE / CHAPTER).as_uri())
    assert state(page) == SHOWN
    of_the_theme = list(page.errors)
    switch(page).click()
    assert state(page) == HIDDEN
    page.wait_for_timeout(100)
    assert page.errors == of_the_theme


@pytest.mark.parametrize("width", [1280, 390])
def test_hidden_code_is_not_seen_to_go(open_page, width):
    page = open_page(CHAPTER, width=width)
    switch(page).click()
    page.reload()
    assert state(page) == HIDDEN
    page.reload()
    assert page.evaluate(MOVED) == []


@pytest.mark.parametrize("number", [15, 30, 45, 60])
def test_reader_keeps_the_place(open_page, number):
    page = open_page(CHAPTER)
    lay_out(page)
    paragraph = page.locator("article p:not(details p)").nth(number)
    paragraph.evaluate("it => it.scrollIntoView()")
    page.wait_for_timeout(100)
    before = paragraph.bounding_box()["y"]
    for _ in range(2):
        switch(page).evaluate("it => it.click()")  # a click of Playwright's may scroll
        page.wait_for_timeout(100)
        assert abs(paragraph.bounding_box()["y"] - before) <= 1


def test_no_switch_where_there_is_no_code_or_no_script(open_page, site_url):
    page = open_page(CHAPTER)
    switch(page).click()
    page.goto(site_url + WITHOUT_CODE)
    assert switch(page).count() == 0
    assert not [
        url
        for url in page.evaluate("performance.getEntriesByType('resource').map((it) => it.name)")
        if "hide-code" in url
    ]
    page = open_page(CHAPTER, javascript=False)
    assert switch(page).count() == 0
    page.evaluate(OPEN_ALL)
    assert visible(page, CODE) == {True}


@pytest.mark.parametrize("hidden", [False, True])
def test_paper_shows_what_the_screen_shows(open_page, hidden):
    page = open_page(CHAPTER)
    if hidden:
        switch(page).click()
    page.emulate_media(media="print")
    assert visible(page, CODE) == {not hidden}
    assert not switch(page).is_visible()


@pytest.mark.parametrize("width", [390, 376, 320])
def test_header_of_a_phone_has_room(open_page, width):
    page = open_page(CHAPTER, width=width)
    boxes = [
        it.bounding_box()
        for it in page.locator(".bd-header-article :is(button, a.btn):visible").all()
    ]
    boxes = sorted(filter(None, boxes), key=lambda box: box["x"])
    assert len(boxes) >= 6
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width
    for one, next_one in zip(boxes, boxes[1:], strict=False):
        assert one["x"] + one["width"] <= next_one["x"] + 1
        assert one["y"] < next_one["y"] + next_one["height"]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24

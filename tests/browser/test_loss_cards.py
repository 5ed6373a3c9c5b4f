"""The loss cards on the site: a gallery, and cards that fit a screen and show no code."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

import lossbook as lb

PAGE = "chapters/appendix/loss-cards.html"
CARDS = "section:has(> .tag_card)"
BOXES = f"""() => [...document.querySelectorAll("{CARDS}")].map((card) => {{
  const box = (selector) => card.querySelector(selector).getBoundingClientRect();
  return [card.getBoundingClientRect(), box("figure"), box(".math"), box("ul")];
}})"""


@pytest.fixture
def cards(open_page):
    """Open the page, and return it with the boxes of each card, its curve, formula and facts."""

    def open_(width, height):
        page = open_page(PAGE, width=width)
        page.set_viewport_size({"width": width, "height": height})
        page.add_style_tag(content="section { content-visibility: visible !important; }")
        boxes = page.evaluate(BOXES)
        assert len(boxes) == len(lb.losses)
        return page, boxes

    return open_


def test_each_card_fits_a_screen(cards):
    _, boxes = cards(1280, 800)
    for card, curve, *facts in boxes:
        assert card["height"] <= 800
        assert all(fact["right"] <= curve["left"] for fact in facts)


def test_each_card_takes_two_screens_of_a_phone_at_most(cards):
    _, boxes = cards(390, 844)
    for card, curve, *facts in boxes:
        assert card["height"] <= 2 * 844
        assert all(curve["bottom"] <= fact["top"] for fact in facts)


def test_cards_on_paper_are_whole_and_two_a_sheet(open_page):
    sheets = PdfReader(BytesIO(open_page(PAGE).pdf(format="A4"))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    begun = [len(re.findall(r"On the example: -?\d", text)) for text in texts]
    assert begun == [len(re.findall("how to call it", text)) for text in texts]
    assert sum(begun) == len(lb.losses)
    assert begun.count(2) > len(lb.losses) / 4
    assert "plt.show" not in "".join(texts)


def test_a_card_shows_its_value_and_no_code(cards):
    page, _ = cards(1280, 800)
    shown = page.locator(f"{CARDS} pre:visible").all_inner_texts()
    assert len(shown) == len(lb.losses)
    assert all(re.fullmatch(r"On the example: \S+; knowing nothing: \S+\s*", it) for it in shown)
    page.get_by_text("Show the code").last.click()
    assert "print(" in page.locator(f"{CARDS} pre:visible").nth(-2).inner_text()


# Of each tile: its title, that of the card that it leads to, and the widths of its curves.
TILES = f"""tiles => tiles.map((tile) => {{
  const link = tile.querySelector("a");
  const card = document.querySelector(link.hash).closest("{CARDS}");
  const lines = [...tile.querySelectorAll("svg path")];
  return [link.innerText, card.querySelector("h3").firstChild.data,
    ...lines.map((line) => line.getBoundingClientRect().width)];
}})"""


def test_gallery_leads_to_every_card(cards):
    page, _ = cards(1280, 800)
    tiles = page.locator("ul.gallery > li")
    seen = tiles.evaluate_all(TILES)
    assert len({title for title, *_ in seen}) == len(lb.losses)
    for title, card, *widths in seen:
        assert title == card
        assert len(widths) == 3 and min(widths) > 100  # the line of 0, value and slope
    tiles.first.click(position={"x": 5, "y": 5})  # anywhere, not on the words alone
    assert "#card-" in page.url


def test_a_tile_says_that_it_can_be_pressed(cards):
    page, _ = cards(1280, 800)
    tile = page.locator("ul.gallery > li").first
    color = "tile => getComputedStyle(tile).borderTopColor"
    before = tile.evaluate(color)
    tile.hover()
    assert tile.evaluate(color) != before

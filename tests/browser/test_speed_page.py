"""The page "How fast is it?": pictures that can be read on a phone, numbers behind a fold."""

import pytest

PAGE = "chapters/appendix/how-fast.html"


# What is too small, in another colour than the page's text, or beyond the edge of its picture.
UNREADABLE = """() => {
  const box = (it) => it.getBoundingClientRect();
  const faults = [];
  for (const picture of document.querySelectorAll("svg.dots")) {
    const whole = box(picture);
    const scale = whole.width / picture.viewBox.baseVal.width;
    for (const it of picture.querySelectorAll("text, path")) {
      const { left, right, top, bottom } = box(it);
      const inside = left >= whole.left && right <= whole.right + 1 && top >= whole.top
        && bottom <= whole.bottom;
      const isText = it.tagName === "text";
      const pale = isText && getComputedStyle(it).fill !== getComputedStyle(document.body).color;
      const small = isText && parseFloat(getComputedStyle(it).fontSize) * scale < 11;
      if (!inside || pale || small) faults.push(it.outerHTML);
    }
  }
  return faults;
}"""


# Numbers of a table that stand in more than one line; a bold one is a box of its own.
TORN = """() => [...document.querySelectorAll("details.numbers td + td")].filter((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell.querySelector(".text-nowrap") || cell);
  return range.getBoundingClientRect().height > 24;
}).map(cell => cell.textContent)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pictures_can_be_read(open_page, width, theme):
    page = open_page(PAGE, width=width, theme=theme)
    assert page.locator("svg.dots .marks path").count() > 150
    assert page.evaluate(UNREADABLE) == []


def test_numbers_show_on_demand_and_fit_a_phone(open_page):
    page = open_page(PAGE, width=390)
    tables = page.locator("article table")
    fitting = """tables => tables.filter((it) => it.checkVisibility()
        && it.parentElement.scrollWidth <= it.parentElement.clientWidth).length"""
    assert tables.evaluate_all(fitting) == 2
    page.get_by_text("Show each loss in JAX and PyTorch").click()
    assert tables.evaluate_all(fitting) == 2 + 6
    page.get_by_text("Show all numbers").click()
    assert tables.evaluate_all(fitting) == tables.count() > 10
    assert page.evaluate(TORN) == []

"""The page "How fast is it?": pictures that can be read on a phone, numbers behind a fold."""

import pytest

PAGE = "chapters/appendix/how-fast.html"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pictures_can_be_read(open_page, width, theme):
    page = open_page(PAGE, width=width, theme=theme)
    for words in page.locator("svg.dots text").all():
        look = words.evaluate(
            "it => [it.getBoundingClientRect().height, getComputedStyle(it).fill]"
        )
        assert look[0] >= 11
        assert look[1] == page.evaluate("getComputedStyle(document.body).color")
    for picture in page.locator("svg.dots").all():
        box = picture.bounding_box()
        for part in picture.locator("text, path").all():
            inner = part.bounding_box()
            assert box["x"] <= inner["x"] and inner["x"] + inner["width"] <= box["x"] + box["width"]
            assert (
                box["y"] <= inner["y"] and inner["y"] + inner["height"] <= box["y"] + box["height"]
            )


def test_numbers_show_on_demand_and_fit_a_phone(open_page):
    page = open_page(PAGE, width=390)
    tables = page.locator("article table")
    assert not any(table.is_visible() for table in tables.all())
    page.get_by_text("Show all numbers").click()
    assert tables.count() > 10
    for table in tables.all():
        assert table.is_visible()
        assert table.evaluate("it => it.parentElement.scrollWidth <= it.parentElement.clientWidth")

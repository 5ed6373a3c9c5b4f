"""What the website changes in its theme is still needed, and still works.

Each test looks at both sides: at the theme, for what made the change necessary, and at the built
site, for what it does. When an upgrade of the theme makes a change needless or breaks it, a test
fails.
"""

import re
from html import unescape
from pathlib import Path

import notfound.extension
import pydata_sphinx_theme
import pytest
import sphinx
import sphinx_book_theme
from docutils import nodes
from fontTools.ttLib import TTFont
from myst_nb.sphinx_ import HideCodeCellNode, visit_HideCellInput
from sphinx.writers.html5 import HTML5Translator
from sphinx_design.extension import visit_container
from sphinx_design.shared import create_component

from tests.support.site import PAGES, SITE
from website import mathml, page_weight
from website.find_pages import ROOT

OVERRIDES = ROOT / "website" / "templates"
PYDATA = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
BOOK_THEME = Path(sphinx_book_theme.__file__).parent / "theme" / "sphinx_book_theme"

PRIVATE = re.compile("[\ue000-\uf8ff]")


def page(name: str = "chapters/3-losses/3-2-cross-entropy") -> str:
    return (SITE / f"{name}.html").read_text(encoding="utf-8")


def element(html: str, start: str) -> str:
    """The first element whose tag begins so, up to the end of that tag."""
    found = re.search(re.escape(start) + "[^>]*>", html)
    assert found, f"no {start}"
    return found[0]


def theme(name: str) -> str:
    return (PYDATA / name).read_text(encoding="utf-8")


# Templates


def test_every_template_says_why_and_is_tested():
    for path in OVERRIDES.rglob("*.html"):
        assert path.read_text(encoding="utf-8").startswith("{# "), f"{path.name} gives no reason"
        name = path.relative_to(OVERRIDES).as_posix()
        assert f"# of templates/{name}\n" in Path(__file__).read_text(encoding="utf-8"), name


def test_icons_come_without_a_script():
    # of templates/static/webpack-macros.html
    assert "fontawesome.js" in theme("static/webpack-macros.html")
    assert "fontawesome.js" not in page()
    for script in "bootstrap.js", "pydata-sphinx-theme.js":
        assert page().count(f'<script defer src="../../_static/scripts/{script}') == 1


def test_only_the_search_page_loads_what_the_search_knows():
    # of templates/layout.html
    extra = re.search(r"block extrahead(.*?)endblock extrahead", theme("layout.html"), re.S)[1]
    assert "searchindex.js" in extra
    assert "searchindex.js" not in page()
    # of templates/search.html
    assert "searchindex.js" in theme("search.html")
    scripts = ["minisearch.js", "search-data.js", "causes.js", "diagnosis.js", "search.js"]
    assert [page("search").count(f"_static/{name}") for name in scripts] == [1] * len(scripts)
    assert "search-data.js" not in page()


def test_index_says_where_it_leads():
    # of templates/genindex.html
    stock = Path(sphinx.__file__).parent / "themes" / "basic" / "genindex.html"
    assert "[{{ loop.index }}]" in stock.read_text(encoding="utf-8")
    assert "[1]" not in page("genindex")


def test_dead_link_leads_on():
    # of templates/notfound.html
    source = Path(notfound.extension.__file__).read_text(encoding="utf-8")
    assert "we couldn't find the content you were looking for" in source
    assert "Search for it" in page("404")


def test_search_button_is_called_by_what_it_shows():
    # of templates/search-button-field.html
    stock = element(
        theme("components/search-button-field.html"), '<button class="btn search-button'
    )
    assert "aria-label" in stock
    ours = element(page(), '<button class="btn search-button-field')
    assert "aria-label" not in ours
    assert "title" not in ours
    assert "tooltip" not in ours


def test_icons_of_the_theme_button_are_no_names():
    # of templates/theme-switcher.html
    stock, ours = theme("components/theme-switcher.html"), page()
    assert stock.count(" title=\"{{ _('") == 3
    assert len(re.findall('<i class="theme-switch[^>]* title=', ours)) == 0
    assert len(re.findall('<i class="theme-switch[^>]* aria-hidden="true"', ours)) == 3


def test_logo_is_in_a_landmark():
    # of templates/navbar-logo.html
    assert "<nav" not in theme("components/navbar-logo.html")
    assert re.search(r'<nav aria-label="Home">\s*<a class="navbar-brand logo"', page())


@pytest.mark.parametrize("name", PAGES)
def test_page_says_how_to_cite_it(name):
    # of templates/cite.html
    citations = re.findall(r"@incollection\{lossbook:([^,]*),\n.*?\n\}", page(name), re.S)
    if name == PAGES[0] or name == "genindex":
        assert citations == []
    else:
        assert citations == [name.split("/")[-1]]


# Names and roles


def written(visit, node) -> str:
    """What a visitor of a node writes."""
    translator = HTML5Translator.__new__(HTML5Translator)
    translator.body = []
    translator.starttag = lambda _, tag, *rest, **more: f'<{tag} role="{more.get("role")}">'
    visit(translator, node)
    return "".join(translator.body)


def test_names_and_roles_of_others_are_still_wrong():
    node = HideCodeCellNode(prompt_show="Show", prompt_hide="Hide")
    assert 'aria-label="Toggle hidden content"' in written(visit_HideCellInput, node)
    assert "doc-biblioentry" in written(HTML5Translator.visit_citation, nodes.citation())
    assert 'role="None"' in written(visit_container, create_component("tab-set", []))


@pytest.mark.parametrize("name", PAGES)
def test_names_and_roles_are_right(name):
    assert '<summary aria-label="' not in page(name)
    assert "doc-biblioentry" not in page(name)
    sets = re.findall(r'<div([^>]*) class="sd-tab-set', page(name))
    assert set(sets) <= {' role="group" aria-label="Library"'}


# What is loaded


def test_what_is_not_used_is_not_loaded():
    static = {path.name for path in (SITE / "_static").iterdir()}
    for name in page_weight.UNUSED:
        assert any(name in file for file in static), f"nothing brings {name} any more"
        for each in PAGES:
            assert not re.search(rf'(?:src|href)="[^"]*{name}', page(each)), f"{each} loads {name}"
    for each in PAGES:
        styled = r'class="[^"]*\b(?:sd-(?!tab-(?:set|label|content)\b)|thebe)'
        assert not re.search(styled, page(each)), f"{each} needs a style"


def test_tabs_have_the_look_of_the_theme_and_a_script_of_their_own():
    styles = theme("static/styles/pydata-sphinx-theme.css")
    assert ".bd-content .sd-tab-set>input:checked+label{" in styles
    assert not re.search(r"sd-tab-set[^}]*display:flex", styles), "the theme has the rest, too"
    for each in PAGES:
        assert ('class="sd-tab-set' in page(each)) == ("library-tabs.js" in page(each)), each


def test_one_style_sheet_holds_all_that_others_bring():
    """The strict build warns of sheets that an extension adds; here are those of the theme."""
    macros = theme("static/webpack-macros.html")
    assert re.findall(r"styles/([\w-]+\.css)", macros) == ["theme.css", "pydata-sphinx-theme.css"]
    assert '@import "../basic.css";' in theme("static/styles/theme.css")
    assert page_weight.SHEETS[:2] == ["basic.css", "styles/pydata-sphinx-theme.css"]
    whole = (SITE / "_static" / page_weight.ALL).read_text(encoding="utf-8")
    assert "@import" not in whole and "../" not in whole
    assert (SITE / "_static/pygments.css").read_text(encoding="utf-8") in whole
    for file in re.findall(r"url\(['\"]?([\w./-]+)['\"]?\)", whole):
        assert (SITE / "_static" / file).is_file(), file
    for name in PAGES:
        sheets = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"?]*)', page(name))
        sheets += re.findall(r'<link[^>]*href="([^"?]*)[^"]*"[^>]*rel="stylesheet"', page(name))
        assert {Path(sheet).name for sheet in sheets} <= {page_weight.ALL, *page_weight.OWN}


@pytest.mark.parametrize("name", PAGES)
def test_scripts_come_once_and_wait(name):
    scripts = re.findall(r"<script([^>]*)src=\"([^\"]*)\"", page(name))
    sources = [source for _, source in scripts]
    assert len(set(sources)) == len(sources)
    inline = [
        body for body in re.findall(r"<script>(.*?)</script>", page(name), re.S) if body.strip()
    ]
    assert len(set(inline)) == len(inline)
    for attributes, source in scripts:
        assert "defer" in attributes or source.split("?")[0].endswith(page_weight.AT_ONCE), source


def test_blocks_of_code_are_asked_for_tab_stops_when_they_are_laid_out():
    name = "scripts/pydata-sphinx-theme.js"
    assert len(page_weight.TAB_STOP.findall(theme(f"static/{name}"))) == 1
    ours = (SITE / "_static" / name).read_text(encoding="utf-8")
    assert page_weight.TAB_STOP.findall(ours) == []
    assert ours.count("=>tabStops.observe(") == 1
    assert page().index("tab-stops.js") < page().index(
        "pydata-sphinx-theme.js", page().index("</head>")
    )


def test_font_of_icons_holds_those_that_pages_show():
    font = SITE / "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2"
    stock = PYDATA / "static/vendor/fontawesome/webfonts/fa-solid-900.woff2"
    assert font.stat().st_size < stock.stat().st_size / 20
    styles = theme("static/styles/pydata-sphinx-theme.css")
    rules = {
        name: rule[2]
        for rule in page_weight.ICON_RULE.finditer(styles)
        for name in page_weight.ICON.findall(rule[1])
    }
    shown = {
        name for each in PAGES for name in page_weight.ICON.findall(page(each)) if name in rules
    }
    assert {"fa-bars", "fa-magnifying-glass", "fa-download"} <= shown
    glyphs = TTFont(font).getBestCmap()
    for name in shown:
        assert int(rules[name].removeprefix("\\"), 16) in glyphs, f"no glyph for {name}"
    kept = (SITE / "_static" / page_weight.ALL).read_text(encoding="utf-8")
    assert shown == {name for name in shown if f".{name}:before" in kept}
    for character in set(PRIVATE.findall(kept)) & set(map(chr, TTFont(stock).getBestCmap())):
        assert ord(character) in glyphs, f"no glyph for {ord(character):x}, which a style names"


# Formulas


@pytest.mark.parametrize("name", PAGES)
def test_formulas_are_mathml_in_a_font_that_has_their_characters(name):
    html = page(name)
    assert len(re.findall(r'<(?:span|div) class="math ', html)) == html.count("<math")
    assert "mathjax@" not in html
    glyphs = TTFont(SITE / "_static/STIXTwoMath.woff2").getBestCmap()
    text = unescape(re.sub("<[^>]*>", "", "".join(re.findall("<math.*?</math>", html, re.S))))
    missing = {character for character in text if ord(character) not in glyphs}
    assert missing <= {"\u2061", "\u2062", "\u2063", "\n"}, "invisible operators need no glyph"


@pytest.mark.parametrize(
    "tex, expected",
    [
        (r"x_1", "<msub><mi>x</mi><mn>1</mn></msub>"),
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
    ],
)
def test_formula(tex, expected):
    assert expected in mathml.mathml(tex, display=True)


def test_a_formula_with_a_mistake_is_refused():
    with pytest.raises(mathml.LatexError, match="frca"):
        mathml.mathml(r"\frca{1}{2}", display=False)


# Pictures


@pytest.mark.parametrize("name", PAGES)
def test_pictures_say_their_size_and_come_when_they_are_near(name):
    pictures = re.findall(r"<img[^>]*_images[^>]*>", page(name))
    for picture in pictures:
        assert re.search(r' width="[1-9]\d+" height="[1-9]\d+"', picture), picture
        assert ('loading="lazy"' in picture) == (name != PAGES[0])

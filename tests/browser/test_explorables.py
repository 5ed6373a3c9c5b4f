"""The explorable figures compute what lossbook computes, and every reader can operate them."""

import gzip
import itertools
import re
from functools import cache

import nbformat
import numpy as np
import pytest

import lossbook as lb
from lossbook.domains import LABELS, REAL, SIGNS, SIMPLEX, UNIT
from lossbook.loss import RowwiseLoss
from tests.support.browser import come_near
from tests.support.loss_cases import numbers_among_parameters
from tests.support.notebooks import every_booked_cell
from tests.support.site import SITE
from tools import explorable_data, loss_cards
from website.explorables import IN_PLACE, SCRIPTS
from website.find_pages import ROOT

LOSSES = "chapters/1-background/1-2-what-is-a-loss.html"
DESCENT = "chapters/2-concepts/2-2-gradient-descent.html"
PLACES = {  # figure → its page
    book["explorable"]: path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path, book, _ in every_booked_cell()
    if "explorable" in book
}
WIDTHS = [1280, 1024, 768, 390]


# -- the same numbers as lossbook -----------------------------------------------------------------


@pytest.fixture(scope="module")
def scripts(browser):
    """An empty page with the scripts that compute."""
    page = browser.new_page()
    for name in ("plot.js", "losses.js", "descent.js"):
        page.add_script_tag(path=ROOT / "website" / "explorables" / name)
    yield page
    page.close()


SCORES = [-700.0, -50.0, -20.0, -1.0, -1e-9, 0.0, 0.3, 1.0, 2.0, 36.0, 50.0, 700.0]
SHARES = [0.0, 1e-300, 1e-12, 0.2, 0.5, 0.9, 1 - 1e-12, 1.0]
ROWS = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.25, 0.25], [0.2, 0.8, 0.0], [1e-12, 0.5, 0.5]]
PREDICTIONS = {  # (domain of y_pred, row-wise) → predictions
    (REAL, False): SCORES,
    (UNIT, False): SHARES,
    (SIMPLEX, True): [*ROWS, [0.51, 0.24, 0.25], [1e-300, 0.5, 0.5], [0.0, 0.5, 0.5]],
    (REAL, True): [
        *([a, b, 0.25] for a, b in itertools.product(SCORES[::2], SCORES[1::2])),
        [1.0, 1.0, 1.0],
    ],
    (UNIT, True): [*itertools.product([0.0, 0.3, 1.0], repeat=3)],
}
TRUTHS = {
    (REAL, False): [-3.0, 0.0, 0.3, 2.0],
    (UNIT, False): [0.0, 0.2, 0.5, 1.0],
    (SIGNS, False): [-1.0, 1.0],
    (LABELS, True): ROWS,
    (SIMPLEX, True): ROWS,
    (UNIT, True): [[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.0, 1.0]],
}
PARAMETERS = {
    "delta": [0.1, 1.0, 2.5],
    "level": [0.1, 0.5, 0.9],
    "pos_weight": [0.1, 1.0, 7.0],
    "gamma": [0.0, 0.5, 2.0, 5.0],
    "alpha": [0.0, 0.25, 1.0],
    "label_smoothing": [0.0, 0.1, 0.9],
    "smooth": [0.1, 1.0, 10.0],
}


def settings(loss):
    """All combinations of the parameters of a loss that are numbers; the defaults, too."""
    names = numbers_among_parameters(loss)
    yield {}
    for values in itertools.product(*(PARAMETERS[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def examples(loss):
    rowwise = isinstance(loss, RowwiseLoss)
    truths = TRUTHS[loss.domains["y_true"], rowwise]
    predictions = PREDICTIONS[loss.domains["y_pred"], rowwise]
    return zip(*itertools.product(truths, predictions), strict=True)


DRAWN = explorable_data.drawn()


@pytest.mark.parametrize("name", DRAWN)
def test_loss_is_that_of_lossbook(scripts, name):
    loss = lb.losses[name]
    y_true, y_pred = map(list, examples(loss))
    arrays = np.array(y_true), np.array(y_pred)
    if name.startswith("multilabel"):
        arrays = arrays[0][:, None], arrays[1][:, None]
    for given in settings(loss):
        value, slope = scripts.evaluate(
            """([name, truths, predictions, given]) => {
                const both = truths.map((y, i) =>
                    LossBook.losses[name].formula(y, predictions[i], given));
                return [both.map(([value]) => value), both.map(([, slope]) => slope)];
            }""",
            [name, y_true, y_pred, given],
        )
        agree(value, loss(*arrays, reduction="none", **given))
        agree(slope, loss.gradient(*arrays, reduction="sum", **given))


def agree(ours, expected):
    """To nine digits of each number, however small it is, and infinite where it is infinite."""
    ours = np.reshape(np.array(ours, float), expected.shape)
    np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=0)


def test_losses_have_lossbooks_names_and_defaults(scripts):
    known = scripts.evaluate(
        "Object.fromEntries(Object.entries(LossBook.losses).map(([k, v]) => [k, v.parameters]))"
    )
    numbers = {name: numbers_among_parameters(lb.losses[name]) for name in DRAWN}
    assert known == {
        name: {it: lb.losses[name].parameters[it] for it in own} for name, own in numbers.items()
    }


BOWL = 0.48764535, 4.14235465  # curvatures along the valley of the chapter's line, and across it
TILT = -0.69877533
MINIMUM = np.array([2.58811881, 10.84653465])
AXES = np.array([[np.cos(TILT), np.sin(TILT)], [-np.sin(TILT), np.cos(TILT)]])
RATES = [0.01, 0.2, 0.47, 0.5, 0.51, 1.1]


def bowl(point):
    hessian = AXES.T @ np.diag(BOWL) @ AXES
    slope = hessian @ (point - MINIMUM)
    return (point - MINIMUM) @ slope / 2, slope


def test_valley_is_that_of_the_chapter():
    """In the numbers that the player has, too."""
    found = explorable_data.left_by_cells((ROOT / DESCENT).with_suffix(".ipynb"), "descent-valley")
    X, y = found["X"], found["y"]
    curvatures, axes = np.linalg.eigh(2 / len(y) * X.T @ X)
    np.testing.assert_allclose(BOWL, curvatures, rtol=1e-7)
    np.testing.assert_allclose(np.abs(AXES @ axes), np.eye(2), atol=1e-7)
    np.testing.assert_allclose(MINIMUM, np.linalg.lstsq(X, y)[0], rtol=1e-7)
    script = (ROOT / "website/explorables/descent-player.js").read_text(encoding="utf-8")
    assert all(str(number) in script for number in [*BOWL, TILT, *MINIMUM])


FALLS = [0.0, 0.1, 1.0]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("fall", FALLS)
def test_descent_with_a_falling_rate_is_that_of_lossbook(scripts, fall, momentum):
    found = scripts.evaluate(
        """([curvatures, angle, minimum, start, fall, momentum]) => LossBook.descend(
            LossBook.bowl(curvatures, angle, minimum), [0, 0],
            { learningRate: LossBook.inverseDecay(start, fall), momentum, steps: 100 })""",
        [BOWL, TILT, MINIMUM.tolist(), 0.55, fall, momentum],
    )
    rate = lb.inverse_decay(0.55, fall)
    optimizer = lb.Momentum(rate, momentum) if momentum else lb.GradientDescent(rate)
    record = lb.descend(bowl, [0.0, 0.0], optimizer, steps=100, tolerance=0)
    path, values = (np.array(found[key], float) for key in ("path", "values"))
    np.testing.assert_allclose(path, record.path, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(values, record.values, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_descent_is_that_of_lossbook(scripts, rate, momentum):
    found = scripts.evaluate(
        """([curvatures, angle, minimum, settings]) =>
            LossBook.descend(LossBook.bowl(curvatures, angle, minimum), [-8, 1], settings)""",
        [
            BOWL,
            TILT,
            MINIMUM.tolist(),
            {"learningRate": rate, "momentum": momentum, "steps": 100, "tolerance": 1e-3},
        ],
    )
    optimizer = lb.Momentum(rate, momentum) if momentum else lb.GradientDescent(rate)
    record = lb.descend(bowl, [-8.0, 1.0], optimizer, steps=100, tolerance=1e-3)
    assert found["status"] == record.status
    path, values = (np.array(found[key], float) for key in ("path", "values"))
    np.testing.assert_allclose(path, record.path, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(values, record.values, rtol=1e-9, atol=1e-9)


def test_descent_without_end_diverges(scripts):
    found = scripts.evaluate(
        "LossBook.descend(LossBook.bowl([1, 4], 0), [1, 1], {learningRate: 9, steps: 9999}).status"
    )
    assert found == "diverged"


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_bound_separates_arriving_from_diverging(scripts, momentum):
    """Not the formula again: runs of lossbook, just below the bound and just above it."""
    bound = scripts.evaluate("m => LossBook.rateBound(...m)", [momentum, BOWL[1]])
    below, above = (
        lb.descend(bowl, [-8, 1], lb.Momentum(share * bound, momentum), steps=5000)
        for share in (0.99, 1.01)
    )
    assert below.status == "converged"
    assert above.values[-1] > 1e9


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("curvature", BOWL)
def test_factor_is_the_largest_eigenvalue_of_a_step(scripts, rate, momentum, curvature):
    step = [[1 + momentum - rate * curvature, -momentum], [1, 0]]
    largest = max(np.linalg.eigvals(step), key=abs)
    found = scripts.evaluate("a => LossBook.factor(...a)", [rate, momentum, curvature])
    kind = "turning" if abs(largest.imag) > 1e-9 else "swinging" if largest < 0 else "straight"
    assert found == {"size": pytest.approx(abs(largest), rel=1e-7), "kind": kind}


# -- what stands on the page ----------------------------------------------------------------------


def figure(page, name):
    return page.locator(f'[data-explorable="{name}"]')


def words(figure):
    return figure.locator(".explorable-words").inner_text()


def rows(figure) -> dict[str, list[str]]:
    """The table of a figure: what stands beside each name."""
    lines = figure.locator(".explorable-numbers tbody tr:visible").all()
    cells = [line.locator("th, td").all_inner_texts() for line in lines]
    return {name.strip(): [text.strip() for text in texts] for name, *texts in cells}


def state(figure):
    """All that a figure says of itself."""
    return words(figure), rows(figure)


def curve(figure, style, plot=0):
    """The path of a line, as the browser has it."""
    plots = figure.locator(".explorable-plot")
    return plots.nth(plot).locator(f"> svg .explorable-line.{style}").first.get_attribute("d")


def press(control, *keys):
    control.focus()
    for key in keys:
        control.press(key)


def test_every_figure_stands_somewhere():
    assert set(PLACES) == set(SCRIPTS)


# How much of a figure's height its parts leave free, and how high it is, with them and without.
ROOM = """root => {
  const bottom = (it) => it.getBoundingClientRect().bottom;
  const free = bottom(root) - Math.max(...[...root.querySelectorAll("*")].map(bottom));
  const height = root.clientHeight;
  root.replaceChildren();
  return { free, height, empty: root.clientHeight };
}"""


@cache
def drawn(turn_to, name, width):
    """What is said of a figure that is drawn in a window of this width."""
    page = turn_to(PLACES[name], width=width)
    come_near(page)
    root = figure(page, name)
    found = {
        "rows": rows(root),
        "pictures": root.locator(".explorable-plot > svg").count(),
        "width of the page": page.evaluate("document.documentElement.scrollWidth"),
    }
    return found | root.evaluate(ROOM) | {"errors": page.errors}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PLACES)
def test_figure_is_there_without_error_or_overflow(turn_to, name, width):
    found = drawn(turn_to, name, width)
    assert found["rows"]
    assert found["pictures"] >= 1
    assert found["width of the page"] <= width
    assert found["errors"] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PLACES)
def test_room_is_reserved_before_the_scripts_run(turn_to, name, width):
    """What stands below must not jump: the empty element is as high as the figure."""
    found = drawn(turn_to, name, width)
    assert found["height"] == found["empty"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PLACES)
def test_no_empty_lines_are_reserved(turn_to, name, width):
    assert drawn(turn_to, name, width)["free"] < 24  # a line of text


def still(page, name):
    """The picture of the cell that has this figure, which the reader has come to."""
    [cell] = [book["name"] for _, book, _ in every_booked_cell() if book.get("explorable") == name]
    page.locator(f"#{cell}").evaluate("it => it.scrollIntoView()")
    return page.locator(f"#{cell} img")


@pytest.mark.parametrize("name", PLACES)
def test_figure_is_hidden_without_javascript_and_in_print(open_figure, name):
    page = open_figure(PLACES[name], javascript=False)
    assert not figure(page, name).is_visible() and still(page, name).is_visible()
    page = open_figure(PLACES[name])
    page.emulate_media(media="print")
    assert not figure(page, name).is_visible() and still(page, name).is_visible()


@pytest.mark.parametrize("name", IN_PLACE)
def test_figure_takes_the_place_of_its_picture_when_it_is_drawn(open_figure, name):
    page = open_figure(PLACES[name])
    caption = page.locator("figure", has=figure(page, name)).locator("figcaption")
    assert caption.is_visible() and not still(page, name).is_visible()
    page.route(f"**/{SCRIPTS[name][-1]}*", lambda route: route.abort())
    page.reload()
    picture, place = still(page, name).bounding_box(), figure(page, name).bounding_box()
    assert still(page, name).is_visible() and caption.is_visible()
    assert place["y"] <= picture["y"]
    assert picture["y"] + picture["height"] <= place["y"] + place["height"]


def test_folded_code_of_such_a_figure_stands_below_it(open_figure):
    page = open_figure(PLACES["outlier-first"])
    bottom = page.locator("figure figcaption").first.bounding_box()["y"]
    folded = page.locator("details.above-input summary")
    assert folded.count() == 2
    assert all(bar.bounding_box()["y"] > bottom for bar in folded.all())


# -- a phone: hand and eye ------------------------------------------------------------------------

PHONE = {"width": 390, "height": 844}
SEEN = """view => {
    const { top, bottom, height } = view.getBoundingClientRect();
    const header = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
    return (Math.min(bottom, innerHeight) - Math.max(top, header)) / height;
}"""
CENTRE = "it => it.scrollIntoView({ block: 'center', behavior: 'instant' })"
KEYS = {"range": "ArrowRight", "select-one": "ArrowDown", "checkbox": "Space"}


def views(root):
    """The views of a figure, each after it has been chosen."""
    names = root.locator(".explorable-switch label")
    for name in names.all() if names.first.is_visible() else [None]:
        if name:
            name.click()
        yield root.locator(".explorable-view:visible")


@pytest.fixture
def on_phone(open_figure):
    def open_(name):
        page = open_figure(PLACES[name], width=PHONE["width"])
        page.set_viewport_size(PHONE)
        return figure(page, name)

    return open_


@pytest.mark.parametrize("name", PLACES)
def test_on_a_phone_hand_and_eye_are_on_one_screen(on_phone, name):
    root = on_phone(name)
    controls = root.locator(".explorable-controls :is(input, select, button):enabled:visible")
    assert controls.count() >= 4
    for view in views(root):
        assert view.count() == 1
        picture = view.locator("svg[role], table").last
        for control in controls.all():
            control.focus()
            control.evaluate(CENTRE)
            assert picture.evaluate(SEEN) >= 0.8, control.evaluate(
                "it => it.labels?.[0].textContent"
            )


@pytest.mark.parametrize("name", PLACES)
def test_each_control_moves_a_view(on_phone, name):
    root = on_phone(name)
    controls = root.locator(".explorable-controls")
    # Selects last: another loss has other parameters.
    for kind in ("input", "select"):
        for control in controls.locator(f"{kind}:visible").all():
            press(control, "Home")
            moved = []
            for view in views(root):
                before = view.inner_html()
                press(control, KEYS[control.evaluate("it => it.type")])
                moved.append(view.inner_html() != before)
            assert any(moved), control.evaluate("it => it.labels[0].textContent")


@pytest.mark.parametrize("name", ["descent-player", "digit-drawer", "threshold", "three-scores"])
def test_views_are_chosen_by_keyboard_and_all_seen_where_there_is_room(on_phone, name):
    root = on_phone(name)
    names = [label.inner_text() for label in root.locator(".explorable-switch label").all()]
    assert len(names) >= 2
    for i, title in enumerate(names):
        assert root.get_by_role("radio", name=title).is_checked()
        seen = root.locator(".explorable-view").evaluate_all(
            "all => all.map((it) => getComputedStyle(it).visibility === 'visible')"
        )
        assert seen == [j == i for j in range(len(names))]
        press(root.get_by_role("radio", name=title), "ArrowRight")
    root.page.set_viewport_size({"width": 1280, "height": 800})
    assert root.locator(".explorable-view:visible").count() == len(names)
    assert not root.get_by_role("radio").first.is_visible()


@pytest.mark.parametrize("name", PLACES)
def test_nothing_covers_a_figure_that_a_hand_is_in(on_phone, name):
    page = on_phone(name).page
    up = page.get_by_role("button", name="Back to top")
    page.evaluate("scrollBy({ top: -50, behavior: 'instant' })")  # then the theme offers it
    up.wait_for()
    figure(page, name).locator(":is(input[type=range], select):visible").first.focus()
    assert not up.is_visible()


# -- an invitation --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["descent-player", "outlier-line", "outlier-first"])
def test_the_handle_says_drag_me_until_something_has_moved(open_figure, name):
    root = figure(open_figure(PLACES[name]), name)
    hint = root.get_by_text("drag me")
    assert hint.is_visible()
    press(root.locator(".explorable-handle"), "ArrowUp")
    assert hint.count() == 0


def test_points_show_that_they_can_be_taken(open_figure):
    page = open_figure(PLACES["outlier-line"])
    root = figure(page, "outlier-line")
    ring = root.locator(".explorable-point.hollow")
    cursor = "([x, y]) => getComputedStyle(document.elementFromPoint(x, y)).cursor"
    for i in (3, 20):
        x, y = middle(root.locator("path.explorable-reach").nth(i))
        page.mouse.move(x, y)
        assert page.evaluate(cursor, [x, y]) == "grab"
        assert middle(ring) == pytest.approx([x, y], abs=1)


def middle(element):
    box = element.bounding_box()
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


@pytest.mark.parametrize("name", PLACES)
def test_targets_are_large_enough_for_a_finger(open_figure, name):
    page = open_figure(PLACES[name], width=390)
    for control in figure(page, name).locator("input[type=range], select, button").all():
        if control.is_visible():
            assert control.bounding_box()["height"] >= 44
    for handle in figure(page, name).locator("[role=slider] .explorable-reach").all():
        assert round(handle.bounding_box()["height"], 1) >= 44


@pytest.mark.parametrize("name", PLACES)
def test_every_control_has_a_name(open_figure, name):
    page = open_figure(PLACES[name])
    root = figure(page, name)
    for control in root.locator("input, select").all():
        identity = control.get_attribute("id")
        if control.is_visible():
            assert root.locator(f'label[for="{identity}"]').inner_text().strip()
    for slider in root.locator("input[type=range], [role=slider]").all():
        assert slider.get_attribute("aria-valuetext")
    assert page.get_by_role("group", name=root.locator(".explorable-heading").inner_text())


def test_other_pages_load_none_of_it():
    for page in SITE.rglob("*.html"):
        has_one = page.relative_to(SITE).as_posix() in PLACES.values()
        assert ("plot.js" in page.read_text(encoding="utf-8")) == has_one


def test_all_together_weigh_less_than_two_pictures():
    files = [*(ROOT / "website" / "explorables").glob("*.[cj]s*")]
    assert len(files) >= 6
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 150_000


def luminance(colour):
    channels = [int(c) / 255 for c in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def styles(page, name):
    """The colours of lines and texts, and of what is behind them."""
    return figure(page, name).evaluate(
        """root => {
            const colour = (selector, property) => [...root.querySelectorAll(selector)]
                .filter((element) => element.checkVisibility())
                .map((element) => getComputedStyle(element)[property])
                .filter((value) => value !== "none");
            let behind = root, background = "rgba(0, 0, 0, 0)";
            while (background === "rgba(0, 0, 0, 0)" && behind) {
                background = getComputedStyle(behind).backgroundColor;
                behind = behind.parentElement;
            }
            return {
                background,
                lines: colour(".explorable-line, .explorable-point", "stroke"),
                texts: [
                    ...colour("label, output, p:not(.explorable-spoken)", "color"),
                    ...colour("svg:not(.explorable-pad) text", "fill"), // paper is white in both
                ],
            };
        }"""
    )


@pytest.mark.parametrize("name", PLACES)
def test_colours_follow_the_theme_and_stand_out(open_figure, name):
    page = open_figure(PLACES[name])
    seen = {}
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        seen[theme] = styles(page, name)
        background = seen[theme]["background"]
        assert all(contrast(colour, background) >= 3 for colour in seen[theme]["lines"])
        assert all(contrast(colour, background) >= 4.5 for colour in seen[theme]["texts"])
    assert not set(seen["light"]["lines"]) & set(seen["dark"]["lines"])
    assert not set(seen["light"]["texts"]) & set(seen["dark"]["texts"])


# -- the loss explorer ----------------------------------------------------------------------------


@pytest.fixture
def explorer(open_figure):
    return figure(open_figure(LOSSES), "loss-explorer")


def choice(figure, label):
    return figure.get_by_label(label, exact=True)


def test_explorer_offers_each_loss_that_it_knows_under_the_title_of_its_card(explorer):
    options = choice(explorer, "loss").locator("option")
    offered = options.evaluate_all("options => options.map((o) => [o.value, o.text])")
    assert offered and dict(offered) == {name: lb.losses[name].properties.title for name in DRAWN}
    assert len(offered) == len(DRAWN)


def test_explorer_names_the_unit_of_each_card(explorer):
    for name in DRAWN:
        choice(explorer, "loss").select_option(name)
        label = explorer.locator(".explorable-label").last.text_content()
        unit = lb.losses[name].properties.unit
        assert label == ("value, slope" if unit == "none" else f"value ({unit}), slope")


def test_explorer_says_what_lossbook_says(explorer):
    """At a place of each axis, the words are the numbers of lossbook on the line of the card."""
    for name in DRAWN:
        loss = lb.losses[name]
        choice(explorer, "loss").select_option(name)
        kind = loss_cards.Card(name).kind
        truth, direction, start = line_of(kind)
        x = 0.75 * (np.array(1) if loss.domains["y_pred"] in (UNIT, SIMPLEX) else 2)
        set_to(explorer.locator("input[type=range]").first, float(x))
        value = loss([truth], [start + x * direction])
        slope = loss.gradient([truth], [start + x * direction]) @ direction
        [said] = rows(explorer).values()
        assert numbers(" ".join(said)) == pytest.approx([value, slope.item()], rel=1e-3), name


def line_of(kind):
    """Truth, direction and start of the line that a loss card draws."""
    arguments = {}
    exec(f"arguments = (lambda t, d, x, start=0.0: (t, d, start))({kind.row})", {"x": 0}, arguments)
    truth, direction, start = arguments["arguments"]
    return np.array(truth), np.array(direction), np.array(start)


def numbers(text):
    """The numbers of a text; 1.2 · 10⁻⁵ is one."""
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    plain = text.replace(" · 10", "e").translate(powers)
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)]


def test_explorer_works_by_keyboard_alone(explorer):
    before, said = curve(explorer, "c0"), state(explorer)
    press(choice(explorer, "error ŷ − y"), "ArrowLeft")
    assert state(explorer) != said and curve(explorer, "c0") == before
    press(choice(explorer, "δ (delta), unit of y"), "ArrowRight", "ArrowRight")
    assert curve(explorer, "c0") != before
    press(choice(explorer, "loss"), "ArrowDown")
    assert choice(explorer, "loss").input_value() == "log_cosh"
    press(explorer.get_by_role("button", name="Reset"), "Enter")
    assert (curve(explorer, "c0"), state(explorer)) == (before, said)


def test_explorer_speaks_when_it_has_been_quiet(explorer):
    spoken = explorer.locator("[aria-live=polite]")
    assert spoken.text_content() == ""  # nothing while the page loads
    press(choice(explorer, "error ŷ − y"), *["ArrowLeft"] * 5)
    assert spoken.text_content() == ""
    explorer.page.wait_for_timeout(900)
    value, slope = rows(explorer)["Huber loss"]
    assert spoken.text_content() == f"{words(explorer)} Huber loss: value {value}, slope {slope}."


def test_explorer_draws_two_losses_side_by_side(explorer):
    beside = choice(explorer, "beside it")
    offered = beside.locator("option").all_inner_texts()
    assert "Mean squared error" in offered and "Hinge loss" not in offered
    set_to(choice(explorer, "error ŷ − y"), 1.5)
    alone = curve(explorer, "c0")
    beside.select_option(label="Mean squared error")
    both = rows(explorer)
    assert list(both) == ["Huber loss", "Mean squared error"]
    for loss, said in zip((lb.huber, lb.mean_squared_error), both.values(), strict=True):
        expected = [loss([0.0], [1.5]), loss.gradient([0.0], [1.5])[0]]
        assert numbers(" ".join(said)) == pytest.approx(expected, rel=1e-3)
    assert curve(explorer, "c2") and curve(explorer, "c0") != alone  # the axis has made room
    choice(explorer, "loss").select_option("log_cosh")
    assert list(rows(explorer)) == ["Log-cosh loss", "Mean squared error"]
    choice(explorer, "loss").select_option("hinge")
    assert list(rows(explorer)) == ["Hinge loss"] and not curve(explorer, "c2")


def drag_by_touch(page, box, start, end):
    """A finger from one share of a box to another one."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind, share):
        points = [
            {"x": box["x"] + share[0] * box["width"], "y": box["y"] + share[1] * box["height"]}
        ]
        points = points if kind != "touchEnd" else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for part in np.linspace(0.2, 1, 5):
        touch("touchMove", tuple(np.array(start) + part * np.subtract(end, start)))
    touch("touchEnd", end)
    page.wait_for_timeout(50)


def test_explorer_follows_a_finger(open_figure):
    page = open_figure(LOSSES, width=390)
    root = figure(page, "loss-explorer")
    plot = root.locator(".explorable-plot > svg")
    plot.scroll_into_view_if_needed()
    drag_by_touch(page, plot.bounding_box(), (0.9, 0.5), (0.3, 0.5))
    assert float(choice(root, "error ŷ − y").input_value()) < 0


# -- the descent player ---------------------------------------------------------------------------


@pytest.fixture
def player(open_figure):
    return figure(open_figure(DESCENT), "descent-player")


def path_points(player):
    return curve(player, "c0").count("L")


def set_to(slider, value):
    slider.evaluate("(s, v) => { s.value = v; s.dispatchEvent(new Event('input')); }", value)


def test_player_walks_step_by_step_by_keyboard(player):
    steps = path_points(player)
    press(player.get_by_role("button", name="Step", exact=True), "Enter", "Enter")
    assert path_points(player) == steps + 2
    press(player.get_by_role("button", name="Step back"), "Enter")
    assert path_points(player) == steps + 1
    press(choice(player, "step"), "Home")
    assert path_points(player) == 0
    press(choice(player, "step"), "End")
    assert path_points(player) == 100
    press(player.get_by_role("button", name="Reset"), "Enter")
    assert path_points(player) == steps


def test_player_plays_and_pauses(player):
    steps = path_points(player)
    player.page.wait_for_timeout(600)
    assert path_points(player) == steps  # nothing moves by itself
    press(player.get_by_role("button", name="Play"), "Enter")
    player.page.wait_for_timeout(900)
    press(player.get_by_role("button", name="Pause"), "Enter")
    paused = path_points(player)
    assert paused > steps
    player.page.wait_for_timeout(600)
    assert path_points(player) == paused


def test_player_walks_all_steps_in_eight_seconds(open_page):
    page = open_page(DESCENT, alone=True)
    page.clock.install()
    page.reload()
    page.locator(".explorable").evaluate("it => it.scrollIntoView()")
    player = figure(page, "descent-player")
    player.get_by_role("button", name="Play").click()
    page.clock.run_for(4000)
    assert 40 <= path_points(player) <= 60
    page.clock.run_for(4500)
    assert path_points(player) == 100
    assert player.get_by_role("button", name="Play").is_visible()  # again


FALL = "its fall r: η/(1 + r(t − 1))"


def in_chapter(pattern: str) -> list[str]:
    """What the one line of the chapter on descent lists that looks so."""
    cells = nbformat.read(ROOT / DESCENT.replace(".html", ".ipynb"), as_version=4).cells
    [found] = re.findall(pattern, "\n".join(cell.source for cell in cells), re.MULTILINE)
    return found.split(", ")


def test_player_has_the_rates_of_the_chapter(player):
    rates = in_chapter(r"^rates = \((.*)\)$")
    verdicts = {
        "Slow": "Crawling",
        "Good": "Arriving",
        "Swinging": "Swinging",
        "Diverging": "Diverging",
    }
    for (name, verdict), rate in zip(verdicts.items(), rates, strict=True):
        set_to(choice(player, "momentum μ"), 0.5)
        set_to(choice(player, FALL), 0.5)
        player.get_by_role("button", name=name, exact=True).click()
        player.get_by_role("button", name="Pause").click()
        assert float(choice(player, "momentum μ").input_value()) == 0
        assert float(choice(player, FALL).input_value()) == 0
        assert choice(player, "learning rate η").input_value() == rate
        assert words(player).startswith(verdict)
        assert path_points(player) < 20  # from the first step on


def test_player_shows_a_rate_at_once_where_motion_is_unwanted(open_figure):
    page = open_figure(DESCENT)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    come_near(page)
    player = figure(page, "descent-player")
    player.get_by_role("button", name="Good").click()
    assert path_points(player) == 100


def places(path: str):
    return [tuple(map(float, pair.split())) for pair in re.findall("[ML]([^ML]+)", path)]


def test_arrow_is_the_next_step(player):
    press(player.get_by_role("button", name="Step", exact=True), "Enter", "Enter")
    start, end, *_ = places(curve(player, "c1"))
    press(player.get_by_role("button", name="Step", exact=True), "Enter")
    assert places(curve(player, "c0"))[-2:] == [start, end]
    set_to(choice(player, "momentum μ"), 0.9)  # then a step is more than the slope of one place
    _, end, *_ = places(curve(player, "c1"))
    press(player.get_by_role("button", name="Step", exact=True), "Enter")
    assert places(curve(player, "c0"))[-1] != end


def test_path_ends_where_it_leaves_the_picture_for_good(player):
    set_to(choice(player, "learning rate η"), 0.52)
    set_to(choice(player, "step"), 100)
    assert 2 < path_points(player) < 20 and is_outside(player)


def test_player_keeps_still_where_motion_is_unwanted(open_figure):
    page = open_figure(DESCENT)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    come_near(page)
    player = figure(page, "descent-player")
    assert not player.get_by_text("Play", exact=True).is_visible()
    steps = path_points(player)
    player.get_by_role("button", name="Step", exact=True).click()
    assert path_points(player) == steps + 1


def test_player_says_how_it_goes(player):
    for rate, fall, momentum, verdict in [
        (0.01, 0, 0, "Crawling"),
        (0.2, 0, 0, "Arriving"),
        (0.47, 0, 0, "Swinging"),
        (0.48, 0, 0, "Swinging"),
        (0.5, 0, 0, "Diverging"),
        (0.5, 0, 0.5, "Swinging"),
        (0.2, 0, 0.9, "Swinging"),
        (1.0, 0, 0.9, "Diverging"),
        (1.0, 0.1, 0, "Arriving"),  # after thirty steps a quarter of it
    ]:
        set_to(choice(player, "momentum μ"), momentum)
        set_to(choice(player, FALL), fall)
        set_to(choice(player, "learning rate η"), rate)
        set_to(choice(player, "step"), 30)
        rates = lb.inverse_decay(rate, fall)
        run = lb.descend(bowl, [0, 0], lb.Momentum(rates, momentum), steps=30, tolerance=0)
        assert words(player).startswith(verdict)
        bound = 2 * (1 + momentum) / BOWL[1]
        said = [*numbers(words(player))]
        assert said[:2] == pytest.approx([rates(31), 100 * rates(31) / bound], rel=0.006)
        assert said[-3:] == pytest.approx([bound, 30, run.value], rel=0.006)
        expected = np.transpose([AXES @ (run.point - MINIMUM), -rates(31) * AXES @ run_slope(run)])
        for row, (distance, step) in zip(rows(player).values(), expected, strict=True):
            assert [*map(only_number, row[:2])] == pytest.approx([distance, step], rel=0.006)
            if not momentum:
                assert only_number(row[2]) == pytest.approx(1 + step / distance, rel=0.006)
        left = player.get_by_text("left the picture").count() == 1
        assert left == is_outside(player)


def run_slope(run):
    return bowl(run.point)[1]


def only_number(text):
    [number] = numbers(text)
    return number


def test_a_rate_that_falls_below_the_bound_arrives(player):
    player.get_by_role("button", name="Falling").click()
    player.get_by_role("button", name="Pause").click()
    set_to(choice(player, "step"), 0)
    assert words(player).startswith("Diverging")
    set_to(choice(player, "step"), 100)
    assert words(player).startswith("Arriving") and not is_outside(player)
    rate, fall = (float(choice(player, name).input_value()) for name in ("learning rate η", FALL))
    assert rate > 2 / BOWL[1] and fall > 0


def test_level_lines_are_met_at_right_angles(player):
    """A unit is as long on both axes: the first step stands on the level line of its start."""
    player.get_by_role("button", name="Reset").click()
    (x0, y0), (x1, y1), *_ = places(curve(player, "c1"))
    ratio = -(y1 - y0) / (x1 - x0)  # downwards the numbers of pixels grow
    down = -bowl(np.zeros(2))[1]
    assert ratio == pytest.approx(down[1] / down[0], rel=0.01)


def is_outside(player):
    """Whether the path ends outside the window that its plot has for marks."""
    x, y = map(float, curve(player, "c0").rpartition("L")[2].split())
    window = player.locator("clipPath rect").first
    left, top, width, height = (
        float(window.get_attribute(name)) for name in ("x", "y", "width", "height")
    )
    return not (left <= x <= left + width and top <= y <= top + height)


def test_player_marks_the_bound_on_the_slider(player):
    mark = player.locator(".explorable-mark:visible")
    assert mark.inner_text() == "bound 0.4828"
    track = choice(player, "learning rate η").bounding_box()
    assert mark.bounding_box()["x"] == pytest.approx(
        track["x"] + 8 + (track["width"] - 16) * (2 / BOWL[1] - 0.01) / (1.1 - 0.01), abs=2
    )
    set_to(choice(player, "momentum μ"), 0.8)
    assert mark.inner_text() == "bound 0.8691"


def test_player_starts_where_it_is_put(player):
    start = player.get_by_role("slider", name="Start of the descent")
    assert start.get_attribute("aria-valuetext") == "a 0, b 0"
    before = curve(player, "c0")
    press(start, "ArrowRight", "ArrowUp", "PageUp")
    assert start.get_attribute("aria-valuetext") == "a 0.2, b 2.2"
    assert curve(player, "c0") != before


def test_start_follows_a_finger(open_figure):
    page = open_figure(DESCENT, width=390)
    root = figure(page, "descent-player")
    start = root.get_by_role("slider", name="Start of the descent")
    start.scroll_into_view_if_needed()
    drag_by_touch(page, start.bounding_box(), (0.5, 0.5), (2.5, 0.5))
    moved = numbers(start.get_attribute("aria-valuetext"))
    assert moved[0] > 10 and abs(moved[1]) < 0.5

"""The figure of 1.1 that reads drawn digits: its numbers are lossbook's, and everyone can draw."""

import json
import re

import numpy as np
import pytest

import lossbook as lb
from tests.support.site import SITE
from tools import explorable_data
from website.find_pages import ROOT

LEARNING = explorable_data.LEARNING.relative_to(ROOT).with_suffix(".html").as_posix()
SCRIPTS = "plot.js", "losses.js", "digit-drawer-data.js", "digit-drawer.js"
FOLDER = ROOT / "website" / "explorables"


@pytest.fixture(scope="module")
def evaluate(browser):
    """What JavaScript says on an empty page with the scripts of the figure."""
    page = browser.new_page()
    for name in SCRIPTS:
        page.add_script_tag(path=FOLDER / name)

    def evaluate_(script, *given):
        given = [a.tolist() if isinstance(a, np.ndarray) else a for a in given]
        return page.evaluate(f"given => ({script})(...given)", given)

    yield evaluate_
    page.close()


# -- the network is that of the page --------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    text = (FOLDER / "digit-drawer-data.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r"//.*\n.*? = (\{.*\});\n", text)[1])


@pytest.fixture(scope="module")
def network(stored):
    network = lb.Network([64, 32, 10])
    network.parameters = np.array(stored["parameters"])
    return network


def test_stored_network_is_the_one_that_the_page_trains(stored):
    now = explorable_data.trained_network()
    assert len(stored["parameters"]) == 2410
    # Training amplifies how another machine rounds its sums.
    np.testing.assert_allclose(stored["parameters"], now["parameters"], rtol=0, atol=2e-3)
    assert stored["examples"] == now["examples"]


def test_examples_are_a_mistake_and_each_digit_read_rightly(stored, network):
    pictures = np.array([counts for _, counts in stored["examples"]]) / 16
    digits = np.array([digit for digit, _ in stored["examples"]])
    assert digits[1:].tolist() == list(range(10))
    right = network.predict(pictures).argmax(axis=1) == digits
    assert right.tolist() == [False, *[True] * 10]


# -- the same numbers as lossbook -----------------------------------------------------------------


@pytest.fixture(scope="module")
def pictures(stored):
    some = np.random.default_rng(0).uniform(size=(5, 64))
    examples = [np.array(counts) / 16 for _, counts in stored["examples"]]
    return np.array([np.zeros(64), np.ones(64), *some, *examples])


def test_scores_are_those_of_lossbook(evaluate, network, pictures):
    script = "(p, all) => all.map((picture) => LossBook.digits.scores(p, picture))"
    found = evaluate(script, network.parameters, pictures)
    np.testing.assert_allclose(found, network.predict(pictures), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", [1, 200])  # of the scores: sure of itself beyond all floats
def test_loss_probabilities_and_slopes_are_those_of_lossbook(evaluate, network, pictures, scale):
    loss = lb.cross_entropy_with_logits
    scores = scale * network.predict(pictures)
    for digit in range(10):
        found = evaluate("(z, y) => z.map((zi) => LossBook.digits.judge(zi, y))", scores, digit)
        truth = np.full(len(scores), digit)
        expected = {
            "loss": loss(truth, scores, reduction="none"),
            "probabilities": lb.softmax(scores),
            "slopes": loss.gradient(truth, scores, reduction="sum"),
        }
        for name, numbers in expected.items():
            ours = [each[name] for each in found]
            np.testing.assert_allclose(ours, numbers, rtol=1e-9, atol=1e-12)


# -- from lines to a picture ----------------------------------------------------------------------

# Corners of lines as a hand draws them, y downwards.
HAND = {
    0: [[(9, 0), (3, 4), (1, 14), (3, 25), (9, 29), (15, 25), (17, 14), (15, 4), (9, 0)]],
    1: [[(8, 0), (8, 29)]],
    2: [[(1, 6), (5, 1), (11, 0), (16, 4), (16, 10), (9, 19), (1, 29), (18, 29)]],
    3: [[(2, 3), (9, 0), (16, 4), (15, 10), (8, 14), (16, 18), (17, 25), (9, 29), (1, 26)]],
    4: [[(11, 0), (1, 18), (18, 18)], [(13, 8), (13, 29)]],
    5: [[(16, 0), (3, 0), (2, 12), (9, 11), (16, 15), (17, 23), (11, 29), (2, 27)]],
    6: [[(13, 0), (6, 8), (2, 19), (5, 27), (11, 29), (16, 24), (14, 17), (8, 16), (2, 21)]],
    7: [[(1, 0), (17, 0), (7, 29)], [(4, 14), (15, 14)]],
    8: [
        [(9, 14), (3, 9), (4, 2), (9, 0), (14, 2), (15, 9), (9, 14)],
        [(9, 14), (2, 19), (3, 27), (9, 29), (16, 27), (16, 19), (9, 14)],
    ],
    9: [[(16, 8), (11, 1), (5, 1), (2, 7), (4, 12), (10, 13), (16, 8), (16, 18), (15, 29)]],
}


def drawn(strokes, size=1.0, slant=0.0, place=(0.0, 0.0)):
    """The same lines, larger, slanted and elsewhere."""
    return [
        [(place[0] + size * (x - slant * y), place[1] + size * y) for x, y in s] for s in strokes
    ]


@pytest.fixture(scope="module")
def to_picture(evaluate):
    return lambda strokes: np.array(evaluate("LossBook.digits.picture", strokes))


def test_no_lines_no_ink(to_picture):
    assert not to_picture([]).any()


@pytest.mark.parametrize("strokes", [*HAND.values(), [[(3, 3)]]], ids=[*map(str, HAND), "a dot"])
def test_a_drawing_has_the_ink_and_the_margins_of_the_data(to_picture, strokes):
    X, _ = lb.datasets.digits()
    counts = 16 * to_picture(strokes).reshape(8, 8)
    assert (counts == counts.round()).all() and counts.min() >= 0 and counts.max() <= 16
    assert counts.sum() == pytest.approx(16 * X.sum(axis=1).mean(), abs=1)
    assert not counts[:, [0, 7]].any()
    assert np.mean(X.reshape(-1, 8, 8)[:, :, [0, 7]] > 0) < 0.02


@pytest.mark.parametrize("digit", HAND)
def test_size_place_and_slant_do_not_matter(to_picture, digit):
    first = to_picture(HAND[digit])
    for other in [{"size": 0.5, "place": (12, 9)}, {"slant": 0.2, "place": (8, 0)}]:
        moved = to_picture(drawn(HAND[digit], **other))
        assert np.abs(moved - first).sum() < 0.12 * first.sum()


def test_it_does_not_matter_how_fast_a_line_was_drawn(to_picture):
    slow = [[(x, y) for y in np.linspace(0, 29, 60) for x in [9 + 6 * np.sin(y / 5)]]]
    pauses = [slow[0][:30] + 40 * [slow[0][30]] + slow[0][31:]]
    assert np.abs(to_picture(slow) - to_picture(pauses)).sum() < 0.1


def test_drawn_digits_are_read(to_picture, network):
    """Nine in ten as they stand above, and as many of them small, large, slanted, trembling."""
    rng = np.random.default_rng(0)
    plain = [to_picture(strokes) for strokes in HAND.values()]
    assert np.sum(network.predict(plain).argmax(axis=1) == [*HAND]) >= 9
    right = []
    for digit, strokes in HAND.items():
        for _ in range(12):
            form = rng.uniform(0.4, 1.0), rng.normal(0, 0.12), rng.uniform(0, 6, size=2)
            shaky = [[p + rng.normal(0, 0.6, size=2) for p in s] for s in drawn(strokes, *form)]
            seen = to_picture([[p.tolist() for p in s] for s in shaky])
            right.append(network.predict([seen]).argmax() == digit)
    assert np.mean(right) > 0.9


# -- what a reader does ---------------------------------------------------------------------------


class Drawer:
    """The figure on its page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator('[data-explorable="digit-drawer"]')
        self.pad = self.root.get_by_role("application")

    def words(self):
        return self.root.locator(".explorable-words").inner_text()

    def choice(self, label):
        return self.root.get_by_label(label, exact=True)

    def press(self, name):
        self.root.get_by_role("button", name=name).click()

    def seen(self):
        """The picture that is shown to the network."""
        rects = self.root.locator(".explorable-pixels rect")
        return rects.evaluate_all("all => all.map((it) => Number(it.getAttribute('fill-opacity')))")

    def columns(self):
        """Ten scores, probabilities and slopes, as the table prints them."""
        rows = self.root.locator(".explorable-bars tbody tr")
        texts = rows.evaluate_all("all => all.map((r) => [...r.cells].map((c) => c.textContent))")
        return np.array([[float(text.replace("−", "-")) for text in row[1:]] for row in texts]).T

    def summary(self):
        rows = self.root.locator(".explorable-numbers tbody tr").all()
        return [row.locator("th, td").all_inner_texts() for row in rows]

    def at(self, x, y):
        box = self.pad.bounding_box()
        return box["x"] + x / 32 * box["width"], box["y"] + y / 32 * box["height"]

    def draw(self, strokes):
        self.pad.scroll_into_view_if_needed()
        mouse = self.page.mouse
        for first, *others in strokes:
            mouse.move(*self.at(*first))
            mouse.down()
            for corner in others:
                mouse.move(*self.at(*corner), steps=3)
            mouse.up()


@pytest.fixture
def drawer(open_figure):
    return Drawer(open_figure(LEARNING))


def centred(digit):
    return drawn(HAND[digit], place=(6, 1))


def test_it_begins_with_the_picture_of_the_page(drawer, stored):
    digit, counts = stored["examples"][0]
    assert drawer.seen() == [count / 16 for count in counts]
    assert drawer.choice("you say it is a").input_value() == str(digit)


def test_table_and_words_are_the_numbers_of_lossbook(drawer, network):
    drawer.choice("you say it is a").select_option("3")
    drawer.draw(centred(3))
    scores = network.predict([drawer.seen()])
    p = lb.softmax(scores)[0]
    z, shown, slopes = drawer.columns()
    assert z == pytest.approx(scores[0], abs=0.0051)
    assert shown == pytest.approx(p, abs=0.00051)
    assert slopes == pytest.approx(p - np.eye(10)[3], abs=0.00051)
    assert drawer.words().startswith("It reads a 3, as you say.")
    for choice, name in [("3", "you say a 3"), ("8", "you say a 8")]:
        drawer.choice("you say it is a").select_option(choice)
        _, yours = drawer.summary()
        assert yours[0] == name
        loss = lb.cross_entropy_with_logits([int(choice)], scores)
        assert float(yours[2]) == pytest.approx(loss, rel=0.006)
    assert drawer.words().startswith("It reads a 3, not a 8.")
    assert drawer.page.errors == []


def test_bars_are_as_long_as_their_numbers(drawer):
    z, p, slopes = drawer.columns()
    bars = drawer.root.locator(".explorable-bars rect").evaluate_all(
        "all => all.map((it) => [it.x.baseVal.value, it.width.baseVal.value])"
    )
    left, width = np.array(bars).reshape(10, 3, 2).transpose(2, 1, 0)
    for numbers, x, size, top in zip((z, p, slopes), left, width, (10, 1, 1), strict=True):
        np.testing.assert_allclose(size, np.abs(numbers) / top, atol=0.001)
        np.testing.assert_allclose(x, np.minimum(numbers / top, 0), atol=0.001)


def test_draw_undo_clear_and_reset(drawer):
    first = drawer.seen()
    drawer.draw(centred(4))
    both = drawer.seen()
    assert drawer.choice("picture").input_value() == "drawn" and both != first
    drawer.press("Undo")
    one = drawer.seen()
    assert one != both and any(one)
    drawer.press("Undo")
    assert not any(drawer.seen())
    assert drawer.root.get_by_role("button", name="Undo").is_disabled()
    drawer.draw(centred(4))
    assert drawer.seen() == pytest.approx(both, abs=0.2)
    drawer.press("Clear")
    assert not any(drawer.seen())
    drawer.press("Reset")
    assert drawer.seen() == first


def test_a_test_digit_says_what_it_is(drawer, stored):
    for k in (4, 0):
        digit, counts = stored["examples"][k]
        drawer.choice("picture").select_option(str(k))
        assert drawer.seen() == [count / 16 for count in counts]
        assert drawer.choice("you say it is a").input_value() == str(digit)
        wrong = f", not a {digit}." in drawer.words()
        assert wrong == (k == 0)


def test_by_keyboard_alone(drawer):
    drawer.pad.focus()
    press = drawer.page.keyboard.press
    # a 7: its upper line, then to the foot, from the middle of the pad
    for key in [*["ArrowLeft"] * 4, *["ArrowUp"] * 6, "Enter", *["ArrowRight"] * 8, "Space"]:
        press(key)
    for key in [*["ArrowLeft"] * 4, *["ArrowDown"] * 13, "Space"]:
        press(key)
    path = drawer.root.locator(".explorable-ink").get_attribute("d")
    assert path == "M8,4L24,4L16,30"
    pen = drawer.root.locator(".explorable-pen")
    assert pen.evaluate("it => getComputedStyle(it).visibility") == "visible"
    assert "Pen at column 16, row 30 of 32." in drawer.words()
    press("Enter")  # a new line
    assert drawer.root.locator(".explorable-ink").get_attribute("d") == path + "M16,30h0"
    for _ in range(20):
        press("ArrowDown")
    assert "row 32 of 32" in drawer.words()  # no farther
    press("Tab")  # to what it is
    assert pen.evaluate("it => getComputedStyle(it).visibility") == "hidden"
    for key in ["Tab", "Tab", "Space"]:  # the picture, undo
        press(key)
    assert drawer.root.locator(".explorable-ink").get_attribute("d") == path
    assert drawer.page.errors == []


def test_answer_is_spoken_when_the_hand_rests(drawer):
    spoken = drawer.root.locator("[aria-live=polite]")
    assert spoken.text_content() == ""
    drawer.draw(centred(0))
    assert spoken.text_content() == ""
    drawer.page.wait_for_timeout(900)
    answer = drawer.words()
    assert answer in spoken.text_content() and "loss (nats)" in spoken.text_content()


@pytest.fixture
def touch(open_figure):
    page = open_figure(LEARNING, width=390)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def move(*places):
        kinds = ["touchStart", *["touchMove"] * (len(places) - 1), "touchEnd"]
        for kind, place in zip(kinds, [*places, None], strict=True):
            points = [{"x": place[0], "y": place[1]}] if place else []
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(300)

    return Drawer(page), move


def test_a_finger_draws_and_the_page_stays(touch):
    drawer, move = touch
    drawer.pad.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    scrolled = drawer.page.evaluate("scrollY")
    move(*(drawer.at(16, y) for y in range(28, 2, -4)))
    assert drawer.root.locator(".explorable-ink").get_attribute("d").count("L") >= 5
    assert any(drawer.seen()) and drawer.choice("picture").input_value() == "drawn"
    assert drawer.page.evaluate("scrollY") == scrolled


def test_beside_the_paper_a_finger_scrolls(touch):
    drawer, move = touch
    words = drawer.root.locator(".explorable-words")
    words.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    scrolled, before = drawer.page.evaluate("scrollY"), drawer.seen()
    box = words.bounding_box()
    move(*((box["x"] + 50, box["y"] + 10 - 20 * k) for k in range(8)))
    assert drawer.page.evaluate("scrollY") > scrolled + 50
    assert drawer.seen() == before


def test_it_works_from_a_file(open_figure):
    drawer = Drawer(open_figure((SITE / LEARNING).as_uri()))
    drawer.draw(centred(3))
    assert drawer.words().startswith("It reads a 3")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_white_in_both_themes(open_figure, theme):
    drawer = Drawer(open_figure(LEARNING, theme=theme))
    papers = drawer.root.locator(".explorable-papers svg")
    colours = papers.evaluate_all("all => all.map((it) => getComputedStyle(it).backgroundColor)")
    assert colours == ["rgb(255, 255, 255)"] * 2
    hint = drawer.pad.locator("text").evaluate("it => getComputedStyle(it).fill")
    assert hint == "rgb(89, 89, 89)"  # 7 to 1 on white

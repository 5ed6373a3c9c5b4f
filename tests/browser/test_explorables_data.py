"""The explorable figures of 3.4 and 3.2: their numbers are lossbook's, and everyone can move them.

The numbers are computed by the page's own scripts, in a browser.
"""

import json
import re

import nbformat
import numpy as np
import pytest

import lossbook as lb
from tests.support.notebooks import CHAPTERS
from tools import explorable_data
from website.find_pages import ROOT

LINE = "chapters/3-losses/3-4-numbers-with-mistakes.html"
THRESHOLD = "chapters/3-losses/3-6-rare-classes.html"

FOLDER = ROOT / "website" / "explorables"


def printed(page: str, name: str) -> str:
    """What the cell of this name printed, as stored in the notebook of a page."""
    path = (CHAPTERS.parent / page).with_suffix(".ipynb")
    cells = nbformat.read(path, as_version=4).cells
    [cell] = [cell for cell in cells if cell.metadata.get("book", {}).get("name") == name]
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.fixture(scope="module")
def evaluate(browser, site_url):
    """What JavaScript says on a page, which is opened once for all numbers."""
    pages = {}

    def evaluate_(path, script, *arguments):
        if path not in pages:
            pages[path] = browser.new_page()
            pages[path].goto(site_url + path)
        given = [a.tolist() if isinstance(a, np.ndarray) else a for a in arguments]
        return pages[path].evaluate(f"given => ({script})(...given)", given)

    yield evaluate_
    for page in pages.values():
        page.close()


# The data


def stored(name: str) -> dict:
    text = (FOLDER / f"{name}-data.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r"//.*\n.*? = (\{.*\});\n", text)[1])


def test_titles_and_units_are_those_of_lossbook():
    assert stored("loss-explorer") == explorable_data.titles_and_units()


def test_phone_calls_are_those_of_the_book():
    assert stored("outlier-line") == explorable_data.phone_calls()


def test_scores_are_those_of_models_trained_now():
    here, now = stored("threshold"), explorable_data.eights()
    # Rounded here and now: on another machine a score in the middle may fall to the other side.
    difference = np.abs(np.subtract(here.pop("milliscores"), now.pop("milliscores")))
    assert difference.shape == (len(here["weights"]), 597)
    assert difference.max() <= 1
    assert here == now


# Three lines


def moved_data():
    """(t, y, delta): the calls as they are and the sound ones alone, with points moved at will."""
    year, calls = lb.datasets.belgian_phone_calls()
    minutes = (year >= 1964) & (year <= 1969)
    rng = np.random.default_rng(0)
    for kept in (year > 0, ~minutes):
        for moved in (0, 1, 1, 2, 3, 8):
            for delta in (1.0, 2.0, 7.94, 50.0, 200.0):
                t, y = year[kept].astype(float), calls[kept]
                chosen = rng.choice(len(t), moved, replace=False)
                y[chosen] = rng.integers(0, 301, moved)
                t[chosen[::2]] = rng.integers(1790, 1991, len(chosen[::2]))
                yield (t - 1961.5) / 10, y, delta


CASES = list(moved_data())


@pytest.fixture
def fitted(evaluate):
    """The lines that a function of the page fits to (t, y) or to (t, y, delta)."""

    def fitted_(function, cases):
        given = [
            [part.tolist() if isinstance(part, np.ndarray) else part for part in c] for c in cases
        ]
        script = f"(...cases) => cases.map(c => LossBook.outlierLine.{function}(...c))"
        return np.array(evaluate(LINE, script, *given))

    return fitted_


def design(t):
    return np.column_stack([np.ones(len(t)), t])


def test_squares_line_solves_the_normal_equations(fitted):
    cases = [(t, y) for t, y, _ in CASES]
    for (t, y), line in zip(cases, fitted("squaresLine", cases), strict=True):
        X = design(t)
        np.testing.assert_allclose(line, np.linalg.lstsq(X, y)[0], rtol=1e-9, atol=1e-9)
        assert np.abs(X.T @ lb.mean_squared_error.gradient(y, X @ line)).max() < 1e-9


def test_no_line_has_less_absolute_error(fitted):
    cases = [(t, y) for t, y, _ in CASES]
    rng = np.random.default_rng(1)
    for (t, y), line in zip(cases, fitted("absoluteLine", cases), strict=True):
        X = design(t)
        i, j = np.array([(i, j) for i in range(len(t)) for j in range(i) if t[i] != t[j]]).T
        growth = (y[j] - y[i]) / (t[j] - t[i])
        lines = np.column_stack([y[i] - growth * t[i], growth])
        losses = [lb.mean_absolute_error(y, X @ other) for other in lines]
        loss = lb.mean_absolute_error(y, X @ line)
        assert loss == pytest.approx(min(losses), abs=1e-9)
        best = lines[np.array(losses) < min(losses) + 1e-9].mean(axis=0)
        np.testing.assert_allclose(line, best, rtol=1e-9, atol=1e-9)
        for change in rng.normal(size=(50, 2)) * rng.choice([0.1, 10], size=(50, 1)):
            assert lb.mean_absolute_error(y, X @ (line + change)) > loss - 1e-9


def test_no_line_has_less_huber_loss(fitted):
    for (t, y, delta), line in zip(CASES, fitted("huberLine", CASES), strict=True):
        X = design(t)
        # The loss is convex: where the gradient vanishes, nothing is lower.
        gradient = X.T @ lb.huber.gradient(y, X @ line, delta=delta)
        assert np.abs(gradient).max() < 1e-9
        for start in (np.zeros(2), line + 1):
            assert lb.huber(y, X @ start, delta=delta) > lb.huber(y, X @ line, delta=delta)


@pytest.mark.parametrize("name", ["mean_squared_error", "mean_absolute_error", "huber"])
def test_share_of_pull(evaluate, name):
    loss, line = getattr(lb, name), [40.0, 20.0]
    for t, y, delta in CASES:
        parameters = {"delta": delta} if name == "huber" else {}
        given = line, t, y, 3, name, parameters
        share = evaluate(LINE, "LossBook.outlierLine.shareOfPull", *given)
        pull = np.abs(loss.gradient(y, design(t) @ line, **parameters))
        assert share == pytest.approx(pull[3] / pull.sum(), abs=1e-9)


def test_a_point_on_the_line_does_not_pull(evaluate):
    given = [1e-12, 1], [1, 2, 3], [1, 2, 4], 0, "mean_absolute_error", {}
    assert evaluate(LINE, "LossBook.outlierLine.shareOfPull", *given) == 0


def test_the_page_prints_the_same_growth(fitted):
    year, calls = lb.datasets.belgian_phone_calls()
    t = (year - year.mean()) / 10
    rows = re.findall(r"δ = +(\d+): growth (\S+)", printed(LINE, "mse-huber-lines"))
    assert len(rows) == 5
    lines = fitted("huberLine", [(t, calls, float(delta)) for delta, _ in rows])
    assert [f"{growth:.1f}" for _, growth in lines] == [growth for _, growth in rows]

    sound = (year < 1964) | (year > 1969)
    rows = re.findall(r"(\d+): +(\S+) +(\S+) +(\S+)", printed(LINE, "mse-one-typo"))
    assert len(rows) == 3
    for last, *growths in rows:
        y = calls[sound]
        y[-1] = float(last)
        squares, absolute = (
            fitted(line, [(t[sound], y)])[0] for line in ("squaresLine", "absoluteLine")
        )
        errors = design(t[sound]) @ absolute - y
        delta = 1.5 * np.median(np.abs(errors)) / 0.6745  # the rule of the page
        huber = fitted("huberLine", [(t[sound], y, delta)])[0]
        found = [squares[1], absolute[1], huber[1]]
        assert [f"{growth:.2f}" for growth in found] == growths


# Thresholds


@pytest.fixture
def call(evaluate):
    """The answer of a function of the page."""
    return lambda function, *given: evaluate(THRESHOLD, f"LossBook.threshold.{function}", *given)


def models():
    """(name, scores, truth) for each weight, as learnt and with the weight undone."""
    data = stored("threshold")
    y = np.array(data["isEight"])
    for weight, milliscores in zip(data["weights"], data["milliscores"], strict=True):
        z = np.array(milliscores) / 1000
        yield f"weight {weight}", z, y
        yield f"weight {weight}, undone", z - np.log(weight), y


MODELS = list(models())
COSTS = [1, 4, 9, 30]


def probability(z):
    return 1 / (1 + np.exp(-z))


def cost(z, y, score, miss):
    """The cost a picture of calling an 8 what scores above `score`."""
    called = z > score
    return np.mean(miss * (y > called) + (y < called))


def test_counts_and_scores(call):
    for _, z, y in MODELS:
        p = probability(z)
        for threshold in (0.01, 0.1, 0.5, 0.83):
            called = p > threshold
            counts = call("confusion", p, y, threshold)
            assert counts == {
                "found": np.sum(called & (y == 1)),
                "missed": np.sum(~called & (y == 1)),
                "alarms": np.sum(called & (y == 0)),
                "passed": np.sum(~called & (y == 0)),
            }
            found = call("scores", counts, 9)
            assert found["accuracy"] == pytest.approx(np.mean(called == y), abs=1e-9)
            if called.any():  # of nothing there is no share
                assert found["precision"] == pytest.approx(y[called].mean(), abs=1e-9)
            assert found["recall"] == pytest.approx(called[y == 1].mean(), abs=1e-9)
            assert found["cost"] == 9 * np.sum(y > called) + np.sum(y < called)
            mean = cost(z, y, np.log(threshold / (1 - threshold)), 9)
            assert found["costPerPicture"] == pytest.approx(mean, abs=1e-9)


def test_the_page_prints_the_same_table(call):
    rows = re.findall(
        r"(plain|weighted|undone) +(\S+) +(\S+) +(\S+) +(\d+)",
        printed(THRESHOLD, "ce-rare-table"),
    )
    assert len(rows) == 6
    names = {"plain": "weight 1", "weighted": "weight 9", "undone": "weight 9, undone"}
    scores = {name: (z, y) for name, z, y in MODELS}
    for name, threshold, recall, precision, total in rows:
        z, y = scores[names[name]]
        p = probability(z)
        counts = call("confusion", p, y, float(threshold))
        found = call("scores", counts, 9)
        shown = f"{found['recall']:.2f}", f"{found['precision']:.2f}", str(found["cost"])
        assert shown == (recall, precision, total)


@pytest.mark.parametrize("miss", COSTS)
def test_no_threshold_is_cheaper(call, miss):
    for _, z, y in MODELS:
        ends = np.unique(z)
        between = [ends[0] - 1, *(ends[1:] + ends[:-1]) / 2, ends[-1] + 1]
        brute = np.array([cost(z, y, score, miss) for score in between])
        steps = call("costs", z, y, miss)
        np.testing.assert_allclose([c for _, _, c in steps], brute, rtol=0, atol=1e-9)
        np.testing.assert_allclose([to for _, to, _ in steps[:-1]], ends, rtol=0, atol=1e-9)
        assert [start for start, _, _ in steps[1:]] == [to for _, to, _ in steps[:-1]]

        start, end, least = call("cheapest", steps)
        assert least == pytest.approx(brute.min(), abs=1e-9)
        assert cost(z, y, (start + end) / 2, miss) == pytest.approx(least, abs=1e-9)
        widths = [b - a for (a, b, _), c in zip(steps, brute, strict=True) if c < least + 1e-9]
        assert end - start == max(widths)


def test_theory_is_cheapest_where_probabilities_are_true(call):
    share = np.linspace(0.0005, 0.9995, 1000)  # of eights among pictures with this probability
    for miss in COSTS:
        costs = [np.sum(np.where(share > t, 1 - share, miss * share)) for t in share]
        assert abs(call("theory", miss) - share[np.argmin(costs)]) < 0.001
        assert call("theory", miss) == pytest.approx(1 / (1 + miss), abs=1e-12)


def test_calibration_and_histogram(call):
    edges = np.arange(-12, 9)
    for _, z, y in MODELS:
        p = probability(z)
        bins = np.digitize(p, [0.1, 0.5, 0.9])  # as in the chapter
        for b, found in enumerate(call("calibration", p, y)):
            assert found["n"] == np.sum(bins == b)
            if not found["n"]:  # no mean of nothing
                continue
            assert found["predicted"] == pytest.approx(p[bins == b].mean(), abs=1e-9)
            assert found["observed"] == pytest.approx(y[bins == b].mean(), abs=1e-9)
        shares = call("histogram", z[y == 1], edges)
        expected, _ = np.histogram(z[y == 1].clip(-12, 8), edges)
        np.testing.assert_allclose(shares, expected / np.sum(y == 1), rtol=0, atol=1e-9)


# What a reader does


@pytest.fixture
def line_page(open_figure):
    return open_figure(LINE)


@pytest.fixture
def threshold_page(open_figure):
    return open_figure(THRESHOLD)


def figure(page):
    return page.locator(".explorable")


def words(page) -> str:
    return figure(page).locator(".explorable-words").inner_text()


def rows(page) -> dict[str, list[str]]:
    """The table of a figure: what stands beside each name."""
    lines = figure(page).locator(".explorable-numbers tbody tr").all()
    cells = [line.locator("th, td").all_inner_texts() for line in lines]
    return {name.strip(): texts for name, *texts in cells}


def growths(page) -> list[float]:
    return [float(growth.replace("−", "-")) for growth, _ in rows(page).values()]


def control(page, label: str):
    return figure(page).get_by_label(label, exact=True)


def test_first_words_are_those_of_the_chapter(line_page):
    assert rows(line_page)["squared error"][0] == "50.4"
    assert "growth 50.4," in printed(LINE, "robust-two-lines")


def corners(page, style: str, plot: int = 0) -> np.ndarray:
    """The places that a path leads to, in the picture."""
    svg = figure(page).locator(".explorable-plot > svg").nth(plot)
    path = svg.locator(f"g > path.{style}").first.get_attribute("d")
    return np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path), dtype=float)


def test_lines_are_drawn_where_they_are(line_page):
    """From the pixels of two points follow those of a line."""
    year, calls = lb.datasets.belgian_phone_calls()
    (x_first, y_first), *_, (x_last, y_last) = corners(line_page, "explorable-point")
    for style, growth in zip(("c0", "c1", "c2"), growths(line_page), strict=True):
        left, right = corners(line_page, style)
        decades = (right[0] - left[0]) / (x_last - x_first) * (year[-1] - year[0]) / 10
        rise = (right[1] - left[1]) / (y_last - y_first) * (calls[-1] - calls[0])
        assert rise / decades == pytest.approx(growth, abs=0.1)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_lines_by_keyboard_alone(line_page):
    before = rows(line_page)
    control(line_page, "Point").focus()
    press(line_page, "Home")  # 1950
    assert rows(line_page) != before
    press(line_page, "Tab", "End")  # its calls
    assert control(line_page, "Its calls").input_value() == "300"
    squares, absolute, huber = growths(line_page)
    assert squares < 30 and min(absolute, huber) > 10
    press(line_page, "Tab", "Home")  # its year: 1790, a long lever
    assert max(growths(line_page)) < 0
    press(line_page, "Tab", "End")  # δ
    squares, _, huber = growths(line_page)
    assert squares == huber  # δ is larger than all errors
    press(line_page, "Tab", "Space")  # without the wrong years
    assert growths(line_page)[0] < squares
    press(line_page, "Tab", "Enter")  # Reset
    assert rows(line_page) == before
    assert line_page.errors == []


def test_handle_by_keyboard(line_page):
    handle = figure(line_page).get_by_role("slider", name="The point recorded for 1973")
    handle.focus()
    press(line_page, "PageUp", "ArrowUp")
    assert handle.get_attribute("aria-valuetext") == "40 million calls"
    assert control(line_page, "Its calls").input_value() == "40"


def middles(page) -> list[tuple[float, float]]:
    """Where the points are on the screen."""
    svg = figure(page).locator(".explorable-plot > svg")
    svg.evaluate("svg => svg.scrollIntoView({block: 'center', behavior: 'instant'})")
    boxes = [path.bounding_box() for path in svg.locator("path.explorable-reach").all()]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]


def test_any_point_can_be_dragged(line_page):
    assert len(middles(line_page)) == 24
    for i, way in [(0, -10), (12, -10), (16, 10), (23, -10)]:
        figure(line_page).get_by_role("button", name="Reset").click()
        before = rows(line_page)
        x, y = middles(line_page)[i]
        line_page.mouse.move(x, y)
        line_page.mouse.down()
        assert control(line_page, "Point").input_value() == str(i)
        calls = float(control(line_page, "Its calls").input_value())
        assert growths(line_page) == [50.4, *growths(line_page)[1:]]  # a press moves nothing
        for step in range(1, 6):
            line_page.mouse.move(x + 5 * step, y + way * step)
        line_page.mouse.up()
        moved = float(control(line_page, "Its calls").input_value())
        assert -way * (moved - calls) > 400
        assert rows(line_page) != before
        line_page.mouse.move(x, y - 2 * way)  # the pointer goes on, the point does not
        assert float(control(line_page, "Its calls").input_value()) == moved
    assert line_page.errors == []


def test_a_finger_drags_a_point_and_the_page_stays(open_figure):
    page = open_figure(LINE, width=390)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = middles(page)[5]
    scrolled = page.evaluate("scrollY")

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", {"x": x, "y": y + 6})  # a finger is not exact
    for step in range(1, 9):
        send("touchMove", {"x": x, "y": y + 6 - 10 * step})
    send("touchEnd")
    assert control(page, "Point").input_value() == "5"
    assert 80 < float(control(page, "Its calls").input_value()) < 200
    assert page.evaluate("scrollY") == scrolled
    assert page.errors == []


def cells(page) -> list[str]:
    return figure(page).locator(".explorable-later td:not(:empty)").all_inner_texts()


def state(page):
    return words(page), rows(page), cells(page)


def test_threshold_by_keyboard_alone(threshold_page):
    before = state(threshold_page)
    assert cells(threshold_page)[:4] == ["17", "37", "19", "524"]
    assert rows(threshold_page)["yours"][2:] == ["17", "19"]
    control(threshold_page, "Call it an 8 above").focus()
    press(threshold_page, *["PageDown"] * 4)
    assert rows(threshold_page)["yours"][0] == "0.1"
    assert cells(threshold_page)[-1] == "233"  # as the chapter prints
    press(threshold_page, "Tab", "Home")  # the cost of a miss
    assert rows(threshold_page)["theory"][0] == "0.5"
    press(threshold_page, "Tab", *["ArrowRight"] * 4)  # the weight
    assert "Mean p: 0.31;" in words(threshold_page)
    press(threshold_page, "Tab", "Space")  # undone
    assert "Mean p: 0.124" in words(threshold_page)
    press(threshold_page, "Tab", "Enter")
    said = rows(threshold_page)
    assert said["yours"][0] == "0.5" and said["yours"] == said["theory"]  # for costs of 1
    press(threshold_page, "Tab", "Enter")
    said = rows(threshold_page)
    assert said["yours"] == said["cheapest"] and said["cheapest"] != said["theory"]
    press(threshold_page, "Tab", "Enter")
    assert state(threshold_page) == before
    assert threshold_page.errors == []


def test_table_says_what_each_threshold_costs(threshold_page):
    control(threshold_page, "Call it an 8 above").focus()
    press(threshold_page, *["PageDown"] * 2)
    _, z, y = MODELS[0]
    costs = {name: float(texts[1]) for name, texts in rows(threshold_page).items()}
    for name, (above, _, found, alarms) in rows(threshold_page).items():
        if name == "cheapest":  # between two scores that are alike when its threshold is rounded
            mean = (9 * (y.sum() - int(found)) + int(alarms)) / len(y)
            assert costs[name] == pytest.approx(mean, rel=0.01)
            continue
        score = np.log(float(above) / (1 - float(above)))
        assert costs[name] == pytest.approx(cost(z, y, score, 9), rel=0.01)
        assert int(found) == np.sum((z > score) & (y == 1))
        assert int(alarms) == np.sum((z > score) & (y == 0))
    assert costs["cheapest"] == min(costs.values())


def test_thresholds_are_drawn_where_they_are(threshold_page):
    control(threshold_page, "Call it an 8 above").focus()
    press(threshold_page, *["PageDown"] * 4)  # 1/10
    (x, _), *_ = corners(threshold_page, "ink")
    bars = corners(threshold_page, "c0")[:, 0]  # for scores from -12 to 8
    score = -12 + 20 * (x - bars.min()) / (bars.max() - bars.min())
    assert score == pytest.approx(np.log(1 / 9), abs=0.01)
    [(yours, _)] = corners(threshold_page, "ink", plot=1)
    (theory, _), *_ = corners(threshold_page, "c3", plot=1)
    assert [yours, theory] == pytest.approx([x, x], abs=0.01)  # costs are 1 : 9
    [(cheapest, lowest)] = corners(threshold_page, "c2", plot=1)
    cost = corners(threshold_page, "c0", plot=1)
    assert lowest == cost[:, 1].max()  # downwards the numbers of pixels grow
    under = cost[cost[:, 1] == lowest, 0]
    assert under.min() <= cheapest <= under.max()


def test_table_has_headers(threshold_page):
    row = figure(threshold_page).get_by_role("row", name="eights 17 37")
    assert row.get_by_role("rowheader").inner_text() == "eights"
    columns = figure(threshold_page).get_by_role("columnheader").all_inner_texts()
    assert columns[:2] == ["called an 8", "not called"]


@pytest.mark.parametrize("path", [LINE, THRESHOLD])
def test_figure_fits_a_phone(open_figure, path):
    page = open_figure(path, width=390)
    box = figure(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    parts = figure(page).locator("svg text:visible, label:visible, output, td, th, button")
    sides = parts.evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(r => [r.left, r.right])"
    )
    assert len(sides) > 15
    assert np.min(sides) >= box["x"] and np.max(sides) <= box["x"] + box["width"]
    assert page.errors == page.foreign == []

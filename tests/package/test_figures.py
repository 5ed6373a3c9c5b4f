"""The text form of a figure must change whenever what is plotted changes."""

import matplotlib
import numpy as np
import pytest

import lossbook as lb
from lossbook.pages import figures
from website import dark_pictures

matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")
x = np.linspace(0, 3, 200)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def changed(draw, ax):
    """Draw twice, plainly and with numbers 0.1 % larger; the two texts."""
    texts = []
    for factor in (1, 1.001):
        ax.clear()
        draw(factor)
        texts.append(figures.figure_data(ax.figure))
    return texts[0] != texts[1]


DRAWINGS = {
    "line": lambda ax, f: ax.plot(x, f * x**2),
    "points": lambda ax, f: ax.scatter(x, f * x),
    "colour of points": lambda ax, f: ax.scatter(x, x, c=f * x),
    "bars": lambda ax, f: ax.bar([1, 2], [f * 1, 2]),
    "band": lambda ax, f: ax.fill_between(x, x, f * x**2),
    "picture": lambda ax, f: ax.imshow(f * x.reshape(10, 20)),
    "heat map": lambda ax, f: ax.pcolormesh(f * x.reshape(10, 20)),
    "contours": lambda ax, f: ax.contour(x.reshape(10, 20) * f, levels=[1, 2]),
    "error bars": lambda ax, f: ax.errorbar([1, 2], [1, 2], yerr=[f, f]),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_changes_with_the_data(name, ax):
    assert changed(lambda factor: DRAWINGS[name](ax, factor), ax)


@pytest.mark.parametrize("draw", ["imshow", "pcolormesh", "pcolor", "contourf"])
def test_text_says_that_shades_stand_for_numbers(draw, ax):
    getattr(ax, draw)(x.reshape(10, 20))
    assert dark_pictures.SHADES.search(figures.figure_data(ax.figure))


@pytest.mark.parametrize("name", sorted(DRAWINGS.keys() - {"picture", "heat map"}))
def test_text_says_no_such_thing_of_lines_and_points(name, ax):
    DRAWINGS[name](ax, 1)
    assert not dark_pictures.SHADES.search(figures.figure_data(ax.figure))


def test_text_changes_with_labels(ax):
    ax.plot([1, 2], [1, 2])
    before = figures.figure_data(ax.figure)
    ax.set_xlabel("error in °C")
    assert figures.figure_data(ax.figure) != before


def test_text_is_blind_to_rounding_error_and_line_width(ax):
    ax.plot(x - 1.5, x)
    before = figures.figure_data(ax.figure)
    ax.clear()
    ax.plot((x - 1.5) * (1 + 1e-15), x, linewidth=5)
    assert figures.figure_data(ax.figure) == before


def test_text_leaves_out_measured_times(ax):
    ax.plot(x, x, gid=figures.MEASURED, label="time")
    before = figures.figure_data(ax.figure)
    ax.lines[0].set_ydata(2 * x)
    assert figures.figure_data(ax.figure) == before
    assert "'time': 200 measured points" in before


def test_draw_loss_draws_value_and_slope(ax):
    figures.draw_loss(ax, lb.huber, 0, [-2, -1, 0, 1, 2], delta=1.0)
    value, slope, _ = (line.get_ydata() for line in ax.lines)
    assert list(value) == [1.5, 0.5, 0, 0.5, 1.5]
    assert list(slope) == [-1, -1, 0, 1, 1]


def test_draw_loss_along_draws_the_slope_along_the_line(ax):
    loss, truth, direction = lb.cross_entropy, [1.0, 0.0, 0.0], [1.0, -0.5, -0.5]
    p = np.linspace(0.2, 0.9, 141)
    figures.draw_loss_along(ax, loss, truth, direction, p, start=[0.0, 0.5, 0.5])
    value, slope, _ = (line.get_ydata() for line in ax.lines)
    np.testing.assert_allclose(value, -np.log(p), rtol=1e-12)
    np.testing.assert_allclose(slope, -1 / p, rtol=1e-12)
    ax.clear()
    figures.draw_loss_along(ax, lb.kl_divergence, [0.5, 0.5], [1.0, -1.0], p, start=[0.0, 1.0])
    value, slope, _ = (line.get_ydata() for line in ax.lines)
    np.testing.assert_allclose(np.gradient(value, p)[1:-1], slope[1:-1], atol=2e-2)


def test_draw_loss_along_draws_single_predictions_too(ax):
    figures.draw_loss_along(ax, lb.huber, [1.0], [1.0], [-2, 1, 2], delta=2.0)
    value, slope, _ = (line.get_ydata() for line in ax.lines)
    assert list(value) == [4, 0, 0.5] and list(slope) == [-2, 0, 1]


def test_draw_distributions_leans_each_on_its_place_on_one_scale(ax):
    figures.draw_distributions(ax, [0, 10], [1, 2, 3], [[0, 2, 0], [1, 4, 1]], width=8)
    curves = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 3]
    assert [list(x) for x in curves] == [[0, 4, 0], [12, 18, 12]]
    edges = [area.get_paths()[0].vertices[:, 0] for area in ax.collections]
    assert [(x.min(), x.max()) for x in edges] == [(0, 4), (10, 18)]


def test_draw_distributions_draws_counts_as_bars(ax):
    figures.draw_distributions(ax, [0, 10], [0, 1], [[1, 2], [4, 0]], width=8, counts=True)
    bars = [bar[:, 0].tolist() for rows in ax.collections for bar in rows.get_segments()]
    assert bars == [[0, 2], [0, 4], [10, 18], [10, 10]]


def test_draw_distributions_needs_a_row_for_each_place(ax):
    with pytest.raises(ValueError, match="zip"):
        figures.draw_distributions(ax, [0, 10], [1, 2], [[1, 2]], width=1)


def test_draw_digits_needs_a_title_for_each(ax):
    with pytest.raises(ValueError, match="zip"):
        figures.draw_digits([ax], np.zeros((1, 64)), ["one", "two"])


def test_draw_network_names_columns_and_shapes(ax):
    figures.draw_network(ax, [("pixels", 64), ("hidden", 3), ("scores", 10)], drawn=4)
    said = [text.get_text() for text in ax.texts]
    assert {"pixels\n64", "hidden\n3", "scores\n10"} <= set(said)
    assert {"weight (64, 3)\nbias (3,)", "weight (3, 10)\nbias (10,)"} <= set(said)


def test_draw_network_draws_a_small_column_whole_and_dots_in_a_large_one(ax):
    figures.draw_network(ax, [("pixels", 5), ("hidden", 3), ("scores", 4)], drawn=4)
    *joints, first, second, last = ax.collections
    columns = [column.get_offsets()[:, 1] for column in (first, second, last)]
    assert [len(column) for column in columns] == [4, 3, 4]
    assert [len(lines.get_segments()) for lines in joints] == [4 * 3, 3 * 4]
    dots = [text.get_position() for text in ax.texts if text.get_text() == "⋮"]
    assert dots == [(0, 0)]
    even = [np.ptp(np.diff(column)) < 1e-9 for column in columns]
    assert even == [False, True, True]  # the dots stand in a gap

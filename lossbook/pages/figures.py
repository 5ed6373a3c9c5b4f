"""The book's look, and what a figure shows as text.

A notebook test compares text, not pictures.  So `use_book_style` gives every figure a text form,
its plotted data, that is stored beside the picture: a figure that changes fails the test.
Matplotlib is needed here and nowhere else in lossbook.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..loss import Loss

try:
    import matplotlib.pyplot as plt
    from cycler import cycler
    from matplotlib.axes import Axes
    from matplotlib.collections import Collection, LineCollection, PolyQuadMesh, QuadMesh
    from matplotlib.figure import Figure
except ModuleNotFoundError as error:
    raise ImportError("figures needs Matplotlib: pip install lossbook[figures]") from error

INK = "#222222"
STYLE: dict[Any, Any] = {
    "figure.figsize": (5.2, 3.2),
    "figure.dpi": 160,
    "figure.facecolor": "none",  # the page shines through, light or dark
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.framealpha": 0,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#808080",
    "grid.alpha": 0.25,
    "lines.linewidth": 2,
    "image.cmap": "cividis",
    "figure.constrained_layout.use": True,
    # colours that colour-blind readers tell apart (Okabe and Ito), and a line style for each
    "axes.prop_cycle": cycler(color=["#0072B2", "#D55E00", "#009E73", "#AA4499", "#56B4E9"])
    + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]),
}
SAMPLES = 9  # points of a curve that its text form holds
MEASURED = "measured"  # the gid of a line of times or rounding errors: other machines, other values


def use_book_style() -> None:
    """Set the book's look for all figures; in a notebook, store their data as text as well."""
    plt.rcParams.update(STYLE)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        # A notebook's backend, when it is loaded, forgets how figures are printed: load it first.
        plt.switch_backend(plt.get_backend())
        text = shell.display_formatter.formatters["text/plain"]
        text.for_type(Figure, lambda figure, printer, cycle: printer.text(figure_data(figure)))


def draw_loss(ax: Axes, loss: Loss, y_true: float, y_pred: ArrayLike, **parameters: Any) -> None:
    """Draw value (solid, C0) and slope (dashed, C1) of an element-wise loss against ``y_pred``."""
    y_pred = np.asarray(y_pred, float)
    truth = np.full(y_pred.shape, y_true)
    value = loss(truth, y_pred, reduction="none", **parameters)
    slope = loss.gradient(truth, y_pred, reduction="sum", **parameters)
    _draw_value_and_slope(ax, y_pred, value, slope)


def draw_loss_along(
    ax: Axes,
    loss: Loss,
    y_true: ArrayLike,
    direction: ArrayLike,
    x: ArrayLike,
    *,
    start: ArrayLike = 0.0,
    **parameters: Any,
) -> None:
    """Draw value and slope of one example whose prediction is ``start + x * direction``.

    ``y_true`` and ``direction`` are rows, (k,): so this draws losses of a whole row, too.  A loss
    that takes one number for each row gets a number as ``y_true``.  The slope is the derivative by
    ``x``: the gradient times the direction.
    """
    x, direction = np.asarray(x, float), np.asarray(direction, float)
    y_pred = np.asarray(start) + np.outer(x, direction)
    truth = np.tile(y_true, (len(x),) + (1,) * np.ndim(y_true))
    value = loss(truth, y_pred, reduction="none", **parameters)
    slope = loss.gradient(truth, y_pred, reduction="sum", **parameters) @ direction
    _draw_value_and_slope(ax, x, np.ravel(value), slope)


def _draw_value_and_slope(ax: Axes, x: Any, value: Any, slope: Any) -> None:
    ax.plot(x, value, "C0-", label="value")
    ax.plot(x, slope, "C1--", label="slope")
    ax.axhline(0, color=INK, linewidth=0.8, linestyle="-")
    ax.legend()


def draw_distributions(
    ax: Axes,
    places: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    *,
    width: float,
    counts: bool = False,
) -> None:
    """Draw the distribution of y at each of the places along x: a curve that leans to the right.

    ``heights`` has a row for each place: densities, or with ``counts`` the probabilities of whole
    numbers, as bars.  All share one scale; the largest reaches ``width`` to the right of its place.
    """
    y, heights = np.asarray(y, float), np.asarray(heights, float)
    reach = width * heights / heights.max()
    for place, right in zip(np.asarray(places, float), reach, strict=True):
        ax.axvline(place, color="#808080", linewidth=0.8, linestyle="-")
        if counts:
            ax.hlines(y, place, place + right, color="C1", linewidth=1.5, linestyle="-")
        else:
            ax.fill_betweenx(y, place, place + right, color="C1", alpha=0.25, linewidth=0)
            ax.plot(place + right, y, "C1-", linewidth=1)


def draw_digits(axes: Iterable[Axes], images: ArrayLike, titles: Sequence[str]) -> None:
    """Draw one 8×8 digit into each of the axes, dark ink on the page, with a title above."""
    for ax, image, title in zip(np.ravel(list(axes)), np.asarray(images), titles, strict=True):
        ax.imshow(image.reshape(8, 8), cmap="gray_r")
        ax.set_title(title)
        ax.set_axis_off()


def draw_network(ax: Axes, layers: Sequence[tuple[str, int]], *, drawn: int = 6) -> None:
    """Draw a network from left to right: a column of circles for each layer, joined by lines.

    ``layers`` names each column and says how many numbers it holds; between two columns stand the
    shapes of weight and bias.  A column of more than ``drawn`` numbers has a gap with three dots.
    """
    columns = [_circles(size, drawn) for _, size in layers]
    for x, (here, there) in enumerate(pairwise(columns)):
        joints = [[(x, a), (x + 1, b)] for a in here for b in there]
        ax.add_collection(LineCollection(joints, color="#808080", linewidth=0.5, zorder=1))
        inputs, outputs = layers[x][1], layers[x + 1][1]
        shapes = f"weight ({inputs}, {outputs})\nbias ({outputs},)"
        ax.text(x + 0.5, -0.66, shapes, ha="center", va="top", fontsize="small")
    for x, ((name, size), heights) in enumerate(zip(layers, columns, strict=True)):
        marks = np.full(len(heights), float(x))
        ax.scatter(marks, heights, s=60, facecolor="#ffffff", edgecolor=INK, zorder=2)
        ax.text(x, 0.64, f"{name}\n{size}", ha="center", va="bottom")
        if size > len(heights):
            ax.text(x, 0, "⋮", ha="center", va="center", fontsize="large")
    ax.set(xlim=(-0.3, len(layers) - 0.7), ylim=(-1, 1))
    ax.set_axis_off()


def _circles(size: int, drawn: int) -> NDArray[np.float64]:
    """The heights of the circles of a column, from the top, between 0.5 and -0.5."""
    if size <= drawn:
        return (np.arange(size) - (size - 1) / 2) * -1 / max(drawn - 1, 1)
    heights = np.linspace(0.5, -0.5, drawn + 1)
    return np.delete(heights, drawn // 2)  # the gap


def figure_data(figure: Figure) -> str:
    """What a figure shows, as text: labels and the plotted numbers, rounded to 4 digits.

    Pictures and heat maps are an "image" or a "mesh": the site shows these alike in both themes.
    Of a long curve the text holds its length, its range, its mean and a few points, so that it
    stays short and still changes when the curve does.

    >>> figure, ax = plt.subplots()
    >>> _ = ax.plot([0, 1, 2], [0, 1, 4], label="square")
    >>> print(figure_data(figure))
    axes
      line 'square': x 0 1 2 | y 0 1 4
    >>> plt.close(figure)
    """
    return "\n".join(line for ax in figure.axes for line in _axes_data(ax))


def _axes_data(ax: Axes) -> Iterable[str]:
    labels = [ax.get_title(), ax.get_xlabel(), ax.get_ylabel()]
    scales = [s for s in (ax.get_xscale(), ax.get_yscale()) if s != "linear"]
    yield " ".join(["axes", *(repr(label) for label in labels if label), *scales])
    for line in ax.lines:
        if line.get_gid() == MEASURED:
            yield f"  line{_label(line)}: {np.size(line.get_xdata())} measured points"
            continue
        x, y = line.get_data()
        yield f"  line{_label(line)}: x {_numbers(x)} | y {_numbers(y)}"
    for collection in ax.collections:
        kind = "mesh" if _is_mesh(collection) else "points"
        yield f"  {kind}{_label(collection)}: {_collection_data(collection)}"
    for image in ax.images:
        pixels: Any = image.get_array()
        yield f"  image {pixels.shape}: {_numbers(pixels)}"
    for patch in ax.patches:
        corners = patch.get_path().get_extents(patch.get_patch_transform())
        yield f"  patch{_label(patch)}: {_numbers(corners)}"
    for text in ax.texts:
        yield f"  text {text.get_text()!r}"


def _label(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else f" {label!r}"


def _collection_data(collection: Collection) -> str:
    offsets = np.ma.getdata(collection.get_offsets())
    points = offsets if len(offsets) > 1 or not collection.get_paths() else _vertices(collection)
    parts = [f"x {_numbers(points[:, 0])} | y {_numbers(points[:, 1])}"]
    if collection.get_array() is not None:
        parts.append(f"colour {_numbers(collection.get_array())}")
    return " | ".join(parts)


def _is_mesh(collection: Collection) -> bool:
    """Does it cover an area with colours that stand for numbers?"""
    return isinstance(collection, QuadMesh | PolyQuadMesh) or getattr(collection, "filled", False)


def _vertices(collection: Collection) -> NDArray[Any]:
    every = [np.asarray(path.vertices) for path in collection.get_paths()]
    return np.concatenate([vertices for vertices in every if len(vertices)])


def _numbers(array: Any) -> str:
    """A short array whole; of a long one its length, range, mean and a few entries."""
    flat: NDArray[np.float64] = np.ravel(np.ma.filled(np.ma.asarray(array, dtype=float), np.nan))
    known = np.abs(flat[np.isfinite(flat)])
    noise = 1e-12 * known.max(initial=0)  # rounding error beside the largest entry
    if len(flat) <= 2 * SAMPLES:
        return " ".join(_number(x, noise) for x in flat)
    few = flat[np.linspace(0, len(flat) - 1, SAMPLES).round().astype(int)]
    low, high, mean = (_number(x, noise) for x in (flat.min(), flat.max(), flat.mean()))
    return f"({len(flat)} from {low} to {high}, mean {mean}) " + " ".join(
        _number(x, noise) for x in few
    )


def _number(x: float, noise: float) -> str:
    return "0" if abs(x) <= noise else f"{x:.4g}"

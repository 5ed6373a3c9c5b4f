"""The picture of the page "How fast is it?": a mark for each loss in each library, as lines of SVG.

It stands in the page itself, so its letters and lines have the colour of the page's text, light or
dark; its marks have the colours of the book's figures.
"""

from html import escape
from math import log
from textwrap import wrap

from lossbook.pages import figures

COLORS = figures.STYLE["axes.prop_cycle"].by_key()["color"]
SHAPES = [  # as large as each other, around 0, 0; told apart without colour
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "M-4.5-4.5h9v9h-9z",
    "M0-6.5L6.5 0L0 6.5L-6.5 0z",
    "M0-6L6 5H-6z",
    "M0 6L6-5H-6z",
]
WIDTH, LEFT, RIGHT, ROW = 480, 172, 468, 34
TOP = 84  # the first row; above it the legend and the names of the two sides
LEGEND = [(8, 14), (146, 14), (252, 14), (8, 38), (146, 38)]
TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10]


def picture(rows: dict, names: list[str], limits: tuple[float, float], alternative: str) -> str:
    """An SVG of ``rows``: name of a loss → the ratios of the libraries ``names``, None for none."""
    low, high = map(log, limits)

    def across(ratio):
        return round(LEFT + (RIGHT - LEFT) * (log(ratio) - low) / (high - low), 1)

    bottom = TOP + ROW * (len(rows) - 1)
    one, ticks = across(1), {across(ratio): f"{ratio:g}" for ratio in TICKS}
    parts = [
        text(one - 8, TOP - 24, "◂ the other is faster", 'text-anchor="end"'),
        text(one + 8, TOP - 24, "lossbook is faster ▸"),
        f'<path d="M{one} {TOP - 36}V{bottom + 16}" stroke="currentColor"/>',
    ]
    for x, words in ticks.items():
        parts.append(text(x, bottom + 34, words, 'text-anchor="middle"'))
        parts.append(faint(f"M{x} {TOP - 16}V{bottom + 16}"))
    marks = [mark(kind, x, y - 5) for kind, (x, y) in enumerate(LEGEND[: len(names)])]
    for (x, y), name in zip(LEGEND, names, strict=False):
        parts.append(text(x + 12, y, name))
    for y, (loss, ratios) in zip(range(TOP, bottom + 1, ROW), rows.items(), strict=True):
        lines = wrap(loss, 22)
        for line, shift in zip(lines, (5,) if len(lines) == 1 else (-3, 13), strict=True):
            parts.append(text(LEFT - 8, y + shift, line, 'text-anchor="end"'))
        parts.append(faint(f"M{LEFT} {y}H{RIGHT}"))
        known = [(kind, ratio) for kind, ratio in enumerate(ratios) if ratio]
        marks += [mark(kind, across(ratio), y) for kind, ratio in known]
    head = f'viewBox="0 0 {WIDTH} {bottom + 44}" role="img" aria-label="{escape(alternative)}"'
    group = f'<g class="marks" stroke="{figures.INK}" stroke-width="0.7">'
    body = "\n".join([*parts, group, *marks, "</g>"])
    return f'<svg class="dots" {head}>\n{body}\n</svg>'


def text(x, y, words, more=""):
    return f'<text x="{x}" y="{y}" {more}>{escape(words)}</text>'


def faint(path):
    return f'<path d="{path}" stroke="currentColor" stroke-opacity="0.2"/>'


def mark(kind, x, y):
    return f'<path d="{SHAPES[kind]}" fill="{COLORS[kind]}" transform="translate({x} {y})"/>'

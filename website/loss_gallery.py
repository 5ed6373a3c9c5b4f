"""A Sphinx extension: the list on top of the loss cards becomes a gallery of their curves.

Drawn as lines in the page, the curves are sharp, light, and at home in both themes.  They stand
beside the names, so a screen reader need not hear of them.
"""

from collections.abc import Iterator
from itertools import pairwise

import matplotlib.pyplot as plt
import nbformat
import numpy as np
from docutils import nodes
from sphinx.transforms import SphinxTransform

import lossbook as lb
from lossbook.pages import figures
from website.cross_references import names_in

PAGE = "chapters/appendix/loss-cards"

WIDTH, HEIGHT = 120, 66
EVERY = 3  # of the 241 points that a card draws
COLORS = figures.STYLE["axes.prop_cycle"].by_key()["color"]
DASHES = "", 'stroke-dasharray="5 3"'
KEY = '<p class="gallery-key">Solid: the value of the loss. Dashed: its slope.</p>'


class Gallery(SphinxTransform):
    """Each link of the list gets the curves of the card that it leads to."""

    default_priority = 500

    def apply(self, **kwargs):
        if self.env.docname != PAGE:
            return
        drawings = dict(drawings_of(nbformat.read(self.env.doc2path(PAGE), as_version=4)))
        for link in list(self.document.findall(nodes.reference)):
            if code := drawings.get(link.get("refuri")):
                link.insert(0, nodes.raw("", picture(*curves(code)), format="html"))
        gallery = next(self.document.findall(nodes.bullet_list))
        gallery["classes"].append("gallery")
        gallery.parent.insert(gallery.parent.index(gallery) + 1, nodes.raw("", KEY, format="html"))


def drawings_of(notebook) -> Iterator[tuple[str, str]]:
    """The link to each card, and the code of the cell below its name, which draws its figure."""
    for name, figure in pairwise(notebook.cells):
        if name.source.startswith('<a id="card-'):
            yield f"#{names_in(name)[0]}", figure.source


def curves(code: str):
    """Where the code of a figure draws, and the value and the slope that it draws there."""
    names = {"plt": plt, "np": np, "lb": lb, "figures": figures}
    exec(code.removesuffix("plt.show()"), names)
    (x, value), (_, slope) = (line.get_data() for line in names["ax"].lines[:2])
    plt.close(names["fig"])
    return x, value, slope


def picture(x, *ys) -> str:
    """Curves as lines of an SVG, with the line of 0."""
    low, high = min(0, *map(np.min, ys)), max(0, *map(np.max, ys))
    across = np.linspace(2, WIDTH - 2, len(x))
    zero, *down = [2 + (HEIGHT - 4) * (high - y) / (high - low) for y in (0, *ys)]
    lines = "".join(
        f'<path d="M{path(across[::EVERY], y[::EVERY])}" stroke="{color}" {dashes}/>'
        for y, color, dashes in zip(down, COLORS, DASHES, strict=False)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<path d="M0 {zero:.3g}H{WIDTH}"/>{lines}</svg>'
    )


def path(xs, ys) -> str:
    return "L".join(f"{x:.3g} {y:.3g}" for x, y in zip(xs, ys, strict=True))


def setup(app):
    app.add_transform(Gallery)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A Sphinx extension: the list on top of the loss cards becomes a gallery of their curves.

Drawn as lines in the page, the curves are sharp, light, and at home in both themes.  They stand
beside the names, so a screen reader need not hear of them.
"""

from pathlib import Path

import numpy as np
from docutils import nodes
from loss_cards import PAGE, Card
from sphinx.transforms import SphinxTransform

import lossbook as lb
from lossbook import figures

WIDTH, HEIGHT = 120, 66
EVERY = 3  # of the 241 points that a card draws
COLORS = figures.STYLE["axes.prop_cycle"].by_key()["color"]
DASHES = "", 'stroke-dasharray="5 3"'
KEY = '<p class="gallery-key">Solid: the value of the loss. Dashed: its slope.</p>'


class Gallery(SphinxTransform):
    """Each link of the list gets the curves of the card that it leads to."""

    default_priority = 500

    def apply(self, **kwargs):
        if Path(self.env.doc2path(self.env.docname)) != PAGE:
            return
        names = {f"#card-{name.replace('_', '-')}": name for name in lb.losses}
        for link in list(self.document.findall(nodes.reference)):
            if name := names.get(link.get("refuri")):
                link.insert(0, nodes.raw("", picture(*Card(name).curves()), format="html"))
        gallery = next(self.document.findall(nodes.bullet_list))
        gallery["classes"].append("gallery")
        gallery.parent.insert(gallery.parent.index(gallery) + 1, nodes.raw("", KEY, format="html"))


def picture(x, *curves) -> str:
    """Curves as lines of an SVG, with the line of 0."""
    low, high = min(0, *map(np.min, curves)), max(0, *map(np.max, curves))
    across = np.linspace(2, WIDTH - 2, len(x))
    zero, *down = [2 + (HEIGHT - 4) * (high - y) / (high - low) for y in (0, *curves)]
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

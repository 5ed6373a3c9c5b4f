"""A Sphinx extension: in the dark theme, pictures and heat maps keep their shades.

book.css inverts a drawing of lines there: dark ink turns light. In the picture of a digit or in a
heat map that would turn much into little. What a figure shows stands in its text form, see
`lossbook.pages.figures.figure_data`; one with shades gets the class "picture", and stays as it is.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

SHADES = re.compile(r"^  (image|mesh)\b", re.M)


class Pictures(SphinxTransform):
    """A class for the image of a figure that is told apart by light and dark."""

    default_priority = 500  # an output still has all its forms; the builder chooses one later

    def apply(self, **kwargs):
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "mime_bundle" and SHADES.search(output.astext()):
                for image in output.findall(nodes.image):
                    image["classes"].append("picture")


def setup(app):
    app.add_transform(Pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

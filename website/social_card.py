"""A Sphinx extension: the picture that stands for the book where a page of it is shared."""

import base64
import io
from pathlib import Path

import nbformat
from PIL import Image

SIZE = 1200, 630  # what the sites that show such cards ask for
MARGIN = 40


def draw(app, error):
    """The picture of the first page, on white: there it has no page to shine through."""
    if error or app.builder.format != "html":
        return
    card = Image.new("RGB", SIZE, "white")
    picture = Image.open(io.BytesIO(first_picture(Path(app.srcdir, "chapters", "index.ipynb"))))
    scale = min((side - 2 * MARGIN) / size for side, size in zip(SIZE, picture.size, strict=True))
    picture = picture.resize([round(scale * size) for size in picture.size])
    corner = [(side - size) // 2 for side, size in zip(SIZE, picture.size, strict=True)]
    card.paste(picture, tuple(corner), picture)
    card.save(Path(app.outdir, app.config.ogp_image), optimize=True)


def first_picture(path: Path) -> bytes:
    """The PNG that the first cell with a picture has drawn."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                return base64.b64decode(output.data["image/png"])
    raise ValueError(f"no picture in {path}")


def setup(app):
    app.connect("build-finished", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

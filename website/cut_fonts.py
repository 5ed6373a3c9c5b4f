"""Cut a font to the characters that a page shows."""

from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font


def subset(source: Path, target: Path, characters: str):
    """Save at `target` the font at `source` with the glyphs for these characters alone.

    Glyphs that these need, such as the larger brackets of a font for mathematics, come along.
    """
    options = Options(
        flavor="woff2", layout_features=["*"], hinting=False, ignore_missing_unicodes=True
    )
    font = load_font(str(source), options)
    cutter = Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    save_font(font, str(target), options)

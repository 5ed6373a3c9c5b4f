"""A Sphinx extension: the search finds the Greek letters that formulas write as TeX.

Who searches for λ means \\lambda, too. Sphinx would index the word "lambda" alone.
"""

import re
import unicodedata

from sphinx.search import languages
from sphinx.search.en import SearchEnglish

COMMAND = re.compile(r"\\(?:var)?([A-Za-z]+)")


def letter(command: re.Match) -> str:
    kind = "CAPITAL" if command[1][0].isupper() else "SMALL"
    name = re.sub("(?i)lambda", "lamda", command[1])  # as Unicode spells it
    try:
        return f" {unicodedata.lookup(f'GREEK {kind} LETTER {name}')} "
    except KeyError:  # \frac, \log, …
        return command[0]


class WithSymbols(SearchEnglish):
    """English, where \\lambda is λ."""

    def split(self, text):
        return super().split(COMMAND.sub(letter, text))


def setup(app):
    languages["en"] = WithSymbols
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The blocks in other libraries (website/library_tabs.py): what they say, and their form."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.notebooks import text_of
from website.library_tabs import BLOCK, LIBRARIES, RUN

LINE = 72  # characters of a line of code, as in a cell
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"
SAID = re.compile(rf"\S  # ({NUMBER})$")  # at the end of the last line
PRINTED = re.compile(rf"(?<![\w.]){NUMBER}(?![\w.]*\d)")
# What looks like a part of a block: the name of a library alone in bold, code between fences.
NAME = re.compile(rf"^ *\*\*({'|'.join(LIBRARIES)})\W*\*\*\W*$", re.MULTILINE | re.IGNORECASE)
FENCED = re.compile(r"^ *(?:```|~~~).*\n((?:.*\n)*?) *(?:```|~~~)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """What a reader writes in a library, and what the nearest code cell above it has printed."""

    library: str
    code: str
    printed: str

    @property
    def number(self) -> str | None:
        """What the last line says that it comes to."""
        said = SAID.search(self.code.rstrip("\n"))
        return said and said[1]


def blocks(notebook) -> Iterator[Block]:
    printed = ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            printed = "\n".join(map(text_of, cell.outputs))
        else:
            for library, code in BLOCK.findall(cell.source):
                yield Block(library, code, printed)


# What it comes to


def answer(code: str) -> float:
    """What its last line comes to, when all of it runs in a namespace of its own."""
    *lines, last = ast.parse(code).body
    namespace: dict = {}
    exec(compile(ast.Module(lines, []), "<block>", "exec"), namespace)
    return float(eval(compile(ast.Expression(last.value), "<block>", "eval"), namespace))


def agrees(answer: float, number: str) -> bool:
    """Is it the number, as far as that has digits?"""
    digits, _, exponent = number.partition("e")
    last_digit = int(exponent or 0) - len(digits.partition(".")[2])
    return abs(answer - float(number)) <= 0.500001 * 10**last_digit


# Its form


def problems(notebook) -> list[str]:
    """What is wrong with the blocks of a notebook, as far as no library is needed to see it."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [
        *(problem for text in texts for problem in loose_parts(text)),
        *(problem for text in texts for problem in disorder(text)),
        *(f"{it.library}: {problem}" for it in blocks(notebook) for problem in faults(it)),
    ]


def loose_parts(text: str) -> Iterator[str]:
    """The parts of blocks that are none, because something is missing between them or wrong."""
    rest = BLOCK.sub("", text)
    for name in NAME.findall(rest):
        yield f"**{name}** is no block: exactly its name, an empty line and ```python are needed"
    for code in FENCED.findall(rest):
        if imported := imports(code) & set.union(*LIBRARIES.values()):
            yield f"code imports {', '.join(sorted(imported))} without the library's name above it"


def disorder(text: str) -> Iterator[str]:
    for run in RUN.finditer(text):
        names = [library for library, _ in BLOCK.findall(run[0])]
        if names != [library for library in LIBRARIES if library in names]:
            yield f"tabs {', '.join(names)}; needed is each library once, as {', '.join(LIBRARIES)}"


def faults(block: Block) -> Iterator[str]:
    try:
        tree = ast.parse(block.code)
    except SyntaxError:
        yield "not plain Python"
        return
    for line in block.code.splitlines():
        if len(line) > LINE:
            yield f"a line longer than {LINE} characters: {line!r}"
    if not imports(block.code) & LIBRARIES[block.library]:
        yield f"does not import {' or '.join(sorted(LIBRARIES[block.library]))}"
    if not isinstance(tree.body[-1], ast.Expr) or not block.number:
        yield "the last line is no expression with two blanks, # and a number behind it"
    elif block.number not in PRINTED.findall(block.printed):
        yield f"{block.number} is not printed by the nearest code cell above"


def imports(code: str) -> set[str]:
    """The packages that it imports, from each line that looks like it."""
    return set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE))

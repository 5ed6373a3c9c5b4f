"""Write the data of four explorable figures, as scripts that a page can load from a file, too.

    python -m tools.explorable_data

* loss-explorer-data.js: title and unit of each loss that losses.js knows.
* outlier-line-data.js: Belgium's phone calls, and the years whose record holds minutes.
* threshold-data.js: whether each test picture shows an 8, and its scores by linear models as
  chapter 3.6 trains them: in each of them an 8 counts as much as the class weight says.
* digit-drawer-data.js: the parameters of the network that chapter 1.1 trains, to four decimals, as
  its own cells leave them; a test picture that it gets wrong, and one of each digit that it reads.

Scores are stored in thousandths, as integers.
"""

import contextlib
import io
import json
import re

import matplotlib
import nbformat
import numpy as np

import lossbook as lb
from website.find_pages import ROOT

FOLDER = ROOT / "website" / "explorables"
RARE = ROOT / "chapters" / "3-losses" / "3-6-rare-classes.ipynb"
LEARNING = ROOT / "chapters" / "1-background" / "1-1-deep-learning.ipynb"
WEIGHTS = [1, 2, 3, 5, 9, 20]


def drawn() -> list[str]:
    """The losses that losses.js knows; they need not be all."""
    script = (FOLDER / "losses.js").read_text(encoding="utf-8")
    return re.findall(r"^    (\w+): of\(", script, re.MULTILINE)


def titles_and_units() -> dict:
    properties = {name: lb.losses[name].properties for name in drawn()}
    return {name: [p.title, p.unit.replace("none", "")] for name, p in properties.items()}


def phone_calls() -> dict:
    year, calls = lb.datasets.belgian_phone_calls()
    return {"year": year.tolist(), "calls": calls.tolist(), "minutes": list(range(1964, 1970))}


def eights() -> dict:
    found = left_by_cells(RARE, "ce-rare-plain")
    learn, loss = found["learn"], lb.binary_cross_entropy_with_logits
    # The scores of the test part, the last of three, after the last step.
    scores = [learn("line", 0, loss, pos_weight=float(w))[-1][-1] for w in WEIGHTS]
    _, y_test = found["divide"](0)[-1]
    return {
        "weights": WEIGHTS,
        "isEight": y_test.tolist(),
        "milliscores": [np.rint(1000 * z).astype(int).tolist() for z in scores],
    }


def left_by_cells(path, name) -> dict:
    """The variables of a notebook when it comes to the cell of this name."""
    matplotlib.use("agg")
    variables = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.metadata.get("book", {}).get("name") == name:
            return variables
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, variables)
    raise LookupError(f"{path.name} has no cell {name}")


def trained_network() -> dict:
    found = left_by_cells(LEARNING, "learning-drawn-digit")
    network, X, y = (found[name] for name in ("network", "X_test", "y_test"))
    right = network.predict(X).argmax(axis=1) == y
    shown = [np.argmin(right), *(np.argmax(right & (y == digit)) for digit in range(10))]
    return {
        "parameters": network.parameters.round(4).tolist(),
        "examples": [[int(y[i]), np.rint(16 * X[i]).astype(int).tolist()] for i in shown],
    }


DATA = {
    "loss-explorer": titles_and_units,
    "outlier-line": phone_calls,
    "threshold": eights,
    "digit-drawer": trained_network,
}


def script(name: str) -> str:
    """What the data file of an explorable holds."""
    data = json.dumps(DATA[name](), separators=(",", ":"), ensure_ascii=False)
    return f'// Written by tools.explorable_data.\n(LossBook.data ??= {{}})["{name}"] = {data};\n'


if __name__ == "__main__":
    for name in DATA:
        path = FOLDER / f"{name}-data.js"
        path.write_text(script(name), encoding="utf-8", newline="\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB")

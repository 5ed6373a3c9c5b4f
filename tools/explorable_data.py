"""Write the data of three explorable figures, as scripts that a page can load from a file, too.

    python -m tools.explorable_data

* loss-explorer-data.js: title and unit of each loss that losses.js knows.
* outlier-line-data.js: Belgium's phone calls, and the years whose record holds minutes.
* threshold-data.js: whether each test picture shows an 8, and its scores by linear models that
  chapter 3.2 trains: in each of them an 8 counts as much as the class weight says.

Scores are stored in thousandths, as integers.
"""

import json
import re

import numpy as np

import lossbook as lb
from website.find_pages import ROOT

FOLDER = ROOT / "website" / "explorables"
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
    X, digit = lb.datasets.digits()
    A = np.column_stack([X, np.ones(len(X))])
    train, (A_test, digit_test) = lb.datasets.split(A, digit, parts=(0.5, 0.5))
    scores = {w: np.rint(1000 * A_test @ learn(*train, float(w))).astype(int) for w in WEIGHTS}
    return {
        "weights": WEIGHTS,
        "isEight": (digit_test == 8).astype(int).tolist(),
        "milliscores": [scores[w].tolist() for w in WEIGHTS],
    }


def learn(A, digit, weight):
    """The parameters of a linear model of "it is an 8", trained as in chapter 3.2."""
    y = (digit == 8).astype(int)

    def objective(theta):
        value, slope = lb.binary_cross_entropy_with_logits.value_and_gradient(
            y, A @ theta, pos_weight=weight
        )
        return value, A.T @ slope

    return lb.descend(objective, np.zeros(A.shape[1]), lb.GradientDescent(1.0), steps=600).point


DATA = {"loss-explorer": titles_and_units, "outlier-line": phone_calls, "threshold": eights}


def script(name: str) -> str:
    """What the data file of an explorable holds."""
    data = json.dumps(DATA[name](), separators=(",", ":"), ensure_ascii=False)
    return f'// Written by tools.explorable_data.\n(LossBook.data ??= {{}})["{name}"] = {data};\n'


if __name__ == "__main__":
    for name in DATA:
        path = FOLDER / f"{name}-data.js"
        path.write_text(script(name), encoding="utf-8", newline="\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB")

"""The exact value and slope of every loss at chosen inputs, as losses.json beside this file.

    pip install -e ".[libraries]" -c constraints.txt
    python -m tests.references.losses

Each loss is written once more in its spec (tests/losses/), as its definition reads, and evaluated
by mpmath on the exact numbers that the inputs are.  Nothing of lossbook is used.  A definition such
as −log(1/(1 + e^−z)) loses 4343 digits at z = 10000, so `digits` works out for each example how
many it needs, and 60 more are carried.  Each slope off a kink is compared with a numerical
derivative before it is written.  ``tests/losses/test_stored_references.py`` compares lossbook with
the file; it needs no mpmath.

In the file: one table for each loss, its parameters, the kind of targets, the dtype and the number
of classes or labels; one example per row: y_true, y_pred, value, slope.  Where the slope is a
difference of two terms that both count (soft targets), a fifth column holds the larger of the two.
Inputs are the shortest decimals that round to the float of the table's dtype.  Results are rounded
to the nearest float64, in float32 tables to 10 digits; beyond the largest float they are Infinity.
Written twice, the file is the same; a table that it has already keeps its place.
"""

import json
import platform
from math import copysign, inf, isfinite, log10
from pathlib import Path

import mpmath
import numpy as np
from mpmath import log, mp, mpf

from tests.support.loss_spec import PerType
from tests.support.loss_specs import SPECS
from tests.support.number_kinds import many_digits
from tests.support.stored import in_stored_order

FILE = Path(__file__).with_suffix(".json")
DIGITS = many_digits()


def digits(numbers, scores):
    """Enough for 1 ± x and 1 ± x² next to the smallest x, and for 1 − p at the largest score."""
    magnitudes = [abs(log10(abs(x))) for x in numbers if x]
    spread = max(scores) - min(scores) if len(scores) > 1 else abs(scores[0]) if scores else 0
    return 60 + int(2 * max(magnitudes, default=0) + spread / log(10))


def is_smooth(spec, y, p, terms):
    """Not at a kink, and no logarithm of 0 nearby."""
    return not spec.kink(y, p) and all(mp.isfinite(term) for pair in terms for term in pair)


def evaluate(spec, y, p, parameters):
    """Value of a number or a row, and its slope as pairs of terms, compared with differences."""
    mp.dps = digits(flat(y) + flat(p), flat(p) if spec.scores else [])
    y, p = ([mpf(x) for x in a] if isinstance(a, list) else mpf(a) for a in (y, p))
    exact = {name: exactly(value) for name, value in parameters.items()}
    value, terms = spec.definition(DIGITS, y, p, **exact)
    pairs = terms if spec.of_rows else [terms]
    if is_smooth(spec, y, p, pairs):
        for j, (up, down) in enumerate(pairs):

            def moved(x, j=j):
                there = [*p[:j], x, *p[j + 1 :]] if spec.of_rows else x
                return spec.definition(DIGITS, y, there, **exact)[0]

            error = abs(mpmath.diff(moved, p[j] if spec.of_rows else p) - (up - down))
            allowed = mpf(10) ** -25 * abs(up - down) + mpf(10) ** (15 - mp.dps)
            assert error <= allowed, (spec.loss, parameters, y, p, j)
    return value, pairs


def exactly(value):
    return [mpf(x) for x in value] if isinstance(value, list) else mpf(value)


def rounded(number, dtype):
    number = float(number)
    if dtype == "float64" or not isfinite(number):
        return number
    beyond = abs(number) > float(np.finfo(dtype).max)
    return copysign(inf, number) if beyond else float(f"{number:.10g}")


def as_given(number, dtype):
    """The float that the input is, and the shortest decimal for it."""
    if isinstance(number, int):
        return number, number
    held = np.dtype(dtype).type(number)
    short = float(str(held))
    assert np.dtype(dtype).type(short) == held
    return float(held), short


def flat(nested):
    return list(nested) if isinstance(nested, (list, tuple)) else [nested]


def example(spec, y_true, y_pred, parameters, kind, dtype):
    """y_true and y_pred as they are written, value, slope, larger term of the slope; all lists."""
    y, labels = map(list, zip(*(as_given(number, dtype) for number in flat(y_true)), strict=True))
    p, scores = map(list, zip(*(as_given(number, dtype) for number in flat(y_pred)), strict=True))
    if spec.of_rows:
        if not isinstance(y_true, (list, tuple)) and kind != "classes":
            [y], [labels] = y, labels  # a number for a row of predictions
        y = [int(j == y_true) for j in range(len(p))] if kind == "classes" else y
        value, pairs = evaluate(spec, y, p, parameters)
        values = [value]
    else:
        parts = [
            evaluate(spec, *one)
            for one in zip(y, p, of_each_label(parameters, len(p)), strict=True)
        ]
        values, pairs = [value for value, _ in parts], [pair for _, (pair,) in parts]
    slopes = [rounded(up - down, dtype) for up, down in pairs]
    larger = [float(f"{float(max(pair)):.4g}") for pair in pairs]
    return labels, scores, [rounded(value, dtype) for value in values], slopes, larger


def of_each_label(parameters, m):
    """The parameters of each of m labels, of which a list names one for each."""
    return [
        {name: value[j] if isinstance(value, list) else value for name, value in parameters.items()}
        for j in range(m)
    ]


def table(spec, parameters, kind, dtype, pairs):
    both_terms = spec.cancels and (kind == "soft" or "label_smoothing" in parameters)
    rows = []
    for y_true, y_pred in pairs:
        row = list(example(spec, y_true, y_pred, parameters, kind, dtype))
        if not isinstance(y_pred, (list, tuple)):  # a number, not a row
            row = [column[0] for column in row]
        elif spec.of_rows:
            row[2] = row[2][0]
        row[0] = y_true if kind == "classes" else row[0]
        rows.append(row[: 5 if both_terms else 4])
    named = {"loss": spec.loss, "parameters": parameters, "targets": kind, "dtype": dtype}
    return named | {"rows": rows}


def tables():
    for dtype in "float64", "float32":
        for spec in SPECS.values():
            for exact in spec.exact:
                for kind in exact.kinds.split():
                    pairs = list(exact.pairs(kind, dtype))
                    for parameters in exact.parameters:
                        yield from by_width(spec, held(parameters, dtype), kind, dtype, pairs)


def held(parameters, dtype):
    return {
        name: getattr(value, dtype) if isinstance(value, PerType) else value
        for name, value in parameters.items()
    }


def by_width(spec, parameters, kind, dtype, pairs):
    """A table for each number of classes or labels."""
    for width in sorted({len(flat(y_pred)) for _, y_pred in pairs}):
        chosen = [pair for pair in pairs if len(flat(pair[1])) == width]
        yield table(spec, parameters, kind, dtype, chosen)


def name_of(entry):
    width = len(flat(entry["rows"][0][1]))
    return json.dumps([entry[k] for k in ("loss", "parameters", "targets", "dtype")] + [width])


def written(entry):
    """JSON with one example per line."""
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in entry.pop("rows"))
    return f'{json.dumps(entry)[:-1]}, "rows": [\n{rows}\n]}}'


def main():
    versions = {"Python": platform.python_version(), "mpmath": mpmath.__version__}
    head = {"script": "tests/references/losses.py"}
    head["versions"] = versions | {"numpy": np.__version__}
    stored = json.loads(FILE.read_text(encoding="utf-8"))["tables"]
    text = ",\n".join(written(entry) for entry in in_stored_order(tables(), stored, name_of))
    content = f'{json.dumps(head)[:-1]}, "tables": [\n{text}\n]}}\n'
    FILE.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

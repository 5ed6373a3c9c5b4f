"""The measurements as tables, and as the book's page "How fast is it?".

    python benchmarks/page.py benchmarks/results.json chapters/appendix/how-fast.md

writes the page again from stored measurements.  All its numbers come from them, and a reason why a
peer is ahead shows only where one is.
"""

import json
import sys
from pathlib import Path
from statistics import median

import dots

NO_BREAK = "\N{NO-BREAK SPACE}"
PEERS = {  # title of a column → its contenders, of which the faster counts
    "naive NumPy": ["naive"],
    "PyTorch": ["torch"],
    "compiled PyTorch": ["compiled"],
    "scikit-learn": ["sklearn"],
    "JAX": ["jax", "optax"],
}

REASONS = {  # peer → why it can be ahead at all, and why for single losses
    "naive NumPy": (
        """It checks nothing. `lossbook` refuses wrong shapes, values outside their domain and
classes that do not exist: some µs a call, and one more reading of each input that has a domain.
Arrays of 100,000 numbers fit the cache anyway, so there the walk over blocks saves little.""",
        {
            "binary_cross_entropy": """`log1p(−p)` instead of `log(1 − p)` keeps the digits of small
  losses, and 0·log 0 is 0 where naive NumPy gives NaN. Both inputs are checked: do they lie in
  [0, 1]?""",
            "binary_cross_entropy_with_logits": """a sum in which no term is negative, so that
  nothing cancels for soft targets either, and `pos_weight`.""",
            "cross_entropy": """naive NumPy reads one probability of each row; `lossbook` reads all,
  because they must lie in [0, 1] and sum to 1. One-hot targets are checked, too.""",
            "kl_divergence": """the rows of both inputs are checked to be probabilities that sum to
  1, 0·log 0 is 0 where naive NumPy gives NaN, and a second logarithm keeps the digits of a small
  divergence.""",
            "log_cosh": """naive NumPy takes the cosh, which overflows for errors above 710
  (float32: 89) and rounds those of small errors to 1. `lossbook` keeps the digits of both.""",
            "focal_with_logits": """naive NumPy takes the logarithm of a rounded probability,
  which is −∞ for a score that is confident and wrong. `lossbook` works on the score itself.""",
            "hinge": "labels are checked to be −1 or +1.",
            "squared_hinge": "labels are checked to be −1 or +1.",
            "dice": "both inputs are checked to lie in [0, 1].",
        },
    ),
    "PyTorch": (
        """Its own losses are one compiled loop each; NumPy goes through memory once for each
operation. It has vector code for `exp` and `log` with AVX2, too. It checks less, in compiled code,
which decides among small arrays.""",
        {
            "huber": "one loop does all of it; NumPy makes a pass for each of six operations.",
            "cross_entropy": "it reads one probability of each row and checks none.",
        },
    ),
    "compiled PyTorch": (
        """The compiler fuses a whole formula into one loop, so that nothing between input and
result touches memory. No library of single operations can do that.""",
        {},
    ),
    "scikit-learn": (
        """Its losses are one compiled loop each, written for its own models. They check
nothing, which decides among small arrays.""",
        {},
    ),
    "JAX": (
        """Its compiler fuses a whole formula into one loop, with vector code for `exp` and `log`.
It checks nothing.""",
        {},
    ),
}


def render(results):
    machine, rows = results["machine"], results["rows"]
    parts = [INTRODUCTION, in_short(rows), *pictures(rows)]
    behind = reasons(rows)
    if behind:
        parts.append("## Where `lossbook` is behind, and why\n\n" + behind)
    parts.append("## Small calls, and memory\n\n" + small_calls_and_memory(results))
    parts.append("## How it was measured\n\n" + method(machine, rows))
    parts.append("## All numbers\n\n" + FOLD.format(tables(results)))
    parts.append("## Measure it yourself\n\n" + RERUN.format(minutes=machine["minutes"]))
    return "\n\n".join(parts) + "\n"


def tables(results):
    rows = results["rows"]
    parts = [SUMMARY, summary(rows), RATIOS, tables_of_ratios(rows), OURS, tables_of_ours(rows)]
    parts += [TEN, table_of_calls(results["calls"]), table_of_memory(rows)]
    return "\n\n".join(parts)


# -- sentences ------------------------------------------------------------------------------------

INTRODUCTION = """\
# How fast is it?

<!-- Written by benchmarks/page.py. Change that, not this page. -->

The losses of `lossbook` are written to be read: each is one formula in NumPy. This page shows what
that costs, or saves, beside the NumPy that you would write yourself, PyTorch, scikit-learn and
JAX."""

IN_SHORT = """\
What to take from it: a loss that reads like its formula costs little. From {first:,} numbers to
{last:,}, value and gradient of the median loss take another library between {low} and {high} times
as long. Checks decide among small arrays, passes through memory among large ones."""

FINDING = """\
To give value and gradient for {size:,} numbers in {dtype}, `lossbook` is, by the median,
**{verdicts}**."""

ALTERNATIVE = """\
Dot plot for {size:,} numbers: a row for each of {losses} losses, a mark for each of {peers}, along
a logarithmic axis of the time of the other over that of lossbook. Medians: {medians}."""

FOLD = """\
<details class="numbers">
<summary>Show all numbers</summary>

{}

</details>"""

SUMMARY = """\
**Medians.** *Time of the other ÷ time of `lossbook`* over all losses that were
measured, for the value, then for value and gradient. Above 1, in bold, `lossbook` is faster. In
brackets: in how many of these comparisons it is ahead."""

RATIOS = """\
**Every loss.** *Time of the other ÷ time of `lossbook`*, for the value, then for value and
gradient. Above 1, in bold, `lossbook` is faster."""

OURS = """\
**The time of `lossbook` itself**, in ns per number of `y_pred`, for the value, then for value and
gradient."""

TEN = """\
**A call on ten numbers.** Times are in µs, for the value, then for value and gradient."""

MEMORY = """\
**Memory.** The most that a call holds at once beside its inputs, in arrays like `y_pred` of
{size:,} numbers in {dtype}. The gradient itself is one such array."""

SMALL = """\
With few numbers, a call costs what surrounds the arithmetic. On ten, one of `lossbook` takes
{least} to {most} µs, {lowest} to {highest} times that of naive NumPy, which checks nothing.

Of {size:,} numbers, `lossbook` holds little besides its inputs and the gradient: at most {ours}
arrays of that size for a value. Naive NumPy holds up to {naive}."""

RERUN = """\
```
pip install -e ".[libraries]" -c constraints.txt
python benchmarks/compare.py --quick
python benchmarks/compare.py --page chapters/appendix/how-fast.md --results benchmarks/results.json
```

The last line measures everything and writes this page: {minutes:.0f} minutes here. Let the machine
do nothing else meanwhile. `benchmarks/README.md` says more."""

METHOD = """\
* **What a mark is**: one loss in one library, for value and gradient. Right of the line
  `lossbook` is faster, left of it the other, by the factor on the axis. A loss that was measured in
  several shapes is shown in the first. [All numbers](#all-numbers) are below: other shapes, the
  value alone, and the other type of numbers.
* **When, where**: {date}, one thread of a processor that calls itself {processor}, with {units}.
* **With what**: {packages}.
* **How**: one process, {core}. In each round every contender runs once, in random order. Time is
  CPU time of the process, so that other work on the machine counts little. A ratio is the median
  of the ratios of the rounds: {rounds}.
* **Against what**: *naive NumPy* holds whole arrays and checks nothing. *PyTorch* gets its gradient
  from `backward()` into a fresh `.grad`; *compiled* is the same under `torch.compile`, once for all
  sizes. *scikit-learn* is the losses inside its models. *JAX* runs under `jit`, as the plain
  formula and as Optax's function if there is one; the faster counts.
* **Same answers**: before the clock starts, all values and gradients must agree with those of
  `lossbook`, to 1e-3 (float32) or 1e-6 (float64) of their size."""

WITHOUT_AVX512 = """
* **Another processor, other ratios**: this one has no AVX-512. So NumPy computes `log1p`, and in
  float64 `exp` and `log`, one number at a time; with AVX-512 it would be eight or sixteen at once,
  and the losses with a logarithm would gain most."""


def in_short(rows):
    ratios = [
        ratio
        for size in sorted({row["size"] for row in rows})
        for ratio in medians(in_pictures(rows, size)).values()
    ]
    return IN_SHORT.format(
        first=min(row["size"] for row in rows),
        last=max(row["size"] for row in rows),
        low=number(min(ratios)),
        high=number(max(ratios)),
    )


def small_calls_and_memory(results):
    times = [us for call in results["calls"] for us in call["us"]["ours"]]
    ratios = [ratio for call in results["calls"] for ratio in call["ratio"]]
    size = max(row["size"] for row in results["rows"])
    held = [row["memory"] for row in results["rows"] if row["size"] == size]
    return SMALL.format(
        least=f"{min(times):.0f}",
        most=f"{max(times):.0f}",
        lowest=f"{min(ratios):.1f}",
        highest=f"{max(ratios):.1f}",
        size=size,
        ours=f"{max(memory['ours'][0] for memory in held):.2f}",
        naive=f"{max(memory['naive'][0] for memory in held):.1f}",
    )


def method(machine, rows):
    rounds = sorted({(row["size"], row["rounds"]) for row in rows})
    text = METHOD.format(
        **machine,
        units=vector_units(machine),
        packages=", ".join(f"{name} {version}" for name, version in machine["versions"].items()),
        core="pinned to one core" if machine["pinned"] else "not pinned to a core",
        rounds=", ".join(f"{n} for {size:,} numbers" for size, n in rounds),
    )
    return text + (WITHOUT_AVX512 if "AVX2" in vector_units(machine) else "")


def vector_units(machine):
    found = machine["simd"]
    if any(name.startswith(("X86_V4", "AVX512")) for name in found):
        return "AVX-512"
    return "AVX2, without AVX-512" if {"X86_V3", "AVX2"} & set(found) else " ".join(found)


def reasons(rows):
    return "\n\n".join(filter(None, (reasons_for(peer, rows) for peer in PEERS)))


def reasons_for(peer, rows):
    lowest = {}
    for row in rows:
        ratio = min(best(row, peer) or [1])
        if is_behind(ratio) and ratio < lowest.get(row["loss"], (1,))[0]:
            lowest[row["loss"]] = ratio, row
    if not lowest:
        return ""
    general, single = REASONS[peer]
    lines = [f"**{peer}.** {general}", ""]
    for loss, (ratio, row) in lowest.items():
        reason = single.get(loss.replace("multilabel", "binary"))
        if reason:
            where = f"{number(ratio)} with {row['size']:,} numbers in {row['dtype']}"
            lines.append(f"* {loss.replace('_', ' ')} (down to {where}): {reason}")
    return "\n".join(lines).rstrip()


# -- pictures -------------------------------------------------------------------------------------


def pictures(rows):
    """For each size a section: what the picture says, and the picture."""
    known = [ratio for row in rows for peer in PEERS for ratio in best(row, peer) or []]
    limits = min(known) / 1.1, max(known) * 1.1
    for size in sorted({row["size"] for row in rows}):
        here = in_pictures(rows, size)
        peers = measured(here)
        middle = medians(here)
        marks = {
            row["loss"].replace("_", " "): [(best(row, peer) or [0, 0])[1] for peer in peers]
            for row in here
        }
        alternative = ALTERNATIVE.format(
            size=size,
            losses=len(here),
            peers=", ".join(peers),
            medians=", ".join(f"{peer} {number(ratio)}" for peer, ratio in middle.items()),
        )
        finding = FINDING.format(size=size, dtype=here[0]["dtype"], verdicts=verdicts(middle))
        svg = dots.picture(marks, peers, limits, " ".join(alternative.split()))
        yield f"## {size:,} numbers\n\n{finding}\n\n<div>\n{svg}\n</div>"


def in_pictures(rows, size):
    """The rows of a picture: those of the first dtype, one for each loss."""
    here = [row for row in rows if (row["dtype"], row["size"]) == (rows[0]["dtype"], size)]
    return list({row["loss"]: row for row in reversed(here)}.values())[::-1]


def medians(rows):
    """For each peer the median ratio of value and gradient."""
    ratios = {peer: [pair[1] for row in rows if (pair := best(row, peer))] for peer in PEERS}
    return {peer: median(known) for peer, known in ratios.items() if known}


def verdicts(middle):
    """In words: faster than A (2.0×) and B (1.2×), level with C, slower than D (1.5×)."""
    said = {"faster than": [], "level with": [], "slower than": []}
    for peer, ratio in sorted(middle.items(), key=lambda item: -item[1]):
        factor = f"{max(ratio, 1 / ratio):.1f}"
        verdict = "level with" if factor == "1.0" else "faster than" if ratio > 1 else "slower than"
        said[verdict].append(peer if factor == "1.0" else f"{peer} ({factor}×)")
    return "; ".join(f"{verdict} {listed(peers)}" for verdict, peers in said.items() if peers)


def listed(words):
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


# -- tables ---------------------------------------------------------------------------------------


def table_of_losses(rows, entry):
    """A table: for each loss and size one entry, if there is any."""
    sizes = sorted({row["size"] for row in rows})
    entries = {(row["title"], row["size"]): entry(row) for row in rows}
    titles = dict.fromkeys(row["title"] for row in rows)
    lines = [[title, *(entries[title, size] for size in sizes)] for title in titles]
    known = [line for line in lines if any(line[1:])]
    return table(["loss", *(f"{size:,}" for size in sizes)], known)


def summary(rows):
    """One table per dtype: for each peer and size, the median ratio and how often we are ahead."""
    sizes = sorted({row["size"] for row in rows})
    parts = []
    for dtype in dict.fromkeys(row["dtype"] for row in rows):
        lines = [
            [peer, *(overview(rows, peer, dtype, n) for n in sizes)] for peer in measured(rows)
        ]
        parts.append(table([dtype, *(f"{size:,}" for size in sizes)], lines))
    return "\n\n".join(parts)


def overview(rows, peer, dtype, size):
    here = [row for row in rows if (row["dtype"], row["size"]) == (dtype, size)]
    pairs = [pair for row in here if (pair := best(row, peer))]
    if not pairs:
        return "–"
    ahead = sum(not is_behind(ratio) for pair in pairs for ratio in pair)
    middle = [median(ratios) for ratios in zip(*pairs, strict=True)]
    return f"{shown(middle)} " + f"({ahead} of {2 * len(pairs)})".replace(" ", NO_BREAK)


def tables_of_ratios(rows):
    parts = []
    for dtype in dict.fromkeys(row["dtype"] for row in rows):
        here = [row for row in rows if row["dtype"] == dtype]
        for peer in measured(here):
            parts.append(f"{peer}, {dtype}:")
            parts.append(table_of_losses(here, lambda row, peer=peer: cell(row, peer)))
    return "\n\n".join(parts)


def tables_of_ours(rows):
    parts = []
    for dtype in dict.fromkeys(row["dtype"] for row in rows):
        here = [row for row in rows if row["dtype"] == dtype]
        parts += [f"{dtype}:", table_of_losses(here, ours)]
    return "\n\n".join(parts)


def measured(rows):
    return [
        peer
        for peer, names in PEERS.items()
        if any(name in row["ratios"] or name in row["missing"] for row in rows for name in names)
    ]


def ours(row):
    return pair(f"{ns:.1f}" for ns in row["ns"])


def cell(row, peer):
    missing = [row["missing"][name] for name in PEERS[peer] if name in row["missing"]]
    ratios = best(row, peer)
    return shown(ratios) if ratios else missing[0] if missing else ""


def best(row, peer):
    """[v, v+g] of the faster of the peer's contenders, or None."""
    pairs = [row["ratios"][name] for name in PEERS[peer] if name in row["ratios"]]
    return [min(ratios) for ratios in zip(*pairs, strict=True)] if pairs else None


def shown(ratios):
    return pair(number(r) if is_behind(r) else f"**{number(r)}**" for r in ratios)


def pair(words):
    """Value / value and gradient, never in two lines."""
    return f"{NO_BREAK}/{NO_BREAK}".join(words)


def is_behind(ratio):
    return round(ratio, 2) < 1


def number(ratio):
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def table_of_calls(calls):
    lines = [
        [
            call["title"],
            *(pair(f"{us:.0f}" for us in call["us"][name]) for name in ("ours", "naive")),
            pair(f"{ratio:.1f}" for ratio in call["ratio"]),
        ]
        for call in calls
    ]
    return table(["loss", "`lossbook`", "naive NumPy", "`lossbook` ÷ naive"], lines)


def table_of_memory(rows):
    dtype, size = rows[0]["dtype"], max(row["size"] for row in rows)
    lines = [
        [row["title"], *(f"{pair[kind]:.2f}" for kind in (0, 1) for pair in row["memory"].values())]
        for row in rows
        if (row["dtype"], row["size"]) == (dtype, size)
    ]
    peers = list(rows[0]["memory"])  # ours and, if it was measured, naive
    header = ["loss", *(f"{what}, {peer}" for what in ("value", "with gradient") for peer in peers)]
    return MEMORY.format(size=size, dtype=dtype) + "\n\n" + table(header, lines)


def table(header, lines):
    rule = "|---|" + "--:|" * (len(header) - 1)
    return "\n".join(["| " + " | ".join(header) + " |", rule, *map(line_of, lines)])


def line_of(cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    stored, target = map(Path, sys.argv[1:])
    measurements = json.loads(stored.read_text(encoding="utf-8"))
    target.write_text(render(measurements), encoding="utf-8")

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

IN_ONE_LINE = '<span class="text-nowrap">{}</span>'  # also on a phone
PEERS = {  # title of a column → its contenders, of which the faster counts
    "naive NumPy": ["naive"],
    "PyTorch": ["torch"],
    "compiled PyTorch": ["compiled"],
    "scikit-learn": ["sklearn"],
    "JAX": ["jax", "optax"],
}
INSIDE = {  # a library's own loss beside ours on its arrays → how it is called, and whose it is
    "jit": "JAX under `jit`, beside Optax",
    "compiled": "PyTorch under `torch.compile`, beside its own",
    "eager": "eager PyTorch, beside its own",
}
KINDS = "the value", "value and gradient"
TARGETS = {  # way → the least ratio to reach, and for which kinds
    "jit": (0.9, (0, 1)),
    "compiled": (0.9, (0, 1)),
    "eager": (0.5, (1,)),
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


UNKNOWN = "no reason was found but that the two formulas are compiled to other loops."
INSIDE_REASONS = {  # way → why it can be below its target at all, and why for single losses
    "jit": (
        """The compiler is the same, so the formula decides, and the check: a target outside its
domain is to give NaN, not a number. Optax takes what comes.""",
        {
            "huber": """the formula for the value, of an error that is cut off on both sides, takes
  JAX as long without `lossbook`.""",
            "hinge": """the labels are checked to be −1 or +1. Without, it is level: a product and
  a maximum are as quick as the check.""",
            "cross_entropy_with_logits one-hot": """each row of targets is checked to be
  probabilities that sum to 1. That is the smaller part; the rest is the formula, which keeps
  digits of small losses.""",
            "kl_divergence": """the rows of both inputs are checked to be probabilities that sum
  to 1. Without, `lossbook` is ahead.""",
        },
    ),
    "compiled": (
        """The compiler is the same. The check of the entries comes on top, and for small tensors
a function of its own for `autograd`.""",
        {
            "binary_cross_entropy": """both inputs are checked to lie in [0, 1]. Without, the value
  is level.""",
            "binary_cross_entropy_with_logits": "the targets are checked to lie in [0, 1].",
            "cross_entropy_with_logits one-hot": """with 1000 classes a part of it is the check that
  rows of targets sum to 1; the rest is the formula, which keeps digits of small losses.""",
            "kl_divergence": """the rows of both inputs are checked to be probabilities that sum
  to 1, which is about half of it; the rest is the formula, with two logarithms.""",
        },
    ),
    "eager": (
        """On small tensors, checks and the bridge to `autograd` decide: with {size:,} numbers in
float64 the median loss of `lossbook` takes {ours_v} µs for a value and {ours_g} µs with
`backward()`, PyTorch's own {theirs_v} and {theirs_g} µs.""",
        {
            "mean_squared_error": "PyTorch's own is one fused loop; NumPy makes several passes.",
            "mean_absolute_error": "PyTorch's own is one fused loop; NumPy makes several passes.",
            "huber": "PyTorch's own is one fused loop; NumPy makes a pass for each operation.",
            "binary_cross_entropy": "both inputs are checked to lie in [0, 1], in passes of NumPy.",
            "kl_divergence": "the rows of both inputs are checked, in passes of NumPy.",
        },
    ),
}


def render(results):
    machine, rows = results["machine"], results["rows"]
    parts = ["# How fast is it?", GENERATED, at_first(rows), CONVENTION, inside(rows)]
    parts.append(folded("Show each loss in JAX and PyTorch", tables_inside(rows)))
    parts += pictures(rows)
    behind = reasons(rows)
    if behind:
        parts.append("## Where `lossbook` is behind in NumPy, and why\n\n" + behind)
    parts.append("## Pages and cores\n\n" + pages_and_cores(results["pages"]))
    parts.append("## Small calls, and memory\n\n" + small_calls_and_memory(results))
    parts.append("## How it was measured\n\n" + method(machine, rows))
    parts.append("## All numbers\n\n" + folded("Show all numbers", tables(results)))
    parts.append("## Measure it yourself\n\n" + RERUN.format(minutes=machine["minutes"]))
    return "\n\n".join(parts) + "\n"


def folded(title, text, state=""):
    return FOLD.format(title=title, text=text, state=state)


def tables(results):
    rows = results["rows"]
    parts = [SUMMARY, summary(rows), RATIOS, tables_of_ratios(rows), OURS, tables_of_ours(rows)]
    parts += [TEN, table_of_calls(results["calls"]), table_of_memory(rows)]
    return "\n\n".join(parts)


# -- sentences ------------------------------------------------------------------------------------

GENERATED = "<!-- Written by benchmarks/page.py. Change that, not this page. -->"

AT_FIRST = """\
With {first:,} numbers plain NumPy is {small}; with {last:,} plain NumPy, PyTorch and scikit-learn
are {large}; and what PyTorch or JAX compiles is {compiled}."""

CONVENTION = """\
Every ratio on this page is **their time ÷ ours: above 1, `lossbook` is faster**. In tables that is
bold, and a pair is the value (v), then value and gradient (v+g)."""

INSIDE_TEXT = """\
## The same loss in JAX and PyTorch

`lossbook` takes arrays of these libraries, too: `jit` and `torch.compile` compile its formula, and
for eager tensors of PyTorch it walks over their memory with NumPy. Here is each loss
beside the function that the library has for it: *jit* beside Optax, *compiled* by `torch.compile`
and *eager* beside PyTorch's own."""

PAGES = """\
**Pages of memory.** NumPy asks Linux for huge ones. PyTorch and JAX get small ones unless they are
told otherwise, and with large arrays they wait for memory then. Everywhere else on this page all
get huge ones: `THP_MEM_ALLOC_ENABLE=1` and `GLIBC_TUNABLES=glibc.malloc.hugetlb=1` are set before
Python starts. This is what it makes for value and gradient of {size:,} numbers in {dtype}:

{table}

With small pages PyTorch takes {torch} times as long, by the median, and JAX {jax} times. An older
version of this page did not know that, and took it for a lead of `lossbook`.

**Cores.** All was measured on one. By default PyTorch and JAX use all cores for large arrays, and
so does `lossbook` where they compile it. But its walk with NumPy, over arrays and over eager
tensors, uses one: on several cores their own losses are further ahead than these numbers say."""

FINDING = """\
For value and gradient of {size:,} numbers in {dtype}, `lossbook` is, by the median ratio,
**{verdicts}**."""

ALTERNATIVE = """\
Dot plot for {size:,} numbers: a row for each of {losses} losses, a mark for each of {peers}, along
a logarithmic axis of their time over ours. Medians: {medians}."""

FOLD = """\
<details class="numbers"{state}>
<summary>{title}</summary>

{text}

</details>"""

SUMMARY = """\
**Medians** over all losses that were measured. In brackets: in how many of these comparisons
`lossbook` is ahead."""

RATIOS = """\
**Every loss.**"""

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
{least} to {most} µs; the ratios of naive NumPy, which checks nothing, are {lowest} to {highest}.

For a value of {size:,} numbers `lossbook` holds {ours} arrays of that size besides its inputs, by
the median, and at most {ours_most}; naive NumPy {naive}, and at most {naive_most}."""

RERUN = """\
```
pip install -e ".[libraries]" -c constraints.txt
python benchmarks/compare.py --quick
python benchmarks/compare.py --page chapters/appendix/how-fast.md --results benchmarks/results.json
```

The last line measures everything and writes this page: {minutes:.0f} minutes here. Let the machine
do nothing else meanwhile. `benchmarks/README.md` says more."""

METHOD = """\
* **What a mark is**: one loss in one library, for value and gradient, at its ratio. A loss that
  was measured in several shapes is shown in the first. [All numbers](#all-numbers) are below: other
  shapes, the value alone, and the other type of numbers.
* **When, where**: {date}, one thread of a processor that calls itself {processor}, with {units}.
* **With what**: {packages}.
* **How**: one process, {core}. In each round every contender runs once, in random order. Time is
  CPU time of the process, so that other work on the machine counts little; there was some. A ratio
  is the median of the ratios of the rounds: {rounds}.
* **Against what**: *naive NumPy* holds whole arrays and checks nothing. *PyTorch* gets its gradient
  from `backward()` into a fresh `.grad`; *compiled* is the same under `torch.compile`, once for all
  sizes (`lossbook` of class numbers: once for each). *scikit-learn* is the losses inside its
  models. *JAX* runs under `jit`, as the plain formula and as Optax's function if there is one; the
  faster counts.
* **Same answers**: before the clock starts, all values and gradients must agree with those of
  `lossbook`, to 1e-3 (float32) or 1e-6 (float64) of their size."""

WITHOUT_AVX512 = """
* **Another processor, other ratios**: this one has no AVX-512. So NumPy computes `log1p`, and in
  float64 `exp` and `log`, one number at a time; with AVX-512 it would be eight or sixteen at once,
  and the losses with a logarithm would gain most."""


def at_first(rows):
    """The page in one sentence."""
    first, last = min(row["size"] for row in rows), max(row["size"] for row in rows)
    small, large = (medians(in_pictures(rows, size)) for size in (first, last))

    def said(known, *peers):
        ratio = median(known[peer] for peer in peers)
        level = 0.75 < ratio < 1 / 0.75
        verdict = "about level with" if level else "faster than" if ratio < 1 else "slower than"
        return f"{verdict} `lossbook` ({number(ratio)})"

    return AT_FIRST.format(
        first=first,
        last=last,
        small=said(small, "naive NumPy"),
        large=said(large, "naive NumPy", "PyTorch", "scikit-learn"),
        compiled=said(large, "compiled PyTorch", "JAX"),
    )


def pages_and_cores(pages):
    """A table of a few large losses with small pages and with huge ones, and what it says."""
    gain = {"PyTorch": [], "JAX": []}
    lines = []
    for huge, small in zip(pages["huge"], pages["small"], strict=True):
        for peer in "naive NumPy", *gain:
            [_, before], [_, after] = best(small, peer), best(huge, peer)
            lines.append([f"{huge['title']}, {peer}", ratio_text(before), ratio_text(after)])
            if peer in gain:
                gain[peer].append(before / after)
    large = table(["value and gradient", "small pages", "huge pages"], lines)
    return PAGES.format(
        size=pages["huge"][0]["size"],
        dtype=pages["huge"][0]["dtype"],
        table=folded("With small pages and with huge ones", large, " open"),
        torch=number(median(gain["PyTorch"])),
        jax=number(median(gain["JAX"])),
    )


def small_calls_and_memory(results):
    times = [us for call in results["calls"] for us in call["us"]["ours"]]
    ratios = [ratio for call in results["calls"] for ratio in call["ratio"]]
    size = max(row["size"] for row in results["rows"])
    held = [row["memory"] for row in results["rows"] if row["size"] == size]
    return SMALL.format(
        least=f"{min(times):.0f}",
        most=f"{max(times):.0f}",
        lowest=number(min(ratios)),
        highest=number(max(ratios)),
        size=size,
        ours=f"{median(memory['ours'][0] for memory in held):.2f}",
        ours_most=f"{max(memory['ours'][0] for memory in held):.2f}",
        naive=f"{median(memory['naive'][0] for memory in held):.1f}",
        naive_most=f"{max(memory['naive'][0] for memory in held):.1f}",
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


# -- the same loss in JAX and PyTorch -------------------------------------------------------------


def inside(rows):
    parts = [
        INSIDE_TEXT,
        folded("Median of the ratios of all losses", table_of_medians(rows), " open"),
    ]
    parts += [against_target(rows, way) for way in INSIDE] + [of_float32(rows)]
    return "\n\n".join(parts)


def table_of_medians(rows):
    sizes = sorted({row["size"] for row in rows})
    dtypes = list(dict.fromkeys(row["dtype"] for row in rows))
    lines = []
    for way in INSIDE:
        for dtype in dtypes:
            here = [row for row in rows if row["dtype"] == dtype and way in row["inside"]]
            pairs = {n: [r["inside"][way]["ratios"] for r in here if r["size"] == n] for n in sizes}
            middle = [shown(map(median, zip(*pairs[n], strict=True))) for n in sizes]
            lines.append([f"{way}, {dtype}", *middle])
    return table(["v / v+g", *(f"{size:,}" for size in sizes)], lines)


def against_target(rows, way):
    """How often a target is reached; for each loss that misses it, how far and why."""
    least, kinds = TARGETS[way]
    tried = [
        (row["inside"][way]["ratios"][kind], row, kind)
        for row in rows
        if way in row["inside"]
        for kind in kinds
    ]
    missed = [it for it in tried if round(it[0], 2) < least]
    what = " and for ".join(KINDS[kind] for kind in kinds)
    text = f"**{INSIDE[way]}.** The target is at least {least} for {what}. It is "
    text += f"reached in {len(tried) - len(missed)} of {len(tried)} comparisons"
    if not missed:
        return text + "."
    general, single = INSIDE_REASONS[way]
    lines = [f"{text}, and missed in {by_size(missed, tried)}. {general}", ""]
    for title in dict.fromkeys(row["title"] for _, row, _ in missed):
        here = [it for it in missed if it[1]["title"] == title]
        ratio, row, kind = min(here, key=lambda it: it[0])
        where = f"{number(ratio)} for {KINDS[kind]} of {row['size']:,} numbers in {row['dtype']}"
        one_hot = " one-hot" if title.endswith("one-hot") else ""
        loss = row["loss"].replace("multilabel", "binary")
        large = max(row["size"] for _, row, _ in here) > min(row["size"] for row in rows)
        because = f": {single.get(loss + one_hot, UNKNOWN)}" if large else "."
        times = {1: "once", 2: "twice"}.get(len(here), f"{len(here)} times")
        lines.append(f"* {title}, {times}, down to {where}{because}")
    return "\n".join(lines).format(**median_times(rows, way))


def by_size(missed, tried):
    sizes = sorted({row["size"] for _, row, _ in tried})
    counts = {n: sum(row["size"] == n for _, row, _ in missed) for n in sizes}
    return listed([f"{count} with {n:,} numbers" for n, count in counts.items() if count])


def median_times(rows, way):
    """What a small call takes, in µs."""
    size = min(row["size"] for row in rows)
    here = [row for row in rows if (row["size"], row["dtype"]) == (size, "float64")]
    times = [row["inside"][way]["us"] for row in here if way in row["inside"]]
    names = "theirs_v", "theirs_g", "ours_v", "ours_g"
    columns = zip(*(theirs + ours for theirs, ours in times), strict=True)
    return {"size": size} | {n: f"{median(us):.0f}" for n, us in zip(names, columns, strict=True)}


FLOAT32 = """\
**float32 beside float64**, on eager tensors of PyTorch: value and gradient in float32 take
`lossbook` {low} to {high} times as long as in float64. {verdict}"""


def of_float32(rows):
    times = {
        (row["title"], row["size"], row["dtype"]): row["inside"]["eager"]["us"][1][1]
        for row in rows
        if "eager" in row["inside"]
    }
    shares = {
        (title, size): us / times[title, size, "float64"]
        for (title, size, dtype), us in times.items()
        if dtype == "float32"
    }
    slower = {key: share for key, share in shares.items() if share > 1.1}
    verdict = f"None of {len(shares)} is slower by more than a tenth, which is the target."
    if slower:
        verdict = (
            "Slower by more than a tenth, against the target: "
            + "; ".join(
                f"{title} with {size:,} numbers ({number(share)})"
                for (title, size), share in slower.items()
            )
            + "."
        )
    values = shares.values()
    return FLOAT32.format(low=f"{min(values):.2f}", high=f"{max(values):.2f}", verdict=verdict)


def tables_inside(rows):
    parts = []
    for way, title in INSIDE.items():
        for dtype in dict.fromkeys(row["dtype"] for row in rows):
            here = [row for row in rows if row["dtype"] == dtype and way in row["inside"]]
            parts.append(f"{title}, {dtype}:")
            parts.append(
                table_of_losses(here, lambda row, way=way: shown(row["inside"][way]["ratios"]))
            )
    return "\n\n".join(parts)


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
    """In words: faster than A (2.0) and B (1.2), level with C, slower than D (0.67)."""
    said = {"faster than": [], "level with": [], "slower than": []}
    for peer, ratio in sorted(middle.items(), key=lambda item: -item[1]):
        level = f"{max(ratio, 1 / ratio):.1f}" == "1.0"
        verdict = "level with" if level else "faster than" if ratio > 1 else "slower than"
        said[verdict].append(f"{peer} ({number(ratio)})")
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
    return f"{shown(middle)} " + IN_ONE_LINE.format(f"({ahead} of {2 * len(pairs)})")


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
    return pair(map(ratio_text, ratios))


def ratio_text(ratio):
    return number(ratio) if is_behind(ratio) else f"**{number(ratio)}**"


def pair(words):
    """Value / value and gradient, never in two lines."""
    return IN_ONE_LINE.format(" / ".join(words))


def is_behind(ratio):
    return round(ratio, 2) < 1


def number(ratio):
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def table_of_calls(calls):
    lines = [
        [
            call["title"],
            *(pair(f"{us:.0f}" for us in call["us"][name]) for name in ("ours", "naive")),
            shown(call["ratio"]),
        ]
        for call in calls
    ]
    return table(["loss", "`lossbook`", "naive NumPy", "ratio"], lines)


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

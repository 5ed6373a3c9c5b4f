r"""Each loss against NumPy without checks, PyTorch, scikit-learn and JAX: time and memory.

    python benchmarks/compare.py --quick
    python benchmarks/compare.py --rows huber dice --sizes 1e5 --peers naive jax_peers
    python benchmarks/compare.py --page chapters/appendix/how-fast.md \
        --results benchmarks/results.json

One process, one core, one thread.  Every contender of a row runs once in each round, in random
order; a ratio is the median of same-round ratios of CPU time, so that what disturbs the machine
disturbs all alike.  Values and gradients are compared with ours before the clock starts.

All get huge memory pages, where Linux has them.  NumPy asks for them by itself; PyTorch and what
else takes its memory from glibc do not, and spend half of their time on small pages at ten million
numbers.
"""

import argparse
import importlib
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # these before NumPy and PyTorch are imported
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import naive
import numpy as np
import page
from rows import ROWS, draw

import lossbook as lb

PACKAGES = {
    "naive": ["numpy"],
    "torch_peers": ["torch"],
    "compiled_peers": ["torch"],
    "sklearn_peers": ["scikit-learn"],
    "jax_peers": ["jax", "optax"],
}
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "THP_MEM_ALLOC_ENABLE": "1"}
SMALL_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0", "THP_MEM_ALLOC_ENABLE": "0"}
TOLERANCE = {"float32": 1e-3, "float64": 1e-6}
INSIDE = {  # way to call a library's own loss → contenders: its own, and ours on its arrays
    "jit": ("optax", "lossbook in jit"),
    "compiled": ("compiled", "lossbook compiled"),
    "eager": ("torch", "lossbook in torch"),
}


def main():
    options = parse()
    peers = [importlib.import_module(name) for name in options.peers]
    start = time.perf_counter()
    results = {
        "machine": machine(options.peers),
        "rows": list(compare_all(options, peers)),
        "calls": [compare_calls(row, options.rounds or 25) for row in one_per_loss(options.rows)],
    }
    if len(options.rows) == len(ROWS) and not options.quick:
        results["pages"] = {"huge": large(HUGE_PAGES), "small": large(SMALL_PAGES)}
    results["machine"]["minutes"] = (time.perf_counter() - start) / 60
    print(page.tables(results))
    if options.page:
        options.page.write_text(page.render(results), encoding="utf-8")
    if options.results:
        options.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--sizes", type=float, nargs="+", help="numbers in y_pred; default: 1e3 1e5 1e6")
    add("--dtypes", nargs="+", choices=TOLERANCE, default=["float64", "float32"])
    add("--rows", nargs="+", default=[""], help="parts of the names of losses; default: all")
    add("--peers", nargs="+", choices=PACKAGES, default=list(PACKAGES))
    add("--rounds", type=int, help="default: 7 from 1e6, else 11")
    add("--quick", action="store_true", help="3 rounds at 1e5 only")
    add("--page", type=Path, help="write the page of the book to this file")
    add("--results", type=Path, help="write the measurements to this file, as JSON")
    options = parser.parse_args()
    options.rows = [row for row in ROWS if any(part in row.name for part in options.rows)]
    options.sizes = list(map(int, options.sizes or ([1e5] if options.quick else [1e3, 1e5, 1e6])))
    options.rounds = options.rounds or (3 if options.quick else None)
    return options


def one_core():
    """Stay on one core, where the system allows it, and say whether it did."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def machine(peers):
    packages = dict.fromkeys(p for peer in ["naive", *peers] for p in PACKAGES[peer])
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return {
        "date": date.today().isoformat(),
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "simd": np.show_config(mode="dicts")["SIMD Extensions"]["found"],
        "pinned": PINNED,
        "versions": {"Python": platform.python_version()} | {p: version(p) for p in packages},
    }


# -- one row --------------------------------------------------------------------------------------


def compare_all(options, peers):
    for dtype in options.dtypes:
        for row in options.rows:
            for size in sorted(options.sizes, reverse=True):  # PyTorch compiles for the first
                print(dtype, f"{size:.0e}", row.title, file=sys.stderr)
                rounds = options.rounds or (7 if size >= 1e6 else 11)
                yield compare(row, size, dtype, peers, rounds)


def compare(row, size, dtype, peers, rounds):
    y, p = draw(row, size, dtype)
    calls, missing = {"ours": ours(row, y, p)}, {}
    for peer in peers:
        for name, pair in peer.contenders(row.name, y, p, row.parameters).items():
            (missing if isinstance(pair, str) else calls)[name] = pair
    memory = check(row, calls, TOLERANCE[dtype])
    times = race(calls, size, rounds)
    pairs = {way: pair for way, pair in INSIDE.items() if set(pair) <= set(calls)}
    return {
        "title": row.title,
        "loss": row.name,
        "dtype": dtype,
        "size": size,
        "rounds": rounds,
        "ns": [1e9 * second / p.size for second in seconds_of(times, "ours")],
        "ratios": {
            name: ratios(times, name, "ours")
            for name in calls
            if not name.startswith(("ours", "lossbook"))
        },
        "inside": {
            way: {
                "ratios": ratios(times, theirs, ours),
                "us": [[1e6 * second for second in seconds_of(times, n)] for n in (theirs, ours)],
            }
            for way, (theirs, ours) in pairs.items()
        },
        "missing": missing,
        "memory": {name: memory[name] for name in ("ours", "naive") if name in calls},
    }


def ours(row, y, p):
    loss = lb.losses[row.name]
    return (
        lambda: loss(y, p, **row.parameters),
        lambda: loss.value_and_gradient(y, p, **row.parameters),
    )


def check(row, calls, tolerance):
    """Stop if a value or a gradient differs from ours; name → peak memory in arrays like y_pred."""
    value, gradient = calls["ours"][1]()
    noise = tolerance / 1000 * np.abs(gradient).max()  # of entries where large numbers cancel
    memory = {}
    for name, (call_value, call_both) in calls.items():
        other, value_bytes = traced(call_value)
        (again, slopes), both_bytes = traced(call_both)
        values_agree = np.allclose([other, again], value, tolerance, 0)
        slopes_agree = np.abs(np.asarray(slopes) - gradient) <= tolerance * np.abs(gradient) + noise
        if not (values_agree and np.all(slopes_agree)):
            raise AssertionError(f"{name} differs from ours: {row}")
        memory[name] = [value_bytes / gradient.nbytes, both_bytes / gradient.nbytes]
    return memory


# -- time and memory ------------------------------------------------------------------------------


def race(calls, size, rounds):
    """For each round: (name, 0 for v or 1 for v+g) → seconds of a call."""
    turns = {(name, kind): call for name, pair in calls.items() for kind, call in enumerate(pair)}
    repeats = min(100, max(1, 300_000 // size))  # of short calls within one turn
    return [
        {turn: seconds(turns[turn], repeats) for turn in random.sample(list(turns), len(turns))}
        for _ in range(rounds)
    ]


def seconds_of(times, name):
    """[v, v+g]: median seconds of a call."""
    return [median(t[name, kind] for t in times) for kind in (0, 1)]


def ratios(times, theirs, ours):
    """[v, v+g]: median over the rounds of their time divided by ours."""
    return [median(t[theirs, kind] / t[ours, kind] for t in times) for kind in (0, 1)]


def seconds(call, repeats):
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def traced(call):
    """The call's result and its peak memory in bytes; NumPy reports its arrays, others do not."""
    tracemalloc.start()
    result = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, peak


# -- ten numbers ----------------------------------------------------------------------------------


def one_per_loss(rows):
    """Each loss once for each kind of target, with rows of ten."""
    short = [replace(row, width=min(row.width, 10)) for row in rows]
    return list({row.title: row for row in short}.values())


def compare_calls(row, rounds):
    y, p = draw(row, 10, "float64")
    calls = {"ours": ours(row, y, p), **naive.contenders(row.name, y, p, row.parameters)}
    check(row, calls, TOLERANCE["float64"])
    times = race(calls, 10, rounds)
    return {
        "title": row.title,
        "us": {name: [1e6 * second for second in seconds_of(times, name)] for name in calls},
        "ratio": ratios(times, "naive", "ours"),
    }


# -- pages of memory ------------------------------------------------------------------------------


def with_huge_pages():
    """Start again with huge pages, unless this was decided: glibc looks only when it starts."""
    if sys.platform == "linux" and not set(HUGE_PAGES) & set(os.environ):
        os.execve(sys.executable, sys.orig_argv, os.environ | HUGE_PAGES)


def large(environment):
    """Rows of a few losses of ten million numbers, in a process with this environment."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "results.json"
        command = [sys.executable, __file__, "--sizes", "1e7", "--dtypes", "float64"]
        command += ["--rows", "mean_squared_error", "huber", "binary_cross_entropy_with_logits"]
        command += ["--peers", "naive", "torch_peers", "jax_peers", "--results", target]
        everything = os.environ | environment
        subprocess.run(command, env=everything, stdout=subprocess.DEVNULL, check=True)
        return json.loads(target.read_text(encoding="utf-8"))["rows"]


PINNED = one_core()  # before the peers are imported: JAX looks once how many cores there are

if __name__ == "__main__":
    with_huge_pages()
    main()

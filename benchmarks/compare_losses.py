"""Each loss against the NumPy that a reader would write: time and memory, as a Markdown table.

    python benchmarks/compare_losses.py
    python benchmarks/compare_losses.py --dtype float32 --sizes 1e5 --rounds 30

The naive peers check nothing and hold whole arrays.  All contenders of a row run in one round, in
random order; a ratio is the median of same-round ratios of CPU time, so that a busy machine
disturbs both sides alike.
"""

import argparse
import os
import platform
import random
import time
import tracemalloc
from statistics import median

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import naive_losses as naive
import numpy as np

import lossbook as lb

ROWS = [  # loss, naive peer, columns, targets
    (lb.mean_squared_error, naive.squared, 1, "numbers"),
    (lb.mean_absolute_error, naive.absolute, 1, "numbers"),
    (lb.huber, naive.huber, 1, "numbers"),
    (lb.binary_cross_entropy, naive.binary, 1, "answers"),
    (lb.binary_cross_entropy_with_logits, naive.binary_logits, 1, "answers"),
    (lb.multilabel_cross_entropy, naive.binary, 20, "answers"),
    (lb.multilabel_cross_entropy_with_logits, naive.binary_logits, 20, "answers"),
    (lb.cross_entropy, naive.classes, 10, "classes"),
    (lb.cross_entropy, naive.one_hot, 10, "one-hot"),
    (lb.cross_entropy_with_logits, naive.classes_logits, 10, "classes"),
    (lb.cross_entropy_with_logits, naive.one_hot_logits, 10, "one-hot"),
    (lb.cross_entropy_with_logits, naive.classes_logits, 1000, "classes"),
    (lb.cross_entropy_with_logits, naive.one_hot_logits, 1000, "one-hot"),
]


def draw(loss, columns, targets, size, dtype):
    rng = np.random.default_rng(0)
    shape = (size // columns, columns) if columns > 1 else (size,)
    y_pred = rng.standard_normal(shape, dtype=dtype)
    if loss.domains["y_pred"].high == 1:
        y_pred = 1 / (1 + np.exp(-y_pred)) if targets == "answers" else naive.softmax(y_pred)
    if targets == "numbers":
        return rng.standard_normal(shape, dtype=dtype), y_pred
    if targets == "answers":
        return rng.integers(0, 2, shape).astype(dtype), y_pred
    y_true = rng.integers(0, columns, len(y_pred))
    return (y_true if targets == "classes" else np.eye(columns, dtype=dtype)[y_true]), y_pred


def compare(loss, peer, y, p, rounds):
    """For the value, then with the gradient: ns per element, naive / ours, peak memory."""
    calls = {
        "value": lambda: loss(y, p),
        "both": lambda: loss.value_and_gradient(y, p),
        "naive value": lambda: peer(y, p)[0],
        "naive both": lambda: (lambda value, gradient: (value, gradient()))(*peer(y, p)),
    }
    for ours, theirs in zip(calls["both"](), calls["naive both"](), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4 / len(p))
    memory = {name: peak_bytes(call) / p.nbytes for name, call in calls.items()}
    repeats = max(1, 1_000_000 // p.size)
    times = [
        {name: seconds(calls[name], repeats) for name in random.sample(list(calls), len(calls))}
        for _ in range(rounds)
    ]
    for name in "value", "both":
        yield f"{median(t[name] for t in times) / p.size * 1e9:.2f}"
        yield f"{median(t[f'naive {name}'] / t[name] for t in times):.2f}"
        yield f"{memory[name]:.2f} : {memory[f'naive {name}']:.2f}"


def seconds(call, repeats):
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def peak_bytes(call):
    tracemalloc.start()  # NumPy reports its allocations to it
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    parser.add_argument("--sizes", type=float, nargs="+", default=[1e5, 1e7])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    found = " ".join(np.show_config(mode="dicts")["SIMD Extensions"]["found"])
    print(f"{platform.machine()} with {found}, Python {platform.python_version()}, NumPy")
    print(f"{np.__version__}, {options.dtype}, one thread")
    print("v: value, v+g: with the gradient; naive / ours > 1: ours is faster;")
    print("memory: the peak of ours and of naive, in arrays like y_pred\n")
    columns = ["ns/element", "naive / ours", "memory"]
    print(
        "| loss | targets | shape |", *[f"{what} {c} |" for what in ("v", "v+g") for c in columns]
    )
    print("|---|---|--:|" + "--:|" * 6)
    for size in map(int, options.sizes):
        for loss, peer, width, targets in ROWS:
            y, p = draw(loss, width, targets, size, options.dtype)
            shape = " × ".join(f"{n:,}" for n in p.shape)
            cells = compare(loss, peer, y, p, options.rounds)
            row = [f"`{loss.__name__}`", targets, shape, *cells]
            print("|", " | ".join(row), "|", flush=True)


if __name__ == "__main__":
    main()

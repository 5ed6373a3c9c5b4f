"""A loss, its gradient and a descent over data ten times as large as the memory allowed.

    pip install -e ".[libraries]" -c constraints.txt
    python benchmarks/beyond_memory.py              # minutes; 8 GB of disk, at last 12 GB of memory
    python benchmarks/beyond_memory.py --times 1    # a tenth of all

A linear model gives scores to k classes; examples and classes lie on disk.  Two worker processes of
Dask evaluate `lossbook`'s cross-entropy on them chunk by chunk.  The kernel enforces the memory of
each (RLIMIT_DATA, the whole process with Python and its libraries); Dask's own limit is off.

Then a process without limit reads all data into memory and calls the same functions on NumPy.
Linux only.
"""

import argparse
import os
import platform
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported; each thread takes memory

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

import lossbook as lb

FEATURES, CLASSES = 32, 8
ROWS = 1 << 15  # of a chunk: 8 MB of features, 2 MB of scores
WORKERS = 2
MEGABYTE = 10**6

loss = lb.cross_entropy_with_logits


class OnDisk:
    """A .npy file from which rows are read, and into which they are written, when it is time."""

    def __init__(self, path, shape, dtype):
        self.path, self.shape, self.dtype, self.ndim = path, shape, np.dtype(dtype), len(shape)

    def create(self):
        np.lib.format.open_memmap(self.path, "w+", self.dtype, self.shape)
        return self

    def __getitem__(self, where):
        return np.array(np.load(self.path, mmap_mode="r")[where])

    def __setitem__(self, where, rows):
        np.load(self.path, mmap_mode="r+")[where] = rows

    def chunks(self):
        return da.from_array(self, chunks=(ROWS, *self.shape[1:]), meta=np.empty(0, self.dtype))


# -- what is computed, on chunks and in memory -----------------------------------------------------


def start():
    return np.random.default_rng(1).normal(size=(FEATURES, CLASSES)) / 4


def value_and_gradient_of_rows(flat, X, y, rows):
    """What a step of the descent needs: of some rows, by the parameters."""
    X, y = X[rows], y[rows]
    value, slope = loss.value_and_gradient(y, X @ flat.reshape(FEATURES, CLASSES))
    return value, (X.T @ slope).ravel()


def descend(evaluate, n, steps):
    """Adam, with the rows of one chunk at each step, in an order drawn beforehand."""
    tops = cycle(np.random.default_rng(2).permutation(np.arange(0, n, ROWS)))

    def objective(flat):
        top = next(tops)
        return evaluate(flat, slice(top, top + ROWS))

    return lb.descend(objective, start().ravel(), lb.Adam(0.02), steps=steps, keep_path=False)


def on_workers(client, X, y, slopes, steps):
    """The same as `in_memory`; the slopes by the scores go to disk."""
    scores = X.chunks() @ start()
    value, slope = loss.value_and_gradient(y.chunks(), scores)
    by_parameters = X.chunks().T @ slope
    stored = da.store(slope, slopes, lock=False, compute=False)
    began = time.perf_counter()
    value, by_parameters, _ = dask.compute(value, by_parameters, stored)
    seconds = time.perf_counter() - began

    def evaluate(flat, rows):
        return client.submit(value_and_gradient_of_rows, flat, X, y, rows).result()

    run = descend(evaluate, X.shape[0], steps)
    return {
        "value": value,
        "by parameters": by_parameters,
        "point": run.point,
        "values": run.values[[0, -1]],
        "seconds": seconds,
    }


def in_memory(X, y, slopes, steps):
    X, y = X[:], y[:]
    began = time.perf_counter()
    value, slope = loss.value_and_gradient(y, X @ start())
    by_parameters = X.T @ slope
    seconds = time.perf_counter() - began
    run = descend(lambda flat, rows: value_and_gradient_of_rows(flat, X, y, rows), len(X), steps)
    tops = range(0, len(X), ROWS)
    differences = [distance(slopes[top : top + ROWS], slope[top : top + ROWS]) for top in tops]
    return {
        "value": value,
        "by parameters": by_parameters,
        "point": run.point,
        "seconds": seconds,
        "slopes": max(differences),  # how far those on disk are from these
        "peak": memory("VmHWM"),
    }


def distance(one, other):
    """The largest difference, relative to the largest number."""
    return np.abs(one - other).max() / np.abs(other).max()


# -- memory ----------------------------------------------------------------------------------------


def memory(field):
    """A line of what the kernel knows of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(line for line in lines if line.startswith(field)).split()[1]
    return int(kilobytes) * 1024


def limit_memory(limit):
    """From now on, an allocation beyond the limit fails; mapped files do not count."""
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def small_stacks():
    """Threads of the workers, started later, reserve 1 MB each and not 8."""
    resource.setrlimit(
        resource.RLIMIT_STACK, (MEGABYTE, resource.getrlimit(resource.RLIMIT_STACK)[1])
    )


def refuses(limit):
    """Whether this process is denied an array as large as its limit."""
    try:
        np.ones(limit // 8)
    except MemoryError:
        return True
    return False


# -- the run ---------------------------------------------------------------------------------------


def main():
    options = parse()
    limit = options.limit * MEGABYTE
    n = options.times * WORKERS * limit // (8 * FEATURES)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        X = OnDisk(f"{folder}/X.npy", (n, FEATURES), float).create()
        y = OnDisk(f"{folder}/y.npy", (n,), np.int64).create()
        slopes = OnDisk(f"{folder}/slopes.npy", (n, CLASSES), float).create()
        draw(X, y)
        small_stacks()
        dask.config.set({"distributed.worker.profile.enabled": False})  # it takes memory, too
        with (
            LocalCluster(
                n_workers=WORKERS, threads_per_worker=1, memory_limit=0, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            client.run(limit_memory, limit)
            got = on_workers(client, X, y, slopes, options.steps)
            got["peaks"] = list(client.run(memory, "VmHWM").values())
            if not all(client.run(refuses, limit).values()):
                raise SystemExit("a worker was given an array as large as its limit")
        got["client"] = memory("VmHWM")
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            want = process.submit(in_memory, X, y, slopes, options.steps).result()
    report(options, n, got, want)


def draw(X, y):
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(FEATURES, CLASSES))
    for top in range(0, X.shape[0], ROWS):
        size = min(ROWS, X.shape[0] - top)
        rows = slice(top, top + size)
        X[rows] = features = rng.normal(size=(size, FEATURES))
        y[rows] = np.argmax(features @ truth + rng.normal(size=(size, CLASSES)), axis=1)


def report(options, n, got, want):
    gigabytes = {"data": n * FEATURES * 8 / 1e9, "slopes": n * CLASSES * 8 / 1e9}
    peaks = [f"{peak / MEGABYTE:.0f} MB" for peak in (*got["peaks"], got["client"], want["peak"])]
    descent = f"parameters after {options.steps} steps of Adam, a chunk each"
    rows = {
        "data on disk": f"{n:,} examples × {FEATURES} numbers, {gigabytes['data']:.1f} GB",
        "slopes, written to disk": f"{n:,} × {CLASSES} numbers, {gigabytes['slopes']:.1f} GB",
        "memory allowed": f"{WORKERS} workers × {options.limit} MB",
        "data ÷ memory allowed": f"{options.times}",
        "peak of each worker": " and ".join(peaks[:WORKERS]),
        "peak of the client, with Dask's scheduler": peaks[WORKERS],
        "peak in memory, for comparison": peaks[-1],
        "loss": f"{got['value']:.6f}",
        "its difference from that in memory": distance(got["value"], want["value"]),
        "that of the slopes by the scores": want["slopes"],
        "that of the slopes by the parameters": distance(
            got["by parameters"], want["by parameters"]
        ),
        f"that of the {descent}": distance(got["point"], want["point"]),
        "loss of the first and of the last chunk met": "{:.2f} and {:.2f}".format(*got["values"]),
        "time of loss and slopes": f"{got['seconds']:.0f} s, in memory {want['seconds']:.0f} s",
    }
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "dask"))
    print(
        f"Measured on {date.today()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {packages}; differences relative to the largest.\n"
    )
    print("| | |\n|---|---|")
    for title, result in rows.items():
        print(f"| {title} | {result if isinstance(result, str) else f'{result:.0e}'} |")
    if max(result for result in rows.values() if not isinstance(result, str)) > 1e-12:
        raise SystemExit("the results differ by more than 1e-12")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=300, help="megabytes of each worker")
    parser.add_argument("--times", type=int, default=10, help="how much larger the data are")
    parser.add_argument("--steps", type=int, default=200, help="of the descent, a chunk each")
    parser.add_argument("--folder", help="where the data are put for the time of the run")
    return parser.parse_args()


if __name__ == "__main__":
    main()

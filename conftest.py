"""Settings of every test, inherited by the kernels that execute the notebooks; a last word."""

import os
from importlib.util import find_spec

# Modules that are loaded only where another library is: their examples are tried there.
collect_ignore = [f"lossbook/in_{name}.py" for name in ("jax", "torch") if not find_spec(name)]

# The book's networks are small: a second thread costs more than it computes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_terminal_summary(terminalreporter):
    """What `pytest --nbval` says about the pages, for whoever runs it the first time."""

    def cells(outcome):
        reports = terminalreporter.getreports(outcome)
        return [it.nodeid for it in reports if ".ipynb::" in it.nodeid and it.when == "call"]

    passed, failed = cells("passed"), cells("failed")
    pages = {node.partition("::")[0] for node in passed + failed}
    if failed:
        said = f"{len(failed)} of {len(passed + failed)} cells print or draw something else than"
        terminalreporter.section(f"{said} their pages show: see above", red=True)
    elif passed:
        said = f"All {len(passed)} cells of {len(pages)} notebooks print and draw"
        terminalreporter.section(f"{said} what their pages show", green=True)

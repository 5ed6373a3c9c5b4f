"""The page "How fast is it?" is what benchmarks/page.py writes from the stored measurements."""

import json
import runpy
from pathlib import Path

import lossbook as lb

ROOT = Path(__file__).parents[1]
RESULTS = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))


def test_page_is_written_from_the_measurements():
    render = runpy.run_path(str(ROOT / "benchmarks/page.py"))["render"]
    page = (ROOT / "chapters/appendix/how-fast.md").read_text(encoding="utf-8")
    assert page == render(RESULTS), "run benchmarks/page.py again"


def test_every_loss_was_measured():
    assert {row["loss"] for row in RESULTS["rows"]} == set(lb.losses)
    assert {row["dtype"] for row in RESULTS["rows"]} == {"float32", "float64"}
    assert {row["size"] for row in RESULTS["rows"]} == {10**3, 10**5, 10**7}

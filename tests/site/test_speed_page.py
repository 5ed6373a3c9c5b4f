"""The page "How fast is it?" is what benchmarks/page.py writes from the stored measurements."""

import importlib
import json
import re
from itertools import product
from math import log10
from statistics import median

import pytest

import lossbook as lb
from website.find_pages import ROOT

RESULTS = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "chapters/appendix/how-fast.md").read_text(encoding="utf-8")
SIZES = sorted({row["size"] for row in RESULTS["rows"]})
LOSSES = {row["loss"] for row in RESULTS["rows"]}  # a new one is measured when there is time
PICTURES = dict(zip(SIZES, re.findall("<svg.*?</svg>", PAGE, re.DOTALL), strict=True))


@pytest.fixture
def page(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("page")


def test_page_is_written_from_the_measurements(page):
    assert page.render(RESULTS) == PAGE, "run benchmarks/page.py again"


def test_what_was_measured_are_losses():
    assert len(LOSSES) > 10 and LOSSES <= set(lb.losses)


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_loss_was_measured_in_every_type_and_size(loss):
    measured = {(row["dtype"], row["size"]) for row in RESULTS["rows"] if row["loss"] == loss}
    assert measured == set(product(["float32", "float64"], [10**3, 10**5, 10**6]))


def test_all_tables_fold_and_only_short_ones_are_open():
    folds = re.findall('<details class="numbers"(.*?)>(.*?)</details>', PAGE, re.DOTALL)
    lines = [fold.count("\n| ") for _, fold in folds]
    assert sum(lines) == PAGE.count("\n| ")
    assert [state for state, _ in folds] == [" open" if n < 12 else "" for n in lines]
    assert lines[0] == 1 + 2 * 3  # two types, three ways


def test_order_of_the_page():
    parts = ["their time ÷ ours", "| jit,", "| compiled,", "| eager,", "<svg"]
    places = [PAGE.index(part) for part in parts]
    assert places == sorted(places)
    assert PAGE.count(parts[0]) == 1  # one convention, said once
    assert not re.search(r"\d×", PAGE)


def pairs_inside(way):
    rows = [row for row in RESULTS["rows"] if way in row["inside"]]
    return [row["inside"][way]["ratios"] for row in rows]


@pytest.mark.parametrize("way", ["jit", "compiled", "eager"])
def test_targets_are_said_to_be_reached_as_often_as_they_are(page, way):
    least, only_both = (0.5, True) if way == "eager" else (0.9, False)
    known = [r for pair in pairs_inside(way) for r in (pair[1:] if only_both else pair)]
    reached = sum(round(ratio, 2) >= least for ratio in known)
    assert len(known) > 30
    said = re.escape(f"**{page.INSIDE[way]}.** The target is at least {least} for")
    [(times, of)] = re.findall(rf"{said} [^.]*\. It is reached in (\d+) of (\d+)", PAGE)
    assert (int(times), int(of)) == (reached, len(known))


def test_each_way_was_measured_in_all_sizes_and_types():
    for way in "jit", "compiled", "eager":
        rows = [row for row in RESULTS["rows"] if way in row["inside"]]
        kinds = {(row["size"], row["dtype"]) for row in rows}
        assert kinds == set(product(SIZES, ["float32", "float64"]))
        assert len({row["loss"] for row in rows}) > 5


def test_what_pages_of_memory_make(page):
    [said] = re.findall(r"With small pages PyTorch takes ([\d.]+) times", PAGE)
    gains = [
        small["ratios"]["torch"][1] / huge["ratios"]["torch"][1]
        for small, huge in zip(RESULTS["pages"]["small"], RESULTS["pages"]["huge"], strict=True)
    ]
    assert said == page.number(median(gains))


@pytest.mark.parametrize("size", SIZES)
def test_a_mark_is_where_its_ratio_is(page, size):
    """In the order of the rows and the libraries, after the marks of the legend."""
    rows = page.in_pictures(RESULTS["rows"], size)
    ratios = [pair[1] for row in rows for peer in page.PEERS if (pair := page.best(row, peer))]
    [one] = re.findall(r'<path d="M([\d.]+) \d+V\d+" stroke="currentColor"/>', PICTURES[size])
    ten = re.findall(r'<text x="([\d.]+)"[^>]*>10<', PICTURES[size])[-1]
    places = re.findall(r"translate\(([\d.]+) ", PICTURES[size])[len(page.PEERS) :]
    assert {row["loss"] for row in rows} == LOSSES
    assert len(places) == len(ratios)
    for place, ratio in zip(places, ratios, strict=True):
        far = float(one) + (float(ten) - float(one)) * log10(
            ratio
        )  # right where lossbook is faster
        assert float(place) == pytest.approx(far, abs=0.2)


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_names_losses_and_libraries_and_has_words(page, size):
    words = " ".join(re.findall("<text[^>]*>(.*?)</text>", PICTURES[size]))
    for name in *page.PEERS, *(loss.replace("_", " ") for loss in LOSSES):
        assert name in words
    [alternative] = re.findall('aria-label="(.*?)"', PICTURES[size])
    for peer, ratio in page.medians(page.in_pictures(RESULTS["rows"], size)).items():
        assert f"{peer} {page.number(ratio)}" in alternative


def test_what_a_picture_says(page):
    ratios = {"A": 2.04, "B": 1.21, "C": 1.04, "D": 0.5, "E": 0.97}
    said = "faster than A (2.0) and B (1.2); level with C (1.0) and E (0.97); slower than D (0.50)"
    assert page.verdicts(ratios) == said
    assert page.verdicts({"A": 3, "B": 4}) == "faster than B (4.0) and A (3.0)"


def test_numbers_are_bold_where_lossbook_is_ahead_and_never_torn(page):
    before = PAGE.split("**The time of")[0]
    pairs = re.findall(r'<span class="text-nowrap">(\S+) / (\S+)</span>', before)
    assert len(pairs) > len(RESULTS["rows"])
    for text in sum(pairs, ()):
        assert text.startswith("**") == (float(text.strip("*")) >= 1), text
    assert not re.search(r"(?<!nowrap\">)(?<![\d*.])[\d*.]+ / [\d*.]+", PAGE)

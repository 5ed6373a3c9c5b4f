"""The numbers of "My loss is stuck at": as lossbook computes them, and as the pages print them."""

import re

import nbformat
import numpy as np
import pytest

import lossbook as lb
from tests.support.site import SITE, read
from website.find_pages import ROOT

FILES = ROOT / "website" / "diagnosis"


@pytest.fixture(scope="module")
def engine(browser):
    """A page with the scripts alone."""
    page = browser.new_page()
    for name in ["causes.js", "diagnosis.js"]:
        page.add_script_tag(path=FILES / name)
    yield page
    page.close()


@pytest.fixture
def diagnose(engine):
    """What is said of a text, and the anchors that it leads to."""

    def diagnose_(text: str) -> list[tuple[str, list[str]]]:
        found = engine.evaluate("text => diagnose(text)", text)
        return [(one["says"], [anchor for _, anchor, *_ in one["causes"]]) for one in found]

    return diagnose_


def label(k: int) -> np.ndarray:
    return np.arange(k)


def clipped(error: str, low: float) -> float:
    """The cost of one wrong example whose probability is clipped; of a no, in float32."""
    if error == "no":
        return float(-np.log(1 - np.clip(np.float32(1), np.float32(low), np.float32(1 - low))))
    return lb.binary_cross_entropy([1.0], [low])


smooth = 0.9 * np.eye(10) + 0.01
shares = np.full((10, 1), np.log(0.1 / 0.9))
one_in_ten = np.arange(10)[:, None] == 0
# Computed with lossbook where there is a loss; the anchor to which each has to lead.
NUMBERS = {
    "equal scores, 2": (lb.cross_entropy_with_logits(label(2), np.zeros((2, 2))), "broken-start"),
    "equal scores, 10": (
        lb.cross_entropy_with_logits(label(10), np.zeros((10, 10))),
        "broken-zeros",
    ),
    "equal scores, 7": (lb.cross_entropy_with_logits(label(7), np.zeros((7, 7))), "broken-start"),
    "equal scores, 1000": (
        lb.cross_entropy_with_logits(label(1000), np.zeros((1000, 1000))),
        "broken-start",
    ),
    "softmax along a batch of 32": (np.log(32), "broken-softmax-axis"),
    "softmax twice, 10": (
        lb.cross_entropy_with_logits(label(10), np.eye(10)),
        "broken-softmax-twice",
    ),
    "softmax twice, 100": (
        lb.cross_entropy_with_logits(label(100), np.eye(100)),
        "broken-softmax-twice",
    ),
    "softmax twice, 37": (
        lb.cross_entropy_with_logits(label(37), np.eye(37)),
        "broken-softmax-twice",
    ),
    "a yes as a logit": (
        lb.binary_cross_entropy_with_logits([1.0], [1.0]),
        "broken-probabilities-as-logits",
    ),
    "half yes, half no": (
        lb.binary_cross_entropy_with_logits([1.0, 0.0], [1.0, 0.0]),
        "broken-probabilities-as-logits",
    ),
    "smoothed labels": (
        lb.cross_entropy_with_logits(label(10), np.log(smooth), label_smoothing=0.1),
        "broken-floor",
    ),
    "one in ten": (
        lb.binary_cross_entropy_with_logits(one_in_ten.astype(float), shares),
        "broken-shares",
    ),
    "ten questions": (
        lb.binary_cross_entropy_with_logits(one_in_ten.astype(float), shares),
        "code-ce-guess-looks-good",
    ),
    "hinge of zeros": (lb.hinge([1, -1], [0.0, 0.0]), "broken-hinge"),
    "no logarithm": (-1.0, "broken-no-logarithm"),
    "certain": (lb.cross_entropy([0], [[1.0, 0.0]]), "broken-softmax-axis"),
    "Keras": (clipped("yes", 1e-7), "broken-clip"),
    "Keras, ten classes": (0.9 * clipped("yes", 1e-7), "broken-clip"),
    "Keras, two classes": (clipped("yes", 1e-7) / 2, "broken-clip"),
    "a no in float32": (clipped("no", 1e-7), "broken-clip"),
    "1e-12": (clipped("yes", 1e-12), "broken-clip"),
    "1e-15": (clipped("yes", 1e-15), "broken-clip"),
    "scikit-learn": (clipped("yes", np.finfo(float).eps), "broken-clip"),
    "BCELoss": (100.0, "broken-clip"),
    "bits": (1 / np.log(2), "broken-conventions"),
    "float16": (np.log(float(np.finfo(np.float16).max)), "broken-overflow"),
    "float32": (np.log(float(np.finfo(np.float32).max)), "broken-overflow"),
    "float64": (np.log(np.finfo(float).max), "broken-overflow"),
    "a wrong sign": (
        lb.check_gradient(lambda z: (np.sum(z**2), -2 * z), [1.0, 2.0]),
        "broken-check",
    ),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("decimals", [2, 4])
def test_number_is_known(diagnose, name, decimals):
    value, anchor = NUMBERS[name]
    found = [says for says, to in diagnose(f"{value:.{decimals}f}") if anchor in to]
    assert found
    assert "close to" not in found[0], "it is the very number, rounded"


@pytest.mark.parametrize(
    "text, says",
    [
        ("2.303", "log k for 10 classes"),
        ("2.30", "log k for 10 classes"),
        ("4.605", "log k for 100 classes"),
        ("6.91", "log k for 1000 classes"),
        ("10.37", "log k for about 31900 classes"),
        ("2.33", "close to 2.303, log k for 10 classes"),
        ("3.622", "log(e + k − 1) − 1 for 100 classes"),
        ("14,51", "0.9 × 16.12"),
    ],
)
def test_what_is_said(diagnose, text, says):
    assert any(said == f"{text} is {says}" for said, _ in diagnose(text))


def test_the_very_number_comes_first(diagnose):
    assert "10 classes" in diagnose("1.461")[0][0]
    assert "16.12" in diagnose("8.06")[0][0]
    assert "log k" in diagnose("0.693")[0][0]


@pytest.mark.parametrize("text", ["softmax", "3.1 loss", "1.2.3", "", "nano", "1e"])
def test_words_are_no_number(diagnose, text):
    assert diagnose(text) == []


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("nan", {"broken-nan-first", "broken-nan-later", "broken-rate", "broken-class"}),
        ("-inf", {"broken-epsilon", "broken-overflow"}),
        ("−0.4", {"broken-negative"}),
        ("0.5", {"broken-floor", "broken-probabilities-as-logits", "broken-check"}),
        ("0.6", {"broken-probabilities-as-logits"}),
        ("4115.5", {"broken-broadcast"}),
        ("0.9", {"broken-accuracy", "broken-hinge"}),
        ("0.2", {"broken-collapse"}),
    ],
)
def test_signs_and_others_lead_to_their_sections(diagnose, text, wanted):
    assert wanted <= {anchor for _, found in diagnose(text) for anchor in found}


EVERY_CAUSE = """[...LOSSES, ...OTHERS].flatMap((it) => it.causes)
    .concat(FAMILIES.flatMap((it) => it.causes(9)), Object.values(SIGNS).flat())
    .map(([, anchor, page = BROKEN]) => [page, anchor])"""


def test_each_cause_has_its_place(engine, site_url):
    causes = engine.evaluate(EVERY_CAUSE)
    assert len(causes) > 20
    assert [(page, to) for page, to in causes if to not in read(SITE / page).ids] == []


def printed() -> str:
    """What Broken losses and 4.2 say: their text and their outputs."""
    texts = []
    for page in ["appendix/broken-losses", "4-code/4-2-cross-entropy-in-code"]:
        for cell in nbformat.read(ROOT / f"chapters/{page}.ipynb", as_version=4).cells:
            texts += [cell.source, *(output.get("text", "") for output in cell.get("outputs", []))]
    return "\n".join(texts)


def test_the_pages_print_each_number(engine):
    """No number stands here that the book does not show: whole, or rounded as a page prints it."""
    shown = set(re.findall(r"-?\d+(?:\.\d+)?", printed()))
    for value in engine.evaluate("[...LOSSES, ...OTHERS].map((it) => it.value)"):
        rounded = {f"{value:g}", f"{value:.4f}", f"{value:.3f}" if value < 5 else f"{value:.2f}"}
        assert rounded & shown, value

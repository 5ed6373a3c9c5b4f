"""Write the loss cards, one a loss: chapters/appendix/loss-cards.ipynb, without outputs.

    python -m tools.loss_cards
    python -m tools.run_notebooks chapters/appendix/loss-cards.ipynb

Numbers of figures and paths of links are left out: the second command writes them.
A card says what lossbook knows of a loss: the formula and the first line of its docstring, its
properties, its names in other libraries, its value on the example that those were asked about.
What is drawn is described from the drawn curves.  Only titles, findings and pitfalls are written
here.  On the site, ``website/loss_gallery.py`` and ``website/static/book.css`` make cards of it.
"""

import ast
import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import nbformat
import numpy as np

import lossbook as lb
from lossbook.domains import LABELS, REAL, SIGNS, SIMPLEX, UNIT
from lossbook.loss import RowwiseLoss
from lossbook.pages import other_libraries
from website.find_pages import ROOT
from website.loss_gallery import PAGE, curves

JUMP = 0.08  # the share of a curve's range that it takes in one step of a jump
VERBS = {0: "stays", 1: "rises", -1: "falls", 2: "jumps", -2: "jumps"}
ELSEWHERE = other_libraries()
# 4.5 has it all
BESIDE_THE_POINT = re.compile(r"sample_weight|'sum'|Y_pred|smoothing=|\[:, None\]")
SYMBOLS = {
    "delta": "δ",
    "level": "τ",
    "pos_weight": "w",
    "gamma": "γ",
    "alpha": "α",
    "smooth": "s",
}
HEADINGS = {
    "numbers": "A number",
    "two classes": "One of two classes",
    "two signs": "One of two classes",
    "one of k": "One of k classes",
    "distributions": "One of k classes",
    "many labels": "Many labels",
    "masks": "Masks",
}


class Written(NamedTuple):
    """What a card cannot know by itself."""

    title: str
    chapter: str
    finding: str  # what the curve says; tests/notebooks/test_loss_cards.py looks whether it does
    pitfalls: str


NUMBER = "[3.1](../3-losses/3-1-mean-squared-error.ipynb)"
CHOICE = "[3.2](../3-losses/3-2-cross-entropy.ipynb)"
LABEL = "[3.3](../3-losses/3-3-multi-label-cross-entropy.ipynb)"
MASK = "[5.1](../5-outlook/5-1-trends.ipynb)"
CERTAIN = (
    "Infinite where the model [called the truth impossible](#ce-never-say-never); other libraries "
    "[clip, each at another place](#elsewhere-impossible), and so their slopes "
    "[part, too](#elsewhere-slope-of-another). To train, take the one of scores."
)
WRITTEN = {
    "mean_squared_error": Written(
        "Mean squared error",
        NUMBER,
        "**Twice the error, twice the pull**, without end: the far-off values decide.",
        "A few wrong values can hold [nearly all of the pull](#mse-pull-of-wrong-years). After a "
        "sigmoid it is [not convex in the score](#mse-sigmoid-not-convex).",
    ),
    "mean_absolute_error": Written(
        "Mean absolute error",
        NUMBER,
        "**Every error pulls alike**, the small ones as hard as the huge ones.",
        "The slope does not fade near the target, so descent at a constant rate "
        "[hops over it](#needs-hop). The best constant "
        "[need not be unique](#loss-asks-for-a-median).",
    ),
    "huber": Written(
        "Huber loss",
        NUMBER,
        "**Up to an error of δ the pull grows with it, then no more**: far-off values "
        "count, but do not decide.",
        "[Not Smooth L1](#elsewhere-smooth-l1), which is this divided by δ. δ has the unit of y "
        "and decides whether you get [the median or the mean](#loss-huber-compromise).",
    ),
    "log_cosh": Written(
        "Log-cosh loss",
        NUMBER,
        "**The pull levels off, and nowhere has a kink**: a Huber loss with round corners.",
        "Where it bends is fixed, so [the unit of the target matters](#log-cosh-has-a-unit).",
    ),
    "quantile": Written(
        "Quantile (pinball) loss",
        NUMBER,
        "**Too low pulls harder than too high**, so the answer is driven up until few "
        "values lie above it.",
        "At level ½ it is [half the absolute error](#quantile-one-half). The range between two "
        "fitted quantiles can hold [less of new data than of old](#quantile-hidden-coverage).",
    ),
    "binary_cross_entropy": Written(
        "Binary cross-entropy, of probabilities",
        CHOICE,
        "**The surer of the wrong answer, the harder the pull**, without bound; and even "
        "certainty that is right still pulls.",
        CERTAIN,
    ),
    "binary_cross_entropy_with_logits": Written(
        "Binary cross-entropy, of scores",
        CHOICE,
        "**Wrong and sure pulls with almost 1, never more; right and sure hardly pulls**: "
        "the slope is the probability minus the truth.",
        "A sigmoid in front is [one too many](#broken-sigmoid-applied-twice). Keras expects "
        "probabilities [unless told otherwise](#elsewhere-frozen). `pos_weight` "
        "[shifts the probabilities](#ce-rare-table).",
    ),
    "cross_entropy": Written(
        "Cross-entropy, of probabilities",
        CHOICE,
        "**Only the probability of the true class counts**: the value is its surprise, and "
        "the slope has no bound as it goes to 0.",
        CERTAIN,
    ),
    "cross_entropy_with_logits": Written(
        "Cross-entropy, of scores",
        CHOICE,
        "**Wrong and sure pulls with almost 1, never more; right and sure hardly pulls**: "
        "the slope is the probability minus the truth.",
        "A softmax in front is [one too many](#broken-softmax-applied-twice). With label smoothing "
        "the value [cannot reach 0](#ce-smoothing-floor).",
    ),
    "kl_divergence": Written(
        "Kullback–Leibler divergence",
        CHOICE,
        "**Zero where the answer is the true share, and nowhere else**: here at ½, not at "
        "certainty.",
        "Its two directions are [two losses](#ce-kl-direction). `kl_div` of PyTorch wants "
        '[logarithms and `"batchmean"`](#elsewhere-kl).',
    ),
    "hinge": Written(
        "Hinge loss",
        CHOICE,
        "**Right by the margin costs nothing and pulls no more**; all else pulls alike.",
        "The y of the formula is −1 or +1. It asks for a side, "
        "[not for a probability](#ce-hinge-asks-for-a-side). Labels 0 and 1 "
        "[can go wrong unseen](#elsewhere-hinge-labels) elsewhere; so can "
        "[probabilities](#elsewhere-hinge-probabilities).",
    ),
    "squared_hinge": Written(
        "Squared hinge loss",
        CHOICE,
        "**Right by the margin costs nothing; the farther from there, the harder the "
        "pull**, without bound.",
        "Its best score says how frequent a yes is, but [through no sigmoid]"
        "(#ce-hinge-asks-for-a-side). Its pull has no bound, so a mislabelled example pulls hard.",
    ),
    "focal_with_logits": Written(
        "Focal loss, of scores",
        CHOICE,
        "**The right answers let go sooner than under cross-entropy, and the most wrong one "
        "does not pull hardest**: the slope turns back.",
        "The sigmoid of its best score [is not the probability](#loss-focal-is-not-proper). "
        "α weighs [the yes](#ce-focal-alpha), and γ is [a power](#ce-focal-power).",
    ),
    "multilabel_cross_entropy": Written(
        "Multi-label cross-entropy, of probabilities",
        LABEL,
        "**One label is one yes/no question**: the curve is that of binary cross-entropy, "
        "with a slope that has no bound.",
        "Its mean divides by the labels, too; a sum [does not always sum](#elsewhere-soft-margin) "
        'elsewhere. Of rare labels "always no" has a [splendid accuracy](#multilabel-all-zeros).',
    ),
    "multilabel_cross_entropy_with_logits": Written(
        "Multi-label cross-entropy, of scores",
        LABEL,
        "**One label is one yes/no question**: the curve is that of binary cross-entropy, "
        "with a slope that stays within 1.",
        "The threshold ½ is not the best one [for every measure](#multilabel-thresholds-pay). "
        "`pos_weight` can act [like a moved threshold](#multilabel-weights-move-thresholds).",
    ),
    "dice": Written(
        "Dice loss",
        MASK,
        "**Where all pixels gain at once, the pull never fades**: the loss falls along a "
        "straight line, down to 0.",
        "Its best answer is [a hard mask](#trends-dice-hard) where all masks have one size, not "
        "the probability of each pixel. Every library [smooths in its own way](#elsewhere-dice).",
    ),
}


@dataclass(frozen=True)
class Kind:
    """What losses with the same arguments share: names, and what to draw.

    arguments : of the shared example
    variable : what the prediction is
    nothing : the prediction of a model that knows nothing, as code
    row : what is drawn, as code: y_true and direction, and perhaps start
    ends : of the axis
    axis : what stands below it
    """

    arguments: tuple[str, str]
    variable: str
    nothing: str
    row: str
    ends: tuple[float, float]
    axis: str


OF_THREE = "[1.0, -0.5, -0.5], x, start=[0.0, 0.5, 0.5]"
KINDS = {  # domains of y_true and y_pred, and whether a loss looks at whole rows
    (REAL, REAL, False): Kind(
        ("y", "y_pred"), "prediction", "0 * y + c", "[0.0], [1.0], x", (-3, 3), "error ŷ − y"
    ),
    (UNIT, UNIT, False): Kind(
        ("y", "p"),
        "probability",
        "0 * p + 1 / 2",
        "[1.0], [1.0], x",
        (0.1, 1),
        "probability of yes, which is true",
    ),
    (UNIT, REAL, False): Kind(
        ("y", "z"), "score", "0 * z", "[1.0], [1.0], x", (-4, 4), "score of yes, which is true"
    ),
    (SIGNS, REAL, False): Kind(
        ("s", "z"), "score", "0 * z", "[1.0], [1.0], x", (-3, 3), "score, where +1 is true"
    ),
    (LABELS, SIMPLEX, True): Kind(
        ("y", "p"),
        "probabilities",
        "0 * p + 1 / 3",
        f"[1.0, 0.0, 0.0], {OF_THREE}",
        (0.1, 1),
        "probability of the true class, one of three",
    ),
    (LABELS, REAL, True): Kind(
        ("y", "z"),
        "scores",
        "0 * z",
        "[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], x",
        (-4, 4),
        "score of the true class; the other two are 0",
    ),
    (SIMPLEX, SIMPLEX, True): Kind(
        ("y", "p"),
        "probabilities",
        "0 * p + 1 / 2",
        f"[0.5, 0.25, 0.25], {OF_THREE}",
        (0.1, 0.9),
        "probability of a class whose share is ½",
    ),
    (UNIT, UNIT, True): Kind(
        ("y", "p"),
        "probabilities",
        "0 * p + 1 / 2",
        "[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, -1.0, -1.0], x, start=[0.0, 0.0, 1.0, 1.0]",
        (0, 1),
        "probability of the truth in each of four pixels",
    ),
}


class Card:
    """One loss, and what its card says."""

    def __init__(self, name):
        self.name = name
        self.loss = lb.losses[name]
        self.written = WRITTEN[name]
        domains = self.loss.domains["y_true"], self.loss.domains["y_pred"]
        self.kind = KINDS[(*domains, isinstance(self.loss, RowwiseLoss))]
        right = [
            (family, text, call)
            for family, (_, calls) in ELSEWHERE.families.items()
            for text, call in calls.items()
            if call.loss == name and call.lossbook and not call.trap
        ]
        self.family = right[0][0]
        self.calls = defaultdict(list)  # lossbook → the calls that give the same
        for _, text, call in right:
            if not BESIDE_THE_POINT.search(text + call.lossbook):
                self.calls[call.lossbook].append((call.library, text))

    @property
    def slug(self):
        return self.name.replace("_", "-")

    @property
    def term(self):
        """In the index."""
        term = self.written.title.partition(",")[0].replace("–", "-")
        is_name = term.startswith(("Huber", "Kullback", "Dice"))
        return f"{term if is_name else term[0].lower() + term[1:]}; card"

    @property
    def given(self):
        """The parameters of the first of the calls, as they stand in it: ", delta=2.0"."""
        for node in ast.walk(ast.parse(next(iter(self.calls)))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"lb.{self.name}":
                given = [keyword for keyword in node.keywords if keyword.arg != "reduction"]
                return "".join(f", {ast.unparse(keyword)}" for keyword in given)

    @property
    def unit(self):
        return {"none": "no unit"}.get(self.loss.properties.unit, self.loss.properties.unit)

    def cells(self):
        tags = ["card", "hide-input"]
        book = {"name": f"value-{self.slug}", "index": [self.term]}
        help_of = inspect.getdoc(self.loss)
        first = " ".join(help_of.split("\n\n")[0].split())
        alt, caption = self.described()
        yield markdown(f'<a id="card-{self.slug}"></a>\n### {self.written.title}\n\n{first}')
        yield code(self.figure(), tags=tags, mystnb={"image": {"alt": alt}})
        yield markdown(f"**Fig.** {caption}")
        yield markdown(f"{formulas(help_of)}\n\n{self.properties()}")
        yield code(self.example(), tags=tags, book=book)
        yield markdown(self.foot())

    def properties(self):
        p = self.loss.properties
        said = {
            "Asks for": p.minimiser,
            "Convex": f"{'yes' if p.convex else 'no'}, in the {self.kind.variable}",
            "Slope": "bounded" if p.bounded_slope else "without bound",
            "Proper": {True: "yes", False: "no", None: "not about probabilities"}[p.proper],
            "Lowest value": p.floor,
            "Unit": self.unit,
        }
        if self.loss.parameters:
            said["Parameters"] = ", ".join(
                f"{SYMBOLS.get(name, '')} `{name}` = {default}".lstrip()
                for name, default in self.loss.parameters.items()
            )
        return "\n".join(f"* **{name}**: {value}" for name, value in said.items())

    def example(self):
        truth, prediction = self.kind.arguments
        call = f"lb.{self.name}({truth}, {{}}{self.given})"
        nothing = call.format(self.kind.nothing)
        if self.kind.variable == "prediction":
            nothing = f"min({nothing} for c in constants)"
        return "\n".join(
            [
                f'{truth}, {prediction} = example("{self.family}", "{truth}", "{prediction}")',
                f"value = {call.format(prediction)}",
                f"start = {nothing}",
                'print(f"On the example: {value:.4g}; knowing nothing: {start:.4g}")',
            ]
        )

    def figure(self):
        low, high = self.kind.ends
        unit = self.loss.properties.unit
        axis = self.kind.axis
        if self.kind.variable == "prediction" and unit != "none":
            axis += " (unit of y)"
        value = "value, slope" if unit == "none" else f"value ({unit}), slope"
        arguments = f"ax, lb.{self.name}, {self.kind.row}{self.given}"
        if len(arguments) > 70:
            arguments = f"\n    {arguments}\n"
        return "\n".join(
            [
                "fig, ax = plt.subplots(figsize=(4.2, 2.8))",
                f"x = np.linspace({low}, {high}, 241)",
                f"figures.draw_loss_along({arguments})",
                f'ax.set(xlabel="{axis}", ylabel="{value}")',
                "plt.show()",
            ]
        )

    def described(self):
        """The figure's alternative text, from the curves that its code draws, and its caption."""
        x, value, slope = curves(self.figure())
        low, high = (number(end) for end in self.kind.ends)
        given = self.given.removeprefix(", ").replace("=", " = ")
        alt = (
            f"{self.written.title}{f', {given}' if given else ''}: value (solid) and slope "
            f"(dashed) against the {self.kind.axis}, from {low} to {high}. "
            f"The value {course(x, value)}. The slope {course(x, slope)}."
        )
        drawn = f" Drawn with {given}." if given else ""
        return alt, self.written.finding + drawn

    def foot(self):
        rows = [
            f"| {library} | `{call}` | `{ours}` |"
            for ours, calls in self.calls.items()
            for library, call in calls
        ]
        elsewhere = "\n".join(["| library | call | equals |", "|---|---|---|", *rows])
        api = f"[`lb.{self.name}`](api.md#lossbook.{self.name})"
        return (
            f"**Pitfalls.** {self.written.pitfalls}\n\n{elsewhere}\n\n"
            f"**More.** Chapter {self.written.chapter}; how to call it: {api}."
        )


def formulas(help_of):
    """Those of a docstring, each in a line of its own."""
    blocks = re.findall(r"^\.\. math:: (.*?)\n\n", help_of, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in re.split(r",\s*\\qquad\s*", block)]
    return "\n\n".join(f"$$\n{inspect.cleandoc(line)}\n$$" for line in lines)


def number(x):
    if 0 < abs(x) < 1e-4:
        return "nearly 0"
    return f"{x + 0.0:.3g}".replace("-", "−")


def course(x, y):
    """In words, where a curve falls, rises and jumps: "falls from 9 to 0 at 0, then rises to 9"."""
    y = np.round(y, 12)
    steps = np.diff(y)
    kinds = np.sign(steps) * np.where(np.abs(steps) > JUMP * np.ptp(y), 2, 1)
    told, end = [], 0
    for kind, run in groupby(kinds.tolist()):
        begin, end = end, end + len(list(run))
        middle = (begin + end + 1) // 2  # a jump may have a point halfway
        place = f" at {number(x[middle if abs(kind) == 2 else end])}"
        is_last = end == len(steps)
        told.append(VERBS[kind])
        if not told[1:]:
            told[0] += f" from {number(y[0])}" if kind else f" at {number(y[0])}"
        if kind:
            told[-1] += f" to {number(y[end])}"
        if abs(kind) == 2 or (kind and not is_last):
            told[-1] += place
    return ", then ".join(told)


def markdown(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source, **metadata):
    return nbformat.v4.new_code_cell(source, metadata=metadata)


INTRODUCTION = """\
# Loss cards

One card for each loss of `lossbook`: what it is, how it looks, what to know before you choose it,
and what it is called elsewhere. [6.3](../6-questions/6-3-choosing-a-loss.ipynb) helps you to
choose.

"""

HOW_TO_READ = """

## How to read a card

* **Asks for**: the one answer to all examples that has the smallest mean loss.
* **Convex**: in the prediction, probability or score. Then also in the weights of a model whose
  output is linear in them, but in general [not in those of a network](#mse-network-not-convex).
* **Slope**: bounded, if no answer, however wrong, pulls harder than some limit.
* **Proper**: the best answer is the true probability (of scores: through sigmoid or softmax).
* **Lowest value**: that of the best answer to one example. The entropy of a target is 0 where the
  target is certain: 0 or 1, or one class.
* **Parameters**: the letter in the formula, if it is there, and the keyword with its default. The
  properties hold for the defaults; the figure and the value name others.
* **On the example**: the value of the loss on the example that
  [4.5](../4-code/4-5-losses-elsewhere.ipynb) puts to other libraries. **Knowing nothing**: the
  value of a model that gives the best constant (of numbers), a score of 0, or the same probability
  to everything. [Compare it](#broken-start) with the first loss of your training.
* **Library, call, equals**: on that example, the call gives the number of the `lossbook` call
  beside it. `y` is the truth (`Y` in one-hot rows, `s` as −1 and +1), `y_pred`, `p` or `z` the
  prediction as a number, a probability or a score, `c` a weight for each class or label. `F` is
  `torch.nn.functional`, `metrics` is `sklearn.metrics`, `special` is `scipy.special`, `jnp` is
  `jax.numpy`."""

SETUP = """\
import matplotlib.pyplot as plt
import numpy as np

import lossbook as lb
from lossbook.pages import figures, other_libraries

figures.use_book_style()
elsewhere = other_libraries()
constants = np.linspace(1, 10, 901)  # as candidates for the best one


def example(family, *names):
    inputs = elsewhere.families[family].inputs
    return [inputs[name] for name in names]"""


def entry(card):
    """A line of the list on top, of which the site makes a gallery."""
    minimiser = card.loss.properties.minimiser
    return f"* [{card.written.title}](#card-{card.slug}) asks for {minimiser}"


def notebook():
    order = list(dict.fromkeys(HEADINGS.values()))
    cards = [Card(name) for name in lb.losses]
    cards.sort(key=lambda card: order.index(HEADINGS[card.family]))
    cells = [
        markdown(INTRODUCTION + "\n".join(map(entry, cards)) + HOW_TO_READ),
        code(SETUP, tags=["hide-input"]),
    ]
    for heading, group in groupby(cards, key=lambda card: HEADINGS[card.family]):
        cells.append(markdown(f"## {heading}"))
        for card in group:
            cells += card.cells()
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


if __name__ == "__main__":
    nbformat.write(notebook(), ROOT / f"{PAGE}.ipynb")

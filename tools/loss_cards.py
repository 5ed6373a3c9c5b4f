"""Write the loss cards, one a loss: chapters/appendix/loss-cards.ipynb, without outputs.

    python -m tools.loss_cards
    python -m tools.run_notebooks chapters/appendix/loss-cards.ipynb

Numbers of figures and paths of links are left out: the second command writes them.
A card says what lossbook knows of a loss: the formula of its docstring, the first line of it, what
it says of curve and pitfalls; its properties; its names in other libraries, its value on the
example that those were asked about.  What is drawn is described from the drawn curves.  Nothing
about a single loss is written here, but where the words of some pitfalls lead to.  On the site,
``website/loss_gallery.py`` and ``website/static/book.css`` make cards of it.
"""

import ast
import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

import nbformat
import numpy as np

import lossbook as lb
from lossbook.domains import (
    LABELS,
    MEAN_AND_LOG_SCALE,
    NOT_NEGATIVE,
    ONE_A_ROW,
    REAL,
    SIGNS,
    SIMPLEX,
    UNIT,
)
from lossbook.loss import MultilabelLoss, RowwiseLoss
from lossbook.pages import other_libraries
from website.find_pages import ROOT
from website.loss_gallery import PAGE, curves

JUMP = 0.08  # the share of a curve's range that it takes in one step of a jump
VERBS = {0: "stays", 1: "rises", -1: "falls", 2: "jumps", -2: "jumps"}
ELSEWHERE = other_libraries()
# 4.5 has it all
BESIDE_THE_POINT = re.compile(r"sample_weight|'sum'|Y_pred|smoothing=|\[:, None\]")
LINE = 72  # characters of a line of code that fit on a page
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
    "counts": "A distribution",
    "a number and its scale": "A distribution",
    "two classes": "One of two classes",
    "two signs": "One of two classes",
    "one of k": "One of k classes",
    "distributions": "One of k classes",
    "many labels": "Many labels",
    "masks": "Masks",
}
CHAPTERS = {  # of a family of losses
    "regression": "[3.1](../3-losses/3-1-mean-squared-error.ipynb), "
    "[3.4](../3-losses/3-4-numbers-with-mistakes.ipynb)",
    "likelihood": "[3.5](../3-losses/3-5-from-distribution-to-loss.ipynb)",
    "classification": "[3.2](../3-losses/3-2-cross-entropy.ipynb)",
    "multilabel": "[3.3](../3-losses/3-3-multi-label-cross-entropy.ipynb)",
    "overlap": "[5.1](../5-outlook/5-1-trends.ipynb)",
}
LINKS = {  # words of a pitfall → the cell or heading that shows it; a pitfall may be without
    "called the truth impossible": "ce-sees-confidence",
    "clip, each at another place": "elsewhere-impossible",
    "part, too": "elsewhere-slope-of-another",
    "A sigmoid in front is one too many": "broken-sigmoid-applied-twice",
    "unless told otherwise": "elsewhere-frozen",
    "shifts the probabilities": "ce-rare-table",
    "A softmax in front is one too many": "broken-softmax-applied-twice",
    "cannot reach 0": "ce-smoothing-floor",
    "two losses": "ce-kl-direction",
    'logarithms and `"batchmean"`': "elsewhere-kl",
    "not for a probability": "ce-hinge-asks-for-a-side",
    "can go wrong unseen": "elsewhere-hinge-labels",
    "so can probabilities": "elsewhere-hinge-probabilities",
    "through no sigmoid": "ce-hinge-asks-for-a-side",
    "is not the probability": "loss-focal-is-not-proper",
    "weighs the yes": "ce-focal-is-not-proper",
    "γ is a power": "ce-focal-power",
    "does not always sum": "elsewhere-soft-margin",
    "splendid accuracy": "multilabel-none-domestic",
    "for every measure": "multilabel-thresholds-pay",
    "like a moved threshold": "multilabel-weights-move-thresholds",
    "a hard mask": "trends-dice-hard",
    "smooths in its own way": "elsewhere-dice",
    "nearly all of the pull": "mse-share-of-the-value",
    "is a logarithm, not a count": "recipe-poisson-elsewhere",
    "shrinks without end": "recipe-spread-trap",
    "not convex in the score": "mse-sigmoid-not-convex",
    "hops over it": "needs-hop",
    "need not be unique": "loss-asks-for-a-median",
    "Not Smooth L1": "elsewhere-smooth-l1",
    "the median or the mean": "loss-huber-compromise",
    "the unit of the target matters": "log-cosh-has-a-unit",
    "half the absolute error": "quantile-one-half",
    "less of new data than of old": "quantile-hidden-coverage",
}


@dataclass(frozen=True)
class Kind:
    """What losses with the same arguments share: names, and what to draw.

    family : of the shared example (multi-label losses have one of their own)
    arguments : of that example
    variable : what the prediction is
    nothing : the prediction of a model that knows nothing, as code
    row : what is drawn, as code: y_true and direction, and perhaps start
    ends : of the axis
    axis : what stands below it
    """

    family: str
    arguments: tuple[str, str]
    variable: str
    nothing: str
    row: str
    ends: tuple[float, float]
    axis: str


OF_THREE = "[1.0, -0.5, -0.5], x, start=[0.0, 0.5, 0.5]"
KINDS = {  # domains of y_true and y_pred, and whether a loss looks at whole rows
    (REAL, REAL, False): Kind(
        "numbers",
        ("y", "y_pred"),
        "prediction",
        "0 * y + c",
        "[0.0], [1.0], x",
        (-3, 3),
        "error ŷ − y",
    ),
    (NOT_NEGATIVE, REAL, False): Kind(
        "counts",
        ("y", "z"),
        "logarithm of the rate",
        "0 * z + np.log(np.mean(y))",
        "[3.0], [1.0], x",
        (-2, 3),
        "logarithm of the expected count; the true one is 3",
    ),
    (ONE_A_ROW, MEAN_AND_LOG_SCALE, True): Kind(
        "a number and its scale",
        ("y", "P"),
        "mean and log scale",
        "0 * P + [np.mean(y), np.log(np.std(y))]",
        "0.0, [1.0, 0.0], x",
        (-3, 3),
        "error μ − y, where log σ is 0",
    ),
    (UNIT, UNIT, False): Kind(
        "two classes",
        ("y", "p"),
        "probability",
        "0 * p + 1 / 2",
        "[1.0], [1.0], x",
        (0.1, 1),
        "probability of yes, which is true",
    ),
    (UNIT, REAL, False): Kind(
        "two classes",
        ("y", "z"),
        "score",
        "0 * z",
        "[1.0], [1.0], x",
        (-4, 4),
        "score of yes, which is true",
    ),
    (SIGNS, REAL, False): Kind(
        "two signs",
        ("s", "z"),
        "score",
        "0 * z",
        "[1.0], [1.0], x",
        (-3, 3),
        "score, where +1 is true",
    ),
    (LABELS, SIMPLEX, True): Kind(
        "one of k",
        ("y", "p"),
        "probabilities",
        "0 * p + 1 / 3",
        f"[1.0, 0.0, 0.0], {OF_THREE}",
        (0.1, 1),
        "probability of the true class, one of three",
    ),
    (LABELS, REAL, True): Kind(
        "one of k",
        ("y", "z"),
        "scores",
        "0 * z",
        "[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], x",
        (-4, 4),
        "score of the true class; the other two are 0",
    ),
    (SIMPLEX, SIMPLEX, True): Kind(
        "distributions",
        ("y", "p"),
        "probabilities",
        "0 * p + 1 / 2",
        f"[0.5, 0.25, 0.25], {OF_THREE}",
        (0.1, 0.9),
        "probability of a class whose share is ½",
    ),
    (UNIT, UNIT, True): Kind(
        "masks",
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
        self.title = self.loss.properties.title
        self.help = inspect.getdoc(self.loss)
        domains = self.loss.domains["y_true"], self.loss.domains["y_pred"]
        self.kind = KINDS[(*domains, isinstance(self.loss, RowwiseLoss))]
        has_labels = isinstance(self.loss, MultilabelLoss)
        self.family = "many labels" if has_labels else self.kind.family
        self.calls = defaultdict(list)  # lossbook → the calls that give the same
        for _, calls in ELSEWHERE.families.values():
            for text, call in calls.items():
                right = call.loss == name and call.lossbook and not call.trap
                if right and not BESIDE_THE_POINT.search(text + call.lossbook):
                    self.calls[call.lossbook].append((call.library, text))

    @property
    def slug(self):
        return self.name.replace("_", "-")

    @property
    def term(self):
        """In the index."""
        term = self.title.partition(",")[0].replace("–", "-")
        is_name = term.startswith(("Huber", "Kullback", "Dice"))
        return f"{term if is_name else term[0].lower() + term[1:]}; card"

    @property
    def given(self):
        """The parameters of the first of the calls, as they stand in it: ", delta=2.0"."""
        for node in ast.walk(ast.parse(next(iter(self.calls), ""))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"lb.{self.name}":
                given = [keyword for keyword in node.keywords if keyword.arg != "reduction"]
                return "".join(f", {ast.unparse(keyword)}" for keyword in given)
        return ""  # no library was asked

    @property
    def unit(self):
        return {"none": "no unit"}.get(self.loss.properties.unit, self.loss.properties.unit)

    def cells(self):
        tags = ["card", "hide-input"]
        book = {"name": f"value-{self.slug}", "index": [self.term]}
        first = " ".join(self.help.split("\n\n")[0].split())
        alt, caption = self.described()
        yield markdown(f'<a id="card-{self.slug}"></a>\n### {self.title}\n\n{first}')
        yield code(self.figure(), tags=tags, mystnb={"image": {"alt": alt}})
        yield markdown(f"**Fig.** {caption}")
        yield markdown(f"{formulas(self.help)}\n\n{self.properties()}")
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
        labels = f'ax.set(xlabel="{axis}", ylabel="{value}")'
        return "\n".join(
            [
                "fig, ax = plt.subplots(figsize=(4.2, 2.8))",
                f"x = np.linspace({low}, {high}, 241)",
                f"figures.draw_loss_along({arguments})",
                labels if len(labels) <= LINE else labels.replace(", ylabel", ")\nax.set(ylabel"),
                "plt.show()",
            ]
        )

    def described(self):
        """The figure's alternative text, from the curves that its code draws, and its caption."""
        x, value, slope = curves(self.figure())
        low, high = (number(end) for end in self.kind.ends)
        given = self.given.removeprefix(", ").replace("=", " = ")
        alt = (
            f"{self.title}{f', {given}' if given else ''}: value (solid) and slope "
            f"(dashed) against the {self.kind.axis}, from {low} to {high}. "
            f"The value {course(x, value)}. The slope {course(x, slope)}."
        )
        drawn = f" Drawn with {given}." if given else ""
        return alt, self.section("Curve") + drawn

    def section(self, name):
        """What the docstring says under that title, as Markdown."""
        title = f"{name}\n{'-' * len(name)}\n"
        for part in self.help.split("\n\n"):
            if part.startswith(title):
                return " ".join(part.removeprefix(title).replace("``", "`").split())
        raise ValueError(f"{self.name}: the docstring has no section {name}")

    def pitfalls(self):
        """Each with a link to where it is shown, if there is one."""
        text = self.section("Pitfalls")
        for words, target in LINKS.items():
            text = text.replace(words, f"[{words}](#{target})")
        return text

    def foot(self):
        rows = [
            f"| {library} | `{call}` | `{ours}` |"
            for ours, calls in self.calls.items()
            for library, call in calls
        ]
        elsewhere = "\n".join(["| library | call | equals |", "|---|---|---|", *rows])
        if not rows:
            elsewhere = "**Elsewhere.** None of the libraries of this book has it."
        chapter = CHAPTERS[self.loss.__module__.rpartition(".")[2]]
        api = f"[`lb.{self.name}`](api.md#lossbook.{self.name})"
        return (
            f"**Pitfalls.** {self.pitfalls()}\n\n{elsewhere}\n\n"
            f"**More.** Chapter {chapter}; how to call it: {api}."
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
    return f"* [{card.title}](#card-{card.slug}) asks for {minimiser}"


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

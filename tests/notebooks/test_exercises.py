"""Each exercise accepts its solution, and each typical mistake gets a hint of its own.

That the pages ask all of them, and that their solutions print "right", is checked here, too; that
these outputs are true is checked by ``pytest --nbval``.
"""

import ast
from itertools import combinations

import nbformat
import numpy as np
import pytest

from lossbook.pages import check
from lossbook.pages.exercises import EXERCISES
from lossbook.pages.exercises.checking import Exercise, judge, outcome, same
from tests.support.notebooks import EXERCISE, NOTEBOOKS, NUMBERED, code_cells, name_of, tags


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answer(name):
    assert judge(EXERCISES[name], EXERCISES[name].right) == "right"


@pytest.mark.parametrize("name", EXERCISES)
def test_at_least_three_mistakes_each_get_their_own_hint(name):
    exercise = EXERCISES[name]
    assert len(exercise.mistakes) >= 3
    for hint, wrong in exercise.mistakes.items():
        assert judge(exercise, wrong) == hint
        assert len(hint) > 15 and hint[-1] in ".?!"


@pytest.mark.parametrize("name", EXERCISES)
def test_mistakes_do_not_depend_on_the_order_in_which_they_are_tried(name):
    exercise = EXERCISES[name]
    answers = [outcome(exercise, wrong) for wrong in (exercise.right, *exercise.mistakes.values())]
    for one, other in combinations(answers, 2):
        assert not all(same(a, b, 1e-3) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", EXERCISES)
def test_a_function_has_trials_and_a_value_has_none(name):
    assert bool(EXERCISES[name].on) == callable(EXERCISES[name].right)


# The judge, on exercises of this file alone.

DOUBLE = Exercise(lambda a: 2 * a, on=[([1.0, 2.0],), ([-3.0],)], mistakes={"A square.": np.square})
NUMBER = Exercise(2.5, mistakes={"The median.": 2.0})
LOG_3 = Exercise(np.log(3))
WORD = Exercise("huber")


def empty(a): ...


def forgets_to_return(a):
    a = 2 * a


def raises(a):
    raise IndexError("no row 7")


def changes_its_argument(a):
    a *= 2
    return a


@pytest.mark.parametrize(
    "exercise, answer, said",
    [
        (DOUBLE, ..., "not yet"),
        (DOUBLE, None, "not yet"),
        (DOUBLE, empty, "not yet"),
        (DOUBLE, lambda a: ..., "not yet"),
        (DOUBLE, lambda a: a + a, "right"),
        (DOUBLE, changes_its_argument, "right"),
        (DOUBLE, lambda a: a**2, "A square."),
        (DOUBLE, lambda a: -2 * a, "The right size, the wrong sign."),
        (DOUBLE, lambda a: a, "Half as large"),
        (DOUBLE, lambda a: 4 * a, "Twice too large"),
        (DOUBLE, lambda a: 2 * a[0], "This is one number"),
        (DOUBLE, lambda a: a * np.nan, "There is nan"),
        (DOUBLE, lambda a: a * np.inf, "There is inf"),
        (DOUBLE, lambda a: "four", "A number or an array"),
        (DOUBLE, lambda a: 2 * a + 1, "Not right yet"),
        (DOUBLE, forgets_to_return, "Your function returns nothing"),
        (DOUBLE, raises, "Your function stops with IndexError: no row 7"),
        (DOUBLE, lambda: 1, "Your function stops with TypeError"),
        (DOUBLE, [2.0, 4.0], "A function is asked for"),
        (NUMBER, 2.5, "right"),
        (NUMBER, "2.5", "right"),
        (NUMBER, 2.5019, "right"),
        (NUMBER, 2.51, "Not right yet"),
        (NUMBER, 2, "The median."),
        (NUMBER, 2.5 * np.log(2), "In nats"),
        (NUMBER, 2.5 / np.log(2), "In bits"),
        (NUMBER, lambda: 2.5, "A value is asked for"),
        (NUMBER, [2.5, 2.5], "One number is asked for"),
        (NUMBER, "no idea", "A number or an array"),
        (LOG_3, 1.1, "Right as far as it goes"),
        (LOG_3, 1, "Not right yet"),
        (LOG_3, 1.12, "Not right yet"),
        (WORD, " Huber ", "right"),
        (WORD, "hinge", "Not this one."),
        (WORD, 3, "A word is asked for"),
    ],
)
def test_judge(exercise, answer, said):
    assert judge(exercise, answer).startswith(said)


def test_an_answer_cannot_spoil_the_next_one():
    def spoils(a):
        a[:] = 0
        return a

    assert judge(DOUBLE, spoils) != "right"
    assert judge(DOUBLE, lambda a: 2 * a) == "right"


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no exercise is called '9.9 nothing'"):
        check("9.9 nothing", 1)


# The pages.


def checks_of(notebook):
    """(name of the exercise, is it the solution?, what is printed) for each check."""
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
                printed = "".join(output.get("text", "") for output in cell.outputs)
                yield node.args[0].value, "hide-cell" in tags(cell), printed.strip()


def exercises_of(notebook) -> list[tuple[str, str]]:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return EXERCISE.findall(text)


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_page_asks_three_to_five_exercises(path):
    numbers, kinds = zip(*exercises_of(nbformat.read(path, as_version=4)), strict=True)
    assert 3 <= len(numbers) <= 5
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
    assert {"on paper", "code", "why"} <= set(kinds)
    assert kinds[-1] == "your data"


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_page_says_not_yet_and_its_solutions_are_right(path):
    found = list(checks_of(nbformat.read(path, as_version=4)))
    chapter = path.name[:3].replace("-", ".")
    assert all(name.startswith(f"{chapter} ") for name, _, _ in found)
    open_ones = {name for name, is_solution, _ in found if not is_solution}
    solved = {name for name, is_solution, _ in found if is_solution}
    assert open_ones == solved and open_ones
    for _, is_solution, printed in found:
        assert printed == ("right" if is_solution else "not yet")


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_every_exercise_has_a_solution(path):
    """Between an exercise and the next: folded words, or a folded cell, or both."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(
        f"{cell.source}\n{'hide-cell' if 'hide-cell' in tags(cell) else ''}" for cell in cells
    )
    parts = EXERCISE.split(text)[3::3]
    assert parts
    for part in parts:
        part = part.split("\n## ")[0]
        assert "<details>" in part or "hide-cell" in part


def test_every_exercise_stands_on_one_page():
    asked = [
        name
        for path in NOTEBOOKS
        for name, is_solution, _ in checks_of(nbformat.read(path, as_version=4))
        if not is_solution
    ]
    assert sorted(asked) == sorted(EXERCISES)

"""The book's exercises: ``check`` says "right", or gives a hint that names the mistake.

Each exercise is its right answer and the mistakes that learners make, both as code, in a file
per part of the book.
"""

from . import appendix, background, code, concepts, losses, outlook, questions
from .checking import Exercise, judge

__all__ = ["EXERCISES", "check"]

EXERCISES: dict[str, Exercise] = {
    name: exercise
    for part in (background, concepts, losses, code, outlook, questions, appendix)
    for name, exercise in part.EXERCISES.items()
}


def check(name: str, answer: object) -> None:
    """Print what the book says to your answer of an exercise: "right", "not yet", or a hint.

    Parameters
    ----------
    name : the exercise, as its cell on the page names it
    answer : your number (four digits are enough), array, word, or function.  A function is tried
        on a few inputs.  An empty one, and ``...``, are "not yet".

    Raises
    ------
    ValueError
        for a name that no exercise has.

    Examples
    --------
    >>> check("2.4 how many images", ...)
    not yet
    >>> check("2.4 how many images", "a third")
    A number or an array of numbers is asked for.
    """
    if name not in EXERCISES:
        raise ValueError(f"no exercise is called {name!r}; there are {', '.join(EXERCISES)}")
    print(judge(EXERCISES[name], answer))

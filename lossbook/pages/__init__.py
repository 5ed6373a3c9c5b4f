"""What the pages of the book need, and a user of the losses does not.

A page begins with ``from lossbook.pages import check, figures``: `check` judges the answers of
exercises; ``figures``, which needs Matplotlib, is the look of the pictures; and `other_libraries`
is a survey, made once.
"""

from .exercises import check
from .survey import other_libraries

__all__ = ["check", "figures", "other_libraries"]  # figures: loaded where it is asked for

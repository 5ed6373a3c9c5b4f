"""What the pages of the book need, and a user of the losses does not.

A page begins with ``from lossbook.pages import check, figures``: `check` judges the answers of
exercises; ``figures``, which needs Matplotlib, is the look of the pictures; ``other_libraries`` is
a survey, made once; ``stored_trials`` reads what came out of long experiments.
"""

from .exercises import check
from .survey import other_libraries
from .trials import stored_trials

# `figures`, which needs Matplotlib, is loaded where it is asked for.
__all__ = ["check", "figures", "other_libraries", "stored_trials"]

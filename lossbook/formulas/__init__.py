"""The losses themselves, by family.  Each is one formula; `lossbook.loss` does the rest."""

from . import classification, likelihood, multilabel, overlap, regression
from .classification import *  # noqa: F403  (each family names its losses in __all__)
from .likelihood import *  # noqa: F403
from .multilabel import *  # noqa: F403
from .overlap import *  # noqa: F403
from .regression import *  # noqa: F403

__all__ = [
    *classification.__all__,
    *likelihood.__all__,
    *multilabel.__all__,
    *overlap.__all__,
    *regression.__all__,
]

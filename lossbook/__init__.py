"""Losses, their gradients, and the descent that uses them: the module behind the book."""

from . import datasets
from .descent import (
    AdaGrad,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    RMSProp,
    cosine,
    descend,
    inverse_decay,
)
from .formulas import __all__ as _loss_names
from .formulas.classification import *  # noqa: F403  (each family names its losses in __all__)
from .formulas.likelihood import *  # noqa: F403
from .formulas.multilabel import *  # noqa: F403
from .formulas.overlap import *  # noqa: F403
from .formulas.regression import *  # noqa: F403
from .gradients import check_gradient
from .loss import elementwise, losses, multilabel, rowwise
from .network import Network, train
from .probabilities import sigmoid, softmax

__all__ = [
    *_loss_names,
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "Network",
    "RMSProp",
    "check_gradient",
    "cosine",
    "datasets",
    "descend",
    "elementwise",
    "inverse_decay",
    "losses",
    "multilabel",
    "rowwise",
    "sigmoid",
    "softmax",
    "train",
]

__version__ = "0.2.0"

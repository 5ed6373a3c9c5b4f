"""The losses themselves, by family.  Each is one formula; `lossbook.loss` does the rest."""

from .classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
)
from .multilabel import multilabel_cross_entropy, multilabel_cross_entropy_with_logits
from .regression import huber, mean_absolute_error, mean_squared_error

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "cross_entropy_with_logits",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "multilabel_cross_entropy",
    "multilabel_cross_entropy_with_logits",
]

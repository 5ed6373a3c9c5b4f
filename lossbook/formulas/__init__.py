"""The losses themselves, by family.  Each is one formula; `lossbook.loss` does the rest."""

from .classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
    focal_with_logits,
    hinge,
    kl_divergence,
    squared_hinge,
)
from .multilabel import multilabel_cross_entropy, multilabel_cross_entropy_with_logits
from .overlap import dice
from .regression import huber, log_cosh, mean_absolute_error, mean_squared_error, quantile

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "cross_entropy_with_logits",
    "dice",
    "focal_with_logits",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_squared_error",
    "multilabel_cross_entropy",
    "multilabel_cross_entropy_with_logits",
    "quantile",
    "squared_hinge",
]

"""The losses inside scikit-learn: compiled loops, made for its own models.

They give one value and one slope per example; mean and division are done here, in place.
"""

from sklearn._loss.loss import (
    AbsoluteError,
    HalfBinomialLoss,
    HalfMultinomialLoss,
    HalfSquaredError,
    HuberLoss,
    PinballLoss,
)

LOSSES = {  # loss → scikit-learn's for k classes, and how many times that one ours is
    "mean_squared_error": lambda k: (HalfSquaredError(), 2),
    "mean_absolute_error": lambda k: (AbsoluteError(), 1),
    "huber": lambda k: (HuberLoss(delta=1.0), 1),
    "quantile": lambda k, level: (PinballLoss(quantile=level), 1),
    "binary_cross_entropy_with_logits": lambda k: (HalfBinomialLoss(), 1),
    "multilabel_cross_entropy_with_logits": lambda k: (HalfBinomialLoss(), 1),
    "cross_entropy_with_logits": lambda k: (HalfMultinomialLoss(n_classes=k), 1),
}


def contenders(name, y, p, parameters):
    """title → (call for the value, call for value and gradient); none if it has no such loss"""
    one_of_k = name == "cross_entropy_with_logits"
    if name not in LOSSES or (one_of_k and y.ndim == 2):
        return {}
    loss, factor = LOSSES[name](p.shape[-1], **parameters)
    truth = y.ravel().astype(p.dtype)
    prediction = p if one_of_k else p.ravel()

    def value():
        return factor * loss.loss(truth, prediction, n_threads=1).mean()

    def both():
        values, slopes = loss.loss_gradient(truth, prediction, n_threads=1)
        slopes *= factor / truth.size
        return factor * values.mean(), slopes.reshape(p.shape)

    return {"sklearn": (value, both)}

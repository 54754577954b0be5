"""Loss functions, with their gradients by the network's outputs.

Every loss is called ``(outputs, targets, *, weights=None)`` and returns the loss, a
float, and its gradient, an array like ``outputs``. Shapes: outputs (N, K); targets
either labels, integers (N,) in 0 ... K-1, or rows (N, K) of shares that sum to 1 (K
equal shares for an example without a label); weights (N,), the weight of each example,
1 by default. The loss is the weighted sum divided by N, so that an example's weight
does not depend on the rest of the batch.

The arithmetic uses the dtype of the outputs: float32 in training, float64 in gradient
checks.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError
from nnweb.network import OUTLIER

Array = NDArray[np.floating]


class Loss(Protocol):
    """The signature of all loss functions."""

    def __call__(
        self, outputs: Array, targets: NDArray[Any], /, *, weights: Array | None = None
    ) -> tuple[float, Array]: ...


def softmax_cross_entropy(
    logits: Array,
    targets: NDArray[Any],
    *,
    label_smoothing: float = 0.0,
    weights: Array | None = None,
) -> tuple[float, Array]:
    """Cross-entropy of softmax(logits) to the targets, in nats.

    With p = softmax(logits): loss = -mean(sum(targets * log p)), dlogits = (p -
    targets) / N. The softmax is shifted by the row's maximum, and log p is not
    computed from a rounded p: no logit, however large, makes the loss infinite.

    ``label_smoothing`` s replaces the targets by (1 - s) * targets + s / K. Source:
    Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7.
    """
    _check(logits, targets, weights)
    K = logits.shape[1]
    shifted = logits - logits.max(axis=1, keepdims=True)
    dlogits = np.exp(shifted)
    total = dlogits.sum(axis=1, keepdims=True)
    dlogits /= total
    if (
        targets.ndim == 1 and label_smoothing == 0
    ):  # the common case, without building rows
        index = np.arange(len(logits)), targets
        each = np.log(total[:, 0]) - shifted[index]
        dlogits[index] -= 1
    else:
        shares = as_rows(targets, K, logits.dtype)
        shares = (1 - label_smoothing) * shares + label_smoothing / K
        each = np.log(total[:, 0]) - (shares * shifted).sum(axis=1)
        dlogits -= shares
    return _weigh(each, dlogits, weights)


def open_set_cross_entropy(
    logits: Array, targets: NDArray[Any], *, weights: Array | None = None
) -> tuple[float, Array]:
    """Cross-entropy with one more class, "none of the labels", whose logit is 0.

    ``targets`` are labels, OUTLIER (-1) for none of them, or rows (N, K + 1), whose
    last column is none of them. The probability that an example has a label is then
    sigmoid(log sum exp(logits)): ``Network.score`` is its log odds, and softmax(logits)
    is the probability of each label, given that it has one.
    The K + 1 class softmax: loss = -mean(log p[target]), with exp(0) for the last.

    Source: the "background class" of Dhamija et al. 2018, "Reducing Network
    Agnostophobia", section 3, with a fixed logit, so that it needs no output.
    """
    _check(logits, targets, weights, open_set=True)
    N, K = logits.shape
    none = np.zeros((N, 1), logits.dtype)
    if targets.ndim == 1:
        targets = np.where(targets == OUTLIER, K, targets.astype(np.intp))
    loss, gradient = softmax_cross_entropy(
        np.concatenate([logits, none], axis=1), targets, weights=weights
    )
    return loss, np.ascontiguousarray(gradient[:, :K])


def quadratic(
    outputs: Array, targets: NDArray[Any], *, weights: Array | None = None
) -> tuple[float, Array]:
    """Half the squared distance from the outputs to the targets' rows of 0 and 1.

    loss = mean(sum((outputs - targets)^2)) / 2. Source: Nielsen 2015, "Neural Networks
    and Deep Learning", eq. 6.
    """
    _check(outputs, targets, weights)
    doutputs = outputs - as_rows(targets, outputs.shape[1], outputs.dtype)
    each = (doutputs * doutputs).sum(axis=1) / 2
    return _weigh(each, doutputs, weights)


LOSSES: dict[str, Loss] = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "open_set_cross_entropy": open_set_cross_entropy,
    "quadratic": quadratic,
}


def as_rows(targets: NDArray[Any], K: int, dtype: Any = np.float32) -> Array:
    """Return targets as rows (N, K): labels become one-hot rows."""
    if targets.ndim == 2:
        return targets.astype(dtype, copy=False)
    rows = np.zeros((len(targets), K), dtype)
    rows[np.arange(len(targets)), targets] = 1
    return rows


def _weigh(each: Array, gradient: Array, weights: Array | None) -> tuple[float, Array]:
    """Return the weighted mean of ``each``, and ``gradient``, scaled in place."""
    N = len(each)
    if weights is None:
        gradient /= N
    else:
        each = each * weights
        gradient *= (weights / N).astype(gradient.dtype)[:, None]
    return float(each.sum(dtype=np.float64)) / N, gradient


def _check(
    outputs: Array,
    targets: NDArray[Any],
    weights: Array | None,
    *,
    open_set: bool = False,
) -> None:
    """ShapeError unless the shapes and labels fit; ``open_set``: with one more class.

    Its label is OUTLIER, its column in rows is the last.
    """
    if outputs.ndim != 2 or 0 in outputs.shape:
        raise ShapeError(f"loss: outputs are {outputs.shape}, expected (N, K)")
    N, K = outputs.shape
    columns, lowest = (K + 1, OUTLIER) if open_set else (K, 0)
    labels = targets.ndim == 1 and np.issubdtype(targets.dtype, np.integer)
    if not (labels and len(targets) == N) and targets.shape != (N, columns):
        raise ShapeError(
            f"loss: targets are {targets.dtype} {targets.shape}, expected integers "
            f"({N},) or rows ({N}, {columns})"
        )
    if labels and not lowest <= int(targets.min()) <= int(targets.max()) < K:
        raise ShapeError(
            f"loss: labels go from {targets.min()} to {targets.max()}, expected "
            f"{lowest} to {K - 1}: one output for each label"
        )
    if weights is not None and weights.shape != (N,):
        raise ShapeError(f"loss: weights are {weights.shape}, expected ({N},)")

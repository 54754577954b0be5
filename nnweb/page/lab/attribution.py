"""Attribution: why a network gives its answer, what would change it, what it looks for.

An image is x (1, 784), as ``nnweb.images.preprocess.prepare`` returns it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError
from nnweb.images.preprocess import SIDE
from nnweb.layers import Array, Dropout
from nnweb.network import Network

_PATCH = 4  # pixels, the side of the patch that covers a part of the image
_STEP = 2  # pixels between two positions of the patch
_ROUNDS = 40  # of the search for another answer
_OVERSHOOT = 1.02  # of each step, to get past the decision boundary
_ASCENTS = 40  # steps towards an ideal image
_RATE = 0.3  # of ink, the largest change of a pixel in one step


def gradients(
    network: Network, x: Array, dlogits: Array
) -> tuple[NDArray[np.floating], Array]:
    """Return the logits of x (N, 784), and d(sum of dlogits * logits)/dx (N, 784)."""
    # without dropout, as when the network predicts
    layers = [layer for layer in network.layers if not isinstance(layer, Dropout)]
    y = x.reshape(len(x), *network.x_shape)
    for layer in layers:
        y = layer.forward(y, train=True)
    dy = dlogits
    for layer in reversed(layers):
        dy = layer.backward(dy)
    return y, dy.reshape(len(x), -1)


def saliency(network: Network, x: Array, label: int) -> Array:
    """Return the evidence of each pixel for ``label``: gradient times input, (28, 28).

    To first order, what the logit would lose without the pixel; 0 for paper.
    Source: Shrikumar et al. 2016, "Not Just a Black Box: Learning Important Features
    Through Propagating Activation Differences", section 3.1.
    """
    _, dx = gradients(network, x, _one_hot(network, label))
    return (x * dx).reshape(SIDE, SIDE)


def occlusion(network: Network, x: Array, label: int) -> Array:
    """Return what the logit of ``label`` loses where ink is covered, (28, 28).

    A patch of 4 x 4 pixels of paper moves over the image in steps of 2; each pixel gets
    the mean of the patches that cover it. Source: Zeiler and Fergus 2014,
    "Visualizing and Understanding Convolutional Networks", section 4.2.
    """
    _one_hot(network, label)
    image = x.reshape(SIDE, SIDE)
    tops = range(0, SIDE - _PATCH + 1, _STEP)
    windows = [
        (slice(top, top + _PATCH), slice(left, left + _PATCH))
        for top in tops
        for left in tops
        if image[top : top + _PATCH, left : left + _PATCH].any()
    ]
    covered = np.repeat(image[None], len(windows) + 1, axis=0)
    for i, window in enumerate(windows):
        covered[i][window] = 0
    logits = network.forward(covered.reshape(len(covered), -1))[:, label]
    loss, count = np.zeros((2, SIDE, SIDE), np.float32)
    for window, logit in zip(windows, logits, strict=False):
        loss[window] += logits[-1] - logit
    for top in tops:
        for left in tops:
            count[top : top + _PATCH, left : left + _PATCH] += 1
    return loss / count


@dataclass(frozen=True)
class Change:
    """A small change of an image that changes the answer.

    ``image`` (784,) in 0 ... 1; ``label``, the new answer; ``squares``, the sum of the
    squared differences, 1 for one pixel from paper to ink; ``found``: whether the
    answer did change.
    """

    image: Array
    label: int
    squares: float
    found: bool


def smallest_change(network: Network, x: Array) -> Change:
    """Step over the nearest decision boundary, with all pixels within 0 ... 1.

    Each round linearizes the logits and steps to where the nearest other one would
    catch up; pixels that would leave the range are held fixed.
    Source: Moosavi-Dezfooli et al. 2016, "DeepFool: a simple and accurate method to
    fool deep neural networks", algorithm 2; the range is our addition.
    """
    count = len(network.labels)
    start = x.reshape(-1).astype(np.float32)
    image = start.copy()
    before = int(network.forward(start[None])[0].argmax())
    for _ in range(_ROUNDS):
        # all logits' gradients at once: the image repeated once for each
        rows = np.repeat(image[None], count, axis=0)
        logits, dx = gradients(network, rows, np.eye(count, dtype=np.float32))
        if int(logits[0].argmax()) != before:
            break
        image = _step(image, logits[0] - logits[0][before], dx - dx[before], before)
    answer = int(network.forward(image[None])[0].argmax())
    squares = float(((image - start) ** 2).sum())
    return Change(image, answer, squares, answer != before)


def _step(
    image: Array, behind: NDArray[np.floating], slopes: Array, before: int
) -> Array:
    """Step to the nearest boundary; ``behind`` (labels,), ``slopes`` (labels, 784)."""
    stuck = ((image <= 0) & (slopes < 0)) | ((image >= 1) & (slopes > 0))
    free = np.where(stuck, 0, slopes)
    steep = (free**2).sum(axis=1)
    distance = np.full(len(behind), np.inf)
    can = steep > 1e-12
    can[before] = False
    distance[can] = np.abs(behind[can]) / np.sqrt(steep[can])
    nearest = int(distance.argmin())
    if not can[nearest]:
        return image
    step = (np.abs(behind[nearest]) + 1e-4) / steep[nearest] * _OVERSHOOT
    moved: Array = np.clip(image + step * free[nearest], 0, 1).astype(np.float32)
    return moved


def ideal_images(network: Network) -> Array:
    """Return for each label the image that the network would like most, (labels, 784).

    Gradient ascent from blank paper on the logit minus the mean of all, within 0 ... 1.
    Source: Erhan et al. 2009, "Visualizing Higher-Layer Features of a Deep Network",
    section 3.1; the blur against speckles: Yosinski et al. 2015, "Understanding Neural
    Networks Through Deep Visualization", section 3.
    """
    count = len(network.labels)
    images = np.zeros((count, SIDE * SIDE), np.float32)
    dlogits = np.eye(count, dtype=np.float32) - np.float32(1 / count)
    for _ in range(_ASCENTS):
        _, dx = gradients(network, images, dlogits)
        largest = np.abs(dx).max(axis=1, keepdims=True) + 1e-12
        images = np.clip(_blurred(images + _RATE * dx / largest), 0, 1)
    return images.astype(np.float32)


def _blurred(images: Array) -> Array:
    """Average each pixel with its neighbours, weighted 1 2 1 in both directions."""
    x = np.pad(images.reshape(-1, SIDE, SIDE), ((0, 0), (1, 1), (1, 1)))
    x = (x[:, :-2] + 2 * x[:, 1:-1] + x[:, 2:]) / 4
    x = (x[:, :, :-2] + 2 * x[:, :, 1:-1] + x[:, :, 2:]) / 4
    return x.reshape(images.shape).astype(np.float32)


def nearest(
    x: Array, images: NDArray[np.uint8], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the indices of the ``count`` images nearest to x, and their distances.

    ``images`` uint8 (N, 784), 0 paper ... 255 ink; distances are Euclidean, of
    ink in 0 ... 1.
    """
    image = x.reshape(-1).astype(np.float32)
    squares = np.empty(len(images), np.float32)
    for start in range(0, len(images), 1000):  # bounds the memory
        part = images[start : start + 1000].astype(np.float32)
        part *= np.float32(1 / 255)
        part -= image
        squares[start : start + 1000] = np.einsum("nk,nk->n", part, part)
    best = np.argsort(squares, kind="stable")[:count]
    return best, np.sqrt(squares[best])


def _one_hot(network: Network, label: int) -> Array:
    count = len(network.labels)
    if not 0 <= label < count:
        raise ShapeError(f"label: got {label}, expected 0 to {count - 1}")
    return np.eye(count, dtype=np.float32)[label : label + 1]

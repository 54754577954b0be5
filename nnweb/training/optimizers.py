"""Optimizers: update parameters in place from gradients.

``step(params, grads, learning_rate)`` changes every array of ``params`` in place; both
are dicts with the same keys, as of ``Network``. An optimizer belongs to one network:
its state is kept by key. ``state()`` returns it as a flat dict of arrays, and
``load_state()`` restores it.

Weight decay applies to the weights (keys ending in "W"), never to biases: a bias sets a
unit's threshold, and keeping it small gains nothing. In SGD, Momentum and Adam it is
added to the gradient (L2), in AdamW it is decoupled from it.

Speed: an update is a dozen passes of simple arithmetic over all numbers, so memory
bandwidth is the limit. The arrays are processed in blocks that stay in a core's cache
during all passes, and intermediates go to preallocated scratch memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import TrainingError

Array = NDArray[np.floating]
Arrays = dict[str, Array]

#: Numbers in a block: five float32 arrays of this size take 1.3 MB.
BLOCK = 65536


class Optimizer:
    """Base of the optimizers: iteration in blocks, and state by parameter.

    Attributes
    ----------
    slots : tuple of str
        Names of the state arrays, one of the parameter's size for each.
    """

    slots: tuple[str, ...] = ()

    def __init__(self, *, weight_decay: float = 0.0) -> None:
        self.weight_decay = weight_decay
        self.steps = 0
        self._memory: dict[str, Arrays] = {slot: {} for slot in self.slots}
        self._scratch = np.empty((2, BLOCK), np.float32)

    def step(self, params: Arrays, grads: Arrays, learning_rate: float) -> None:
        """Update ``params`` in place from ``grads``; both have the same keys."""
        self.steps += 1
        for name, param in params.items():
            for slot in self.slots:
                if name not in self._memory[slot]:
                    self._memory[slot][name] = np.zeros(param.size, param.dtype)
            memory = [self._memory[slot][name] for slot in self.slots]
            decay = self.weight_decay if name.endswith("W") else 0.0
            for p, g, *m in _blocks(param, grads[name], memory):
                self._update(p, g, m, learning_rate, decay)

    def _update(
        self, p: Array, g: Array, memory: list[Array], rate: float, decay: float
    ) -> None:
        """Update the block ``p`` in place; ``g`` is only read."""
        raise NotImplementedError

    def _with_l2(self, p: Array, g: Array, decay: float) -> Array:
        """Return the gradient of loss + decay / 2 * sum(p^2), in scratch memory."""
        if not decay:
            return g
        out = self._scratch[1, : p.size]
        np.multiply(p, decay, out=out)
        out += g
        return out

    def state(self) -> Arrays:
        """Return a copy of the state: ``{"steps": ..., "m/0.W": ..., ...}``."""
        arrays = {
            f"{slot}/{name}": array.copy()
            for slot, memory in self._memory.items()
            for name, array in memory.items()
        }
        return {"steps": np.array(self.steps, np.float64), **arrays}

    def load_state(self, state: Arrays) -> None:
        """Restore the ``state()`` of an optimizer of the same kind."""
        memory: dict[str, Arrays] = {slot: {} for slot in self.slots}
        for key, array in state.items():
            slot, _, name = key.partition("/")
            if key == "steps":
                continue
            if slot not in memory:
                expected = " or ".join(self.slots) or "nothing"
                place = f"{type(self).__name__}.load_state"
                raise TrainingError(f"{place}: got {key!r}, expected {expected}")
            memory[slot][name] = array.copy()
        if "steps" not in state:
            raise TrainingError(f"{type(self).__name__}.load_state: 'steps' is missing")
        self.steps, self._memory = _count(state["steps"], "steps"), memory


class SGD(Optimizer):
    """Plain gradient descent: p -= learning_rate * g."""

    def _update(
        self, p: Array, g: Array, memory: list[Array], rate: float, decay: float
    ) -> None:
        change = self._scratch[0, : p.size]
        np.multiply(self._with_l2(p, g, decay), rate, out=change)
        p -= change


class Momentum(Optimizer):
    """v = momentum * v + g; p -= learning_rate * v.

    ``nesterov`` looks ahead: p -= learning_rate * (g + momentum * v). Source:
    Sutskever et al. 2013, "On the importance of initialization and momentum in deep
    learning", eqs. 1 to 4, in the form that only needs the gradient at p.
    """

    slots = ("v",)

    def __init__(
        self,
        *,
        momentum: float = 0.9,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(weight_decay=weight_decay)
        self.momentum, self.nesterov = momentum, nesterov

    def _update(
        self, p: Array, g: Array, memory: list[Array], rate: float, decay: float
    ) -> None:
        (v,) = memory
        change = self._scratch[0, : p.size]
        g = self._with_l2(p, g, decay)
        v *= self.momentum
        v += g
        if self.nesterov:
            np.multiply(v, self.momentum, out=change)
            change += g
            change *= rate
        else:
            np.multiply(v, rate, out=change)
        p -= change


class Adam(Optimizer):
    """p -= learning_rate * m' / (sqrt(v') + epsilon), elementwise.

    m and v are moving averages of g and g^2; m' and v' are corrected for starting at
    zero. Source: Kingma and Ba 2015, "Adam: A Method for Stochastic
    Optimization", algorithm 1.
    """

    slots = ("m", "v")

    def __init__(
        self,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(weight_decay=weight_decay)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _update(
        self, p: Array, g: Array, memory: list[Array], rate: float, decay: float
    ) -> None:
        m, v = memory
        scratch = self._scratch[0, : p.size]
        g = self._with_l2(p, g, decay)
        np.multiply(g, 1 - self.beta1, out=scratch)
        m *= self.beta1
        m += scratch
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.beta2
        v *= self.beta2
        v += scratch
        # p -= rate * m' / (sqrt(v') + epsilon), the corrections moved to the scalars
        correction = sqrt(1 - self.beta2**self.steps)
        np.sqrt(v, out=scratch)
        scratch += self.epsilon * correction
        np.divide(m, scratch, out=scratch)
        scratch *= rate * correction / (1 - self.beta1**self.steps)
        p -= scratch


class AdamW(Adam):
    """Adam with decoupled decay: p is first multiplied by 1 - learning_rate * decay.

    In Adam the decay is divided by sqrt(v) like the gradient, and so is weakest where
    gradients are large. Source: Loshchilov and Hutter 2019, "Decoupled
    Weight Decay Regularization", algorithm 2.
    """

    def __init__(
        self,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(
            beta1=beta1, beta2=beta2, epsilon=epsilon, weight_decay=weight_decay
        )

    def _update(
        self, p: Array, g: Array, memory: list[Array], rate: float, decay: float
    ) -> None:
        if decay:
            p *= 1 - rate * decay
        super()._update(p, g, memory, rate, 0.0)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adam": Adam,
    "adamw": AdamW,
}


def clip_gradients(grads: Arrays, max_norm: float) -> float:
    """Scale ``grads`` in place so that their global norm is at most ``max_norm``.

    The norm is that of all numbers as one vector, so the direction does not change.
    Returns the previous norm. Source: Pascanu et al. 2013, "On the difficulty of
    training recurrent neural networks", algorithm 1.
    """
    flat = [_flat(grad, grad) for grad in grads.values()]
    norm = sqrt(sum(float(np.dot(grad, grad)) for grad in flat))
    if norm > max_norm:
        for grad in grads.values():
            grad *= max_norm / norm
    return norm


class WeightAverage:
    """A moving average of the parameters, which often predicts better.

    average += (1 - d) * (params - average), where d grows as (1 + t) / (10 + t) up to
    ``decay``, so that it soon forgets the random start. Source: Polyak and Juditsky
    1992, "Acceleration of Stochastic Approximation by Averaging"; the growth of d as
    in TensorFlow's ExponentialMovingAverage(num_updates=t).
    """

    def __init__(self, params: Arrays, *, decay: float = 0.999) -> None:
        self.decay, self.updates = decay, 0
        self.average: Arrays = {name: p.copy(order="K") for name, p in params.items()}
        self._scratch = np.empty(BLOCK, np.float32)

    def update(self, params: Arrays) -> None:
        """Update the average with ``params``."""
        t = self.updates
        keep = min(self.decay, (1 + t) / (10 + t))
        self.updates += 1
        for name, average in self.average.items():
            for a, p in _blocks(average, params[name], []):
                difference = np.subtract(p, a, out=self._scratch[: a.size])
                difference *= 1 - keep
                a += difference

    def state(self) -> Arrays:
        """Return a copy of the state: ``{"updates": ..., "0.W": ..., ...}``."""
        arrays = {name: array.copy() for name, array in self.average.items()}
        return {"updates": np.array(self.updates, np.float64), **arrays}

    def load_state(self, state: Arrays) -> None:
        """Restore the ``state()`` of an average for the same network."""
        expected = {"updates", *self.average}
        if set(state) != expected:
            raise TrainingError(
                f"WeightAverage.load_state: got {sorted(state)}, "
                f"expected {sorted(expected)}"
            )
        self.updates = _count(state["updates"], "updates")
        for name, average in self.average.items():
            average[...] = state[name]


def _count(array: NDArray[Any], name: str) -> int:
    """Return a count that was stored as an array without axes."""
    if array.dtype.kind != "f" or array.ndim or not 0 <= array < 2**53:  # not NaN
        raise TrainingError(f"load_state: {name} is damaged, expected a count")
    return int(array)


def _flat(array: Array, like: Array) -> Array:
    """Return ``array`` as (size,), in the memory order of ``like``.

    A view if ``array`` has the same memory order.
    """
    fortran = like.flags.f_contiguous and not like.flags.c_contiguous
    return array.reshape(-1, order="F" if fortran else "C")


def _blocks(
    param: Array, other: Array, memory: list[Array]
) -> Iterator[tuple[Array, ...]]:
    """Iterate ``param``, ``other`` and flat ``memory`` in parallel, by blocks.

    The blocks of ``param`` and ``memory`` are writable views.
    """
    if not param.flags.forc:
        raise TypeError(
            "a parameter must be contiguous in memory to be updated in place"
        )
    flat = [_flat(param, param), _flat(other, param), *memory]
    for start in range(0, param.size, BLOCK):
        yield tuple(array[start : start + BLOCK] for array in flat)

"""Half of a network, which learns in step with its other half in another worker.

Dense layers are cut by their inputs and by their outputs in turn: of the first layer
each worker has every other pixel's weights, of the second every other unit, and so on.
What follows a layer cut by its inputs needs the sum of what both have computed of it;
what a layer cut by its outputs hands back, likewise. These sums are all that is
exchanged: a few thousand numbers, where gradients would be all of the network's. And
each optimizer has but half of the numbers to walk through.

It is the same step as one worker's, but for the order in which some sums are added up.
Both workers add the same two numbers, so what both have stays the same to the last bit.

Source: the cutting by columns and rows in turn of Shoeybi et al. 2019, "Megatron-LM",
section 3, begun with rows since the input can be had in halves.
"""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.layers import Dense, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from nnweb.layers.base import Layer
from nnweb.matmul import column_sums, matmul, matmul_nt, matmul_tn
from nnweb.network import Network
from nnweb.training.batches import Array, Batch
from nnweb.training.losses import Loss
from nnweb.training.optimizers import Optimizer
from nnweb.training.settings import Settings
from nnweb.training.trainer import Exchange

Arrays = dict[str, NDArray[Any]]
Exchanges = Generator[Exchange, None, Array]
Index = tuple[slice, ...]

_ALL = slice(None)
#: What acts on each number by itself, and so on half of them as on all.
_Numberwise = ReLU | LeakyReLU | Sigmoid | Tanh | Linear


def can_be_halved(network: Network, settings: Settings) -> bool:
    """Whether all its layers can be cut, or need not be; and the step be shared."""
    layers = network.layers
    return (
        isinstance(layers[0], Dense)
        and all(isinstance(layer, Dense | _Numberwise) for layer in layers)
        and settings.clip is None
        and settings.average is None
    )


@dataclass(frozen=True)
class _Cut:
    """How one dense layer is cut: by "inputs", by "outputs", or ("") not at all."""

    place: int
    by: str

    def index(self, key: str, rank: int) -> Index:
        """The part of the layer's "W" or "b" that the worker ``rank`` has."""
        half = slice(rank, None, 2)
        if key == "b":
            return (half if self.by == "outputs" else _ALL,)
        return {"inputs": (half, _ALL), "outputs": (_ALL, half)}.get(
            self.by, (_ALL, _ALL)
        )


class Half:
    """One of two workers' half of a network and its optimizer. A ``Partner``.

    After each Exchange of ``learn`` and ``merge``, ``inbox`` must hold what the other
    half had in its ``outbox``; both are float32, only their first numbers count.

    Parameters
    ----------
    network : Network
        The whole, which stays as it is until ``merge``.
    optimizer, settings : as the trainer has them
    rank : 0 or 1
    batch_size : int
        The most examples of a step.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        settings: Settings,
        rank: int,
        batch_size: int,
    ) -> None:
        self._network, self._whole, self._rank = network, optimizer, rank
        self._cuts = _cuts(network)
        self._layers: dict[int, Layer] = {
            place: copy.copy(layer)  # it remembers what it was given last
            for place, layer in enumerate(network.layers)
            if place not in self._cuts
        }
        self._params = {
            name: _taken(array, self._index(name, rank))
            for name, array in network.params.items()
        }
        self._optimizer = settings.make_optimizer()
        self._optimizer.load_state(dict(self._halved(optimizer.state())))
        widest = max(max(layer.params["W"].shape) for layer in self._dense())
        room = max(widest * batch_size, self._merging(0), self._merging(1))
        self.outbox, self.inbox = np.zeros((2, room), np.float32)

    # --- a step ---

    def learn(
        self, batch: Batch, loss: Loss, learning_rate: float
    ) -> Generator[Exchange, None, tuple[float, Array]]:
        """One step of the whole network; returns the loss and the logits before it."""
        y = np.ascontiguousarray(batch.x[:, self._rank :: 2])
        inputs: dict[int, Array] = {}
        for place in range(len(self._network.layers)):
            cut = self._cuts.get(place)
            if cut is None:
                y = self._layers[place].forward(y, train=True)
                continue
            inputs[place] = y
            y = matmul(y, self._params[f"{place}.W"])
            if cut.by == "inputs":
                y = yield from self._summed(y)
            y += self._params[f"{place}.b"]
        cost, dy = loss(y, batch.targets, weights=batch.weights)
        grads = yield from self._gradients(inputs, dy)
        self._optimizer.step(self._params, grads, learning_rate)
        return cost, y

    def _gradients(
        self, inputs: dict[int, Array], dy: Array
    ) -> Generator[Exchange, None, Arrays]:
        grads: Arrays = {}
        for place in reversed(range(len(self._network.layers))):
            cut = self._cuts.get(place)
            if cut is None:
                dy = self._layers[place].backward(dy)
                continue
            grads[f"{place}.W"] = matmul_tn(inputs[place], dy)
            grads[f"{place}.b"] = column_sums(dy)
            if place > 0:
                dy = matmul_nt(dy, self._params[f"{place}.W"])
                if cut.by == "outputs":
                    dy = yield from self._summed(dy)
        return grads

    def _summed(self, part: Array) -> Exchanges:
        """The sum of this and of what the other half has in its place."""
        size = part.size
        self.outbox[:size] = part.ravel()
        yield Exchange(size)
        part += self.inbox[:size].reshape(part.shape)
        return part

    # --- the whole again ---

    def merge(self) -> Generator[Exchange, None, None]:
        """Give the network and the optimizer both halves of what was learned."""
        state = self._optimizer.state()
        steps = state.pop("steps")
        ours = self._params | state
        whole = self._network.params | self._room(state)
        self.outbox[: self._merging(self._rank)] = np.concatenate(
            [_flat(ours[name]) for name in sorted(whole)]
        )
        yield Exchange(self._merging(self._rank))
        at = 0
        for name in sorted(whole):
            theirs = whole[name][self._index(name, 1 - self._rank)]
            flat = self.inbox[at : at + theirs.size]
            theirs[...] = flat.reshape(theirs.shape, order="F")
            mine = whole[name][self._index(name, self._rank)]
            mine[...] = ours[name].reshape(mine.shape, order="F")
            at += theirs.size
        memory = {name: whole[name].ravel(order="K") for name in state}
        self._whole.load_state({"steps": steps, **memory})

    # --- parts ---

    def _dense(self) -> Iterator[Layer]:
        return (self._network.layers[place] for place in self._cuts)

    def _index(self, name: str, rank: int) -> Index:
        """Of an array of the network, as "2.W", or of the optimizer's, as "m/2.W"."""
        place, key = name.rpartition("/")[2].split(".")
        return self._cuts[int(place)].index(key, rank)

    def _halved(self, state: Arrays) -> Iterator[tuple[str, NDArray[Any]]]:
        """The part of an optimizer's memory that is of this half."""
        params = self._network.params
        for name, array in state.items():
            if name == "steps":
                yield name, array
                continue
            whole = np.empty_like(params[name.rpartition("/")[2]])
            whole.ravel(order="K")[...] = array  # as the parameter lies, so does this
            yield name, _flat(whole[self._index(name, self._rank)])

    def _room(self, state: Arrays) -> Arrays:
        """For the whole of what the optimizer remembers."""
        params = self._network.params
        return {name: np.empty_like(params[name.rpartition("/")[2]]) for name in state}

    def _merging(self, rank: int) -> int:
        """How many numbers the half ``rank`` has, with all that is remembered."""
        count = sum(
            array[self._index(name, rank)].size
            for name, array in self._network.params.items()
        )
        return count * (1 + len(self._whole.slots))


def _cuts(network: Network) -> dict[int, _Cut]:
    dense = [i for i, x in enumerate(network.layers) if isinstance(x, Dense)]
    cuts = {}
    for turn, place in enumerate(dense):
        last = place == dense[-1]
        by = "inputs" if turn % 2 == 0 else "" if last else "outputs"
        cuts[place] = _Cut(place, by)
    return cuts


def _taken(array: Array, index: Index) -> Array:
    """A part of it, in memory of its own, which lies as the whole does."""
    return np.array(array[index], order="F" if array.ndim == 2 else "C")


def _flat(array: NDArray[Any]) -> NDArray[Any]:
    return array.ravel(order="F")

"""Runs in Pyodide: measures how many examples per second nnweb trains on."""

import time
from collections.abc import Buffer
from itertools import cycle

import numpy as np

from nnweb import Network, matmul
from nnweb.architecture import build_layers
from nnweb.initializers import he_normal
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.optimizers import SGD

digits: dict[str, np.ndarray] = {}
with_blas = matmul.has_blas  # for this NumPy


def take(data: Buffer) -> None:
    """Take the digits: 784 bytes of ink each, followed by all labels."""
    flat = np.frombuffer(data, np.uint8)
    count = flat.size // 785
    images = flat[: count * 784].reshape(count, 784)
    digits["x"] = images.astype(np.float32) / np.float32(255)
    digits["labels"] = flat[count * 784 :].astype(np.intp)


def measure(layers: str, batch: int, seconds: float, plain: bool) -> float:
    """Return examples per second; ``plain``: every product as ``@``."""
    setattr(matmul, "has_blas", (lambda: True) if plain else with_blas)  # noqa: B010
    network = Network(
        build_layers(
            layers,
            activation="relu",
            initializer=he_normal,
            rng=np.random.default_rng(0),
        )
    )
    optimizer, params = SGD(), network.params
    x, labels = digits["x"], digits["labels"]
    starts = cycle(range(0, len(x) - batch + 1, batch))

    def step() -> None:
        at = next(starts)
        logits = network.forward(x[at : at + batch], train=True)
        _, dlogits = softmax_cross_entropy(logits, labels[at : at + batch])
        network.backward_params(dlogits)
        optimizer.step(params, network.grads, 0.01)

    step()
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        steps += 1
    return steps * batch / (time.perf_counter() - start)

"""More labels for a trained network: outputs that are added to its last layer."""

from __future__ import annotations

from collections.abc import Mapping

from nnweb.errors import ShapeError
from nnweb.layers import Array, Dense
from nnweb.network import Network

#: A new output's logit for the mean of its examples; minus that for the mean of others.
LOGIT = 4.0


def with_labels(
    network: Network, examples: Mapping[str, Array], others: Array
) -> Network:
    """Return the network with an output more for each label of ``examples``.

    ``examples`` are network input (n, 784) by label, ``others`` (N, 784) input with the
    old labels. In what the last layer gets of them, a new output's weights point from
    the mean of the others to the mean of its examples, so that it is of use before any
    training. Compare Qi et al. 2018, "Low-Shot Learning with Imprinted Weights".

    The other layers are those of ``network``, not copies. Raises ShapeError if the last
    layer with weights is not Dense.
    """
    layers = list(network.layers)
    at = max(i for i, layer in enumerate(layers) if layer.params)
    last = layers[at]
    if not isinstance(last, Dense):
        raise ShapeError(
            f"layers[{at}]: got {type(last).__name__}, expected Dense as the last one "
            "with weights, to add outputs to"
        )

    def mean(x: Array) -> Array:
        y = x.reshape(len(x), *network.x_shape)
        for layer in layers[:at]:
            y = layer.forward(y)
        return y.mean(axis=0)

    K, middle = len(network.labels), mean(others)
    layers[at] = more = Dense(last.fan_in, K + len(examples))
    more.params["W"][:, :K] = last.params["W"]
    more.params["b"][:K] = last.params["b"]
    for i, x in enumerate(examples.values(), start=K):
        own = mean(x)
        away = own - middle
        W = away * (2 * LOGIT / max(float(away @ away), 1e-6))
        more.params["W"][:, i] = W
        more.params["b"][i] = -W @ (own + middle) / 2
    return Network(
        layers,
        name=network.name,
        labels=[*network.labels, *examples],
        input=network.input,
        temperature=network.temperature,
        reject_below=network.reject_below,
        unsure_below=network.unsure_below,
        card=network.card,
    )
